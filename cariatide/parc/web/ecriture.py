"""Pages that write on homes and owners."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cariatide.comptes.actions import delete_brouillon
from cariatide.parc.actions import (
    change_proprietaire,
    create_logement,
    create_proprietaire,
    record_diagnostic,
    update_logement,
    update_proprietaire,
)
from cariatide.parc.champs import CHAMPS_LOGEMENT
from cariatide.parc.models import Logement, Proprietaire
from cariatide.parc.queries import (
    find_logement,
    lecture_logement,
    list_choix_proprietaires,
    list_proprietes,
)
from cariatide.parc.statuts import ROLES_DIAGNOSTIC, ROLES_PARC
from cariatide.parc.web import forms
from cariatide.socle.pages.envoi import read_version, run_form
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre

FORMULAIRE = "parc/formulaire.html"


def _page(logement: Logement, titre: str, cle: str, **plus: Any) -> dict[str, Any]:
    return {
        "logement": logement,
        "titre": titre,
        "version": logement.version,
        "brouillon": f"logement-{logement.pk}-{cle}",
        "envoyer": "Enregistrer",
        "introduction": "",
        **plus,
    }


@route(*ROLES_PARC)
def nouveau(request: HttpRequest) -> HttpResponse:
    """Record a home in the stock of my organisation."""
    perimetre: Perimetre = request.perimetre
    form: Any = bind(forms.FormulaireLogement, request)

    def envoi() -> HttpResponse:
        mandat = perimetre.find_mandat(ROLES_PARC)
        assert mandat is not None  # the route asked for one of these roles
        logement = create_logement(
            perimetre=perimetre, organisation_id=mandat.organisation_id, donnees=form.to_logement()
        )
        delete_brouillon(perimetre=perimetre, cle="logement-nouveau")
        messages.success(
            request,
            f"Le logement {logement.reference} est enregistré. "
            "Indiquez maintenant son propriétaire, ou ouvrez une offre.",
        )
        return redirect("parc:logement", logement.pk)

    page = {
        "logement": None,
        "titre": "Nouveau logement",
        "version": None,
        "brouillon": "logement-nouveau",
        "envoyer": "Enregistrer le logement",
        "introduction": "",
    }
    return run_form(request, form, envoi, FORMULAIRE, page)


@route(*ROLES_PARC, consulte=lecture_logement)
def modifier(request: HttpRequest, logement_id: int) -> HttpResponse:
    """Correct or complete a home."""
    perimetre: Perimetre = request.perimetre
    logement = find_logement(perimetre, logement_id)
    initial = {nom: getattr(logement, nom) for nom in CHAMPS_LOGEMENT}
    form: Any = bind(forms.FormulaireLogement, request, initial=initial)
    page = _page(logement, "Modifier le logement", "fiche")

    def envoi() -> HttpResponse:
        update_logement(
            perimetre=perimetre,
            logement_id=logement_id,
            version=read_version(request),
            donnees=form.to_logement(),
        )
        delete_brouillon(perimetre=perimetre, cle=page["brouillon"])
        messages.success(request, "Le logement est modifié.")
        return redirect("parc:logement", logement_id)

    return run_form(request, form, envoi, FORMULAIRE, page)


@route(*ROLES_PARC, consulte=lecture_logement)
def proprietaire(request: HttpRequest, logement_id: int) -> HttpResponse:
    """The home has an owner, or another one, from a date."""
    perimetre: Perimetre = request.perimetre
    logement = find_logement(perimetre, logement_id)
    connus = list_choix_proprietaires(perimetre, logement.organisation_id)
    form: Any = bind(forms.FormulaireChangementProprietaire, request, connus=connus)
    current = list_proprietes(perimetre, logement_id)[:1]
    introduction = (
        f"Propriétaire actuel : {current[0].proprietaire.nom}, "
        f"depuis le {current[0].du:%d/%m/%Y}. Il le reste jusqu’à la veille de la date donnée."
        if current
        else "Aucun propriétaire n’est encore enregistré pour ce logement."
    )
    page = _page(logement, "Changer de propriétaire", "proprietaire", introduction=introduction)

    @transaction.atomic  # a refused change leaves no owner behind
    def envoi() -> HttpResponse:
        d = form.cleaned_data
        chosen = (
            int(d["proprietaire"])
            if d["proprietaire"]
            else create_proprietaire(
                perimetre=perimetre,
                organisation_id=logement.organisation_id,
                donnees=form.to_proprietaire(),
            ).pk
        )
        propriete = change_proprietaire(
            perimetre=perimetre,
            logement_id=logement_id,
            proprietaire_id=chosen,
            du=d["du"],
            version=read_version(request),
        )
        delete_brouillon(perimetre=perimetre, cle=page["brouillon"])
        messages.success(
            request, f"{propriete.proprietaire.nom} est propriétaire depuis le {d['du']:%d/%m/%Y}."
        )
        return redirect("parc:logement", logement_id)

    return run_form(request, form, envoi, FORMULAIRE, page)


def _lecture_proprietaire(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    found = Proprietaire.objects.find_visible(perimetre, kwargs["proprietaire_id"])
    return Lecture("parc.proprietaire", found.pk, None, Niveau.FACTUEL, found.nom)


@route(*ROLES_PARC, consulte=_lecture_proprietaire)
def modifier_proprietaire(request: HttpRequest, proprietaire_id: int) -> HttpResponse:
    """Correct or complete an owner, then come back to the home it was opened from."""
    perimetre: Perimetre = request.perimetre
    found = Proprietaire.objects.find_visible(perimetre, proprietaire_id)
    initial = {nom: getattr(found, nom) for nom in forms.CHAMPS_PROPRIETAIRE}
    form: Any = bind(forms.FormulaireProprietaire, request, initial=initial)
    origine = request.GET.get("logement", "")
    origine_id = int(origine) if origine.isascii() and origine.isdigit() else None

    def envoi() -> HttpResponse:
        update_proprietaire(
            perimetre=perimetre,
            proprietaire_id=proprietaire_id,
            version=read_version(request),
            donnees=form.to_proprietaire(bailleur_id=found.bailleur_id),
        )
        messages.success(request, "Le propriétaire est modifié.")
        return redirect("parc:logement", origine_id) if origine_id else redirect("parc:liste")

    page = {
        "logement": Logement.objects.visible_to(perimetre).filter(pk=origine_id or 0).first(),
        "titre": f"Modifier le propriétaire {found.nom}",
        "version": found.version,
        "brouillon": "",
        "envoyer": "Enregistrer",
        "introduction": "",
    }
    return run_form(request, form, envoi, FORMULAIRE, page)


@route(*ROLES_DIAGNOSTIC, consulte=lecture_logement)
def diagnostic(request: HttpRequest, logement_id: int) -> HttpResponse:
    """Record a technical visit."""
    perimetre: Perimetre = request.perimetre
    logement = find_logement(perimetre, logement_id)
    form: Any = bind(forms.FormulaireDiagnostic, request, initial={"visite_le": perimetre.jour})
    page = _page(logement, "Diagnostic technique", "diagnostic")

    def envoi() -> HttpResponse:
        record_diagnostic(
            perimetre=perimetre, logement_id=logement_id, donnees=form.to_diagnostic()
        )
        delete_brouillon(perimetre=perimetre, cle=page["brouillon"])
        messages.success(request, "Le diagnostic technique est enregistré.")
        return redirect("parc:logement", logement_id)

    return run_form(request, form, envoi, "parc/diagnostic.html", page)
