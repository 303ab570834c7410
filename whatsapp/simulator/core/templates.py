"""Message templates: created, reviewed, edited, paused, deleted, listed; each change told by webhook."""

from __future__ import annotations

import base64
import binascii
import time
from typing import Any

from whatsapp.simulator.core import params
from whatsapp.simulator.core.entities import Business, Template
from whatsapp.simulator.core.errors import GraphError, unknown_node
from whatsapp.simulator.core.ids import numeric
from whatsapp.simulator.core.template_rules import check_components, check_new, check_ttl, refuse
from whatsapp.simulator.core.template_text import component
from whatsapp.simulator.core.webhooks import tell
from whatsapp.simulator.core.world import World

DAY = 86400
MOST = 250
EDITABLE = ("APPROVED", "REJECTED", "PAUSED")
STATUSES = (
    "APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED", "IN_APPEAL", "PENDING_DELETION", "DELETED",
    "LIMIT_EXCEEDED", "ARCHIVED",
)  # fmt: skip
DEFAULT_FIELDS = ("name", "parameter_format", "components", "language", "status", "category", "id")


def create(world: World, business: Business, source: dict[str, Any], now: float) -> dict[str, Any]:
    """POST /{waba}/message_templates; PENDING, then reviewed. Raises GraphError."""
    check_new(source)
    _check_name_free(world, business, source, now)
    template = Template(
        numeric(), business.waba_id, source["name"], source["language"], source["category"], source["components"],
        parameter_format=source.get("parameter_format", "POSITIONAL"), created_at=now,
        message_send_ttl_seconds=source.get("message_send_ttl_seconds"), sub_category=source.get("sub_category", ""),
    )  # fmt: skip
    world.templates[template.id] = template
    _submit(world, template)
    return {"id": template.id, "status": "PENDING", "category": template.category}


def _check_name_free(world: World, business: Business, source: dict[str, Any], now: float) -> None:
    ours = [t for t in world.templates.values() if t.waba_id == business.waba_id]
    same = [t for t in ours if (t.name, t.language) == (source["name"], source["language"])]
    if any(t.status != "DELETED" for t in same):
        message = f"Content in this language already exists: {source['name']} ({source['language']})."
        raise refuse(2388024, "Content in This Language Already Exists", message)
    if any(t.name == source["name"] and t.status == "DELETED" and now - t.edits[-1] < 30 * DAY for t in ours):
        message = "New content can't be added while the existing content is being deleted. Try again in 4 weeks."
        raise refuse(2388023, "Message Template Language is Being Deleted", message)
    if sum(1 for t in ours if t.status != "DELETED") >= MOST:
        raise refuse(2388019, "Template limit reached", f"An account can have at most {MOST} templates.")


def _submit(world: World, template: Template) -> None:
    template.status = "PENDING"
    world.reviews[template.id] = time.monotonic() + world.knobs.template_review_seconds
    world.publish("template", name=template.name)
    if world.knobs.template_review_seconds == 0:
        review(world)


def review(world: World, *, all_now: bool = False) -> int:
    """Decide on every template whose review is due; how many. REJECTME in the body refuses, PROMOTEME makes it
    MARKETING."""
    moment = time.monotonic()
    due = [id_ for id_, at in world.reviews.items() if all_now or at <= moment]
    for id_ in due:
        del world.reviews[id_]
        if id_ in world.templates and world.templates[id_].status == "PENDING":
            _decide(world, world.templates[id_])
    return len(due)


def _decide(world: World, template: Template) -> None:
    body = component(template.components, "BODY").get("text", "")
    if "REJECTME" in body:
        template.rejected_reason = "INVALID_FORMAT"
        set_status(world, template, "REJECTED")
        return
    if "PROMOTEME" in body and template.category == "UTILITY":
        recategorise(world, template, "MARKETING")
    template.rejected_reason = "NONE"
    set_status(world, template, "APPROVED")


def set_status(world: World, template: Template, status: str, **extra: Any) -> None:
    """Change a status and send message_template_status_update. `extra`: other_info, disable_info and so on."""
    params.one_of((*STATUSES, "FLAGGED", "REINSTATED", "LOCKED", "UNARCHIVED"), status, "status")
    template.status = {"REINSTATED": "APPROVED", "UNARCHIVED": "APPROVED", "FLAGGED": "APPROVED"}.get(status, status)
    reason = template.rejected_reason if status == "REJECTED" else "NONE"
    if status == "REJECTED":
        extra = {"rejection_info": {"reason": reason, "recommendation": "Correct the text and submit again."}} | extra
    value = {"event": status} | _names(template) | {"message_template_category": template.category, "reason": reason}
    tell(world, world.businesses[template.waba_id], "message_template_status_update", value | extra)
    world.publish("template", name=template.name, status=status)


def unpause(world: World, template: Template) -> dict[str, Any]:
    """POST /{template_id}/unpause."""
    if template.status != "PAUSED":
        return {"success": False, "reason": f"The template is {template.status}, not paused."}
    set_status(world, template, "REINSTATED")
    return {"success": True}


def set_quality(world: World, template: Template, score: str) -> None:
    """GREEN, YELLOW, RED or UNKNOWN, with message_template_quality_update."""
    params.one_of(("GREEN", "YELLOW", "RED", "UNKNOWN"), score, "quality_score")
    scores = {"previous_quality_score": template.quality_score, "new_quality_score": score}
    template.quality_score = score
    tell(world, world.businesses[template.waba_id], "message_template_quality_update", scores | _names(template))


