"""Teams: mandates, invitations, accounts."""

from dataclasses import replace
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.comptes.models import Utilisateur
from cariatide.partenaires import actions, queries
from cariatide.partenaires.actions.equipe import refuse_account
from cariatide.partenaires.models import Organisation
from cariatide.partenaires.rules import ROLES_ADMINISTRATION, list_grantable
from cariatide.partenaires.statuts import Role
from cariatide.partenaires.web import forms
from cariatide.partenaires.web.commun import find_administree, page_organisation
from cariatide.partenaires.web.liste_equipe import build_outils, find_equipe
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ErreurMetier, Introuvable
from cariatide.socle.pages.actes import Fait, PageActe, run_acte, run_bouton
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route

COLONNES = (
    Colonne("email", "Adresse", principale=True),
    Colonne("nom", "Personne"),
    Colonne("fonction", "Fonction"),
    Colonne("last_login", "Dernière connexion", "heure"),
    Colonne("etat", "État"),
)
CHAMPS = ("pk", "email", "nom", "prenom", "fonction", "last_login", "is_active", "mandate")


def _equipe(organisation_id: int) -> str:
    return reverse("partenaires:equipe", args=[organisation_id])


def _personne(organisation_id: int, utilisateur_id: int) -> str:
    return reverse("partenaires:personne", args=[organisation_id, utilisateur_id])


@route(*ROLES_ADMINISTRATION)
def mon_equipe(request: HttpRequest) -> HttpResponse:
    """The team of the organisation one administers; the directory when there are several."""
    organisation_id = find_equipe(request)
    return redirect(_equipe(organisation_id) if organisation_id else "partenaires:annuaire")


