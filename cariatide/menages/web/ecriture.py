"""Pages that write on households."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.menages.actions import (
    DonneesMenage,
    add_membre,
    change_referent,
    create_menage,
    end_appartenance,
    move_domicile,
    save_confidentiel,
    save_social,
    separate_menage,
)
from cariatide.menages.doublons import Ressemblance, find_doublons, identify
from cariatide.menages.models import Appartenance, Menage, MenageConfidentiel, MenageSocial
from cariatide.menages.queries import (
    lecture_menage,
    list_membres_for_separation,
)
from cariatide.menages.statuts import RoleMenage
from cariatide.menages.web import forms
from cariatide.menages.web.views import ROLES_ECRITURE, ROLES_ECRITURE_SOCIALE, build_fil
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.pages.actes import Fait, PageActe, read_version, run_acte, send
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau, Perimetre

SEUL = "Le ménage ne compte pas d’autre personne que son référent."


def _url(menage_id: int) -> str:
    return reverse("menages:detail", args=[menage_id])


def _page(menage: Menage, titre: str, cle: str, **plus: Any) -> PageActe:
    valeurs = {"version": menage.version, **plus}
    return PageActe(
        titre,
        retour=_url(menage.pk),
        brouillon=f"menage-{menage.pk}-{cle}",
        fil=build_fil(menage),
        surtitre=f"Ménage {menage.reference}",
        **valeurs,
    )


def _check_doublons(
    perimetre: Perimetre, form: Any, doublons: list[Ressemblance], role: str, menage_id: int = 0
) -> None:
    """Show who looks like the person typed, outside this household, until it is confirmed."""
    found = find_doublons(perimetre, identify(form.to_personne(role)))
    doublons.extend(r for r in found if r.appartenance.menage_id != menage_id)
    if doublons and not form.cleaned_data["confirme"]:
        phrase = "Une personne qui lui ressemble est déjà connue : comparez, puis confirmez."
        raise ErreurMetier(phrase, {"confirme": phrase})


@route(*ROLES_ECRITURE)
def nouveau(request: HttpRequest) -> HttpResponse:
    """Create a household with its référent; people who look like one already known are shown."""
    perimetre: Perimetre = request.perimetre
    doublons: list[Ressemblance] = []

    def envoi(form: Any) -> Fait:
        d = form.cleaned_data
        _check_doublons(perimetre, form, doublons, RoleMenage.REFERENT)
        mandat = perimetre.mandats[0]  # one of the route's roles: the others are left aside
        menage = create_menage(
            perimetre=perimetre,
            mandat=mandat,
            niveau=mandat.niveau_max,
            donnees=DonneesMenage(
                personnes=[form.to_personne(RoleMenage.REFERENT)],
                domicile=form.to_domicile(),
                adresse_protegee=d["protege"],
                public_plan=d["public_plan"],
            ),
        )
        phrase = f"Le ménage {menage.nom_usage} est créé : {menage.reference}."
        return Fait(phrase, _url(menage.pk))

    page = PageActe(
        "Nouveau ménage",
        retour=reverse("menages:liste"),
        envoyer="Créer le ménage",
        brouillon="menage-nouveau",
        fil=[("Ménages", reverse("menages:liste"))],
    )
    form = bind(forms.FormulaireNouveauMenage, request)
    return run_acte(request, form, page, envoi, gabarit="menages/nouveau.html", doublons=doublons)


@route(*ROLES_ECRITURE, consulte=lecture_menage)
def membre(request: HttpRequest, menage_id: int) -> HttpResponse:
    """A person enters the household."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    doublons: list[Ressemblance] = []

    def envoi(form: Any) -> Fait:
        role = form.cleaned_data["role"]
        _check_doublons(perimetre, form, doublons, role, menage_id)
        entree = add_membre(
            perimetre=perimetre,
            menage_id=menage_id,
            personne=form.to_personne(role),
            du=form.cleaned_data["du"],
            version=read_version(request),
        )
        return Fait(f"{entree.personne} fait maintenant partie du ménage.")

    page = _page(menage, "Ajouter une personne", "membre")
    form = bind(forms.FormulaireMembre, request)
    return run_acte(request, form, page, envoi, gabarit="menages/membre.html", doublons=doublons)


@route(*ROLES_ECRITURE, consulte=lecture_menage)
def sortie(request: HttpRequest, menage_id: int, appartenance_id: int) -> HttpResponse:
    """A person leaves the household."""
    menage = Menage.objects.find_visible(request.perimetre, menage_id)
    ligne = (
        Appartenance.objects.filter(menage_id=menage_id)
        .select_related("personne")
        .find_visible(request.perimetre, appartenance_id)
    )
    page = _page(menage, f"Sortie du ménage de {ligne.personne}", f"sortie-{appartenance_id}")
    envoi = send(
        request, end_appartenance, f"La sortie de {ligne.personne} est enregistrée.",
        menage_id=menage_id, appartenance_id=appartenance_id,
    )  # fmt: skip
    return run_acte(request, bind(forms.FormulaireSortie, request), page, envoi)


