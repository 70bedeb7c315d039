"""The one condition of access to documents and pieces: their household, else their object, else
the organisation that issued them; always at their level."""

from django.db.models import Q

from cariatide.documents.ports import MENAGES, acces_menages, acces_objets
from cariatide.socle.access import any_of
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.perimetre import Niveau, Perimetre

NIVEAUX = (Niveau.FACTUEL, Niveau.SOCIAL, Niveau.CONFIDENTIEL)


def condition_documents(perimetre: Perimetre) -> Q:
    """Documents and pieces that the perimeter may read."""
    conditions = []
    menages = acces_menages.get(MENAGES)
    for niveau in NIVEAUX:
        organisations = perimetre.organisations_at(niveau)
        if not organisations:
            continue
        du_niveau = Q(niveau=int(niveau))
        conditions.append(du_niveau & menages.condition(perimetre, niveau))
        proprietaires = [code for code, _ in acces_objets.items()]
        conditions.append(
            du_niveau
            & Q(menage_id__isnull=True, organisation_id__in=organisations)
            & ~Q(objet_type__in=proprietaires)
        )
    # Of no household, they are of level F: a constraint of both tables.
    conditions += [
        Q(menage_id__isnull=True, objet_type=code) & acces.condition(perimetre)
        for code, acces in acces_objets.items()
        if perimetre.organisations_at(acces.niveau)
    ]
    return any_of(conditions)


def require_menage(perimetre: Perimetre, menage_id: int, niveau: Niveau) -> str:
    """The household's name, or Introuvable when the perimeter does not read it at that level."""
    port = acces_menages.get(MENAGES)
    libelle = port.find_libelle(perimetre, menage_id)
    if port.find_niveau(perimetre, menage_id) < niveau:
        raise Introuvable("Ce niveau de lecture n’est pas dans votre périmètre.")
    return libelle
