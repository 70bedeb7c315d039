"""Ports of the background worker: what is done at each turn, and what is done once a day."""

from collections.abc import Callable
from datetime import date

from cariatide.socle.ports import Registre

# Called at each turn of the worker; returns how much was done (0: it may rest).
frequents: Registre[Callable[[], int]] = Registre("Travaux de chaque tour")
# Called at most once a day, in one transaction with the record that it was done.
quotidiens: Registre[Callable[[date], None]] = Registre("Travaux quotidiens")
