"""Meetings, notes, objectives."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from cariatide.mesures import actions
from cariatide.mesures.models import Intervention, InterventionNote, NotePersonnelle, Objectif
from cariatide.mesures.queries import (
    find_mesure,
    lecture_de,
    lecture_mesure,
    refuse_ecriture_mesure,
)
from cariatide.mesures.statuts import TypeIntervention
from cariatide.mesures.web import forms
from cariatide.mesures.web.views.commun import EQUIPE, page_acte, page_suite
from cariatide.socle.pages.actes import Fait, PageActe, read_version, run_acte
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau, Perimetre


@route(*EQUIPE, consulte=lecture_mesure)
def consigner(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """Write a meeting: one screen on a telephone, kept as a draft while it is typed."""
    mesure = find_mesure(request.perimetre, mesure_id)

    def envoi(form: Any) -> Fait:
        actions.record_intervention(
            perimetre=request.perimetre, mesure_id=mesure_id, donnees=form.to_donnees()
        )
        return Fait("L’entretien est consigné ; il figure au parcours du ménage.")

    page = PageActe(
        "Consigner un entretien",
        envoyer="Enregistrer l’entretien",
        refus=refuse_ecriture_mesure(mesure),
        **page_acte(request, mesure),
    )
    initial = {"type": TypeIntervention.VAD, "date": request.perimetre.jour, "presence": "present"}
    form = bind(forms.EntretienForm, request, initial=initial)
    return run_acte(request, form, page, envoi, gabarit="mesures/entretien.html")


@route(*EQUIPE, consulte=lecture_de(Intervention, "intervention_id"))
def entretien(request: HttpRequest, intervention_id: int) -> HttpResponse:
    """Correct a meeting."""
    perimetre: Perimetre = request.perimetre
    intervention: Intervention = Intervention.objects.find_visible(perimetre, intervention_id)

    def envoi(form: Any) -> Fait:
        actions.modify_intervention(
            perimetre=perimetre,
            intervention_id=intervention_id,
            donnees=form.to_donnees(),
            version=read_version(request),
        )
        return Fait("L’entretien est corrigé.")

    titre = f"Corriger : {intervention.get_type_display().lower()}"
    page = PageActe(titre, **page_suite(request, intervention))
    form = bind(forms.EntretienForm, request, initial=_initial(intervention, perimetre))
    return run_acte(request, form, page, envoi, gabarit="mesures/entretien.html")


def _initial(intervention: Intervention, perimetre: Perimetre) -> dict[str, Any]:
    champs = ("type", "date", "heure", "duree_minutes", "lieu", "presence", "contact")
    values = {nom: getattr(intervention, nom) for nom in champs}
    note = InterventionNote.objects.visible_to(perimetre).filter(intervention=intervention).first()
    if note is not None:
        values |= {"note": note.texte, "suites": note.suites}
    mine = NotePersonnelle.objects.visible_to(perimetre).filter(intervention=intervention).first()
    if mine is not None:
        values["personnelle"] = mine.texte
    return values


def _page_note(titre: str, autour: dict[str, Any]) -> PageActe:
    return PageActe(
        titre,
        envoyer="Enregistrer la note",
        lecteurs="vous seul",
        niveau=Niveau.CONFIDENTIEL,
        aide="Ni vos collègues, ni votre chef de service, ni aucun document n’en reprend le texte.",
        **autour,
    )


@route(*EQUIPE, consulte=lecture_mesure)
def note(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """A personal working note, apart from any meeting."""
    mesure = find_mesure(request.perimetre, mesure_id)

    def envoi(form: Any) -> Fait:
        actions.save_note_personnelle(
            perimetre=request.perimetre, mesure_id=mesure_id, texte=form.cleaned_data["texte"]
        )
        return Fait("Votre note est enregistrée.")

    page = _page_note("Écrire une note personnelle", page_acte(request, mesure))
    return run_acte(request, bind(forms.NoteForm, request), page, envoi)


@route(*EQUIPE, consulte=lecture_de(NotePersonnelle, "note_id"))
def modifier_note(request: HttpRequest, note_id: int) -> HttpResponse:
    """One's own note; emptied, it goes away."""
    perimetre: Perimetre = request.perimetre
    known: NotePersonnelle = NotePersonnelle.objects.find_visible(perimetre, note_id)

    def envoi(form: Any) -> Fait:
        actions.save_note_personnelle(
            perimetre=perimetre, mesure_id=known.mesure_id, texte=form.cleaned_data["texte"],
            note_id=note_id, version=read_version(request),
        )  # fmt: skip
        return Fait("Votre note est enregistrée ; vidée, elle est supprimée.")

    page = _page_note("Modifier une note personnelle", page_suite(request, known))
    form = bind(forms.NoteForm, request, initial={"texte": known.texte})
    return run_acte(request, form, page, envoi)


@route(*EQUIPE, consulte=lecture_mesure)
def objectif(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """Fix an objective."""
    mesure = find_mesure(request.perimetre, mesure_id)

    def envoi(form: Any) -> Fait:
        actions.add_objectif(
            perimetre=request.perimetre, mesure_id=mesure_id, donnees=form.to_donnees()
        )
        return Fait("L’objectif est fixé : le contrat et le bilan le reprendront.")

    page = PageActe(
        "Fixer un objectif",
        envoyer="Fixer l’objectif",
        refus=refuse_ecriture_mesure(mesure),
        **page_acte(request, mesure),
    )
    return run_acte(request, bind(forms.ObjectifForm, request), page, envoi)


@route(*EQUIPE, consulte=lecture_de(Objectif, "objectif_id"))
def modifier_objectif(request: HttpRequest, objectif_id: int) -> HttpResponse:
    """Change an objective, or how far it is reached."""
    perimetre: Perimetre = request.perimetre
    known: Objectif = Objectif.objects.find_visible(perimetre, objectif_id)

    def envoi(form: Any) -> Fait:
        actions.modify_objectif(
            perimetre=perimetre,
            objectif_id=objectif_id,
            donnees=form.to_donnees(),
            atteinte=form.cleaned_data["atteinte"],
            statut=form.cleaned_data["statut"],
            version=read_version(request),
        )
        return Fait("L’objectif est modifié.")

    champs = ("libelle", "theme", "moyens", "echeance", "atteinte", "statut")
    initial = {nom: getattr(known, nom) for nom in champs}
    page = PageActe("Modifier un objectif", **page_suite(request, known))
    form = bind(forms.ModifierObjectifForm, request, initial=initial)
    return run_acte(request, form, page, envoi)
