"""Pages that write on works and their financing plan."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.amelioration.actions import (
    open_operation,
    remove_financement,
    save_financement,
    update_operation,
)
from cariatide.amelioration.models import FinancementTravaux, OperationTravaux
from cariatide.amelioration.queries import (
    find_cout_estime,
    find_operation,
    lecture_operation,
    list_conventions_operees,
    list_occupants,
)
from cariatide.amelioration.statuts import MODIFIABLES, ROLES_ETUDE, Finalite
from cariatide.amelioration.web import forms
from cariatide.baux.queries import find_en_cours
from cariatide.menages.models import Domicile, Menage
from cariatide.menages.queries import lecture_menage
from cariatide.parc.actions import create_logement
from cariatide.parc.models import Logement
from cariatide.parc.queries import find_logement, lecture_logement
from cariatide.partenaires.queries import list_organisations
from cariatide.partenaires.statuts import TypeOrganisation
from cariatide.socle.pages.actes import Fait, PageActe, done, read_version, run_acte, send
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre

# Who may fund works; anybody else is named in words.
FINANCEURS = (
    TypeOrganisation.ANAH, TypeOrganisation.DEPARTEMENT, TypeOrganisation.REGION,
    TypeOrganisation.EPCI, TypeOrganisation.COMMUNE, TypeOrganisation.CCAS, TypeOrganisation.CAF,
    TypeOrganisation.MSA, TypeOrganisation.ACTION_LOGEMENT, TypeOrganisation.CAISSE_RETRAITE,
    TypeOrganisation.BANQUE_DES_TERRITOIRES, TypeOrganisation.BAILLEUR_SOCIAL,
    TypeOrganisation.DDT, TypeOrganisation.ASSOCIATION,
)  # fmt: skip


def _url(operation_id: int) -> str:
    return reverse("amelioration:operation", args=[operation_id])


def _initial(perimetre: Perimetre, conventions: list[tuple[int, str]]) -> dict[str, Any]:
    return {
        "etudiee_le": perimetre.jour,
        "convention": conventions[0][0] if len(conventions) == 1 else "",
    }


@route(*ROLES_ETUDE, consulte=lecture_logement)
def nouvelle(request: HttpRequest, logement_id: int) -> HttpResponse:
    """Open the study of works on a home of the stock."""
    perimetre: Perimetre = request.perimetre
    logement = find_logement(perimetre, logement_id)
    conventions = list_conventions_operees(perimetre)
    occupants = list_occupants(perimetre, logement_id)
    initial = {
        **_initial(perimetre, conventions),
        "cout": find_cout_estime(perimetre, logement_id),
        "finalite": Finalite.MAINTIEN if occupants else Finalite.PRODUCTION,
        "menage": occupants[0].menage_id if occupants else "",
    }

    def envoi(form: Any) -> Fait:
        operation = open_operation(
            perimetre=perimetre, logement_id=logement_id, donnees=form.to_operation()
        )
        return Fait(
            f"L’étude {operation.reference} est ouverte. Montez son plan de financement.",
            _url(operation.pk),
        )

    page = PageActe(
        "Ouvrir une étude de travaux",
        retour=reverse("parc:logement", args=[logement_id]),
        envoyer="Ouvrir l’étude",
        fil=[("Travaux", reverse("amelioration:liste"))],
        surtitre=f"{logement.get_type_display()}, {logement.adresse}",
    )
    form = bind(
        forms.FormulaireEtude,
        request,
        conventions=conventions,
        occupants=occupants,
        initial=initial,
    )
    return run_acte(request, form, page, envoi)


def _read_domicile(perimetre: Perimetre, menage_id: int) -> dict[str, Any]:
    """Where the household lives, as far as the perimeter reads it: nothing is typed twice."""
    domicile = (
        Domicile.objects.visible_to(perimetre)
        .filter(menage_id=menage_id, au__isnull=True)
        .select_related("commune")
        .first()
    )
    noms = ("adresse", "complement", "code_postal", "commune")
    return {nom: getattr(domicile, nom) for nom in noms} if domicile else {}


@route(*ROLES_ETUDE, consulte=lecture_menage)
def pour_menage(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Open works for a household; its home joins the stock if it was not there."""
    perimetre: Perimetre = request.perimetre
    menage = Menage.objects.find_visible(perimetre, menage_id)
    occupation = find_en_cours(perimetre, menage_id)
    if (
        occupation
        and Logement.objects.visible_to(perimetre).filter(pk=occupation.logement_id).exists()
    ):
        return redirect("amelioration:nouvelle", occupation.logement_id)
    conventions = list_conventions_operees(perimetre)
    initial = {**_initial(perimetre, conventions), **_read_domicile(perimetre, menage_id)}

    @transaction.atomic  # a refused study leaves no home behind
    def envoi(form: Any) -> Fait:
        mandat = perimetre.mandats[0]  # one of the route's roles: the others are left aside
        logement = create_logement(
            perimetre=perimetre, organisation_id=mandat.organisation_id, donnees=form.to_logement()
        )
        operation = open_operation(
            perimetre=perimetre, logement_id=logement.pk, donnees=form.to_operation(menage_id)
        )
        return Fait(
            f"L’étude {operation.reference} est ouverte et le logement {logement.reference} "
            "est enregistré.",
            _url(operation.pk),
        )

    page = PageActe(
        "Travaux pour un ménage",
        retour=reverse("menages:detail", args=[menage_id]),
        envoyer="Ouvrir l’étude",
        fil=[("Travaux", reverse("amelioration:liste"))],
        surtitre=f"Ménage {menage.nom_usage} · {menage.reference}",
        aide="Le logement du ménage rejoint le parc de votre organisation.",
    )
    form = bind(forms.FormulaireEtudeMenage, request, conventions=conventions, initial=initial)
    return run_acte(request, form, page, envoi)


