"""By which filter a bulk send's people were chosen, so that a preset made from it keeps them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("whatsapp", "0022_other_words_emptied")]

    operations = [
        migrations.AddField(
            "broadcast", "group", models.CharField(blank=True, default="", editable=False, max_length=120)
        ),
        migrations.AddField(
            "broadcast", "language", models.CharField(blank=True, default="", editable=False, max_length=10)
        ),
    ]
