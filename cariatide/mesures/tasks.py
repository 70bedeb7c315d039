"""Daily work of the domain."""

from datetime import date

from cariatide.mesures.actions import mark_bilans_dus
from cariatide.socle.perimetre import perimetre_systeme


def run_daily(jour: date) -> None:
    """Reviews that fall due."""
    mark_bilans_dus(jour, perimetre_systeme("bilans dus", jour))
