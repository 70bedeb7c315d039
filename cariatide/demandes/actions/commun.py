"""What every act on a saisine does: lock it, then save, tell the parcours, write the event."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from cariatide.demandes.lifecycle import CYCLE
from cariatide.demandes.models import Saisine
from cariatide.demandes.queries import OBJET
from cariatide.demandes.statuts import FINAUX
from cariatide.echeances.actions import cancel_echeances
from cariatide.journal.actions import record_evenement
from cariatide.menages.actions import write_fait
from cariatide.socle.erreurs import ConflitDeVersion
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

RELATIONS = (
    "instance", "instance__secretariat", "convention", "convention_suivie", "menage",
    "origine_organisation",
)  # fmt: skip


def lock_saisine(perimetre: Perimetre, saisine_id: int, version: int | None = None) -> Saisine:
    """Lock a saisine of the perimeter for writing; a stale version raises ConflitDeVersion."""
    saisine: Saisine = (
        Saisine.objects.select_for_update(of=("self",))
        .select_related(*RELATIONS)
        .find_visible(perimetre, saisine_id)
    )
    if version is not None and saisine.version != version:
        raise ConflitDeVersion(
            "Quelqu’un d’autre a modifié cette saisine depuis l’ouverture de la page. "
            "Relisez son état actuel, puis recommencez."
        )
    return saisine


def apply_act(
    saisine: Saisine, nom: str, perimetre: Perimetre, **donnees: Any
) -> MandatEnVigueur | None:
    """Change the state through the life cycle; returns the mandate used."""
    return CYCLE.apply(saisine, nom, Contexte(perimetre, perimetre.jour, donnees))


def finish(
    saisine: Saisine,
    nom: str,
    *,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    avant: str,
    champs: Sequence[str] = (),
    titre: str = "",
    detail: str = "",
    ton: str = "",
    le: date | None = None,
    apres: Mapping[str, Any] | None = None,
) -> Saisine:
    """Save the fields, write one event and, with `titre`, one line of the parcours.

    le: day of the fact, today by default (what is recorded keeps its own day). A final state
    cancels what was still due.
    """
    saisine.version += 1
    with transaction.atomic():
        saisine.save(update_fields=["statut", *champs, "version", "modifiee_le"])
        if saisine.statut in FINAUX:
            cancel_echeances(objet=(OBJET, saisine.pk), le=perimetre.jour)
        if titre:
            write_fait(
                perimetre=perimetre,
                menage_id=_menage_id(saisine),
                le=le or perimetre.jour,
                domaine="demandes",
                titre=titre,
                detail=detail,
                source=(OBJET, saisine.pk),
                ton=ton,
            )
        record_evenement(
            nom,
            perimetre=perimetre,
            mandat=mandat,
            objet_type=OBJET,
            objet_id=saisine.pk,
            menage_id=saisine.menage_id,
            libelle=str(saisine),
            avant={"statut": avant},
            apres={"statut": saisine.statut, **(apres or {})},
        )
    return saisine


def _menage_id(saisine: Saisine) -> int:
    assert saisine.menage_id is not None  # check constraint saisine_deposee_complete
    return saisine.menage_id
