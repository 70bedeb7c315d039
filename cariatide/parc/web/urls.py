"""Routes of homes, owners and offers."""

from django.urls import path

from cariatide.parc.web import ecriture, offres, views

app_name = "parc"
urlpatterns = [
    path("logements/", views.liste, name="liste"),
    path("logements/nouveau/", ecriture.nouveau, name="nouveau"),
    path("logements/<int:logement_id>/", views.logement, name="logement"),
    path("logements/<int:logement_id>/modifier/", ecriture.modifier, name="modifier"),
    path("logements/<int:logement_id>/proprietaire/", ecriture.proprietaire, name="proprietaire"),
    path("logements/<int:logement_id>/diagnostic/", ecriture.diagnostic, name="diagnostic"),
    path("logements/<int:logement_id>/offre/", offres.nouvelle, name="nouvelle_offre"),
    path(
        "proprietaires/<int:proprietaire_id>/modifier/",
        ecriture.modifier_proprietaire,
        name="modifier_proprietaire",
    ),
    path("offres/", offres.tableau, name="offres"),
    path("offres/<int:offre_id>/", offres.offre, name="offre"),
    path("offres/<int:offre_id>/visiter/", offres.visiter, name="visiter"),
    path("offres/<int:offre_id>/retenir/", offres.retenir, name="retenir"),
    path("offres/<int:offre_id>/capter/", offres.capter, name="capter"),
    path("offres/<int:offre_id>/ecarter/", offres.ecarter, name="ecarter"),
]
