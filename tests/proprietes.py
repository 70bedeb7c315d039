"""How properties are drawn: the same examples at each run, so that one commit has one verdict.

`CARIATIDE_ETATS=long` draws at random, twenty times more: it is how a rare value is looked for,
and what it finds is written as an example of its own.
"""

import os

from hypothesis import settings

LONG = os.environ.get("CARIATIDE_ETATS") == "long"


def exemples(nombre: int) -> int:
    """Examples of one property: its usual number, or twenty times as many."""
    return 20 * nombre if LONG else nombre


# No deadline: two workers and a browser share the machine, and time is judged by the benchmarks.
settings.register_profile(
    "suite", derandomize=not LONG, database=None, deadline=None, max_examples=exemples(100)
)
settings.load_profile("suite")
