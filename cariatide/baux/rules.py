"""Pure rules of occupations; "today" is an argument."""

from datetime import date

from cariatide.socle.erreurs import ErreurMetier


def check_entree(signature: date, entree: date, jour: date) -> None:
    """An entry is a fact: not in the future, and under a title signed before or on that day."""
    if entree > jour:
        message = "L’entrée est un fait : cette date est dans l’avenir."
        raise ErreurMetier(message, {"entree_le": message})
    if signature > entree:
        message = "Le titre est signé au plus tard le jour de l’entrée."
        raise ErreurMetier(message, {"date_signature": message})


def check_sortie(entree: date, sortie: date, jour: date) -> None:
    """An exit is a fact after the entry."""
    if sortie > jour:
        message = "La sortie est un fait : cette date est dans l’avenir."
        raise ErreurMetier(message, {"sortie_le": message})
    if sortie < entree:
        message = "La sortie précède l’entrée."
        raise ErreurMetier(message, {"sortie_le": message})
