"""Routes of saisines."""

from django.urls import path

from cariatide.demandes.web import actes, listes, redaction, views

app_name = "demandes"
PIECE_REQUISE = "saisines/listes/pieces/<int:piece_requise_id>/"
UNE = "saisines/<int:saisine_id>/"
urlpatterns = [
    path("saisines/", views.liste, name="liste"),
    path("saisines/brouillons/", redaction.brouillons, name="brouillons"),
    path("saisines/nouvelle/", redaction.nouvelle, name="nouvelle"),
    path("saisines/menages/", redaction.menages, name="menages"),
    path("saisines/pieces/", redaction.pieces, name="pieces"),
    path("saisines/listes/", listes.listes, name="listes"),
    path("saisines/listes/motifs/nouveau/", listes.nouveau_motif, name="nouveau_motif"),
    path("saisines/listes/motifs/<int:motif_id>/", listes.motif, name="motif"),
    path("saisines/listes/motifs/<int:motif_id>/fin/", listes.fin_motif, name="fin_motif"),
    path("saisines/listes/pieces/nouvelle/", listes.nouvelle_piece, name="nouvelle_piece"),
    path(f"{PIECE_REQUISE}", listes.piece, name="piece_requise"),
    path(f"{PIECE_REQUISE}fin/", listes.fin_piece, name="fin_piece_requise"),
    path(UNE, views.detail, name="detail"),
    path(f"{UNE}fiche/", actes.fiche, name="fiche"),
    path(f"{UNE}brouillon/", redaction.brouillon, name="brouillon"),
    path(f"{UNE}brouillon/supprimer/", redaction.supprimer, name="supprimer"),
    path(f"{UNE}recevable/", actes.recevoir, name="recevoir"),
    path(f"{UNE}irrecevable/", actes.ecarter, name="ecarter"),
    path(
        f"{UNE}orientation-provisoire/",
        actes.orienter_provisoirement,
        name="orienter_provisoirement",
    ),
    path(f"{UNE}classement/", actes.classer, name="classer"),
    path(f"{UNE}changement-axe/", actes.demander_changement_axe, name="demander_changement_axe"),
    path(f"{UNE}cloture/", actes.clore, name="clore"),
    path(f"{UNE}pieces/demande/", actes.demander_pieces, name="demander_pieces"),
    path(f"{UNE}pieces/<int:piece_id>/reception/", actes.recevoir_piece, name="recevoir_piece"),
]
