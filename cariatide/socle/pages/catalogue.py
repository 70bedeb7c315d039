"""The catalogue of components: every macro with examples, to look at and to test."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import ChampDate, Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import PageCle, Tri, choose_tri
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau

TRIS = (
    Tri("nom", "Nom", ("nom",)),
    Tri("nom_desc", "Nom, de Z à A", ("nom",), descendant=True),
    Tri("dette", "Dette", ("dette",)),
    Tri("dette_desc", "Dette, la plus forte d’abord", ("dette",), descendant=True),
)
COLONNES = (
    Colonne("nom", "Ménage", tris=("nom", "nom_desc"), principale=True),
    Colonne("commune", "Commune"),
    Colonne("entree", "Suivi depuis", format="date"),
    Colonne("echeance", "Échéance"),
    Colonne("dette", "Dette", format="euros", tris=("dette", "dette_desc")),
    Colonne("effort", "Taux d’effort", format="pourcent"),
    Colonne("reference", "Référence", masquee=True),
)
_CHOIX_AXE = [("maintien", "Maintien dans les lieux"), ("relogement", "Relogement")]
_CHOIX_MOTIFS = [("impaye", "Impayé de loyer"), ("taille", "Logement trop petit"), ("etat", "État")]


class FormulaireExemple(Formulaire):
    """One field of each shape."""

    nom = forms.CharField(label="Nom du ménage", max_length=80)
    axe = forms.ChoiceField(label="Axe demandé", choices=_CHOIX_AXE, widget=forms.RadioSelect)
    motifs = forms.MultipleChoiceField(
        label="Motifs",
        choices=_CHOIX_MOTIFS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Cochez tous ceux qui s’appliquent.",
    )
    depuis = ChampDate(label="Situation connue depuis le")
    dette = forms.DecimalField(
        label="Dette de loyer, en euros", min_value=0, decimal_places=2, required=False
    )
    commentaire = forms.CharField(
        label="Éléments utiles à la commission",
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="Lisible par les membres de la séance : restez factuel.",
    )
    urgence = forms.BooleanField(label="La situation est urgente", required=False)


class FiltresExemple(Formulaire):
    """The filters of a list."""

    q = forms.CharField(label="Nom ou référence", required=False)
    axe = forms.ChoiceField(label="Axe", choices=[("", "Tous"), *_CHOIX_AXE], required=False)
    apres = ChampDate(label="Suivi depuis le", required=False)


def _lignes(jour: Any) -> list[dict[str, Any]]:
    donnees = [
        ("Carlier", "Fourmies", 912, "1240.55", "0.312", -2),
        ("Lefèvre – Diallo", "Aulnoye-Aymeries", 620, "705.00", "0.126", 1),
        ("Okafor", "Maubeuge", 188, None, "0.284", 2),
        ("Petit", "Hautmont", 41, "88.10", None, 40),
    ]
    return [
        {
            "pk": rang,
            "nom": nom,
            "commune": commune,
            "entree": jour - timedelta(days=jours),
            "dette": dette,
            "effort": effort,
            "echeance": jour + timedelta(days=delai),
            "reference": f"M-{jour.year}-{rang:05}",
        }
        for rang, (nom, commune, jours, dette, effort, delai) in enumerate(donnees, 1)
    ]


def _faits(jour: Any) -> list[dict[str, Any]]:
    return [
        {
            "date": jour - timedelta(days=3),
            "titre": "Assignation notifiée à la préfecture",
            "texte": "pour l’audience à venir",
            "par": "Import de la préfecture · délai légal respecté",
            "symbole": "gavel",
            "ton": "bad",
        },
        {
            "date": jour - timedelta(days=10),
            "titre": "Entretien à domicile",
            "texte": "de cinquante minutes. Budget revu.",
            "par": "Alice Renard",
            "niveau": Niveau.CONFIDENTIEL,
        },
        {
            "date": jour - timedelta(days=25),
            "titre": "Aide financière accordée",
            "texte": "pour la dette d’énergie",
            "par": "Commission du fonds de solidarité",
            "symbole": "coins",
        },
        {
            "date": jour - timedelta(days=170),
            "titre": "Demande validée",
            "texte": "orientation vers le maintien dans les lieux",
            "par": "Groupe de pilotage",
            "symbole": "check",
            "ton": "ok",
        },
    ]


@route(connecte=True)
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show every component; the example form is checked and shown again, it keeps nothing."""
    jour = request.perimetre.jour  # type: ignore[attr-defined]
    form = bind(FormulaireExemple, request)
    statut = 200
    if request.method == "POST":
        statut = 200 if form.is_valid() else 422
    tri = choose_tri(TRIS, request.GET.get("tri"))
    lignes = sorted(
        _lignes(jour),
        key=lambda ligne: (
            ligne["nom"] if tri.code.startswith("nom") else float(ligne["dette"] or 0)
        ),
        reverse=tri.descendant,
    )
    contexte = {
        "form": form,
        "filtres": FiltresExemple(request.GET),
        "page": PageCle(lignes=lignes, tri=tri, suivant="exemple", precedent=None),
        "colonnes": COLONNES,
        "faits": _faits(jour),
        "dates": [jour + timedelta(days=n) for n in (-2, 0, 1, 4, 40, 400)],
        "niveaux": list(Niveau),
    }
    return rend(request, "socle/catalogue.html", contexte, statut=statut)
