"""Motives and required pieces of the saisines, kept by those who parameter the département."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.demandes import actions
from cariatide.demandes.queries import (
    find_motif,
    find_piece_requise,
    list_all_motifs,
    list_pieces_by_dispositif,
)
from cariatide.demandes.statuts import ROLES_LISTES
from cariatide.demandes.web import forms_listes as forms
from cariatide.partenaires.statuts import TypeConvention
from cariatide.socle.pages.actes import Fait, PageActe, run_acte
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import route

_AIDE_FIN = "Les saisines déjà déposées la gardent ; les suivantes ne la proposent plus."


@route(*ROLES_LISTES)
def listes(request: HttpRequest) -> HttpResponse:
    """What a saisine may be asked for, and what it carries, with the dates and the source."""
    contexte = {"motifs": list_all_motifs(), "pieces": list_pieces_by_dispositif()}
    return rend(request, "demandes/listes.html", contexte)


def _run(
    request: HttpRequest,
    classe: type[Formulaire],
    titre: str,
    action: Callable[..., Any],
    phrase: str,
    *,
    initial: dict[str, Any] | None = None,
    surtitre: str = "",
    envoyer: str = "Enregistrer",
    aide: str = "",
    **ids: int,
) -> HttpResponse:
    """A form whose fields bear the names of the action's arguments."""
    retour = reverse("demandes:listes")
    form = bind(classe, request, initial=initial or {})

    def envoi(form: Formulaire) -> Fait:
        action(perimetre=request.perimetre, **ids, **form.cleaned_data)  # type: ignore[attr-defined]
        return Fait(phrase)

    page = PageActe(
        titre, retour, envoyer, surtitre=surtitre, aide=aide, fil=[("Motifs et pièces", retour)]
    )
    return run_acte(request, form, page, envoi)


def _jour(request: HttpRequest) -> dict[str, Any]:
    return {"du": request.perimetre.jour}  # type: ignore[attr-defined]


@route(*ROLES_LISTES)
def nouveau_motif(request: HttpRequest) -> HttpResponse:
    return _run(
        request, forms.FormulaireMotifNouveau, "Ajouter un motif", actions.add_motif,
        "Le motif est ajouté : les saisines le proposent à partir de sa date.",
        initial=_jour(request),
    )  # fmt: skip


@route(*ROLES_LISTES)
def motif(request: HttpRequest, motif_id: int) -> HttpResponse:
    objet = find_motif(motif_id)
    return _run(
        request, forms.FormulaireMotifModifie, f"Modifier : {objet.libelle}", actions.update_motif,
        "Le motif est modifié.", surtitre=f"Code {objet.code}", motif_id=motif_id,
        initial={"libelle": objet.libelle, "ordre": objet.ordre, "source": objet.source},
        aide="Corrigez les mots ou le rang. Pour un autre sens, ajoutez un motif et donnez une fin "
        "à celui-ci : les saisines déjà déposées gardent ce code.",
    )  # fmt: skip


@route(*ROLES_LISTES)
def fin_motif(request: HttpRequest, motif_id: int) -> HttpResponse:
    objet = find_motif(motif_id)
    return _run(
        request, forms.FormulaireDernierJour, f"Ne plus proposer : {objet.libelle}",
        actions.end_motif, "Le motif a une fin ; les saisines qui le portent le gardent.",
        envoyer="Donner cette fin", motif_id=motif_id, initial={"au": _jour(request)["du"]},
    )  # fmt: skip


@route(*ROLES_LISTES)
def nouvelle_piece(request: HttpRequest) -> HttpResponse:
    return _run(
        request, forms.FormulairePieceNouvelle, "Ajouter une pièce", actions.add_piece_requise,
        "La pièce est ajoutée : les saisines déposées à partir de sa date la demandent.",
        initial=_jour(request),
    )  # fmt: skip


@route(*ROLES_LISTES)
def piece(request: HttpRequest, piece_requise_id: int) -> HttpResponse:
    objet = find_piece_requise(piece_requise_id)
    valeurs = ("libelle", "obligatoire", "ordre", "source")
    return _run(
        request, forms.FormulairePieceRevisee, f"Modifier : {objet.libelle}",
        actions.revise_piece_requise, "La pièce est modifiée à partir de sa date.",
        surtitre=f"{TypeConvention(objet.dispositif).label}, code {objet.code}",
        initial={champ: getattr(objet, champ) for champ in valeurs},
        aide="La version actuelle prend fin la veille : une saisine est jugée sur la liste du jour "
        "de son dépôt.",
        piece_requise_id=piece_requise_id,
    )  # fmt: skip


@route(*ROLES_LISTES)
def fin_piece(request: HttpRequest, piece_requise_id: int) -> HttpResponse:
    objet = find_piece_requise(piece_requise_id)
    return _run(
        request, forms.FormulaireDernierJour, f"Ne plus demander : {objet.libelle}",
        actions.end_piece_requise, "La pièce a une fin ; les saisines d’avant la gardent.",
        surtitre=TypeConvention(objet.dispositif).label, envoyer="Donner cette fin", aide=_AIDE_FIN,
        piece_requise_id=piece_requise_id, initial={"au": _jour(request)["du"]},
    )  # fmt: skip
