"""Routes of the observatory."""

from django.urls import path

from cariatide.observatoire.web import views

app_name = "observatoire"
urlpatterns = [
    path("indicateurs/", views.tableau, name="tableau"),
    path("indicateurs/<slug:code>/", views.page, name="indicateur"),
    path("indicateurs/<slug:code>/lignes/", views.export, name="export"),
    path("indicateurs/<slug:code>/figer/", views.figer, name="figer"),
]
