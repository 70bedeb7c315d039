from django.urls import path

from cariatide.territoire.web import views

app_name = "territoire"

urlpatterns = [
    path("territoire/", views.territoire, name="territoire"),
    path("territoire/communes/", views.communes, name="communes"),
    path("territoire/communes/<int:commune_id>/", views.commune, name="commune"),
]
