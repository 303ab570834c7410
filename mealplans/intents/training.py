"""From the development messages to the shipped weights. Needs scikit-learn; nothing at run time imports this.

Each message is trained on as it stands and in a few damaged copies (a typo, a dropped letter, no vowels, Latin
spelling variants), so that a message typed in a hurry lands beside the clean one. All randomness is seeded by the
message's own id: the same data gives the same weights.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from mealplans.intents.corpus import Row, checksum, label
from mealplans.intents.features import BUCKETS, features
from mealplans.intents.interpretation import Facts
from mealplans.intents.model import RoleModel
from mealplans.intents.normalise import clean
from mealplans.intents.reading import read

COPIES = 3
STRENGTH = 60.0  # inverse of the regularisation, chosen on the calibration part
STEPS = 127  # of an 8-bit weight
#: What may have been asked of each role, and the meanings that do not depend on it ("ok" and "not good" do).
ASKED = {"resident": ("plan_approval", "payment", "rating"), "cook": ("cook_confirmation",)}
WHATEVER_WAS_ASKED = {
    "resident": frozenset(
        [
            "swap_meal",
            "skip_meal",
            "guests",
            "avoid_ingredient",
            "request_dish",
            "show_plan",
            "show_groceries",
            "payment_link",
            "pause",
            "resume",
            "call_staff",
            "opt_out",
            "opt_in",
            "greeting",
            "thanks",
            "hand_over",
        ]
    ),
    "cook": frozenset(
        [
            "absent",
            "late",
            "missing_ingredient",
            "meal_done",
            "ask_recipe",
            "ask_menu",
            "equipment_problem",
            "call_staff",
            "opt_out",
            "greeting",
            "hand_over",
        ]
    ),
}


def train(rows: Sequence[Row], role: str, held_out: Sequence[Row]) -> RoleModel:
    """A model of one role's messages; `held_out` sets its temperature only."""
    mine = [row for row in rows if row["role"] == role]
    texts = [(text, row["awaiting"], label(row)) for row in mine for text in (row["text"], *damaged(row))]
    texts += [(row["text"], asked, label(row)) for row in mine for asked in asked_otherwise(row)]
    matrix = as_matrix([(text, role, awaiting) for text, awaiting, _ in texts])
    fitted = LogisticRegression(C=STRENGTH, max_iter=400, class_weight="balanced", random_state=0)
    fitted.fit(matrix, [wanted for _, _, wanted in texts])
    weights, bias = _rounded(fitted.coef_), fitted.intercept_.astype(np.float32)
    model = RoleModel(tuple(fitted.classes_), weights, bias, 1.0)
    others = [row for row in held_out if row["role"] == role]
    return RoleModel(model.labels, weights, bias, _temperature(model, others)) if others else model


def as_matrix(messages: Sequence[tuple[str, str, str | None]]) -> csr_matrix:
    """Hashed features, a row per message."""
    columns: list[int] = []
    values: list[float] = []
    starts = [0]
    for text, role, awaiting in messages:
        counted = features(read(text, Facts()), role, awaiting)
        columns.extend(counted)
        values.extend(counted.values())
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(messages), BUCKETS))


def asked_otherwise(row: Row) -> Iterator[str]:
    """One thing we might have asked before this message: "3 guests on Tuesday" is the same wish after any question."""
    if row["awaiting"] is None and label(row) in WHATEVER_WAS_ASKED[row["role"]]:
        yield random.Random(row["id"] + "asked").choice(ASKED[row["role"]])  # noqa: S311  # nothing secret


def damaged(row: Row) -> Iterator[str]:
    """Copies of a message as a hurried thumb would write it."""
    chance = random.Random(row["id"])  # noqa: S311  # seeded typos, nothing secret
    for _ in range(COPIES):
        words = clean(row["text"]).split()
        for at, word in enumerate(words):
            if word.isalpha() and len(word) > 3 and chance.random() < 0.3:
                words[at] = chance.choice(_SLIPS)(word, chance)
        yield " ".join(words)


def _dropped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _swapped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _doubled(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at] + word[at:]


def _unvowelled(word: str, chance: random.Random) -> str:
    return word[0] + "".join(c for c in word[1:-1] if c not in "aeiou") + word[-1]


def _respelled(word: str, chance: random.Random) -> str:
    written, said = chance.choice(
        (("ee", "i"), ("aa", "a"), ("oo", "u"), ("z", "j"), ("v", "w"), ("w", "v"), ("ai", "e"))
    )
    return word.replace(written, said)


_SLIPS = (_dropped, _swapped, _doubled, _unvowelled, _respelled, _respelled)


def _rounded(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    scale = np.abs(weights).max(axis=1, keepdims=True) / STEPS
    rounded: npt.NDArray[np.float32] = (np.round(weights / scale) * scale).astype(np.float32)
    return rounded


def _temperature(model: RoleModel, rows: Sequence[Row]) -> float:
    """The temperature at which the held-out messages are least surprising."""
    counted = [(features(read(row["text"], Facts()), row["role"], row["awaiting"]), label(row)) for row in rows]

    def surprise(temperature: float) -> float:
        warm = RoleModel(model.labels, model.weights, model.bias, temperature)
        return float(-sum(np.log(max(warm.chances(found).get(wanted, 0.0), 1e-6)) for found, wanted in counted))

    return min((step / 20 for step in range(8, 61)), key=surprise)


def save(models: dict[str, RoleModel], path: Path) -> None:
    """Write both roles' weights, 8 bits each, with the checksum of the data they come from."""
    arrays: dict[str, npt.NDArray[np.generic]] = {"data": np.array(checksum())}
    for role, model in models.items():
        scale = np.abs(model.weights).max(axis=1) / STEPS
        arrays[f"{role}.labels"] = np.array(model.labels)
        arrays[f"{role}.scale"] = scale.astype(np.float32)
        arrays[f"{role}.weights"] = np.round(model.weights / scale[:, None]).astype(np.int8)
        arrays[f"{role}.bias"] = model.bias
        arrays[f"{role}.temperature"] = np.array(model.temperature)
    np.savez_compressed(path, allow_pickle=False, **arrays)
