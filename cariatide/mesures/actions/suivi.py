"""Meetings, notes and objectives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import transaction

from cariatide.journal.actions import record_evenement
from cariatide.mesures.actions.commun import (
    check_texte,
    check_version,
    consign,
    lock_mesure,
    require_acteur,
    require_equipe,
    save,
)
from cariatide.mesures.models import (
    Intervention,
    InterventionNote,
    Mesure,
    NotePersonnelle,
    Objectif,
)
from cariatide.mesures.rules import check_ecriture, check_intervention, check_lieu, is_contact
from cariatide.mesures.statuts import Presence, StatutObjectif, ThemeObjectif, TypeIntervention
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

INTERVENTION = "mesures.intervention"
OBJECTIF = "mesures.objectif"


@dataclass(frozen=True)
class DonneesIntervention:
    """A meeting as it is typed. note, suites: level S. personnelle: for its author alone."""

    type: str
    date: date
    presence: str
    heure: time | None = None
    duree_minutes: int | None = None
    lieu: str = ""
    contact: str = ""
    note: str = ""
    suites: str = ""
    personnelle: str = ""


def _lock_open(perimetre: Perimetre, mesure_id: int, quoi: str) -> tuple[Mesure, MandatEnVigueur]:
    mesure = lock_mesure(perimetre, mesure_id)
    mandat = require_equipe(mesure, perimetre, quoi)
    check_ecriture(mesure.statut, cloture=mesure.terminee_le or mesure.refusee_le)
    return mesure, mandat


def _check(mesure: Mesure, donnees: DonneesIntervention, jour: date) -> None:
    if donnees.type not in TypeIntervention.values:
        raise ErreurMetier(
            "Choisissez la nature.", {"type": "Choisissez la nature de l’entretien."}
        )
    check_intervention(
        type_=donnees.type,
        le=donnees.date,
        presence=donnees.presence,
        duree=donnees.duree_minutes,
        accordee_le=mesure.accordee_le or jour,
        jour=jour,
    )
    check_lieu(donnees.type, donnees.lieu, adresse_protegee=mesure.menage.adresse_protegee)
    if donnees.suites.strip() and not donnees.note.strip():
        message = "Écrivez la synthèse avant les suites."
        raise ErreurMetier(message, {"note": message})


def _fill(intervention: Intervention, donnees: DonneesIntervention) -> None:
    intervention.type, intervention.date = donnees.type, donnees.date
    intervention.heure, intervention.duree_minutes = donnees.heure, donnees.duree_minutes
    intervention.lieu, intervention.presence = donnees.lieu.strip(), donnees.presence
    intervention.contact = donnees.contact


@transaction.atomic
def record_intervention(
    *, perimetre: Perimetre, mesure_id: int, donnees: DonneesIntervention
) -> Intervention:
    """Write a meeting, its shared note and the author's personal one.

    Raises ActeRefuse when the measure was closed meanwhile: nothing is written.
    """
    mesure, mandat = _lock_open(perimetre, mesure_id, "consigner un entretien")
    return insert_intervention(mesure, perimetre, mandat, donnees)


def insert_intervention(
    mesure: Mesure,
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    donnees: DonneesIntervention,
) -> Intervention:
    """The same on a measure that the caller has locked."""
    _check(mesure, donnees, perimetre.jour)
    intervention = Intervention(
        menage_id=mesure.menage_id, mesure=mesure, auteur_id=require_acteur(perimetre)
    )
    _fill(intervention, donnees)
    intervention.save(force_insert=True)
    if donnees.note.strip():
        InterventionNote(
            intervention=intervention,
            menage_id=mesure.menage_id,
            texte=donnees.note.strip(),
            suites=donnees.suites.strip(),
        ).save(force_insert=True)
    _write_personnelle(intervention, perimetre, mandat, donnees.personnelle)
    absent = donnees.presence in (Presence.ABSENT, Presence.EXCUSE)
    label = intervention.get_type_display()
    consign(
        "intervention.consignee",
        mesure,
        perimetre,
        mandat,
        titre=f"{label}, ménage {intervention.get_presence_display().lower()}" if absent else label,
        detail=f"{donnees.duree_minutes} minutes" if donnees.duree_minutes else "",
        le=donnees.date,
        objet=(INTERVENTION, intervention.pk),
        contact=is_contact(donnees.type, donnees.presence),
        apres={"type": donnees.type, "date": donnees.date, "presence": donnees.presence},
    )
    return intervention


@transaction.atomic
def modify_intervention(
    *, perimetre: Perimetre, intervention_id: int, donnees: DonneesIntervention, version: int
) -> Intervention:
    """Correct a meeting: its author or a head of service; a personal note stays its author's."""
    known: Intervention = Intervention.objects.find_visible(perimetre, intervention_id)
    mesure, mandat = _lock_open(perimetre, known.mesure_id, "corriger un entretien")
    intervention: Intervention = Intervention.objects.select_for_update(of=("self",)).find_visible(
        perimetre, intervention_id
    )
    check_version(intervention, version, "cet entretien")
    if intervention.auteur_id != perimetre.utilisateur_id and not mandat.equipe:
        raise ActeRefuse("Seul l’auteur de l’entretien, ou son chef de service, le corrige.")
    _check(mesure, donnees, perimetre.jour)
    avant = {"type": intervention.type, "date": intervention.date}
    _fill(intervention, donnees)
    save(intervention, ["type", "date", "heure", "duree_minutes", "lieu", "presence", "contact"])
    _rewrite_note(intervention, perimetre, donnees)
    if intervention.auteur_id == perimetre.utilisateur_id:
        _write_personnelle(intervention, perimetre, mandat, donnees.personnelle)
    record_evenement(
        "intervention.modifiee",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=INTERVENTION,
        objet_id=intervention.pk,
        menage_id=mesure.menage_id,
        libelle=f"Mesure {mesure.reference}",
        avant=avant,
        apres={"type": donnees.type, "date": donnees.date},
    )
    return intervention


