from __future__ import annotations

from bettermeals.lib.phones import to_e164
from bettermeals.rehearsal.cast import Manner, cast
from bettermeals.sample_homes import DISLIKES, EQUIPMENT, sample_homes
from mealplans.catalogue.load import load_catalogue
from mealplans.catalogue.vocabulary import EQUIPMENT as KNOWN_EQUIPMENT


def test_the_same_seed_gives_the_same_households_and_more_of_them_do_not_change_the_first() -> None:
    assert sample_homes(5, 7) == sample_homes(12, 7)[:5]


def test_another_seed_gives_other_households() -> None:
    assert sample_homes(5, 7) != sample_homes(5, 8)


def test_everybody_has_a_phone_number_of_their_own() -> None:
    homes = sample_homes(60, 1)
    residents = [person.phone for home in homes for person in home.residents if person.phone]
    cooks = {home.cook.phone for home in homes}
    assert len(residents) == len(set(residents))
    assert [to_e164(phone) for phone in residents] == residents
    assert cooks.isdisjoint(residents)


def test_the_first_resident_can_be_reached() -> None:
    assert [home.name for home in sample_homes(60, 1) if not home.residents[0].phone] == []


def test_two_homes_share_a_cook_at_different_hours() -> None:
    first, second = sample_homes(2, 1)
    assert first.cook == second.cook
    assert first.arrives_at < second.arrives_at


def test_dislikes_and_equipment_are_words_of_the_catalogue() -> None:
    slugs = {ingredient.slug for ingredient in load_catalogue().ingredients.values()}
    assert set(DISLIKES) <= slugs
    assert set(EQUIPMENT) <= set(KNOWN_EQUIPMENT)


def test_twenty_households_play_every_manner() -> None:
    assert {player.manner for player in cast(20, 7)} == set(Manner)


def test_the_cast_of_a_seed_is_always_the_same() -> None:
    assert cast(20, 7) == cast(20, 7)
