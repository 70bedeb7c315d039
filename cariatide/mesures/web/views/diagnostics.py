"""The social diagnosis: one page to read it, one per act."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.menages.budget import find_releve
from cariatide.menages.queries import find_niveau
from cariatide.mesures import actions
from cariatide.mesures.actions.diagnostics import SECTIONS
from cariatide.mesures.lifecycle import CYCLE_DIAGNOSTIC
from cariatide.mesures.models import DiagnosticSante, DiagnosticSocial, DiagnosticSocialContenu
from cariatide.mesures.queries import (
    find_mesure,
    lecture_de,
    lecture_mesure,
    refuse_diagnostic,
    refuse_ecriture_mesure,
    refuse_texte_diagnostic,
)
from cariatide.mesures.web import forms
from cariatide.mesures.web.views.commun import (
    CHEF,
    EQUIPE,
    LECTEURS,
    Genre,
    acte,
    bouton,
    page_acte,
    page_suite,
)
from cariatide.partenaires.models import Organisation
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.pages.actes import ActeSimple, Fait, PageActe, read_version, run_acte
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau, Perimetre

CONSULTE = lecture_de(DiagnosticSocial, "diagnostic_id")


def _find(perimetre: Perimetre, diagnostic_id: int) -> DiagnosticSocial:
    found: DiagnosticSocial = DiagnosticSocial.objects.select_related(
        "mesure", "mesure__convention", "menage", "commanditaire", "auteur"
    ).find_visible(perimetre, diagnostic_id)
    return found


def _url(diagnostic: DiagnosticSocial) -> str:
    return reverse("mesures:diagnostic", args=[diagnostic.pk])


def _au(diagnostic: DiagnosticSocial, perimetre: Perimetre) -> date:
    """The day whose sums the diagnosis shows: when it left, today as long as it did not."""
    return diagnostic.transmis_le or perimetre.jour


def _contenu(diagnostic: DiagnosticSocial, perimetre: Perimetre) -> dict[str, str]:
    found = (
        DiagnosticSocialContenu.objects.visible_to(perimetre)
        .filter(diagnostic=diagnostic)
        .values(*SECTIONS)
        .first()
    )
    return found or {}


def _sante(diagnostic: DiagnosticSocial, perimetre: Perimetre) -> str:
    found = (
        DiagnosticSante.objects.visible_to(perimetre)
        .filter(diagnostic=diagnostic)
        .values_list("texte", flat=True)
        .first()
    )
    return found or ""


@route(*EQUIPE, consulte=lecture_mesure)
def nouveau(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """Ask for a diagnosis."""
    mesure = find_mesure(request.perimetre, mesure_id)
    asked = {mesure.convention.commanditaire_id, mesure.operateur_id, mesure.prescripteur_id}
    bodies = Organisation.objects.filter(pk__in=asked - {None}).order_by("nom_normalise")
    form = bind(
        forms.DiagnosticForm, request, commanditaires=[(o.pk, str(o)) for o in bodies],
        initial={
            "le": request.perimetre.jour,
            "motif": "Diagnostic initial",
            "commanditaire": mesure.convention.commanditaire_id,
        },
    )  # fmt: skip

    def envoi(form: Any) -> Fait:
        diagnostic = actions.request_diagnostic(
            perimetre=request.perimetre,
            mesure_id=mesure_id,
            motif=form.cleaned_data["motif"],
            le=form.cleaned_data["le"],
            commanditaire_id=form.cleaned_data["commanditaire"],
        )
        return Fait("Le diagnostic est demandé : proposez un rendez-vous.", _url(diagnostic))

    page = PageActe(
        "Demander un diagnostic social",
        envoyer="Demander le diagnostic",
        refus=refuse_ecriture_mesure(mesure) or refuse_diagnostic(mesure, request.perimetre),
        **page_acte(request, mesure),
    )
    return run_acte(request, form, page, envoi)


@route(*LECTEURS, consulte=CONSULTE)
def lire(request: HttpRequest, diagnostic_id: int) -> HttpResponse:
    """The diagnosis: state and dates for all, sections and health by level."""
    perimetre: Perimetre = request.perimetre
    diagnostic = _find(perimetre, diagnostic_id)
    niveau = find_niveau(perimetre, diagnostic.menage_id)
    ctx = Contexte(perimetre, perimetre.jour)
    equipe = perimetre.find_mandat(EQUIPE, diagnostic.mesure.operateur_id) is not None
    lit_social = niveau >= Niveau.SOCIAL
    contenu = _contenu(diagnostic, perimetre) if lit_social else {}
    fields = DiagnosticSocialContenu._meta
    contexte = {
        "diagnostic": diagnostic,
        "mesure": diagnostic.mesure,
        "lit_social": lit_social,
        "lit_confidentiel": niveau >= Niveau.CONFIDENTIEL,
        "sections": [
            (str(fields.get_field(nom).verbose_name).capitalize(), contenu.get(nom, ""))
            for nom in SECTIONS
        ],
        "menage_id": diagnostic.menage_id,
        "releve": find_releve(perimetre, diagnostic.menage_id, _au(diagnostic, perimetre))
        if lit_social
        else None,
        "sante": _sante(diagnostic, perimetre) if niveau >= Niveau.CONFIDENTIEL else "",
        "actes": list(CYCLE_DIAGNOSTIC.evaluate(diagnostic, ctx)),
        "modifiable": equipe and lit_social and not refuse_texte_diagnostic(diagnostic),
    }
    return rend(request, "mesures/diagnostic.html", contexte)


DIAGNOSTIC = Genre("diagnostic_id", _find, _url, CONSULTE)
rdv = acte(
    DIAGNOSTIC,
    EQUIPE,
    ActeSimple(
        "Proposer un rendez-vous",
        "Enregistrer le rendez-vous",
        "Le rendez-vous proposé est enregistré.",
        forms.RdvForm,
        actions.propose_rdv,
    ),
)
visite = acte(
    DIAGNOSTIC,
    EQUIPE,
    ActeSimple(
        "Enregistrer la visite",
        "Enregistrer la visite",
        "La visite est enregistrée ; elle compte aussi dans les entretiens.",
        forms.VisiteForm,
        actions.record_visite,
        jour="le",
    ),
)
absence = acte(
    DIAGNOSTIC,
    EQUIPE,
    ActeSimple(
        "Enregistrer un refus ou une absence",
        "Enregistrer",
        "La tentative sans réponse est enregistrée.",
        forms.DateForm,
        actions.record_absence,
        jour="le",
    ),
)
transmettre = acte(
    DIAGNOSTIC,
    EQUIPE,
    ActeSimple(
        "Transmettre le diagnostic",
        "Établir le document",
        "Le diagnostic est établi en document et noté comme transmis.",
        forms.DestinatairesForm,
        actions.issue_diagnostic,
        aide="Le document reprend les sections ; la partie santé n’y figure pas.",
    ),
)
suites = acte(
    DIAGNOSTIC,
    EQUIPE,
    ActeSimple(
        "Enregistrer les suites",
        "Enregistrer",
        "Les suites sont enregistrées.",
        forms.SuitesForm,
        actions.record_suites,
    ),
)
finir = bouton(
    DIAGNOSTIC,
    EQUIPE,
    actions.finish_diagnostic,
    "La rédaction est terminée : le chef de service est averti.",
)
valider = bouton(DIAGNOSTIC, CHEF, actions.validate_diagnostic, "Le diagnostic est validé.")


@route(*EQUIPE, consulte=CONSULTE)
def rediger(request: HttpRequest, diagnostic_id: int) -> HttpResponse:
    """Write the sections; the draft is kept while they are typed."""
    perimetre: Perimetre = request.perimetre
    diagnostic = _find(perimetre, diagnostic_id)
    confidentiel = find_niveau(perimetre, diagnostic.menage_id) >= Niveau.CONFIDENTIEL
    initial: dict[str, Any] = dict(_contenu(diagnostic, perimetre))
    if confidentiel:
        initial["sante"] = _sante(diagnostic, perimetre)

    def envoi(form: Any) -> Fait:
        d = form.cleaned_data
        actions.write_diagnostic(
            perimetre=perimetre,
            diagnostic_id=diagnostic_id,
            sections={n: d[n] for n in SECTIONS},
            sante=d["sante"] if confidentiel else None,
            version=read_version(request),
        )
        return Fait("Le texte du diagnostic est enregistré.")

    page = PageActe(
        "Rédiger le diagnostic social",
        lecteurs="l’équipe d’accompagnement",
        niveau=Niveau.SOCIAL,
        **page_suite(request, diagnostic, _url(diagnostic)),
    )
    form = bind(forms.SectionsForm, request, initial=initial, confidentiel=confidentiel)
    return run_acte(
        request, form, page, envoi, gabarit="mesures/diagnostic_rediger.html",
        releve=find_releve(perimetre, diagnostic.menage_id), menage_id=diagnostic.menage_id,
    )  # fmt: skip
