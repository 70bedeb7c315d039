"""Addresses: one include per app that has pages, by floor, bottom first.

Each app's web/urls.py has `app_name` and its own first path segment; an app joins by its line here.
"""

from django.urls import include, path

from cariatide.socle.pages.catalogue import catalogue

urlpatterns = [
    path("composants/", catalogue, name="composants"),
    path("", include("cariatide.comptes.web.urls")),
    path("", include("cariatide.territoire.web.urls")),
    path("", include("cariatide.bareme.web.urls")),
    # path("", include("cariatide.partenaires.web.urls")),
    # path("", include("cariatide.documents.web.urls")),
    # path("", include("cariatide.echeances.web.urls")),
    # path("", include("cariatide.echanges.web.urls")),
    # path("", include("cariatide.courriers.web.urls")),
    # path("", include("cariatide.journal.web.urls")),
    path("", include("cariatide.menages.web.urls")),
    # path("", include("cariatide.parc.web.urls")),
    # path("", include("cariatide.baux.web.urls")),
    # path("", include("cariatide.commission.web.urls")),
    # path("", include("cariatide.demandes.web.urls")),
    # path("", include("cariatide.mesures.web.urls")),
    # path("", include("cariatide.amelioration.web.urls")),
    # path("", include("cariatide.observatoire.web.urls")),
    # path("", include("cariatide.demonstration.web.urls")),
    # path("", include("cariatide.web.web.urls")),  # « / », search, health
]

handler400 = "cariatide.socle.pages.erreurs.demande_illisible"
handler403 = "cariatide.socle.pages.erreurs.acces_refuse"
handler404 = "cariatide.socle.pages.erreurs.introuvable"
handler500 = "cariatide.socle.pages.erreurs.erreur_du_service"
