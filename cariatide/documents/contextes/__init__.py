"""Frozen contexts of the templates: the shape of the JSON that each one receives."""
