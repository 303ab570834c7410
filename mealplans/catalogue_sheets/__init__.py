"""The catalogue as sheets: ingredients, their packs, dishes with their recipes. Looked at first, then let in."""
