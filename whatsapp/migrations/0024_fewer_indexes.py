"""Indexes that no query used and every status paid for: a contact's beside the one of its thread, and on PostgreSQL the
twins for LIKE of two wamids, which come with `unique=True`. The wamids stay unique throughout."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("whatsapp", "0023_broadcast_choice")]

    operations = [
        migrations.AddConstraint(
            "message", models.UniqueConstraint(fields=("wamid",), name="whatsapp_message_wamid")
        ),
        migrations.AlterField("message", "wamid", models.CharField(blank=True, max_length=200, null=True)),
        migrations.AddConstraint(
            "sendattempt", models.UniqueConstraint(fields=("wamid",), name="whatsapp_attempt_wamid")
        ),
        migrations.AlterField("sendattempt", "wamid", models.CharField(blank=True, max_length=200, null=True)),
        migrations.AlterField(
            "message",
            "contact",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="whatsapp.contact",
            ),
        ),
    ]
