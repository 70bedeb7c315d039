"""The rows of households put away, given back, made anonymous; `conformite` decides which and when.

A household is always taken with the files that it absorbed: they are the same people.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from cariatide.menages.actions.liens import refresh_recherche
from cariatide.menages.effacement import (
    Effacement,
    apply_effacements,
    count_effacements,
    draw_reference,
    manager_of,
)
from cariatide.menages.models import Personne, Rattachement
from cariatide.menages.ports import rattachables
from cariatide.menages.statuts import Civilite
from cariatide.socle.perimetre import Perimetre

ANONYME = "Dossier anonymisé"
LIEN = (
    "menage_id", "organisation_id", "utilisateur_id", "convention_id", "niveau", "motif",
    "source_type", "source_id", "du", "au",
)  # fmt: skip
# Rows of this app; people, links and the household itself are below.
EFFACEMENTS = (
    Effacement("menages.FaitParcours", supprime=True),
    Effacement("menages.MenageSocial", supprime=True),
    Effacement("menages.MenageConfidentiel", supprime=True),
    Effacement("menages.Domicile", efface=("adresse", "complement", "code_postal", "commune")),
    Effacement(
        "menages.Fusion",
        efface=("motif", "motif_annulation", "deplaces", "modifies", "crees"),
        garde=("auteur",),
        chemin="garde_id",
    ),
)
_PERSONNE: dict[str, Any] = {
    "civilite": Civilite.NON_PRECISEE,
    "nom": "Personne",
    "prenom": "anonymisée",
    "nom_normalise": "",
    "cle_phonetique": "",
    "naissance": None,
    "telephone": "",
    "courriel": "",
    "numero_allocataire": "",
    "deces_le": None,
}


def find_foyer(menage_id: int) -> list[int]:
    """The file and those that it absorbed, locked, the kept one first."""
    fiches = (
        manager_of("menages.Menage")
        .select_for_update(of=("self",))
        .filter(Q(pk=menage_id) | Q(fusionne_dans_id=menage_id))
        .order_by("pk")
    )
    pks = [fiche.pk for fiche in fiches]
    return [menage_id, *(pk for pk in pks if pk != menage_id)] if menage_id in pks else []


def list_blocages(menage_ids: Sequence[int]) -> dict[int, list[str]]:
    """What keeps each household in the active base, as every app says it."""
    found: dict[int, list[str]] = {}
    for port in rattachables:
        for menage_id, phrases in port.list_blocages(menage_ids).items():
            found.setdefault(menage_id, []).extend(phrases)
    return found


def count_purge(menage_ids: Sequence[int]) -> dict[str, int]:
    """Rows that an anonymisation would remove or empty, by model; nothing is said of none."""
    counts = count_effacements(EFFACEMENTS, menage_ids)
    membres = manager_of("menages.Appartenance").filter(menage_id__in=list(menage_ids))
    counts["menages.Personne"] = membres.values("personne_id").distinct().count()
    for port in rattachables:
        counts |= port.count_purge(menage_ids)
    return {label: nombre for label, nombre in counts.items() if nombre}


@transaction.atomic
def put_away(*, perimetre: Perimetre, menage_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Close a household to everybody; returns its links, which its return would need."""
    for port in rattachables:
        port.archive(menage_ids, perimetre)
    links = Rattachement.objects.filter(menage_id__in=list(menage_ids))
    kept = list(links.order_by("pk").values(*LIEN))
    links.delete()
    manager_of("menages.Menage").filter(pk__in=list(menage_ids)).update(
        archive_le=perimetre.jour, version=F("version") + 1
    )
    return kept


@transaction.atomic
def bring_back(
    *, menage_ids: Sequence[int], liens: Sequence[dict[str, Any]], contact_le: date
) -> None:
    """Open a household again to those who read it, from a new contact on."""
    rows = manager_of("menages.Menage").filter(pk__in=list(menage_ids))
    rows.update(archive_le=None, dernier_contact_le=contact_le, version=F("version") + 1)
    Rattachement.objects.bulk_create(
        [Rattachement(**{**lien, "du": _day(lien["du"]), "au": _day(lien["au"])}) for lien in liens]
    )


def _day(texte: str | date | None) -> date | None:
    return date.fromisoformat(texte) if isinstance(texte, str) else texte


@transaction.atomic
def wipe(*, perimetre: Perimetre, menage_ids: Sequence[int]) -> dict[str, int]:
    """Leave nothing that names these people; returns rows touched by model."""
    bilan: dict[str, int] = {}
    for port in sorted(rattachables, key=lambda port: -port.en_premier):
        bilan |= port.purge(menage_ids, perimetre)
    bilan |= apply_effacements(EFFACEMENTS, menage_ids)
    bilan["menages.Personne"] = _wipe_personnes(menage_ids)
    Rattachement.objects.filter(menage_id__in=list(menage_ids)).delete()
    rows = manager_of("menages.Menage").filter(pk__in=list(menage_ids))
    rows.filter(adresse_protegee=True).update(commune=None)
    rows.update(
        reference=draw_reference("reference"),
        nom_usage=ANONYME,
        nom_normalise="",
        telephone="",
        courriel="",
        anonymise_le=perimetre.jour,
        version=F("version") + 1,
    )
    for menage_id in menage_ids:
        refresh_recherche(menage_id)
    bilan["menages.Menage"] = len(menage_ids)
    return {label: nombre for label, nombre in bilan.items() if nombre}


def _wipe_personnes(menage_ids: Sequence[int]) -> int:
    """People of this household alone lose their names; those of another one leave it.

    Their place in the household stays, held by somebody without a name: its size is a statistic.
    """
    lignes = manager_of("menages.Appartenance")
    ici = list(lignes.filter(menage_id__in=list(menage_ids)).order_by("pk"))
    personnes = {ligne.personne_id for ligne in ici}
    ailleurs = set(
        lignes.filter(personne_id__in=personnes, menage__anonymise_le__isnull=True)
        .exclude(menage_id__in=list(menage_ids))
        .values_list("personne_id", flat=True)
    )
    anonymes: dict[int, int] = {}
    for ligne in ici:
        if ligne.personne_id not in ailleurs:
            continue
        if ligne.personne_id not in anonymes:
            inconnu = Personne(**_PERSONNE)
            inconnu.save(force_insert=True)
            anonymes[ligne.personne_id] = inconnu.pk
        lignes.filter(pk=ligne.pk).update(personne_id=anonymes[ligne.personne_id])
    seuls = manager_of("menages.Personne").filter(pk__in=personnes - ailleurs)
    seuls.update(**_PERSONNE, version=F("version") + 1)
    return len(personnes)
