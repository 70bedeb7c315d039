"""Rights on a household, as documents ask for them (documents.ports.AccesMenages)."""

from django.db.models import Q

from cariatide.menages.acces import condition_rattache
from cariatide.menages.models import Menage
from cariatide.menages.queries import find_niveau
from cariatide.socle.perimetre import Niveau, Perimetre

# Documents live below: they hold a plain id, and follow the household when two are merged.
MODELES_DOCUMENTS = (
    "documents.DocumentEmis",
    "documents.Piece",
    "documents.FichierFactuel",
    "documents.FichierSocial",
    "documents.FichierConfidentiel",
)


class AccesDocuments:
    """The links of the household decide, as everywhere."""

    def condition(self, perimetre: Perimetre, niveau: Niveau) -> Q:
        return condition_rattache(perimetre, niveau)

    def find_libelle(self, perimetre: Perimetre, menage_id: int) -> str:
        menage: Menage = Menage.objects.find_visible(perimetre, menage_id)
        return menage.nom_usage

    def find_niveau(self, perimetre: Perimetre, menage_id: int) -> Niveau:
        return find_niveau(perimetre, menage_id)
