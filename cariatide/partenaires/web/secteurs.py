"""Sectors: the sets of communes that agreements and mandates name."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.partenaires.actions.secteurs import change_communes, end_secteur
from cariatide.partenaires.queries.secteurs import (
    build_fiche_secteur,
    find_secteur,
    list_proprietaires,
    list_secteurs_tenus,
    may_change,
)
from cariatide.partenaires.web.champs import ChampCommunes
from cariatide.socle.pages.actes import Fait, PageActe, run_acte
from cariatide.socle.pages.formulaires import ChampDate, Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import ListeCourte
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport
from cariatide.territoire.actions import create_secteur
from cariatide.territoire.models import Secteur
from cariatide.territoire.statuts import ROLES_DES_SECTEURS


class FormulaireSecteur(Formulaire):
    """Owner, name, code, dates, communes."""

    organisation = forms.ChoiceField(label="Pour", required=False)
    nom = forms.CharField(label="Nom", max_length=150)
    code = forms.CharField(label="Code", max_length=40)
    du = ChampDate(label="Depuis le")
    au = ChampDate(label="Jusqu’au", required=False)
    source = forms.CharField(
        label="Source", required=False, max_length=300,
        help_text="La décision ou la convention qui le définit.",
    )  # fmt: skip
    communes = ChampCommunes(label="Communes")

    def __init__(self, *args: Any, perimetre: Perimetre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = list_proprietaires(perimetre)
        self.fields["organisation"].choices = choix  # type: ignore[attr-defined]


class FormulaireCommunes(Formulaire):
    communes = ChampCommunes(label="Communes")


class FormulaireFin(Formulaire):
    au = ChampDate(label="Dernier jour")


def _detail(secteur_id: int) -> str:
    return reverse("partenaires:secteur", args=[secteur_id])


def _compte(ids: list[int]) -> str:
    nombre = "une commune" if len(ids) == 1 else f"{len(ids)} communes"
    return f"Le secteur compte {nombre}."


def _page(objet: Secteur, titre: str, **plus: Any) -> PageActe:
    retour = _detail(objet.pk)
    fil = [("Secteurs", reverse("partenaires:secteurs")), (objet.nom, retour)]
    return PageActe(titre, retour, surtitre=objet.nom, fil=fil, **plus)


LISTE = ListeCourte(
    "secteurs",
    "partenaires:secteurs",
    "Export de la liste des secteurs",
    (
        ColonneExport("code", "Code"),
        ColonneExport("nom", "Secteur"),
        ColonneExport("organisation", "Pour"),
        ColonneExport("total", "Communes", "entier"),
        ColonneExport("du", "Depuis le", "date"),
        ColonneExport("au", "Jusqu’au", "date"),
        ColonneExport("source", "Source"),
    ),
    lambda request: list_secteurs_tenus(request.perimetre),
)


@route(*ROLES_DES_SECTEURS)
def liste(request: HttpRequest) -> HttpResponse:
    """The common sectors and those of one's organisations."""
    secteurs = list_secteurs_tenus(request.perimetre)
    contexte = {"secteurs": secteurs, "outils": LISTE.outils(request)}
    return rend(request, "partenaires/secteurs.html", contexte)


@route(*ROLES_DES_SECTEURS)
def secteur(request: HttpRequest, secteur_id: int) -> HttpResponse:
    """One sector: its communes, the share of population, what uses it."""
    fiche = build_fiche_secteur(request.perimetre, secteur_id)
    contexte = {
        "fiche": fiche,
        "secteur": fiche.secteur,
        "peut_changer": may_change(request.perimetre, fiche.secteur),
    }
    return rend(request, "partenaires/secteur.html", contexte)


@route(*ROLES_DES_SECTEURS)
def nouveau(request: HttpRequest) -> HttpResponse:
    """Define a sector."""
    perimetre: Perimetre = request.perimetre
    form = bind(FormulaireSecteur, request, perimetre=perimetre, initial={"du": perimetre.jour})
    retour = reverse("partenaires:secteurs")

    def envoi(form: Formulaire) -> Fait:
        d = form.cleaned_data
        cree = create_secteur(
            perimetre=perimetre,
            code=d["code"],
            nom=d["nom"],
            commune_ids=d["communes"],
            du=d["du"],
            au=d["au"],
            organisation_id=int(d["organisation"]) if d["organisation"] else None,
            source=d["source"],
        )
        return Fait(_compte(d["communes"]), _detail(cree.pk))

    page = PageActe(
        "Nouveau secteur", retour, "Créer le secteur", fil=[("Secteurs", retour)],
        brouillon="secteur-nouveau",
    )  # fmt: skip
    return run_acte(request, form, page, envoi)


@route(*ROLES_DES_SECTEURS)
def communes(request: HttpRequest, secteur_id: int) -> HttpResponse:
    """Which communes it holds."""
    objet = find_secteur(request.perimetre, secteur_id)
    codes = objet.communes.order_by("code").values_list("code", flat=True)
    form = bind(FormulaireCommunes, request, initial={"communes": "\n".join(codes)})

    def envoi(form: Formulaire) -> Fait:
        ids = form.cleaned_data["communes"]
        change_communes(perimetre=request.perimetre, secteur_id=secteur_id, commune_ids=ids)
        return Fait(_compte(ids))

    return run_acte(request, form, _page(objet, "Communes du secteur"), envoi)


@route(*ROLES_DES_SECTEURS)
def fin(request: HttpRequest, secteur_id: int) -> HttpResponse:
    """Its last day."""
    objet = find_secteur(request.perimetre, secteur_id)
    form = bind(FormulaireFin, request, initial={"au": request.perimetre.jour})

    def envoi(form: Formulaire) -> Fait:
        au = form.cleaned_data["au"]
        end_secteur(perimetre=request.perimetre, secteur_id=secteur_id, au=au)
        return Fait(f"Le secteur prend fin le {au:%d/%m/%Y}. Il reste lisible.")

    page = _page(objet, "Mettre fin au secteur", envoyer="Donner cette fin", ton="danger")
    return run_acte(request, form, page, envoi)
