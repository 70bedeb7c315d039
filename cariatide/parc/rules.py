"""Pure rules of homes and offers; "today" is an argument."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from cariatide.parc.statuts import EtatElement
from cariatide.socle.erreurs import ErreurMetier

ANNEE_MINIMUM = 1000  # before: a typing error, whatever the age of the house
PIECES = {"chambre": 1, "t1": 1, "t2": 2, "t3": 3, "t4": 4, "t5": 5, "t6": 6}


def refuse(message: str, champ: str) -> ErreurMetier:
    """The refusal shown beside one field."""
    return ErreurMetier(message, {champ: message})


def check_fait(
    le: date, jour: date, champ: str, *, apres: date | None = None, quoi: str = ""
) -> None:
    """A fact is not in the future, nor before what it follows."""
    if le > jour:
        raise refuse("Cette date est dans l’avenir.", champ)
    if apres is not None and le < apres:
        raise refuse(f"Cette date précède {quoi} ({apres:%d/%m/%Y}).", champ)


def check_logement(
    *,
    annee: int | None,
    dpe: str,
    dpe_le: date | None,
    surface: Decimal | None,
    jour: date,
) -> None:
    """Refuse what no home can be."""
    if annee is not None and not ANNEE_MINIMUM <= annee <= jour.year:
        raise refuse("Cette année de construction n’est pas possible.", "annee_construction")
    if surface is not None and surface <= 0:
        raise refuse("La surface est supérieure à zéro.", "surface")
    if dpe_le is not None and not dpe:
        raise refuse("Indiquez aussi l’étiquette du diagnostic énergie.", "dpe")
    if dpe_le is not None and dpe_le > jour:
        raise refuse("Cette date est dans l’avenir.", "dpe_le")


def count_pieces(type_logement: str) -> int:
    """Main rooms of a home of that type."""
    return PIECES[type_logement]


def describe_etats(etats: Sequence[str]) -> str:
    """« 2 éléments dangereux, 3 en mauvais état », or what a sound home deserves."""
    dangereux = sum(e == EtatElement.DANGEREUX for e in etats)
    mauvais = sum(e == EtatElement.MAUVAIS for e in etats)
    parts = []
    if dangereux:
        parts.append(f"{dangereux} élément{'s' if dangereux > 1 else ''} dangereux")
    if mauvais:
        word = "éléments" if mauvais > 1 else "élément"
        parts.append(f"{mauvais} {word} en mauvais état")
    if parts:
        return ", ".join(parts)
    return "Aucun désordre relevé" if etats else "Aucun élément détaillé"
