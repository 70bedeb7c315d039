"""Who reads the reports of purges; what a sharing opens to the people it is made for."""

from datetime import date

from django.db.models import Q

from cariatide.conformite.rules import ROLES_CONFORMITE
from cariatide.socle.access import NOTHING, any_of
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

OBJET_PURGE = "conformite.purge"


def condition_destinataire(
    perimetre: Perimetre, niveau: Niveau = Niveau.FACTUEL, prefix: str = ""
) -> Q:
    """Sharings in force made for this person, read at that level by the role of one mandate.

    Made for an organisation, it opens to mandates without limit of territory nor of agreement: it
    belongs to none. Made for somebody, to that person alone, heads of service included.
    """

    def of_mandat(mandat: MandatEnVigueur) -> Q:
        qui = Q(**{f"{prefix}utilisateur_id": perimetre.utilisateur_id})
        if mandat.secteur_id is None and mandat.convention_id is None:
            qui |= Q(**{f"{prefix}utilisateur_id__isnull": True})
        return qui & Q(**{f"{prefix}destinataire_id": mandat.organisation_id})

    siens = (of_mandat(m) for m in perimetre.mandats if m.niveau_max >= niveau)
    return any_of(siens) & condition_en_cours(perimetre.jour, prefix)


def condition_en_cours(jour: date, prefix: str = "") -> Q:
    """Sharings that run on that day: neither revoked nor past their term."""
    return Q(
        **{f"{prefix}du__lte": jour, f"{prefix}au__gte": jour, f"{prefix}revoque_le__isnull": True}
    )


class AccesProcesVerbaux:
    """Port `documents.acces_objets`. They count, and name nobody: no factual mandate is needed."""

    niveau = Niveau.AGREGE

    def condition(self, perimetre: Perimetre) -> Q:
        return Q() if perimetre.has_role(*ROLES_CONFORMITE) else NOTHING
