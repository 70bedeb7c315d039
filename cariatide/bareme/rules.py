"""Dated values, read from files: what they are, and which one holds on a date. Pure functions.

Law is data: a value has a start, a reference and a confidence, and the date asked for is the pivot
that the rule names. Nothing answers « today's » value by default.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cariatide.bareme.statuts import Confiance, TypeValeur, Unite
from cariatide.socle.erreurs import ErreurMetier

SINGULIERS = {
    Unite.HEURES: "heure",
    Unite.JOURS: "jour",
    Unite.JOURS_OUVRES: "jour ouvré",
    Unite.SEMAINES: "semaine",
    Unite.ANS: "an",
    Unite.TERMES: "terme",
}
Valeur = int | Decimal | str | tuple[int, ...]


class BaremeInconnu(ErreurMetier):
    """No file declares that code."""


class DateNonCouverte(ErreurMetier):
    """The code exists, but no source gives its value on that date."""


class BaremeInvalide(ValueError):
    """A file of values is malformed; the message names the file and the key."""


@dataclass(frozen=True)
class ValeurDatee:
    """One value with its proof.

    depuis None: the source gives no start (« date non fournie »). fin: last day, None when open.
    locale: set by a département or an organisation, not by the file.
    """

    code: str
    valeur: Valeur
    unite: Unite
    depuis: date | None
    fin: date | None
    reference: str
    confiance: Confiance
    locale: bool = False
    note: str = ""

    @property
    def a_verifier(self) -> bool:
        return self.confiance == Confiance.A_VERIFIER

    @property
    def entier(self) -> int:
        if not isinstance(self.valeur, int):
            raise TypeError(f"{self.code} n’est pas un nombre entier.")
        return self.valeur

    @property
    def decimal(self) -> Decimal:
        if not isinstance(self.valeur, int | Decimal):
            raise TypeError(f"{self.code} n’est pas un nombre.")
        return Decimal(self.valeur)

    @property
    def texte(self) -> str:
        return str(self.valeur)

    @property
    def liste(self) -> tuple[int, ...]:
        if not isinstance(self.valeur, tuple):
            raise TypeError(f"{self.code} n’est pas une liste.")
        return self.valeur

    def covers(self, le: date) -> bool:
        return (self.depuis is None or self.depuis <= le) and (self.fin is None or le <= self.fin)


@dataclass(frozen=True)
class Parametre:
    """One named value of a rule, with its versions in order of time."""

    code: str
    regle: str
    titre: str
    libelle: str
    type: TypeValeur
    unite: Unite
    source: str
    pivot: str
    local: bool
    valeurs: tuple[ValeurDatee, ...] = field(default=())

    def find(self, le: date) -> ValeurDatee:
        for valeur in self.valeurs:
            if valeur.covers(le):
                return valeur
        if self.local and not self.valeurs:
            raise DateNonCouverte(
                f"« {self.libelle} » n’a pas encore de valeur : elle se fixe localement "
                "(paramètres du département ou de l’organisation)."
            )
        raise DateNonCouverte(
            f"Aucune source ne donne « {self.libelle} » au {le:%d/%m/%Y} (règle {self.regle})."
        )


KEYS_RULE = {"rule", "title", "source", "parameters"}
KEYS_PARAMETER = {"code", "libelle", "unite", "type", "local", "pivot", "values"}
KEYS_VALUE = {"value", "from", "to", "reference", "confidence", "unite", "note"}


def read_rule(data: Any, fichier: str) -> list[Parametre]:
    """Turn the content of one file into parameters, refusing anything unexpected."""
    rule = _mapping(data, fichier, KEYS_RULE, KEYS_RULE)
    if rule["rule"] != fichier.removesuffix(".yaml"):
        raise BaremeInvalide(f"{fichier} : le fichier porte le nom de sa règle.")
    return [_read_parameter(item, rule, fichier) for item in rule["parameters"]]


def _mapping(data: Any, where: str, allowed: set[str], required: set[str]) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise BaremeInvalide(f"{where} : un dictionnaire est attendu.")
    if unknown := sorted(set(data) - allowed):
        raise BaremeInvalide(f"{where} : clés inconnues {unknown}.")
    if missing := sorted(required - set(data)):
        raise BaremeInvalide(f"{where} : clés absentes {missing}.")
    return dict(data)


def _read_parameter(item: Any, rule: dict[str, Any], fichier: str) -> Parametre:
    where = f"{fichier}, {item.get('code') if isinstance(item, Mapping) else item}"
    data = _mapping(item, where, KEYS_PARAMETER, {"code", "libelle", "unite", "type", "values"})
    try:
        parametre = Parametre(
            code=str(data["code"]),
            regle=str(rule["rule"]),
            titre=str(rule["title"]),
            libelle=str(data["libelle"]),
            type=TypeValeur(data["type"]),
            unite=Unite(data["unite"]),
            source=str(rule["source"]),
            pivot=str(data.get("pivot", "")),
            local=bool(data.get("local", False)),
        )
    except ValueError as error:
        raise BaremeInvalide(f"{where} : {error}.") from error
    if not data["values"] and not parametre.local:
        raise BaremeInvalide(f"{where} : seul un paramètre local peut rester sans valeur.")
    valeurs = tuple(_read_value(v, parametre, where) for v in data["values"])
    _check_order(valeurs, where)
    return replace(parametre, valeurs=_close(valeurs))


def _read_value(item: Any, parametre: Parametre, where: str) -> ValeurDatee:
    data = _mapping(item, where, KEYS_VALUE, {"value", "from", "reference", "confidence"})
    for key in ("from", "to"):
        # A datetime is a date too: only plain days are values here.
        if data.get(key) is not None and type(data[key]) is not date:
            raise BaremeInvalide(f"{where} : {key} doit être une date AAAA-MM-JJ.")
    if not str(data["reference"] or "").strip():
        raise BaremeInvalide(f"{where} : chaque valeur cite sa référence.")
    try:
        return ValeurDatee(
            code=parametre.code,
            valeur=read_valeur(data["value"], parametre.type),
            unite=Unite(data.get("unite", parametre.unite)),
            depuis=data["from"],
            fin=data.get("to"),
            reference=str(data["reference"]),
            confiance=Confiance(data["confidence"]),
            note=str(data.get("note", "")),
        )
    except ValueError as error:
        raise BaremeInvalide(f"{where} : {error}.") from error


def read_valeur(data: Any, type_valeur: TypeValeur) -> Valeur:
    """Check a raw value (file, form, database) against the type of its parameter."""
    match type_valeur:
        case TypeValeur.ENTIER if isinstance(data, int) and not isinstance(data, bool):
            return data
        case TypeValeur.DECIMAL if isinstance(data, int | str | Decimal) and type(data) is not bool:
            try:
                number = Decimal(data)
            except ArithmeticError as error:
                raise ValueError(f"{data!r} n’est pas un nombre") from error
            if number.is_finite():
                return number
        case TypeValeur.TEXTE if isinstance(data, str) and data.strip():
            return data.strip()
        case TypeValeur.LISTE if isinstance(data, list) and data:
            if all(isinstance(i, int) and not isinstance(i, bool) for i in data):
                return tuple(data)
    raise ValueError(f"{data!r} n’est pas de type « {type_valeur.label.lower()} »")


def _check_order(valeurs: tuple[ValeurDatee, ...], where: str) -> None:
    for i, valeur in enumerate(valeurs):
        if valeur.depuis is None and i:
            raise BaremeInvalide(f"{where} : seule la première valeur peut être sans début.")
        if valeur.depuis and valeur.fin and valeur.fin < valeur.depuis:
            raise BaremeInvalide(f"{where} : une fin précède son début.")
        if i and valeur.depuis:
            before = valeurs[i - 1]
            if (before.depuis and before.depuis >= valeur.depuis) or (
                before.fin and before.fin >= valeur.depuis
            ):
                raise BaremeInvalide(f"{where} : deux valeurs se chevauchent.")


def _close(valeurs: tuple[ValeurDatee, ...]) -> tuple[ValeurDatee, ...]:
    """A value without end lasts until the eve of the next one."""
    closed = list(valeurs)
    for i, following in enumerate(valeurs[1:]):
        if closed[i].fin is None and following.depuis:
            closed[i] = replace(closed[i], fin=following.depuis - timedelta(days=1))
    return tuple(closed)


def format_valeur(valeur: ValeurDatee) -> str:
    """« 2 mois », « 1 an », « 450,00 € », « 30 et 7 jours »."""
    if isinstance(valeur.valeur, str):
        return valeur.valeur
    if isinstance(valeur.valeur, tuple):
        *debut, dernier = map(str, valeur.valeur)
        nombre = f"{', '.join(debut)} et {dernier}" if debut else dernier
    elif isinstance(valeur.valeur, int):
        nombre = str(valeur.valeur)
    else:
        nombre = f"{valeur.valeur}".replace(".", ",")
    unite = valeur.unite.label
    if valeur.valeur == 1 and valeur.unite in SINGULIERS:
        unite = SINGULIERS[valeur.unite]
    return f"{nombre}\u00a0{unite}".strip()


def index_parameters(parametres: Iterable[Parametre]) -> dict[str, Parametre]:
    found: dict[str, Parametre] = {}
    for parametre in parametres:
        if parametre.code in found:
            raise BaremeInvalide(f"Le code {parametre.code} est déclaré deux fois.")
        found[parametre.code] = parametre
    return found
