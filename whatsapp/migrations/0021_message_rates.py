"""Rates as rows, begun with the two that stood in the code; what bulk sends were expected to cost, per currency."""

from datetime import date
from decimal import Decimal

import django.core.validators
from django.db import migrations, models

#: Meta's card of January 2026.
INDIA = {"MARKETING": Decimal("0.8631"), "UTILITY": Decimal("0.115"), "AUTHENTICATION": Decimal("0.115")}


def bring_what_the_code_held(apps, schema_editor):
    rates = apps.get_model("whatsapp", "MessageRate").objects
    for category, price in INDIA.items():
        rates.create(
            region="India", countries="IN", category=category, currency="INR", price=price,
            valid_from=date(2026, 1, 1), source="Meta's rate card for India, January 2026",
        )


def keep_expected(apps, schema_editor):
    rows = apps.get_model("whatsapp", "Broadcast").objects.exclude(forecast_paise=None)
    for row in rows.iterator():
        rows.model.objects.filter(pk=row.pk).update(forecast={"amounts": {"INR": row.forecast_paise}, "without": {}})


class Migration(migrations.Migration):

    dependencies = [
        ("whatsapp", "0020_purge_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name='MessageRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(help_text="As Meta's rate card calls it, such as “Rest of Africa”.", max_length=60, verbose_name='country or region')),
                ('countries', models.CharField(help_text='Two letters each, with spaces between: AE SA. One is enough.', max_length=600, verbose_name='countries')),
                ('category', models.CharField(choices=[('MARKETING', 'Marketing'), ('UTILITY', 'Utility'), ('AUTHENTICATION', 'Authentication')], max_length=20, verbose_name='category')),
                ('currency', models.CharField(choices=[('INR', 'INR'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('AED', 'AED')], max_length=3, verbose_name='currency')),
                ('price', models.DecimalField(decimal_places=6, help_text='For one delivered message, in rupees, dollars and so on.', max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='price')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('source', models.CharField(help_text='Where the price stands: which card, of when.', max_length=300, verbose_name='source')),
            ],
            options={
                'verbose_name': 'message rate',
                'verbose_name_plural': 'message rates',
                'ordering': ['region', 'category', '-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('region', 'category', 'valid_from'), name='whatsapp_rate_once_a_day')],
            },
        ),
        migrations.RunPython(bring_what_the_code_held, migrations.RunPython.noop),
        migrations.AddField(
            model_name='broadcast',
            name='forecast',
            field=models.JSONField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(keep_expected, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='broadcast',
            name='forecast_paise',
        ),
    ]
