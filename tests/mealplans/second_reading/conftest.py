from __future__ import annotations

from collections.abc import Iterator

import pytest

from mealplans.second_reading import provider
from tests.mealplans.second_reading.stub import Stub, running


@pytest.fixture
def stub() -> Iterator[Stub]:
    pytest.importorskip("anthropic")
    provider.wake()
    with running() as found:
        yield found
    provider.wake()
