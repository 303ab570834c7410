"""The product's settings with two more doors, so that a baseline runs in the same server on the same settings."""

from __future__ import annotations

from bettermeals.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks._doors"
