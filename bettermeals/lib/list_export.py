"""Any list of the back office as CSV or XLSX: the rows that the address filters, the columns that the list shows.

What is masked on the screen is masked in the file. That somebody took it stands in the audit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from bettermeals.lib import sheets

#: More than a spreadsheet is read for; a filter makes it less.
MOST = 20_000
CHUNK = 500
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def answer(made: Any, request: HttpRequest, kind: str) -> HttpResponse:
    """The list of `made` (a ModelAdmin) as its address filters it; 413 when that is more than MOST rows."""
    changelist = made.get_changelist_instance(request)
    count = changelist.queryset.count()
    if count > MOST:
        text = _("These are %(count)s rows; %(most)s is the most. Filter the list first.")
        return HttpResponse(text % {"count": count, "most": MOST}, status=413)
    name = made.model._meta.model_name
    rows = list(table(changelist))
    body = sheets.csv_bytes(rows) if kind == "csv" else sheets.xlsx_bytes(rows, str(made.model._meta.verbose_name))
    _log(made, request, kind, count)
    file = {"Content-Disposition": f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.{kind}"'}
    return HttpResponse(body, TYPES[kind], headers=file)


def table(changelist: Any) -> Iterator[list[Any]]:
    made, model = changelist.model_admin, changelist.model
    columns = [name for name in changelist.list_display if name != "action_checkbox"]
    yield [str(label_for_field(name, model, made)).capitalize() for name in columns]
    for row in changelist.queryset.iterator(chunk_size=CHUNK):
        yield [_cell(name, row, made) for name in columns]


def _cell(name: str, row: Any, made: Any) -> Any:
    try:
        field, _attribute, value = lookup_field(name, row, made)
    except ObjectDoesNotExist:
        return ""
    if field is not None and getattr(field, "flatchoices", None):
        value = dict(field.flatchoices).get(value, value)
    return _plain(value)


def _plain(value: Any) -> Any:
    """As a person reads it on the list; the theme's labels are (tone, words)."""
    if isinstance(value, (tuple, list)):
        return _plain(value[-1]) if value else ""
    if value is None or isinstance(value, bool):
        return {None: "", True: _("yes"), False: _("no")}[value]
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(" ", "minutes")
    return value if isinstance(value, (int, float)) else " ".join(strip_tags(str(value)).split())


def _log(made: Any, request: HttpRequest, kind: str, count: int) -> None:
    query = request.GET.urlencode()
    LogEntry.objects.create(
        user=request.user,  # type: ignore[misc]  # staff, or the list is not shown
        content_type=ContentType.objects.get_for_model(made.model),
        object_repr=str(made.model._meta.verbose_name_plural)[:200],
        action_flag=CHANGE,
        change_message=f"{count} rows taken as {kind}{': ' if query else ''}{query[:300]}",
    )
