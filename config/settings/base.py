"""Settings common to every environment; each value that changes comes from the environment.

docs/exploitation.md lists the variables.
"""

import os
from importlib.util import find_spec
from pathlib import Path

from config.bases import parse_database_url

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def env_int(name: str, default: int) -> int:
    return int(os.environ.get(name, default))


VERSION = "0.1.0"
DEBUG = False
SECRET_KEY = os.environ.get("CARIATIDE_CLE_SECRETE", "")
# Newest first: it encrypts what is confidential, the others still decrypt (manage.py rechiffre).
CLES_CONFIDENTIELLES = [
    c for c in os.environ.get("CARIATIDE_CLES_CONFIDENTIELLES", "").split(",") if c
]
ALLOWED_HOSTS = [h for h in os.environ.get("CARIATIDE_HOTES", "").split(",") if h]

# One floor per line, bottom first (contract in pyproject.toml).
INSTALLED_APPS = [
    "cariatide.socle",
    "cariatide.journal",
    "cariatide.comptes",
    "cariatide.territoire",
    "cariatide.bareme",
    "cariatide.partenaires",
    "cariatide.documents",
    "cariatide.echeances",
    "cariatide.echanges",
    "cariatide.courriers",
    "cariatide.menages",
    "cariatide.alertes",
    "cariatide.conformite",
    "cariatide.poste",
    "cariatide.parc",
    "cariatide.baux",
    "cariatide.commission",
    "cariatide.demandes",
    "cariatide.mesures",
    "cariatide.amelioration",
    "cariatide.observatoire",
    "cariatide.web",
    "cariatide.demonstration",
    # Django and libraries
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]
# An app joins the list once it exists: the floors are declared before the rooms are built.
INSTALLED_APPS = [
    app
    for app in INSTALLED_APPS
    if not app.startswith("cariatide.") or (BASE_DIR / app.replace(".", "/") / "apps.py").exists()
]

