"""The catalogue in the database: the TOML files' names, upserted by slug (`manage.py load_catalogue`).

What a dish *is* (diet, allergens, Jain, fasting) is no column: it follows from its ingredients whenever it is
asked, so that cream added to a vegan dish by staff cannot leave the dish vegan on paper.
"""

from __future__ import annotations

from django.db import models

from bettermeals.lib.languages import READS_HINDI
from mealplans.catalogue.vocabulary import ALLERGENS, DIETS


class Ingredient(models.Model):
    """One thing that is bought; amounts are in `base_unit`. A measure nobody took is null, never guessed.

    A duplicate that was merged stays as a row that says into what, so that its old name still leads somewhere.
    """

    slug = models.SlugField(max_length=60, unique=True)
    name_en = models.CharField(max_length=80)
    name_hi = models.CharField(max_length=80)
    base_unit = models.CharField(max_length=5, choices=[("g", "grams"), ("ml", "millilitres"), ("piece", "pieces")])
    diet = models.CharField(max_length=10, choices=[(diet, diet) for diet in DIETS])
    allergens = models.JSONField(default=list, blank=True)
    allergens_stated = models.BooleanField(
        default=False, help_text="Somebody has read the label. Until then it counts as holding every allergen."
    )
    jain_ok = models.BooleanField()
    fasting_ok = models.BooleanField()
    aisle = models.CharField(max_length=20)
    staple = models.BooleanField(default=False, help_text="Always in the house: never on the week's bill.")
    shelf_life_days = models.PositiveSmallIntegerField()
    density_g_per_ml = models.DecimalField(max_digits=5, decimal_places=3, null=True, blank=True)
    piece_weight_g = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    katori_g = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    chammach_g = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    note = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_file = models.JSONField(null=True, blank=True, editable=False)  # what the files said last; null: the office's

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name_en

    def name(self, language: str) -> str:
        return self.name_hi if language in READS_HINDI else self.name_en

    @property
    def possible_allergens(self) -> frozenset[str]:
        """What an allergic person must expect in it: everything, while nobody has said what is not."""
        return frozenset(self.allergens) if self.allergens_stated else frozenset(ALLERGENS)


class IngredientPack(models.Model):
    """One size the ingredient is sold in; `size` in its base unit."""

    ingredient = models.ForeignKey(Ingredient, on_delete=models.CASCADE, related_name="packs")
    size = models.DecimalField(max_digits=8, decimal_places=2)
    price_paise = models.PositiveIntegerField()
    source = models.CharField(max_length=120)
    as_of = models.DateField()

    class Meta:
        ordering = ["ingredient", "size"]
        constraints = [models.UniqueConstraint(fields=["ingredient", "size"], name="one_price_per_pack_size")]

    def __str__(self) -> str:
        return f"{self.size.normalize():f} {self.ingredient.base_unit} of {self.ingredient}"


class Dish(models.Model):
    """One plate as it is served, roti included. One no longer in the catalogue stays, inactive."""

    slug = models.SlugField(max_length=80, unique=True)
    name_en = models.CharField(max_length=120)
    name_hi = models.CharField(max_length=120)
    label = models.CharField(max_length=10, choices=[(diet, diet) for diet in DIETS])
    meals = models.JSONField(default=list)
    cuisine = models.CharField(max_length=20)
    main_ingredient = models.SlugField(max_length=60)
    family = models.SlugField(max_length=60)
    technique = models.CharField(max_length=20)
    tags = models.JSONField(default=list, blank=True)
    spice_level = models.PositiveSmallIntegerField(default=0)
    prep_minutes = models.PositiveSmallIntegerField()
    cook_minutes = models.PositiveSmallIntegerField()
    passive_minutes = models.PositiveSmallIntegerField(default=0)
    equipment = models.JSONField(default=list, blank=True)
    ahead_task_en = models.CharField(max_length=200, blank=True)
    ahead_task_hi = models.CharField(max_length=200, blank=True)
    ahead_hours = models.PositiveSmallIntegerField(default=0)
    steps_en = models.JSONField(default=list)
    steps_hi = models.JSONField(default=list)
    serving_en = models.CharField(max_length=200, blank=True)
    serving_hi = models.CharField(max_length=200, blank=True)
    active = models.BooleanField(default=True)
    photo = models.CharField(max_length=40, blank=True, default="", editable=False)  # its name in mealplans/photos.py
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_file = models.JSONField(null=True, blank=True, editable=False)  # what the files said last; null: the office's

    class Meta:
        ordering = ["slug"]
        verbose_name_plural = "dishes"

    def __str__(self) -> str:
        return self.name_en

    def name(self, language: str) -> str:
        return self.name_hi if language in READS_HINDI else self.name_en

    def steps(self, language: str) -> list[str]:
        return list(self.steps_hi if language in READS_HINDI else self.steps_en)

    def serving(self, language: str) -> str:
        return self.serving_hi if language in READS_HINDI else self.serving_en

    def ahead_task(self, language: str) -> str:
        return self.ahead_task_hi if language in READS_HINDI else self.ahead_task_en

    @property
    def minutes(self) -> int:
        """Of the cook's attention; what simmers alone is `passive_minutes`."""
        return self.prep_minutes + self.cook_minutes


class DishIngredient(models.Model):
    """`amount` is for one adult serving, in the ingredient's base unit, raw and as bought."""

    dish = models.ForeignKey(Dish, on_delete=models.CASCADE, related_name="lines")
    ingredient = models.ForeignKey(Ingredient, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    note = models.CharField(max_length=120, blank=True)
    entered = models.CharField(max_length=220, blank=True, help_text="As it was written, before it was counted.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["dish", "position"]
        constraints = [models.UniqueConstraint(fields=["dish", "ingredient"], name="one_line_per_ingredient")]

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.ingredient.base_unit} {self.ingredient}"


class RecipeLine(models.Model):
    """A line of a recipe as somebody wrote it, that is no ingredient yet: a person says which one and how much.
    A dish that has one is not complete."""

    dish = models.ForeignKey(Dish, on_delete=models.CASCADE, related_name="unsettled")
    text = models.CharField(max_length=200)
    serves = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How many the written amount is for.")
    ingredient = models.ForeignKey(Ingredient, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    amount = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, help_text="For one plate, in the ingredient's unit."
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["dish", "position"]

    def __str__(self) -> str:
        return self.text


class DishVersion(models.Model):
    """A dish as it was at one time: names, recipe, amounts. Never changed; a dish that is changed back has its old
    version again. What its ingredients *are* is not in it: that an allergen was found later must reach old weeks.
    Nor is its photo: it shows how the dish looks today.
    """

    dish = models.ForeignKey(Dish, on_delete=models.CASCADE, related_name="versions")
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["dish", "-id"]
        constraints = [models.UniqueConstraint(fields=["dish", "digest"], name="one_version_per_content")]

    def __str__(self) -> str:
        return f"{self.content.get('name_en', '')}, {self.made_at:%d %b %Y %H:%M}"
