"""Routes of documents."""

from django.urls import path

from cariatide.documents.web import views

app_name = "documents"
urlpatterns = [
    path("documents/", views.liste, name="liste"),
    path("documents/<int:document_id>/", views.telecharger, name="telecharger"),
    path("documents/pieces/<int:piece_id>/", views.piece, name="piece"),
    path("documents/pieces/<int:piece_id>/retirer/", views.retirer, name="retirer"),
    path("documents/menages/<int:menage_id>/", views.menage, name="menage"),
    path("documents/menages/<int:menage_id>/pieces.zip", views.archive, name="archive"),
    path("documents/menages/<int:menage_id>/deposer/", views.deposer, name="deposer"),
]
