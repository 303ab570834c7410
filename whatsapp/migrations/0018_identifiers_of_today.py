"""Apart from the table: PostgreSQL makes no index while inserted rows wait for their foreign keys to be checked."""

from django.db import migrations

KINDS = ("wa_id", "bsuid", "parent_bsuid", "username")


def begin(apps, schema_editor):
    """What holds today has held since the row was made, as far as we know."""
    contacts = apps.get_model("whatsapp", "Contact").objects.filter(merged_into=None, erased_at=None)
    made = apps.get_model("whatsapp", "ContactIdentifier")
    rows = contacts.values_list("pk", "created_at", *KINDS).order_by("pk")
    held = (
        made(contact_id=pk, kind=kind, value=value, since=created_at)
        for pk, created_at, *values in rows.iterator()
        for kind, value in zip(KINDS, values, strict=True)
        if value
    )
    made.objects.bulk_create(held, batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('whatsapp', '0017_contact_identifiers'),
    ]

    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
