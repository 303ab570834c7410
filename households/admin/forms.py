"""What staff fill in about a household: the same use cases read it as read what residents say on the phone."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bettermeals.lib.admin import (
    BaseDialogForm,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)
from bettermeals.lib.phones import PhoneError, to_e164
from households.admin.dialogs import ReasonForm
from households.admin.fields import CommaField, MatrixField, RupeesField, weekday_field, weekdays_field, words_field
from households.models import Cook, DayKind, Engagement, Household, Resident
from households.onboarding import pattern_of
from households.vocabulary import LANGUAGE_CHOICES, PERSON_LANGUAGE_CHOICES, Allergen, Diet, Meal

TEXT = UnfoldAdminTextInputWidget


class HouseholdForm(forms.ModelForm):
    veg_days = weekdays_field(required=False, help_text="Without meat, fish and egg.")
    fasting_days = weekdays_field(required=False)
    propose_weekday = weekday_field(label="Plan goes out on")
    deadline_weekday = weekday_field(label="Deadline on")
    weekly_budget_paise = RupeesField(required=False, label="Weekly budget in rupees", help_text="Empty: no limit.")
    delivery_days = weekdays_field(
        required=False, label="Groceries arrive on", help_text="Monday always; what does not keep is cooked in time."
    )
    equipment = CommaField(required=False, help_text="With commas: stove, pressure_cooker, mixer")
    pattern = MatrixField(required=False, label="Servings", help_text="Empty: not cooked.")

    class Meta:
        model = Household
        fields = [
            *("name", "timezone", "language", "city", "currency", "weekly_budget_paise", "spice_level", "veg_days"),
            *("fasting_days", "delivery_days", "equipment", "notes", "propose_weekday", "propose_at", "reminders"),
            *("deadline_weekday", "deadline_at", "deadline_policy", "not_delivered", "payment_ask"),
            "evening_instruction_at",
            *("morning_lead_minutes", "cook_quiet_until"),
            *("cook_answer_minutes", "cook_escalate_minutes", "rating_at", "summary_at"),
        ]
        labels: ClassVar = {"payment_ask": _("How they are asked to pay")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["pattern"].initial = pattern_of(self.instance)


class ResidentForm(forms.ModelForm):
    allergens = words_field(Allergen.choices, required=False)
    never = CommaField(required=False, help_text="Ingredients never, with commas. A hard rule.")
    dislikes = CommaField(required=False, help_text="Ingredients avoided where possible, with commas.")

    class Meta:
        model = Resident
        fields = ["name", "language", "portion", "diet", "jain", "allergens", "never", "dislikes"]


class EngagementForm(forms.ModelForm):
    weekdays = weekdays_field()
    meals = words_field(Meal.choices)

    class Meta:
        model = Engagement
        fields = ["weekdays", "meals", "arrives_at", "minutes_per_visit"]


class PhoneField(forms.CharField):
    """Any local way of writing a number; the error says what to do."""

    widget = TEXT(attrs={"inputmode": "tel"})

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        try:
            return to_e164(text) if text.strip() else ""
        except PhoneError as error:
            raise forms.ValidationError(str(error)) from error


def _language(choices: list[tuple[str, str]] = LANGUAGE_CHOICES) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget)


class AddResidentForm(BaseDialogForm):
    name = forms.CharField(max_length=120, widget=TEXT)
    phone = PhoneField(required=False, help_text="None for a child.")
    opted_in_how = forms.CharField(
        required=False, max_length=80, widget=TEXT, label="How they agreed to WhatsApp", help_text="asked on the phone"
    )
    language = _language(PERSON_LANGUAGE_CHOICES)
    diet = forms.ChoiceField(choices=Diet.choices, initial=Diet.VEGETARIAN, widget=UnfoldAdminSelectWidget)
    allergens = words_field(Allergen.choices, required=False)
    portion = forms.DecimalField(initial="1", min_value=0.25, max_value=3, widget=TEXT, help_text="A child: 0.5")


class AddCookForm(BaseDialogForm):
    name = forms.CharField(max_length=120, widget=TEXT)
    phone = PhoneField()
    opted_in_how = forms.CharField(max_length=80, widget=TEXT, label="How they agreed to WhatsApp")
    language = _language(PERSON_LANGUAGE_CHOICES)
    weekdays = weekdays_field(initial=[0, 1, 2, 3, 4, 5])
    meals = words_field(Meal.choices)
    arrives_at = forms.TimeField(widget=TEXT(attrs={"placeholder": "07:30"}))
    minutes_per_visit = forms.IntegerField(
        initial=90, min_value=15, max_value=720, widget=UnfoldAdminIntegerFieldWidget
    )


class DaysForm(ReasonForm):
    start = forms.DateField(widget=UnfoldAdminSingleDateWidget)
    end = forms.DateField(widget=UnfoldAdminSingleDateWidget, help_text="The last day, included.")
    field_order = ["start", "end", "reason"]


class PauseForm(ReasonForm):
    until = forms.DateField(
        required=False, widget=UnfoldAdminSingleDateWidget, help_text="The first day on again; empty: until resumed."
    )


class LeaveForm(DaysForm):
    meals = words_field(Meal.choices, required=False, help_text="None: the whole day.")


class SpecialDayForm(ReasonForm):
    """Weekly or dated: which of the two is said by what is filled in."""

    kind = forms.ChoiceField(choices=DayKind.choices, widget=UnfoldAdminSelectWidget)
    who = forms.CharField(required=False, max_length=120, widget=TEXT, help_text="A resident's name; empty: everybody.")
    weekdays = weekdays_field(required=False, label="Every week on")
    start = forms.DateField(required=False, widget=UnfoldAdminSingleDateWidget, label="Or once, from")
    end = forms.DateField(required=False, widget=UnfoldAdminSingleDateWidget, help_text="Empty: that one day.")
    meals = words_field(Meal.choices, required=False, help_text="None: the whole day.")
    field_order = ["kind", "who", "weekdays", "start", "end", "meals", "reason"]


class CookForm(forms.ModelForm):
    cannot_make = CommaField(
        required=False,
        help_text="With commas: a dish, a family, a technique or a cuisine of the catalogue, as in "
        "hyderabadi-biryani, idli-dosa, baked, indo-chinese.",
    )

    class Meta:
        model = Cook
        fields = ["name", "language", "cannot_make", "wants_voice", "active"]
