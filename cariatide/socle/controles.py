"""System checks: production refuses to start with a weak configuration and says how to mend it.

They run with `manage.py check --deploy` and at the start of the server (config/wsgi.py). A
development or a demonstration never runs them: it is refused elsewhere than on this machine.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

CLE_LONGUEUR = 50  # characters
CLE_VARIETE = 12  # different characters
# Keys written in this repository, or in documentation read by everybody.
CLES_CONNUES = ("cle-de-", "django-insecure", "changeme", "changez", "secret", "a-remplacer")
HSTS_MINIMUM = 30 * 24 * 3600  # seconds
ENTETES = "cariatide.socle.pages.entetes.EntetesDeSecurite"
DEMONSTRATION = "config.settings.demo"
CONNEXIONS_TRAVAILLEUR = 3  # main thread, heartbeat, one command beside it
COURRIELS_FACTICES = ("console", "locmem", "dummy", "filebased", "cariatide.courriers.boite")


def _error(code: str, phrase: str, remede: str) -> Error:
    return Error(phrase, hint=remede, id=f"cariatide.{code}")


def _secret_key() -> str:
    try:
        return str(settings.SECRET_KEY)
    except ImproperlyConfigured:  # Django refuses to give an empty one
        return ""


@register(Tags.security, deploy=True)
def check_secret(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A key that signs sessions, links and cursors must be secret, long and unknown."""
    cle = _secret_key()
    remede = (
        "Donnez à CARIATIDE_CLE_SECRETE une valeur tirée au hasard, par exemple : "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )
    if not cle:
        return [_error("E001", "La clé secrète est absente.", remede)]
    if any(connue in cle.lower() for connue in CLES_CONNUES):
        return [_error("E001", "La clé secrète est une valeur d’exemple, connue de tous.", remede)]
    if _is_weak(cle):
        return [_error("E001", "La clé secrète est trop courte ou trop répétitive.", remede)]
    return []


