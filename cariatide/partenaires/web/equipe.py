"""Teams: mandates, invitations, accounts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.comptes.models import Utilisateur
from cariatide.partenaires import actions, queries
from cariatide.partenaires.actions.equipe import refuse_account
from cariatide.partenaires.rules import ROLES_ADMINISTRATION, list_grantable
from cariatide.partenaires.statuts import Role
from cariatide.partenaires.web import forms
from cariatide.partenaires.web.commun import find_administree, run_act, run_form
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ErreurMetier, Introuvable
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import choose_tri, paginate
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
    miennes = {
        m.organisation_id for m in request.perimetre.mandats if m.role == Role.ADMINISTRATEUR
    }
    if len(miennes) == 1:
        return redirect(_equipe(miennes.pop()))
    return redirect("partenaires:annuaire")


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
    }
    return rend(request, "partenaires/equipe.html", contexte)


@route(*ROLES_ADMINISTRATION)
def inviter(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Invite a colleague by e-mail."""
    organisation = find_administree(request.perimetre, organisation_id)
    form = bind(
        forms.FormulaireInvitation,
        request,
        perimetre=request.perimetre,
        organisation_id=organisation_id,
    )

    def acte(form: Formulaire) -> tuple[str, str]:
        invitation = actions.invite_collegue(
            perimetre=request.perimetre, organisation_id=organisation_id, **form.cleaned_data
        )
        return (
            f"L’invitation part à {invitation.courriel}. Son lien sert une fois, pendant sept "
            "jours.",
            _equipe(organisation_id),
        )

    contexte = {
        "titre": "Inviter un collègue",
        "organisation": organisation,
        "envoyer": "Envoyer l’invitation",
        "annuler": _equipe(organisation_id),
        "equipe": True,
    }
    return run_form(request, form, acte, contexte)


@route(*ROLES_ADMINISTRATION)
@require_POST
def renvoyer(request: HttpRequest, organisation_id: int, invitation_id: int) -> HttpResponse:
    """Send a new link."""
    find_administree(request.perimetre, organisation_id)

    def acte() -> str:
        invitation = actions.resend_invitation(
            perimetre=request.perimetre, invitation_id=invitation_id
        )
        return f"Un nouveau lien part à {invitation.courriel} ; l’ancien ne sert plus."

    return run_act(request, acte, _equipe(organisation_id))


@route(*ROLES_ADMINISTRATION)
@require_POST
def annuler(request: HttpRequest, organisation_id: int, invitation_id: int) -> HttpResponse:
    """The link stops working."""
    find_administree(request.perimetre, organisation_id)

    def acte() -> str:
        invitation = actions.cancel_invitation(
            perimetre=request.perimetre, invitation_id=invitation_id
        )
        return f"L’invitation de {invitation.courriel} est annulée : son lien ne sert plus."

    return run_act(request, acte, _equipe(organisation_id))


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
    }
    return rend(request, "partenaires/personne.html", contexte)


@route(*ROLES_ADMINISTRATION)
def accorder(request: HttpRequest, organisation_id: int, utilisateur_id: int) -> HttpResponse:
    """Give a role to somebody of the team."""
    organisation = find_administree(request.perimetre, organisation_id)
    utilisateur = queries.find_personne(request.perimetre, organisation_id, utilisateur_id)
    form = bind(
        forms.FormulaireMandat,
        request,
        perimetre=request.perimetre,
        organisation_id=organisation_id,
        initial={"du": request.perimetre.jour},
    )

    def acte(form: Formulaire) -> tuple[str, str]:
        return _grant(request, organisation_id, utilisateur, form)

    contexte = {
        "titre": f"Nouveau mandat pour {utilisateur}",
        "organisation": organisation,
        "envoyer": "Accorder le mandat",
        "annuler": _personne(organisation_id, utilisateur_id),
        "equipe": True,
    }
    return run_form(request, form, acte, contexte)


def _grant(
    request: HttpRequest, organisation_id: int, utilisateur: Utilisateur, form: Formulaire
) -> tuple[str, str]:
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
    return (
        f"{utilisateur} est « {mandat.get_role_display()} » à partir du {format_date(mandat.du)}.",
        _personne(organisation_id, utilisateur.pk),
    )


