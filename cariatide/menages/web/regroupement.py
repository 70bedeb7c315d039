"""Pages where two households become one from a date, and where an error is undone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cariatide.menages.actions import join_menages, undo_regroupement
from cariatide.menages.comparaison import find_menage_by_reference
from cariatide.menages.models import Menage, Regroupement
from cariatide.menages.queries import lecture_menage, list_membres_for_separation
from cariatide.menages.regroupements import list_apparentes, list_regroupements
from cariatide.menages.statuts import RoleMenage
from cariatide.menages.web import forms
from cariatide.menages.web.fusion import lecture_deux
from cariatide.menages.web.views import ROLES_ECRITURE, build_fil
from cariatide.socle.pages.actes import Fait, PageActe, read_version, run_acte
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Perimetre


def lecture_regroupement(perimetre: Perimetre, kwargs: dict[str, Any]) -> list[Lecture]:
    """Both households: whoever undoes reads both."""
    found = Regroupement.objects.find_visible(perimetre, kwargs["regroupement_id"])
    return [
        lecture_menage(perimetre, {"menage_id": pk}) for pk in (found.menage_id, found.rejoint_id)
    ]


@route(*ROLES_ECRITURE, consulte=lecture_menage)
def regroupements(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Which household joins this one: those it parted from, or one by its reference."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    reference = request.GET.get("reference", "").strip()
    autre = find_menage_by_reference(perimetre, reference) if reference else None
    if autre is not None and autre.pk != menage_id:
        return redirect("menages:regrouper", menage_id, autre.pk)
    contexte = {
        "menage": menage,
        "apparentes": list_apparentes(perimetre, menage),
        "regroupements": list_regroupements(perimetre, menage_id),
        "reference": reference,
    }
    return rend(request, "menages/regroupements.html", contexte)


@route(*ROLES_ECRITURE, consulte=lecture_deux)
def regrouper(request: HttpRequest, menage_id: int, autre_id: int) -> HttpResponse:
    """The people of the second household enter the first, at a date, each at their place."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    autre = Menage.objects.find_visible(perimetre, autre_id)

    def envoi(form: Any) -> Fait:
        join_menages(
            perimetre=perimetre,
            menage_id=menage_id,
            rejoint_id=autre_id,
            le=form.cleaned_data["le"],
            motif=form.cleaned_data["motif"],
            places=form.to_places(),
            version=read_version(request),
        )
        return Fait(
            f"Les personnes du ménage {autre.reference} font maintenant partie de "
            f"{menage.reference}. Les deux fiches gardent leur histoire."
        )

    page = PageActe(
        f"{autre.nom_usage} ({autre.reference}) rejoint {menage.nom_usage} ({menage.reference})",
        retour=reverse("menages:detail", args=[menage_id]),
        envoyer="Enregistrer le regroupement",
        version=menage.version,
        brouillon=f"menage-{menage_id}-regrouper-{autre_id}",
        fil=build_fil(menage),
        surtitre=f"Ménage {menage.reference}",
        aide="Ce n’est pas la réunion de deux fiches d’un même ménage : ici, deux ménages n’en "
        "font plus qu’un à partir d’une date, et chaque fiche garde ce qu’elle contient.",
        avertissement="Qui suivait le ménage rejoint lira les faits de celui-ci, sans le contenu "
        "social. Les mesures en cours restent sur leur fiche : terminez-les ou poursuivez-les.",
        refus=_refusal(menage, autre),
    )
    form = bind(forms.FormulaireRegroupement, request, personnes=_personnes(perimetre, autre_id))
    return run_acte(request, form, page, envoi)


def _refusal(menage: Menage, autre: Menage) -> str:
    if menage.pk == autre.pk:
        return "Un ménage ne rejoint pas lui-même."
    if menage.fusionne_dans_id or autre.fusionne_dans_id:
        return "L’une de ces fiches a été réunie à une autre : ouvrez la fiche gardée."
    return ""


def _personnes(perimetre: Perimetre, menage_id: int) -> list[tuple[int, str, str]]:
    """(membership, person, place proposed): the référent who joins comes as a spouse."""
    return [
        (
            a.pk,
            str(a.personne),
            RoleMenage.CONJOINT if a.role in (RoleMenage.REFERENT, RoleMenage.CONJOINT) else a.role,
        )
        for a in list_membres_for_separation(perimetre, menage_id)
    ]


@route(*ROLES_ECRITURE, consulte=lecture_regroupement)
def defaire(request: HttpRequest, regroupement_id: int) -> HttpResponse:
    """Two households again: the regrouping was an error."""
    perimetre: Perimetre = request.perimetre
    found = Regroupement.objects.select_related("menage", "rejoint").find_visible(
        perimetre, regroupement_id
    )

    def envoi(form: Any) -> Fait:
        undo_regroupement(
            perimetre=perimetre,
            regroupement_id=regroupement_id,
            motif=form.cleaned_data["motif"],
        )
        return Fait(f"Le ménage {found.rejoint.reference} est rendu tel qu’il était.")

    page = PageActe(
        f"Défaire le regroupement de {found.rejoint.reference} et {found.menage.reference}",
        retour=reverse("menages:regroupements", args=[found.menage_id]),
        envoyer="Défaire le regroupement",
        brouillon=f"regroupement-{regroupement_id}-defaire",
        fil=build_fil(found.menage),
        ton="danger",
        aide="Pour une erreur de saisie. Si les personnes se sont séparées depuis, enregistrez "
        "plutôt une séparation, à sa date.",
        refus="Ce regroupement est déjà défait." if found.defait_le else "",
    )
    return run_acte(request, bind(forms.FormulaireMotifFusion, request), page, envoi)
