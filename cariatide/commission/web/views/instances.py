"""Pages of the instances: who sits, since when, with which quorum."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from cariatide.commission.actions import instances as actes
from cariatide.commission.models import Instance, RegleQuorum
from cariatide.commission.queries import (
    as_regle,
    find_instance,
    find_mandat_secretariat,
    list_instances,
    list_membres,
    list_seances,
)
from cariatide.commission.rules import describe_regle
from cariatide.commission.statuts import A_TENIR
from cariatide.commission.web import forms
from cariatide.commission.web.views.commun import ROLES_INSTANCE, read_int, run_form
from cariatide.partenaires.rules import is_in_force
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, Introuvable
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre


@route(*ROLES_INSTANCE)
def liste(request: HttpRequest) -> HttpResponseBase:
    """Every instance, those in force first: dates and bodies, no household."""
    perimetre: Perimetre = request.perimetre
    rows = list(list_instances())
    rows.sort(key=lambda i: not is_in_force(i.du, i.au, perimetre.jour))
    return rend(
        request,
        "commission/instances.html",
        {
            "instances": [(i, is_in_force(i.du, i.au, perimetre.jour)) for i in rows],
            "peut_creer": perimetre.has_role(Role.SECRETARIAT),
        },
    )


@route(*ROLES_INSTANCE)
def detail(request: HttpRequest, instance_id: int) -> HttpResponseBase:
    """Composition today and before, rules of quorum, sessions to come."""
    perimetre: Perimetre = request.perimetre
    instance = find_instance(instance_id)
    sieges = list(list_membres(instance.pk))
    jour = perimetre.jour
    regles = RegleQuorum.objects.filter(instance=instance).order_by("-du")
    return rend(
        request,
        "commission/instance.html",
        {
            "instance": instance,
            "en_vigueur": is_in_force(instance.du, instance.au, jour),
            "membres": [s for s in sieges if is_in_force(s.du, s.au, jour)],
            "autres": [s for s in sieges if not is_in_force(s.du, s.au, jour)],
            "regles": [
                (r, describe_regle(as_regle(r)), is_in_force(r.du, r.au, jour)) for r in regles
            ],
            "seances": list(
                list_seances(perimetre, {"instance": instance.pk})
                .filter(statut__in=A_TENIR)
                .order_by("le", "heure")[:6]
            ),
            "tient": find_mandat_secretariat(perimetre, instance) is not None,
        },
    )


def _find_tenue(request: HttpRequest, instance_id: int) -> Instance:
    instance = find_instance(instance_id)
    if find_mandat_secretariat(request.perimetre, instance) is None:
        raise ActeRefuse("Seul le secrétariat de l’instance peut la modifier.")
    return instance


def _page(instance: Instance, titre: str, **plus: Any) -> dict[str, Any]:
    retour = reverse("commission:instance", args=[instance.pk])
    return {
        "titre": titre,
        "surtitre": instance.nom,
        "retour": retour,
        "fil": [("Instances", reverse("commission:instances")), (instance.nom, retour)],
        **plus,
    }


@route(Role.SECRETARIAT)
def nouvelle(request: HttpRequest) -> HttpResponseBase:
    perimetre: Perimetre = request.perimetre
    form = bind(
        forms.FormulaireNouvelleInstance, request, perimetre=perimetre,
        initial={"du": perimetre.jour},
    )  # fmt: skip

    def envoi() -> HttpResponseBase:
        assert isinstance(form, forms.FormulaireNouvelleInstance)
        instance = actes.create_instance(
            perimetre=perimetre,
            secretariat_id=form.cleaned_data["secretariat"],
            donnees=form.to_donnees(),
            du=form.cleaned_data["du"],
            quorum=form.to_regle(),
            quorum_source=form.cleaned_data["source"],
        )
        messages.success(request, f"L’instance « {instance.nom} » est créée. Ajoutez ses membres.")
        return redirect("commission:instance", instance.pk)

    page = {
        "titre": "Nouvelle instance",
        "retour": reverse("commission:instances"),
        "fil": [("Instances", reverse("commission:instances"))],
        "envoyer": "Créer l’instance",
        "brouillon": "instance-nouvelle",
    }
    return run_form(request, form, envoi, page)


@route(Role.SECRETARIAT)
def modifier(request: HttpRequest, instance_id: int) -> HttpResponseBase:
    instance = _find_tenue(request, instance_id)
    initial = {
        "type": instance.type,
        "nom": instance.nom,
        "convention": instance.convention_id,
        "presidence": instance.presidence,
        "lieu": instance.lieu,
        "voies_recours": instance.voies_recours,
    }
    form = bind(forms.FormulaireInstance, request, perimetre=request.perimetre, initial=initial)

    def envoi() -> HttpResponseBase:
        assert isinstance(form, forms.FormulaireInstance)
        actes.update_instance(
            perimetre=request.perimetre,
            instance_id=instance_id,
            donnees=form.to_donnees(),
            version=read_int(request, "version"),
        )
        messages.success(request, "L’instance est à jour.")
        return redirect("commission:instance", instance_id)

    page = _page(
        instance, "Modifier l’instance", version=instance.version,
        brouillon=f"instance-{instance.pk}",
    )  # fmt: skip
    return run_form(request, form, envoi, page)


@route(Role.SECRETARIAT)
def fermer(request: HttpRequest, instance_id: int) -> HttpResponseBase:
    instance = _find_tenue(request, instance_id)
    form = bind(forms.FormulaireFin, request, initial={"au": request.perimetre.jour})

    def envoi() -> HttpResponseBase:
        au = form.cleaned_data["au"]
        actes.close_instance(perimetre=request.perimetre, instance_id=instance_id, au=au)
        messages.success(request, f"L’instance prend fin le {au:%d/%m/%Y}.")
        return redirect("commission:instance", instance_id)

    aide = "Les séances passées restent lisibles ; aucune nouvelle séance ne pourra être planifiée."
    page = _page(
        instance, "Mettre fin à l’instance", envoyer="Mettre fin à l’instance", aide=aide,
        ton="danger",
    )  # fmt: skip
    return run_form(request, form, envoi, page)


@route(Role.SECRETARIAT)
def quorum(request: HttpRequest, instance_id: int) -> HttpResponseBase:
    instance = _find_tenue(request, instance_id)
    form = bind(forms.FormulaireNouveauQuorum, request, initial={"du": request.perimetre.jour})

    def envoi() -> HttpResponseBase:
        assert isinstance(form, forms.FormulaireNouveauQuorum)
        actes.set_quorum(
            perimetre=request.perimetre,
            instance_id=instance_id,
            quorum=form.to_regle(),
            du=form.cleaned_data["du"],
            source=form.cleaned_data["source"],
        )
        messages.success(request, "La règle de quorum est enregistrée ; la précédente prend fin.")
        return redirect("commission:instance", instance_id)

    aide = "La règle vaut pour les séances tenues à partir de sa date."
    return run_form(request, form, envoi, _page(instance, "Changer le quorum", aide=aide))


@route(Role.SECRETARIAT)
def ajouter_membre(request: HttpRequest, instance_id: int) -> HttpResponseBase:
    instance = _find_tenue(request, instance_id)
    jour = request.perimetre.jour
    form = bind(forms.FormulaireMembre, request, jour=jour, initial={"du": max(jour, instance.du)})

    def envoi() -> HttpResponseBase:
        assert isinstance(form, forms.FormulaireMembre)
        membre = actes.add_membre(
            perimetre=request.perimetre, instance_id=instance_id, donnees=form.to_donnees()
        )
        messages.success(
            request,
            f"{membre.organisation} siège depuis le {membre.du:%d/%m/%Y}. Les dossiers des "
            "séances à venir lui sont ouverts pendant la durée de lecture.",
        )
        return redirect("commission:instance", instance_id)

    page = _page(instance, "Ajouter un membre", envoyer="Ajouter le membre")
    return run_form(request, form, envoi, page)


@route(Role.SECRETARIAT)
def modifier_membre(request: HttpRequest, instance_id: int, membre_id: int) -> HttpResponseBase:
    instance = _find_tenue(request, instance_id)
    siege = next((s for s in list_membres(instance_id) if s.pk == membre_id), None)
    if siege is None:
        raise Introuvable("Ce siège n’existe pas dans cette instance.")
    initial = {"titulaire": siege.titulaire, "suppleant": siege.suppleant}
    form = bind(forms.FormulaireSiege, request, initial=initial)

    def envoi() -> HttpResponseBase:
        actes.update_membre(
            perimetre=request.perimetre,
            instance_id=instance_id,
            membre_id=membre_id,
            titulaire=form.cleaned_data["titulaire"],
            suppleant=form.cleaned_data["suppleant"],
        )
        messages.success(request, "Le siège est à jour.")
        return redirect("commission:instance", instance_id)

    return run_form(request, form, envoi, _page(instance, f"Siège : {siege.organisation}"))


@route(Role.SECRETARIAT)
def fin_membre(request: HttpRequest, instance_id: int, membre_id: int) -> HttpResponseBase:
    instance = _find_tenue(request, instance_id)
    form: Formulaire = bind(forms.FormulaireFin, request, initial={"au": request.perimetre.jour})

    def envoi() -> HttpResponseBase:
        membre = actes.end_membre(
            perimetre=request.perimetre,
            instance_id=instance_id,
            membre_id=membre_id,
            au=form.cleaned_data["au"],
        )
        messages.success(
            request, f"{membre.organisation} ne siège plus après le {membre.au:%d/%m/%Y}."
        )
        return redirect("commission:instance", instance_id)

    page = _page(instance, "Fin d’un siège", envoyer="Mettre fin au siège", ton="danger")
    return run_form(request, form, envoi, page)
