"""Routes of the notices."""

from django.urls import path

from cariatide.courriers.web import views

app_name = "courriers"
urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/lues/", views.tout_lire, name="tout_lire"),
    path("notifications/preferences/", views.preferences, name="preferences"),
    path("notifications/<int:notification_id>/ouvrir/", views.ouvrir, name="ouvrir"),
    path("notifications/<int:notification_id>/lue/", views.lire, name="lire"),
]
