"""Routes of the delays."""

from django.urls import path

from cariatide.echeances.web import views

app_name = "echeances"
urlpatterns = [
    path("echeances/", views.liste, name="liste"),
    path("echeances/<int:echeance_id>/reporter/", views.reporter, name="reporter"),
]
