"""Templates at Meta <-> templates in the code: push what is missing, pull everything, report what differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from whatsapp import catalogue, drift, template_changes
from whatsapp.accounts import cloud_api, with_token
from whatsapp.cloud_api import CloudApiError, Refused
from whatsapp.declare import DeclaredTemplate
from whatsapp.incidents import settle
from whatsapp.models import Account, MessageTemplate
from whatsapp.nudges import DELIVER, nudge
from whatsapp.template_story import tell_changes

EXISTS_ALREADY = 2388024
KIND, SYNC = "template", "template sync"
FIX_DRIFT = "Give the changed template a new name (`…_v2`), or run sync_templates --edit."
FIX_CATEGORY = "Meta charges it by its own category. Reword it, or dispute it in WhatsApp Manager within 60 days."


@dataclass
class Report:
    """What a sync found and did; sentences are for staff, lists for programs."""

    account: str
    created: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    not_sendable: list[str] = field(default_factory=list)
    drifted: dict[str, list[str]] = field(default_factory=dict)
    recategorised: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    undeclared: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        """Can every declared template be sent?"""
        return not (self.missing or self.waiting or self.not_sendable or self.drifted or self.errors)


def sync(account: Account, now: datetime, *, dry_run: bool = False, edit: bool = False) -> Report:
    """Bring both sides together. `dry_run` reads and reports only; `edit` pushes changed words to existing templates
    (Meta allows one edit a day of an approved one, and may review it again). Raises CloudApiError when Meta cannot
    be read.
    """
    report, api = Report(account.name), cloud_api(account)
    theirs = {(str(t["name"]), _language(t)): t for t in api.templates()}
    declared = catalogue.declared()
    for template in declared.values():
        for language in template.bodies:
            _push(api, template, language, theirs, report, dry_run=dry_run, edit=edit)
    if report.created or report.edited:
        theirs = {(str(t["name"]), _language(t)): t for t in api.templates()}
    if not dry_run:
        _pull(account, theirs, now)
    _compare(theirs, declared, report)
    if not dry_run:
        _report_incidents(account, report, now)
        Account.objects.filter(pk=account.pk).update(templates_synced_at=now)
        nudge(DELIVER)  # messages may have waited for a template that is approved now
    return report


def _language(template: dict[str, Any]) -> str:
    return str(template.get("language", "")).replace("-", "_")


def _label(name: str, language: str) -> str:
    return f"{name} ({language})"


def _push(
    api: Any, template: DeclaredTemplate, language: str, theirs: Any, report: Report, *, dry_run: bool, edit: bool
) -> None:
    label, found = _label(template.name, language), theirs.get((template.name, language))
    if found is None:
        report.missing.append(label) if dry_run else _create(api, template, language, report)
    elif edit and drift.differences(template, language, found.get("components") or ()):
        if not dry_run:
            _edit(api, template, language, str(found.get("id", "")), report)
        report.edited.append(label)


def _create(api: Any, template: DeclaredTemplate, language: str, report: Report) -> None:
    body: dict[str, Any] = {
        "name": template.name,
        "language": language,
        "category": template.category,
        "parameter_format": template.parameter_format,
    }
    if template.ttl_seconds is not None:
        body["message_send_ttl_seconds"] = template.ttl_seconds
    label = _label(template.name, language)
    try:
        api.create_template({**body, "components": _components(api, template, language)})
    except Refused as error:
        if EXISTS_ALREADY not in (error.code, error.subcode):
            report.errors.append(f"{label}: {error.sentence}")
            return
    report.created.append(label)


def _components(api: Any, template: DeclaredTemplate, language: str) -> list[dict[str, Any]]:
    """With the example of a document in its header uploaded first, as Meta's review wants it."""
    file = template.bodies[language].file
    handle = api.upload_example(file.name, file.path.read_bytes(), file.mime_type) if file else ""
    return template.components(language, handle)


def _edit(api: Any, template: DeclaredTemplate, language: str, meta_id: str, report: Report) -> None:
    try:
        api.edit_template(meta_id, {"components": _components(api, template, language)})
    except Refused as error:
        report.errors.append(f"{_label(template.name, language)}: {error.sentence}")


