"""What a merge did, row by row, in a form that JSON keeps and that is enough to take it back exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import JSONField, Model, QuerySet


@dataclass(frozen=True)
class Moved:
    """Rows whose reference was moved from `old` to `new` and that differ in nothing else."""

    model: str
    name: str
    old: int
    new: int
    pks: list[int]


@dataclass(frozen=True)
class Changed:
    model: str
    pk: int
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True)
class Folded:
    """A row that was added up into the row `into` of the same model, and is gone."""

    model: str
    into: int
    values: dict[str, Any]


@dataclass
class Ledger:
    moved: list[Moved] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    folded: list[Folded] = field(default_factory=list)

    @classmethod
    def read(cls, record: dict[str, Any]) -> Ledger:
        return cls(
            [Moved(**each) for each in record["moved"]],
            [Changed(**each) for each in record["changed"]],
            [Folded(**each) for each in record["folded"]],
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def move(self, rows: QuerySet[Any], name: str, old: int, new: int) -> None:
        pks = list(rows.order_by("pk").values_list("pk", flat=True))
        if pks:
            rows.model._base_manager.filter(pk__in=pks).update(**{name: new})
            self.moved.append(Moved(rows.model._meta.label, name, old, new, pks))

    def change(self, row: Model, **values: Any) -> None:
        """Write those of the values that differ, and remember what stood there."""
        names = [name for name, value in values.items() if getattr(row, name) != value]
        if not names:
            return
        before = {name: encoded(row, name) for name in names}
        for name in names:
            setattr(row, name, values[name])
        row.save(update_fields=names)
        fresh = type(row)._base_manager.get(pk=row.pk)  # as the database spells it: "2.50", not "2.5"
        after = {name: encoded(fresh, name) for name in names}
        earlier = self._earlier(row)
        if earlier is not None:  # changed twice: it began as the first found it and ends as the last leaves it
            before, after = before | earlier.before, earlier.after | after
        self.changed.append(Changed(row._meta.label, row.pk, before, after))

    def _earlier(self, row: Model) -> Changed | None:
        """Takes the record of this row out, if there is one."""
        at = next(
            (n for n, each in enumerate(self.changed) if (each.model, each.pk) == (row._meta.label, row.pk)), None
        )
        return None if at is None else self.changed.pop(at)

    def fold(self, row: Model, into: Model) -> None:
        values = {each.name: encoded(row, each.name) for each in row._meta.concrete_fields}
        self.folded.append(Folded(row._meta.label, into.pk, values))
        row.delete()


def model_of(label: str) -> type[Any]:
    return apps.get_model(label)


def encoded(row: Model, name: str) -> Any:
    """The value as JSON can hold it; `decoded` reads it back."""
    each = row._meta.get_field(name)
    value = each.value_from_object(row)  # type: ignore[union-attr]
    return value if value is None or isinstance(each, JSONField) else each.value_to_string(row)  # type: ignore[union-attr]


def decoded(model: type[Model], values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """(attribute, value) of each."""
    for name, value in values.items():
        each = model._meta.get_field(name)
        plain = value is None or isinstance(each, JSONField)
        yield each.attname, value if plain else each.to_python(value)  # type: ignore[union-attr]
