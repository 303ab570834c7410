"""The cook's week as a page on the phone, with the paid week; in the cook's own script, and opened there."""

from __future__ import annotations

import pytest
import requests

from tests.factories.households import NOW
from tests.factories.mealplans import Home
from tests.journeys.stage import TIMEOUT, Stage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("language", ["en", "hi", "kn", "he"])
def test_the_paid_week_reaches_the_cook_as_a_page_in_her_own_script(stage: Stage, home: Home, language: str) -> None:
    type(home.sunita).objects.filter(pk=home.sunita.pk).update(language=language)
    stage.at(NOW)
    stage.phone("Asha").taps("Approve")
    stage.pay(stage.phone("Asha").address_of("Pay now"))
    [week] = [message for message in stage.phone("Sunita").received() if message.get("header", {}).get("media")]
    address = week["header"]["media"]["url"].replace("http://testserver", stage.server)
    page = requests.get(address, timeout=TIMEOUT)
    assert (page.headers["Content-Type"], page.content[:4]) == ("application/pdf", b"%PDF")
    assert {"en": b"NotoSans", "hi": b"Devanagari", "kn": b"Kannada", "he": b"Hebrew"}[language] in page.content