@route(*ROLES_ADMINISTRATION)
def equipe(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Everybody who acts or acted for the organisation, and who is invited."""
    organisation = find_administree(request.perimetre, organisation_id)
    contexte = {
        "organisation": organisation,
        "membres": queries.list_equipe(organisation_id, request.perimetre.jour),
        "invitations": list(queries.list_invitations(organisation_id)),
        "technique": request.perimetre.has_role(Role.ADMINISTRATEUR_TECHNIQUE),
        "roles": dict(Role.choices),
        "outils": build_outils(request, organisation_id),
    }
    return rend(request, "partenaires/equipe.html", contexte)


def _page(organisation: Organisation, titre: str, envoyer: str, retour: str = "") -> PageActe:
    page = page_organisation(organisation, titre)
    equipe = _equipe(organisation.pk)
    return replace(
        page, envoyer=envoyer, retour=retour or equipe, fil=[*page.fil, ("Équipe", equipe)]
    )


@route(*ROLES_ADMINISTRATION)
def inviter(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Invite a colleague by e-mail."""
    organisation = find_administree(request.perimetre, organisation_id)

    def envoi(form: Any) -> Fait:
        invitation = actions.invite_collegue(
            perimetre=request.perimetre, organisation_id=organisation_id, **form.cleaned_data
        )
        return Fait(
            f"L’invitation part à {invitation.courriel}. Son lien sert une fois, pendant sept "
            "jours."
        )

    form = bind(
        forms.FormulaireInvitation,
        request,
        perimetre=request.perimetre,
        organisation_id=organisation_id,
    )
    page = _page(organisation, "Inviter un collègue", "Envoyer l’invitation")
    return run_acte(request, form, page, envoi)


@route(*ROLES_ADMINISTRATION)
@require_POST
def renvoyer(request: HttpRequest, organisation_id: int, invitation_id: int) -> HttpResponse:
    """Send a new link."""
    find_administree(request.perimetre, organisation_id)

    def envoi() -> Fait:
        invitation = actions.resend_invitation(
            perimetre=request.perimetre, invitation_id=invitation_id
        )
        return Fait(f"Un nouveau lien part à {invitation.courriel} ; l’ancien ne sert plus.")

    return run_bouton(request, _equipe(organisation_id), envoi)


@route(*ROLES_ADMINISTRATION)
@require_POST
def annuler(request: HttpRequest, organisation_id: int, invitation_id: int) -> HttpResponse:
    """The link stops working."""
    find_administree(request.perimetre, organisation_id)

    def envoi() -> Fait:
        invitation = actions.cancel_invitation(
            perimetre=request.perimetre, invitation_id=invitation_id
        )
        return Fait(f"L’invitation de {invitation.courriel} est annulée : son lien ne sert plus.")

    return run_bouton(request, _equipe(organisation_id), envoi)


@route(*ROLES_ADMINISTRATION)
def personne(request: HttpRequest, organisation_id: int, utilisateur_id: int) -> HttpResponse:
    """One person: mandates past, present and to come; the account."""
    perimetre = request.perimetre
    organisation = find_administree(perimetre, organisation_id)
    utilisateur = queries.find_personne(perimetre, organisation_id, utilisateur_id)
    grantable = list_grantable(perimetre, organisation_id)
    soi = utilisateur.pk == perimetre.utilisateur_id
    refus = refuse_account(perimetre, utilisateur.pk, perimetre.jour)
    contexte = {
        "organisation": organisation,
        "personne": utilisateur,
        "mandats": queries.list_mandats(perimetre, utilisateur.pk, organisation_id),
        "roles_accordables": grantable,
        "refus_compte": "Vous ne pouvez pas désactiver votre propre compte." if soi else refus,
        "form_motif": forms.FormulaireMotif(),
        "form_reconnu": forms.FormulaireMotif(prefix=None, auto_id="id_reconnu_%s"),
        "a_un_facteur": is_mfa_enabled(utilisateur),
    }
    return rend(request, "partenaires/personne.html", contexte)


def _form_mandat(
    request: HttpRequest, organisation_id: int, classe: type[Formulaire]
) -> Formulaire:
    return bind(
        classe,
        request,
        perimetre=request.perimetre,
        organisation_id=organisation_id,
        initial={"du": request.perimetre.jour},
    )


@route(*ROLES_ADMINISTRATION)
def accorder(request: HttpRequest, organisation_id: int, utilisateur_id: int) -> HttpResponse:
    """Give a role to somebody of the team."""
    organisation = find_administree(request.perimetre, organisation_id)
    utilisateur = queries.find_personne(request.perimetre, organisation_id, utilisateur_id)
    page = _page(
        organisation,
        f"Nouveau mandat pour {utilisateur}",
        "Accorder le mandat",
        _personne(organisation_id, utilisateur_id),
    )
    form = _form_mandat(request, organisation_id, forms.FormulaireMandat)
    return run_acte(
        request, form, page, lambda form: _grant(request, organisation_id, utilisateur, form)
    )


def _grant(
    request: HttpRequest, organisation_id: int, utilisateur: Utilisateur, form: Formulaire
) -> Fait:
    d = form.cleaned_data
    mandat = actions.grant_mandat(
        perimetre=request.perimetre,
        organisation_id=organisation_id,
        utilisateur_id=utilisateur.pk,
        role=d["role"],
        du=d["du"],
        au=d["au"],
        convention_id=d["convention"],
        secteur_id=d["secteur"],
    )
    return Fait(
        f"{utilisateur} est « {mandat.get_role_display()} » à partir du {format_date(mandat.du)}.",
        _personne(organisation_id, utilisateur.pk),
    )


@route(Role.ADMINISTRATEUR_TECHNIQUE)
def nouveau_mandat(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Give a role to any account, by its address."""
    organisation = find_administree(request.perimetre, organisation_id)

    def envoi(form: Any) -> Fait:
        courriel = form.cleaned_data["courriel"]
        utilisateur = Utilisateur.objects.filter(email__iexact=courriel).first()
        if utilisateur is None:
            phrase = "Aucun compte n’a cette adresse : invitez cette personne."
            raise ErreurMetier(phrase, {"courriel": phrase})
        return _grant(request, organisation_id, utilisateur, form)

    page = _page(organisation, "Accorder un mandat", "Accorder le mandat")
    form = _form_mandat(request, organisation_id, forms.NouveauMandat)
    return run_acte(request, form, page, envoi)


@route(*ROLES_ADMINISTRATION)
def terminer(request: HttpRequest, organisation_id: int, mandat_id: int) -> HttpResponse:
    """Give a mandate its last day."""
    organisation = find_administree(request.perimetre, organisation_id)
    mandat = organisation.mandats.select_related("utilisateur").filter(pk=mandat_id).first()
    if mandat is None:
        raise Introuvable("Ce mandat n’existe pas.")

    def envoi(form: Any) -> Fait:
        au = form.cleaned_data["au"]
        actions.end_mandat(perimetre=request.perimetre, mandat_id=mandat_id, au=au)
        return Fait(f"Le mandat de {mandat.utilisateur} prend fin le {format_date(au)}.")

    page = _page(
        organisation,
        f"Fin du mandat « {mandat.get_role_display()} » de {mandat.utilisateur}",
        "Mettre fin au mandat",
        _personne(organisation_id, mandat.utilisateur_id),
    )
    form = bind(forms.FinMandat, request, initial={"au": request.perimetre.jour})
    return run_acte(request, form, page, envoi)


@route(*ROLES_ADMINISTRATION)
@require_POST
def desactiver(request: HttpRequest, organisation_id: int, utilisateur_id: int) -> HttpResponse:
    """Close an account at once."""

    def envoi() -> Fait:
        utilisateur = actions.deactivate_personne(
            perimetre=request.perimetre,
            organisation_id=organisation_id,
            utilisateur_id=utilisateur_id,
            motif=request.POST.get("motif", "")[:300],
        )
        return Fait(f"Le compte de {utilisateur} est désactivé : ses sessions sont fermées.")

    return run_bouton(request, _personne(organisation_id, utilisateur_id), envoi)


@route(*ROLES_ADMINISTRATION)
@require_POST
def reinitialiser(request: HttpRequest, organisation_id: int, utilisateur_id: int) -> HttpResponse:
    """Forget a lost second factor; its person sets a new one with the next sign-in."""

    def envoi() -> Fait:
        utilisateur = actions.reset_facteur_personne(
            perimetre=request.perimetre,
            organisation_id=organisation_id,
            utilisateur_id=utilisateur_id,
            motif=request.POST.get("motif", "")[:300],
        )
        return Fait(
            f"Le second facteur de {utilisateur} est oublié et ses sessions sont fermées : la "
            "prochaine connexion en demandera un nouveau."
        )

    return run_bouton(request, _personne(organisation_id, utilisateur_id), envoi)


@route(*ROLES_ADMINISTRATION)
@require_POST
def reactiver(request: HttpRequest, organisation_id: int, utilisateur_id: int) -> HttpResponse:
    """Open a closed account again."""

    def envoi() -> Fait:
        utilisateur = actions.reactivate_personne(
            perimetre=request.perimetre,
            organisation_id=organisation_id,
            utilisateur_id=utilisateur_id,
        )
        return Fait(f"Le compte de {utilisateur} est rouvert, avec ses mandats en vigueur.")

    return run_bouton(request, _personne(organisation_id, utilisateur_id), envoi)


COMPTES = PageListe(
    "partenaires/comptes.html",
    filtres=lambda request: forms.FiltresComptes(request.GET),
    lignes=lambda perimetre, filtres: queries.list_comptes(perimetre.jour, filtres),
    tris=queries.TRIS_COMPTES,
    champs=CHAMPS,
    colonnes=COLONNES,
    adresse="partenaires:comptes",
    nom="comptes",
    libelle_export="Export de la liste des comptes",
)


@route(Role.ADMINISTRATEUR_TECHNIQUE)
def comptes(request: HttpRequest) -> HttpResponse:
    """Every account of the platform."""
    return COMPTES.show(request)


@route(Role.ADMINISTRATEUR_TECHNIQUE)
def compte(request: HttpRequest, utilisateur_id: int) -> HttpResponse:
    """The page of an account, under the organisation of its latest mandate."""
    utilisateur = Utilisateur.objects.filter(pk=utilisateur_id).first()
    if utilisateur is None:
        raise Introuvable("Ce compte n’existe pas.")
    dernier = utilisateur.mandats.order_by("-du", "-pk").first()
    if dernier is None:
        contexte = {"personne": utilisateur}
        return rend(request, "partenaires/compte_sans_mandat.html", contexte)
    return redirect(_personne(dernier.organisation_id, utilisateur_id))
