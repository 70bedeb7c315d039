"""People who look like somebody known, within the perimeter: equality lookups, then words.

Outside the perimeter nothing is said, not even that a file exists: knowing that a person is
followed is itself a fact of level F (domain model, section 6).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q

from cariatide.menages.models import Appartenance, Menage, Personne
from cariatide.menages.statuts import RoleMenage
from cariatide.socle.access import any_of, lift_scope
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.phonetique import phonetise_personne

RESSEMBLANCES_MAX = 10
# Kinds of keys; the same name or the same number alone make somebody surely known.
GENRES = ("nom", "son", "telephone", "courriel", "allocataire")
GENRES_CERTAINS = ("nom", "allocataire")
Cles = Mapping[str, set[str]]
LIGNES_MAX = 500  # rows read for one entry: a telephone shared by a whole residence is no likeness


class Personnelle(Protocol):
    """What identifies a person, as DonneesPersonne and Personne both hold it."""

    @property
    def nom(self) -> str: ...

    @property
    def prenom(self) -> str: ...

    @property
    def naissance(self) -> date | None: ...

    @property
    def telephone(self) -> str: ...

    @property
    def courriel(self) -> str: ...

    @property
    def numero_allocataire(self) -> str: ...


@dataclass(frozen=True)
class Identite:
    """A person as two of them are compared; telephones and addresses as keys.

    Those of the household count as its référent's.
    """

    nom: str
    prenom: str
    naissance: date | None = None
    telephones: frozenset[str] = frozenset()
    courriels: frozenset[str] = frozenset()
    numero_allocataire: str = ""


def identify(personne: Personnelle, telephone: str = "", courriel: str = "") -> Identite:
    """A person, with the telephone and the address of the household that they lead."""
    telephones = {compute_telephone_cle(t) for t in (personne.telephone, telephone)}
    return Identite(
        nom=personne.nom,
        prenom=personne.prenom,
        naissance=personne.naissance,
        telephones=frozenset(telephones - {""}),
        courriels=frozenset({personne.courriel.lower(), courriel.lower()} - {""}),
        numero_allocataire=personne.numero_allocataire,
    )


@dataclass(frozen=True)
class Ressemblance:
    """A known person who may be the one described, and why.

    certain: the same name with the same birth (or one of them unknown), or the same allocataire
    number: an import stops on it, a person confirms it.
    """

    appartenance: Appartenance
    raisons: tuple[str, ...]
    certain: bool

    @property
    def texte(self) -> str:
        return ", ".join(self.raisons)


def compute_telephone_cle(telephone: str) -> str:
    """As the generated column writes it: digits, +33 and 0033 read as 0."""
    digits = "".join(c for c in telephone if c in "+0123456789")
    for prefixe in ("+33", "0033"):
        if digits.startswith(prefixe):
            return f"0{digits[len(prefixe) :]}"
    return digits


def swap_jour_mois(naissance: date) -> date | None:
    """3 April for 4 March: day and month typed in each other's place; None when not a date."""
    if naissance.day == naissance.month:
        return None
    try:
        return naissance.replace(month=naissance.day, day=naissance.month)
    except ValueError:
        return None


def compare(saisie: Identite, connue: Identite) -> tuple[tuple[str, ...], bool]:
    """Why two people look alike, in words, and whether they are surely one; nothing: not alike."""
    raisons: list[str] = []
    nom, meme_nom = _compare_noms(saisie, connue)
    jour = _compare_naissances(saisie.naissance, connue.naissance)
    proche = nom.startswith("nom proche")
    # A near spelling says nothing by itself; an unknown birth denies nothing.
    if nom and (jour or (not proche and _unknown(saisie, connue))):
        raisons.append(f"{nom}, {jour or 'date de naissance inconnue'}")
    certain = bool(raisons) and meme_nom and not jour.startswith("jour")
    if saisie.numero_allocataire and saisie.numero_allocataire == connue.numero_allocataire:
        raisons.append("même numéro d’allocataire")
        certain = True
    if saisie.telephones & connue.telephones:
        raisons.append("même téléphone")
    if saisie.courriels & connue.courriels:
        raisons.append("même adresse électronique")
    return tuple(raisons), certain


def _unknown(saisie: Identite, connue: Identite) -> bool:
    return saisie.naissance is None or connue.naissance is None


def _compare_noms(saisie: Identite, connue: Identite) -> tuple[str, bool]:
    """The words, and whether it is the same name letter for letter."""
    known = normalise(f"{connue.nom} {connue.prenom}")
    if normalise(f"{saisie.nom} {saisie.prenom}") == known:
        return "même nom et même prénom", True
    if normalise(f"{saisie.prenom} {saisie.nom}") == known:
        return "nom et prénom inversés", True
    key = phonetise_personne(saisie.nom, saisie.prenom)
    if key and key == phonetise_personne(connue.nom, connue.prenom):
        return f"nom proche (« {connue.prenom} {connue.nom} »)", False
    return "", False


def _compare_naissances(une: date | None, autre: date | None) -> str:
    if une is None or autre is None:
        return ""
    if une == autre:
        return "même date de naissance"
    return "jour et mois de naissance inversés" if swap_jour_mois(une) == autre else ""


