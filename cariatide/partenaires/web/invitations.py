"""The page that an invitation's link opens: no account is needed to reach it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cariatide.comptes.models import Utilisateur
from cariatide.partenaires import actions
from cariatide.partenaires.actions.invitations import find_invitation
from cariatide.partenaires.statuts import Role
from cariatide.partenaires.web.forms import AccepteInvitation
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.actes import Fait, PageActe, run_acte
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import route


@route(public=True)
def accepter(request: HttpRequest, jeton: str) -> HttpResponse:
    """Open one's account, or add the mandate to the account that is signed in."""
    try:
        invitation = find_invitation(jeton)
    except Introuvable as erreur:
        contexte = {"message": erreur.message}
        return rend(request, "partenaires/invitation_morte.html", contexte, statut=404)
    compte = Utilisateur.objects.filter(email__iexact=invitation.courriel).first()
    contexte = {
        "invitation": invitation,
        "role": Role(invitation.role).label,
        "aides": [str(t) for t in password_validators_help_texts()],
        "compte": compte,
        "connecte": request.user.is_authenticated,
        "le_bon": compte is not None and compte.pk == request.perimetre.utilisateur_id,
    }
    if compte is not None:
        return _join(request, jeton, contexte)
    form = bind(
        AccepteInvitation, request, initial={"prenom": invitation.prenom, "nom": invitation.nom}
    )

    def envoi(form: Any) -> Fait:
        d = form.cleaned_data
        actions.accept_invitation(
            perimetre=request.perimetre,
            jeton=jeton,
            prenom=d["prenom"],
            nom=d["nom"],
            mot_de_passe=d["mot_de_passe"],
        )
        return Fait("Votre accès est ouvert : connectez-vous.")

    page = PageActe("Ouvrir votre accès", retour=reverse("account_login"))
    return run_acte(request, form, page, envoi, gabarit="partenaires/invitation.html", **contexte)


def _join(request: HttpRequest, jeton: str, contexte: dict[str, object]) -> HttpResponse:
    """Somebody known joins one more organisation: signed in, one button."""
    if request.method == "POST":
        actions.accept_invitation(perimetre=request.perimetre, jeton=jeton)
        messages.success(request, "Votre nouveau mandat est ouvert.")
        return redirect("web:accueil")
    return rend(request, "partenaires/invitation_connue.html", contexte)
