"""Read-only rows under a page, without the theme's extra line that repeats each row's own text.

That line also held the link to the row's page, so a table whose rows have one shows it in a column, `page`.
"""

from __future__ import annotations

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html

from bettermeals.lib.admin import ReadOnlyInline, display


class PlainInline(ReadOnlyInline):
    hide_title = True

    @display(description="Page")
    def page(self, row: Model) -> str:
        address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        return format_html('<a href="{}" aria-label="Open {}">Open</a>', address, row)
