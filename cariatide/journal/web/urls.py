"""Routes of the journal."""

from django.urls import path

from cariatide.journal.web import views

app_name = "journal"
urlpatterns = [
    path("journal/actes/", views.actes, name="actes"),
    path("journal/consultations/", views.consultations, name="consultations"),
    path("journal/integrite/", views.integrite, name="integrite"),
    path("journal/integrite/export/", views.export_empreintes, name="export_empreintes"),
    path("journal/livraisons/", views.livraisons, name="livraisons"),
    path("journal/livraisons/relancer/", views.tout_relancer, name="tout_relancer"),
    path("journal/livraisons/<int:livraison_id>/relancer/", views.relancer, name="relancer"),
]
