"""Pages that write on occupations."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.baux.actions import correct_entree, enter_logement, record_sortie
from cariatide.baux.models import Occupation
from cariatide.baux.queries import (
    find_en_cours,
    find_occupation,
    lecture_occupation,
    list_cadres,
    list_choix,
)
from cariatide.baux.statuts import ROLES_BAUX
from cariatide.baux.web import forms
from cariatide.menages.models import Menage
from cariatide.menages.queries import lecture_menage
from cariatide.partenaires.models import Convention
from cariatide.socle.pages.actes import Fait, PageActe, read_version, run_acte, send
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre


def _initial(cadres: list[Any], request: HttpRequest) -> dict[str, Any]:
    linked = [c.convention_id for c in cadres if c.lie]
    return {
        "entree_le": request.perimetre.jour,
        "est_relogement": True,
        "domicile_suit": True,
        "cloture_precedente": True,
        "convention": linked[0] if linked else "",
        "logement": request.GET.get("logement", ""),
    }


@route(*ROLES_BAUX, consulte=lecture_menage)
def entree(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Record the entry of the household into a home."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    cadres = list_cadres(perimetre, menage_id)
    actuelle = find_en_cours(perimetre, menage_id)

    def envoi(form: Any) -> Fait:
        mandat = perimetre.mandats[0]  # one of the route's roles: the others are left aside
        occupation = enter_logement(
            perimetre=perimetre,
            menage_id=menage_id,
            organisation_id=mandat.organisation_id,
            choix=form.to_choix(),
            donnees=form.to_entree(),
        )
        suite = " Son domicile a suivi." if form.cleaned_data["domicile_suit"] else ""
        return Fait(
            f"L’entrée de {menage.nom_usage} le {occupation.entree_le:%d/%m/%Y} est enregistrée "
            f"et inscrite à son parcours.{suite}"
        )

    adresse = reverse("menages:detail", args=[menage_id])
    page = PageActe(
        "Entrée dans un logement",
        retour=adresse,
        envoyer="Enregistrer l’entrée",
        brouillon=f"menage-{menage_id}-entree",
        fil=[("Ménages", reverse("menages:liste")), (menage.nom_usage, adresse)],
        surtitre=f"Ménage {menage.nom_usage} · {menage.reference}",
    )
    form = bind(
        forms.FormulaireEntree,
        request,
        choix=list_choix(perimetre),
        cadres=cadres,
        loge=actuelle is not None,
        initial=_initial(cadres, request),
    )
    return run_acte(request, form, page, envoi, gabarit="baux/entree.html", actuelle=actuelle)


def _page(occupation: Occupation, titre: str, envoyer: str, refus: str) -> PageActe:
    menage, logement = occupation.menage, occupation.logement
    adresse = reverse("baux:occupation", args=[occupation.pk])
    return PageActe(
        titre,
        retour=adresse,
        envoyer=envoyer,
        version=occupation.version,
        fil=[
            (menage.nom_usage, reverse("menages:detail", args=[menage.pk])),
            ("Logement occupé", adresse),
        ],
        surtitre=f"{logement.get_type_display()}, {logement.adresse}",
        refus=refus,
    )


@route(*ROLES_BAUX, consulte=lecture_occupation)
def sortie(request: HttpRequest, occupation_id: int) -> HttpResponse:
    """The household leaves the home."""
    perimetre: Perimetre = request.perimetre
    found = find_occupation(perimetre, occupation_id)
    refus = "La sortie est déjà enregistrée." if found.sortie_le else ""
    page = _page(found, "Sortie du logement", "Enregistrer la sortie", refus)
    form = bind(forms.FormulaireSortie, request, initial={"sortie_le": perimetre.jour})
    phrase = "La sortie est enregistrée. Pensez au nouveau domicile du ménage, s’il est connu."
    envoi = send(request, record_sortie, phrase, occupation_id=occupation_id)
    return run_acte(request, form, page, envoi)


def _conventions(perimetre: Perimetre, occupation: Occupation) -> list[tuple[int, str]]:
    """Agreements that may be chosen, the present one kept even when it is over."""
    found = {c.convention_id: c.libelle for c in list_cadres(perimetre, occupation.menage_id)}
    if occupation.convention_id:
        found.setdefault(
            occupation.convention_id, str(Convention.objects.get(pk=occupation.convention_id))
        )
    return list(found.items())


@route(*ROLES_BAUX, consulte=lecture_occupation)
def corriger(request: HttpRequest, occupation_id: int) -> HttpResponse:
    """Correct a mistake of typing."""
    perimetre: Perimetre = request.perimetre
    found = find_occupation(perimetre, occupation_id)
    mandat = perimetre.find_mandat(ROLES_BAUX, found.organisation_id)
    autre = "L’organisation qui a enregistré l’entrée est la seule à la corriger."

    def envoi(form: Any) -> Fait:
        correct_entree(
            perimetre=perimetre,
            occupation_id=occupation_id,
            correction=form.to_correction(),
            motif=form.cleaned_data["motif"],
            version=read_version(request),
        )
        return Fait("L’entrée est corrigée, avec son motif au parcours du ménage.")

    noms = ("nature", "date_signature", "entree_le", "est_relogement", "loyer", "charges")
    initial = {nom: getattr(found, nom) for nom in noms}
    form = bind(
        forms.FormulaireCorrection,
        request,
        conventions=_conventions(perimetre, found),
        initial={**initial, "convention": found.convention_id or ""},
    )
    page = _page(found, "Corriger l’entrée", "Corriger", "" if mandat else autre)
    return run_acte(request, form, page, envoi)
