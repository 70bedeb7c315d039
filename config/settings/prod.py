"""Production: everything secret comes from the environment; system checks refuse a weak one."""

import os

from config.settings.base import *  # noqa: F403

CONTROLE_AU_DEMARRAGE = True
SECURE_SSL_REDIRECT = os.environ.get("CARIATIDE_TLS_REDIRECTION", "1") == "1"
# A supervisor asks for the health page from the machine itself, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# Preloading binds the whole domain for years: its owner's decision, not the application's.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CARIATIDE_ORIGINES", "").split(",") if o]

# « starttls » (port 587) or « tls » (port 465).
EMAIL_USE_SSL = os.environ.get("CARIATIDE_COURRIEL_CHIFFREMENT", "starttls") == "tls"
EMAIL_USE_TLS = not EMAIL_USE_SSL
