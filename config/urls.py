"""Addresses: every app brings its own, under the paths its users say aloud.

Each app's web/urls.py has `app_name` and its own first path segment.
"""

from importlib.util import find_spec

from django.apps import apps
from django.urls import include, path

from cariatide.socle.pages.catalogue import catalogue

urlpatterns = [
    path("composants/", catalogue, name="composants"),
    *(
        path("", include(f"{config.name}.web.urls"))
        for config in apps.get_app_configs()
        if config.name.startswith("cariatide.")
        and find_spec(f"{config.name}.web")
        and find_spec(f"{config.name}.web.urls")
    ),
]

handler400 = "cariatide.socle.pages.erreurs.demande_illisible"
handler403 = "cariatide.socle.pages.erreurs.acces_refuse"
handler404 = "cariatide.socle.pages.erreurs.introuvable"
handler500 = "cariatide.socle.pages.erreurs.erreur_du_service"
