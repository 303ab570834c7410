"""The trained weights and what they say of one message. Read with numpy; no scikit-learn at run time.

One linear model per role over the hashed features of features.py. Weights are stored as 8-bit steps of a scale per
class: 32,768 buckets, under a megabyte for both roles, and the rounding moves no answer that is far from the gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files

import numpy as np
import numpy.typing as npt

WEIGHTS = "weights.npz"


@dataclass(frozen=True)
class RoleModel:
    """`weights` has a row per label and a column per bucket; `temperature` makes the probabilities honest."""

    labels: tuple[str, ...]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    temperature: float

    def chances(self, counted: Mapping[int, float]) -> dict[str, float]:
        """{label: probability}, likeliest first."""
        buckets = np.fromiter(counted, dtype=np.int64, count=len(counted))
        values = np.fromiter(counted.values(), dtype=np.float32, count=len(counted))
        scores = (self.weights[:, buckets] @ values + self.bias) / self.temperature
        spread = np.exp(scores - scores.max())
        spread /= spread.sum()
        order = np.argsort(-spread)
        return {self.labels[at]: float(spread[at]) for at in order}


@dataclass(frozen=True)
class Model:
    """Both roles' models, and the checksum of the data and settings they were trained with."""

    roles: Mapping[str, RoleModel]
    data: str


@lru_cache(maxsize=1)
def shipped() -> Model:
    """The weights in data/weights.npz. Raises FileNotFoundError with the command to run if there are none."""
    with as_file(files("mealplans.intents").joinpath("data", WEIGHTS)) as path:
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing: run `manage.py train_intents`")
        with np.load(path) as stored:
            return Model({role: _role(stored, role) for role in ("resident", "cook")}, str(stored["data"]))


def _role(stored: Mapping[str, npt.NDArray[np.generic]], role: str) -> RoleModel:
    scale = stored[f"{role}.scale"].astype(np.float32)
    return RoleModel(
        tuple(str(label) for label in stored[f"{role}.labels"]),
        stored[f"{role}.weights"].astype(np.float32) * scale[:, None],
        stored[f"{role}.bias"].astype(np.float32),
        float(stored[f"{role}.temperature"]),
    )
