"""Acts on a saisine: one named route each, POST only; a refusal comes back on its page."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.demandes import actions
from cariatide.demandes.models import PieceSaisine
from cariatide.demandes.queries import build_fiche, list_pieces, list_pieces_manquantes
from cariatide.demandes.statuts import ROLES_LECTEURS, ROLES_OPERATEUR, ROLES_REDACTEURS
from cariatide.demandes.web import forms
from cariatide.demandes.web.page import FORMULAIRES, show_saisine
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier
from cariatide.socle.pages.actes import Fait, read_version, run_bouton, run_sur_place, send
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre


class _Rien(Formulaire):
    """An act that asks for nothing."""


def _do(
    request: HttpRequest, saisine_id: int, nom: str, form: Formulaire, envoi: Callable[[Any], Fait]
) -> HttpResponse:
    """Do, say what was done; otherwise show the saisine again with the reason."""

    def montre(refus: ErreurMetier | None) -> HttpResponse:
        statut, erreur = 422, ""
        if refus is not None:
            form.add_erreur_metier(refus)
            if isinstance(refus, ConflitDeVersion) or not refus.champs:
                statut, erreur = 409, refus.message
        form.mark_errors()
        saisis = {} if erreur else {nom: form}
        return show_saisine(request, saisine_id, saisis=saisis, erreur=erreur, statut=statut)

    return run_sur_place(request, form, envoi, montre, retour=_adresse(saisine_id))


def _adresse(saisine_id: int) -> str:
    return reverse("demandes:detail", args=[saisine_id])


def _acte(
    nom: str, roles: Iterable[Role], action: Callable[..., Any], phrase: str
) -> Callable[..., HttpResponse]:
    """The view of an act whose form, on the page of the saisine, has the action's arguments."""

    @route(*roles)
    @require_POST
    def vue(request: HttpRequest, saisine_id: int) -> HttpResponse:
        form = FORMULAIRES.get(nom, _Rien)(request.POST)
        envoi = send(request, action, phrase, saisine_id=saisine_id)
        return _do(request, saisine_id, nom, form, envoi)

    return vue


recevoir = _acte(
    "recevoir",
    [Role.SECRETARIAT],
    actions.declare_recevable,
    "La saisine est recevable. Le prescripteur en est averti ; inscrivez-la à une séance.",
)
ecarter = _acte(
    "ecarter",
    [Role.SECRETARIAT],
    actions.declare_irrecevable,
    "La saisine est irrecevable. Le prescripteur est averti et lit le motif.",
)
orienter_provisoirement = _acte(
    "orienter_provisoirement",
    [Role.SECRETARIAT],
    actions.orient_provisoirement,
    "L’orientation provisoire est enregistrée. L’opérateur et le prescripteur sont avertis ; "
    "inscrivez la saisine à la prochaine séance, qui la ratifie.",
)
classer = _acte(
    "classer",
    [Role.SECRETARIAT],
    actions.dismiss_saisine,
    "La saisine est classée sans suite. Le prescripteur en est averti.",
)
demander_changement_axe = _acte(
    "demander_changement_axe",
    ROLES_OPERATEUR,
    actions.request_changement_axe,
    "Le changement d’axe est demandé. Le secrétariat l’inscrit à une séance.",
)
clore = _acte(
    "clore",
    ROLES_OPERATEUR,
    actions.close_saisine,
    "La saisine est close. Le prescripteur en est averti.",
)


@route(Role.SECRETARIAT)
@require_POST
def demander_pieces(request: HttpRequest, saisine_id: int) -> HttpResponse:
    """Ask the body that sent the saisine for what is missing."""
    fiche = build_fiche(request.perimetre, saisine_id)
    choix = [(p.code, p.libelle) for p in fiche.pieces if p.recue_le is None]
    form = forms.FormulairePieces(request.POST, choix=choix)

    def envoi(form: Any) -> Fait:
        actions.request_pieces(
            perimetre=request.perimetre,
            saisine_id=saisine_id,
            codes=form.cleaned_data["pieces"],
            attendue_le=form.cleaned_data["attendue_le"],
            version=read_version(request),
        )
        origine = fiche.saisine.origine_organisation
        return Fait(f"Les pièces sont demandées à {origine}, qui en est averti.")

    return _do(request, saisine_id, "demander_pieces", form, envoi)


@route(*ROLES_LECTEURS)
@require_POST
def fiche(request: HttpRequest, saisine_id: int) -> HttpResponse:
    """Issue the sheet of the saisine as a PDF, and open it."""

    def envoi() -> Fait:
        document = actions.issue_fiche(perimetre=request.perimetre, saisine_id=saisine_id)
        phrase = f"La fiche {document.reference} est établie : elle ne changera plus."
        return Fait(phrase, reverse("documents:telecharger", args=[document.pk]))

    return run_bouton(request, reverse("demandes:detail", args=[saisine_id]), envoi)


class _Reception(Formulaire):
    recue_le = ChampDate(label="Reçue le", required=False)
    fichier = forms.FichierJoint(label="Fichier", required=False)


@route(*ROLES_REDACTEURS)
@require_POST
def recevoir_piece(request: HttpRequest, saisine_id: int, piece_id: int) -> HttpResponse:
    """Note a piece received (today when no day is given), or taken back with `annuler`."""
    form = _Reception(request.POST, request.FILES)

    def envoi(form: Any) -> Fait:
        jour: date | None = form.cleaned_data["recue_le"] or request.perimetre.jour
        if request.POST.get("annuler"):
            jour = None
        piece = _receive(request, saisine_id, piece_id, jour, form.cleaned_data["fichier"])
        return Fait(_describe(request, saisine_id, piece))

    def montre(refus: ErreurMetier | None) -> HttpResponse:
        champs = refus.champs.values() if refus else [str(e[0]) for e in form.errors.values()]
        erreur = next(iter(champs), refus.message if refus else "")
        return show_saisine(request, saisine_id, erreur=erreur, statut=422)

    return run_sur_place(request, form, envoi, montre, retour=_adresse(saisine_id))


def _describe(request: HttpRequest, saisine_id: int, piece: PieceSaisine) -> str:
    if piece.recue_le is None:
        return f"« {piece.libelle} » n’est plus notée reçue."
    manquantes = list_pieces_manquantes(list_pieces(request.perimetre, saisine_id))
    suite = (
        f"Il manque encore : {', '.join(manquantes)}."
        if manquantes
        else "Les pièces obligatoires sont complètes, le secrétariat en est averti."
    )
    return f"« {piece.libelle} » est notée reçue le {format_date(piece.recue_le)}. {suite}"


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
