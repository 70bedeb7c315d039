"""Consumers of events: higher apps register a handler, the worker delivers at least once."""

from collections.abc import Callable
from typing import Protocol

from cariatide.socle.ports import Registre


class Consommateur(Protocol):
    """A handler of events. It is idempotent: a delivery may come twice."""

    def wants(self, nom: str) -> bool:
        """Whether events of that dotted name concern this consumer."""

    def handle(self, evenement_id: int) -> None:
        """Do the work in one transaction; an exception means: try again later."""


consommateurs: Registre[Consommateur] = Registre("Consommateurs d’événements")

# Reference typed by a person → id of the household, None when there is none: households stand
# above, and the officer who reads the journal reads no household.
menages_par_reference: Registre[Callable[[str], int | None]] = Registre("Ménages par référence")
