"""Production: everything secret comes from the environment; system checks refuse a weak one."""

import os

from config.settings.base import *  # noqa: F403

SECURE_SSL_REDIRECT = os.environ.get("CARIATIDE_TLS_REDIRECTION", "1") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CARIATIDE_ORIGINES", "").split(",") if o]
