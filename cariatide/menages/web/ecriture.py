"""Pages that write on households."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from cariatide.comptes.actions import delete_brouillon
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
from cariatide.menages.models import Appartenance, Menage, MenageConfidentiel, MenageSocial
from cariatide.menages.queries import (
    find_doublons,
    lecture_menage,
    list_membres_for_separation,
)
from cariatide.menages.statuts import RoleMenage
from cariatide.menages.web import forms
from cariatide.menages.web.views import ROLES_ECRITURE, ROLES_ECRITURE_SOCIALE
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau, Perimetre

Envoi = Callable[[Any], HttpResponseRedirect]


def _version(request: HttpRequest) -> int:
    brut = request.POST.get("version", "")
    return int(brut) if brut.isascii() and brut.isdigit() and len(brut) < 10 else -1


def _run(
    request: HttpRequest,
    form: Formulaire,
    envoi: Callable[[], HttpResponseRedirect],
    page: dict[str, Any],
) -> HttpResponse:
    """Show the form, or send it; a refused act comes back with its reason and what was typed."""
    statut = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                response = envoi()
                delete_brouillon(perimetre=request.perimetre, cle=page["brouillon"])
                return response
        except ErreurMetier as erreur:
            form.add_erreur_metier(erreur)
            statut = 409 if isinstance(erreur, ConflitDeVersion) else 422
        statut = max(statut, 422) if statut == 200 else statut
        form.mark_errors()
    return rend(request, "menages/formulaire.html", {"form": form, **page}, statut=statut)


def _page(menage: Menage, titre: str, cle: str, **plus: Any) -> dict[str, Any]:
    return {
        "menage": menage,
        "titre": titre,
        "brouillon": f"menage-{menage.pk}-{cle}",
        "version": menage.version,
        "niveau": Niveau.FACTUEL,
        "lecteurs": "",
        **plus,
    }


@route(*ROLES_ECRITURE)
def nouveau(request: HttpRequest) -> HttpResponse:
    """Create a household with its référent; people who look like one already known are shown."""
    form = bind(forms.FormulaireNouveauMenage, request)
    perimetre: Perimetre = request.perimetre
    page: dict[str, Any] = {"doublons": [], "brouillon": "menage-nouveau"}
    statut = 200
    if request.method == "POST" and form.is_valid():
        d = form.cleaned_data
        page["doublons"] = list(find_doublons(perimetre, d["nom"], d["prenom"], d["naissance"])[:5])
        if page["doublons"] and not d["confirme"]:
            form.add_error(
                "confirme",
                "Une personne de même nom est déjà connue : comparez, puis confirmez.",
            )
        else:
            try:
                return _create(request, form, perimetre)
            except ErreurMetier as erreur:
                form.add_erreur_metier(erreur)
    if request.method == "POST":
        form.mark_errors()
        statut = 422
    return rend(request, "menages/nouveau.html", {"form": form, **page}, statut=statut)


def _create(request: HttpRequest, form: Any, perimetre: Perimetre) -> HttpResponse:
    mandat = perimetre.find_mandat(ROLES_ECRITURE)
    menage = create_menage(
        perimetre=perimetre,
        mandat=mandat,
        niveau=mandat.niveau_max if mandat else Niveau.FACTUEL,
        donnees=DonneesMenage(
            personnes=[form.to_personne(RoleMenage.REFERENT)],
            domicile=form.to_domicile(),
            adresse_protegee=form.cleaned_data["protege"],
            public_plan=form.cleaned_data["public_plan"],
        ),
    )
    delete_brouillon(perimetre=perimetre, cle="menage-nouveau")
    messages.success(request, f"Le ménage {menage.nom_usage} est créé : {menage.reference}.")
    return redirect("menages:detail", menage.pk)


@route(*ROLES_ECRITURE, consulte=lecture_menage)
def membre(request: HttpRequest, menage_id: int) -> HttpResponse:
    """A person enters the household."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    form = bind(forms.FormulaireMembre, request)

    def envoi() -> HttpResponseRedirect:
        entree = add_membre(
            perimetre=perimetre,
            menage_id=menage_id,
            personne=form.to_personne(form.cleaned_data["role"]),  # type: ignore[attr-defined]
            du=form.cleaned_data["du"],
            version=_version(request),
        )
        messages.success(request, f"{entree.personne} fait maintenant partie du ménage.")
        return redirect("menages:detail", menage_id)

    return _run(request, form, envoi, _page(menage, "Ajouter une personne", "membre"))


