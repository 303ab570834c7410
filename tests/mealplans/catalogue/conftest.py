from __future__ import annotations

import pytest

from mealplans.catalogue.entities import Catalogue
from mealplans.catalogue.load import load_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The catalogue that ships, read once."""
    return load_catalogue()
