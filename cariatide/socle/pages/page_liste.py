"""One list page, declared: its screen and its export read the same rows in the same order."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.exports import choose_colonnes, stream_export
from cariatide.socle.pages.formulaires import Formulaire
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import PageCle, Tri, choose_tri, link, paginate, walk
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport
from cariatide.socle.tableurs.ecriture import TypeColonne

Ligne = dict[str, Any]
# Every list of the product, by its name: filled as the apps declare theirs.
listes: dict[str, "Liste"] = {}
# Set by the app that keeps filters and exports: the template of its bar above a list, and what it
# shows there.
outils_liste: list[tuple[str, Callable[[HttpRequest, "Liste"], Any]]] = []
# Formats of the screen whose value stays a value in a file.
_TYPES: Mapping[str, TypeColonne] = {
    "date": "date", "heure": "date_heure", "euros": "montant", "nombre": "decimal",
}  # fmt: skip


@dataclass(frozen=True)
class ListeLue:
    """What an address asks of a list: the bound filters, those in use, one page of rows."""

    form: Formulaire
    filtres: dict[str, Any]
    page: PageCle


class Liste(ABC):
    """What leaves as a file, is printed on one page, and has filters that one keeps."""

    nom: str
    adresse: str
    libelle_export: str
    niveau_export: Niveau

    @property
    @abstractmethod
    def colonnes_export(self) -> tuple[ColonneExport, ...]:
        """The columns of its file."""

    @abstractmethod
    def walk(self, request: HttpRequest, codes: Sequence[str]) -> Iterable[Ligne]:
        """Every row that the address asks for, with the columns of the file."""

    @property
    def is_personnelle(self) -> bool:
        """Its rows are about people: an export says what for."""
        return self.niveau_export >= Niveau.FACTUEL

    def outils(self, request: HttpRequest) -> list[tuple[str, Any]]:
        """What stands above the list: the variable `outils` of its template."""
        return [(nom, build(request, self)) for nom, build in outils_liste]

    def choose(self, codes: Sequence[str]) -> list[ColonneExport]:
        """The columns asked for, in their declared order."""
        return choose_colonnes(self.colonnes_export, codes)

    def send_export(
        self, request: HttpRequest, colonnes: Sequence[ColonneExport], format_: str
    ) -> HttpResponseBase:
        """The list as a spreadsheet, with the filters and the sort of the address.

        What the journal keeps of it is written by the page of exports, before.
        """
        return stream_export(
            _perimetre(request),
            nom=self.nom,
            format_=format_,
            colonnes=colonnes,
            lignes=lambda: self.walk(request, [c.code for c in colonnes]),
        )


@dataclass(frozen=True)
class ListeCourte(Liste):
    """A list that its page shows whole, in its own way, under the same tools.

    lignes: the rows of the address in words, by the codes of `export`. Its view gives
    `outils(request)` to the template.
    """

    nom: str
    adresse: str
    libelle_export: str
    export: Sequence[ColonneExport]
    lignes: Callable[[HttpRequest], Iterable[Ligne]]
    niveau_export: Niveau = Niveau.AGREGE

    def __post_init__(self) -> None:
        listes[self.nom] = self

    @property
    def colonnes_export(self) -> tuple[ColonneExport, ...]:
        return tuple(self.export)

    def walk(self, request: HttpRequest, codes: Sequence[str]) -> Iterable[Ligne]:
        return self.lignes(request)

    def send_export(
        self, request: HttpRequest, colonnes: Sequence[ColonneExport], format_: str
    ) -> HttpResponseBase:
        """Read first: it is short, and a refusal comes before the file begins."""
        rows = list(self.lignes(request))
        return stream_export(
            _perimetre(request),
            nom=self.nom,
            format_=format_,
            colonnes=colonnes,
            lignes=lambda: rows,
        )


@dataclass(frozen=True)
class PageListe(Liste):
    """A list by pages: the htmx block of its template is `liste`.

    filtres: the filter form of the request. lignes: rows of the perimeter that pass the filters.
    habille: puts the codes of a row in words, for the screen and the export.
    export: columns of the spreadsheet; nom: of its file; habille_export: instead of `habille`.
    libelle_export, niveau_export: what the consultation journal says of an export.
    habille_jour: as `habille`, for what depends on the day of the request.
    adresse: name of the route of its page; who opens it exports, prints, keeps its filters.
    """

    gabarit: str
    filtres: Callable[[HttpRequest], Formulaire]
    lignes: Callable[[Perimetre, dict[str, Any]], QuerySet[Any]]
    tris: Sequence[Tri]
    champs: Sequence[str]
    colonnes: Sequence[Colonne]
    habille: Callable[[Ligne], Ligne] | None = None
    export: Sequence[ColonneExport] = ()
    nom: str = ""
    libelle_export: str = ""
    niveau_export: Niveau = Niveau.FACTUEL
    habille_export: Callable[[Ligne], Ligne] | None = None
    adresse: str = ""
    habille_jour: Callable[[Ligne, date], Ligne] | None = None

    def __post_init__(self) -> None:
        if not self.nom or not self.adresse:
            raise ValueError(f"liste sans nom ni adresse : {self.gabarit}")
        listes[self.nom] = self

    @property
    def colonnes_export(self) -> tuple[ColonneExport, ...]:
        """The columns of its file: declared, or those of the screen."""
        return tuple(self.export) or tuple(
            _to_export(c) for c in self.colonnes if c.code in self.champs
        )

    def read(self, request: HttpRequest) -> ListeLue:
        """One page, by the filters, the sort and the cursor of the address."""
        form, filtres = self._read_filtres(request)
        page = paginate(
            self.lignes(_perimetre(request), filtres),
            choose_tri(self.tris, request.GET.get("tri")),
            self.champs,
            curseur=request.GET.get("curseur"),
            filtres=filtres,
        )
        habille = self._dress(_perimetre(request).jour)
        if habille:
            page = replace(page, lignes=[habille(ligne) for ligne in page.lignes])
        return ListeLue(form, filtres, page)

    def rend(self, request: HttpRequest, lue: ListeLue, **contexte: Any) -> HttpResponse:
        """The page of what was read."""
        valeurs = {
            "form": lue.form,
            "filtres": lue.filtres,
            "page": lue.page,
            "colonnes": self.colonnes,
            "outils": self.outils(request),
            **contexte,
        }
        return rend(request, self.gabarit, valeurs, bloc="liste")

    def show(self, request: HttpRequest, **contexte: Any) -> HttpResponse:
        """Read, then render."""
        return self.rend(request, self.read(request), **contexte)

    def walk(self, request: HttpRequest, codes: Sequence[str]) -> Iterable[Ligne]:
        """Every row that the address asks for, with the columns of the file."""
        _, filtres = self._read_filtres(request)
        tri = choose_tri(self.tris, request.GET.get("tri"))
        habille = self.habille_export or self._dress(_perimetre(request).jour)
        if not self.export:
            habille = self._in_text
        champs = self.champs if habille else codes
        rows = walk(self.lignes(_perimetre(request), filtres), tri, champs)
        return map(habille, rows) if habille else rows

    def _dress(self, jour: date) -> Callable[[Ligne], Ligne] | None:
        by_day = self.habille_jour
        return self.habille if by_day is None else lambda ligne: by_day(ligne, jour)

    def _in_text(self, ligne: Ligne) -> Ligne:
        """A row as the screen shows it, for a list that declares no column of its own."""
        habille = self.habille_export or self.habille
        dressed = habille(ligne) if habille else ligne
        return {
            c.code: dressed[c.code] if c.format in _TYPES else _affiche(c, dressed)
            for c in self.colonnes
            if c.code in dressed
        }

    def _read_filtres(self, request: HttpRequest) -> tuple[Formulaire, dict[str, Any]]:
        """The filters that hold a readable value; the form says what is wrong with the others."""
        form = self.filtres(request)
        form.is_valid()
        return form, {k: v for k, v in form.cleaned_data.items() if v}


def _to_export(colonne: Colonne) -> ColonneExport:
    return ColonneExport(colonne.code, colonne.libelle, _TYPES.get(colonne.format, "texte"))


def _affiche(colonne: Colonne, ligne: Ligne) -> str:
    """The cell in words, empty when it holds nothing."""
    valeur = ligne[colonne.code]
    if isinstance(valeur, list | tuple):
        return ", ".join(map(str, valeur))
    return "" if valeur in (None, "") else str(colonne.affiche(ligne))


def build_onglets(
    request: HttpRequest, filtres: Mapping[str, Any], etats: Mapping[str, str],
    nombres: Mapping[str, int],
) -> list[tuple[str, str, bool, int]]:  # fmt: skip
    """A tab for every state and one for all, each with its number: what the macro takes."""
    chosen = filtres.get("statut", "")

    def onglet(code: str, nom: str, nombre: int) -> tuple[str, str, bool, int]:
        adresse = link(request.GET, statut=code or None, curseur=None)
        return nom, adresse, chosen == code, nombre

    return [
        onglet("", "Toutes", sum(nombres.values())),
        *(onglet(code, nom, nombres[code]) for code, nom in etats.items()),
    ]


def _perimetre(request: HttpRequest) -> Perimetre:
    return request.perimetre  # type: ignore[attr-defined,no-any-return]
