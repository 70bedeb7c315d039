"""Pages that read households."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cariatide.journal.queries import list_consultations_menage
from cariatide.menages.actions import ROLES_FUSION
from cariatide.menages.comparaison import find_absorbe
from cariatide.menages.documents import build_dossier_pdf, build_parcours_pdf
from cariatide.menages.models import FaitParcours, Menage
from cariatide.menages.ports import lecteurs_partiels
from cariatide.menages.queries import (
    CHAMPS,
    TRIS,
    build_fiche,
    find_niveau,
    group_droits,
    hide_commune,
    lecture_dossier,
    lecture_menage,
    list_actes,
    list_droits,
    list_menages,
    list_parcours,
    read_conservation,
)
from cariatide.menages.rules import compute_age, compute_terme
from cariatide.menages.web.forms import FiltresMenages
from cariatide.partenaires.rules import ROLES_DOSSIER, ROLES_SOCIAUX
from cariatide.partenaires.statuts import Role
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

COLONNES = (
    Colonne(
        "nom_usage", "Ménage", tris=("nom", "nom_desc"), principale=True,
        adresse="menages:detail", compose_si="adresse_protegee",
    ),
    Colonne("reference", "Référence"),
    Colonne("commune__nom", "Commune"),
    Colonne("telephone", "Téléphone", "telephone"),
    Colonne("dernier_contact_le", "Dernier contact", "date", tris=("contact_ancien", "contact")),
    Colonne("cree_le", "Suivi depuis", "date", tris=("suivi_ancien", "suivi")),
)  # fmt: skip
COLONNES_EXPORT = (
    ColonneExport("reference", "Référence"),
    ColonneExport("nom_usage", "Ménage"),
    ColonneExport("commune__nom", "Commune"),
    ColonneExport("telephone", "Téléphone"),
    ColonneExport("dernier_contact_le", "Dernier contact", "date"),
    ColonneExport("cree_le", "Suivi depuis", "date"),
    ColonneExport("public_plan", "Public du plan", "booleen"),
)
PARCOURS_PAR_PAGE = 40
DOMAINES = {
    "": "Tous les faits",
    "menages": "Ménage",
    "demandes": "Saisines",
    "commission": "Commissions",
    "mesures": "Accompagnement",
    "baux": "Logement",
    "amelioration": "Travaux",
    "documents": "Documents",
}
SYMBOLES = {
    "menages": "users",
    "demandes": "inbox",
    "commission": "gavel",
    "mesures": "heart",
    "baux": "key-round",
    "amelioration": "hammer",
    "documents": "file-text",
}
# Who creates a household or changes its composition and its dwelling.
ROLES_ECRITURE = frozenset(
    {Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE, Role.PRESCRIPTEUR, Role.SECRETARIAT}
)
ROLES_ECRITURE_SOCIALE = frozenset({Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE})


def build_fil(menage: Menage) -> list[tuple[str, str]]:
    """The way back from a page of a household: the list, then the household."""
    return [
        ("Ménages", reverse("menages:liste")),
        (menage.nom_usage, reverse("menages:detail", args=[menage.pk])),
    ]


def present_faits(faits: list[FaitParcours]) -> list[dict[str, Any]]:
    """Facts as the timeline macro reads them."""
    return [
        {
            "date": f.date,
            "titre": f.titre,
            "texte": f.detail,
            "par": f.auteur,
            "symbole": SYMBOLES.get(f.domaine, "file-text"),
            "ton": f.ton,
            "niveau": Niveau(f.niveau),
        }
        for f in faits
    ]


LISTE = PageListe(
    "menages/liste.html",
    filtres=lambda request: FiltresMenages(request.GET),
    lignes=list_menages,
    tris=TRIS,
    champs=CHAMPS,
    colonnes=COLONNES,
    habille=hide_commune,
    export=COLONNES_EXPORT,
    nom="menages",
    libelle_export="Export de la liste des ménages",
    adresse="menages:liste",
)


@route(*ROLES_DOSSIER)
def liste(request: HttpRequest) -> HttpResponse:
    """Households of the perimeter."""
    return LISTE.show(request, peut_creer=request.perimetre.has_role(*ROLES_ECRITURE))


@route(*ROLES_DOSSIER, consulte=lecture_menage, exception=True)
def detail(request: HttpRequest, menage_id: int) -> HttpResponse:
    """The household page: the centre of everything."""
    perimetre: Perimetre = request.perimetre
    domaine = request.GET.get("domaine", "")
    domaine = domaine if domaine in DOMAINES else ""
    fiche = build_fiche(perimetre, menage_id, domaine, PARCOURS_PAR_PAGE)
    if fiche.menage.fusionne_dans_id is not None:
        # Whoever kept the former address finds the file that was kept.
        adresse = reverse("menages:detail", args=[fiche.menage.fusionne_dans_id])
        return redirect(f"{adresse}?reunie={menage_id}")
    contexte = {
        "fiche": fiche,
        "menage": fiche.menage,
        "actes": list_actes(perimetre),
        "faits": present_faits(fiche.faits),
        "plus_de_faits": fiche.plus_de_faits,
        "domaine": domaine,
        "domaines": DOMAINES,
        "lecteurs": fiche.lecteurs,
        "terme": compute_terme(
            fiche.menage.dernier_contact_le, read_conservation(perimetre.jour).entier
        ),
        "age": lambda n: compute_age(n, perimetre.jour),
        "reunie": find_absorbe(perimetre, menage_id, request.GET.get("reunie", "")),
        "peut_reunir": perimetre.has_role(*ROLES_FUSION),
        "peut_ecrire": perimetre.has_role(*ROLES_ECRITURE),
        "peut_ecrire_social": perimetre.has_role(*ROLES_ECRITURE_SOCIALE),
        "lit_social": fiche.niveau >= Niveau.SOCIAL,
        "lit_confidentiel": fiche.niveau >= Niveau.CONFIDENTIEL,
    }
    return rend(request, "menages/detail.html", contexte, bloc="parcours")


@route(*ROLES_DOSSIER, consulte=lecture_menage, exception=True)
def parcours(request: HttpRequest, menage_id: int) -> HttpResponse:
    """The whole timeline, for the screen and for paper."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    faits = present_faits(list(list_parcours(perimetre, menage_id)[:1000]))
    contexte = {"menage": menage, "faits": faits}
    return rend(request, "menages/parcours.html", contexte)


