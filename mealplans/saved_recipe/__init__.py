"""A recipe out of a page that somebody saved (schema.org's Recipe) becomes the draft of a dish. Nothing is fetched."""
