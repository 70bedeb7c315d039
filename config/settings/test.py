"""Tests: tests/conftest.py gives the databases; fast hashing, no pool, undefined names fail."""

import os

from config.bases import parse_database_url
from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES

SECRET_KEY = "cle-de-test-sans-valeur"  # noqa: S105
CLES_CONFIDENTIELLES = ["cle-de-test-sans-valeur"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
NOM_DU_DEPARTEMENT = "Département de test"
DATABASES.clear()
DATABASES["default"] = parse_database_url(
    os.environ.get("CARIATIDE_TEST_URL", "postgresql://sans-base@127.0.0.1:1/absente")
)
DATABASES["default"]["TEST"] = {"NAME": DATABASES["default"]["NAME"]}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "cariatide@test.invalid"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Static files are read where they are: no collection before the tests.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
