"""Benchmarks: seeded data, a rival and the product in the same run, ratios rather than seconds."""
