"""Hostile input by generation: what is typed, where it goes, and what it left behind."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models

from cariatide.socle.saisie import nettoie

MEGAOCTET = "x" * 1_000_000
# As a browser, or somebody who is not one, may send them. Bytes are sent as they are.
TEXTES: dict[str, Any] = {
    "nul": "avant\x00après",
    "commande": "\x01\x0b\x1b[31m\x7f",
    "substitut": "\ud83d seul",
    "octets": b"\xff\xfe\xed\xa0\x80\xc3",
    "megaoctet": MEGAOCTET,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 20,
    "droite_a_gauche": "\u202egpj.ecnats\u202c עברית العربية",
    "combinants": "Z\u0310\u0311\u0312" * 200,
    "sql": "'; DROP TABLE menages_menage; --",
    "gabarit": "{{ 7*7 }}{% raw %}${7*7}<script>alert(1)</script>",
    "format": "%s%(x)s%%n{0.__class__}",
    "chemin": "../../../../etc/passwd",
    "formule": '=HYPERLINK("http://exemple.invalid")',
    "vide": "",
    "blancs": " \u00a0\u2003\ufeff ",
    "moins_un": "-1",
    "enorme": "1" + "0" * 400,
    "puissance": "1e400",
    "decimales": "0." + "9" * 400,
    "depasse_32": "2147483648",
    "depasse_64": "9223372036854775808",
    "nan": "NaN",
    "infini": "-Infinity",
    "chiffres_arabes": "١٢٣",
    "souligne": "1_000",
    "inconnu": "valeur-inconnue",
    "json": '{"a": [1, {"b": null}]}',
    "liste": ["1", "2", "valeur-inconnue"],
    "an_zero": "0000-00-00",
    "an_10000": "10000-01-01",
    "an_1": "0001-01-01",
    "an_9999": "9999-12-31",
    "bissextile": "2025-02-29",
    "instant": "2026-11-22T25:61",
    "uuid": "00000000-0000-0000-0000-00000000000g",
}
# In an address, after the name of the page or in its place.
CHEMINS = ("0", "2147483648", "9223372036854775808", "1" + "0" * 400, "-1", "%00", "NaN",
           quote("é👩‍👧"), "..%2f..%2fetc", quote("'; --"))  # fmt: skip
PARAMETRES = ("tri", "curseur", "format", "colonne", "q", "statut", "du", "au", "menage_id", "page")
PLAUSIBLES = {"date": "2026-11-20", "number": "2", "email": "a@test.invalid", "time": "10:00",
              "datetime-local": "2026-11-20T10:00", "tel": "0600000000"}  # fmt: skip
# Written beside the act, by every request or by none of its fields.
A_COTE = {"journal_consultation", "django_session", "axes_accessattempt", "axes_accesslog",
          "axes_accessfailurelog", "socle_envoirecu", "journal_attentescelle",
          "comptes_sessionouverte"}  # fmt: skip


@dataclass
class Champ:
    """One control of a form: its name, its kind, the values that the page offers."""

    nom: str
    genre: str
    valeur: str = ""
    choix: list[str] = field(default_factory=list)

    def plausible(self) -> str:
        """What somebody could have typed there."""
        if self.valeur or self.genre in ("hidden", "checkbox"):
            return self.valeur
        if self.choix:
            return next((c for c in self.choix if c), "")
        return PLAUSIBLES.get(self.genre, "Essai")


@dataclass
class Envoi:
    """One form that acts, found on a page."""

    adresse: str
    methode: str
    champs: dict[str, Champ] = field(default_factory=dict)


class Formulaires(HTMLParser):
    """The forms of a page, with their controls; those outside name it by their attribute `form`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.envois, self._de = page, [], {}  # type: ignore[var-annotated]
        self._ouvert: Envoi | None = None
        self._select: Champ | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {nom: valeur or "" for nom, valeur in attrs}
        if tag == "form":
            self._ouvert = Envoi(
                values.get("action") or values.get("hx-post") or self.page,
                values.get("method", "get").lower(),
            )
            self.envois.append(self._ouvert)
            self._de[values.get("id", "")] = self._ouvert
        elif tag in ("input", "select", "textarea", "button"):
            self._control(tag, values)
        elif tag == "option" and self._select:
            valeur = values.get("value", "")
            self._select.choix.append(valeur)
            if "selected" in values:
                self._select.valeur = valeur

    def _control(self, tag: str, values: dict[str, str]) -> None:
        envoi = self._de.get(values.get("form", "-")) or self._ouvert
        nom = values.get("name")
        if not envoi or not nom:
            return
        genre = values.get("type", "text") if tag == "input" else tag
        champ = envoi.champs.setdefault(nom, Champ(nom, genre))
        if genre == "radio":
            champ.choix.append(values.get("value", ""))
        elif genre == "checkbox":
            champ.valeur = values.get("value", "on") if "checked" in values else champ.valeur
        elif tag in ("input", "button"):
            champ.valeur = champ.valeur or values.get("value", "")
        self._select = champ if tag == "select" else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._ouvert = None
        elif tag == "select":
            self._select = None


