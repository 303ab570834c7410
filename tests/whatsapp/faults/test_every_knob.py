from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from whatsapp.simulator.core.knobs import Knobs

TEST = re.compile(r"^def test_([a-z0-9_]+?)__(\w+)\(", re.MULTILINE)


def test_every_knob_has_a_test_that_says_what_the_engine_does() -> None:
    sources = [path.read_text() for path in Path(__file__).parent.glob("test_knobs_*.py")]
    tested = {knob for source in sources for knob, _ in TEST.findall(source)}
    assert tested == {knob.name for knob in fields(Knobs)}


def test_every_test_beside_this_one_names_its_knob() -> None:
    sources = [path.read_text() for path in Path(__file__).parent.glob("test_knobs_*.py")]
    assert [len(TEST.findall(source)) for source in sources] == [source.count("\ndef test_") for source in sources]
