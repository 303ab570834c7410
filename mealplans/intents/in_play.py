"""The names of the shipped catalogue, as facts for messages of no particular household."""

from __future__ import annotations

from functools import lru_cache

from mealplans.catalogue.load import load_catalogue
from mealplans.intents.interpretation import Facts, Name
from mealplans.intents.lexicon import foods, keys


@lru_cache(maxsize=1)
def catalogue_facts() -> Facts:
    """Dishes and ingredients by the name people would say: "bhindi", not "Okra, cleaned".

    Raises mealplans.catalogue.load.CatalogueError when the catalogue is broken.
    """
    catalogue = load_catalogue()
    common = {keys(spoken) for spellings in foods()["dishes"].values() for spoken in spellings}
    dishes = [Name(d.name_en.lower(), (d.name_hi, d.slug.replace("-", " "))) for d in catalogue.dishes.values()]
    return Facts(
        dishes=tuple(name for name in dishes if keys(name.name) not in common),
        ingredients=tuple(
            Name(i.slug.replace("-", " "), (i.name_en, i.name_hi)) for i in catalogue.ingredients.values()
        ),
    )
