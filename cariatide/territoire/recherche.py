"""Search a commune, and resolve what was typed or imported into the commune of today."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, Q, QuerySet, When

from cariatide.socle.erreurs import ErreurMetier
from cariatide.territoire.models import Commune, EvenementCommune
from cariatide.territoire.rules import (
    format_bornes,
    format_date,
    normalise_code,
    normalise_nom,
    read_saisie,
)
from cariatide.territoire.statuts import NatureEvenement, TypeCommune

CANDIDATS_MAX = 20
FINS = (NatureEvenement.FUSION, NatureEvenement.CHANGEMENT_DE_CODE)


class CommuneInconnue(ErreurMetier):
    """No commune, present or former, answers to what was typed."""


@dataclass(frozen=True)
class CommuneExacte:
    """The commune itself; entite is the delegated commune or arrondissement that was named."""

    commune: Commune
    entite: Commune
    avertissement: str = ""


@dataclass(frozen=True)
class CommuneAncienne:
    """A former commune, with the one it is part of today.

    date_effet None: « date non fournie ». existait_le: whether it was still a commune on the
    pivot date; None when the sources do not tell.
    """

    commune: Commune
    ancien_code: str
    ancien_nom: str
    nature: NatureEvenement
    date_effet: date | None
    present_au: date | None
    absent_au: date | None
    existait_le: bool | None

    @property
    def ancien_libelle(self) -> str:
        if self.nature == NatureEvenement.CHANGEMENT_DE_NOM:
            return f"« {self.ancien_nom} »"
        nom = f"« {self.ancien_nom} », " if self.ancien_nom else ""
        return f"{nom}ancien code {self.ancien_code},"

    @property
    def avertissement(self) -> str:
        quand = (
            f"le {format_date(self.date_effet)}"
            if self.date_effet
            else format_bornes(self.present_au, self.absent_au)
        )
        text = (
            f"{self.ancien_libelle} correspond aujourd’hui à {self.commune.libelle} "
            f"({self.nature.label.lower()}, {quand})."
        )
        return text[0].upper() + text[1:]


@dataclass(frozen=True)
class CommunesAmbigues:
    """Several communes answer; the person chooses."""

    candidats: tuple[Commune, ...]
    avertissement: str


Resolution = CommuneExacte | CommuneAncienne | CommunesAmbigues


# -- search ----------------------------------------------------------------------------------


def communes_en_vigueur() -> QuerySet[Commune]:
    return Commune.objects.filter(type=TypeCommune.ACTUELLE, en_vigueur=True).select_related(
        "departement"
    )


def search_communes(
    text: str, departement: str | None = None, limit: int = CANDIDATS_MAX
) -> list[Commune]:
    """Current communes whose name, INSEE code or postal code matches, the closest name first.

    A name of a delegated commune or a former name finds the commune of today. Ties go to the
    most populated, which is the one people mean more often.
    """
    rows = filter_communes(communes_en_vigueur(), text, departement)
    nom = read_saisie(text).nom
    # A small commune with exactly that name is not lost among the many that contain it.
    rang = Case(
        When(nom_normalise=nom, then=0), When(nom_normalise__startswith=nom, then=1), default=2
    )
    rows = rows.order_by(rang, F("population").desc(nulls_last=True), "id")
    found = list(rows[: 10 * limit])
    return sorted(found, key=lambda c: _closeness(c, nom))[:limit]


def find_communes_exactes(lieux: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Commune]:
    """The current commune of each (name, postal code) that exactly one bears: one query.

    The others, misspelled, former or ambiguous, are for `search_communes`.
    """
    noms: dict[tuple[str, str], str] = {}
    for nom, code_postal in lieux:
        saisie = read_saisie(nom)
        if saisie.nom and not saisie.code and not saisie.departement and len(code_postal) == 5:
            noms[nom, code_postal] = saisie.nom
    found: dict[tuple[str, str], list[Commune]] = defaultdict(list)
    for commune in communes_en_vigueur().filter(nom_normalise__in=sorted(set(noms.values()))):
        for code in commune.codes_postaux:
            found[commune.nom_normalise, code].append(commune)
    return {
        lieu: found[nom, lieu[1]][0] for lieu, nom in noms.items() if len(found[nom, lieu[1]]) == 1
    }


def filter_communes(
    rows: QuerySet[Commune], text: str, departement: str | None = None
) -> QuerySet[Commune]:
    """Keep the communes that a typed text may mean; none when it says nothing."""
    saisie = read_saisie(text)
    if saisie.is_empty:
        return rows.none()
    if departement := departement or saisie.departement:
        rows = rows.filter(departement_id=departement)
    if text.strip().isdigit():
        return rows.filter(_coded_like(text.strip()))
    if saisie.code:
        rows = rows.filter(Q(code=saisie.code) | Q(codes_postaux__contains=[saisie.code]))
    return rows.filter(_named_like(saisie.nom)) if saisie.nom else rows


def _coded_like(digits: str) -> Q:
    """The beginning of an INSEE or postal code, that people type digit after digit."""
    condition = Q(code__startswith=digits) | Q(code=normalise_code(digits))
    if 3 <= len(digits) <= 5:
        missing = 5 - len(digits)
        postaux = [f"{digits}{i:0{missing}d}" if missing else digits for i in range(10**missing)]
        condition |= Q(codes_postaux__overlap=postaux)
    return condition


def _named_like(nom: str) -> Q:
    parts = Commune.objects.filter(
        nom_normalise__startswith=nom, rattachement__isnull=False, en_vigueur=True
    )
    former = EvenementCommune.objects.filter(nom_normalise__startswith=nom).exclude(
        nature=NatureEvenement.RETABLISSEMENT
    )
    # Two letters are found everywhere: only at the beginning.
    named = Q(nom_normalise__contains=nom) if len(nom) > 2 else Q(nom_normalise__startswith=nom)
    return named | Q(pk__in=parts.values("rattachement_id")) | Q(pk__in=former.values("commune_id"))


def _closeness(commune: Commune, nom: str) -> tuple[int, int]:
    without_article = re.sub(r"^(le|la|les|l) ", "", commune.nom_normalise)
    if nom in (commune.nom_normalise, without_article):
        rank = 0
    elif commune.nom_normalise.startswith(nom) or without_article.startswith(nom):
        rank = 1
    elif f" {nom}" in commune.nom_normalise:
        rank = 2
    else:
        rank = 3
    return rank, -(commune.population or 0)


# -- resolution ------------------------------------------------------------------------------


def resolve_commune(
    text: str,
    *,
    le: date | None = None,
    departement: str | None = None,
    nature: str | None = None,
) -> Resolution:
    """Find the commune of today that a name, an INSEE code or a postal code designates.

    le: pivot date of the fact, to say whether a former commune existed then.
    nature: "insee", "postal" or "nom" when the sender's column tells it; without it five digits
    are read as both codes. Raises CommuneInconnue with a French explanation.
    """
    saisie = read_saisie(text)
    if saisie.is_empty:
        raise CommuneInconnue("La commune n’est pas indiquée.")
    departement = departement or saisie.departement or None
    if nature == "nom" or not saisie.code:
        nom = normalise_nom(text) if nature == "nom" else saisie.nom
        return _resolve_nom(nom, text, le, departement)
    return _resolve_code(saisie.code, saisie.nom, text, le, nature)


def _resolve_code(
    code: str, nom: str, text: str, le: date | None, nature: str | None
) -> Resolution:
    by_insee = _by_insee(code, le) if nature != "postal" else None
    by_postal: list[Commune] = []
    if nature != "insee":
        by_postal = list(communes_en_vigueur().filter(codes_postaux__contains=[code]))
    if nom and by_postal:
        named = [c for c in by_postal if c.nom_normalise == nom]
        named = named or [c for c in by_postal if c.pk in _ids_named(nom)]
        if named:
            return _one_or_many(named, text)
    if by_insee and nom and normalise_nom(_nom_of(by_insee)) == nom:
        return by_insee
    others = [c for c in by_postal if by_insee is None or c.pk != by_insee.commune.pk]
    if by_insee and not others:
        return by_insee
    candidats = [by_insee.commune, *others] if by_insee else others
    if not candidats:
        raise CommuneInconnue(
            f"« {text.strip()} » n’est le code d’aucune commune, actuelle ou ancienne."
        )
    return _one_or_many(candidats, text)


def _nom_of(found: CommuneExacte | CommuneAncienne) -> str:
    return found.ancien_nom if isinstance(found, CommuneAncienne) else found.entite.nom


def _ids_named(nom: str) -> set[int]:
    """Current communes of which a part, or a former name, is exactly that."""
    parts = Commune.objects.filter(nom_normalise=nom, rattachement__isnull=False)
    former = EvenementCommune.objects.filter(nom_normalise=nom).exclude(
        nature=NatureEvenement.RETABLISSEMENT
    )
    ids = set(parts.values_list("rattachement_id", flat=True))
    return {i for i in ids if i} | set(former.values_list("commune_id", flat=True))


def _by_insee(code: str, le: date | None) -> CommuneExacte | CommuneAncienne | None:
    """The current commune of a code before its delegated namesake; then the former codes."""
    found = {
        c.type: c
        for c in Commune.objects.filter(code=code, en_vigueur=True).select_related(
            "departement", "rattachement__departement"
        )
    }
    if current := found.get(TypeCommune.ACTUELLE):
        return CommuneExacte(current, current, _created_later(current, le))
    if part := found.get(TypeCommune.ARRONDISSEMENT_MUNICIPAL):
        return CommuneExacte(_parent(part), part)
    evenement = _end_of(EvenementCommune.objects.filter(ancien_code=code))
    if evenement:
        return _ancienne(evenement, le)
    for part in found.values():
        return CommuneExacte(_parent(part), part)
    return None


def _parent(part: Commune) -> Commune:
    assert part.rattachement is not None  # check constraint commune_rattachement
    return part.rattachement


def _end_of(rows: QuerySet[EvenementCommune]) -> EvenementCommune | None:
    return (
        rows.filter(nature__in=FINS)
        .select_related("commune__departement")
        .order_by("date_effet", "pk")
        .last()
    )


def _ancienne(evenement: EvenementCommune, le: date | None) -> CommuneAncienne:
    existait: bool | None = None
    if le and evenement.date_effet:
        existait = le < evenement.date_effet
    elif le and evenement.present_au and evenement.absent_au:
        existait = True if le <= evenement.present_au else None
        existait = False if le >= evenement.absent_au else existait
    return CommuneAncienne(
        commune=evenement.commune,
        ancien_code=evenement.ancien_code,
        ancien_nom=evenement.ancien_nom,
        nature=NatureEvenement(evenement.nature),
        date_effet=evenement.date_effet,
        present_au=evenement.present_au,
        absent_au=evenement.absent_au,
        existait_le=existait,
    )


def _created_later(commune: Commune, le: date | None) -> str:
    """Say that a re-created commune was part of another one on the pivot date."""
    if le is None:
        return ""
    evenement = (
        commune.evenements.filter(nature=NatureEvenement.RETABLISSEMENT)
        .order_by("date_effet", "pk")
        .last()
    )
    if evenement is None:
        return ""
    depuis = evenement.date_effet or evenement.present_au
    if depuis is None or le >= depuis:
        return ""
    return (
        f"Au {format_date(le)}, {commune.nom} faisait partie de {evenement.ancien_nom} "
        f"(rétablissement, {evenement.quand})."
    )


def _resolve_nom(nom: str, text: str, le: date | None, departement: str | None) -> Resolution:
    rows = Commune.objects.filter(nom_normalise=nom, en_vigueur=True).select_related(
        "departement", "rattachement__departement"
    )
    former = EvenementCommune.objects.filter(nom_normalise=nom).exclude(
        nature=NatureEvenement.RETABLISSEMENT
    )
    if departement:
        rows = rows.filter(departement_id=departement)
        former = former.filter(commune__departement_id=departement)
    found = list(rows.order_by("departement_id", "code"))
    current = [c for c in found if c.type == TypeCommune.ACTUELLE]
    if len(current) == 1:
        return CommuneExacte(current[0], current[0], _created_later(current[0], le))
    if current:
        return _one_or_many(current, text)
    evenements = list(former.select_related("commune__departement").order_by("-date_effet", "pk"))
    communes = {e.commune_id: e.commune for e in reversed(evenements)}
    communes |= {_parent(p).pk: _parent(p) for p in found}
    if not communes:
        raise _unknown_name(text, nom, departement)
    if len(communes) > 1:
        return _one_or_many(list(communes.values()), text)
    if evenements:
        return _ancienne(evenements[0], le)
    return CommuneExacte(_parent(found[0]), found[0])


def _one_or_many(communes: Sequence[Commune], text: str) -> Resolution:
    if len(communes) == 1:
        return CommuneExacte(communes[0], communes[0])
    candidats = tuple(sorted(communes, key=lambda c: (c.nom_normalise, c.code)))
    noms = ", ".join(c.libelle for c in candidats[:5])
    suite = ", …" if len(candidats) > 5 else ""
    return CommunesAmbigues(
        candidats,
        f"« {text.strip()} » désigne {len(candidats)} communes : {noms}{suite}. Précisez laquelle.",
    )


def _unknown_name(text: str, nom: str, departement: str | None) -> CommuneInconnue:
    ou = f" dans le département {departement}" if departement else ""
    message = f"Aucune commune ne s’appelle « {text.strip()} »{ou}."
    proches = search_communes(nom, departement, 3) if len(nom) > 3 else []
    if proches:
        message += " Communes proches : " + ", ".join(c.libelle for c in proches) + "."
    return CommuneInconnue(message)
