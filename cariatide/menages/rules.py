"""Pure rules of persons and households; "today" is an argument."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cariatide.menages.statuts import RoleMenage
from cariatide.socle.dates import add_years
from cariatide.socle.erreurs import ErreurMetier

AGE_MAXIMUM = 120  # years: beyond, a birth date is a typing error
MAJORITE = 18


@dataclass(frozen=True)
class Membre:
    """A person as the composition of a household needs it."""

    role: str
    naissance: date | None
    du: date
    au: date | None = None


def compute_age(naissance: date, jour: date) -> int:
    """Age in whole years on `jour`."""
    return jour.year - naissance.year - ((jour.month, jour.day) < (naissance.month, naissance.day))


def check_naissance(naissance: date | None, jour: date) -> None:
    """Refuse a birth in the future or more than 120 years ago."""
    if naissance is None:
        return
    if naissance > jour:
        raise ErreurMetier(
            "La date de naissance est dans l’avenir.",
            {"naissance": "Cette date est dans l’avenir."},
        )
    if compute_age(naissance, jour) > AGE_MAXIMUM:
        message = f"Cette date donnerait plus de {AGE_MAXIMUM} ans."
        raise ErreurMetier(message, {"naissance": message})


def compute_terme(dernier_contact: date, ans: int) -> date:
    """Last day in the active base: `ans` years after the last contact (CNIL 2021-028)."""
    return add_years(dernier_contact, ans)


def check_passe(le: date, jour: date, champ: str) -> None:
    """Refuse a fact dated in the future."""
    if le > jour:
        message = "Cette date est dans l’avenir."
        raise ErreurMetier(message, {champ: message})


def check_composition(membres: Iterable[Membre], jour: date) -> None:
    """Refuse an impossible composition on `jour`: not exactly one référent, two spouses, a child
    older than the référent by birth, a référent under 16.

    16: the age of emancipation (Code civil, art. 413-2), below which nobody holds a lease.
    """
    present = [m for m in membres if m.du <= jour and (m.au is None or m.au >= jour)]
    referents = [m for m in present if m.role == RoleMenage.REFERENT]
    if len(referents) != 1:
        raise ErreurMetier("Un ménage a un référent, et un seul, à chaque date.")
    if sum(m.role == RoleMenage.CONJOINT for m in present) > 1:
        raise ErreurMetier("Un ménage ne peut pas avoir deux conjoints à la même date.")
    naissance = referents[0].naissance
    if naissance is None:
        return
    if compute_age(naissance, jour) < 16:
        raise ErreurMetier("Le référent du ménage doit avoir au moins 16 ans.")
    for membre in present:
        if membre.role == RoleMenage.ENFANT and membre.naissance and membre.naissance <= naissance:
            raise ErreurMetier("Un enfant ne peut pas être né avant le référent du ménage.")
        if (
            membre.role == RoleMenage.ASCENDANT
            and membre.naissance
            and membre.naissance >= naissance
        ):
            raise ErreurMetier("Un ascendant ne peut pas être né après le référent du ménage.")


def check_compositions(membres: Iterable[Membre], depuis: date) -> None:
    """Refuse what would be impossible on `depuis` or at any later entry: a change may be written
    after the ones that follow it."""
    connus = list(membres)
    for jour in sorted({depuis, *(m.du for m in connus if m.du > depuis)}):
        check_composition(connus, jour)


def describe_composition(membres: Iterable[Membre], jour: date) -> str:
    """« 2 adultes, 3 enfants »; a person of unknown age counts by their role."""
    adultes = enfants = 0
    for membre in membres:
        if membre.du > jour or (membre.au is not None and membre.au < jour):
            continue
        mineur = (
            compute_age(membre.naissance, jour) < MAJORITE
            if membre.naissance
            else membre.role == RoleMenage.ENFANT
        )
        enfants, adultes = enfants + mineur, adultes + (not mineur)
    parts = [_plural(adultes, "adulte")] if adultes else []
    if enfants:
        parts.append(_plural(enfants, "enfant"))
    return ", ".join(parts) or "composition non renseignée"


def _plural(nombre: int, mot: str) -> str:
    return f"{nombre} {mot}{'s' if nombre > 1 else ''}"


@dataclass(frozen=True)
class Budget:
    """Totals of a snapshot and what the domain model (section 2) derives from them.

    ressources: without the housing allowance, which the taux d’effort takes off the rent.
    """

    ressources: Decimal
    aide: Decimal
    loyer: Decimal
    charges_locatives: Decimal
    charges: Decimal
    dettes: Decimal

    @property
    def reste_a_vivre(self) -> Decimal:
        """What is left of a month. The model gives no formula for it: shown « à vérifier »."""
        return self.ressources + self.aide - self.charges

    @property
    def taux_effort(self) -> Decimal | None:
        """(loyer + charges − AL) / ressources; None without resources or without a rent."""
        logement = self.loyer + self.charges_locatives
        if not self.ressources or not logement:
            return None
        return (logement - self.aide) / self.ressources
