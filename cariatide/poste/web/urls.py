"""Routes of the post."""

from django.urls import path

from cariatide.poste.web import views

app_name = "poste"
urlpatterns = [
    path("poste/", views.liste, name="liste"),
    path("poste/lots/", views.lots, name="lots"),
    path("poste/lots/preparer/", views.preparer, name="preparer"),
    path("poste/lots/<int:lot_postal_id>/", views.lot, name="lot"),
    path("poste/lots/<int:lot_postal_id>/pdf/", views.telecharger, name="telecharger"),
    path("poste/lots/<int:lot_postal_id>/poster/", views.poster, name="poster"),
    path("poste/lots/<int:lot_postal_id>/annuler/", views.annuler, name="annuler"),
    path("poste/courriers/<int:document_id>/envoi/", views.noter_envoi, name="noter_envoi"),
    path("poste/envois/<int:envoi_id>/retour/", views.noter_retour, name="noter_retour"),
]
