"""Routes of retention."""

from django.urls import path

from cariatide.conformite.web import views

app_name = "conformite"
urlpatterns = [
    path("conservation/", views.liste, name="liste"),
    path("conservation/<int:menage_id>/geler/", views.geler, name="geler"),
    path("conservation/<int:menage_id>/degeler/", views.degeler, name="degeler"),
]
