from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bettermeals.lib import clock
from mealplans.catalogue.load import CatalogueError, load_catalogue
from mealplans.merging.looking import look_through_all
from mealplans.storing import store


class Command(BaseCommand):
    help = "Read the catalogue's TOML files and bring the database in line with them; what the office changed stays."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            catalogue = load_catalogue()
        except CatalogueError as problem:
            raise CommandError(str(problem)) from problem
        counts = store(catalogue)
        self.stdout.write(
            f"{counts.ingredients} ingredients and {counts.dishes} dishes are in the database; "
            f"{counts.retired} dishes that left the catalogue are inactive."
        )
        homes = look_through_all(counts.harder, counts.recipes, clock.now())
        if homes:
            self.stdout.write(f"Homes whose weeks under way were looked through, for a food rule: {homes}")
        for line in counts.kept:
            self.stdout.write(f"Kept as the office has it: {line}")
