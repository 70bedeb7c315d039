"""Pages that look for a second file of the same household, compare, merge and undo."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cariatide.menages.actions import ROLES_FUSION, merge_menages, unmerge_menages
from cariatide.menages.comparaison import (
    Comparaison,
    build_comparaison,
    describe_membre,
    find_menage_by_reference,
    list_fusions,
    list_proches,
)
from cariatide.menages.models import Fusion, Menage
from cariatide.menages.queries import lecture_menage
from cariatide.menages.web import forms
from cariatide.menages.web.views import build_fil
from cariatide.socle.pages.actes import Fait, PageActe, read_version, run_acte
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Perimetre


def lecture_deux(perimetre: Perimetre, kwargs: dict[str, Any]) -> list[Lecture]:
    """A comparison reads both files."""
    return [
        lecture_menage(perimetre, {"menage_id": kwargs[nom]}) for nom in ("menage_id", "autre_id")
    ]


def lecture_fusion(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    fusion = Fusion.objects.find_visible(perimetre, kwargs["fusion_id"])
    return lecture_menage(perimetre, {"menage_id": fusion.garde_id})


@route(*ROLES_FUSION, consulte=lecture_menage)
def doublons(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Other files that look like this one, a file by its reference, and the merges already made."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    reference = request.GET.get("reference", "").strip()
    autre = find_menage_by_reference(perimetre, reference) if reference else None
    if autre is not None and autre.pk != menage_id:
        return redirect("menages:reunir", menage_id, autre.pk)
    contexte = {
        "menage": menage,
        "proches": list_proches(perimetre, menage_id),
        "fusions": list_fusions(perimetre, menage_id),
        "reference": reference,
    }
    return rend(request, "menages/doublons.html", contexte)


@route(*ROLES_FUSION, consulte=lecture_deux)
def reunir(request: HttpRequest, menage_id: int, autre_id: int) -> HttpResponse:
    """Both files side by side; the act keeps the first."""
    perimetre: Perimetre = request.perimetre
    deux = build_comparaison(perimetre, menage_id, autre_id)
    garde, absorbe = deux.garde.menage, deux.absorbe.menage

    def envoi(form: Any) -> Fait:
        fusion = merge_menages(
            perimetre=perimetre,
            garde_id=menage_id,
            absorbe_id=autre_id,
            motif=form.cleaned_data["motif"],
            memes=form.to_memes(),
            version=read_version(request),
        )
        phrase = (
            f"La fiche {absorbe.reference} est réunie à {garde.reference}. "
            "Sa référence mène désormais à cette fiche."
        )
        return Fait(phrase, reverse("menages:detail", args=[fusion.garde_id]))

    page = PageActe(
        f"Réunir {absorbe.reference} à {garde.reference}",
        retour=reverse("menages:doublons", args=[menage_id]),
        envoyer="Réunir les deux fiches",
        version=garde.version,
        brouillon=f"menage-{menage_id}-reunir-{autre_id}",
        fil=build_fil(garde),
        avertissement=(
            "Tout ce que porte la seconde fiche va à la première, et ceux qui lisaient l’une "
            "lisent l’ensemble. L’acte se défait exactement."
        ),
        refus=_refusal(menage_id, autre_id, garde, absorbe),
    )
    form = bind(forms.FormulaireFusion, request, deux=_choices(deux), paires=deux.paires)
    return run_acte(request, form, page, envoi, gabarit="menages/reunir.html", deux=deux)


def _refusal(menage_id: int, autre_id: int, garde: Menage, absorbe: Menage) -> str:
    if menage_id == autre_id:
        return "Une fiche ne se réunit pas avec elle-même."
    if garde.fusionne_dans_id or absorbe.fusionne_dans_id:
        return "L’une de ces fiches a déjà été réunie à une autre."
    return ""


def _choices(deux: Comparaison) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """(people of the other file, people of the file kept), each once."""
    cotes = (deux.absorbe.membres, deux.garde.membres)
    autres, gardes = ({a.personne_id: describe_membre(a) for a in cote} for cote in cotes)
    return list(autres.items()), list(gardes.items())


@route(*ROLES_FUSION, consulte=lecture_fusion)
def defaire(request: HttpRequest, fusion_id: int) -> HttpResponse:
    """The two files again, as they were."""
    perimetre: Perimetre = request.perimetre
    fusion = Fusion.objects.select_related("garde", "absorbe").find_visible(perimetre, fusion_id)

    def envoi(form: Any) -> Fait:
        unmerge_menages(perimetre=perimetre, fusion_id=fusion_id, motif=form.cleaned_data["motif"])
        return Fait(f"La fiche {fusion.absorbe.reference} est rendue telle qu’elle était.")

    page = PageActe(
        f"Séparer de nouveau {fusion.absorbe.reference} de {fusion.garde.reference}",
        retour=reverse("menages:doublons", args=[fusion.garde_id]),
        envoyer="Défaire la réunion",
        brouillon=f"fusion-{fusion_id}-defaire",
        fil=build_fil(fusion.garde),
        ton="danger",
        aide="Ce qui a été écrit depuis la réunion reste sur la fiche gardée.",
        refus="Cette fusion est déjà défaite." if fusion.defaite_le else "",
    )
    return run_acte(request, bind(forms.FormulaireMotifFusion, request), page, envoi)