@route(*ROLES_ECRITURE, consulte=lecture_menage)
def sortie(request: HttpRequest, menage_id: int, appartenance_id: int) -> HttpResponse:
    """A person leaves the household."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    ligne = (
        Appartenance.objects.filter(menage_id=menage_id)
        .select_related("personne")
        .find_visible(perimetre, appartenance_id)
    )
    form = bind(forms.FormulaireSortie, request)

    def envoi() -> HttpResponseRedirect:
        end_appartenance(
            perimetre=perimetre,
            menage_id=menage_id,
            appartenance_id=appartenance_id,
            version=_version(request),
            **form.cleaned_data,
        )
        messages.success(request, f"La sortie de {ligne.personne} est enregistrée.")
        return redirect("menages:detail", menage_id)

    titre = f"Sortie du ménage de {ligne.personne}"
    return _run(request, form, envoi, _page(menage, titre, f"sortie-{appartenance_id}"))


def _choices(perimetre: Perimetre, menage_id: int, *, referent: bool) -> list[tuple[int, str]]:
    return [
        (a.pk, f"{a.personne}")
        for a in list_membres_for_separation(perimetre, menage_id)
        if referent or a.role != RoleMenage.REFERENT
    ]


@route(*ROLES_ECRITURE, consulte=lecture_menage)
def referent(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Another person leads the household."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    choix = _choices(perimetre, menage_id, referent=False)
    form = bind(forms.FormulaireReferent, request, membres=choix)

    def envoi() -> HttpResponseRedirect:
        change_referent(
            perimetre=perimetre,
            menage_id=menage_id,
            appartenance_id=int(form.cleaned_data["appartenance"]),
            le=form.cleaned_data["le"],
            version=_version(request),
        )
        messages.success(request, "Le référent du ménage est changé.")
        return redirect("menages:detail", menage_id)

    return _run(request, form, envoi, _page(menage, "Changer de référent", "referent"))


@route(*ROLES_ECRITURE, consulte=lecture_menage)
def separation(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Members leave and form a new household."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    choix = _choices(perimetre, menage_id, referent=False)
    form = bind(forms.FormulaireSeparation, request, membres=choix)

    def envoi() -> HttpResponseRedirect:
        d = form.cleaned_data
        cree = separate_menage(
            perimetre=perimetre,
            menage_id=menage_id,
            appartenance_ids=[int(pk) for pk in d["membres"]],
            referent_id=int(d["referent"]),
            le=d["le"],
            motif=d["motif"],
            version=_version(request),
        )
        messages.success(
            request, f"Le nouveau ménage {cree.nom_usage} ({cree.reference}) est créé."
        )
        return redirect("menages:detail", cree.pk)

    return _run(request, form, envoi, _page(menage, "Séparer le ménage", "separation"))


@route(*ROLES_ECRITURE, consulte=lecture_menage)
def domicile(request: HttpRequest, menage_id: int) -> HttpResponse:
    """The household moves, or its address becomes protected."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    form = bind(
        forms.FormulaireChangementDomicile, request, initial={"protege": menage.adresse_protegee}
    )

    def envoi() -> HttpResponseRedirect:
        move_domicile(
            perimetre=perimetre,
            menage_id=menage_id,
            domicile=form.to_domicile(),  # type: ignore[attr-defined]
            du=form.cleaned_data["du"],
            protege=form.cleaned_data["protege"],
            version=_version(request),
        )
        messages.success(request, "Le changement de domicile est enregistré.")
        return redirect("menages:detail", menage_id)

    return _run(request, form, envoi, _page(menage, "Changer de domicile", "domicile"))


@route(*ROLES_ECRITURE_SOCIALE, consulte=lecture_menage)
def social(request: HttpRequest, menage_id: int) -> HttpResponse:
    """The social situation, level S."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    found = MenageSocial.objects.visible_to(perimetre).filter(menage_id=menage_id).first()
    noms = list(forms.FormulaireSocial.base_fields)
    initial = {nom: getattr(found, nom) for nom in noms} if found else {}
    form = bind(forms.FormulaireSocial, request, initial=initial)

    def envoi() -> HttpResponseRedirect:
        save_social(
            perimetre=perimetre,
            menage_id=menage_id,
            version=_version(request),
            **form.cleaned_data,
        )
        messages.success(request, "La situation sociale est enregistrée.")
        return redirect("menages:detail", menage_id)

    page = _page(
        menage,
        "Situation sociale",
        "social",
        version=found.version if found else 0,
        niveau=Niveau.SOCIAL,
        lecteurs="l’équipe d’accompagnement",
    )
    return _run(request, form, envoi, page)


@route(*ROLES_ECRITURE_SOCIALE, consulte=lecture_menage)
def confidentiel(request: HttpRequest, menage_id: int) -> HttpResponse:
    """The confidential part, level C."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    found = MenageConfidentiel.objects.visible_to(perimetre).filter(menage_id=menage_id).first()
    initial = {"vulnerabilites": found.vulnerabilites} if found else {}
    form = bind(forms.FormulaireConfidentiel, request, initial=initial)

    def envoi() -> HttpResponseRedirect:
        save_confidentiel(
            perimetre=perimetre,
            menage_id=menage_id,
            version=_version(request),
            vulnerabilites=form.cleaned_data["vulnerabilites"],
        )
        messages.success(request, "La rubrique confidentielle est enregistrée.")
        return redirect("menages:detail", menage_id)

    page = _page(
        menage,
        "Rubrique confidentielle",
        "confidentiel",
        version=found.version if found else 0,
        niveau=Niveau.CONFIDENTIEL,
        lecteurs="la personne référente et sa hiérarchie",
    )
    return _run(request, form, envoi, page)