@route(Role.ADMINISTRATEUR_TECHNIQUE)
def nouveau_mandat(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Give a role to any account, by its address."""
    organisation = find_administree(request.perimetre, organisation_id)
    form = bind(
        forms.NouveauMandat,
        request,
        perimetre=request.perimetre,
        organisation_id=organisation_id,
        initial={"du": request.perimetre.jour},
    )

    def acte(form: Formulaire) -> tuple[str, str]:
        utilisateur = Utilisateur.objects.filter(
            email__iexact=form.cleaned_data["courriel"]
        ).first()
        if utilisateur is None:
            phrase = "Aucun compte n’a cette adresse : invitez cette personne."
            raise ErreurMetier(phrase, {"courriel": phrase})
        return _grant(request, organisation_id, utilisateur, form)

    contexte = {
        "titre": "Accorder un mandat",
        "organisation": organisation,
        "envoyer": "Accorder le mandat",
        "annuler": _equipe(organisation_id),
        "equipe": True,
    }
    return run_form(request, form, acte, contexte)


@route(*ROLES_ADMINISTRATION)
def terminer(request: HttpRequest, organisation_id: int, mandat_id: int) -> HttpResponse:
    """Give a mandate its last day."""
    organisation = find_administree(request.perimetre, organisation_id)
    mandat = organisation.mandats.select_related("utilisateur").filter(pk=mandat_id).first()
    if mandat is None:
        raise Introuvable("Ce mandat n’existe pas.")

    def acte(form: Formulaire) -> tuple[str, str]:
        actions.end_mandat(
            perimetre=request.perimetre, mandat_id=mandat_id, au=form.cleaned_data["au"]
        )
        return (
            f"Le mandat de {mandat.utilisateur} prend fin le "
            f"{format_date(form.cleaned_data['au'])}.",
            _personne(organisation_id, mandat.utilisateur_id),
        )

    contexte = {
        "titre": f"Fin du mandat « {mandat.get_role_display()} » de {mandat.utilisateur}",
        "organisation": organisation,
        "envoyer": "Mettre fin au mandat",
        "annuler": _personne(organisation_id, mandat.utilisateur_id),
        "equipe": True,
    }
    form = bind(forms.FinMandat, request, initial={"au": request.perimetre.jour})
    return run_form(request, form, acte, contexte)


@route(*ROLES_ADMINISTRATION)
@require_POST
def desactiver(request: HttpRequest, organisation_id: int, utilisateur_id: int) -> HttpResponse:
    """Close an account at once."""

    def acte() -> str:
        utilisateur = actions.deactivate_personne(
            perimetre=request.perimetre,
            organisation_id=organisation_id,
            utilisateur_id=utilisateur_id,
            motif=request.POST.get("motif", "")[:300],
        )
        return f"Le compte de {utilisateur} est désactivé : ses sessions sont fermées."

    return run_act(request, acte, _personne(organisation_id, utilisateur_id))


@route(*ROLES_ADMINISTRATION)
@require_POST
def reactiver(request: HttpRequest, organisation_id: int, utilisateur_id: int) -> HttpResponse:
    """Open a closed account again."""

    def acte() -> str:
        utilisateur = actions.reactivate_personne(
            perimetre=request.perimetre,
            organisation_id=organisation_id,
            utilisateur_id=utilisateur_id,
        )
        return f"Le compte de {utilisateur} est rouvert, avec ses mandats en vigueur."

    return run_act(request, acte, _personne(organisation_id, utilisateur_id))


@route(Role.ADMINISTRATEUR_TECHNIQUE)
def comptes(request: HttpRequest) -> HttpResponse:
    """Every account of the platform."""
    form = forms.FiltresComptes(request.GET)
    form.is_valid()
    filtres = {k: v for k, v in form.cleaned_data.items() if v}
    page = paginate(
        queries.list_comptes(request.perimetre.jour, filtres),
        choose_tri(queries.TRIS_COMPTES, request.GET.get("tri")),
        CHAMPS,
        curseur=request.GET.get("curseur"),
        filtres=filtres,
    )
    contexte = {"form": form, "page": page, "colonnes": COLONNES, "filtres": filtres}
    return rend(request, "partenaires/comptes.html", contexte, bloc="liste")


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
