"""What residents see of a dish's photo, and how its file is served to whoever has the address."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from households.models import Resident
from mealplans import lifecycle, photos
from mealplans.models import Dish, DishVersion, WeekPlan
from mealplans.outcomes import Actor
from tests.factories.households import NOW
from tests.factories.mealplans import TUESDAY, Home, meal_of
from tests.factories.pictures import picture, upload
from tests.mealplans import page_visits
from tests.mealplans.merges import merge_dishes, take_back
from tests.mealplans.page_visits import address, at


@pytest.fixture(autouse=True)
def saturday(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    page_visits.forget_links()
    at(monkeypatch, NOW)
    settings.STORAGES = {**settings.STORAGES}


def photographed(slug: str) -> str:
    name = photos.store(photos.prepared(upload(picture())))
    Dish.objects.filter(slug=slug).update(photo=name)
    return name


def img(name: str, words: str) -> str:
    return (
        f'<a class="photo" href="/dish-photo/{name}.jpg"><img src="/dish-photo/{name}-small.jpg" alt="{words}" '
        'width="72" height="72" loading="lazy" decoding="async"></a>'
    )


def test_a_resident_sees_the_photo_beside_the_dish_in_their_language(plan: WeekPlan, home: Home) -> None:
    dish = meal_of(plan, TUESDAY).dish
    name = photographed(dish.slug)
    html = Client().get(address(plan, home.asha)).content.decode()
    assert html.count(img(name, f"Photo of {dish.name_en}")) == html.count("/dish-photo/") / 2 > 0
    Resident.objects.filter(pk=home.asha.pk).update(language="hi")
    assert img(name, f"{dish.name_hi} की फ़ोटो") in Client().get(address(plan, home.asha)).content.decode()


def test_photos_cost_the_page_no_query(plan: WeekPlan, home: Home) -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            Client().get(address(plan, home.asha))
        counts.append(len(seen))
        Dish.objects.update(photo="0" * 32)
    assert counts[0] == counts[1]


def test_dishes_to_choose_from_show_theirs(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    options = Client().get(address(plan, home.asha, "plan-options", meal.pk)).context["page"].options
    name = photographed(options[0].slug)
    html = Client().get(address(plan, home.asha, "plan-options", meal.pk)).content.decode()
    assert html.count(img(name, f"Photo of {options[0].dish}")) == html.count("with-photo") == 1


def test_an_approved_week_shows_today_s_photo_and_keeps_its_recipe(plan: WeekPlan, home: Home) -> None:
    lifecycle.approve(plan.pk, Actor("Asha", "page", resident_id=home.asha.pk), NOW)
    versions = DishVersion.objects.count()
    dish = meal_of(plan, TUESDAY).dish
    name = photographed(dish.slug)
    Dish.objects.filter(pk=dish.pk).update(name_en="Renamed")
    assert img(name, f"Photo of {dish.name_en}") in Client().get(address(plan, home.asha)).content.decode()
    assert DishVersion.objects.count() == versions


def test_the_file_is_a_jpeg_that_a_browser_keeps_and_never_takes_for_a_page(db: None) -> None:
    name = photos.store(photos.prepared(upload(picture())))
    for each, size in ((name, (640, 480)), (f"{name}-small", (320, 240))):
        answer = Client().get(f"/dish-photo/{each}.jpg")
        assert Image.open(BytesIO(b"".join(answer.streaming_content))).size == size  # type: ignore[attr-defined]
        assert {key: answer[key] for key in HEADERS} == HEADERS | {
            "Content-Disposition": f'inline; filename="{each}.jpg"'
        }


HEADERS = {
    "Content-Type": "image/jpeg",
    "Content-Disposition": "",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Robots-Tag": "noindex",
}


@pytest.mark.parametrize("path", ["0" * 32, "..%2f..%2fsecret", "a/b", "-small"])
def test_what_is_no_photo_is_not_found(db: None, path: str) -> None:
    assert Client().get(f"/dish-photo/{path}.jpg").status_code == 404


def test_a_photo_is_only_read(db: None) -> None:
    name = photos.store(photos.prepared(upload(picture())))
    assert Client().post(f"/dish-photo/{name}.jpg").status_code == 405


# Duplicates that are made one ----------------------------------------------------------------------------------


KEPT, GONE = "tomato-rice", "gobi-rice"


def photo_of(*slugs: str) -> list[str]:
    return [Dish.objects.get(slug=slug).photo for slug in slugs]


def test_the_dish_that_stays_takes_the_photo_when_it_has_none_and_gives_it_back(home: Home) -> None:
    name = photographed(GONE)
    made = merge_dishes(KEPT, GONE)
    assert photo_of(KEPT, GONE) == [name, name]
    take_back(made)
    assert photo_of(KEPT, GONE) == ["", name]


def test_of_two_photos_that_of_the_dish_that_stays_is_kept(home: Home) -> None:
    mine, theirs = photographed(KEPT), photographed(GONE)
    made = merge_dishes(KEPT, GONE)
    assert photo_of(KEPT, GONE) == [mine, theirs]
    take_back(made)
    assert photo_of(KEPT, GONE) == [mine, theirs]


def test_a_photo_that_was_lent_is_there_still_when_the_merge_is_undone(
    home: Home, django_capture_on_commit_callbacks: Any
) -> None:
    lent = photographed(GONE)
    made = merge_dishes(KEPT, GONE)
    with django_capture_on_commit_callbacks(execute=True):
        photos.forget(lent)
        own = photographed(KEPT)
    take_back(made, leave_changed=True)
    assert photo_of(KEPT, GONE) == [own, lent]
    assert default_storage.exists(photos.path_of(lent))
