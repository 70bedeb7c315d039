"""Pure rules of alerts; "today" is an argument."""

from datetime import date, timedelta

from cariatide.alertes.statuts import MotifCloture, MotifReport
from cariatide.bareme.rules import ValeurDatee
from cariatide.bareme.statuts import Unite
from cariatide.socle.dates import add_months, add_years

PRECISION_MAX = 300


def shift(jour: date, valeur: ValeurDatee, sens: int) -> date:
    """`jour` moved by a delay, back (-1) or forward (1). Raises ValueError for another unit."""
    n = sens * valeur.entier
    match valeur.unite:
        case Unite.JOURS:
            return jour + timedelta(days=n)
        case Unite.SEMAINES:
            return jour + timedelta(weeks=n)
        case Unite.MOIS:
            return add_months(jour, n)
        case Unite.ANS:
            return add_years(jour, n)
    raise ValueError(f"{valeur.code} n’est pas un délai.")


def check_report(jour: date, au: date, motif: str, precision: str, maximum: int) -> dict[str, str]:
    """What is wrong with a postponement, by field; empty when nothing is."""
    found = {}
    if au <= jour:
        found["au"] = "Une alerte se reporte à un jour à venir."
    elif (au - jour).days > maximum:
        found["au"] = f"Une alerte se reporte de {maximum} jours au plus."
    if motif not in MotifReport.values:
        found["motif"] = "Choisissez un motif."
    elif motif == MotifReport.AUTRE and not precision.strip():
        found["precision"] = "Précisez le motif."
    return found


def check_cloture(motif: str, precision: str) -> dict[str, str]:
    """What is wrong with a closure by hand, by field."""
    if motif not in MotifCloture.values:
        return {"motif": "Choisissez un motif."}
    if motif == MotifCloture.AUTRE and not precision.strip():
        return {"precision": "Précisez le motif."}
    return {}
