"""Meetings of a measure: the fact, the shared note (level S), rarely a personal one."""

from datetime import date, time, timedelta
from random import Random
from typing import Any

from cariatide.demonstration.hasard import chance, ouvre, pese
from cariatide.demonstration.textes.grammaire import phrases, varie
from cariatide.demonstration.textes.lexique import suivi as textes
from cariatide.mesures.models import Intervention, InterventionNote, NotePersonnelle
from cariatide.mesures.rules import is_contact
from cariatide.mesures.statuts import RENCONTRES, Presence

OBJET = "mesures.intervention"
TYPES = (
    ("vad", 4), ("rdv", 2.5), ("telephone", 3), ("demarche", 2), ("partenaire", 1.2),
    ("courrier", 0.6),
)  # fmt: skip
TYPES_PHARE = (("vad", 5), ("rdv", 2), ("telephone", 1), ("demarche", 2), ("partenaire", 1))
HEURES = (
    time(9),
    time(9, 30),
    time(10),
    time(10, 30),
    time(14),
    time(14, 30),
    time(15, 30),
    time(16),
)
# Days after the beginning of which every measure is visited at least every three weeks.
PAS = (11, 24)


def write_intervention(
    vie: Any,
    le: date,
    type_: str,
    presence: str,
    *,
    contact: str = "",
    duree: int | None = None,
    h: Random | None = None,
) -> Intervention:
    """mesures.actions.insert_intervention; with a generator, a note is written too."""
    e, acteur = vie.e, vie.referent
    rencontre = type_ in RENCONTRES
    intervention: Intervention = e.tampon.ajoute(
        Intervention(
            menage_id=vie.menage.pk, mesure_id=vie.mesure.pk, type=type_, date=le,
            heure=h.choice(HEURES) if h and rencontre else None, duree_minutes=duree,
            lieu=textes.LIEUX.get(type_, "") if h else "", presence=presence, contact=contact,
            auteur_id=acteur.utilisateur_id, cree_le=e.plume.instant(le),
        )
    )  # fmt: skip
    if h is not None and (presence == Presence.PRESENT or not rencontre):
        _write_notes(vie, intervention, h)
    absent = presence in (Presence.ABSENT, Presence.EXCUSE)
    label = intervention.get_type_display()
    etat = intervention.get_presence_display().lower()
    contacte = is_contact(type_, presence)
    vie.consign(
        "intervention.consignee", acteur, le, f"{label}, ménage {etat}" if absent else label,
        detail=f"{duree} minutes" if duree else "", objet=(OBJET, intervention.pk),
        contact=contacte, apres={"type": type_, "date": le, "presence": presence},
    )  # fmt: skip
    if rencontre and contacte:
        vie.visites.append(le)
    return intervention


def _write_notes(vie: Any, intervention: Intervention, h: Random) -> None:
    sentences = textes.NOTES.get(intervention.type)
    if sentences and chance(h, 0.75):
        texte = phrases(h, sentences, h.choice((1, 2, 2, 3)))
        suites = varie(h, h.choice(textes.SUITES))
        vie.e.tampon.ajoute(
            InterventionNote(
                intervention_id=intervention.pk, menage_id=vie.menage.pk, texte=texte,
                suites=suites,
            )
        )  # fmt: skip
    if chance(h, 0.02):
        note = vie.e.tampon.ajoute(
            NotePersonnelle(
                menage_id=vie.menage.pk, mesure_id=vie.mesure.pk,
                intervention_id=intervention.pk, auteur_id=vie.referent.utilisateur_id,
                texte=h.choice(textes.PERSONNELLES), cree_le=intervention.cree_le,
                modifiee_le=intervention.cree_le,
            )
        )  # fmt: skip
        vie.e.plume.evenement(
            "note_personnelle.ecrite", vie.referent, intervention.date,
            ("mesures.notepersonnelle", note.pk), menage_id=vie.menage.pk, niveau=3,
            apres={"texte": ""},
        )  # fmt: skip


def write_entretiens(vie: Any) -> None:
    """Regular meetings from the first day to the end, or to the eve of the day."""
    plan, e = vie.plan, vie.e
    if plan.activee_le is None:
        return
    h: Random = e.hasard("entretiens", plan.saisine.numero)
    suspensions = [le for le, nom, _ in plan.actes if nom == "suspendre"]
    fin = plan.terminee_le or (suspensions[0] if suspensions else e.recit.periode.hier)
    le = ouvre(plan.activee_le + timedelta(days=h.randint(3, 12)))
    relogement = plan.saisine.axe == "relogement"
    while le <= fin:
        type_ = pese(h, TYPES_PHARE if plan.saisine.phare else TYPES)
        cherche = relogement and (plan.entree_le is None or le < plan.entree_le)
        if cherche and chance(h, 0.07):
            type_ = "visite_logement"
        presence = str(Presence.SANS_OBJET)
        contact, duree = "", None
        if type_ in RENCONTRES:
            presence = pese(h, [("present", 8.4), ("absent", 0.9), ("excuse", 0.7)])
            contact = "rencontre" if presence == "present" else "visite_sans_reponse"
            duree = h.choice((30, 45, 45, 60, 75)) if presence == "present" else None
        elif type_ == "telephone":
            contact, duree = "telephone", h.choice((5, 10, 15, 20))
        write_intervention(vie, le, type_, presence, contact=contact, duree=duree, h=h)
        le = ouvre(le + timedelta(days=h.randint(*PAS)))
