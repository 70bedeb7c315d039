"""Lifecycles of the whole product, for the matrices of tests and the generated diagrams."""

from cariatide.socle.lifecycle import Lifecycle
from cariatide.socle.ports import Registre

cycles: Registre[Lifecycle] = Registre("Cycles de vie")


def register_cycle(cycle: Lifecycle) -> None:
    """Called by AppConfig.ready() of the app that owns the cycle."""
    cycles.register(cycle.nom, cycle)
