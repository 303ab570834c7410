"""What Meta charges for one delivered template, as its rate cards say it: a row for each country or region and day."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from bettermeals.lib.money import SYMBOLS


class MessageRate(models.Model):
    """A price from a day on, until a newer row of the same country and category begins. A new price is a new row."""

    class Category(models.TextChoices):
        MARKETING = "MARKETING", _("Marketing")
        UTILITY = "UTILITY", _("Utility")
        AUTHENTICATION = "AUTHENTICATION", _("Authentication")

    region = models.CharField(
        _("country or region"), max_length=60, help_text=_("As Meta's rate card calls it, such as “Rest of Africa”.")
    )
    countries = models.CharField(
        _("countries"), max_length=600, help_text=_("Two letters each, with spaces between: AE SA. One is enough.")
    )
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    currency = models.CharField(_("currency"), max_length=3, choices=[(code, code) for code in SYMBOLS])
    price = models.DecimalField(
        _("price"),
        max_digits=12,
        decimal_places=6,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("For one delivered message, in rupees, dollars and so on."),
    )
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("source"), max_length=300, help_text=_("Where the price stands: which card, of when."))

    class Meta:
        ordering = ["region", "category", "-valid_from"]
        verbose_name = _("message rate")
        verbose_name_plural = _("message rates")
        constraints = [
            models.UniqueConstraint(fields=["region", "category", "valid_from"], name="whatsapp_rate_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.region}, {self.category.lower()}, {self.valid_from}"

    @property
    def codes(self) -> list[str]:
        return self.countries.split()

    def clean(self) -> None:
        super().clean()
        self.countries = " ".join(sorted(set(self.countries.upper().replace(",", " ").split())))
        unknown = [code for code in self.codes if code not in phonenumbers.SUPPORTED_REGIONS]
        if unknown or not self.codes:
            raise ValidationError({"countries": _("No country is called %(codes)s.") % {"codes": " ".join(unknown)}})
        self._alone()

    def _alone(self) -> None:
        """Two rows that begin on one day for one country: nobody could say which price holds."""
        rows: Any = MessageRate.objects.filter(category=self.category, valid_from=self.valid_from).exclude(pk=self.pk)
        for row in rows:
            both = sorted(set(row.codes) & set(self.codes))
            if both:
                named = {"codes": " ".join(both), "row": str(row)}
                raise ValidationError({"countries": _("%(codes)s already has a price in “%(row)s”.") % named})