@register(Tags.security, deploy=True)
def check_confidentiel(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """The keys of level C: there, strong, and others than the one that signs."""
    remede = (
        "Donnez à CARIATIDE_CLES_CONFIDENTIELLES une clé tirée comme la clé secrète, et "
        "différente d’elle ; gardez-la hors des sauvegardes de la base."
    )
    cles = settings.CLES_CONFIDENTIELLES
    if not cles:
        return [_error("E018", "Aucune clé ne chiffre ce qui est confidentiel.", remede)]
    if any(_is_weak(cle) for cle in cles):
        return [_error("E018", "Une clé de chiffrement est faible ou connue de tous.", remede)]
    if _secret_key() in cles:
        return [_error("E018", "La clé secrète sert aussi à chiffrer.", remede)]
    return []


def _is_weak(cle: str) -> bool:
    known = any(connue in cle.lower() for connue in CLES_CONNUES)
    return known or len(cle) < CLE_LONGUEUR or len(set(cle)) < CLE_VARIETE


@register(Tags.security, deploy=True)
def check_mode(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """No debug page, no role switch."""
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(
            _error(
                "E002",
                "DEBUG est actif : les pages d’erreur montrent le code et les données.",
                "Lancez le service avec DJANGO_SETTINGS_MODULE=config.settings.prod.",
            )
        )
    if settings.DEMONSTRATION:
        found.append(
            _error(
                "E003",
                "Le mode démonstration est actif : tous les comptes s’ouvrent sans mot de passe.",
                "Lancez le service avec DJANGO_SETTINGS_MODULE=config.settings.prod.",
            )
        )
    return found


@register(Tags.security)
def check_facteur(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The demonstration alone lets people in without a second factor: checked everywhere."""
    if not settings.SECOND_FACTEUR_EXEMPTE or settings.SETTINGS_MODULE == DEMONSTRATION:
        return []
    return [
        _error(
            "E019",
            "Le second facteur n’est demandé à personne : un mot de passe volé ouvrirait les "
            "données sociales.",
            "Retirez SECOND_FACTEUR_EXEMPTE : config.settings.demo est seul à le porter.",
        )
    ]


@register(Tags.security)
def check_entetes(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every answer bears the security headers: what writes them stands around the static files."""
    ordre = list(settings.MIDDLEWARE)
    fichiers = "whitenoise.middleware.WhiteNoiseMiddleware"
    if ENTETES in ordre and (fichiers not in ordre or ordre.index(ENTETES) < ordre.index(fichiers)):
        return []
    return [
        _error(
            "E020",
            "Des réponses partiraient sans leurs en-têtes de sécurité.",
            f"Gardez {ENTETES} en tête de MIDDLEWARE, avant les fichiers statiques.",
        )
    ]


@register(Tags.security, deploy=True)
def check_hotes(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Names the service answers to, and the address written in e-mails."""
    found: list[CheckMessage] = []
    hotes = settings.ALLOWED_HOSTS
    if not hotes or any(h.strip() in ("*", ".") for h in hotes):
        found.append(
            _error(
                "E004",
                "Les noms du service ne sont pas fixés : n’importe quel nom serait accepté.",
                "Donnez à CARIATIDE_HOTES le nom public, par exemple logement.exemple.fr "
                "(plusieurs noms se séparent par des virgules).",
            )
        )
    adresse = urlsplit(settings.ADRESSE_PUBLIQUE)
    if adresse.scheme != "https" or not adresse.hostname:
        found.append(
            _error(
                "E005",
                "L’adresse publique, écrite dans les courriels, n’est pas en https.",
                "Donnez à CARIATIDE_ADRESSE_PUBLIQUE l’adresse du service, par exemple "
                "https://logement.exemple.fr",
            )
        )
    elif hotes and not _is_served(adresse.hostname, hotes):
        found.append(
            _error(
                "E005",
                f"L’adresse publique ({adresse.hostname}) n’est pas parmi les noms du service.",
                "Faites concorder CARIATIDE_ADRESSE_PUBLIQUE et CARIATIDE_HOTES.",
            )
        )
    return found


def _is_served(hote: str, hotes: Sequence[str]) -> bool:
    return any(h in (hote, "*") or (h[:1] == "." and f".{hote}".endswith(h)) for h in hotes)


@register(Tags.security, deploy=True)
def check_tls(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Nothing travels in the clear: cookies, redirection, memory of the browser."""
    manques = [
        nom
        for nom in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY")
        if not getattr(settings, nom)
    ]
    found: list[CheckMessage] = []
    if manques:
        found.append(
            _error(
                "E006",
                f"Les cookies voyageraient en clair ou seraient lisibles ({', '.join(manques)}).",
                "Ces réglages sont actifs dans config.settings.prod : ne les désactivez pas.",
            )
        )
    if settings.SECURE_HSTS_SECONDS < HSTS_MINIMUM:
        found.append(
            _error(
                "E007",
                "Les navigateurs ne sont pas tenus de rester en https (HSTS absent ou trop court).",
                "Gardez SECURE_HSTS_SECONDS à 31536000 (un an), comme dans config.settings.prod.",
            )
        )
    if not settings.SECURE_SSL_REDIRECT:
        found.append(
            _error(
                "E008",
                "Une demande en http n’est pas renvoyée vers https.",
                "Retirez CARIATIDE_TLS_REDIRECTION=0 ; le serveur frontal doit transmettre "
                "l’en-tête X-Forwarded-Proto.",
            )
        )
    return found


@register(Tags.security, deploy=True)
def check_courriel(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Invitations, passwords and notices leave by e-mail: without a server nobody gets in."""
    found: list[CheckMessage] = []
    moteur = settings.EMAIL_BACKEND
    if any(f in moteur for f in COURRIELS_FACTICES):
        found.append(
            _error(
                "E009",
                f"Aucun courriel ne partirait : le moteur d’envoi est « {moteur} ».",
                "Lancez le service avec DJANGO_SETTINGS_MODULE=config.settings.prod.",
            )
        )
    elif not settings.EMAIL_HOST:
        found.append(
            _error(
                "E009",
                "Aucun serveur de courriel n’est indiqué.",
                "Donnez à CARIATIDE_COURRIEL_SERVEUR le nom de votre serveur d’envoi "
                "(CARIATIDE_COURRIEL_PORT vaut 587).",
            )
        )
    expediteur = settings.DEFAULT_FROM_EMAIL
    if "@" not in expediteur or expediteur.rstrip(">").endswith(("@localhost", ".invalid")):
        found.append(
            _error(
                "E010",
                "Aucun expéditeur n’est indiqué pour les courriels.",
                "Donnez à CARIATIDE_COURRIEL_EXPEDITEUR une adresse de votre domaine, par exemple "
                "« Cariatide <ne-pas-repondre@exemple.fr> ».",
            )
        )
    if settings.EMAIL_HOST_PASSWORD and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        found.append(
            _error(
                "E011",
                "Le mot de passe du serveur de courriel voyagerait en clair.",
                "Gardez EMAIL_USE_TLS actif, comme dans config.settings.prod.",
            )
        )
    return found


def _has_database() -> bool:
    # Django puts a dummy entry in place of an absent one.
    return bool(settings.DATABASES.get("default", {}).get("NAME"))


@register(Tags.security, deploy=True)
def check_base(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The database is named, and its pool holds a connection for each thread."""
    if not _has_database():
        return [
            _error(
                "E012",
                "Aucune base de données n’est indiquée.",
                "Donnez à DATABASE_URL l’adresse de la base, avec le compte de l’application : "
                "postgresql://cariatide_application:mot-de-passe@serveur:5432/cariatide",
            )
        ]
    pool = settings.DATABASES["default"]["OPTIONS"].get("pool")
    if isinstance(pool, dict) and pool.get("max_size", 0) < settings.THREADS:
        return [
            _error(
                "E013",
                "Le groupe de connexions est plus petit que le nombre de fils d’un processus.",
                "Fixez CARIATIDE_FILS : le groupe se règle dessus.",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_statiques(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Styles and scripts are gathered: without their manifest every page fails."""
    moteur = settings.STORAGES["staticfiles"]["BACKEND"]
    if "Manifest" not in moteur or (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        return []
    return [
        _error(
            "E017",
            f"Les fichiers statiques ne sont pas rassemblés dans {settings.STATIC_ROOT}.",
            "Lancez « manage.py collectstatic --no-input » (CARIATIDE_STATIQUE change le dossier).",
        )
    ]


@register(Tags.security, Tags.database, deploy=True)
def check_roles(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """The application's role obeys the row rules: not superuser, not owner, no BYPASSRLS.

    Needs the database: runs when databases are named (`check --deploy --database default`, and at
    the start of the server).
    """
    if not databases or "default" not in databases or not _has_database():
        return []
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(_ROLE)
            compte, superuser, bypass, owned = cursor.fetchone()
            cursor.execute(_CONNEXIONS)
            (disponibles,) = cursor.fetchone()
    except DatabaseError as erreur:
        return [
            _error(
                "E014",
                f"La base de données ne répond pas ({type(erreur).__name__}).",
                "Vérifiez DATABASE_URL, puis que le serveur PostgreSQL est démarré et joignable.",
            )
        ]
    return [*_judge_role(compte, superuser, bypass, owned), *_judge_connexions(disponibles)]


_ROLE = """SELECT current_user, r.rolsuper, r.rolbypassrls,
 EXISTS (SELECT 1 FROM pg_class c WHERE c.relkind IN ('r', 'p')
   AND c.relnamespace = 'public'::regnamespace AND pg_has_role(current_user, c.relowner, 'MEMBER'))
FROM pg_roles r WHERE r.rolname = current_user"""
_CONNEXIONS = """SELECT current_setting('max_connections')::int
 - current_setting('superuser_reserved_connections')::int
 - COALESCE(current_setting('reserved_connections', true), '0')::int"""


def _judge_role(compte: str, superuser: bool, bypass: bool, owned: bool) -> list[CheckMessage]:
    if not (superuser or bypass or owned):
        return []
    quoi = (
        "est superutilisateur"
        if superuser
        else "a l’attribut BYPASSRLS"
        if bypass
        else "est propriétaire des tables, ou membre du compte propriétaire"
    )
    return [
        _error(
            "E015",
            f"Le compte « {compte} » {quoi} : les règles de lignes ne s’appliqueraient pas.",
            "Mettez dans DATABASE_URL le compte « cariatide_application », et gardez le compte "
            "propriétaire pour « manage.py migrate » (docs/exploitation.md, « Rôles »).",
        )
    ]


def _judge_connexions(disponibles: int) -> list[CheckMessage]:
    besoin = settings.PROCESSUS * (settings.THREADS + 1) + CONNEXIONS_TRAVAILLEUR
    if besoin <= disponibles:
        return []
    return [
        _error(
            "E016",
            f"Le service peut ouvrir {besoin} connexions, la base n’en accepte que {disponibles}.",
            "Réduisez CARIATIDE_PROCESSUS ou CARIATIDE_FILS, ou augmentez max_connections.",
        )
    ]
