"""The only writes on batches and on what became of a letter."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from cariatide.documents.models import DocumentEmis
from cariatide.documents.moteur import DocumentImpossible
from cariatide.journal.actions import record_evenement, record_serie
from cariatide.menages.actions import build_fait, write_fait, write_faits
from cariatide.poste.documents import build_fichier
from cariatide.poste.lifecycle import CYCLE
from cariatide.poste.models import Envoi, FichierLot, LotPostal
from cariatide.poste.queries import (
    OBJET_ENVOI,
    OBJET_LOT,
    every_envoi,
    find_bureau,
    find_courrier,
    find_envoi,
    find_lot,
    has_fichier,
    read_communes,
    read_lettres,
    rows_of_lot,
)
from cariatide.poste.rules import (
    IMMEDIAT_MAX,
    LOT_MAX,
    ROLES_POSTE,
    check_jour,
    read_numeros,
)
from cariatide.poste.statuts import (
    MODES_LOT,
    MODES_SEUL,
    EtatCourrier,
    ModeEnvoi,
    MotifRetour,
)
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre, perimetre_systeme
from cariatide.socle.references import next_reference

MOTIF = "fichiers des lots postaux"
_CONFLIT = "Ce lot a changé depuis l’ouverture de la page : relisez-le."


def _require_bureau(perimetre: Perimetre, organisation_id: int) -> MandatEnVigueur:
    mandat = perimetre.find_mandat(ROLES_POSTE, organisation_id)
    if mandat is None:
        raise ActeRefuse("Votre rôle ne permet pas de poster le courrier de cette organisation.")
    return mandat


@transaction.atomic
def prepare_lot(
    *,
    perimetre: Perimetre,
    organisation_id: int,
    documents: Sequence[int],
    recto_verso: bool = False,
) -> LotPostal:
    """Take these letters in a numbered batch; a big one has its file made by the worker."""
    mandat = _require_bureau(perimetre, organisation_id)
    if not documents:
        message = "Choisissez au moins un courrier."
        raise ErreurMetier(message, {"documents": message})
    if len(documents) > LOT_MAX:
        raise ErreurMetier(f"Un lot compte {LOT_MAX} lettres au plus : préparez-en plusieurs.")
    # Two batches prepared at once wait here; the second then reads what the first one took.
    rows = DocumentEmis.objects.select_for_update(of=("self",)).visible_to(perimetre)
    list(rows.filter(pk__in=list(documents)).order_by("pk").values_list("pk"))
    lettres = read_lettres(perimetre, organisation_id, documents)
    lot = LotPostal(
        reference=next_reference("LP", perimetre.jour.year),
        organisation_id=organisation_id,
        recto_verso=recto_verso,
        nombre=len(lettres),
        cree_le=timezone.now(),
        auteur=perimetre.utilisateur[:200],
    )
    lot.save(force_insert=True)
    Envoi.objects.bulk_create(
        [
            Envoi(
                lot=lot, rang=rang, document_id=lettre.document_id, menage_id=lettre.menage_id,
                organisation_id=organisation_id, auteur=perimetre.utilisateur[:200],
            )
            for rang, lettre in enumerate(lettres, start=1)
        ]
    )  # fmt: skip
    _record("lot_postal.prepare", perimetre, mandat, lot, {"lettres": lot.nombre})
    if lot.nombre <= IMMEDIAT_MAX:
        finish_lot(lot=lot, jour=perimetre.jour)
    return lot


@transaction.atomic
def finish_lot(*, lot: LotPostal, jour: date) -> None:
    """Make the file; a letter that cannot be read makes the batch impossible, and says so."""
    systeme = perimetre_systeme(MOTIF, jour)
    try:
        octets, envois = build_fichier(lot, read_communes(lot), jour)
    except (DocumentImpossible, ErreurMetier) as error:
        CYCLE.apply(lot, "echouer", Contexte(systeme, jour))
        lot.echec = str(error)[:300]
        _save(lot, "echec")
        _record("lot_postal.impossible", systeme, None, lot, {"echec": lot.echec})
        return
    CYCLE.apply(lot, "finir", Contexte(systeme, jour))
    FichierLot(
        lot=lot, octets=octets, taille=len(octets), sha256=hashlib.sha256(octets).hexdigest()
    ).save(force_insert=True)
    every_envoi(lot.pk).bulk_update(envois, ["pages"])
    lot.pages = sum(e.pages or 0 for e in envois)
    _save(lot, "pages")


@transaction.atomic
def post_lot(
    *,
    perimetre: Perimetre,
    lot_postal_id: int,
    version: int,
    le: date,
    mode: str,
    numeros: str = "",
) -> LotPostal:
    """The whole batch was posted that day: each letter says so on its household's parcours."""
    lot = _lock(perimetre, lot_postal_id, version)
    if mode not in MODES_LOT:
        raise ErreurMetier("Choisissez un mode d’envoi.", {"mode": "Choisissez un mode d’envoi."})
    fichier = {"fichier": has_fichier(perimetre, lot.pk)}
    mandat = CYCLE.apply(lot, "poster", Contexte(perimetre, perimetre.jour, fichier))
    check_jour(
        le, min(timezone.localdate(lot.cree_le), perimetre.jour), perimetre.jour,
        "Un lot n’est pas posté avant d’être préparé.",
    )  # fmt: skip
    # Those that one no longer reads too: they were in the same envelopes, and left with the others.
    envois = rows_of_lot(lot)
    numbers = read_numeros(numeros, len(envois), mode)
    for envoi, numero in zip(envois, numbers, strict=True):
        envoi.parti_le, envoi.mode, envoi.numero = le, mode, numero
    every_envoi(lot.pk).bulk_update(envois, ["parti_le", "mode", "numero"])
    lot.poste_le, lot.mode = le, mode
    _save(lot, "poste_le", "mode")
    _record(
        "lot_postal.envoye", perimetre, mandat, lot,
        {"le": le, "mode": ModeEnvoi(mode).label, "lettres": lot.nombre},
    )  # fmt: skip
    _tell_envoyes(perimetre, mandat, envois)
    return lot