def read_envois(html: str, page: str) -> list[Envoi]:
    parser = Formulaires(page)
    parser.feed(html)
    return parser.envois


def encode(valeur: Any) -> bytes:
    """One value as it travels, percent-encoded."""
    if isinstance(valeur, bytes):
        return quote(valeur).encode()
    return quote(str(valeur).encode("utf-8", "surrogatepass")).encode()


def encode_corps(valeurs: dict[str, Any]) -> bytes:
    """A form as a browser sends it; a list repeats its field."""
    pairs = []
    for nom, valeur in valeurs.items():
        for une in valeur if isinstance(valeur, list) else [valeur]:
            pairs.append(encode(nom) + b"=" + encode(une))
    return b"&".join(pairs)


def list_saisies(
    envoi: Envoi, hasard: random.Random, complet: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What to send to a form: all hostile at once, then one field at a time in a plausible form."""
    libres = [c for c in envoi.champs.values() if c.nom not in ("csrfmiddlewaretoken", "envoi")]
    if not libres:
        return
    base = {c.nom: c.plausible() for c in libres}
    noms = list(TEXTES)
    yield "tout", {c.nom: TEXTES[hasard.choice(noms)] for c in libres}
    yield "rien", {}
    pairs = [(c.nom, n) for c in libres for n in noms]
    for champ, nom in pairs if complet else hasard.sample(pairs, min(len(pairs), 2)):
        yield f"{champ}={nom}", {**base, champ: TEXTES[nom]}


class Traces:
    """Rows written since a moment of the current transaction, whatever the table."""

    def __init__(self) -> None:
        self.modeles = {
            m._meta.db_table: m
            for m in apps.get_models(include_auto_created=True)
            if m._meta.managed and m._meta.db_table not in A_COTE and m._meta.pk.column == "id"
        }
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r'")
            known = {row[0] for row in cursor.fetchall()}
        self.modeles = {t: m for t, m in self.modeles.items() if t in known}
        parts = [f"SELECT '{t}', count(*) FROM \"{t}\"" for t in sorted(self.modeles)]
        self._compte = " UNION ALL ".join(parts)
        self._ecrites = " UNION ALL ".join(
            f"SELECT '{t}', id::text FROM \"{t}\" WHERE xmin::text::bigint >= $1"
            for t in sorted(self.modeles)
        ).replace("$1", "%(depuis)s")

    def moment(self) -> int:
        """What is written from now on bears at least this number.

        That of a row written here: a savepoint takes its number when it first writes. The end of
        the snapshot would not do, it is that of the last transaction ended, whoever's.
        """
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE IF NOT EXISTS repere (ici int)")
            cursor.execute("INSERT INTO repere VALUES (1) RETURNING xmin::text::bigint")
            return int(cursor.fetchone()[0])

    def gestes(self) -> dict[str, int]:
        """Table → rows written or removed by this transaction so far, taken back or not."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
                " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
            )
            return {t: n for t, n in cursor.fetchall() if t in self.modeles}

    def count(self) -> dict[str, int]:
        """Table → rows."""
        with connection.cursor() as cursor:
            cursor.execute(self._compte)
            return dict(cursor.fetchall())

    def written(self, depuis: int) -> list[tuple[type[models.Model], str]]:
        """The rows inserted or changed since, that are still there."""
        with connection.cursor() as cursor:
            cursor.execute(self._ecrites, {"depuis": depuis})
            return [(self.modeles[t], pk) for t, pk in cursor.fetchall()]

    def marks(self, depuis: int) -> set[tuple[str, str, str]]:
        """Table, key and the writing itself of each: a row written again bears another mark."""
        with connection.cursor() as cursor:
            cursor.execute(self._ecrites.replace("id::text FROM", "id::text, xmin::text FROM"),
                           {"depuis": depuis})  # fmt: skip
            return set(cursor.fetchall())

    def faults(self, depuis: int) -> list[str]:
        """What the rows written should not hold: judged by their models and by the database."""
        with connection.cursor() as cursor:
            try:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            except IntegrityError as erreur:
                return [f"à la validation : {erreur}"]
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        found = []
        for modele, pk in self.written(depuis):
            row = modele._base_manager.get(pk=pk)  # type: ignore[attr-defined]
            try:
                row.clean_fields()
            except ValidationError as erreur:
                bad = {
                    nom: [e.messages for e in errors]
                    for nom, errors in erreur.error_dict.items()
                    if any(e.code != "blank" for e in errors)
                }
                found += [f"{modele.__name__} : {bad}"] if bad else []
            for champ in row._meta.concrete_fields:
                valeur = getattr(row, champ.attname)
                if isinstance(valeur, str) and len(valeur) >= 100_000:
                    found.append(f"{modele.__name__}.{champ.name} : {len(valeur)} caractères")
                if isinstance(valeur, str) and valeur != nettoie(valeur):
                    found.append(f"{modele.__name__}.{champ.name} : caractère invisible")
        return found
