"""Dated values with their proof, and the form that sets the local ones."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.bareme import queries
from cariatide.bareme.actions import ROLES_DE_L_ORGANISATION, set_parametre_local
from cariatide.bareme.rules import BaremeInconnu, format_valeur
from cariatide.bareme.web.forms import FiltresBaremes, FixeParametre
from cariatide.socle.pages.actes import Fait, PageActe, run_acte
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import ListeCourte
from cariatide.socle.pages.routes import route
from cariatide.socle.tableurs.ecriture import Colonne


def _read(request: HttpRequest) -> tuple[FiltresBaremes, list[queries.LigneBareme]]:
    """The filters of the address, and the parameters that pass them."""
    form = FiltresBaremes(request.GET)
    filtres = form.cleaned_data if form.is_valid() else {"q": "", "a_verifier": False}
    jour = request.perimetre.jour  # type: ignore[attr-defined]
    return form, queries.list_baremes(le=jour, texte=filtres["q"], a_verifier=filtres["a_verifier"])


def _iter_rows(request: HttpRequest) -> Iterator[dict[str, Any]]:
    """One row a value, with its proof; a parameter without any says so."""
    for ligne in _read(request)[1]:
        p = ligne.parametre
        tete = {"regle": p.titre, "code": p.code, "libelle": p.libelle, "pivot": p.pivot}
        sans = {"valeur": ligne.absence, "du": None, "au": None, "source": "", "confiance": "",
                "en_vigueur": False}  # fmt: skip
        versions = (*p.valeurs, *ligne.locales)
        if not versions:
            yield tete | sans
        for v in versions:
            yield tete | {
                "valeur": format_valeur(v), "du": v.depuis, "au": v.fin,
                "en_vigueur": v == ligne.en_vigueur, "source": v.reference,
                "confiance": "Fixé localement" if v.locale else v.confiance.label,
            }  # fmt: skip


LISTE = ListeCourte(
    "baremes",
    "bareme:baremes",
    "Export des barèmes",
    (
        Colonne("regle", "Règle"),
        Colonne("code", "Code"),
        Colonne("libelle", "Paramètre"),
        Colonne("pivot", "Selon"),
        Colonne("valeur", "Valeur"),
        Colonne("en_vigueur", "En vigueur", "booleen"),
        Colonne("du", "Du", "date"),
        Colonne("au", "Au", "date"),
        Colonne("source", "Source"),
        Colonne("confiance", "Confiance"),
    ),
    _iter_rows,
)


@route(connecte=True)
def baremes(request: HttpRequest) -> HttpResponse:
    """Every value by rule: in force, versions, source, confidence."""
    form, lignes = _read(request)
    perimetre = request.perimetre  # type: ignore[attr-defined]
    regles = [list(rows) for _, rows in groupby(lignes, key=lambda x: x.parametre.regle)]
    contexte = {
        "form": form,
        "regles": regles,
        "format_valeur": format_valeur,
        "peut_fixer": perimetre.has_role(*ROLES_DE_L_ORGANISATION),
        "outils": LISTE.outils(request),
    }
    return rend(request, "bareme/baremes.html", contexte)


@route(*sorted(ROLES_DE_L_ORGANISATION))
def fixer(request: HttpRequest, code: str) -> HttpResponse:
    """Set the local value of a parameter from a date on."""
    try:
        parametre = queries.find_parametre(code)
    except BaremeInconnu as error:
        raise Http404(error.message) from error
    if not parametre.local:
        raise Http404("Cette valeur est fixée par un texte.")
    perimetre = request.perimetre  # type: ignore[attr-defined]
    form = bind(FixeParametre, request, parametre=parametre, perimetre=perimetre)

    def envoi(form: Any) -> Fait:
        locale = set_parametre_local(
            perimetre=perimetre,
            code=code,
            valeur=form.cleaned_data["valeur"],
            du=form.cleaned_data["du"],
            motif=form.cleaned_data["motif"],
            organisation_id=form.organisation_id,
        )
        return Fait(
            f"« {parametre.libelle} » est fixé à partir du {locale.du:%d/%m/%Y}. "
            "La valeur précédente reste lisible à ses dates."
        )

    page = PageActe(
        f"Fixer : {parametre.libelle}",
        retour=reverse("bareme:baremes"),
        envoyer="Fixer cette valeur",
        fil=[("Barèmes", reverse("bareme:baremes"))],
        surtitre=f"{parametre.titre} ({parametre.source})",
        aide="La nouvelle valeur s’applique à partir de sa date. Celle qui la précède prend fin la "
        "veille et reste lisible : les calculs déjà faits ne changent pas.",
    )
    return run_acte(request, form, page, envoi)
