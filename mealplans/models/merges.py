"""Duplicates of the catalogue that were made one, with all that is needed to take it back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CatalogueMerge(models.Model):
    """`record` holds each row that was moved, changed or folded into another (mealplans/merging/ledger.py)."""

    kind = models.CharField(max_length=10, choices=[("ingredient", _("Ingredients")), ("dish", _("Dishes"))])
    kept = models.CharField(max_length=120)
    gone = models.CharField(max_length=400)
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    record = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=150, blank=True)
    undone_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("merge of duplicates")
        verbose_name_plural = _("merges of duplicates")

    def __str__(self) -> str:
        return f"{self.gone} → {self.kept}"