def recategorise(world: World, template: Template, category: str) -> None:
    """Meta moves a template to another category: template_category_update."""
    params.one_of(("UTILITY", "MARKETING", "AUTHENTICATION"), category, "category")
    template.previous_category, template.category = template.category, category
    change = {"previous_category": template.previous_category, "new_category": category}
    tell(world, world.businesses[template.waba_id], "template_category_update", _names(template) | change)


def _names(template: Template) -> dict[str, Any]:
    """The id is an integer in webhooks and a string in answers."""
    return {
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
    }


def edit(world: World, template: Template, source: dict[str, Any], now: float) -> dict[str, Any]:
    """POST /{template_id}: components as a whole, category (unless approved), TTL. Raises GraphError."""
    if template.status not in EDITABLE:
        raise params.invalid(f"A template can be edited when {', '.join(EDITABLE)}; this one is {template.status}.")
    category = source.get("category", template.category)
    if template.status == "APPROVED":
        _check_edit_of_approved(template, category, now)
    check_ttl(source, category)
    if "components" in source:
        check_components(source["components"], template.parameter_format, category)
        template.components = source["components"]
    template.category = category
    template.message_send_ttl_seconds = source.get("message_send_ttl_seconds", template.message_send_ttl_seconds)
    template.edits.append(now)
    _submit(world, template)
    return {"success": True, "id": template.id, "category": template.category}


def _check_edit_of_approved(template: Template, category: str, now: float) -> None:
    if category != template.category:
        raise params.invalid("The category of an approved template cannot be changed.")
    recent = [at for at in template.edits if now - at < 30 * DAY]
    if len(recent) >= 10 or any(now - at < DAY for at in recent):
        raise params.invalid("An approved template can be edited once in 24 hours and 10 times in 30 days.")


def delete(world: World, business: Business, name: str, hsm_id: str, now: float) -> dict[str, Any]:
    """All languages of a name, or one by id and name; the name of an approved one stays blocked for 30 days."""
    if not name:
        raise GraphError(100, message="(#100) The parameter name is required.")
    found = [t for t in listed(world, business) if t.name == name and hsm_id in ("", t.id)]
    if not found:
        raise refuse(2593002, "Message Template Not Found", f"There is no template {name!r}.")
    for template in found:
        if template.status == "APPROVED":
            template.status = "DELETED"
            template.edits.append(now)
        else:
            del world.templates[template.id]
        world.publish("template", name=name, status="DELETED")
    return {"success": True}


def listed(world: World, business: Business) -> list[Template]:
    """The account's templates that are not deleted, oldest first."""
    return [t for t in world.templates.values() if t.waba_id == business.waba_id and t.status != "DELETED"]


def find(world: World, template_id: str, business: Business, method: str) -> Template:
    """One template of this account; raises 100/33."""
    template = world.templates.get(template_id)
    if template is None or template.waba_id != business.waba_id or template.status == "DELETED":
        raise unknown_node(template_id, method)
    return template


def page(world: World, business: Business, query: dict[str, str]) -> dict[str, Any]:
    """GET /{waba}/message_templates with filters, fields and cursors."""
    found = [t for t in listed(world, business) if _matches(t, query)]
    limit = int(query.get("limit", "25") or 25)
    start = _cursor(query["after"]) + 1 if query.get("after") else 0
    shown = found[start : start + limit]
    answer: dict[str, Any] = {"data": [described(t, query.get("fields", "")) for t in shown]}
    if shown:
        last = start + len(shown) - 1
        answer["paging"] = {"cursors": {"before": _as_cursor(start), "after": _as_cursor(last)}}
        if last + 1 < len(found):
            path = f"{world.settings.base_url}/v25.0/{business.waba_id}/message_templates"
            answer["paging"]["next"] = f"{path}?limit={limit}&after={_as_cursor(last)}"
    if "summary" in query:
        answer["summary"] = {
            "total_count": len(found),
            "message_template_count": len(found),
            "message_template_limit": MOST,
            "are_translations_complete": _complete(found),
        }
    return answer


def _complete(found: list[Template]) -> bool:
    """Is every name there in all the languages that any name has?"""
    languages = {template.language for template in found}
    return len(found) == len(languages) * len({template.name for template in found})


def _matches(template: Template, query: dict[str, str]) -> bool:
    """`name` is a search, not an equality, as in Graph: asking for `plan` also finds `plan_reminder`."""
    exact = all(getattr(template, k) == query[k] for k in ("language", "status", "category") if query.get(k))
    return exact and query.get("name", "") in template.name


def _as_cursor(at: int) -> str:
    return base64.urlsafe_b64encode(f"template:{at}".encode()).decode()


def _cursor(value: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(value).decode().removeprefix("template:"))
    except (ValueError, binascii.Error):
        raise GraphError(131059, "The paging cursor has expired or is not one of ours.") from None


def described(template: Template, fields: str = "") -> dict[str, Any]:
    """A template as Graph returns it, with the asked fields (always the id)."""
    all_fields = {
        "name": template.name,
        "parameter_format": template.parameter_format,
        "components": template.components,
        "language": template.language,
        "status": template.status,
        "category": template.category,
        "previous_category": template.previous_category,
        "sub_category": template.sub_category,
        "rejected_reason": template.rejected_reason,
        "quality_score": {"score": template.quality_score, "date": int(template.created_at)},
        "message_send_ttl_seconds": template.message_send_ttl_seconds,
        "id": template.id,
    }
    wanted = [f.split("{")[0].strip() for f in fields.split(",") if f.strip()] or list(DEFAULT_FIELDS)
    return {f: all_fields[f] for f in (*wanted, "id") if all_fields.get(f) not in (None, "")}
