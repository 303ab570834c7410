"""Rows that are written once: the household-week timeline, the ledger.

What happened is corrected by writing what happened next, never by editing. An UPDATE or DELETE through the ORM raises,
so a careless bulk action cannot rewrite history either.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class HistoryIsFinal(TypeError):
    """Somebody tried to change or delete a row of history: a bug, never a race."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise HistoryIsFinal(f"{self.model.__name__} rows are written once")

    def delete(self) -> NoReturn:
        raise HistoryIsFinal(f"{self.model.__name__} rows are kept")


AppendOnlyManager = models.Manager.from_queryset(AppendOnlyQuerySet)


class AppendOnly(models.Model):
    objects = AppendOnlyManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise HistoryIsFinal(f"{type(self).__name__} {self.pk} is already written")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise HistoryIsFinal(f"{type(self).__name__} {self.pk} is kept")