def _rewrite_note(
    intervention: Intervention, perimetre: Perimetre, donnees: DonneesIntervention
) -> None:
    note = InterventionNote.objects.visible_to(perimetre).filter(intervention=intervention).first()
    texte, suites = donnees.note.strip(), donnees.suites.strip()
    if note is None:
        if texte:
            InterventionNote(
                intervention=intervention, menage_id=intervention.menage_id, texte=texte,
                suites=suites,
            ).save(force_insert=True)  # fmt: skip
        return
    note.texte, note.suites = texte, suites
    note.save(update_fields=["texte", "suites"])


def _write_personnelle(
    intervention: Intervention, perimetre: Perimetre, mandat: MandatEnVigueur, texte: str
) -> None:
    """The author's own note of a meeting; an emptied one goes away."""
    known = NotePersonnelle.objects.visible_to(perimetre).filter(intervention=intervention).first()
    if known is None and not texte.strip():
        return
    note = known or NotePersonnelle(
        menage_id=intervention.menage_id,
        mesure_id=intervention.mesure_id,
        intervention=intervention,
        auteur_id=require_acteur(perimetre),
    )
    _save_personnelle(note, perimetre, mandat, texte)


def _save_personnelle(
    note: NotePersonnelle, perimetre: Perimetre, mandat: MandatEnVigueur, texte: str
) -> None:
    if not texte.strip():
        NotePersonnelle.objects.visible_to(perimetre).filter(pk=note.pk).delete()
        return
    if note.texte == texte.strip():
        return
    note.texte = texte.strip()
    note.version = note.version + 1 if note.pk else 1
    note.save()
    record_evenement(
        "note_personnelle.ecrite",
        perimetre=perimetre,
        mandat=mandat,
        objet_type="mesures.notepersonnelle",
        objet_id=note.pk,
        menage_id=note.menage_id,
        niveau=Niveau.CONFIDENTIEL,
        apres={"texte": ""},
    )


@transaction.atomic
def save_note_personnelle(
    *,
    perimetre: Perimetre,
    mesure_id: int,
    texte: str,
    note_id: int | None = None,
    version: int | None = None,
) -> None:
    """One's own working note on a measure, apart from any meeting; an empty text removes it."""
    mesure = lock_mesure(perimetre, mesure_id)
    mandat = require_equipe(mesure, perimetre, "écrire une note")
    if note_id is None:
        check_texte("texte", texte, "Écrivez la note.")
        note = NotePersonnelle(
            menage_id=mesure.menage_id, mesure=mesure, auteur_id=require_acteur(perimetre)
        )
    else:
        note = NotePersonnelle.objects.filter(mesure_id=mesure_id).find_visible(perimetre, note_id)
        check_version(note, version, "cette note")
    _save_personnelle(note, perimetre, mandat, texte)


