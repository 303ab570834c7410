"""The shopping list: merged, converted only by what was measured, pantry once, cheapest packs, exact paise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mealplans.groceries import (
    Amount,
    CannotConvert,
    CannotPrice,
    Cooking,
    Good,
    Line,
    LineDifference,
    Origin,
    PackOffer,
    PriceDifference,
    ShoppingList,
    in_base_unit,
    price_difference,
    shopping_list,
)
from mealplans.packs import PackMix, cheapest_packs

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
PRICED = date(2026, 11, 1)
KILO, FIVE_KILOS = PackOffer(Decimal(1000), 6_000, PRICED), PackOffer(Decimal(5000), 27_500, PRICED)
RICE = Good("rice", "g", "grains", packs=(KILO, FIVE_KILOS))
MILK = Good("milk", "ml", "dairy", packs=(PackOffer(Decimal(500), 3_000, PRICED),), density_g_per_ml=Decimal("1.03"))
EGG = Good("egg", "piece", "dairy", packs=(PackOffer(Decimal(6), 4_800, PRICED),), piece_weight_g=Decimal(50))
SALT = Good("salt", "g", "spices", staple=True)
GOODS = (RICE, MILK, EGG, SALT)


def cooking(*amounts: Amount, dish: str = "dish", day: date = MONDAY, servings: str = "1") -> Cooking:
    return Cooking(dish, day, "dinner", Decimal(servings), amounts)


def rice(quantity: str, unit: str = "") -> Amount:
    return Amount("rice", Decimal(quantity), unit)


def only(listed: ShoppingList) -> Line:
    (line,) = listed.lines
    return line


def test_one_line_for_an_ingredient_of_several_dishes_with_what_each_part_is_for() -> None:
    week = [
        cooking(rice("80"), dish="pulao", day=TUESDAY, servings="2.5"),
        cooking(rice("0.1", "kg"), dish="khichdi", servings="3"),
    ]
    assert shopping_list(week, GOODS) == ShoppingList(
        lines=(
            Line(
                ingredient="rice",
                base_unit="g",
                aisle="grains",
                need=Decimal(500),
                from_pantry=Decimal(0),
                packs=((KILO, 1),),
                price_paise=6_000,
                surplus=Decimal(500),
                origins=(
                    Origin(MONDAY, "dinner", "khichdi", Decimal(300)),
                    Origin(TUESDAY, "dinner", "pulao", Decimal(200)),
                ),
            ),
        ),
        staples=(),
        total_paise=6_000,
    )


def test_each_pack_carries_the_day_its_price_was_seen() -> None:
    (offer, _), *_ = only(shopping_list([cooking(rice("1"))], GOODS)).packs
    assert offer.as_of == PRICED


def test_the_pantry_is_counted_once_across_the_week() -> None:
    week = [cooking(rice("600")), cooking(rice("600"), day=TUESDAY)]
    line = only(shopping_list(week, GOODS, {"rice": Decimal(700)}))
    assert (line.need, line.from_pantry, line.to_buy, line.price_paise) == (1200, 700, 500, 6_000)


def test_what_the_pantry_covers_stands_on_the_list_and_costs_nothing() -> None:
    line = only(shopping_list([cooking(rice("600"))], GOODS, {"rice": Decimal(5000)}))
    assert (line.from_pantry, line.packs, line.price_paise, line.surplus) == (600, (), 0, 0)


def test_staples_are_listed_apart_and_never_charged() -> None:
    listed = shopping_list([cooking(Amount("salt", Decimal(3)), rice("10"))], GOODS)
    assert [line.ingredient for line in listed.staples] == ["salt"]
    assert listed.staples[0].need == 3
    assert listed.total_paise == 6_000


def test_lines_follow_the_walk_through_the_shop() -> None:
    week = [cooking(rice("1"), Amount("milk", Decimal(1)), Amount("egg", Decimal(1)))]
    walk = [line.ingredient for line in shopping_list(week, GOODS, aisles=("dairy", "grains")).lines]
    assert walk == ["egg", "milk", "rice"]
    assert [line.ingredient for line in shopping_list(week, GOODS, aisles=("grains",)).lines] == ["rice", "egg", "milk"]


@pytest.mark.parametrize(
    ("amount", "good", "expected"),
    [
        (Amount("rice", Decimal("0.25"), "kg"), RICE, "250"),
        (Amount("milk", Decimal(1), "l"), MILK, "1000"),
        (Amount("milk", Decimal("103"), "g"), MILK, "100"),
        (Amount("egg", Decimal(100), "g"), EGG, "2"),
        (Amount("egg", Decimal(3)), EGG, "3"),
    ],
)
def test_units_become_the_base_unit_by_what_was_measured(amount: Amount, good: Good, expected: str) -> None:
    assert in_base_unit(amount, good) == Decimal(expected)


@pytest.mark.parametrize(
    ("amount", "good", "missing"),
    [
        (Amount("rice", Decimal(100), "ml"), RICE, "rice: needs density_g_per_ml"),
        (Amount("rice", Decimal(2), "piece"), RICE, "rice: needs piece_weight_g"),
        (Amount("egg", Decimal(100), "ml"), EGG, "egg: needs density_g_per_ml"),
        (Amount("rice", Decimal(1), "katori"), RICE, "rice: nothing is measured in 'katori'"),
    ],
)
def test_a_conversion_that_nobody_measured_is_refused_never_guessed(amount: Amount, good: Good, missing: str) -> None:
    with pytest.raises(CannotConvert, match=missing):
        in_base_unit(amount, good)


def test_everything_without_a_price_is_named_at_once() -> None:
    goods = (*GOODS, Good("saffron", "g"), Good("truffle", "g"))
    week = [cooking(Amount("truffle", Decimal(1)), rice("1"), Amount("saffron", Decimal(1)))]
    with pytest.raises(CannotPrice) as raised:
        shopping_list(week, goods)
    assert raised.value.slugs == ("saffron", "truffle")
    listed = shopping_list(week, goods, {"saffron": Decimal(1), "truffle": Decimal(1)})
    assert listed.total_paise == 6_000


def test_thirds_of_a_portion_do_not_open_another_pack() -> None:
    """Three portions of a third each are 0.999... servings by Decimal's digits: still 1000 g, one pack."""
    third = Decimal(1) / Decimal(3)
    line = only(shopping_list([Cooking("dish", MONDAY, "dinner", third * 3, (rice("1000"),))], GOODS))
    assert (line.need, line.price_paise) == (1000, 6_000)


