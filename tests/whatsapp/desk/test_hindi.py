"""The desk speaks Hindi to staff whose browser asks for it, whole and compiled."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.whatsapp.desk.conftest import thread_url
from whatsapp.models import Contact, Message

ROOT = Path(__file__).resolve().parents[3]
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def entries(folder: Path) -> dict[str, str]:
    """msgid -> the first msgstr of the .po file."""
    found = {}
    for block in folder.joinpath("django.po").read_text(encoding="utf-8").split("\n\n")[1:]:
        source, _, rest = block.partition("\nmsgstr")
        source = source.partition("\nmsgid_plural")[0].partition("msgid ")[2]
        target = rest.partition("\nmsgstr[1]")[0]
        found["".join(STRING.findall(source))] = "".join(STRING.findall(target))
    return found


@pytest.mark.parametrize("app", ["whatsapp", "households", "bettermeals"])
def test_every_sentence_has_its_hindi_and_is_compiled(app: str) -> None:
    folder = ROOT / app / "locale" / "hi" / "LC_MESSAGES"
    with folder.joinpath("django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    written = entries(folder)
    assert [source for source, target in written.items() if not target] == []
    stale = [s for s, t in written.items() if t not in (compiled.gettext(s), compiled.ngettext(s, s, 1))]
    assert stale == [], "run msgfmt"


def test_the_inbox_is_in_hindi_for_who_reads_hindi(boss: Client, asha: Contact) -> None:
    words = boss.get(thread_url(asha), headers={"Accept-Language": "hi"}).content.decode()
    for sentence in ("जवाब चाहिए", "अपने हाथ में लें", "भेजें और बंद करें", "सहमति का लेखा और पहचान"):
        assert sentence in words


@pytest.mark.parametrize(
    ("kind", "word"), [("image", "[फ़ोटो]"), ("audio", "[वॉइस संदेश]"), ("something_new", "[something new]")]
)
@pytest.mark.parametrize("page", ["whatsapp_inbox", "whatsapp_message_changelist", "whatsapp_inboxitem_changelist"])
def test_what_has_no_words_is_said_by_its_kind(boss: Client, asha: Contact, page: str, kind: str, word: str) -> None:
    Message.objects.update(text="", type=kind)
    words = boss.get(reverse(f"admin:{page}"), headers={"Accept-Language": "hi"}).content.decode()
    assert (word in words, f"[{kind}]" in words) == (True, False)
