"""A portfolio that changes hands."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.mesures import actions
from cariatide.mesures.queries import list_portefeuille, list_referents
from cariatide.mesures.statuts import StatutTransfert
from cariatide.mesures.web import forms
from cariatide.mesures.web.views.commun import EQUIPE
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.actes import Fait, PageActe, run_acte, run_bouton
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
        aide="Les droits de niveau confidentiel et les échéances passent ce jour-là au nouveau "
        "référent, et reviennent avec les mesures. Les deux personnes en sont averties.",
    )

    def envoi(form: Any) -> Fait:
        donnees = form.cleaned_data
        a_qui, du, au = people[donnees["vers"]], donnees["du"], donnees["au"]
        common = {
            "perimetre": perimetre, "de_id": referent_id, "vers_id": donnees["vers"],
            "mesures": donnees["mesures"], "motif": donnees["motif"],
        }  # fmt: skip
        if du == perimetre.jour and au is None:
            nombre = actions.transfer_portefeuille(**common)
            quoi = "Une mesure est confiée" if nombre == 1 else f"{nombre} mesures sont confiées"
            return Fait(f"{quoi} à {a_qui}. Les deux personnes en sont averties.")
        actions.plan_transfert(**common, du=du, au=au)
        retour = f", jusqu’au {format_date(au)}" if au else ""
        return Fait(f"Le transfert à {a_qui} est prévu à partir du {format_date(du)}{retour}.")

    form = bind(
        forms.TransfertForm,
        request,
        referents=[(pk, nom) for pk, nom in people.items() if pk != referent_id],
        siennes=[(m.pk, f"{m.menage.nom_usage}, {m.reference}") for m in siennes],
        initial={"mesures": [m.pk for m in siennes], "du": perimetre.jour},
    )
    return run_acte(request, form, page, envoi)


@route(*EQUIPE)
@require_POST
def arreter(request: HttpRequest, transfert_id: int) -> HttpResponse:
    """Cancel a planned transfer, or give the measures back now."""

    def envoi() -> Fait:
        transfert = actions.stop_transfert(perimetre=request.perimetre, transfert_id=transfert_id)
        if transfert.statut == StatutTransfert.ANNULE:
            return Fait("Le transfert prévu est annulé. Les deux personnes en sont averties.")
        return Fait("Les mesures sont rendues. Les deux personnes en sont averties.")

    return run_bouton(request, reverse("mesures:portefeuille"), envoi)
