from django.db import migrations, models
from django.db.models import Exists, OuterRef


def set_old_ones_apart(apps, schema_editor):
    """Until now a change after a full refund opened a second charge beside the refunded one: that keeps the subject."""
    charges = apps.get_model("billing", "Charge").objects
    successor = charges.filter(subject=OuterRef("subject"), pk__gt=OuterRef("pk")).exclude(status="cancelled")
    for charge in charges.filter(Exists(successor), status="refunded"):
        charges.filter(pk=charge.pk).update(subject=f"{charge.subject}:refunded-{charge.pk}"[:60])


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(set_old_ones_apart, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="charge", name="one_living_charge_per_subject"),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["open", "settled", "refunded"])),
                fields=("subject",),
                name="one_living_charge_per_subject",
            ),
        ),
    ]
