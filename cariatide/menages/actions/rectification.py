"""The identity of a person corrected at their request: before and after are kept, readers told."""

from typing import Any

from django.db import transaction
from django.db.models import F

from cariatide.journal.actions import record_evenement
from cariatide.menages.actions.liens import OBJET, refresh_recherche, write_fait
from cariatide.menages.effacement import manager_of
from cariatide.menages.models import Personne
from cariatide.menages.rules import check_naissance
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre
from cariatide.socle.phonetique import phonetise_personne

RECTIFIABLES = ("nom", "prenom", "naissance", "telephone", "courriel", "numero_allocataire")


@transaction.atomic
def rectify_personne(
    *,
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    menage_id: int,
    personne_id: int,
    valeurs: dict[str, Any],
    motif: str,
) -> list[str]:
    """Write the values given, in every household of the person; returns the fields that changed.

    The officer does not read these files: the caller checked the request that asks for it.
    """
    personne: Personne = (
        manager_of("menages.Personne").select_for_update(of=("self",)).get(pk=personne_id)
    )
    changes = {
        nom: valeur
        for nom, valeur in valeurs.items()
        if nom in RECTIFIABLES and valeur not in (None, "") and valeur != getattr(personne, nom)
    }
    if not changes:
        raise ErreurMetier("Aucune valeur ne change : indiquez ce qui est à rectifier.")
    if "naissance" in changes:
        check_naissance(changes["naissance"], perimetre.jour)
    avant = {nom: getattr(personne, nom) for nom in changes}
    for nom, valeur in changes.items():
        setattr(personne, nom, valeur)
    manager_of("menages.Personne").filter(pk=personne_id).update(
        **changes,
        nom_normalise=normalise(f"{personne.nom} {personne.prenom}"),
        cle_phonetique=phonetise_personne(personne.nom, personne.prenom),
        version=F("version") + 1,
    )
    for autre_id in _list_menages(personne_id):
        _write(perimetre, mandat, autre_id, personne, motif, avant, changes)
    return sorted(changes)


def _list_menages(personne_id: int) -> list[int]:
    """The open files where this person is or was."""
    lignes = manager_of("menages.Appartenance").filter(
        personne_id=personne_id, menage__archive_le__isnull=True,
        menage__fusionne_dans__isnull=True,
    )  # fmt: skip
    return sorted({*lignes.values_list("menage_id", flat=True)})


def _write(
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    menage_id: int,
    personne: Personne,
    motif: str,
    avant: dict[str, Any],
    apres: dict[str, Any],
) -> None:
    """The line of the parcours, and the event that its readers are told of."""
    refresh_recherche(menage_id)
    write_fait(
        perimetre=perimetre,
        menage_id=menage_id,
        le=perimetre.jour,
        domaine="menages",
        titre="Identité rectifiée à la demande de la personne",
        detail=motif,
        source=(OBJET, menage_id),
    )
    record_evenement(
        "personne.rectifiee",
        perimetre=perimetre,
        mandat=mandat,
        objet_type="menages.personne",
        objet_id=personne.pk,
        menage_id=menage_id,
        libelle=str(personne),
        avant=avant,
        apres={**apres, "motif": motif},
    )
