"""Daily work of the app."""

from datetime import date

from cariatide.alertes.actions import compute_alertes
from cariatide.socle.perimetre import perimetre_systeme


def run_daily(jour: date) -> None:
    """Open, follow, close, bring back and escalate."""
    compute_alertes(perimetre=perimetre_systeme("calcul des alertes", jour))
