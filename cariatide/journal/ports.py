"""Consumers of events: higher apps register a handler, the worker delivers at least once."""

from typing import Protocol

from cariatide.socle.ports import Registre


class Consommateur(Protocol):
    """A handler of events. It is idempotent: a delivery may come twice."""

    def wants(self, nom: str) -> bool:
        """Whether events of that dotted name concern this consumer."""

    def handle(self, evenement_id: int) -> None:
        """Do the work in one transaction; an exception means: try again later."""


consommateurs: Registre[Consommateur] = Registre("Consommateurs d’événements")
