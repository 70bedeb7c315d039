"""The only writes on alerts."""

from cariatide.alertes.actions.calcul import compute_alertes, refresh_alertes
from cariatide.alertes.actions.gestes import (
    close_alerte,
    forget_alertes,
    postpone_alerte,
    release_alerte,
    resume_alerte,
    take_alerte,
    transfer_alertes,
)
from cariatide.alertes.actions.reglages import Choix, set_reglage

__all__ = [
    "Choix",
    "close_alerte",
    "compute_alertes",
    "forget_alertes",
    "postpone_alerte",
    "refresh_alertes",
    "release_alerte",
    "resume_alerte",
    "set_reglage",
    "take_alerte",
    "transfer_alertes",
]
