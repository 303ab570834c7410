"""A status moves a message, and PostgreSQL wrote all of its fifteen indexes anew for it, because `status` stood in four
conditions. `watched` stands there now, which does not change from accepted to read; and the table's pages keep half
free, so that the new version of a row fits beside the old one."""

from django.db import migrations, models
from django.db.models import Case, F, Q, Value, When


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE whatsapp_message SET (fillfactor = 50)")


def leave_none(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE whatsapp_message RESET (fillfactor)")


INDEXES = [
    ("whatsapp_queue", ["lane", "not_before", "id"], ["queued"]),
    ("whatsapp_open_by_contact", ["contact", "id"], ["queued", "sending"]),
    ("whatsapp_expiring", ["expires_at"], ["queued"]),
    ("whatsapp_troubled", ["created_at"], ["failed", "unknown"]),
]


def _among(names):
    return Q(watched=names[0]) if len(names) == 1 else Q(watched__in=names)


class Migration(migrations.Migration):
    dependencies = [("whatsapp", "0024_fewer_indexes")]

    operations = [
        # Before the column: to add it writes the table anew, with the room.
        migrations.RunPython(leave_room, leave_none),
        *(migrations.RemoveIndex("message", name) for name, _fields, _states in INDEXES),
        migrations.AddField(
            "message",
            "watched",
            models.GeneratedField(
                db_persist=True,
                expression=Case(
                    When(status__in=("queued", "sending", "failed", "unknown"), then=F("status")), default=Value("")
                ),
                output_field=models.CharField(max_length=10),
            ),
        ),
        *(
            migrations.AddIndex("message", models.Index(fields=fields, condition=_among(states), name=name))
            for name, fields, states in INDEXES
        ),
    ]
