from __future__ import annotations

from django.db import migrations, models

HELP = "Somebody has read the label. Until then it counts as holding every allergen."


class Migration(migrations.Migration):
    dependencies = [("mealplans", "0002_at_home")]

    operations = [
        # What is there was stated, in the catalogue's files; what comes is not until somebody says so.
        migrations.AddField("ingredient", "allergens_stated", models.BooleanField(default=True, help_text=HELP)),
        migrations.AlterField("ingredient", "allergens_stated", models.BooleanField(default=False, help_text=HELP)),
    ]
