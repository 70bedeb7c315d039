"""Demonstration on one machine: DEBUG off, loopback only, generated persons, role switch."""

import os

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, MIDDLEWARE

if os.environ.get("CARIATIDE_ADRESSE") != "127.0.0.1":
    raise ImproperlyConfigured(
        "La démonstration ouvre tous les comptes sans mot de passe : elle n’écoute que "
        "127.0.0.1. Lancez-la par « make demo » ; pour un vrai service, utilisez "
        "config.settings.prod."
    )

DEMONSTRATION = True
# Its accounts open without a password: they ask for no second factor either.
SECOND_FACTEUR_EXEMPTE = True
# The variable is a promise of who starts the server; this holds whatever was started. The security
# headers stay around it: its refusal bears them too.
MIDDLEWARE = [
    MIDDLEWARE[0],
    "cariatide.demonstration.middleware.SeulementCetteMachine",
    *MIDDLEWARE[1:],
]
NOM_DU_DEPARTEMENT = "Département de démonstration"
CODE_DU_DEPARTEMENT = "59"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
SECRET_KEY = os.environ.get("CARIATIDE_CLE_SECRETE") or "cle-de-demonstration-sans-valeur"
# Generated persons: a lost key would only lose a demonstration.
CLES_CONFIDENTIELLES = ["cle-de-demonstration-sans-valeur"]
EMAIL_BACKEND = "cariatide.courriers.boite.BoiteDeDemonstration"
BOITE_COURRIELS = BASE_DIR / ".local" / "courriels"
DEFAULT_FROM_EMAIL = "cariatide@demonstration.invalid"