# -- objectives ------------------------------------------------------------------------------


@dataclass(frozen=True)
class DonneesObjectif:
    """An objective as it is typed."""

    libelle: str
    theme: str
    moyens: str = ""
    echeance: date | None = None


def check_objectif(donnees: DonneesObjectif, jour: date) -> None:
    check_texte("libelle", donnees.libelle, "Formulez l’objectif.")
    if donnees.theme not in ThemeObjectif.values:
        raise ErreurMetier("Choisissez un thème.", {"theme": "Choisissez un thème."})
    if donnees.echeance and donnees.echeance < jour:
        message = "L’échéance d’un nouvel objectif est à venir."
        raise ErreurMetier(message, {"echeance": message})


def insert_objectifs(
    mesure: Mesure,
    objectifs: Sequence[DonneesObjectif],
    jour: date,
    *,
    renouvellement: Any = None,
) -> list[Objectif]:
    """Write objectives of a measure that the caller has locked."""
    written = []
    for donnees in objectifs:
        check_objectif(donnees, jour)
        objectif = Objectif(
            menage_id=mesure.menage_id,
            mesure=mesure,
            renouvellement=renouvellement,
            libelle=donnees.libelle.strip(),
            moyens=donnees.moyens.strip(),
            theme=donnees.theme,
            echeance=donnees.echeance,
            fixe_le=jour,
        )
        objectif.save(force_insert=True)
        written.append(objectif)
    return written


@transaction.atomic
def add_objectif(*, perimetre: Perimetre, mesure_id: int, donnees: DonneesObjectif) -> Objectif:
    """Fix an objective with the household."""
    mesure, mandat = _lock_open(perimetre, mesure_id, "fixer un objectif")
    objectif = insert_objectifs(mesure, [donnees], perimetre.jour)[0]
    consign(
        "objectif.fixe",
        mesure,
        perimetre,
        mandat,
        titre="Objectif fixé",
        detail=objectif.get_theme_display(),
        le=perimetre.jour,
        objet=(OBJECTIF, objectif.pk),
        apres={"theme": objectif.theme},
    )
    return objectif


@transaction.atomic
def modify_objectif(
    *,
    perimetre: Perimetre,
    objectif_id: int,
    donnees: DonneesObjectif,
    atteinte: int,
    statut: str,
    version: int,
) -> Objectif:
    """Change an objective or how far it is reached; at 4 it is reached."""
    known: Objectif = Objectif.objects.find_visible(perimetre, objectif_id)
    mesure, mandat = _lock_open(perimetre, known.mesure_id, "modifier un objectif")
    objectif: Objectif = Objectif.objects.select_for_update(of=("self",)).find_visible(
        perimetre, objectif_id
    )
    check_version(objectif, version, "cet objectif")
    check_objectif(donnees, min(perimetre.jour, objectif.echeance or perimetre.jour))
    if not 0 <= atteinte <= 4 or statut not in StatutObjectif.values:
        message = "Le degré d’atteinte va de 0 à 4."
        raise ErreurMetier(message, {"atteinte": message})
    if statut == StatutObjectif.ATTEINT and atteinte != 4:
        message = "Un objectif atteint l’est au degré 4."
        raise ErreurMetier(message, {"atteinte": message})
    avant = {"atteinte": objectif.atteinte, "statut": objectif.statut}
    objectif.libelle, objectif.theme = donnees.libelle.strip(), donnees.theme
    objectif.moyens, objectif.echeance = donnees.moyens.strip(), donnees.echeance
    objectif.atteinte, objectif.statut = atteinte, statut
    save(objectif, ["libelle", "theme", "moyens", "echeance", "atteinte"])
    record_evenement(
        "objectif.modifie",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJECTIF,
        objet_id=objectif.pk,
        menage_id=mesure.menage_id,
        libelle=f"Mesure {mesure.reference}",
        avant=avant,
        apres={"atteinte": atteinte, "statut": statut},
    )
    return objectif
