"""One list page, declared: its screen and its export read the same rows in the same order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.exports import choose_colonnes, stream_export
from cariatide.socle.pages.formulaires import Formulaire
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import PageCle, Tri, choose_tri, link, paginate, walk
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

Ligne = dict[str, Any]


@dataclass(frozen=True)
class ListeLue:
    """What an address asks of a list: the bound filters, those in use, one page of rows."""

    form: Formulaire
    filtres: dict[str, Any]
    page: PageCle


@dataclass(frozen=True)
class PageListe:
    """A list: the htmx block of its template is `liste`.

    filtres: the filter form of the request. lignes: rows of the perimeter that pass the filters.
    habille: puts the codes of a row in words, for the screen and the export.
    export: columns of the spreadsheet; nom: of its file; habille_export: instead of `habille`.
    libelle_export, niveau_export: what the consultation journal says of an export.
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
        if self.habille:
            page = replace(page, lignes=[self.habille(ligne) for ligne in page.lignes])
        return ListeLue(form, filtres, page)

    def rend(self, request: HttpRequest, lue: ListeLue, **contexte: Any) -> HttpResponse:
        """The page of what was read."""
        valeurs = {
            "form": lue.form,
            "filtres": lue.filtres,
            "page": lue.page,
            "colonnes": self.colonnes,
            **contexte,
        }
        return rend(request, self.gabarit, valeurs, bloc="liste")

    def show(self, request: HttpRequest, **contexte: Any) -> HttpResponse:
        """Read, then render."""
        return self.rend(request, self.read(request), **contexte)

    def lecture_export(self, perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
        """What the consultation journal keeps of an export."""
        return Lecture("export", 0, None, self.niveau_export, self.libelle_export)

    def send_export(self, request: HttpRequest) -> HttpResponseBase:
        """The list as a spreadsheet, with the filters and the sort of the page."""
        perimetre = _perimetre(request)
        _, filtres = self._read_filtres(request)
        tri = choose_tri(self.tris, request.GET.get("tri"))
        colonnes = choose_colonnes(self.export, request.GET.getlist("colonne"))
        habille = self.habille_export or self.habille
        champs = self.champs if habille else [c.code for c in colonnes]

        def lignes() -> Iterable[Ligne]:
            rows = walk(self.lignes(perimetre, filtres), tri, champs)
            return map(habille, rows) if habille else rows

        return stream_export(
            perimetre,
            nom=self.nom,
            format_=request.GET.get("format", "csv"),
            colonnes=colonnes,
            lignes=lignes,
        )

    def _read_filtres(self, request: HttpRequest) -> tuple[Formulaire, dict[str, Any]]:
        """The filters that hold a readable value; the form says what is wrong with the others."""
        form = self.filtres(request)
        form.is_valid()
        return form, {k: v for k, v in form.cleaned_data.items() if v}


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
