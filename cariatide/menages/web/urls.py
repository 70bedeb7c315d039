"""Routes of households."""

from django.urls import path

from cariatide.menages.web import budget, ecriture, fusion, regroupement, views

app_name = "menages"
urlpatterns = [
    path("menages/", views.liste, name="liste"),
    path("menages/nouveau/", ecriture.nouveau, name="nouveau"),
    path("menages/<int:menage_id>/", views.detail, name="detail"),
    path("menages/<int:menage_id>/parcours/", views.parcours, name="parcours"),
    path("menages/<int:menage_id>/parcours.pdf", views.parcours_pdf, name="parcours_pdf"),
    path("menages/<int:menage_id>/dossier.pdf", views.dossier_pdf, name="dossier_pdf"),
    path("menages/<int:menage_id>/pourquoi/", views.pourquoi, name="pourquoi"),
    path("menages/<int:menage_id>/consultations/", views.consultations, name="consultations"),
    path("menages/<int:menage_id>/personnes/ajouter/", ecriture.membre, name="membre"),
    path(
        "menages/<int:menage_id>/personnes/<int:appartenance_id>/sortie/",
        ecriture.sortie,
        name="sortie",
    ),
    path("menages/<int:menage_id>/referent/", ecriture.referent, name="referent"),
    path("menages/<int:menage_id>/separation/", ecriture.separation, name="separation"),
    path(
        "menages/<int:menage_id>/regroupements/", regroupement.regroupements, name="regroupements"
    ),
    path(
        "menages/<int:menage_id>/regrouper/<int:autre_id>/",
        regroupement.regrouper,
        name="regrouper",
    ),
    path(
        "menages/regroupements/<int:regroupement_id>/defaire/",
        regroupement.defaire,
        name="defaire_regroupement",
    ),
    path("menages/<int:menage_id>/doublons/", fusion.doublons, name="doublons"),
    path("menages/<int:menage_id>/reunir/<int:autre_id>/", fusion.reunir, name="reunir"),
    path("menages/fusions/<int:fusion_id>/defaire/", fusion.defaire, name="defaire_fusion"),
    path("menages/<int:menage_id>/domicile/", ecriture.domicile, name="domicile"),
    path("menages/<int:menage_id>/situation-sociale/", ecriture.social, name="social"),
    path("menages/<int:menage_id>/budget/", budget.lire, name="budget"),
    path("menages/<int:menage_id>/budget/nouveau/", budget.nouveau, name="budget_nouveau"),
    path("menages/<int:menage_id>/budget/lignes/", budget.exporter, name="export_budget"),
    path("menages/<int:menage_id>/confidentiel/", ecriture.confidentiel, name="confidentiel"),
]
