"""Routes of occupations."""

from django.urls import path

from cariatide.baux.web import ecriture, views

app_name = "baux"
urlpatterns = [
    path("occupations/", views.liste, name="liste"),
    path("occupations/entree/<int:menage_id>/", ecriture.entree, name="entree"),
    path("occupations/<int:occupation_id>/", views.occupation, name="occupation"),
    path("occupations/<int:occupation_id>/sortie/", ecriture.sortie, name="sortie"),
    path("occupations/<int:occupation_id>/corriger/", ecriture.corriger, name="corriger"),
]