# -- reads -------------------------------------------------------------------------------------


def find_doublons(perimetre: Perimetre, saisie: Identite) -> list[Ressemblance]:
    """People of the perimeter who look like the one described, the surest first; one query."""
    return find_doublons_of(perimetre, [saisie])[0]


def find_doublons_of(
    perimetre: Perimetre, saisies: Sequence[Identite], *, genres: Collection[str] = GENRES
) -> list[list[Ressemblance]]:
    """The same for many people at once (the lines of a file), in their order; one query.

    genres: the keys to look up; GENRES_CERTAINS when only those surely known matter.
    """
    cles = [_cles(saisie, genres) for saisie in saisies]
    known = _index(_list_candidats(perimetre, saisies, cles), genres)
    return [_rank(saisie, c, known) for saisie, c in zip(saisies, cles, strict=True)]


def _list_candidats(
    perimetre: Perimetre, saisies: Sequence[Identite], cles: Sequence[Cles]
) -> list[Appartenance]:
    noms, sons, telephones, courriels, allocataires = (
        {c for par_genre in cles for c in par_genre.get(genre, ())} for genre in GENRES
    )
    nees = [s.naissance for s in saisies if s.naissance]
    jours = sorted({d for n in nees for d in (n, swap_jour_mois(n)) if d})
    personnes = _array_of(
        Personne,
        (noms, Q(nom_normalise__dans=sorted(noms))),
        (sons, Q(cle_phonetique__dans=sorted(sons), naissance__dans=jours)),
        (telephones, Q(telephone_cle__dans=sorted(telephones))),
        (courriels, Q(courriel_cle__dans=sorted(courriels))),
        (allocataires, Q(numero_allocataire__dans=sorted(allocataires))),
    )
    menages = _array_of(
        Menage,
        (telephones, Q(telephone_cle__dans=sorted(telephones))),
        (courriels, Q(courriel_cle__dans=sorted(courriels))),
    )
    found = []
    if personnes is not None:
        found.append(Q(personne_id__dans=personnes))
    if menages is not None:
        found.append(Q(role=RoleMenage.REFERENT, menage_id__dans=menages))
    if not found:
        return []
    rows = (
        Appartenance.objects.visible_to(perimetre)
        .filter(any_of(found), menage__fusionne_dans__isnull=True)
        .select_related("personne", "menage")
        .order_by(F("au").desc(nulls_first=True), "id")
    )
    return list(rows[: LIGNES_MAX * len(saisies)])


def _array_of(
    modele: type[Personne] | type[Menage], *recherches: tuple[set[str], Q]
) -> ArraySubquery | None:
    """The keys that these lookups find, computed once by the statement; None without any.

    One lookup each, and not one long OR: each is an index scan whatever the statistics say. The
    whole base is looked up; what the perimeter does not see stays inside the statement.
    """
    parts = [
        lift_scope(modele, reason="doublons : clés de toute la base, filtrées par le périmètre")
        .filter(condition)
        .order_by()
        .values("pk")
        for cles, condition in recherches
        if cles
    ]
    if not parts:
        return None
    return ArraySubquery(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])


def _cles(identite: Identite, genres: Collection[str]) -> Cles:
    """The keys under which a person is looked up, by kind."""
    nom, prenom = normalise(identite.nom), normalise(identite.prenom)
    textes: dict[str, Iterable[str]] = {
        "nom": (f"{nom} {prenom}".strip(), f"{prenom} {nom}".strip()),
        "telephone": identite.telephones,
        "courriel": identite.courriels,
        "allocataire": (identite.numero_allocataire,),
    }
    if "son" in genres and identite.naissance:
        textes["son"] = (phonetise_personne(identite.nom, identite.prenom),)
    return {genre: {t for t in textes[genre] if t} for genre in genres if genre in textes}


Connus = dict[tuple[str, str], list[tuple[Identite, Appartenance]]]


def _index(rows: Iterable[Appartenance], genres: Collection[str]) -> Connus:
    found: Connus = defaultdict(list)
    for row in rows:
        de_lui = (row.menage.telephone, row.menage.courriel)
        identite = identify(row.personne, *(de_lui if row.role == RoleMenage.REFERENT else ()))
        for genre, textes in _cles(identite, genres).items():
            for texte in textes:
                found[genre, texte].append((identite, row))
    return found


def _rank(saisie: Identite, cles: Cles, known: Connus) -> list[Ressemblance]:
    """Each person and household once, the surest and the most alike first."""
    rows: dict[tuple[int, int], tuple[Identite, Appartenance]] = {}
    for genre, textes in cles.items():
        for texte in textes:
            for identite, row in known.get((genre, texte), ()):
                rows.setdefault((row.personne_id, row.menage_id), (identite, row))
    found = []
    for identite, row in rows.values():
        raisons, certain = compare(saisie, identite)
        if raisons:
            found.append(Ressemblance(row, raisons, certain))
    found.sort(key=lambda r: (not r.certain, -len(r.raisons), r.appartenance.pk))
    return found[:RESSEMBLANCES_MAX]
