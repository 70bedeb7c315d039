"""Motives and required pieces of the saisines, kept by those who parameter the département."""

from typing import Any

from django.http import HttpRequest, HttpResponse

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
from cariatide.socle.pages.actes import ActeSimple
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes_datees import (
    FormulaireDernierJour,
    FormulaireLigne,
    FormulaireLigneNouvelle,
    PagesDeListe,
)
from cariatide.socle.pages.routes import route

_AIDE_FIN = "Les saisines déjà déposées la gardent ; les suivantes ne la proposent plus."


@route(*ROLES_LISTES)
def listes(request: HttpRequest) -> HttpResponse:
    """What a saisine may be asked for, and what it carries, with the dates and the source."""
    contexte = {"motifs": list_all_motifs(), "pieces": list_pieces_by_dispositif()}
    return rend(request, "demandes/listes.html", contexte)


def _surtitre(objet: Any) -> str:
    dispositif = getattr(objet, "dispositif", "")
    de = f"{TypeConvention(dispositif).label}, code" if dispositif else "Code"
    return f"{de} {objet.code}"


_vue = PagesDeListe(ROLES_LISTES, "demandes:listes", "Motifs et pièces", _surtitre).vue

nouveau_motif = _vue(
    ActeSimple(
        "Ajouter un motif",
        "Enregistrer",
        "Le motif est ajouté : les saisines le proposent à partir de sa date.",
        FormulaireLigneNouvelle,
        actions.add_motif,
        jour="du",
    )
)
motif = _vue(
    ActeSimple(
        "Modifier : {}",
        "Enregistrer",
        "Le motif est modifié.",
        FormulaireLigne,
        actions.update_motif,
        aide="Corrigez les mots ou le rang. Pour un autre sens, ajoutez un motif et donnez une fin "
        "à celui-ci : les saisines déjà déposées gardent ce code.",
    ),
    "motif_id",
    find_motif,
    ("libelle", "ordre", "source"),
)
fin_motif = _vue(
    ActeSimple(
        "Ne plus proposer : {}",
        "Donner cette fin",
        "Le motif a une fin ; les saisines qui le portent le gardent.",
        FormulaireDernierJour,
        actions.end_motif,
        jour="au",
        aide=_AIDE_FIN,
    ),
    "motif_id",
    find_motif,
)
nouvelle_piece = _vue(
    ActeSimple(
        "Ajouter une pièce",
        "Enregistrer",
        "La pièce est ajoutée : les saisines déposées à partir de sa date la demandent.",
        forms.FormulairePieceNouvelle,
        actions.add_piece_requise,
        jour="du",
    )
)
piece = _vue(
    ActeSimple(
        "Modifier : {}",
        "Enregistrer",
        "La pièce est modifiée à partir de sa date.",
        forms.FormulairePieceRevisee,
        actions.revise_piece_requise,
        aide="La version actuelle prend fin la veille : une saisine est jugée sur la liste du jour "
        "de son dépôt.",
    ),
    "piece_requise_id",
    find_piece_requise,
    ("libelle", "obligatoire", "ordre", "source"),
)
fin_piece = _vue(
    ActeSimple(
        "Ne plus demander : {}",
        "Donner cette fin",
        "La pièce a une fin ; les saisines d’avant la gardent.",
        FormulaireDernierJour,
        actions.end_piece_requise,
        jour="au",
        aide=_AIDE_FIN,
    ),
    "piece_requise_id",
    find_piece_requise,
)
