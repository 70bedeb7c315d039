"""Routes of imports."""

from django.urls import path

from cariatide.echanges.web import views

app_name = "echanges"
urlpatterns = [
    path("imports/", views.liste, name="liste"),
    path("imports/nouveau/<slug:genre>/", views.nouveau, name="nouveau"),
    path("imports/avancement/", views.avancement, name="avancement"),
    path("imports/<int:lot_id>/", views.lot, name="lot"),
    path("imports/<int:lot_id>/correspondance/", views.correspondance, name="correspondance"),
    path("imports/<int:lot_id>/rejets/", views.rejets, name="rejets"),
    path("imports/<int:lot_id>/integrer/", views.integrer, name="integrer"),
    path("imports/<int:lot_id>/annuler/", views.annuler, name="annuler"),
]
