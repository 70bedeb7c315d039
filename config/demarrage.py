"""The server refuses to start with a weak configuration, and says how to mend it."""

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections


def refuse_weak_configuration() -> None:
    """Run the deployment checks, the database's included; raise ImproperlyConfigured in words."""
    if not settings.CONTROLE_AU_DEMARRAGE:
        return
    # Ours alone look at the database: Django's own would raise where ours explain.
    messages = run_checks(
        tags=[Tags.security], include_deployment_checks=True, databases=["default"]
    )
    connections.close_all()
    refused = [m for m in messages if m.is_serious() and not m.is_silenced()]
    if refused:
        lines = [f"- {m.msg} {m.hint or ''} ({m.id})" for m in refused]
        raise ImproperlyConfigured(
            "Cariatide ne démarre pas : sa configuration est trop faible pour un vrai service.\n"
            + "\n".join(lines)
            + "\nRelancez « manage.py check --deploy --database default » après correction."
        )
