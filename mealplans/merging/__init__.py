"""Two rows of the catalogue that mean the same thing become one: every reference is moved, and can be moved back."""
