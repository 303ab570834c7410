"""`{{ sentence|resaid }}`: a sentence made in English, in the reader's language where it is known."""

from __future__ import annotations

from typing import Any

from django import template

from bettermeals.lib import resaying

register = template.Library()


@register.filter
def resaid(sentence: Any) -> str:
    return resaying.resaid(str(sentence))
