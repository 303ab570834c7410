"""Foods a step, name or note speaks of, held against the ingredients list.

A step that says "add ginger-garlic" in a dish whose list has no garlic would be cooked for a Jain household,
and "garnish with cashews" would reach an allergic guest: the planner only sees the list. So a food that matters
for a hard rule and is named in any sentence the cook will read must be in the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

from mealplans.catalogue.entities import Dish

ROTI_FLOURS = "atta makki-atta bajra-flour jowar-flour rajgira-atta kuttu-atta singhara-atta"
SOYA = "soya-chunks soya-granules soy-sauce soy-milk tofu"
MUSTARD = "mustard-seeds mustard-oil mustard-greens"


@dataclass(frozen=True)
class Food:
    """How a food is said in either language, and the ingredients any one of which justifies saying it."""

    english: str
    hindi: str
    slugs: frozenset[str]

    def named_in(self, sentence: str) -> str | None:
        """The word by which the sentence names this food, or None."""
        found = re.search(f"{self.english}|{self.hindi}", sentence, re.IGNORECASE)
        return found.group() if found else None


def _whole(word: str) -> str:
    return f"(?<![\u0900-\u097f]){word}(?![\u0900-\u097f])"


def _food(english: str, hindi: str, slugs: str) -> Food:
    return Food(rf"\b({english})\b", hindi, frozenset(slugs.split()))


# Hindi endings change with case (कीमा, कीमे), so Hindi patterns are stems; a word that also stands inside others
# (राई in तराई, तिल in जटिल) is matched whole.
FOODS = (
    _food("garlic", "लहसुन", "garlic"),
    _food("ginger", "अदरक|सोंठ", "ginger dry-ginger"),
    _food("onions?", "प्याज", "onion spring-onion shallot"),
    _food("potato(es)?", "आलू|शकरकंद", "potato sweet-potato"),
    _food("carrots?", "गाजर", "carrot"),
    _food("radish", "मूली", "radish"),
    _food("beetroot", "चुकंदर", "beetroot"),
    _food("mushrooms?", "मशरूम", "mushroom"),
    _food("brinjals?", "बैंगन", "baingan"),
    _food("cauliflower|florets|gobi", "फूलगोभी", "cauliflower"),
    _food("cabbage", "पत्ता गोभी", "cabbage"),
    _food("sprout(s|ed)?", "अंकुरित", "moong-sprouts moth-beans"),
    _food("honey", "शहद", "honey"),
    _food("ghee", _whole("घी"), "ghee"),
    _food("(?<!peanut )butter(?! chicken)", "मक्खन", "butter"),
    _food("cream", "क्रीम", "cream"),
    _food("(?<!coconut )(?<!soy )milk", "(?<!सोया )(?<!नारियल का )(?<!नारियल के )दूध", "milk"),
    _food("curd|yogh?urt|raita|lassi|buttermilk", "दही|रायत|छाछ", "curd"),
    _food("paneer", "पनीर", "paneer"),
    _food("cheese", "चीज़", "cheese"),
    _food("eggs?|omelettes?", "अंड|ऑमलेट|एग", "egg"),
    _food("peanuts?", "मूँगफली|मूंगफली|पीनट", "peanuts peanut-butter peanut-oil"),
    _food("cashews?", "काजू", "cashew"),
    _food("almonds?", "बादाम", "almonds"),
    _food("sesame|tahini", _whole("तिल") + "|ताहिनी", "sesame-seeds sesame-oil tahini"),
    _food("mustard", _whole("राई") + "|सरसों", MUSTARD),
    _food("hing|asafoetida", "हींग", "hing"),
    _food("soya?", "सोया", SOYA),
    _food("tofu", "टोफू", "tofu"),
    _food("chicken", "चिकन(?!ा|ी)|मुर्ग", "chicken chicken-boneless chicken-keema"),
    _food("mutton", "मटन|मांस|मांगशो", "mutton mutton-keema"),
    _food("mince|keema", "कीम", "chicken-keema mutton-keema soya-granules"),
    _food("fish|mackerel", "मछली|बांगड़", "rohu surmai basa-fillet bangda"),
    _food("prawns?", "झींग", "prawn"),
    _food("bread|toasts?", "ब्रेड|टोस्ट", "bread brown-bread"),
    _food("pav(?! bhaji masala)", _whole("पाव") + "(?! भाजी मसाल)", "pav"),
    _food("rotis?|chapatis?|phulkas?", "रोटि|रोटी|चपात", ROTI_FLOURS),
    _food("wheat", "गेहूँ|मैद|दलिय", "atta maida dalia"),
    _food("semolina", "सूजी", "sooji"),
    _food("oats?", "ओट्स", "oats"),
    _food("pasta", "पास्ता", "pasta"),
    _food("raisins?", "किशमिश", "raisins"),
    _food("jaggery", _whole("गुड़"), "jaggery"),
    _food("coconut milk", "नारियल का दूध|नारियल के दूध", "coconut-milk"),
    _food("dry coconut", "सूखा नारियल|सूखे नारियल", "desiccated-coconut"),
    # On a fast only rock salt may be eaten, and then the sentence must say so.
    _food("(?<!rock )(?<!fruit )salt(ed)?", "(?<!सेंधा )नमक", "salt"),
)


def unlisted_food(dish: Dish) -> Iterator[str]:
    """One sentence for each food that a sentence of the dish names and its list lacks."""
    for sentence, word, food in unlisted({line.ingredient.slug for line in dish.ingredients}, _sentences(dish)):
        yield (
            f'"{sentence}" speaks of "{word}" but its ingredients have none of:'
            f" {', '.join(sorted(food.slugs))}; add the ingredient or change the words"
        )


def unlisted(listed: Set[str], sentences: Iterable[str]) -> tuple[tuple[str, str, Food], ...]:
    """(sentence, the word in it, the food it names) for each food that none of the `listed` slugs justifies."""
    return _unlisted(frozenset(listed), tuple(sentences))


@lru_cache(maxsize=2048)
def _unlisted(listed: frozenset[str], sentences: tuple[str, ...]) -> tuple[tuple[str, str, Food], ...]:
    """Remembered: a page of forty dishes asks 22,000 times whether a sentence names a food, and words seldom change."""
    missing = [food for food in FOODS if not listed & food.slugs]
    named = ((sentence, food.named_in(sentence), food) for sentence in sentences for food in missing)
    return tuple((sentence, word, food) for sentence, word, food in named if word)


def _sentences(dish: Dish) -> Iterator[str]:
    yield from (dish.name_en, dish.name_hi, *dish.steps_en, *dish.steps_hi)
    yield from (text for text in (dish.serving_en, dish.serving_hi) if text)
    if dish.ahead:
        yield from (dish.ahead.task_en, dish.ahead.task_hi)
