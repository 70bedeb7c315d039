"""Routes of the demonstration; each answers 404 elsewhere."""

from django.urls import path

from cariatide.demonstration.web import views

app_name = "demonstration"
urlpatterns = [
    path("demonstration/", views.roles, name="roles"),
    path("demonstration/entrer/", views.entrer, name="entrer"),
    path("demonstration/courriels/", views.courriels, name="courriels"),
]
