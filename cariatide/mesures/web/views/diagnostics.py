"""The social diagnosis: one page to read it, one per act."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.menages.queries import find_niveau
from cariatide.mesures import actions
from cariatide.mesures.actions.diagnostics import MODIFIABLES, SECTIONS
from cariatide.mesures.lifecycle import CYCLE_DIAGNOSTIC
from cariatide.mesures.models import DiagnosticSante, DiagnosticSocial, DiagnosticSocialContenu
from cariatide.mesures.queries import find_mesure, lecture_de, lecture_mesure
from cariatide.mesures.web import forms
from cariatide.mesures.web.views.commun import (
    CHEF,
    EQUIPE,
    LECTEURS,
    PageActe,
    done,
    read_version,
    run,
)
from cariatide.partenaires.models import Organisation
from cariatide.socle.lifecycle import Contexte
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


def _url(diagnostic_id: int) -> str:
    return reverse("mesures:diagnostic", args=[diagnostic_id])


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
    page = PageActe(
        titre="Demander un diagnostic social",
        envoyer="Demander le diagnostic",
        cle="diagnostic",
        succes="Le diagnostic est demandé : proposez un rendez-vous.",
    )

    def envoi(donnees: dict[str, Any]) -> str:
        diagnostic = actions.request_diagnostic(
            perimetre=request.perimetre,
            mesure_id=mesure_id,
            motif=donnees["motif"],
            le=donnees["le"],
            commanditaire_id=donnees["commanditaire"],
        )
        return _url(diagnostic.pk)

    return run(request, mesure, form, page, envoi)


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
        "sante": _sante(diagnostic, perimetre) if niveau >= Niveau.CONFIDENTIEL else "",
        "actes": list(CYCLE_DIAGNOSTIC.evaluate(diagnostic, ctx)),
        "modifiable": equipe and lit_social and diagnostic.statut in MODIFIABLES,
    }
    return rend(request, "mesures/diagnostic.html", contexte)


def _acte(
    request: HttpRequest,
    diagnostic_id: int,
    formulaire: type[forms.Formulaire],
    action: Any,
    page: dict[str, Any],
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    diagnostic = _find(request.perimetre, diagnostic_id)
    form = bind(formulaire, request, initial=initial or {})
    page = {"cle": f"diagnostic-{diagnostic_id}-{action.__name__}", **page}

    def envoi(donnees: dict[str, Any]) -> None:
        action(
            perimetre=request.perimetre,
            diagnostic_id=diagnostic_id,
            version=read_version(request),
            **donnees,
        )

    mesure = find_mesure(request.perimetre, diagnostic.mesure_id)
    acte = PageActe(version=diagnostic.version, retour=_url(diagnostic_id), **page)
    return run(request, mesure, form, acte, envoi)


@route(*EQUIPE, consulte=CONSULTE)
def rdv(request: HttpRequest, diagnostic_id: int) -> HttpResponse:
    page = {
        "titre": "Proposer un rendez-vous",
        "envoyer": "Enregistrer le rendez-vous",
        "succes": "Le rendez-vous proposé est enregistré.",
    }
    return _acte(request, diagnostic_id, forms.RdvForm, actions.propose_rdv, page)


@route(*EQUIPE, consulte=CONSULTE)
def visite(request: HttpRequest, diagnostic_id: int) -> HttpResponse:
    page = {
        "titre": "Enregistrer la visite",
        "envoyer": "Enregistrer la visite",
        "succes": "La visite est enregistrée ; elle compte aussi dans les entretiens.",
    }
    return _acte(
        request, diagnostic_id, forms.VisiteForm, actions.record_visite, page,
        {"le": request.perimetre.jour},
    )  # fmt: skip


@route(*EQUIPE, consulte=CONSULTE)
def absence(request: HttpRequest, diagnostic_id: int) -> HttpResponse:
    page = {
        "titre": "Enregistrer un refus ou une absence",
        "envoyer": "Enregistrer",
        "succes": "La tentative sans réponse est enregistrée.",
    }
    return _acte(
        request, diagnostic_id, forms.DateForm, actions.record_absence, page,
        {"le": request.perimetre.jour},
    )  # fmt: skip


@route(*EQUIPE, consulte=CONSULTE)
def rediger(request: HttpRequest, diagnostic_id: int) -> HttpResponse:
    """Write the sections; the draft is kept while they are typed."""
    perimetre: Perimetre = request.perimetre
    diagnostic = _find(perimetre, diagnostic_id)
    confidentiel = find_niveau(perimetre, diagnostic.menage_id) >= Niveau.CONFIDENTIEL
    initial: dict[str, Any] = dict(_contenu(diagnostic, perimetre))
    if confidentiel:
        initial["sante"] = _sante(diagnostic, perimetre)
    form = bind(forms.SectionsForm, request, initial=initial, confidentiel=confidentiel)
    page = PageActe(
        titre="Rédiger le diagnostic social",
        envoyer="Enregistrer",
        cle=f"diagnostic-{diagnostic_id}",
        version=diagnostic.version,
        succes="Le texte du diagnostic est enregistré.",
        retour=_url(diagnostic_id),
        lecteurs="l’équipe d’accompagnement",
        niveau=Niveau.SOCIAL,
    )

    def envoi(donnees: dict[str, Any]) -> None:
        actions.write_diagnostic(
            perimetre=perimetre,
            diagnostic_id=diagnostic_id,
            sections={n: donnees[n] for n in SECTIONS},
            sante=donnees["sante"] if confidentiel else None,
            version=read_version(request),
        )

    return run(request, find_mesure(perimetre, diagnostic.mesure_id), form, page, envoi)


@route(*EQUIPE)
@require_POST
def finir(request: HttpRequest, diagnostic_id: int) -> HttpResponse:
    actions.finish_diagnostic(
        perimetre=request.perimetre, diagnostic_id=diagnostic_id, version=read_version(request)
    )
    return done(
        request, "La rédaction est terminée : le chef de service est averti.", _url(diagnostic_id)
    )


@route(*CHEF)
@require_POST
def valider(request: HttpRequest, diagnostic_id: int) -> HttpResponse:
    actions.validate_diagnostic(
        perimetre=request.perimetre, diagnostic_id=diagnostic_id, version=read_version(request)
    )
    return done(request, "Le diagnostic est validé.", _url(diagnostic_id))


@route(*EQUIPE, consulte=CONSULTE)
def transmettre(request: HttpRequest, diagnostic_id: int) -> HttpResponse:
    page = {
        "titre": "Transmettre le diagnostic",
        "envoyer": "Établir le document",
        "succes": "Le diagnostic est établi en document et noté comme transmis.",
        "aide": "Le document reprend les sections ; la partie santé n’y figure pas.",
    }
    return _acte(request, diagnostic_id, forms.DestinatairesForm, actions.issue_diagnostic, page)


@route(*EQUIPE, consulte=CONSULTE)
def suites(request: HttpRequest, diagnostic_id: int) -> HttpResponse:
    page = {
        "titre": "Enregistrer les suites",
        "envoyer": "Enregistrer",
        "succes": "Les suites sont enregistrées.",
    }
    return _acte(request, diagnostic_id, forms.SuitesForm, actions.record_suites, page)
