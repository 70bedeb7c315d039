"""A portfolio that changes hands."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.mesures import actions
from cariatide.mesures.queries import list_portefeuille, list_referents
from cariatide.mesures.web import forms
from cariatide.mesures.web.views.commun import EQUIPE
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.actes import Fait, PageActe, run_acte
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre


@route(*EQUIPE)
def transferer(request: HttpRequest, referent_id: int) -> HttpResponse:
    """Give a portfolio, or part of it, to somebody else: leave, departure, load."""
    perimetre: Perimetre = request.perimetre
    siennes = list(list_portefeuille(perimetre, referent_id)[:500])
    if not siennes:
        raise Introuvable("Ce portefeuille n’existe pas, ou il est vide.")
    operateurs = sorted({m.operateur_id for m in siennes})
    people = {u.pk: u.nom_complet for o in operateurs for u in list_referents(o, perimetre.jour)}
    nom = siennes[0].referent.nom_complet
    retour = reverse("mesures:portefeuille")
    page = PageActe(
        f"Transférer le portefeuille de {nom}",
        retour=retour,
        envoyer="Transférer",
        fil=[("Mon portefeuille", retour)],
        aide="Les droits de niveau confidentiel et les échéances passent aujourd’hui au nouveau "
        "référent. Les deux personnes en sont averties ; chaque dossier le mentionne.",
    )

    def envoi(form: Any) -> Fait:
        donnees = form.cleaned_data
        nombre = actions.transfer_portefeuille(
            perimetre=perimetre, de_id=referent_id, vers_id=donnees["vers"],
            mesures=donnees["mesures"], motif=donnees["motif"],
        )  # fmt: skip
        quoi = "Une mesure est confiée" if nombre == 1 else f"{nombre} mesures sont confiées"
        return Fait(f"{quoi} à {people[donnees['vers']]}. Les deux personnes en sont averties.")

    form = bind(
        forms.TransfertForm,
        request,
        referents=[(pk, nom) for pk, nom in people.items() if pk != referent_id],
        siennes=[(m.pk, f"{m.menage.nom_usage}, {m.reference}") for m in siennes],
        initial={"mesures": [m.pk for m in siennes]},
    )
    return run_acte(request, form, page, envoi)
