"""A dish's photo on its own page: put there, replaced, removed by whoever may change the dish; no file is left."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.files.storage import InMemoryStorage, default_storage
from django.test import Client

from bettermeals.lib import audit
from mealplans import photos
from mealplans.models import Dish
from tests.factories.mealplans import make_catalogue
from tests.factories.pictures import bomb, picture, upload
from tests.mealplans.admin.catalogue_desk import as_sent, cataloguer, dish, page

SLUG = "dal-chawal"
Send = Callable[..., str]


@pytest.fixture
def ravi(db: None, settings: Any) -> Client:
    settings.STORAGES = {**settings.STORAGES}  # a storage of its own, empty
    make_catalogue()
    return cataloguer()


@pytest.fixture
def send(ravi: Client, django_capture_on_commit_callbacks: Any) -> Send:
    """The form of the page with what is given put in; returns what the browser then shows."""

    def sent(**given: Any) -> str:
        form = as_sent(ravi, dish(SLUG))
        with django_capture_on_commit_callbacks(execute=True):
            return ravi.post(page(dish(SLUG)), form | given, follow=True).content.decode()

    return sent


def files() -> list[str]:
    return sorted(default_storage.listdir("dishes")[1]) if default_storage.exists("dishes") else []


def both(name: str) -> list[str]:
    return sorted([f"{name}.jpg", f"{name}-small.jpg"])


def test_a_photo_is_put_on_a_dish_shown_on_its_page_and_named_in_the_audit(ravi: Client, send: Send) -> None:
    send(new_photo=upload(picture("PNG")))
    name, shown = dish(SLUG).photo, ravi.get(page(dish(SLUG))).content.decode()
    assert re.fullmatch("[0-9a-f]{32}", name)
    assert files() == both(name)
    image = f'<img class="bm-photo" src="/dish-photo/{name}-small.jpg" alt="Photo of Dal Chawal"'
    assert f'<a href="/dish-photo/{name}.jpg">{image}' in shown
    assert audit.read(LogEntry.objects.get()) == [("new_photo", "", "640 × 480")]
    assert f"/dish-photo/{name}-small.jpg" in ravi.get("/admin/mealplans/dish/").content.decode()


def test_saving_a_dish_otherwise_leaves_its_photo(send: Send) -> None:
    send(new_photo=upload(picture()))
    name = dish(SLUG).photo
    send(name_en="Dal and rice")
    assert (dish(SLUG).name_en, dish(SLUG).photo, files()) == ("Dal and rice", name, both(name))


def test_a_replaced_photo_has_another_name_and_the_old_files_are_gone(send: Send) -> None:
    send(new_photo=upload(picture()))
    before = dish(SLUG).photo
    send(new_photo=upload(picture(colour="green")))
    assert dish(SLUG).photo != before
    assert files() == both(dish(SLUG).photo)


def test_a_removed_photo_leaves_nothing(ravi: Client, send: Send) -> None:
    assert 'name="remove_photo"' not in ravi.get(page(dish(SLUG))).content.decode()
    send(new_photo=upload(picture()))
    assert 'name="remove_photo"' in ravi.get(page(dish(SLUG))).content.decode()
    send(remove_photo="on")
    assert (dish(SLUG).photo, files()) == ("", [])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<html>", "This is no photo that can be read"),
        (bomb(6_000, 6_000), "more than 25 million pixels"),
        (b"\xff" * 5_100_000, "The file has 5.1 MB; the most is 5 MB"),
    ],
    ids=["no photo", "a bomb", "too large"],
)
def test_what_is_refused_is_said_at_the_field_and_nothing_is_kept(send: Send, data: bytes, words: str) -> None:
    shown = send(new_photo=upload(data), name_en="Another name")
    assert words in shown
    assert (dish(SLUG).photo, dish(SLUG).name_en, files()) == ("", "Dal Chawal", [])


def test_a_refusal_is_read_in_hindi_too(ravi: Client, send: Send) -> None:
    ravi.cookies.load({"django_language": "hi"})
    assert "यह ऐसी फ़ोटो नहीं है जो पढ़ी जा सके" in send(new_photo=upload(b"<html>"))


def test_a_change_that_is_rolled_back_leaves_no_file(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("after the photo was stored")

    monkeypatch.setattr("mealplans.admin.dishes.versions.keep", broken)
    monkeypatch.setattr("mealplans.admin.dishes.versions.stored", lambda _pk: None)
    with pytest.raises(RuntimeError):
        send(new_photo=upload(picture()))
    assert files() == []


def test_a_full_disk_is_said_and_nothing_is_saved(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    real = InMemoryStorage._save

    def full(self: InMemoryStorage, name: str, content: Any) -> str:
        if name.endswith("-small.jpg"):
            raise OSError(28, "No space left on device")
        return real(self, name, content)

    monkeypatch.setattr(InMemoryStorage, "_save", full)
    assert "The photo could not be stored and nothing was saved." in send(
        new_photo=upload(picture()), name_en="Another name"
    )
    assert (dish(SLUG).photo, dish(SLUG).name_en, files()) == ("", "Dal Chawal", [])


def test_a_dish_that_is_deleted_takes_its_photo_along(
    send: Send, django_capture_on_commit_callbacks: Any, ravi: Client
) -> None:
    send(new_photo=upload(picture()))
    ravi.force_login(User.objects.create_superuser("boss"))
    Dish.objects.filter(slug=SLUG).get().versions.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        ravi.post(page(dish(SLUG)).replace("change", "delete"), {"post": "yes"})
    assert (Dish.objects.filter(slug=SLUG).exists(), files()) == (False, [])


def test_who_may_only_look_sees_the_photo_and_can_change_none(ravi: Client, send: Send) -> None:
    send(new_photo=upload(picture()))
    form, name = as_sent(ravi, dish(SLUG)), dish(SLUG).photo
    vik = User.objects.create_user("vik", is_staff=True)
    vik.groups.set(Group.objects.filter(name="viewer"))
    ravi.force_login(vik)
    shown = ravi.get(page(dish(SLUG))).content.decode()
    assert f"/dish-photo/{name}-small.jpg" in shown
    assert 'name="new_photo"' not in shown
    assert ravi.post(page(dish(SLUG)), form | {"new_photo": upload(picture())}).status_code == 403
    assert ravi.post(page(dish(SLUG)), form | {"remove_photo": "on"}).status_code == 403
    assert (dish(SLUG).photo, files()) == (name, both(name))


def test_two_who_replace_it_at_once_leave_one_photo(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one's page was made before the first one's photo came."""
    send(new_photo=upload(picture()))
    real = photos.locked_name

    def first_was_quicker(dish_id: int) -> str:
        monkeypatch.setattr(photos, "locked_name", real)
        theirs = photos.store(photos.prepared(upload(picture(colour="green"))))
        photos.forget(dish(SLUG).photo)
        Dish.objects.filter(pk=dish_id).update(photo=theirs)
        return real(dish_id)

    monkeypatch.setattr(photos, "locked_name", first_was_quicker)
    send(new_photo=upload(picture(colour="blue")))
    assert files() == both(dish(SLUG).photo)
