"""Reasons of a reorientation, kept by those who parameter the département."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from cariatide.demandes.statuts import ROLES_LISTES
from cariatide.mesures import actions
from cariatide.mesures.queries import find_motif_reorientation, list_all_motifs_reorientation
from cariatide.socle.pages.actes import ActeSimple
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes_datees import (
    FormulaireDernierJour,
    FormulaireLigne,
    FormulaireLigneNouvelle,
    PagesDeListe,
)
from cariatide.socle.pages.routes import route


@route(*ROLES_LISTES)
def liste(request: HttpRequest) -> HttpResponse:
    """What a reorientation may be asked for, with the dates and the source."""
    return rend(request, "mesures/motifs.html", {"motifs": list_all_motifs_reorientation()})


def _surtitre(motif: Any) -> str:
    return f"Code {motif.code}"


_vue = PagesDeListe(
    ROLES_LISTES, "mesures:motifs_reorientation", "Motifs de réorientation", _surtitre
).vue

nouveau = _vue(
    ActeSimple(
        "Ajouter un motif de réorientation",
        "Enregistrer",
        "Le motif est ajouté : les demandes de réorientation le proposent à partir de sa date.",
        FormulaireLigneNouvelle,
        actions.add_motif_reorientation,
        jour="du",
    )
)
modifier = _vue(
    ActeSimple(
        "Modifier : {}",
        "Enregistrer",
        "Le motif est modifié.",
        FormulaireLigne,
        actions.update_motif_reorientation,
        aide="Corrigez les mots ou le rang. Pour un autre sens, ajoutez un motif et donnez une fin "
        "à celui-ci : les demandes déjà faites gardent ce code.",
    ),
    "motif_reorientation_id",
    find_motif_reorientation,
    ("libelle", "ordre", "source"),
)
terminer = _vue(
    ActeSimple(
        "Ne plus proposer : {}",
        "Donner cette fin",
        "Le motif a une fin ; les demandes qui le portent le gardent.",
        FormulaireDernierJour,
        actions.end_motif_reorientation,
        jour="au",
        aide="Les demandes déjà faites le gardent ; les suivantes ne le proposent plus.",
    ),
    "motif_reorientation_id",
    find_motif_reorientation,
)
