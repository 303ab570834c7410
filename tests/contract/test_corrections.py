"""Each correction of Meta's file is needed: without it the file refuses a body that is right."""

from __future__ import annotations

import pytest

from tests.contract import reading
from tests.contract.corrections import ALL, Correction
from tests.contract.reading import Contract


@pytest.mark.parametrize("correction", ALL, ids=lambda each: each.name)
def test_without_it_a_right_body_is_refused_and_with_it_taken(meta_contract: Contract, correction: Correction) -> None:
    assert meta_contract.without(correction).message(correction.right) != ""
    assert meta_contract.message(correction.right) == ""


def test_the_document_lists_each_correction() -> None:
    page = (reading.ROOT / "docs" / "whatsapp.md").read_text(encoding="utf-8")
    assert [each.name for each in ALL if each.name not in page] == []


def test_a_missing_file_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("META_OPENAPI_SPEC", "nowhere/meta.yaml")
    monkeypatch.setattr(reading, "_asked_in_vain", [])
    assert reading.notice() == ""
    with pytest.raises(pytest.skip.Exception):
        reading.required()
    assert reading.notice().splitlines() == [
        f"Meta's OpenAPI file is not at {reading.ROOT / 'nowhere/meta.yaml'} (META_OPENAPI_SPEC): the contract tests"
        " were skipped."
    ]


def test_the_file_is_not_in_the_project() -> None:
    assert reading.ROOT not in (reading.ROOT / reading.DEFAULT).resolve().parents


def test_ci_insists_on_the_file() -> None:
    script = (reading.ROOT / ".ci" / "run").read_text()
    assert f'step "Meta\'s OpenAPI file is here" test -s "${{META_OPENAPI_SPEC:-{reading.DEFAULT}}}"' in script
