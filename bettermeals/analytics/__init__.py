"""How the weeks go, in figures: each module asks one room, each table is drawn, listed and exported alike."""
