"""Routes composed across domains."""

from django.urls import path

from cariatide.web.web import views

app_name = "web"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("recherche/", views.recherche, name="recherche"),
    path("sante/", views.sante, name="sante"),
]
