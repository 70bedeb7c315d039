"""Acts on a saisine: one named route each, POST only; a refusal comes back on its page."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cariatide.demandes import actions
from cariatide.demandes.models import PieceSaisine
from cariatide.demandes.queries import build_fiche, list_pieces, list_pieces_manquantes
from cariatide.demandes.statuts import ROLES_LECTEURS, ROLES_OPERATEUR, ROLES_REDACTEURS
from cariatide.demandes.web import forms
from cariatide.demandes.web.page import FORMULAIRES, show_saisine
from cariatide.demandes.web.redaction import read_version
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre


def _act(
    request: HttpRequest,
    saisine_id: int,
    nom: str,
    form: Formulaire,
    do: Callable[[dict[str, Any], int], object],
    message: str,
) -> HttpResponse:
    """Validate, do, say what was done; otherwise show the page again with the reason."""
    statut, erreur = 422, ""
    if form.is_valid():
        try:
            with transaction.atomic():
                do(form.cleaned_data, read_version(request) or -1)
        except Introuvable:
            raise
        except ErreurMetier as refus:
            statut = 409 if isinstance(refus, ConflitDeVersion) or not refus.champs else 422
            erreur = refus.message if statut == 409 else ""
            form.add_erreur_metier(refus)
        else:
            messages.success(request, message)
            return redirect("demandes:detail", saisine_id)
    form.mark_errors()
    saisis = {} if erreur else {nom: form}
    return show_saisine(request, saisine_id, saisis=saisis, erreur=erreur, statut=statut)


class _Rien(Formulaire):
    """An act that asks for nothing."""


@route(Role.SECRETARIAT)
@require_POST
def recevoir(request: HttpRequest, saisine_id: int) -> HttpResponse:
    return _act(
        request,
        saisine_id,
        "recevoir",
        _Rien(request.POST),
        lambda _, version: actions.declare_recevable(
            perimetre=request.perimetre, saisine_id=saisine_id, version=version
        ),
        "La saisine est recevable. Le prescripteur en est averti ; inscrivez-la à une séance.",
    )


@route(Role.SECRETARIAT)
@require_POST
def ecarter(request: HttpRequest, saisine_id: int) -> HttpResponse:
    return _act(
        request,
        saisine_id,
        "ecarter",
        FORMULAIRES["ecarter"](request.POST),
        lambda d, version: actions.declare_irrecevable(
            perimetre=request.perimetre, saisine_id=saisine_id, version=version, **d
        ),
        "La saisine est irrecevable. Le prescripteur est averti et lit le motif.",
    )


@route(Role.SECRETARIAT)
@require_POST
def orienter_provisoirement(request: HttpRequest, saisine_id: int) -> HttpResponse:
    return _act(
        request,
        saisine_id,
        "orienter_provisoirement",
        FORMULAIRES["orienter_provisoirement"](request.POST),
        lambda d, version: actions.orient_provisoirement(
            perimetre=request.perimetre, saisine_id=saisine_id, version=version, **d
        ),
        "L’orientation provisoire est enregistrée. L’opérateur et le prescripteur sont avertis ; "
        "inscrivez la saisine à la prochaine séance, qui la ratifie.",
    )


@route(Role.SECRETARIAT)
@require_POST
def classer(request: HttpRequest, saisine_id: int) -> HttpResponse:
    return _act(
        request,
        saisine_id,
        "classer",
        FORMULAIRES["classer"](request.POST),
        lambda d, version: actions.dismiss_saisine(
            perimetre=request.perimetre, saisine_id=saisine_id, version=version, **d
        ),
        "La saisine est classée sans suite. Le prescripteur en est averti.",
    )


@route(*ROLES_OPERATEUR)
@require_POST
def demander_changement_axe(request: HttpRequest, saisine_id: int) -> HttpResponse:
    return _act(
        request,
        saisine_id,
        "demander_changement_axe",
        FORMULAIRES["demander_changement_axe"](request.POST),
        lambda d, version: actions.request_changement_axe(
            perimetre=request.perimetre, saisine_id=saisine_id, version=version, **d
        ),
        "Le changement d’axe est demandé. Le secrétariat l’inscrit à une séance.",
    )


@route(*ROLES_OPERATEUR)
@require_POST
def clore(request: HttpRequest, saisine_id: int) -> HttpResponse:
    return _act(
        request,
        saisine_id,
        "clore",
        FORMULAIRES["clore"](request.POST),
        lambda d, version: actions.close_saisine(
            perimetre=request.perimetre, saisine_id=saisine_id, version=version, **d
        ),
        "La saisine est close. Le prescripteur en est averti.",
    )


@route(Role.SECRETARIAT)
@require_POST
def demander_pieces(request: HttpRequest, saisine_id: int) -> HttpResponse:
    fiche = build_fiche(request.perimetre, saisine_id)
    choix = [(p.code, p.libelle) for p in fiche.pieces if p.recue_le is None]
    return _act(
        request,
        saisine_id,
        "demander_pieces",
        forms.FormulairePieces(request.POST, choix=choix),
        lambda d, version: actions.request_pieces(
            perimetre=request.perimetre,
            saisine_id=saisine_id,
            codes=d["pieces"],
            attendue_le=d["attendue_le"],
            version=version,
        ),
        f"Les pièces sont demandées à {fiche.saisine.origine_organisation}, qui en est averti.",
    )


@route(*ROLES_LECTEURS)
@require_POST
def fiche(request: HttpRequest, saisine_id: int) -> HttpResponse:
    """Issue the sheet of the saisine as a PDF, and open it."""
    document = actions.issue_fiche(perimetre=request.perimetre, saisine_id=saisine_id)
    messages.success(request, f"La fiche {document.reference} est établie : elle ne changera plus.")
    return redirect("documents:telecharger", document.pk)


class _Reception(Formulaire):
    recue_le = ChampDate(label="Reçue le", required=False)
    fichier = forms.FichierJoint(label="Fichier", required=False)


@route(*ROLES_REDACTEURS)
@require_POST
def recevoir_piece(request: HttpRequest, saisine_id: int, piece_id: int) -> HttpResponse:
    """Note a piece received (today when no day is given), or taken back with `annuler`."""
    form = _Reception(request.POST, request.FILES)
    if not form.is_valid():
        erreur = next(iter(form.errors.values()))[0]
        return show_saisine(request, saisine_id, erreur=str(erreur), statut=422)
    jour: date | None = form.cleaned_data["recue_le"] or request.perimetre.jour
    if request.POST.get("annuler"):
        jour = None
    try:
        with transaction.atomic():
            piece = _receive(request, saisine_id, piece_id, jour, form.cleaned_data["fichier"])
    except Introuvable:
        raise
    except ErreurMetier as refus:
        erreur = next(iter(refus.champs.values()), refus.message)
        return show_saisine(request, saisine_id, erreur=erreur, statut=422)
    if piece.recue_le is None:
        messages.success(request, f"« {piece.libelle} » n’est plus notée reçue.")
    else:
        manquantes = list_pieces_manquantes(list_pieces(request.perimetre, saisine_id))
        suite = (
            f"Il manque encore : {', '.join(manquantes)}."
            if manquantes
            else "Les pièces obligatoires sont complètes, le secrétariat en est averti."
        )
        le = format_date(piece.recue_le)
        messages.success(request, f"« {piece.libelle} » est notée reçue le {le}. {suite}")
    return redirect("demandes:detail", saisine_id)


def _receive(
    request: HttpRequest, saisine_id: int, piece_id: int, jour: date | None, fichier: Any
) -> PieceSaisine:
    perimetre: Perimetre = request.perimetre
    if fichier is None:
        return actions.receive_piece(
            perimetre=perimetre, saisine_id=saisine_id, piece_id=piece_id, recue_le=jour
        )
    return actions.send_piece(
        perimetre=perimetre,
        saisine_id=saisine_id,
        piece_id=piece_id,
        nom=fichier.name,
        contenu=fichier.read(),
    )
