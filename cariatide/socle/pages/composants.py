"""What the macros need from Python: formats of a cell, the control of a field, words of a delay."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any, cast

import jinja2
from django.forms import BaseForm, BoundField, CheckboxInput, HiddenInput, Select
from django.forms.boundfield import BoundWidget
from django.utils import timezone
from markupsafe import Markup, escape

from cariatide.socle.dates import format_date
from cariatide.socle.money import format_euros, format_nombre, format_pourcent
from cariatide.socle.pages.adresses import adresses
from cariatide.socle.pages.formulaires import A_CHOISIR, css_of

VIDE = "—"
# Values of these types are never written in HTML already.
_NUS = frozenset({str, int, bool, date, datetime, Decimal})
GABARITS = (
    "socle/composants/affichage.html",
    "socle/composants/formulaires.html",
    "socle/composants/listes.html",
)


def format_heure(moment: datetime) -> str:
    """« 22/11/2026 à 14 h 05 », in the time of Paris."""
    local = timezone.localtime(moment)
    return f"{format_date(local.date())} à {local:%H}\u00a0h\u00a0{local:%M}"


def format_telephone(numero: str) -> str:
    """« 06 00 00 00 00 »; what is not a French number of ten digits is shown as it is."""
    stored = numero.startswith("+33") and len(numero) == 12 and numero[3:].isdecimal()
    digits = "0" + numero[3:] if stored else "".join(c for c in numero if c.isdigit())
    if numero.startswith("+33") and len(digits) == 11:
        digits = f"0{digits[2:]}"
    if len(digits) != 10 or not digits.startswith("0"):
        return numero
    pairs = digits[:2], digits[2:4], digits[4:6], digits[6:8], digits[8:]
    return "\u00a0".join(pairs)


def _texte(valeur: Any) -> str:
    if isinstance(valeur, bool):
        return "Oui" if valeur else "Non"
    return str(valeur)


FORMATS: Mapping[str, Callable[[Any], str]] = {
    "texte": _texte,
    "date": format_date,
    "heure": format_heure,
    "euros": format_euros,
    "nombre": format_nombre,
    "pourcent": format_pourcent,
    "telephone": format_telephone,
}


@dataclass(frozen=True)
class Colonne:
    """A column of a table: `tris` are the codes of the sorts its head toggles, ascending first.

    principale: head of the row, title of the card on a telephone. masquee: hidden until chosen.
    adresse: route of the page that the cell opens, with the key of its row.
    compose_si: field of the row that calls for the block of the page; elsewhere the value suffices.
    """

    code: str
    libelle: str
    format: str = "texte"
    tris: tuple[str, ...] = ()
    principale: bool = False
    masquee: bool = False
    adresse: str = ""
    compose_si: str = ""

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise ValueError(f"format de colonne inconnu : {self.format}")

    @property
    def is_numeric(self) -> bool:
        return self.format in ("euros", "nombre", "pourcent")

    @cached_property
    def balises(self) -> tuple[Markup, Markup]:
        """What stands around each of its cells: the same for every row, written once."""
        nom = "th" if self.principale else "td"
        scope = Markup(' scope="row"') if self.principale else ""
        classe = Markup("")
        if not self.principale and (self.is_numeric or self.is_insecable):
            classe = Markup(' class="{}"').format("num" if self.is_numeric else "text-nowrap")
        ouverture = Markup('<{}{} data-label="{}"{}>').format(nom, scope, self.libelle, classe)
        return ouverture, Markup("</{}>").format(nom)

    @property
    def is_insecable(self) -> bool:
        """References, dates and hours read in one piece."""
        return self.format in ("date", "heure") or self.code.endswith("reference")

    def affiche(self, ligne: Any) -> str:
        """The cell of that row in the format of the column; a missing value is a dash."""
        return self.affiche_toutes([ligne])[0]

    def affiche_toutes(self, lignes: Iterable[Any]) -> list[str]:
        """The cells of these rows, each as `affiche` gives it."""
        ecrit = FORMATS[self.format]
        return [
            VIDE
            if valeur is None or valeur == ""
            else cast(str, valeur)
            if type(valeur) not in _NUS and hasattr(valeur, "__html__")
            else ecrit(valeur)
            for valeur in (_lit(ligne, self.code) for ligne in lignes)
        ]

    def next_tri(self, courant: str) -> str:
        """The sort that a click on the head asks for."""
        if courant in self.tris:
            return self.tris[(self.tris.index(courant) + 1) % len(self.tris)]
        return self.tris[0]


def _lit(ligne: Any, code: str) -> Any:
    # A list gives plain dicts: the quick test first, this runs for every cell.
    if type(ligne) is dict or isinstance(ligne, Mapping):
        return ligne[code]
    return getattr(ligne, code)


def _list_cellules(
    colonne: Colonne,
    lignes: Sequence[Any],
    compose: Callable[[Any, Colonne], Markup] | None,
) -> list[str]:
    """The cells of one column, written: composed, or their value, escaped in one call."""
    debut, fin = map(str, colonne.balises)
    composes = {
        rang: str(compose(ligne, colonne)).strip()
        for rang, ligne in enumerate(lignes)
        if compose and (not colonne.compose_si or _lit(ligne, colonne.compose_si))
    }
    simples = [rang for rang in range(len(lignes)) if rang not in composes]
    textes = _escape_all(colonne.affiche_toutes(lignes[rang] for rang in simples))
    if colonne.adresse:
        urls = adresses(colonne.adresse, [_lit(lignes[rang], "pk") for rang in simples])
        textes = [f'<a href="{u}">{t}</a>' for u, t in zip(urls, textes, strict=True)]
    composes.update(zip(simples, textes, strict=True))
    return [f"{debut}{composes[rang]}{fin}\n" for rang in range(len(lignes))]


def _escape_all(textes: Sequence[str]) -> list[str]:
    """Each text made safe. One call for all of them: NUL stands between, no text holds it."""
    if any(type(t) is not str for t in textes) or any("\0" in t for t in textes):
        return [str(escape(t)) for t in textes]
    return str(escape("\0".join(textes))).split("\0") if textes else []


def rend_lignes(
    colonnes: Sequence[Colonne],
    lignes: Iterable[Any],
    compose: Callable[[Any, Colonne], Markup] | None,
    composees: Sequence[str] | None,
) -> Markup:
    """The rows of a table, column by column: half of a page's time went to its cells elsewhere.

    compose: writes one cell, from the `call` block of the page. composees: codes of the columns it
    writes (all when None); the others show their value in their format.
    """
    rows = list(lignes)
    cells = (
        _list_cellules(
            colonne,
            rows,
            compose if composees is None or colonne.code in composees else None,
        )
        for colonne in colonnes
    )
    html = "".join(f"<tr>\n{''.join(row)}</tr>\n" for row in zip(*cells, strict=True))
    return Markup(html)  # noqa: S704  every part is escaped or rendered by Jinja


@dataclass(frozen=True)
class Echeance:
    """A delay in a few words, with the tone and the full date for the tooltip."""

    texte: str
    ton: str
    complet: str


def decrit_echeance(echeance: date | None, aujourdhui: date, fait: bool = False) -> Echeance:
    """« En retard, 2 j », « Aujourd’hui », « Demain », « 24/11 » (the year when it is another)."""
    if echeance is None:
        return Echeance("Sans échéance", "neutre", "Aucune date n’est fixée")
    if isinstance(echeance, datetime):
        echeance = timezone.localtime(echeance).date()
    complet = format_date(echeance)
    court = complet if echeance.year != aujourdhui.year else complet[:5]
    jours = (echeance - aujourdhui).days
    if fait:
        return Echeance(f"Fait, dû le {court}", "ok", f"Échéance du {complet}, tenue")
    if jours < 0:
        return Echeance(f"En retard, {-jours} j", "bad", f"Échéance dépassée le {complet}")
    texte = {0: "Aujourd’hui", 1: "Demain"}.get(jours, court)
    return Echeance(texte, "warn" if jours <= 7 else "neutre", f"Échéance le {complet}")


@dataclass(frozen=True)
class Champ:
    """A field ready for the macro: which shape, its control, the ids that tie help and errors."""

    genre: str  # "groupe", "case" or "simple"
    controle: Markup
    groupes: tuple[tuple[str, tuple[BoundWidget, ...]], ...]
    aide_id: str
    erreur_id: str
    decrit_par: str


def presente_champ(champ: BoundField, aide: str = "") -> Champ:
    """Render the control of a bound field with its error state and its descriptions."""
    widget = champ.field.widget
    # A field added after the form was built has no class yet.
    widget.attrs.setdefault("class", css_of(widget))
    _name_empty_choice(champ)
    base = champ.auto_id or f"id_{champ.html_name}"
    aide_id, erreur_id = f"{base}_aide", f"{base}_erreur"
    decrit_par = " ".join(
        ([aide_id] if aide or champ.help_text else []) + ([erreur_id] if champ.errors else [])
    )
    attrs: dict[str, Any] = {"aria-describedby": decrit_par or None}
    classe = str(widget.attrs["class"]).replace("is-invalid", "").strip()
    attrs["class"] = f"{classe} is-invalid" if champ.errors else classe
    if champ.errors:
        attrs["aria-invalid"] = "true"
    if getattr(widget, "input_type", "") in ("radio", "checkbox") and hasattr(widget, "choices"):
        return Champ("groupe", Markup(), _group(champ), aide_id, erreur_id, decrit_par)
    if not decrit_par:
        # An attribute the form set itself must not point to nothing.
        attrs["aria-describedby"] = False
    genre = "case" if isinstance(widget, CheckboxInput) else "simple"
    controle = Markup(champ.as_widget(attrs=attrs))  # noqa: S704  rendered by Django
    return Champ(genre, controle, (), aide_id, erreur_id, decrit_par)


def _group(champ: BoundField) -> tuple[tuple[str, tuple[BoundWidget, ...]], ...]:
    """The options under the title of their group, "" for those that have none."""
    options = iter(champ.subwidgets)
    groupes = []
    for code, contenu in champ.field.widget.choices:
        nombre = len(contenu) if isinstance(contenu, list | tuple) else 0
        groupes.append((str(code) if nombre else "", tuple(islice(options, nombre or 1))))
    return tuple(groupes)


def _name_empty_choice(champ: BoundField) -> None:
    """What must be chosen says so; a dash stays for what may be left empty."""
    widget = champ.field.widget
    choices = getattr(champ.field, "choices", None)
    if not (champ.field.required and isinstance(widget, Select) and isinstance(choices, list)):
        return
    if choices and tuple(choices[0]) == ("", "—"):
        widget.choices = [("", A_CHOISIR), *choices[1:]]


@dataclass(frozen=True)
class FiltreActif:
    """A filter in use, as a chip."""

    nom: str
    libelle: str
    valeur: str


def list_filtres_actifs(form: BaseForm) -> list[FiltreActif]:
    """Fields of a bound filter form whose value the list applies, in words."""
    actifs = []
    for champ in form:
        valeur = champ.data
        if isinstance(champ.field.widget, HiddenInput) or champ.errors:
            continue
        if valeur in (None, "", [], False):
            continue
        choix = dict(_flatten(getattr(champ.field, "choices", ())))
        valeurs = valeur if isinstance(valeur, list | tuple) else [valeur]
        textes = [str(choix.get(str(v), _lisible(v))) for v in valeurs]
        actifs.append(FiltreActif(champ.html_name, str(champ.label), ", ".join(textes)))
    return actifs


def _lisible(valeur: Any) -> str:
    if valeur is True or valeur == "on":
        return "oui"
    try:
        return format_date(date.fromisoformat(str(valeur)))
    except ValueError:
        return str(valeur)


def _flatten(choix: Any) -> list[tuple[str, Any]]:
    plats: list[tuple[str, Any]] = []
    for valeur, libelle in choix:
        if isinstance(libelle, list | tuple):
            plats += _flatten(libelle)
        else:
            plats.append((str(valeur), libelle))
    return plats


class Composants:
    """The global `c`: macros without an import line, in whole pages and in blocks alike.

    jinja2-fragments renders a block without running the top of its template, where an import
    would stand.
    """

    def __init__(self, env: jinja2.Environment) -> None:
        self._env = env

    def __getattr__(self, nom: str) -> Any:
        for gabarit in GABARITS:
            macro = getattr(self._env.get_template(gabarit).module, nom, None)
            if macro is not None:
                if not self._env.auto_reload:
                    setattr(self, nom, macro)
                return macro
        raise AttributeError(f"composant inconnu : {nom}")
