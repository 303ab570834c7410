"""A small kitchen that a test can hold in its head: twenty dishes, the Sharmas, and Sunita who cooks for them.

Asha decides. Ravi lives there too. Kabir is four, eats half a portion, and must never meet a peanut.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from households.models import Cook, Engagement, Household, MealPattern, Resident
from mealplans import templates
from mealplans.models import Dish, DishIngredient, Ingredient, IngredientPack, PlannedMeal, PlanStatus, WeekPlan
from mealplans.planning import meals_of
from mealplans.proposing import propose
from tests.factories.households import MONDAY, NOW, make_engagement, make_household, make_resident
from tests.factories.whatsapp import approve_all, make_account, make_contact
from whatsapp.models import Message

DAYS = [MONDAY + timedelta(days=n) for n in range(7)]
TUESDAY = DAYS[1]

#: slug: (unit, diet, allergens, jain, fasting, aisle, staple, pack size, pack price in paise)
INGREDIENTS: dict[str, tuple[Any, ...]] = {
    "rice": ("g", "vegan", [], True, False, "grains_flours", False, 1000, 9000),
    "atta": ("g", "vegan", ["gluten"], True, False, "grains_flours", False, 1000, 5500),
    "rajma": ("g", "vegan", [], True, False, "pulses", False, 500, 9000),
    "toor-dal": ("g", "vegan", [], True, False, "pulses", False, 500, 8500),
    "chana": ("g", "vegan", [], True, False, "pulses", False, 500, 6000),
    "moong": ("g", "vegan", [], True, False, "pulses", False, 500, 7000),
    "besan": ("g", "vegan", [], True, False, "pulses", False, 500, 6500),
    "paneer": ("g", "vegetarian", ["milk"], True, True, "dairy", False, 200, 9000),
    "curd": ("g", "vegetarian", ["milk"], True, True, "dairy", False, 400, 3500),
    "peanuts": ("g", "vegan", ["peanut"], True, True, "nuts_dry_fruit", False, 200, 4500),
    "onion": ("piece", "vegan", [], False, False, "vegetables", False, 5, 2000),
    "tomato": ("piece", "vegan", [], True, True, "vegetables", False, 5, 2500),
    "potato": ("piece", "vegan", [], False, True, "vegetables", False, 5, 2000),
    "spinach": ("g", "vegan", [], True, False, "vegetables", False, 250, 2000),
    "capsicum": ("piece", "vegan", [], True, False, "vegetables", False, 2, 2500),
    "cauliflower": ("g", "vegan", [], True, False, "vegetables", False, 500, 4000),
    "chicken": ("g", "nonveg", [], False, False, "meat_fish_eggs", False, 500, 16000),
    "egg": ("piece", "egg", ["egg"], False, False, "meat_fish_eggs", False, 6, 5400),
    "oil": ("ml", "vegan", [], True, True, "oils", True, 1000, 16000),
    "salt": ("g", "vegan", [], True, True, "spices", True, 1000, 2500),
}
#: slug: (English, Hindi, {ingredient: amount for one}, minutes, soaking hours)
DISHES: dict[str, tuple[Any, ...]] = {
    "rajma-chawal": ("Rajma Chawal", "राजमा चावल", {"rajma": 60, "rice": 75, "tomato": 1}, 35, 8),
    "dal-chawal": ("Dal Chawal", "दाल चावल", {"toor-dal": 50, "rice": 75, "tomato": 0.5}, 30, 0),
    "chole-chawal": ("Chole Chawal", "छोले चावल", {"chana": 60, "rice": 75, "onion": 0.5}, 35, 8),
    "veg-pulao": ("Veg Pulao", "वेज पुलाव", {"rice": 90, "capsicum": 0.5, "tomato": 0.5}, 30, 0),
    "palak-paneer": ("Palak Paneer, Roti", "पालक पनीर, रोटी", {"spinach": 125, "paneer": 60, "atta": 70}, 40, 0),
    "matar-paneer": ("Paneer Tomato, Roti", "पनीर टमाटर, रोटी", {"paneer": 75, "tomato": 1, "atta": 70}, 40, 0),
    "aloo-gobi": ("Aloo Gobi, Roti", "आलू गोभी, रोटी", {"potato": 1, "cauliflower": 150, "atta": 70}, 40, 0),
    "kadhi-chawal": ("Kadhi Chawal", "कढ़ी चावल", {"curd": 100, "besan": 25, "rice": 75}, 35, 0),
    "moong-khichdi": ("Moong Khichdi", "मूँग खिचड़ी", {"moong": 40, "rice": 60}, 25, 0),
    "besan-roti": ("Besan Roti", "बेसन रोटी", {"besan": 50, "atta": 60, "curd": 50}, 30, 0),
    "capsicum-besan": ("Capsicum Besan, Roti", "शिमला बेसन, रोटी", {"capsicum": 1, "besan": 20, "atta": 70}, 30, 0),
    "dal-palak": ("Dal Palak, Rice", "दाल पालक, चावल", {"toor-dal": 45, "spinach": 80, "rice": 70}, 35, 0),
    "tomato-rice": ("Tomato Rice", "टमाटर चावल", {"tomato": 1.5, "rice": 85}, 25, 0),
    "jeera-aloo": ("Jeera Aloo, Roti", "जीरा आलू, रोटी", {"potato": 1.5, "atta": 70}, 30, 0),
    "curd-rice": ("Curd Rice", "दही चावल", {"curd": 120, "rice": 70}, 20, 0),
    "chana-dal": ("Chana Palak, Roti", "चना पालक, रोटी", {"chana": 45, "spinach": 80, "atta": 70}, 35, 6),
    "gobi-rice": ("Gobi Rice", "गोभी चावल", {"cauliflower": 130, "rice": 80}, 30, 0),
    "peanut-curry": ("Peanut Curry", "मूँगफली करी", {"peanuts": 40, "rice": 75}, 30, 0),
    "chicken-curry": ("Chicken Curry", "चिकन करी", {"chicken": 150, "rice": 75, "onion": 1}, 45, 0),
    "egg-curry": ("Egg Curry", "अंडा करी", {"egg": 2, "rice": 75, "onion": 1}, 35, 0),
}


def make_catalogue() -> dict[str, Dish]:
    """In one statement a table: nearly every test of a kitchen begins here."""
    rows = Ingredient.objects.bulk_create(_ingredient(slug, *values) for slug, values in INGREDIENTS.items())
    ingredients = {row.slug: row for row in rows}
    IngredientPack.objects.bulk_create(
        IngredientPack(
            ingredient=ingredients[slug], size=Decimal(size), price_paise=price, source="test", as_of=date(2026, 11, 1)
        )
        for slug, (*_, size, price) in INGREDIENTS.items()
    )
    dishes = {row.slug: row for row in Dish.objects.bulk_create(_dish(slug, *DISHES[slug]) for slug in DISHES)}
    DishIngredient.objects.bulk_create(
        DishIngredient(dish=dishes[slug], ingredient=ingredients[name], amount=Decimal(str(amount)), position=position)
        for slug in DISHES
        for position, (name, amount) in enumerate(_lines(slug).items())
    )
    return dishes


def _ingredient(
    slug: str, unit: str, diet: str, allergens: list[str], jain: bool, fasting: bool, aisle: str, staple: bool, *_: int
) -> Ingredient:
    return Ingredient(
        slug=slug,
        name_en=slug.replace("-", " ").capitalize(),
        name_hi=HINDI[slug],
        base_unit=unit,
        diet=diet,
        allergens=list(allergens),
        allergens_stated=True,
        jain_ok=jain,
        fasting_ok=fasting,
        aisle=aisle,
        staple=staple,
        shelf_life_days=5 if aisle in ("vegetables", "dairy") else 180,
        katori_g=Decimal(150) if unit == "g" and aisle in ("grains_flours", "pulses") else None,
    )


_HINDI = """चावल आटा राजमा तूर_दाल चना मूँग बेसन पनीर दही मूँगफली प्याज़ टमाटर आलू पालक शिमला_मिर्च गोभी
चिकन अंडा तेल नमक"""
HINDI = dict(zip(INGREDIENTS, _HINDI.split(), strict=True))


def _lines(slug: str) -> dict[str, float]:
    """What a dish takes for one, with the oil and the salt that all take."""
    return {**DISHES[slug][2], "oil": 10, "salt": 3}


def _dish(slug: str, english: str, hindi: str, amounts: dict[str, float], minutes: int, soak: int) -> Dish:
    diets = [INGREDIENTS[name][1] for name in _lines(slug)]
    return Dish(
        slug=slug,
        name_en=english,
        name_hi=hindi,
        label=max(diets, key=("vegan", "vegetarian", "egg", "nonveg").index),
        meals=["lunch", "dinner"],
        cuisine="north-indian",
        main_ingredient=next(iter(amounts)),
        family=slug,
        technique="curry",
        prep_minutes=10,
        cook_minutes=minutes - 10,
        passive_minutes=soak,
        equipment=["stove"],
        ahead_hours=soak,
        ahead_task_en=f"soak the {next(iter(amounts))}" if soak else "",
        ahead_task_hi=f"{hindi} के लिए भिगो दीजिए" if soak else "",
        steps_en=["Wash and cut.", "Cook until soft.", "Serve hot."],
        steps_hi=["धोकर काटिए।", "नरम होने तक पकाइए।", "गरम परोसिए।"],
    )


@dataclass
class Home:
    household: Household
    asha: Resident
    ravi: Resident
    kabir: Resident
    sunita: Cook
    visit: Engagement

    def texts_to(self, person: Resident | Cook) -> list[str]:
        """What this person was sent, oldest first."""
        rows = Message.objects.filter(contact=person.contact, direction="out").order_by("id")
        return list(rows.values_list("text", flat=True))

    def purposes_to(self, person: Resident | Cook) -> list[str]:
        rows = Message.objects.filter(contact=person.contact, direction="out").order_by("id")
        return list(rows.values_list("purpose", flat=True))


def make_home(**fields: Any) -> Home:
    """The Sharmas: lunch and dinner from Monday to Saturday, both cooked by Sunita at ten in the morning."""
    make_account()
    approve_all(templates.CATALOGUE)
    household = make_household("Sharma", **fields)
    asha = make_resident(household, "Asha", contact=make_contact(), language="en")
    ravi = make_resident(household, "Ravi", contact=make_contact(), language="en")
    kabir = make_resident(household, "Kabir", contact=None, portion=Decimal("0.5"), allergens=["peanut"])
    MealPattern.objects.bulk_create(
        MealPattern(household=household, weekday=day, meal=meal, servings=3)
        for day in range(6)
        for meal in ("lunch", "dinner")
    )
    sunita = Cook.objects.create(name="Sunita", language="hi", contact=make_contact(), created_at=NOW)
    visit = make_engagement(household, sunita, arrives_at=time(10), minutes_per_visit=120)
    return Home(household, asha, ravi, kabir, sunita, visit)


def propose_week(home: Home, now: datetime = NOW) -> WeekPlan:
    plan = propose(home.household, MONDAY, now)
    assert plan.status == PlanStatus.PROPOSED, plan.problem
    return plan


def meal_of(plan: WeekPlan, day: date, meal: str = "dinner") -> PlannedMeal:
    return next(row for row in meals_of(plan) if row.date == day and row.meal == meal)
