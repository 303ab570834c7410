"""Lists by cursor: a page costs the same however deep it is, and rows that arrive meanwhile shift nothing."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import CursorPagination


class ByNewest(CursorPagination):
    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class ByName(ByNewest):
    ordering: Any = ("name", "language", "id")
