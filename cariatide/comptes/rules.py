"""Pure rules of accounts."""

from collections.abc import Iterable
from enum import StrEnum

from cariatide.socle.erreurs import ErreurMetier


class MotifRefus(StrEnum):
    """Why an identity given by the provider opens no session."""

    INCONNU = "inconnu"
    INACTIF = "inactif"
    NON_VERIFIE = "non_verifie"
    ABANDON = "abandon"
    PERIME = "perime"
    REPONSE = "reponse"
    INJOIGNABLE = "injoignable"


class IdentiteRefusee(ErreurMetier):
    """Sign-in refused: `motif` goes to the log, the sentence to the person."""

    def __init__(self, motif: MotifRefus, detail: str = "") -> None:
        super().__init__(motif.value)
        self.motif, self.detail = motif, detail


def is_second_facteur(acr: str, amr: Iterable[str], acceptes: Iterable[str]) -> bool:
    """Whether the provider says of this sign-in one of the values taken for a second factor."""
    return not frozenset(acceptes).isdisjoint({acr, *amr})


def is_adresse_sure(verifiee: object, garantie: bool) -> bool:
    """An address proves an account when the provider verified it, or answers for all of them.

    `verifiee` is the claim email_verified as it came: absent (None), or anything at all.
    """
    return verifiee is True or (verifiee is None and garantie)


# In the order they are tried: Edge also says « Chrome », Chrome also says « Safari ».
NAVIGATEURS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
INCONNU = "Appareil inconnu"


def describe_appareil(agent: str) -> str:
    """« Firefox sous Windows », from what the browser says of itself."""
    navigateur = next((nom for marque, nom in NAVIGATEURS if marque in agent), "")
    systeme = next((nom for marque, nom in SYSTEMES if marque in agent), "")
    if navigateur and systeme:
        return f"{navigateur} sous {systeme}"
    return navigateur or systeme or INCONNU
