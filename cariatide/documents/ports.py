"""What documents need from the apps above: rights on a household, and on what a paper is about."""

from typing import Protocol

from django.db.models import Q

from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.ports import Registre


class AccesMenages(Protocol):
    """The rights on households, offered by the app that owns them."""

    def condition(self, perimetre: Perimetre, niveau: Niveau) -> Q:
        """Rows whose column `menage_id` the perimeter may read at that level."""

    def find_libelle(self, perimetre: Perimetre, menage_id: int) -> str:
        """The name of the household; raises Introuvable outside the perimeter."""

    def find_niveau(self, perimetre: Perimetre, menage_id: int) -> Niveau:
        """The highest level that the perimeter reads on this household."""


class AccesObjets(Protocol):
    """Who reads the papers of one type of object that is not a household (a session, a home).

    niveau: level that a mandate must reach to read any of them.
    """

    niveau: Niveau

    def condition(self, perimetre: Perimetre) -> Q:
        """Rows of documents, by their column `objet_id`, that the perimeter may read."""


# One entry, registered by the app of households; without it no household's document is seen.
acces_menages: Registre[AccesMenages] = Registre("Accès aux ménages")
# By type of object ("commission.seance"); without an entry, the issuing organisation alone reads.
acces_objets: Registre[AccesObjets] = Registre("Accès aux objets des documents")
MENAGES = "menages"
