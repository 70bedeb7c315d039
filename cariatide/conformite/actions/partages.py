"""Share precise elements of a file for a time; end a sharing; forget the copies once it is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cariatide.conformite.models import (
    BaseLegale,
    ElementPartage,
    ElementPartageSocial,
    Partage,
)
from cariatide.conformite.ports import Item
from cariatide.conformite.queries import (
    find_mandat_partage,
    holds_adresse,
    list_a_effacer,
    list_destinataires,
    list_equipe,
    list_items,
    read_duree_partage,
)
from cariatide.conformite.rules import (
    ROLES_CONFORMITE,
    check_accord,
    check_choix,
    check_partage,
)
from cariatide.journal.actions import record_evenement
from cariatide.menages.actions import write_fait
from cariatide.partenaires.models import Organisation
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre, perimetre_systeme
from cariatide.socle.references import next_reference

OBJET_PARTAGE = "conformite.partage"


@dataclass(frozen=True)
class DonneesPartage:
    """What the form of a sharing says."""

    destinataire_id: int
    utilisateur_id: int | None
    codes: Sequence[str]
    finalite: str
    base_id: int
    au: date
    informe_le: date
    informe_comment: str
    accord_le: date | None = None
    accord_comment: str = ""


@transaction.atomic
def open_partage(*, perimetre: Perimetre, menage_id: int, donnees: DonneesPartage) -> Partage:
    """Copy the chosen elements for their recipient; nothing else of the file opens."""
    mandat = find_mandat_partage(perimetre, menage_id)
    assert perimetre.utilisateur_id is not None  # a mandate is somebody's
    items = _choose(perimetre, menage_id, donnees.codes)
    base = BaseLegale.objects.get(pk=donnees.base_id)
    mois = read_duree_partage(perimetre.jour, mandat.organisation_id).entier
    champs = check_partage(
        donnees.finalite, perimetre.jour, donnees.au, mois, donnees.informe_le
    ) | check_accord(base.accord, donnees.accord_le, donnees.accord_comment, perimetre.jour)
    if not donnees.informe_comment.strip():
        champs["informe_comment"] = "Dites comment le ménage a été informé."
    if champs:
        raise ErreurMetier("Ce partage ne peut pas se faire ainsi.", champs)
    niveau = max(item.niveau for item in items)
    destinataire = _check_destinataire(perimetre, mandat, donnees, niveau)
    partage = Partage(
        reference=next_reference("PA", perimetre.jour.year),
        menage_id=menage_id,
        organisation_id=mandat.organisation_id,
        auteur_id=perimetre.utilisateur_id,
        auteur_nom=perimetre.utilisateur[:200],
        destinataire=destinataire,
        utilisateur_id=donnees.utilisateur_id,
        niveau=niveau,
        elements=[{"titre": i.titre, "niveau": int(i.niveau)} for i in items],
        finalite=donnees.finalite.strip()[:500],
        base=base,
        base_libelle=base.libelle,
        base_source=base.source,
        base_confiance=base.confiance,
        accord_le=donnees.accord_le,
        accord_comment=donnees.accord_comment.strip()[:300],
        informe_le=donnees.informe_le,
        informe_comment=donnees.informe_comment.strip()[:300],
        du=perimetre.jour,
        au=donnees.au,
    )
    partage.save(force_insert=True)
    _copy(partage, items)
    terme = format_date(partage.au)
    _tell(
        "partage.ouvert", perimetre, mandat, partage,
        f"Éléments du dossier partagés avec {destinataire}",
        {"destinataire": str(destinataire), "jusqu_au": partage.au, "base_legale": base.libelle,
         "elements": [item.titre for item in items]},
        f"Jusqu’au {terme}",
    )  # fmt: skip
    return partage


@transaction.atomic
def end_partage(*, perimetre: Perimetre, partage_id: int, version: int, motif: str) -> Partage:
    """End a sharing at once, with its reason: who accompanies the household, or the officer."""
    partage: Partage = Partage.objects.select_for_update(of=("self",)).find_visible(
        perimetre, partage_id
    )
    if partage.version != version:
        raise ConflitDeVersion("Ce partage a changé depuis l’ouverture de la page.")
    mandat = perimetre.find_mandat(ROLES_CONFORMITE) or find_mandat_partage(
        perimetre, partage.menage_id
    )
    if partage.revoque_le is not None or partage.au < perimetre.jour:
        raise ActeRefuse("Ce partage a déjà pris fin.")
    if not motif.strip():
        raise ErreurMetier("Un arrêt est motivé.", {"motif": "Dites pourquoi."})
    _close(partage, perimetre, motif)
    _tell(
        "partage.revoque", perimetre, mandat, partage, "Partage d’éléments du dossier arrêté",
        {"destinataire": str(partage.destinataire), "motif": partage.motif_fin}, "",
    )  # fmt: skip
    return partage


def _every_running(le: date) -> QuerySet[Partage]:
    rows: QuerySet[Partage] = Partage.objects.unscoped(
        reason="partages en cours d’un dossier archivé, d’une organisation qui passe la main"
    )
    return rows.filter(revoque_le__isnull=True, au__gte=le)


def close_partages(*, perimetre: Perimetre, menage_ids: Sequence[int], motif: str) -> None:
    """End what runs on these files (their archive): the system acts."""
    rows = _every_running(perimetre.jour)
    for partage in rows.filter(menage_id__in=list(menage_ids)).order_by("pk"):
        _close(partage, perimetre, motif)


def hand_over_partages(*, ancienne_id: int, nouvelle_id: int, le: date) -> int:
    """What runs follows the successor, whoever shares or receives; between the two, it ends."""
    rows = _every_running(le)
    deux = {ancienne_id, nouvelle_id}
    for partage in rows.filter(organisation_id__in=deux, destinataire_id__in=deux).order_by("pk"):
        systeme = perimetre_systeme("succession d’une organisation", max(le, partage.du))
        _close(partage, systeme, "Les deux organisations n’en font plus qu’une.")
        _tell(
            "partage.revoque", systeme, None, partage, "Partage d’éléments du dossier arrêté",
            {"destinataire": str(partage.destinataire), "motif": partage.motif_fin}, "",
        )  # fmt: skip
    moved: int = rows.filter(organisation_id=ancienne_id).update(organisation_id=nouvelle_id)
    moved += rows.filter(destinataire_id=ancienne_id).update(destinataire_id=nouvelle_id)
    return moved


def forget_partages(*, perimetre: Perimetre) -> int:
    """Erase the copies of the sharings that ended; those that reached their term are told."""
    done = 0
    for partage in list_a_effacer(perimetre.jour):
        for modele in (ElementPartage, ElementPartageSocial):
            copies = modele.objects.unscoped(reason="copies d’un partage qui a pris fin")
            copies.filter(partage=partage).delete()
        partage.efface_le = perimetre.jour
        partage.save(update_fields=["efface_le"])
        # A file in archive writes no line: its archive said that nothing of it opens.
        if partage.revoque_le is None and partage.menage.archive_le is None:
            _tell("partage.termine", perimetre, None, partage,
                  "Partage d’éléments du dossier terminé", {}, "")  # fmt: skip
        done += 1
    return done


def _choose(perimetre: Perimetre, menage_id: int, codes: Sequence[str]) -> list[Item]:
    offerts = {item.code: item for item in list_items(perimetre, menage_id)}
    refus = check_choix(codes, offerts)
    if refus:
        raise ErreurMetier(refus, {"codes": refus})
    return [item for code, item in offerts.items() if code in set(codes)]


def _check_destinataire(
    perimetre: Perimetre, mandat: MandatEnVigueur, donnees: DonneesPartage, niveau: Niveau
) -> Organisation:
    """An organisation other than one's own, where somebody's role reads that level."""
    if donnees.destinataire_id == mandat.organisation_id:
        raise ErreurMetier(
            "Un partage se fait avec une autre organisation : la vôtre lit déjà par ses mandats."
        )
    seul = donnees.utilisateur_id is not None
    lecteurs = list_destinataires if seul else list_equipe
    gens = lecteurs(perimetre.jour, donnees.destinataire_id, niveau)
    if not seul and not gens:
        dit = f"Personne, dans cette organisation, ne lit le niveau {niveau.libelle.lower()}."
        raise ErreurMetier(dit, {"codes": dit})
    if seul and donnees.utilisateur_id not in gens:
        dit = f"Le rôle de cette personne ne lit pas le niveau {niveau.libelle.lower()}."
        raise ErreurMetier(dit, {"utilisateur": dit})
    return Organisation.objects.get(pk=donnees.destinataire_id)


def _copy(partage: Partage, items: list[Item]) -> None:
    for item in items:
        modele = ElementPartageSocial if item.niveau >= Niveau.SOCIAL else ElementPartage
        modele(
            partage=partage,
            menage_id=partage.menage_id,
            section=item.section[:80],
            titre=item.titre[:200],
            lignes=[list(ligne) for ligne in item.lignes],
            porte_adresse=item.adresse or holds_adresse(partage.menage_id, item),
        ).save(force_insert=True)


def _close(partage: Partage, perimetre: Perimetre, motif: str) -> None:
    partage.revoque_le, partage.motif_fin = perimetre.jour, motif.strip()[:300]
    partage.revoque_par = perimetre.utilisateur[:200]
    partage.version += 1
    partage.save(update_fields=["revoque_le", "motif_fin", "revoque_par", "version"])


def _tell(
    nom: str,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    partage: Partage,
    titre: str,
    apres: dict[str, Any],
    detail: str,
) -> None:
    """In the journal, and in the timeline of the household."""
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_PARTAGE,
        objet_id=partage.pk,
        menage_id=partage.menage_id,
        libelle=partage.reference,
        apres=apres,
    )
    write_fait(
        perimetre=perimetre,
        menage_id=partage.menage_id,
        le=perimetre.jour,
        domaine="menages",
        titre=titre[:200],
        detail=detail,
        source=(OBJET_PARTAGE, partage.pk),
        niveau=Niveau.FACTUEL,
    )
