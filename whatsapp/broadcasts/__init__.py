"""Bulk sends: choose people, fill a template for each, look at every message and its price, send, follow up."""
