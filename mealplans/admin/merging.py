"""Make duplicates one: choose the one that stays, see every reference that moves, say why. And take it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from bettermeals.lib import clock
from bettermeals.lib.admin import ReadOnlyAdmin, UnfoldBooleanWidget, UnfoldModelAdminViewMixin, action, display
from households.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish, known
from households.admin.inlines import with_actor
from mealplans.merging import dishes, ingredients
from mealplans.merging.ingredients import CannotMerge, Done
from mealplans.merging.ledger import Ledger, model_of
from mealplans.merging.strictness import FACTS, facts_of
from mealplans.merging.undoing import ChangedSince, undo
from mealplans.models import CatalogueMerge, Dish, Ingredient

MOST_NAMED = 6
#: The hard facts in the order of `FACTS`.
HEADS = (_("Diet"), _("Allergens"), _("Allergens stated"), _("Jain"), _("On a fast"))


class MergePage(UnfoldModelAdminViewMixin, TemplateView):
    template_name = "admin/mealplans/merge.html"
    title = _("Merge duplicates")
    model: type[Any] = Ingredient

    @property
    def permission_required(self) -> str:
        return f"mealplans.change_{self.model._meta.model_name}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self._rows(self.request.GET)
        kept = _kept(rows, self.request.GET)
        gone = [row for row in rows if row is not kept]
        return super().get_context_data(
            **kwargs,
            rows=[(row, self._facts(row)) for row in rows],
            heads=HEADS if self.model is Ingredient else HEADS[:2],
            kept=kept,
            ids=",".join(str(row.pk) for row in rows),
            list_url=self._list(),
            **(self._look(kept, gone) if kept else {}),
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows, reason = self._rows(request.POST), request.POST.get("reason", "").strip()
        kept = _kept(rows, request.POST)
        if kept is None or not reason:
            messages.error(request, said_now("Say which one stays, and why they are the same."))
            return HttpResponseRedirect(request.get_full_path())
        try:
            done = self._merge(kept, rows, reason[:200], dry_run=False)
        except CannotMerge as refusal:
            for problem in refusal.problems:
                messages.error(request, problem)
            return HttpResponseRedirect(request.get_full_path())
        self.model_admin.log_change(request, kept, f"Merged: {done.merge}. {reason}")
        messages.success(request, said_now("%(merge)s: done. It can be undone on this page.") % {"merge": done.merge})
        return HttpResponseRedirect(reverse("admin:mealplans_cataloguemerge_change", args=[done.merge.pk]))

    def _look(self, kept: Any, gone: Sequence[Any]) -> dict[str, Any]:
        """What would happen: the merge itself, rolled back."""
        module = ingredients if self.model is Ingredient else dishes
        found = module.problems(kept, gone)
        differ = ingredients.differing(kept, gone) if self.model is Ingredient else []
        if found:
            return {"problems": found}
        try:
            done = self._merge(kept, [kept, *gone], "—", dry_run=True, stricter=True)
        except CannotMerge as refusal:
            return {"problems": refusal.problems}
        differ = [str(HEADS[FACTS.index(name)]) for name in differ]
        return {"differ": differ, "moves": moves(done.ledger), "after": self._facts(done.kept)}

    def _merge(self, kept: Any, rows: Sequence[Any], reason: str, *, dry_run: bool, stricter: bool = False) -> Done:
        gone = [row.pk for row in rows if row.pk != kept.pk]
        by, now = with_actor(self.request), clock.now()
        if self.model is Dish:
            return dishes.merge(kept.pk, gone, by=by, reason=reason, now=now, dry_run=dry_run)
        stricter = stricter or "stricter" in self.request.POST
        return ingredients.merge(kept.pk, gone, by=by, reason=reason, now=now, stricter=stricter, dry_run=dry_run)

    def _rows(self, given: Any) -> list[Any]:
        wanted = [int(pk) for pk in given.get("ids", "").split(",") if pk.isdecimal()]
        rows = self.model._default_manager.filter(pk__in=wanted).order_by("pk")
        return list(rows.prefetch_related("lines__ingredient") if self.model is Dish else rows)

    def _facts(self, row: Any) -> list[str]:
        if self.model is Dish:
            found = dishes.facts
            return [found.diet(row), ", ".join(sorted(found.allergens(row))) or said_now("none")]
        return [_shown(value) for value in facts_of(row).values()]

    def _list(self) -> str:
        return reverse(f"admin:mealplans_{self.model._meta.model_name}_changelist")


def _kept(rows: Sequence[Any], given: Any) -> Any:
    return next((row for row in rows if str(row.pk) == given.get("kept")), None)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return said_now("yes") if value else said_now("no")
    return (", ".join(value) or said_now("none")) if isinstance(value, list) else str(value)


def moves(ledger: Ledger) -> list[dict[str, Any]]:
    """Per kind of row: how many move, how many are added up into another, how many change, and some by name."""
    counts: Counter[tuple[str, str]] = Counter()
    pks: dict[str, list[int]] = {}
    for moved in ledger.moved:
        counts[moved.model, "moved"] += len(moved.pks)
        pks.setdefault(moved.model, []).extend(moved.pks)
    for each in ledger.changed:
        counts[each.model, "changed"] += 1
        pks.setdefault(each.model, []).append(each.pk)
    for folded in ledger.folded:
        counts[folded.model, "folded"] += 1
    return [
        {
            "what": model_of(label)._meta.verbose_name_plural,
            **{how: counts[label, how] for how in ("moved", "changed", "folded")},
            "some": [str(row) for row in model_of(label)._base_manager.filter(pk__in=pks.get(label, [])[:MOST_NAMED])],
        }
        for label in sorted({label for label, _how in counts})
    ]


class Mergeable:
    """For the lists of what may be entered twice: tick two rows, merge them. Rows that were merged are left out."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(merged_into=None)  # type: ignore[misc]

    def get_urls(self) -> list[URLPattern]:
        model = self.model  # type: ignore[attr-defined]
        page = MergePage.as_view(model_admin=self, model=model)
        name = f"mealplans_{model._meta.model_name}_merge"
        wrapped = self.admin_site.admin_view(page)  # type: ignore[attr-defined]
        return [path("merge/", wrapped, name=name), *super().get_urls()]  # type: ignore[misc]

    @admin.action(description=_("Merge duplicates"), permissions=["change"])
    def merge_duplicates(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        ids = ",".join(str(pk) for pk in queryset.order_by("pk").values_list("pk", flat=True))
        name = queryset.model._meta.model_name
        return HttpResponseRedirect(f"{reverse(f'admin:mealplans_{name}_merge')}?ids={ids}")


class UndoForm(ReasonForm):
    leave_changed = forms.BooleanField(
        required=False,
        label=_("Leave as they are now those rows that changed since"),
        widget=UnfoldBooleanWidget,
    )


@admin.register(CatalogueMerge)
class CatalogueMergeAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "Two entries for one thing are merged on the page of either; it can be taken back here."
    list_display = ["at", "kind", "kept", "gone", "by", "reason", "undone_at"]
    list_filter = ["kind", ("undone_at", admin.EmptyFieldListFilter)]
    search_fields = ["kept", "gone", "reason"]
    list_per_page = 50
    fields = ["kind", "kept", "gone", "reason", "by", "at", "moved", "undone_at", "undone_by", "undone_why"]
    readonly_fields = fields
    actions_detail = ["take_back"]

    @display(description=_("What moved"))
    def moved(self, merge: CatalogueMerge) -> str:
        return "; ".join(
            f"{each['what']}: {each['moved'] + each['changed'] + each['folded']}"
            for each in moves(Ledger.read(merge.record))
        )

    @action(
        description=_("Undo"),
        permissions=["act"],
        icon="undo",
        dialog=dialog("Take this merge back", "Each row stands again as it stood before.", UndoForm, "Undo"),
    )
    def take_back(self, request: HttpRequest, form: UndoForm, object_id: int) -> HttpResponse:
        reason, leave = form.cleaned_data["reason"], form.cleaned_data["leave_changed"]
        merge_id = known(CatalogueMerge, object_id)
        try:
            done = undo(merge_id, by=with_actor(request), reason=reason, now=clock.now(), leave_changed=leave)
        except ChangedSince as refusal:
            words = said_now("Not undone. Correct these, or tick that they stay as they are now:")
            return finish(request, self, object_id, f"{words} {' '.join(refusal.rows[:MOST_NAMED])}", ok=False)
        if done:
            self.log_change(request, CatalogueMerge.objects.get(pk=merge_id), f"Undone: {reason}")
        text = said_now("Everything stands as it stood.") if done else said_now("It was undone before.")
        return finish(request, self, object_id, text, ok=done)
