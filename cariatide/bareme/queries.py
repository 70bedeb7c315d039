"""The value of a parameter on a date: `value(code, le=pivot)`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cariatide.bareme.fichiers import load_baremes
from cariatide.bareme.models import ParametreLocal
from cariatide.bareme.rules import (
    BaremeInconnu,
    DateNonCouverte,
    Parametre,
    ValeurDatee,
    read_valeur,
)
from cariatide.bareme.statuts import Confiance

__all__ = [
    "BaremeInconnu",
    "DateNonCouverte",
    "ValeurDatee",
    "ValeursLocales",
    "find_parametre",
    "list_baremes",
    "value",
    "values_by_organisation",
]


def find_parametre(code: str) -> Parametre:
    try:
        return load_baremes()[code]
    except KeyError as error:
        raise BaremeInconnu(f"Aucun barème ne porte le code « {code} ».") from error


def value(
    code: str,
    *,
    le: date,
    departement: str | None = None,
    organisation_id: int | None = None,
) -> ValeurDatee:
    """The value in force on the pivot date, with its source.

    A parameter marked local takes the value of the organisation, else of the département, else of
    the platform, else the file's. Raises BaremeInconnu or DateNonCouverte: no silent default.
    """
    parametre = find_parametre(code)
    if parametre.local:
        locale = _find_locale(parametre, le, departement, organisation_id)
        if locale:
            return locale
    return parametre.find(le)


@dataclass(frozen=True)
class ValeursLocales:
    """One parameter for a whole platform: what organisations fixed, and what holds for the others.

    commune None: nobody fixed it, no text does.
    """

    commune: ValeurDatee | None
    propres: Mapping[int, ValeurDatee]

    def of(self, organisation_id: int | None) -> ValeurDatee | None:
        return self.propres.get(organisation_id or 0, self.commune)


def values_by_organisation(codes: Iterable[str], *, le: date) -> dict[str, ValeursLocales]:
    """The values of many parameters for every organisation at once: one query."""
    parametres = {code: find_parametre(code) for code in codes}
    en_vigueur = ParametreLocal.objects.filter(
        Q(au__isnull=True) | Q(au__gte=le), code__in=list(parametres), du__lte=le, departement=""
    )
    rows: dict[str, dict[int, ValeurDatee]] = {code: {} for code in parametres}
    for row in en_vigueur.order_by("pk"):
        if parametres[row.code].local:
            # Key 0: the whole platform, no organisation bears it.
            rows[row.code][row.organisation_id or 0] = _as_valeur(parametres[row.code], row)
    found = {}
    for code, parametre in parametres.items():
        commune = rows[code].pop(0, None)
        if commune is None:
            try:
                commune = parametre.find(le)
            except DateNonCouverte:
                commune = None
        found[code] = ValeursLocales(commune, rows[code])
    return found


def _find_locale(
    parametre: Parametre, le: date, departement: str | None, organisation_id: int | None
) -> ValeurDatee | None:
    portee = Q(departement="", organisation_id__isnull=True)
    if departement:
        portee |= Q(departement=departement)
    if organisation_id is not None:
        portee |= Q(organisation_id=organisation_id)
    rows = ParametreLocal.objects.filter(
        portee, Q(au__isnull=True) | Q(au__gte=le), code=parametre.code, du__lte=le
    )
    # The closest scope first: organisation, département, platform.
    found = sorted(rows, key=lambda r: (r.organisation_id is None, r.departement == "", r.pk))
    return _as_valeur(parametre, found[0]) if found else None


def _as_valeur(parametre: Parametre, locale: ParametreLocal) -> ValeurDatee:
    return ValeurDatee(
        code=parametre.code,
        valeur=read_valeur(locale.valeur, parametre.type),
        unite=parametre.unite,
        depuis=locale.du,
        fin=locale.au,
        reference=f"Paramètre local : {locale.motif} ({locale.auteur})",
        confiance=Confiance.HAUTE,
        locale=True,
    )


@dataclass(frozen=True)
class LigneBareme:
    """A parameter, its versions in the files, its local values, and the one in force."""

    parametre: Parametre
    locales: tuple[ValeurDatee, ...]
    en_vigueur: ValeurDatee | None
    absence: str


def list_baremes(*, le: date, texte: str = "", a_verifier: bool = False) -> list[LigneBareme]:
    """Every parameter, by rule; texte filters on code, label and rule."""
    locales: dict[str, list[ParametreLocal]] = {}
    for row in ParametreLocal.objects.order_by("code", "du", "pk"):
        locales.setdefault(row.code, []).append(row)
    lignes = []
    for parametre in load_baremes().values():
        fold = f"{parametre.code} {parametre.libelle} {parametre.regle}".casefold()
        if texte.casefold() not in fold:
            continue
        if a_verifier and not any(v.a_verifier for v in parametre.valeurs):
            continue
        rows = locales.get(parametre.code, [])
        lignes.append(_ligne(parametre, rows, le))
    return sorted(lignes, key=lambda ligne: (ligne.parametre.regle, ligne.parametre.code))


def _ligne(parametre: Parametre, rows: list[ParametreLocal], le: date) -> LigneBareme:
    platform = [
        r
        for r in rows
        if not r.departement
        and r.organisation_id is None
        and r.du <= le
        and (not r.au or le <= r.au)
    ]
    en_vigueur, absence = None, ""
    try:
        en_vigueur = _as_valeur(parametre, platform[0]) if platform else parametre.find(le)
    except DateNonCouverte as error:
        absence = error.message
    locales = tuple(_as_valeur(parametre, r) for r in rows)
    return LigneBareme(parametre, locales, en_vigueur, absence)
