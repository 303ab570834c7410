"""The loader over small catalogues written here: what it reads, and what it says when it cannot."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from mealplans.catalogue.entities import Ahead
from mealplans.catalogue.load import CatalogueError, load_catalogue

PEAS = """
[[ingredient]]
slug = "peas"
name_en = "Green peas"
name_hi = "मटर"
base_unit = "g"
diet = "vegan"
allergens = []
jain_ok = true
fasting_ok = false
aisle = "vegetables"
staple = false
shelf_life_days = 3
density_g_per_ml = 0.61
packs = [{ size = 200, price_paise = 3500 }, { size = 1000, price_paise = 15000 }]
"""
CREAM = """
[[ingredient]]
slug = "cream"
name_en = "Fresh cream"
name_hi = "क्रीम"
base_unit = "ml"
diet = "vegetarian"
allergens = ["milk"]
jain_ok = true
fasting_ok = true
aisle = "dairy"
staple = false
shelf_life_days = 20
packs = [{ size = 200, price_paise = 6800, source = "corner shop", as_of = 2026-11-15 }]
"""
PRICES = '[prices]\nsource = "estimate"\nas_of = 2026-11-01\n'
SOUP = """
[[dish]]
slug = "pea-soup"
name_en = "Pea soup"
name_hi = "मटर का सूप"
label = "vegetarian"
meals = ["dinner"]
cuisine = "continental"
main_ingredient = "peas"
family = "soup"
technique = "boiled"
tags = ["light"]
spice_level = 0
prep_minutes = 5
cook_minutes = 15
passive_minutes = 0
equipment = ["stove", "mixer"]
ahead = { task_en = "Take the peas out of the freezer", task_hi = "मटर फ्रीज़र से निकाल दें", hours = 2 }
ingredients = [["peas", 150.5], ["cream", 20, "at the table"]]
steps_en = ["Boil the peas for 10 minutes.", "Grind them smooth.", "Stir in the cream and serve."]
steps_hi = ["मटर 10 मिनट उबालें।", "महीन पीस लें।", "क्रीम मिलाकर परोसें।"]
serving_en = "Serve hot."
serving_hi = "गरम परोसें।"
"""


def write(root: Path, ingredients: str = PRICES + PEAS + CREAM, dishes: str = SOUP) -> Path:
    for folder, text in (("ingredients", ingredients), ("dishes", dishes)):
        (root / folder).mkdir(exist_ok=True)
        (root / folder / "some.toml").write_text(text, encoding="utf-8")
    return root


def problems(root: Path) -> tuple[str, ...]:
    with pytest.raises(CatalogueError) as error:
        load_catalogue(root)
    return error.value.problems


def ingredient_problem(tmp_path: Path, old: str, new: str) -> str:
    assert old in PEAS
    found = problems(write(tmp_path, ingredients=PRICES + PEAS.replace(old, new) + CREAM, dishes=""))
    return found[0]


def dish_problem(tmp_path: Path, old: str, new: str) -> str:
    assert old in SOUP
    return problems(write(tmp_path, dishes=SOUP.replace(old, new)))[0]


def test_an_ingredient_is_read_with_its_packs_and_measures(tmp_path: Path) -> None:
    peas = load_catalogue(write(tmp_path)).ingredients["peas"]
    assert (peas.name_hi, peas.base_unit, peas.diet, peas.allergens) == ("मटर", "g", "vegan", frozenset())
    assert (peas.density_g_per_ml, peas.piece_weight_g, peas.katori_g) == (Decimal("0.61"), None, None)
    assert [(pack.size, pack.price_paise) for pack in peas.packs] == [(200, 3500), (1000, 15000)]


def test_a_pack_takes_source_and_day_from_the_head_of_its_file_unless_it_says_its_own(tmp_path: Path) -> None:
    read = load_catalogue(write(tmp_path)).ingredients
    assert [(p.source, p.as_of) for p in read["peas"].packs] == [("estimate", date(2026, 11, 1))] * 2
    assert [(p.source, p.as_of) for p in read["cream"].packs] == [("corner shop", date(2026, 11, 15))]


def test_a_dish_is_read_with_exact_amounts_and_its_task_of_the_evening_before(tmp_path: Path) -> None:
    soup = load_catalogue(write(tmp_path)).dishes["pea-soup"]
    assert [(line.ingredient.slug, line.amount, line.note) for line in soup.ingredients] == [
        ("peas", Decimal("150.5"), ""),
        ("cream", Decimal(20), "at the table"),
    ]
    assert soup.ahead == Ahead("Take the peas out of the freezer", "मटर फ्रीज़र से निकाल दें", 2)
    assert soup.steps_hi == ("मटर 10 मिनट उबालें।", "महीन पीस लें।", "क्रीम मिलाकर परोसें।")


def test_diet_allergens_jain_and_fasting_follow_from_the_ingredients(tmp_path: Path) -> None:
    soup = load_catalogue(write(tmp_path)).dishes["pea-soup"]
    assert (soup.diet, soup.allergens, soup.jain_ok, soup.fasting_ok) == (
        "vegetarian",
        frozenset({"milk"}),
        True,
        False,
    )


def test_a_serving_is_priced_from_the_best_value_pack_and_rounded_up_to_the_paisa(tmp_path: Path) -> None:
    soup = load_catalogue(write(tmp_path)).dishes["pea-soup"]
    assert soup.price_paise == 2938  # 150.5 g at 15 paise and 20 ml at 34 paise: 2257.5 + 680


def test_reading_twice_gives_the_same_catalogue(tmp_path: Path) -> None:
    root = write(tmp_path)
    assert load_catalogue(root) == load_catalogue(root)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"g"', '"gram"', 'base_unit "gram" is not one of: g, ml, piece'),
        ("allergens = []", 'allergens = ["peanuts"]', 'did you mean "peanut"?'),
        ("allergens = []", 'alergens = []\nallergens = ["soy"]', "alergens is not a known field"),
        ("allergens = []", 'allergens = ["milk"]', "it contains milk, so diet must be vegetarian, not vegan"),
        ('"vegan"', '"nonveg"', "diet is nonveg, so jain_ok and fasting_ok must be false"),
        ('"मटर"', '"matar"', "name_hi must be Hindi in Devanagari"),
        ('"मटर"', '"हरे peas"', "without Latin letters"),
        ('"peas"', '"Green Peas"', "must be small letters, digits and single hyphens"),
        ('"vegetables"', '"veg"', 'aisle "veg" is not one of'),
        ("shelf_life_days = 3", "shelf_life_days = 0", "shelf_life_days must be a whole number from 1"),
        ("staple = false", 'staple = "no"', "staple must be true or false, not 'no'"),
        ("0.61", "61", "density_g_per_ml must be between 0.1 and 2, not 61"),
        ("0.61", '"light"', "density_g_per_ml must be a number, not 'light'"),
        ('"g"', '"piece"', "it cannot have density_g_per_ml; use piece_weight_g"),
        ("size = 1000", "size = 200", "packs go from small to large, each size once"),
        ("price_paise = 3500", "price_paise = 35.5", "price_paise must be a whole number"),
        ("price_paise = 3500", 'price_paise = 3500, as_of = "2026-11"', "as_of must be a day such as 2026-11-01"),
        ("staple = false\n", "", "staple is missing; add it"),
    ],
)
def test_a_wrong_ingredient_field_says_what_to_write(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert says in ingredient_problem(tmp_path, old, new)


def test_an_ingredient_without_packs_cannot_be_bought_and_is_refused(tmp_path: Path) -> None:
    without = PEAS[: PEAS.index("packs")] + "packs = []\n"
    found = problems(write(tmp_path, ingredients=without + CREAM, dishes=""))
    assert "packs must be a list of at least 1" in found[0]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('["peas", 150.5]', '["pees", 150.5]', 'ingredient "pees" is not in the catalogue; add it'),
        ('["peas", 150.5]', '["pees", 150.5]', 'did you mean "peas"?'),
        ('["peas", 150.5]', '["peas"]', "an ingredient line must be"),
        ('["peas", 150.5]', '["peas", 0]', "amount of peas must be between 0.1 and 350, not 0"),
        ('["peas", 150.5]', '["peas", 1500]', "amount of peas must be between 0.1 and 350, not 1500"),
        ('["peas", 150.5]', '["peas", "a cup"]', "amount of peas must be a number"),
        ('["peas", 150.5]', '["peas", 100], ["peas", 50]', "ingredients name peas twice; add the amounts up"),
        ('label = "vegetarian"', 'label = "vegan"', "label says vegan but cream makes it vegetarian"),
        ('label = "vegetarian"', 'label = "egg"', "label says egg but cream makes it vegetarian"),
        ('["light"]', '["fasting"]', "tagged fasting but peas may not be eaten on a fast"),
        ('["light"]', '["lite"]', 'tags "lite" is not one of'),
        ('["dinner"]', '["supper"]', 'meals "supper" is not one of: breakfast, lunch, dinner'),
        ('["dinner"]', "[]", "meals must be a list of at least 1"),
        ('["dinner"]', '["dinner", "dinner"]', "meals names a word twice"),
        ('["stove", "mixer"]', '["blender"]', 'equipment "blender" is not one of'),
        ('main_ingredient = "peas"', 'main_ingredient = "rice"', "main_ingredient rice is not among"),
        ("spice_level = 0", "spice_level = 4", "spice_level must be a whole number from 0 to 3"),
        ("cook_minutes = 15", "cook_minutes = true", "cook_minutes must be a whole number"),
        ("hours = 2", "hours = 0", "hours must be a whole number from 1 to 24"),
        ('"Grind them smooth.", ', "", "steps_en must be a list of at least 3"),
        ('"Grind them smooth."', '"Grind."', "steps_en number 2 is empty or too short: 'Grind.'"),
        ('"महीन पीस लें।"', '"grind करें।"', "steps_hi must be Hindi in Devanagari"),
        ('"महीन पीस लें।", ', '"महीन पीस लें।", "फिर छान लें।", ', "their numbers differ"),
        ('steps_en = ["Boil', 'steps = ["Boil', "steps_en is missing; add it"),
        ("Grind them smooth.", "Grind with the cashews.", 'speaks of "cashews" but its ingredients have none'),
    ],
)
def test_a_wrong_dish_field_says_what_to_write(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert says in dish_problem(tmp_path, old, new)


def test_more_than_seven_steps_do_not_fit_a_cooks_card(tmp_path: Path) -> None:
    many = "steps_en = [" + '"Stir the pot once.", ' * 5
    assert "steps_en has 8 steps; a cook's card holds 3 to 7" in dish_problem(tmp_path, "steps_en = [", many)


def test_every_problem_names_its_file_and_its_entry(tmp_path: Path) -> None:
    found = dish_problem(tmp_path, "spice_level = 0", "spice_level = 9")
    assert found == ('dishes/some.toml: dish "pea-soup": spice_level must be a whole number from 0 to 3, not 9')


def test_all_broken_entries_are_told_at_once(tmp_path: Path) -> None:
    first = SOUP.replace("spice_level = 0", "spice_level = 9")
    second = SOUP.replace('"pea-soup"', '"other-soup"').replace('label = "vegetarian"', 'label = "vegan"')
    found = problems(write(tmp_path, dishes=first + second))
    assert [problem.split(": ")[1] for problem in found] == ['dish "pea-soup"', 'dish "other-soup"']


def test_an_entry_without_a_slug_is_named_by_its_place(tmp_path: Path) -> None:
    found = dish_problem(tmp_path, 'slug = "pea-soup"\n', "")
    assert found == 'dishes/some.toml: dish "number 1": slug is missing; add it'


def test_two_entries_with_one_slug_are_refused_even_across_files(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / "dishes" / "z.toml").write_text(SOUP, encoding="utf-8")
    assert problems(root) == ('dishes/z.toml: dish "pea-soup": the dish pea-soup stands twice; rename or delete one',)


def test_a_file_that_is_not_toml_is_named_with_the_line(tmp_path: Path) -> None:
    found = problems(write(tmp_path, dishes="oops\n" + SOUP))
    assert found[0].startswith("dishes/some.toml: ")
    assert "(at line 1" in found[0]


def test_a_misspelled_table_is_not_silently_empty(tmp_path: Path) -> None:
    found = problems(write(tmp_path, dishes=SOUP.replace("[[dish]]", "[[dishes]]")))
    assert found == ("dishes/some.toml: only [[dish]] tables (and [prices]) may stand in this file, at least one",)


def test_a_folder_without_a_catalogue_says_so(tmp_path: Path) -> None:
    assert problems(tmp_path)[0].endswith("ingredients: no ingredient found; is this the catalogue's folder?")