def _pull(account: Account, theirs: dict[tuple[str, str], dict[str, Any]], now: datetime) -> None:
    standing = {(row.name, row.language): row for row in MessageTemplate.objects.filter(account=account)}
    for (name, language), found in theirs.items():
        quality = found.get("quality_score")
        rejected = str(found.get("rejected_reason") or "")
        known = standing.get((name, language))
        before = {key: getattr(known, key) for key in ("status", "category", "quality")} if known else {}
        row, _made = MessageTemplate.objects.update_or_create(
            account=account,
            name=name,
            language=language,
            defaults={
                "meta_id": str(found.get("id", "")),
                "category": str(found.get("category", "")),
                "previous_category": str(found.get("previous_category") or ""),
                "status": str(found.get("status", "")),
                "quality": str(quality.get("score", "") if isinstance(quality, dict) else ""),
                "components": found.get("components") or [],
                "parameter_format": str(found.get("parameter_format") or "POSITIONAL"),
                "rejected_reason": "" if rejected == "NONE" else rejected[:300],
                "synced_at": now,
            },
        )
        tell_changes(row, before, now)
        if before.get("category") and before["category"] != row.category:  # its webhook was lost, or is to come
            template_changes.recategorised(account, row, before["category"], now)
    gone = MessageTemplate.objects.filter(account=account).exclude(status="DELETED")
    for row in gone:
        if (row.name, row.language) not in theirs:
            row.status, row.synced_at = "DELETED", now
            row.save(update_fields=["status", "synced_at"])


def _compare(theirs: dict[tuple[str, str], Any], declared: dict[str, DeclaredTemplate], report: Report) -> None:
    for template in declared.values():
        for language in template.bodies:
            found = theirs.get((template.name, language))
            if found is not None:
                _compare_one(template, language, found, report)
            elif _label(template.name, language) not in report.missing:
                report.missing.append(_label(template.name, language))
    names = {(t.name, language) for t in declared.values() for language in t.bodies}
    report.undeclared = sorted(_label(*key) for key in theirs if key not in names)


def _compare_one(template: DeclaredTemplate, language: str, found: dict[str, Any], report: Report) -> None:
    label, status = _label(template.name, language), str(found.get("status", ""))
    differences = drift.differences(template, language, found.get("components") or ())
    if differences:
        report.drifted[label] = differences
    if status in ("PENDING", "IN_APPEAL", "PAUSED"):
        report.waiting.append(f"{label}: {status.lower()}")
    elif status != MessageTemplate.APPROVED:
        report.not_sendable.append(f"{label}: {status.lower()} {found.get('rejected_reason') or ''}".strip())
    if found.get("category") and found["category"] != template.category:
        report.recategorised.append(f"{label}: {found['category']} at Meta, {template.category} in the code")


def _report_incidents(account: Account, report: Report, now: datetime) -> None:
    drifted = "; ".join(f"{label}: {', '.join(found)}" for label, found in report.drifted.items())
    settle(account, "template drift", problem=drifted, fix=FIX_DRIFT, now=now)
    settle(
        account, "template category", subject="sync", problem="; ".join(report.recategorised), fix=FIX_CATEGORY, now=now
    )
    settle(account, SYNC, problem="; ".join(report.errors), fix="Correct the template; see the message.", now=now)
    approved = MessageTemplate.objects.filter(account=account, status=MessageTemplate.APPROVED)
    for row in approved.filter(name__in=catalogue.declared()):
        settle(account, KIND, subject=str(row), problem="", now=now)


def sync_all(now: datetime) -> list[Report]:
    """Every account; one that cannot be reached does not keep the others from it."""
    return [_sync_one(account, now) for account in with_token()]


def _sync_one(account: Account, now: datetime) -> Report:
    try:
        return sync(account, now)
    except CloudApiError as error:
        fix = error.info.fix if isinstance(error, Refused) else "The next sync will try again."
        settle(account, SYNC, problem=error.sentence, fix=fix, now=now)
        return Report(account.name, errors=[error.sentence])