def test_a_difference_names_what_changed_and_adds_up() -> None:
    before = shopping_list([cooking(rice("100"), Amount("milk", Decimal(100)))], GOODS)
    after = shopping_list([cooking(rice("1100"), Amount("egg", Decimal(1)))], GOODS)
    assert price_difference(before, after) == PriceDifference(
        7_800, (LineDifference("egg", 4_800), LineDifference("milk", -3_000), LineDifference("rice", 6_000))
    )


sizes = st.sampled_from([Decimal(n) for n in ("1", "2.5", "50", "100", "200", "250", "500", "1000")])
offers = st.lists(st.tuples(sizes, st.integers(1, 5_000)), min_size=1, max_size=3)
needs = st.decimals("0.01", "900", places=2)


@given(needs, offers)
def test_packs_cover_the_need_and_their_numbers_add_up(need: Decimal, packs: list[tuple[Decimal, int]]) -> None:
    mix = cheapest_packs(need, packs)
    assert mix.size >= need
    assert mix.size == sum(packs[at][0] * count for at, count in mix.counts)
    assert mix.price_paise == sum(packs[at][1] * count for at, count in mix.counts)
    assert isinstance(mix.price_paise, int)


few = st.sampled_from([Decimal(n) for n in ("2", "3", "5", "7.5")])


@settings(max_examples=80)
@given(st.decimals("0.1", "16", places=1), st.lists(st.tuples(few, st.integers(1, 30)), min_size=1, max_size=3))
def test_no_cheaper_mix_exists_and_of_equal_price_none_leaves_less(
    need: Decimal, packs: list[tuple[Decimal, int]]
) -> None:
    mix = cheapest_packs(need, packs)
    every = product(range(9), repeat=len(packs))
    covering = [
        (
            sum(price * n for (_, price), n in zip(packs, counts, strict=True)),
            sum(size * n for (size, _), n in zip(packs, counts, strict=True)),
        )
        for counts in every
    ]
    assert (mix.price_paise, mix.size) == min(pair for pair in covering if pair[1] >= need)


def test_nothing_needed_is_nothing_bought_and_no_pack_is_an_error() -> None:
    assert cheapest_packs(Decimal(0), []) == PackMix((), 0, Decimal(0))
    with pytest.raises(ValueError, match="5 is needed and the packs are"):
        cheapest_packs(Decimal(5), [])
    with pytest.raises(ValueError, match="is needed and the packs are"):
        cheapest_packs(Decimal(5), [(Decimal(0), 100)])


amounts = st.lists(
    st.sampled_from([rice("80"), rice("0.2", "kg"), Amount("milk", Decimal("0.3"), "l"), Amount("egg", Decimal(2))]),
    min_size=1,
    max_size=3,
).map(tuple)
cookings = st.builds(
    Cooking,
    st.sampled_from(["pulao", "kheer"]),
    st.sampled_from([MONDAY, TUESDAY]),
    st.just("dinner"),
    st.sampled_from([Decimal(1), Decimal("2.5"), Decimal(7)]),
    amounts,
)
weeks = st.lists(cookings, max_size=5)
pantries = st.dictionaries(st.sampled_from(["rice", "milk", "egg"]), st.decimals("0", "1500", places=2))


@given(weeks, pantries, st.integers(0, 99))
def test_the_order_of_the_dishes_changes_nothing(week: list[Cooking], pantry: dict[str, Decimal], seed: int) -> None:
    other = Random(seed).sample(week, len(week))
    assert shopping_list(other, GOODS, pantry) == shopping_list(week, GOODS, pantry)


@given(weeks, pantries)
def test_every_line_adds_up_and_so_does_the_list(week: list[Cooking], pantry: dict[str, Decimal]) -> None:
    listed = shopping_list(week, GOODS, pantry)
    assert listed.total_paise == sum(line.price_paise for line in listed.lines)
    for line in listed.lines:
        bought = sum((offer.size * count for offer, count in line.packs), Decimal(0))
        assert line.need == sum(origin.amount for origin in line.origins)
        assert line.need == line.from_pantry + bought - line.surplus
        assert line.price_paise == sum(offer.price_paise * count for offer, count in line.packs)


@given(weeks, pantries, st.sampled_from(["rice", "milk", "egg"]), st.decimals("0", "900", places=2))
def test_more_in_the_pantry_never_makes_the_bill_higher(
    week: list[Cooking], pantry: dict[str, Decimal], slug: str, more: Decimal
) -> None:
    fuller = {**pantry, slug: pantry.get(slug, Decimal(0)) + more}
    assert shopping_list(week, GOODS, fuller).total_paise <= shopping_list(week, GOODS, pantry).total_paise


@given(weeks, weeks)
def test_differences_of_lines_add_up_to_the_difference_of_totals(before: list[Cooking], after: list[Cooking]) -> None:
    difference = price_difference(shopping_list(before, GOODS), shopping_list(after, GOODS))
    assert difference.paise == sum(line.paise for line in difference.lines)
