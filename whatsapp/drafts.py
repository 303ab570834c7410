"""Templates written in the back office: begun, versioned, saved, submitted to Meta.

Submitting claims the draft, asks Meta outside any transaction and records the answer. When the answer was lost Meta is
asked what it holds: the same name is never submitted blindly twice.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bettermeals.lib import states
from whatsapp import catalogue
from whatsapp.accounts import cloud_api
from whatsapp.cloud_api import AnswerLost, CloudApiError, NotSent, Refused
from whatsapp.declare import TemplateText, UrlButton
from whatsapp.library import examples, text_of
from whatsapp.models import Account, MessageTemplate, TemplateDraft
from whatsapp.template_rules import STOPS, findings, template_of
from whatsapp.template_story import tell, tell_changes

S = TemplateDraft.Status
VERSION = re.compile(r"^(?P<base>.+?)_v(?P<version>\d{1,3})$")
TEXTS = ("category", "header", "body", "footer", "buttons", "variables", "examples")


class CannotSubmit(Exception):
    """It did not go to Meta, or Meta refused it; the message says why."""


def split(name: str) -> tuple[str, int]:
    """ "closed_v3" -> ("closed", 3); a name without a version is its own first."""
    found = VERSION.match(name)
    return (found["base"], int(found["version"])) if found else (name, 1)


def begin(account: Account, base: str, language: str, category: str, by: Any, now: datetime) -> TemplateDraft:
    """A new, empty template. Raises ValueError for a name that is taken or not allowed."""
    base = base.strip()
    if not re.fullmatch(r"[a-z0-9_]{1,500}", base):
        raise ValueError(_("A name holds a–z, 0–9 and _ only."))
    if _taken(account, base, language):
        raise ValueError(_("“%(name)s” exists already in this language: make a new version of it.") % {"name": base})
    return _create(account, base, 1, language, by, now, category=category)


def new_version(row: MessageTemplate, by: Any, now: datetime, *, language: str = "") -> TemplateDraft:
    """The next free version of a template, with its words; or, with `language`, the same version in another one."""
    base, version = split(row.name)
    text = text_of(row.components)
    if text is None or not text.editable:
        raise ValueError(_("Its header or buttons can be written in Meta's own editor only."))
    if not language:
        version = _latest(row.account, base) + 1
    elif _taken(row.account, row.name, language):
        raise ValueError(_("It exists already in this language."))
    count = max(text.positions, default=0)
    known = catalogue.declared().get(row.name)
    names = list(known.variables) if known else _names(row.account, row.name, count)
    return _create(
        row.account, base, version, language or row.language, by, now,
        category=row.category, header=text.header, body=text.body, footer=text.footer, buttons=_plain(text),
        variables=names, examples=examples(row.components, count),
    )  # fmt: skip


def _names(account: Account, name: str, count: int) -> list[str]:
    base, version = split(name)
    draft = TemplateDraft.objects.filter(account=account, base=base, version=version).order_by("-updated_at").first()
    names = list(draft.variables) if draft else []
    return names if len(names) == count else [f"value_{n}" for n in range(1, count + 1)]


def _plain(text: TemplateText) -> list[dict[str, str]]:
    return [
        {"type": "URL", "text": button.text, "url": button.url, "example": button.example}
        if isinstance(button, UrlButton)
        else {"type": "QUICK_REPLY", "text": button.text}
        for button in text.buttons
    ]


def _latest(account: Account, base: str) -> int:
    """The highest version at Meta or in a draft."""
    names = MessageTemplate.objects.filter(account=account, name__startswith=base).values_list("name", flat=True)
    known = [version for name in names for own, version in [split(name)] if own == base]
    drafts = TemplateDraft.objects.filter(account=account, base=base).aggregate(top=Max("version"))["top"]
    return max([*known, drafts or 0, 1])


def _taken(account: Account, name: str, language: str) -> bool:
    if MessageTemplate.objects.filter(account=account, name=name, language=language).exists():
        return True
    declared = catalogue.declared().get(name)
    return declared is not None and language in declared.bodies


def _create(
    account: Account, base: str, version: int, language: str, by: Any, now: datetime, **texts: Any
) -> TemplateDraft:
    """One that somebody has begun already comes back as it is."""
    identity = {"account": account, "base": base, "version": version, "language": language}
    try:
        with transaction.atomic():
            return TemplateDraft.objects.create(**identity, **texts, created_by=by, created_at=now, updated_at=now)
    except IntegrityError:
        return TemplateDraft.objects.get(**identity)


def save(draft: TemplateDraft, texts: dict[str, Any], now: datetime) -> bool:
    """Keep what was written. False when it is no draft any more."""
    known = {name: texts[name] for name in TEXTS if name in texts}
    rows = TemplateDraft.objects.filter(pk=draft.pk, status=S.DRAFT)
    won = bool(rows.update(**known, updated_at=now))
    if won:
        draft.refresh_from_db()
    return won


def submit(draft: TemplateDraft, by: Any, now: datetime) -> MessageTemplate:
    """Hand it to Meta for review. Raises CannotSubmit with the reason; the draft is a draft again then."""
    broken = [finding.sentence for finding in findings(draft) if finding.weight == STOPS]
    if broken:
        raise CannotSubmit(" ".join(broken))
    if not _move(draft, S.DRAFT, S.SUBMITTING, error="", updated_at=now):
        raise CannotSubmit(_("Somebody else is submitting it, or has."))
    try:
        answer = cloud_api(draft.account).create_template(_body(draft))
    except AnswerLost:
        return look_again(draft, by, now)
    except (NotSent, Refused) as error:
        _move(draft, S.SUBMITTING, S.DRAFT, error=error.sentence)
        raise CannotSubmit(error.sentence) from error
    return _submitted(draft, answer, by, now)


def look_again(draft: TemplateDraft, by: Any, now: datetime) -> MessageTemplate:
    """Meta's answer was lost, or our process died: what does Meta hold? Raises CannotSubmit when it is not there."""
    try:
        found = [
            theirs
            for theirs in cloud_api(draft.account).templates()
            if theirs.get("name") == draft.name and str(theirs.get("language")).replace("-", "_") == draft.language
        ]
    except CloudApiError as error:
        words = _("Meta's answer was lost and it cannot be asked now. Look again in a minute.")
        TemplateDraft.objects.filter(pk=draft.pk, status=S.SUBMITTING).update(error=words)
        raise CannotSubmit(words) from error
    if found:
        return _submitted(draft, found[0], by, now)
    words = _("It is not at Meta. Submit it again.")
    _move(draft, S.SUBMITTING, S.DRAFT, error=words)
    raise CannotSubmit(words)


def _body(draft: TemplateDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "language": draft.language,
        "category": draft.category,
        "parameter_format": "POSITIONAL",
        "components": template_of(draft).components(draft.language),
    }


def _submitted(draft: TemplateDraft, answer: dict[str, Any], by: Any, now: datetime) -> MessageTemplate:
    """Meta may count it in another category than was asked for; its word is kept."""
    with transaction.atomic():
        _move(draft, S.SUBMITTING, S.SUBMITTED, error="", updated_at=now)
        row, _made = MessageTemplate.objects.update_or_create(
            account=draft.account,
            name=draft.name,
            language=draft.language,
            defaults={
                "meta_id": str(answer.get("id", "")),
                "status": str(answer.get("status") or "PENDING"),
                "category": str(answer.get("category") or draft.category),
                "components": template_of(draft).components(draft.language),
            },
        )
        tell(draft.account, draft.name, draft.language, f"submitted as {draft.category.lower()}", now, by)
        tell_changes(row, {"category": draft.category}, now)
    return row


def _move(draft: TemplateDraft, old: str, new: str, **also: Any) -> bool:
    won = states.move(TemplateDraft, draft.pk, table=TemplateDraft.TRANSITIONS, old=old, new=new, **also)
    draft.refresh_from_db()
    return won
