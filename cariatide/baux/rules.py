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


def check_nouveau_titre(est_relogement: bool, meme_logement: bool) -> None:
    """A new title in the home where the household already lives is no rehousing."""
    if est_relogement and meme_logement:
        message = "Le ménage habite déjà ce logement : c’est un nouveau titre, non un relogement."
        raise ErreurMetier(message, {"est_relogement": message})


def describe_periode(entree: date, sortie: date | None) -> str:
    """« depuis le 03/02/2026 », or « du 03/02/2026 au 12/09/2026 »."""
    if sortie is None:
        return f"depuis le {entree:%d/%m/%Y}"
    return f"du {entree:%d/%m/%Y} au {sortie:%d/%m/%Y}"