MIDDLEWARE = [
    # Outermost: static files, redirections and errors bear the headers too.
    "cariatide.socle.pages.entetes.EntetesDeSecurite",
    "cariatide.socle.journaux.JournalDesRequetes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cariatide.web.middleware.SanteSansSession",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cariatide.comptes.middleware.LimitesDeSession",
    "cariatide.partenaires.middleware.PerimetreDeLaRequete",
    "cariatide.partenaires.middleware.SecondFacteurRequis",
    "cariatide.socle.pages.routes.AccesAuxRoutes",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "cariatide.socle.pages.gabarits.environment",
            "context_processors": ["cariatide.socle.pages.gabarits.contexte_commun"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

# Threads of one server process: the pool must hold at least as many connections.
THREADS = env_int("CARIATIDE_FILS", 4)
PROCESSUS = env_int("CARIATIDE_PROCESSUS", 2)  # server processes, for the check of connections
DATABASES = {}
if os.environ.get("DATABASE_URL"):
    DATABASES["default"] = parse_database_url(os.environ["DATABASE_URL"], pool_size=THREADS + 1)
if os.environ.get("DATABASE_OWNER_URL"):
    DATABASES["proprietaire"] = parse_database_url(os.environ["DATABASE_OWNER_URL"])
    DATABASES["proprietaire"]["TEST"] = {"MIRROR": "default"}

AUTH_USER_MODEL = "comptes.Utilisateur"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "cariatide.comptes.adaptateur.Adaptateur"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PASSWORD_RESET_TIMEOUT = 3600
# axes locks, and keeps its lock in the database: allauth's own limits live in a per-process cache.
ACCOUNT_RATE_LIMITS = False

# A code of an application, or a key: ROLES_SECOND_FACTEUR of partenaires.rules must give one.
MFA_ADAPTER = "cariatide.comptes.facteur.AdaptateurDuFacteur"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Cariatide"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: telephones drift
# Accounts are opened by a link sent to the address: it is verified.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# True in settings/demo.py alone; a system check refuses it anywhere else.
SECOND_FACTEUR_EXEMPTE = False

# OpenID Connect (ProConnect): without an issuer there is no route, no button and no network.
OIDC_EMETTEUR = os.environ.get("CARIATIDE_OIDC_EMETTEUR", "").strip()
OIDC_CLIENT = os.environ.get("CARIATIDE_OIDC_CLIENT", "")
OIDC_SECRET = os.environ.get("CARIATIDE_OIDC_SECRET", "")
OIDC_LIBELLE = os.environ.get("CARIATIDE_OIDC_LIBELLE", "ProConnect")
# What is asked: the subject and the address are all that is used of a person.
OIDC_PORTEES = os.environ.get("CARIATIDE_OIDC_PORTEES", "openid email")
OIDC_ALGORITHME = os.environ.get("CARIATIDE_OIDC_ALGORITHME", "RS256")
OIDC_PKCE = os.environ.get("CARIATIDE_OIDC_PKCE", "1") == "1"
# The provider answers for its addresses without saying « email_verified » (ProConnect).
OIDC_COURRIEL_GARANTI = os.environ.get("CARIATIDE_OIDC_COURRIEL_GARANTI", "0") == "1"
# Values of acr or amr that count as a second factor; none: ours is asked all the same.
OIDC_SECOND_FACTEUR = os.environ.get("CARIATIDE_OIDC_SECOND_FACTEUR", "").split()
OIDC_DELAI = env_int("CARIATIDE_OIDC_DELAI", 5)  # seconds for one answer of the provider

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username"]
AXES_USERNAME_FORM_FIELD = "login"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "cariatide.comptes.verrou.refuse_locked"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login"]

SESSION_ENGINE = "cariatide.comptes.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "cariatide_session"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
# Seconds. Idle: no request; absolute: since the sign-in.
SESSION_INACTIVITE = env_int("CARIATIDE_SESSION_INACTIVITE", 45 * 60)
SESSION_DUREE = env_int("CARIATIDE_SESSION_DUREE", 10 * 3600)
SESSION_COOKIE_AGE = SESSION_DUREE
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cariatide.socle.pages.erreurs.csrf_refuse"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/statique/"
# The wheel of Bootstrap ships plain files, not a Django app.
STATICFILES_DIRS = [
    ("bootstrap", Path(str(find_spec("bootstrap_wrapper").origin)).parent.parent / "bootstrap/css")
]
STATIC_ROOT = Path(os.environ.get("CARIATIDE_STATIQUE", BASE_DIR / ".local" / "statique"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = Path(os.environ.get("CARIATIDE_FICHIERS", BASE_DIR / ".local" / "fichiers"))
# Scanner of the pieces (clamd): « tcp://host:port » or « unix:/path »; empty, none.
ANTIVIRUS = os.environ.get("CARIATIDE_ANTIVIRUS", "")
ANTIVIRUS_DELAI = env_int("CARIATIDE_ANTIVIRUS_DELAI", 60)  # seconds for one piece
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "cariatide.socle.pages.rendu.RenduDirect"

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("CARIATIDE_COURRIEL_SERVEUR", "")
EMAIL_PORT = env_int("CARIATIDE_COURRIEL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("CARIATIDE_COURRIEL_COMPTE", "")
EMAIL_HOST_PASSWORD = os.environ.get("CARIATIDE_COURRIEL_MOT_DE_PASSE", "")
EMAIL_USE_TLS = True
DEFAULT_FROM_EMAIL = os.environ.get("CARIATIDE_COURRIEL_EXPEDITEUR", "")

# Root of the links in e-mails.
ADRESSE_PUBLIQUE = os.environ.get("CARIATIDE_ADRESSE_PUBLIQUE", "http://127.0.0.1:8000")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# What the demonstration shows and production never does (role switch, page of sent mails).
DEMONSTRATION = False
# Whether the server refuses to start with a weak configuration (production).
CONTROLE_AU_DEMARRAGE = False
NOM_DU_DEPARTEMENT = os.environ.get("CARIATIDE_DEPARTEMENT_NOM", "")
# The département that the page « Territoire » opens on (« 59 », « 2A »); empty: all of them.
CODE_DU_DEPARTEMENT = os.environ.get("CARIATIDE_DEPARTEMENT_CODE", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "cariatide.socle.journaux.LigneJSON"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "cariatide": {"level": "INFO"},
        "axes": {"level": "ERROR"},
        # Django's own handlers would mail, or print, the request as it came.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
