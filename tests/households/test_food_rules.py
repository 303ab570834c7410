from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.food_rules import change_food_rules, checked
from households.models import TimelineEvent
from households.vocabulary import Allergen
from tests.factories.households import NOW, make_household, make_resident


@pytest.mark.django_db
def test_a_hard_rule_that_changes_is_a_line_of_the_timeline_with_who_said_so():
    resident = make_resident(make_household(), "Kabir", decides=False)
    rules = {"diet": "egg", "jain": True, "allergens": ["peanut"], "never": ["mushroom"]}
    changed = change_food_rules(resident.pk, by="Asha, on WhatsApp", now=NOW, **rules)
    event = TimelineEvent.objects.get()
    assert changed == ["allergens", "diet", "jain", "never"]
    assert event.actor == "Asha, on WhatsApp"
    assert event.text == (
        "Kabir: diet: vegetarian → egg; Jain rules: no → yes; allergens: none → peanut; never eats: none → mushroom."
    )
    assert event.data["old"] == {"diet": "vegetarian", "jain": False, "allergens": [], "never": []}


@pytest.mark.django_db
def test_a_taste_is_changed_without_a_line():
    resident = make_resident(make_household())
    assert change_food_rules(resident.pk, by="", now=NOW, dislikes=["bhindi"]) == ["dislikes"]
    assert not TimelineEvent.objects.exists()


@pytest.mark.django_db
def test_the_same_rules_again_change_nothing():
    resident = make_resident(make_household(), allergens=["milk"])
    assert change_food_rules(resident.pk, by="", now=NOW, allergens=["milk"], diet="vegetarian") == []
    assert not TimelineEvent.objects.exists()


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"allergens": ["peanuts"]}, "choose from gluten, milk"),
        ({"diet": "keto"}, "choose from vegan"),
        ({"alergens": ["milk"]}, "there are diet, jain"),
    ],
)
def test_an_unknown_word_is_refused_with_the_words_that_would_be_right(rules, says):
    """An allergen that is misspelt and silently kept would protect nobody."""
    with pytest.raises(ValueError, match=says):
        checked(rules)


@given(st.lists(st.sampled_from(Allergen.values)))
def test_allergens_are_stored_once_each_in_the_lists_own_order(words):
    assert checked({"allergens": words})["allergens"] == [word for word in Allergen.values if word in words]