@route(*ROLES_DOSSIER, consulte=lecture_menage)
def parcours_pdf(request: HttpRequest, menage_id: int) -> HttpResponse:
    """The timeline as a PDF; not an issued document: a picture of what the reader sees."""
    nom, contenu = build_parcours_pdf(request.perimetre, menage_id)
    response = HttpResponse(contenu, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{nom}"'
    return response


@route(*ROLES_DOSSIER, consulte=lecture_dossier)
def dossier_pdf(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Everything that the reader may see of the file, on paper."""
    nom, contenu = build_dossier_pdf(request.perimetre, menage_id)
    response = HttpResponse(contenu, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@route(*ROLES_DOSSIER, consulte=lecture_menage, exception=True)
def pourquoi(request: HttpRequest, menage_id: int) -> HttpResponse:
    """« Pourquoi vois-je ce dossier ? » and who else reads it."""
    perimetre: Perimetre = request.perimetre
    droits = list_droits(perimetre, menage_id)
    contexte = {
        "menage": Menage.objects.find_visible(perimetre, menage_id),
        "a_moi": group_droits(d for d in droits if d.a_moi),
        "autres": group_droits(d for d in droits if not d.a_moi),
        "niveau": find_niveau(perimetre, menage_id),
        "partiels": [
            lecteur
            for port in lecteurs_partiels
            for lecteur in port.list_lecteurs(perimetre, menage_id)
        ],
    }
    return rend(request, "menages/pourquoi.html", contexte)


@route(*ROLES_SOCIAUX, consulte=lecture_menage)
def consultations(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Who read this file, latest first."""
    contexte = {
        "menage": Menage.objects.find_visible(request.perimetre, menage_id),
        "consultations": list(list_consultations_menage(menage_id)[:200]),
    }
    return rend(request, "menages/consultations.html", contexte)
