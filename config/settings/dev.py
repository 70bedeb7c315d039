"""Development: as the demonstration, with DEBUG. DATABASE_URL names the server."""

from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR

DEBUG = True
SECRET_KEY = "cle-de-developpement-sans-valeur"  # noqa: S105
CLES_CONFIDENTIELLES = ["cle-de-developpement-sans-valeur"]
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
EMAIL_BACKEND = "cariatide.courriers.boite.BoiteDeDemonstration"
BOITE_COURRIELS = BASE_DIR / ".local" / "courriels"
DEFAULT_FROM_EMAIL = "cariatide@demonstration.invalid"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
