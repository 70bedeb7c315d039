"""Pages that write on homes and owners."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

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
from cariatide.socle.pages.actes import Fait, PageActe, read_entier, read_version, run_acte
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre


def page_logement(logement: Logement) -> dict[str, Any]:
    """What a PageActe says of the home."""
    adresse = reverse("parc:logement", args=[logement.pk])
    return {
        "retour": adresse,
        "fil": [("Logements", reverse("parc:liste")), (logement.reference, adresse)],
        "surtitre": f"{logement.get_type_display()}, {logement.adresse}",
    }


def _page(logement: Logement, titre: str, cle: str, **plus: Any) -> PageActe:
    return PageActe(
        titre,
        version=logement.version,
        brouillon=f"logement-{logement.pk}-{cle}",
        **page_logement(logement),
        **plus,
    )


@route(*ROLES_PARC)
def nouveau(request: HttpRequest) -> HttpResponse:
    """Record a home in the stock of my organisation."""
    perimetre: Perimetre = request.perimetre

    def envoi(form: Any) -> Fait:
        mandat = perimetre.mandats[0]  # one of the route's roles: the others are left aside
        logement = create_logement(
            perimetre=perimetre, organisation_id=mandat.organisation_id, donnees=form.to_logement()
        )
        return Fait(
            f"Le logement {logement.reference} est enregistré. "
            "Indiquez maintenant son propriétaire, ou ouvrez une offre.",
            reverse("parc:logement", args=[logement.pk]),
        )

    page = PageActe(
        "Nouveau logement",
        retour=reverse("parc:liste"),
        envoyer="Enregistrer le logement",
        brouillon="logement-nouveau",
        fil=[("Logements", reverse("parc:liste"))],
    )
    return run_acte(request, bind(forms.FormulaireLogement, request), page, envoi)


@route(*ROLES_PARC, consulte=lecture_logement)
def modifier(request: HttpRequest, logement_id: int) -> HttpResponse:
    """Correct or complete a home."""
    perimetre: Perimetre = request.perimetre
    logement = find_logement(perimetre, logement_id)

    def envoi(form: Any) -> Fait:
        update_logement(
            perimetre=perimetre,
            logement_id=logement_id,
            version=read_version(request),
            donnees=form.to_logement(),
        )
        return Fait("Le logement est modifié.")

    initial = {nom: getattr(logement, nom) for nom in CHAMPS_LOGEMENT}
    form = bind(forms.FormulaireLogement, request, initial=initial)
    return run_acte(request, form, _page(logement, "Modifier le logement", "fiche"), envoi)


@route(*ROLES_PARC, consulte=lecture_logement)
def proprietaire(request: HttpRequest, logement_id: int) -> HttpResponse:
    """The home has an owner, or another one, from a date."""
    perimetre: Perimetre = request.perimetre
    logement = find_logement(perimetre, logement_id)
    current = list_proprietes(perimetre, logement_id)[:1]
    aide = (
        f"Propriétaire actuel : {current[0].proprietaire.nom}, "
        f"depuis le {current[0].du:%d/%m/%Y}. Il le reste jusqu’à la veille de la date donnée."
        if current
        else "Aucun propriétaire n’est encore enregistré pour ce logement."
    )

    @transaction.atomic  # a refused change leaves no owner behind
    def envoi(form: Any) -> Fait:
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
        return Fait(f"{propriete.proprietaire.nom} est propriétaire depuis le {d['du']:%d/%m/%Y}.")

    connus = list_choix_proprietaires(perimetre, logement.organisation_id)
    form = bind(forms.FormulaireChangementProprietaire, request, connus=connus)
    page = _page(logement, "Changer de propriétaire", "proprietaire", aide=aide)
    return run_acte(request, form, page, envoi)


def _lecture_proprietaire(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    found = Proprietaire.objects.find_visible(perimetre, kwargs["proprietaire_id"])
    return Lecture("parc.proprietaire", found.pk, None, Niveau.FACTUEL, found.nom)


@route(*ROLES_PARC, consulte=_lecture_proprietaire)
def modifier_proprietaire(request: HttpRequest, proprietaire_id: int) -> HttpResponse:
    """Correct or complete an owner, then come back to the home it was opened from."""
    perimetre: Perimetre = request.perimetre
    found = Proprietaire.objects.find_visible(perimetre, proprietaire_id)
    initial = {nom: getattr(found, nom) for nom in forms.CHAMPS_PROPRIETAIRE}
    origine_id = read_entier(request.GET.get("logement", ""), 0)
    origine = Logement.objects.visible_to(perimetre).filter(pk=origine_id).first()

    def envoi(form: Any) -> Fait:
        update_proprietaire(
            perimetre=perimetre,
            proprietaire_id=proprietaire_id,
            version=read_version(request),
            donnees=form.to_proprietaire(bailleur_id=found.bailleur_id),
        )
        return Fait("Le propriétaire est modifié.")

    liste = reverse("parc:liste")
    autour = page_logement(origine) if origine else {"retour": liste, "fil": [("Logements", liste)]}
    page = PageActe(f"Modifier le propriétaire {found.nom}", version=found.version, **autour)
    form = bind(forms.FormulaireProprietaire, request, initial=initial)
    return run_acte(request, form, page, envoi)


@route(*ROLES_DIAGNOSTIC, consulte=lecture_logement)
def diagnostic(request: HttpRequest, logement_id: int) -> HttpResponse:
    """Record a technical visit."""
    perimetre: Perimetre = request.perimetre
    logement = find_logement(perimetre, logement_id)

    def envoi(form: Any) -> Fait:
        record_diagnostic(
            perimetre=perimetre, logement_id=logement_id, donnees=form.to_diagnostic()
        )
        return Fait("Le diagnostic technique est enregistré.")

    page = _page(
        logement, "Diagnostic technique", "diagnostic", envoyer="Enregistrer le diagnostic"
    )
    form = bind(forms.FormulaireDiagnostic, request, initial={"visite_le": perimetre.jour})
    return run_acte(request, form, page, envoi, gabarit="parc/diagnostic.html")
