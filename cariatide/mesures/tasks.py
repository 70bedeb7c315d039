"""Daily work of the domain."""

from datetime import date

from cariatide.mesures.actions import mark_bilans_dus, run_transferts
from cariatide.socle.perimetre import perimetre_systeme


def run_daily(jour: date) -> None:
    """Reviews that fall due."""
    mark_bilans_dus(jour, perimetre_systeme("bilans dus", jour))


def run_transferts_du_jour(jour: date) -> None:
    """Portfolios that change hands, or come back, on their day."""
    run_transferts(jour, perimetre_systeme("transferts de portefeuille", jour))