def _choices(perimetre: Perimetre, menage_id: int) -> list[tuple[int, str]]:
    return [
        (a.pk, f"{a.personne}")
        for a in list_membres_for_separation(perimetre, menage_id)
        if a.role != RoleMenage.REFERENT
    ]


@route(*ROLES_ECRITURE, consulte=lecture_menage)
def referent(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Another person leads the household."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)

    def envoi(form: Any) -> Fait:
        change_referent(
            perimetre=perimetre,
            menage_id=menage_id,
            appartenance_id=int(form.cleaned_data["appartenance"]),
            le=form.cleaned_data["le"],
            version=read_version(request),
        )
        return Fait("Le référent du ménage est changé.")

    membres = _choices(perimetre, menage_id)
    form = bind(forms.FormulaireReferent, request, membres=membres)
    page = _page(menage, "Changer de référent", "referent", refus="" if membres else SEUL)
    return run_acte(request, form, page, envoi)


@route(*ROLES_ECRITURE, consulte=lecture_menage)
def separation(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Members leave and form a new household."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)

    def envoi(form: Any) -> Fait:
        d = form.cleaned_data
        cree = separate_menage(
            perimetre=perimetre,
            menage_id=menage_id,
            appartenance_ids=[int(pk) for pk in d["membres"]],
            referent_id=int(d["referent"]),
            le=d["le"],
            motif=d["motif"],
            version=read_version(request),
        )
        phrase = f"Le nouveau ménage {cree.nom_usage} ({cree.reference}) est créé."
        return Fait(phrase, _url(cree.pk))

    membres = _choices(perimetre, menage_id)
    form = bind(forms.FormulaireSeparation, request, membres=membres)
    page = _page(menage, "Séparer le ménage", "separation", refus="" if membres else SEUL)
    return run_acte(request, form, page, envoi)


@route(*ROLES_ECRITURE, consulte=lecture_menage)
def domicile(request: HttpRequest, menage_id: int) -> HttpResponse:
    """The household moves, or its address becomes protected."""
    menage = Menage.objects.find_visible(request.perimetre, menage_id)

    def envoi(form: Any) -> Fait:
        move_domicile(
            perimetre=request.perimetre,
            menage_id=menage_id,
            domicile=form.to_domicile(),
            du=form.cleaned_data["du"],
            protege=form.cleaned_data["protege"],
            version=read_version(request),
        )
        return Fait("Le changement de domicile est enregistré.")

    initial = {"protege": menage.adresse_protegee}
    form = bind(forms.FormulaireChangementDomicile, request, initial=initial)
    return run_acte(request, form, _page(menage, "Changer de domicile", "domicile"), envoi)


@route(*ROLES_ECRITURE_SOCIALE, consulte=lecture_menage)
def social(request: HttpRequest, menage_id: int) -> HttpResponse:
    """The social situation, level S."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    found = MenageSocial.objects.visible_to(perimetre).filter(menage_id=menage_id).first()
    noms = list(forms.FormulaireSocial.base_fields)
    initial = {nom: getattr(found, nom) for nom in noms} if found else {}
    page = _page(
        menage,
        "Situation sociale",
        "social",
        version=found.version if found else 0,
        niveau=Niveau.SOCIAL,
        lecteurs="l’équipe d’accompagnement",
    )
    envoi = send(request, save_social, "La situation sociale est enregistrée.", menage_id=menage_id)
    return run_acte(request, bind(forms.FormulaireSocial, request, initial=initial), page, envoi)


@route(*ROLES_ECRITURE_SOCIALE, consulte=lecture_menage)
def confidentiel(request: HttpRequest, menage_id: int) -> HttpResponse:
    """The confidential part, level C."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    found = MenageConfidentiel.objects.visible_to(perimetre).filter(menage_id=menage_id).first()
    initial = {"vulnerabilites": found.vulnerabilites} if found else {}
    page = _page(
        menage,
        "Rubrique confidentielle",
        "confidentiel",
        version=found.version if found else 0,
        niveau=Niveau.CONFIDENTIEL,
        lecteurs="la personne référente et sa hiérarchie",
    )
    phrase = "La rubrique confidentielle est enregistrée."
    form = bind(forms.FormulaireConfidentiel, request, initial=initial)
    return run_acte(
        request, form, page, send(request, save_confidentiel, phrase, menage_id=menage_id)
    )
