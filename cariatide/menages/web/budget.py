"""The snapshots of a household's budget: read, compared, written, sent as a file. Level S."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from cariatide.echanges.exports import Fichier, run_export
from cariatide.menages.actions import record_situation
from cariatide.menages.budget import (
    Releve,
    compare_lignes,
    find_derniere,
    find_releve,
    list_lignes,
    list_natures,
    list_releves,
)
from cariatide.menages.models import LigneSituation, Menage
from cariatide.menages.queries import lecture_menage
from cariatide.menages.statuts import SensBudget
from cariatide.menages.web.forms_budget import FormulaireSituation, initial_of
from cariatide.menages.web.views import ROLES_ECRITURE_SOCIALE, build_fil
from cariatide.partenaires.rules import ROLES_SOCIAUX
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.actes import Fait, PageActe, read_entier, read_version, run_acte
from cariatide.socle.pages.exports import stream_export
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne

COLONNES = (
    Colonne("le", "Relevée le", "date"),
    Colonne("sens", "Partie"),
    Colonne("nature", "Nature"),
    Colonne("precision", "Précision ou créancier"),
    Colonne("montant", "Montant", "montant"),
    Colonne("auteur", "Relevée par"),
    Colonne("organisation", "Organisation"),
)


def lecture_budget(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """The household, for whoever reads it at level S; for others there is no such page."""
    lecture = lecture_menage(perimetre, kwargs)
    if lecture.niveau < Niveau.SOCIAL:
        raise Introuvable("Cette page n’existe pas, ou ne vous est pas ouverte.")
    return lecture


def _choose(releves: list[Releve], brut: str | None, defaut: int) -> Releve | None:
    """The snapshot that the address names, or the one at that rank."""
    pk = read_entier(brut)
    named = next((r for r in releves if r.situation.pk == pk), None)
    return named or (releves[defaut] if len(releves) > defaut else None)


@route(*ROLES_SOCIAUX, consulte=lecture_budget)
def lire(request: HttpRequest, menage_id: int) -> HttpResponse:
    """One snapshot beside another, the calculation in words, the history."""
    perimetre: Perimetre = request.perimetre
    releves = list_releves(perimetre, menage_id)
    choisi = _choose(releves, request.GET.get("releve"), 0)
    rang = releves.index(choisi) if choisi else 0
    autre = _choose(releves, request.GET.get("avec"), rang + 1)
    apres = list_lignes(perimetre, choisi.situation.pk) if choisi else []
    avant = list_lignes(perimetre, autre.situation.pk) if autre else []
    ecarts = compare_lignes(avant if autre else apres, apres)
    contexte = {
        "menage": Menage.objects.find_visible(perimetre, menage_id),
        "releves": releves,
        "choisi": choisi,
        "autre": autre,
        "parties": [(s.label, [e for e in ecarts if e.sens == s]) for s in SensBudget],
        "peut_ecrire": perimetre.has_role(*ROLES_ECRITURE_SOCIALE),
    }
    return rend(request, "menages/budget.html", contexte)


@route(*ROLES_ECRITURE_SOCIALE, consulte=lecture_budget)
def nouveau(request: HttpRequest, menage_id: int) -> HttpResponse:
    """A new snapshot, which starts from the lines of the last one."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    dernier = find_releve(perimetre, menage_id)
    lignes = list_lignes(perimetre, dernier.situation.pk) if dernier else []
    natures = list_natures(perimetre.jour)
    en_usage = {n.pk for n in natures}
    lignes = [ligne for ligne in lignes if ligne.nature_id in en_usage]
    classe = FormulaireSituation.for_rangees(natures, lignes, request.POST)

    def envoi(form: Any) -> Fait:
        d = form.cleaned_data
        situation = record_situation(
            perimetre=perimetre,
            menage_id=menage_id,
            le=d["le"],
            lignes=form.to_lignes(),
            surendettement=d["surendettement"],
            remarque=d["remarque"],
            version=read_version(request),
        )
        adresse = reverse("menages:budget", args=[menage_id])
        return Fait(
            "La situation financière est relevée ; les relevés précédents sont conservés.",
            f"{adresse}?releve={situation.pk}",
        )

    page = PageActe(
        "Relever la situation financière",
        retour=reverse("menages:detail", args=[menage_id]),
        envoyer="Enregistrer le relevé",
        version=find_derniere(perimetre, menage_id),
        brouillon=f"menage-{menage_id}-budget",
        fil=build_fil(menage),
        surtitre=f"Ménage {menage.reference}",
        aide=_explain(dernier),
        lecteurs="l’équipe d’accompagnement",
        niveau=Niveau.SOCIAL,
    )
    initial = {"le": perimetre.jour, **initial_of(lignes)}
    if dernier:
        initial["surendettement"] = dernier.situation.surendettement
    form = bind(classe, request, initial=initial)
    return run_acte(request, form, page, envoi, gabarit="menages/budget_nouveau.html")


def _explain(dernier: Releve | None) -> str:
    debut = "Montants par mois ; pour une dette, la somme due et à qui."
    if dernier is None:
        return debut
    jour = f"{dernier.situation.le:%d/%m/%Y}"
    suite = "corrigez-les, videz celles qui n’ont plus lieu."
    return f"{debut} Les lignes du relevé du {jour} sont reprises : {suite}"


@route(*ROLES_SOCIAUX, consulte=lecture_budget)
def exporter(request: HttpRequest, menage_id: int) -> HttpResponseBase:
    """Every line of every snapshot of this household, once the person said what for."""
    perimetre: Perimetre = request.perimetre
    menage: Menage = Menage.objects.find_visible(perimetre, menage_id)
    fichier = Fichier(
        nom="situation-financiere",
        libelle=f"Situations financières de {menage.nom_usage}"[:300],
        niveau=Niveau.SOCIAL,
        colonnes=COLONNES,
        retour=reverse("menages:budget", args=[menage_id]),
        send=lambda colonnes, format_: stream_export(
            perimetre,
            nom="situation-financiere",
            format_=format_,
            colonnes=colonnes,
            lignes=lambda: _iter_lignes(perimetre, menage_id),
        ),
        menage_id=menage_id,
    )
    return run_export(request, fichier)


def _iter_lignes(perimetre: Perimetre, menage_id: int) -> Iterable[dict[str, Any]]:
    found = (
        LigneSituation.objects.visible_to(perimetre)
        .filter(menage_id=menage_id)
        .select_related("nature", "situation__organisation")
        .order_by("-situation__le", "-situation_id", "nature__ordre", "pk")
    )
    for ligne in found:
        situation = ligne.situation
        yield {
            "le": situation.le,
            "sens": SensBudget(ligne.nature.sens).label,
            "nature": ligne.nature.libelle,
            "precision": ligne.precision,
            "montant": ligne.montant,
            "auteur": situation.auteur_nom,
            "organisation": str(situation.organisation or ""),
        }
