"""Routes of the alerts and of their rules."""

from django.urls import path

from cariatide.alertes.web import regles, views

app_name = "alertes"
A = "alertes/<int:alerte_id>/"
urlpatterns = [
    path("alertes/", views.liste, name="liste"),
    path("alertes-de-l-equipe/", views.equipe, name="equipe"),
    path("regles-d-alerte/calculer/", views.actualiser, name="actualiser"),
    path("regles-d-alerte/", regles.liste, name="regles"),
    path("regles-d-alerte/<str:regle>/", regles.regler, name="regler"),
    path(A, views.detail, name="detail"),
    path(A + "prendre/", views.prendre, name="prendre"),
    path(A + "laisser/", views.laisser, name="laisser"),
    path(A + "reporter/", views.reporter, name="reporter"),
    path(A + "reprendre/", views.reprendre, name="reprendre"),
    path(A + "clore/", views.clore, name="clore"),
]