@transaction.atomic
def cancel_lot(*, perimetre: Perimetre, lot_postal_id: int, version: int) -> LotPostal:
    """The letters go back to the list; the file is erased."""
    lot = _lock(perimetre, lot_postal_id, version)
    mandat = CYCLE.apply(lot, "annuler", Contexte(perimetre, perimetre.jour))
    lot.annule_le = perimetre.jour
    _save(lot, "annule_le")
    # Those that one no longer reads too: a letter left in it would never be posted.
    every_envoi(lot.pk).update(annule=True)
    FichierLot.objects.visible_to(perimetre).filter(lot_id=lot.pk).delete()
    _record("lot_postal.annule", perimetre, mandat, lot, {"lettres": lot.nombre})
    return lot


@transaction.atomic
def record_envoi(*, perimetre: Perimetre, document_id: int, le: date, mode: str) -> Envoi:
    """One letter that left without a batch: handed over, or posted by itself."""
    if mode not in MODES_SEUL:
        raise ErreurMetier("Dites comment ce courrier est parti.", {"mode": "Choisissez."})
    DocumentEmis.objects.select_for_update(of=("self",)).find_visible(perimetre, document_id)
    courrier = find_courrier(perimetre, document_id)
    check_a_envoyer(courrier)
    document: DocumentEmis = DocumentEmis.objects.find_visible(perimetre, document_id)
    organisation_id = find_bureau(perimetre, document.organisation_id)
    mandat = _require_bureau(perimetre, organisation_id)
    check_jour(
        le, document.etabli_le, perimetre.jour, "Un courrier ne part pas avant d’être établi."
    )
    assert document.menage_id is not None
    envoi = Envoi(
        document=document,
        menage_id=document.menage_id,
        organisation_id=organisation_id,
        mode=ModeEnvoi(mode),
        parti_le=le,
        auteur=perimetre.utilisateur[:200],
    )
    envoi.save(force_insert=True)
    _tell_envoyes(perimetre, mandat, [envoi])
    return envoi


