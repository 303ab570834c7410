"""The shipped weights come from the shipped data, and the unseen part is unseen."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from mealplans.intents import corpus
from mealplans.intents.interpretation import INTENTS
from mealplans.intents.measure import score
from mealplans.intents.model import shipped
from tests.benchmarks import understand

PARTS = corpus.split(corpus.rows())


def test_the_weights_name_the_data_they_were_trained_on() -> None:
    assert shipped().data == corpus.checksum(), "run `manage.py train_intents` after changing the messages"


def test_training_again_from_a_sample_gives_the_same_weights_to_the_bit() -> None:
    training = pytest.importorskip("mealplans.intents.training")
    sample = [row for row in PARTS["train"] if row["role"] == "cook"][:40]
    once, again = (training.train(sample, "cook", sample) for _ in range(2))
    assert (once.weights == again.weights).all()
    assert (once.bias == again.bias).all()
    assert once.temperature == again.temperature


def test_saved_weights_read_back_as_they_were(tmp_path: Path) -> None:
    training = pytest.importorskip("mealplans.intents.training")
    model = shipped()
    training.save(dict(model.roles), tmp_path / "weights.npz")
    assert (tmp_path / "weights.npz").read_bytes() == Path(str(corpus.DATA.joinpath("weights.npz"))).read_bytes()


def test_no_near_duplicate_crosses_the_split() -> None:
    seen = PARTS["train"] + PARTS["calibrate"]
    crossing = [
        (row["text"], other["text"])
        for row in PARTS["unseen"]
        for other in seen
        if corpus.similarity(row["text"], other["text"]) >= corpus.SIMILAR
    ]
    assert crossing == []


def test_every_message_is_labelled_with_something_its_role_may_say() -> None:
    for row in corpus.rows():
        assert row["intent"] in (None, *INTENTS[row["role"]])
        assert (row.get("outcome") in ("ask", "hand_over")) == (row["intent"] is None)
        assert corpus.heard(row).now.tzinfo is not None


def test_the_data_is_what_the_docs_say_it_is() -> None:
    rows = corpus.rows()
    share = {lang: sum(row["lang"] == lang for row in rows) / len(rows) for lang in ("en", "hg", "hi", "xx")}
    assert len(rows) >= 2500
    assert share["hg"] >= 0.4
    assert share["en"] >= 0.33
    assert share["hi"] + share["xx"] >= 0.1


def test_unseen_messages_meet_the_bar() -> None:
    scored = score(PARTS["unseen"])
    assert scored.dangerous_wrong == 0
    assert scored.wrong_action_rate <= 0.01
    assert scored.acted_share >= 0.85
    assert scored.slot_accuracy >= 0.95


def test_the_benchmark_prints_its_keys(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lines = tmp_path / "few.jsonl"
    lines.write_text("\n".join(json.dumps(row) for row in PARTS["unseen"][:20]), encoding="utf-8")
    understand.main(["--json", str(lines)])
    assert set(json.loads(capsys.readouterr().out)) == {
        "messages", "wrong_action_rate", "dangerous_wrong", "acted_share", "slot_accuracy", "ms_per_message",
    }  # fmt: skip


def ask(monkeypatch: pytest.MonkeyPatch, *lines: str) -> list[dict[str, object]]:
    monkeypatch.setattr("sys.stdin", StringIO("\n".join(lines)))
    out = StringIO()
    call_command("interpret", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_reads_lines_and_answers_each(monkeypatch: pytest.MonkeyPatch) -> None:
    common = {"role": "resident", "now": "2026-11-21T10:00:00", "awaiting": None}
    first, second = ask(
        monkeypatch,
        json.dumps({"id": "a", "text": "shukravar raat khana nahi chahiye", **common}),
        json.dumps({"id": 2, "text": "my son is allergic to peanuts", **common}),
    )
    assert (first["id"], first["intent"], first["slots"]) == (
        "a",
        "skip_meal",
        {"date": "2026-11-27", "meal": "dinner"},
    )
    assert (second["id"], second["intent"], second["outcome"]) == (2, None, "hand_over")


def test_a_broken_line_is_named_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="line 1"):
        ask(monkeypatch, '{"id": 1, "role": "guest", "text": "hi", "now": "2026-11-21T10:00:00"}')


NEVER_TRAINED = [
    "fourth",
    "seventh",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]


@pytest.mark.parametrize("name", NEVER_TRAINED)
def test_a_challenge_none_of_which_was_ever_trained_on_meets_the_bar(name: str) -> None:
    """Lines that anybody writes ("stop", "ty") stand in the training data too and are left out here."""
    trained = {row["text"].lower() for row in PARTS["train"]}
    whole = corpus.rows_of(Path(__file__).parent / "challenge" / f"{name}.jsonl")
    rows = [row for row in whole if row["text"].lower() not in trained]
    assert len(rows) >= 100
    scored = score(rows)
    assert scored.dangerous_wrong == 0
    assert scored.wrong_action_rate <= 0.01
    assert scored.acted_share >= 0.85
    assert scored.slot_accuracy >= 0.95
