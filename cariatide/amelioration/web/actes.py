"""The acts of the life of works, one route each."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from cariatide.amelioration.actions import DonneesActe, advance_operation
from cariatide.amelioration.lifecycle import CYCLE
from cariatide.amelioration.models import OperationTravaux
from cariatide.amelioration.queries import (
    find_entree,
    find_operation,
    lecture_operation,
    make_contexte,
)
from cariatide.amelioration.statuts import ROLES_TRAVAUX
from cariatide.amelioration.web import forms
from cariatide.amelioration.web.ecriture import page_operation
from cariatide.socle.pages.actes import Fait, PageActe, read_version, run_acte
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre


def _describe_entree(operation: OperationTravaux) -> str:
    """The date that the works take when they are let: it is not typed."""
    entree = find_entree(operation)
    return f"Un ménage est entré dans ce logement le {entree[1]:%d/%m/%Y}." if entree else ""


def _acte(nom: str, fait: str, formulaire: type[Formulaire]) -> Callable[..., HttpResponse]:
    """The view of a transition: what it needs, then the act."""

    @route(*ROLES_TRAVAUX, consulte=lecture_operation)
    def vue(request: HttpRequest, operation_id: int) -> HttpResponse:
        perimetre: Perimetre = request.perimetre
        operation = find_operation(perimetre, operation_id)
        transition = CYCLE.transitions[nom]

        def envoi(form: Any) -> Fait:
            d = form.cleaned_data
            advance_operation(
                perimetre=perimetre,
                operation_id=operation_id,
                acte=nom,
                version=read_version(request),
                donnees=DonneesActe(
                    le=d.get("le", perimetre.jour),
                    motif=d.get("motif", ""),
                    reserves=d.get("reserves", ""),
                    fin_prevue=d.get("fin_prevue"),
                ),
            )
            return Fait(fait)

        refus = CYCLE.refusal(transition, operation, make_contexte(perimetre, operation))
        page = PageActe(
            transition.libelle,
            envoyer=transition.libelle,
            aide=_describe_entree(operation) if nom == "louer" else "",
            refus=refus or "",
            **page_operation(operation),
        )
        initial = {"le": perimetre.jour, "fin_prevue": operation.fin_prevue}
        return run_acte(request, bind(formulaire, request, initial=initial), page, envoi)

    return vue


financer = _acte(
    "financer",
    "Le financement est constaté : les travaux peuvent commencer.",
    forms.FormulaireActe,
)
commencer = _acte("commencer", "Les travaux sont commencés.", forms.FormulaireCommencer)
achever = _acte("achever", "L’achèvement est constaté.", forms.FormulaireAchever)
louer = _acte(
    "louer",
    "La mise en location est constatée, à la date d’entrée du ménage.",
    forms.FormulaireLouer,
)
abandonner = _acte(
    "abandonner",
    "L’opération est abandonnée ; ses échéances sont annulées.",
    forms.FormulaireAbandonner,
)
