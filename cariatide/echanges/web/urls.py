"""Routes of imports, and of what every list allows."""

from django.urls import path

from cariatide.echanges.web import listes, views

app_name = "echanges"
urlpatterns = [
    path("listes/<slug:liste>/exporter/", listes.exporter, name="exporter"),
    path("listes/<slug:liste>/imprimer/", listes.imprimer, name="imprimer"),
    path("listes/<slug:liste>/filtres/", listes.garder, name="garder_filtres"),
    path("listes/filtres/<int:filtre_id>/retirer/", listes.retirer, name="retirer_filtres"),
    path("imports/", views.liste, name="liste"),
    path("imports/nouveau/<slug:genre>/", views.nouveau, name="nouveau"),
    path("imports/avancement/", views.avancement, name="avancement"),
    path("imports/<int:lot_id>/", views.lot, name="lot"),
    path("imports/<int:lot_id>/correspondance/", views.correspondance, name="correspondance"),
    path("imports/<int:lot_id>/rejets/", views.rejets, name="rejets"),
    path("imports/<int:lot_id>/integrer/", views.integrer, name="integrer"),
    path("imports/<int:lot_id>/annuler/", views.annuler, name="annuler"),
]
