"""Routes of the alerts and of their rules."""

from django.urls import path

from cariatide.alertes.web import regles, views

app_name = "alertes"
A = "alertes/<int:alerte_id>/"
urlpatterns = [
    path("alertes/", views.liste, name="liste"),
    path("alertes/equipe/", views.equipe, name="equipe"),
    path("alertes/actualiser/", views.actualiser, name="actualiser"),
    path("alertes/regles/", regles.liste, name="regles"),
    path("alertes/regles/<str:regle>/", regles.regler, name="regler"),
    path(A, views.detail, name="detail"),
    path(A + "prendre/", views.prendre, name="prendre"),
    path(A + "laisser/", views.laisser, name="laisser"),
    path(A + "reporter/", views.reporter, name="reporter"),
    path(A + "reprendre/", views.reprendre, name="reprendre"),
    path(A + "clore/", views.clore, name="clore"),
]
