"""The closed word lists of the catalogue.

A word outside these lists is a typing mistake, never a new idea: the planner filters on these words, and an
allergen spelled "peanuts" instead of "peanut" would let a peanut dish through to an allergic child.
"""

from __future__ import annotations

BASE_UNITS = ("g", "ml", "piece")

#: From most to least accepted: a household's diet accepts its own word and every word to the left.
DIETS = ("vegan", "vegetarian", "egg", "nonveg")

#: FSSAI's list (gluten, crustacean, milk, egg, fish, peanut, tree_nut, soy, sulphite) plus the three from the
#: EU's fourteen that Indian kitchens use daily: sesame, mustard, mollusc.
ALLERGENS = (
    "gluten",
    "milk",
    "egg",
    "peanut",
    "tree_nut",
    "soy",
    "sesame",
    "mustard",
    "fish",
    "crustacean",
    "mollusc",
    "sulphite",
)

#: In the order of a walk through an Indian supermarket; the shopping list is grouped in this order.
AISLES = (
    "vegetables",
    "fruit",
    "dairy",
    "meat_fish_eggs",
    "bakery",
    "grains_flours",
    "pulses",
    "spices",
    "oils",
    "nuts_dry_fruit",
    "sauces_canned",
    "beverages",
)

MEALS = ("breakfast", "lunch", "dinner")

CUISINES = (
    "north-indian",
    "south-indian",
    "west-indian",
    "east-indian",
    "indo-chinese",
    "continental",
    "everyday",
)

TECHNIQUES = ("curry", "dry", "fried", "steamed", "baked", "grilled", "one-pot", "griddle", "raw", "boiled")

EQUIPMENT = (
    "stove",
    "pressure_cooker",
    "kadhai",
    "tawa",
    "mixer",
    "steamer",
    "oven",
    "grill",
    "microwave",
    "toaster",
)

#: The planner reads two of them: `no_cook` (residents can put it together while the cook is away) and `special`
#: (a dish that makes a weekend feel like one). Quotas may count any of them.
TAGS = (
    "beans",
    "bread",
    "comfort",
    "dal",
    "fasting",
    "festive",
    "fried",
    "green-leafy",
    "high-protein",
    "kids",
    "light",
    "millet",
    "no_cook",
    "noodles",
    "one-pot",
    "paneer",
    "quick",
    "rice",
    "roti",
    "salad",
    "seafood",
    "soup",
    "special",
    "street-food",
    "sweet",
    "tiffin",
)

#: What the words `katori` and `chammach` mean on a cook's card: the small steel bowl and the level teaspoon.
KATORI_ML = 150
CHAMMACH_ML = 5