def check_a_envoyer(courrier: dict[str, Any]) -> None:
    """It waits, or it came back."""
    if courrier["etat"] == EtatCourrier.EN_LOT:
        raise ActeRefuse(f"Ce courrier est dans le lot {courrier['lot']} : annulez-le d’abord.")
    if courrier["etat"] == EtatCourrier.ENVOYE:
        raise ActeRefuse("Ce courrier est déjà envoyé.")


@transaction.atomic
def record_retour(*, perimetre: Perimetre, envoi_id: int, le: date, motif: str) -> Envoi:
    """The letter came back: on the parcours, to the référents, and to be handed over."""
    envoi = find_envoi(perimetre, envoi_id, lock=True)
    mandat = _require_bureau(perimetre, envoi.organisation_id)
    check_a_revenir(envoi)
    if motif not in MotifRetour.values:
        message = "Choisissez ce que le pli porte."
        raise ErreurMetier(message, {"motif": message})
    assert envoi.parti_le is not None
    check_jour(le, envoi.parti_le, perimetre.jour, "Un courrier revient après son envoi.")
    envoi.revenu_le, envoi.motif_retour = le, MotifRetour(motif)
    envoi.save(update_fields=["revenu_le", "motif_retour"])
    reference = envoi.document.reference
    write_fait(
        perimetre=perimetre,
        menage_id=envoi.menage_id,
        le=le,
        domaine="documents",
        titre="Courrier revenu",
        detail=f"{reference} : {MotifRetour(motif).label}",
        source=(OBJET_ENVOI, envoi.pk),
        ton="warn",
    )
    record_evenement(
        "courrier.revenu",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_ENVOI,
        objet_id=envoi.pk,
        menage_id=envoi.menage_id,
        libelle=reference,
        apres={"revenu_le": le, "motif_retour": motif},
    )
    return envoi


def check_a_revenir(envoi: Envoi) -> None:
    if envoi.parti_le is None:
        raise ActeRefuse("Ce courrier n’est pas encore posté.")
    if envoi.revenu_le is not None:
        raise ActeRefuse("Ce retour est déjà noté.")
    if envoi.mode == ModeEnvoi.MAIN_PROPRE:
        raise ActeRefuse("Un courrier remis en main propre ne revient pas.")


def _tell_envoyes(
    perimetre: Perimetre, mandat: MandatEnVigueur | None, envois: Sequence[Envoi]
) -> None:
    """One event and one line of parcours a letter: the same day, the same way."""
    write_faits(
        [
            build_fait(
                perimetre=perimetre,
                menage_id=e.menage_id,
                le=e.parti_le or perimetre.jour,
                domaine="documents",
                titre="Courrier remis" if e.mode == ModeEnvoi.MAIN_PROPRE else "Courrier posté",
                detail=f"{e.document.reference} : {ModeEnvoi(e.mode).label}",
                source=(OBJET_ENVOI, e.pk),
            )
            for e in envois
        ]
    )
    record_serie(
        "courrier.envoye",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_ENVOI,
        objets=[e.pk for e in envois],
        menages=[e.menage_id for e in envois],
        libelles=[e.document.reference for e in envois],
        apres=[{"le": e.parti_le, "mode": ModeEnvoi(e.mode).label} for e in envois],
    )


def _lock(perimetre: Perimetre, lot_postal_id: int, version: int) -> LotPostal:
    lot = find_lot(perimetre, lot_postal_id, lock=True)
    if lot.version != version:
        raise ConflitDeVersion(_CONFLIT)
    return lot


def _save(lot: LotPostal, *champs: str) -> None:
    lot.version += 1
    lot.save(update_fields=["statut", "version", *champs])


def _record(
    nom: str,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    lot: LotPostal,
    apres: dict[str, Any],
) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_LOT,
        objet_id=lot.pk,
        libelle=lot.reference,
        apres=apres,
    )