def page_operation(operation: OperationTravaux) -> dict[str, Any]:
    """What a PageActe says of the works."""
    return {
        "retour": _url(operation.pk),
        "version": operation.version,
        "fil": [
            ("Travaux", reverse("amelioration:liste")),
            (operation.reference, _url(operation.pk)),
        ],
        "surtitre": operation.objet,
    }


def _page(perimetre: Perimetre, operation: OperationTravaux, titre: str) -> PageActe:
    """The page of a change, or why works may not change any more."""
    refus = ""
    if operation.statut not in MODIFIABLES:
        refus = "Des travaux achevés ou abandonnés ne se modifient plus."
    elif perimetre.find_mandat(ROLES_ETUDE, operation.organisation_id) is None:
        refus = "Ces travaux sont conduits par une autre organisation."
    return PageActe(titre, refus=refus, **page_operation(operation))


@route(*ROLES_ETUDE, consulte=lecture_operation)
def modifier(request: HttpRequest, operation_id: int) -> HttpResponse:
    """Correct or complete works that are not finished."""
    perimetre: Perimetre = request.perimetre
    operation = find_operation(perimetre, operation_id)
    initial = {nom: getattr(operation, nom) for nom in forms.ChampsTravaux.base_fields}
    form = bind(forms.ChampsTravaux, request, initial=initial)
    envoi = send(request, update_operation, "L’opération est modifiée.", operation_id=operation_id)
    return run_acte(request, form, _page(perimetre, operation, "Modifier les travaux"), envoi)


def _financement(
    request: HttpRequest, operation_id: int, financement_id: int | None
) -> HttpResponse:
    perimetre: Perimetre = request.perimetre
    operation = find_operation(perimetre, operation_id)
    initial: dict[str, Any] = {}
    if financement_id is not None:
        ligne = FinancementTravaux.objects.filter(operation_id=operation_id).find_visible(
            perimetre, financement_id
        )
        noms = ("nature", "financeur", "libelle", "sollicite", "accorde", "reponse_le")
        initial = {nom: getattr(ligne, nom) for nom in noms}

    def envoi(form: Any) -> Fait:
        save_financement(
            perimetre=perimetre,
            operation_id=operation_id,
            version=read_version(request),
            financement_id=financement_id,
            donnees=form.to_financement(),
        )
        return Fait("Le plan de financement est à jour.")

    titre = "Ajouter un financement" if financement_id is None else "Modifier un financement"
    financeurs = list_organisations(perimetre.jour, *FINANCEURS)
    form = bind(forms.FormulaireFinancement, request, financeurs=financeurs, initial=initial)
    return run_acte(request, form, _page(perimetre, operation, titre), envoi)


@route(*ROLES_ETUDE, consulte=lecture_operation)
def financement(request: HttpRequest, operation_id: int) -> HttpResponse:
    """Add a line to the plan."""
    return _financement(request, operation_id, None)


@route(*ROLES_ETUDE, consulte=lecture_operation)
def modifier_financement(
    request: HttpRequest, operation_id: int, financement_id: int
) -> HttpResponse:
    """Write the answer of a funder, or correct a line."""
    return _financement(request, operation_id, financement_id)


@route(*ROLES_ETUDE)
@require_POST
def retirer_financement(
    request: HttpRequest, operation_id: int, financement_id: int
) -> HttpResponse:
    """Take a line out of a plan under study."""
    remove_financement(
        perimetre=request.perimetre,
        operation_id=operation_id,
        version=read_version(request),
        financement_id=financement_id,
    )
    return done(request, "La ligne est retirée du plan de financement.", _url(operation_id))
