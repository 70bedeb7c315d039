"""Who is told what: each domain registers rules that turn an event into notices."""

from dataclasses import dataclass
from typing import Protocol

from cariatide.socle.ports import Registre


@dataclass(frozen=True)
class Avis:
    """One notice. It goes to one person, or to the people of an organisation in these roles.

    texte: shown in the application. The e-mail names no person: title, reference and link only.
    courriel: also send an e-mail.
    """

    titre: str
    texte: str
    url: str
    utilisateur_id: int | None = None
    organisation_id: int | None = None
    roles: frozenset[str] = frozenset()
    courriel: bool = True


class RegleAvis(Protocol):
    """A domain's notices; `libelle` names the subject to who chooses how they come."""

    libelle: str

    def wants(self, nom: str) -> bool:
        """Whether events of that dotted name give notices."""

    def build(self, evenement_id: int) -> list[Avis]:
        """The notices of one event; empty when nobody is concerned any more."""


regles_avis: Registre[RegleAvis] = Registre("Règles d’avis")
