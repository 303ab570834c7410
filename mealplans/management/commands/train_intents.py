"""Retrain the intent model from the shipped messages: weights and a report, the same every time."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mealplans.intents import corpus
from mealplans.intents.model import WEIGHTS, Model

DATA = Path(str(corpus.DATA))


class Command(BaseCommand):
    help = "Train the intent model on the shipped messages; writes weights.npz and report.md beside them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--into", type=Path, default=DATA, help="folder to write to (default: the shipped one)")

    def handle(self, *args: Any, into: Path, **options: Any) -> None:
        try:
            from mealplans.intents import training
        except ImportError as missing:
            raise CommandError(f"{missing}: pip install -r requirements-dev.txt") from missing
        from mealplans.intents.report import as_markdown

        parts = corpus.split(corpus.rows())
        model = Model(
            {role: training.train(parts["train"], role, parts["calibrate"]) for role in ("resident", "cook")},
            corpus.checksum(),
        )
        training.save(dict(model.roles), into / WEIGHTS)
        (into / "report.md").write_text(as_markdown(parts, model), encoding="utf-8")
        self.stdout.write(f"Wrote {into / WEIGHTS} and {into / 'report.md'}; data {corpus.checksum()}.")
