"""Papers of a measure: the list, the contract, the versions of a review."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.documents.queries import list_documents
from cariatide.mesures import actions
from cariatide.mesures.documents import ENGAGEMENTS_MENAGE, ENGAGEMENTS_OPERATEUR
from cariatide.mesures.models import Bilan
from cariatide.mesures.queries import find_mesure, lecture_de, lecture_mesure, refuse_contrat
from cariatide.mesures.web import forms
from cariatide.mesures.web.views.commun import EQUIPE, LECTEURS, Genre, acte, page_acte
from cariatide.socle.pages.actes import ActeSimple, Fait, PageActe, run_acte
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau, Perimetre

OBJET = "mesures.mesure"
COLONNES = (
    Colonne("titre", "Document", principale=True),
    Colonne("reference", "Référence"),
    Colonne("etabli_le", "Établi le", "date"),
    Colonne("auteur", "Par"),
    Colonne("niveau", "Niveau"),
)


def _url(mesure_id: int) -> str:
    return reverse("mesures:documents", args=[mesure_id])


@route(*LECTEURS, consulte=lecture_mesure)
def liste(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """Issued papers of a measure that one may read."""
    perimetre: Perimetre = request.perimetre
    mesure = find_mesure(perimetre, mesure_id)
    found = list_documents(perimetre, objet=(OBJET, mesure_id)).select_related("remplace_par")
    contexte = {
        "mesure": mesure,
        "documents": list(found[:200]),
        "colonnes": COLONNES,
        "niveaux": {int(n): n for n in Niveau},
        "contrat": perimetre.find_mandat(EQUIPE, mesure.operateur_id) is not None
        and not refuse_contrat(mesure, perimetre),
    }
    return rend(request, "mesures/documents.html", contexte)


@route(*EQUIPE, consulte=lecture_mesure)
def contrat(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """The contract to sign, as a PDF."""
    mesure = find_mesure(request.perimetre, mesure_id)
    initial = {
        "debut": request.perimetre.jour,
        "engagements_menage": "\n".join(ENGAGEMENTS_MENAGE),
        "engagements_operateur": "\n".join(ENGAGEMENTS_OPERATEUR),
    }

    def envoi(form: Any) -> Fait:
        actions.issue_contrat(perimetre=request.perimetre, mesure_id=mesure_id, **form.cleaned_data)
        return Fait("Le contrat est établi : imprimez-le et faites-le signer.")

    autour = {**page_acte(request, mesure), "version": None, "retour": _url(mesure_id)}
    page = PageActe(
        "Établir le contrat d’accompagnement",
        envoyer="Établir le contrat",
        aide="Les objectifs en cours, la durée accordée et les signataires y figurent déjà.",
        refus=refuse_contrat(mesure, request.perimetre),
        **autour,
    )
    return run_acte(request, bind(forms.ContratForm, request, initial=initial), page, envoi)


# One PDF per recipient, each with the parts meant for them.
transmettre_bilan = acte(
    Genre(
        "bilan_id",
        lambda perimetre, pk: Bilan.objects.find_visible(perimetre, pk),
        lambda bilan: _url(bilan.mesure_id),
        lecture_de(Bilan, "bilan_id"),
    ),
    EQUIPE,
    ActeSimple(
        "Transmettre le bilan",
        "Établir les documents",
        "Les versions du bilan sont établies ; elles sont dans les documents de la mesure.",
        forms.TransmettreBilanForm,
        actions.issue_bilan,
        aide="Le financeur et le bailleur reçoivent les faits et la synthèse pour les partenaires.",
    ),
)
