"""Pages of the instances: who sits, since when, with which quorum."""

from typing import Any

from django.http import HttpRequest, HttpResponse
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
    propose_quorum,
)
from cariatide.commission.rules import describe_regle
from cariatide.commission.statuts import A_TENIR
from cariatide.commission.web import forms
from cariatide.commission.web.views.commun import ROLES_INSTANCE
from cariatide.partenaires.rules import is_in_force
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, Introuvable
from cariatide.socle.pages.actes import Fait, PageActe, read_version, run_acte
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import ListeCourte
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport


def _read_rows(request: HttpRequest) -> list[Instance]:
    """Those in force first."""
    jour = request.perimetre.jour
    return sorted(list_instances(), key=lambda i: not is_in_force(i.du, i.au, jour))


LISTE = ListeCourte(
    "instances",
    "commission:instances",
    "Export de la liste des instances",
    (
        ColonneExport("nom", "Instance"),
        ColonneExport("type", "Type"),
        ColonneExport("secretariat", "Secrétariat"),
        ColonneExport("convention", "Convention"),
        ColonneExport("du", "Depuis le", "date"),
        ColonneExport("au", "Jusqu’au", "date"),
    ),
    lambda request: (
        {"nom": i.nom, "type": i.get_type_display(), "secretariat": str(i.secretariat),
         "convention": i.convention.reference if i.convention else "", "du": i.du, "au": i.au}
        for i in _read_rows(request)
    ),
)  # fmt: skip


@route(*ROLES_INSTANCE)
def liste(request: HttpRequest) -> HttpResponse:
    """Every instance, those in force first: dates and bodies, no household."""
    perimetre: Perimetre = request.perimetre
    rows = _read_rows(request)
    return rend(
        request,
        "commission/instances.html",
        {
            "instances": [(i, is_in_force(i.du, i.au, perimetre.jour)) for i in rows],
            "peut_creer": perimetre.has_role(Role.SECRETARIAT),
            "outils": LISTE.outils(request),
        },
    )


@route(*ROLES_INSTANCE)
def detail(request: HttpRequest, instance_id: int) -> HttpResponse:
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


def _url(instance_id: int) -> str:
    return reverse("commission:instance", args=[instance_id])


def _page(instance: Instance, titre: str, **plus: Any) -> PageActe:
    return PageActe(
        titre,
        retour=_url(instance.pk),
        surtitre=instance.nom,
        fil=[("Instances", reverse("commission:instances")), (instance.nom, _url(instance.pk))],
        **plus,
    )


@route(Role.SECRETARIAT)
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Create an instance, with its first rule of quorum."""
    perimetre: Perimetre = request.perimetre

    def envoi(form: Any) -> Fait:
        instance = actes.create_instance(
            perimetre=perimetre,
            secretariat_id=form.cleaned_data["secretariat"],
            donnees=form.to_donnees(),
            du=form.cleaned_data["du"],
            quorum=form.to_regle(),
            quorum_source=form.cleaned_data["source"],
        )
        phrase = f"L’instance « {instance.nom} » est créée. Ajoutez ses membres."
        return Fait(phrase, _url(instance.pk))

    page = PageActe(
        "Nouvelle instance",
        retour=reverse("commission:instances"),
        envoyer="Créer l’instance",
        brouillon="instance-nouvelle",
        fil=[("Instances", reverse("commission:instances"))],
    )
    form = bind(
        forms.FormulaireNouvelleInstance, request, perimetre=perimetre,
        initial={"du": perimetre.jour, **propose_quorum(perimetre)},
    )  # fmt: skip
    return run_acte(request, form, page, envoi)


@route(Role.SECRETARIAT)
def modifier(request: HttpRequest, instance_id: int) -> HttpResponse:
    """Name, presidency, place, remedies."""
    instance = _find_tenue(request, instance_id)

    def envoi(form: Any) -> Fait:
        actes.update_instance(
            perimetre=request.perimetre,
            instance_id=instance_id,
            donnees=form.to_donnees(),
            version=read_version(request),
        )
        return Fait("L’instance est à jour.")

    initial = {
        "type": instance.type,
        "nom": instance.nom,
        "convention": instance.convention_id,
        "presidence": instance.presidence,
        "lieu": instance.lieu,
        "voies_recours": instance.voies_recours,
    }
    form = bind(forms.FormulaireInstance, request, perimetre=request.perimetre, initial=initial)
    page = _page(
        instance, "Modifier l’instance", version=instance.version,
        brouillon=f"instance-{instance.pk}",
    )  # fmt: skip
    return run_acte(request, form, page, envoi)


@route(Role.SECRETARIAT)
def fermer(request: HttpRequest, instance_id: int) -> HttpResponse:
    """The instance ends; what it decided stays readable."""
    instance = _find_tenue(request, instance_id)

    def envoi(form: Any) -> Fait:
        au = form.cleaned_data["au"]
        actes.close_instance(perimetre=request.perimetre, instance_id=instance_id, au=au)
        return Fait(f"L’instance prend fin le {au:%d/%m/%Y}.")

    page = _page(
        instance,
        "Mettre fin à l’instance",
        envoyer="Mettre fin à l’instance",
        aide="Les séances passées restent lisibles ; aucune nouvelle séance ne pourra être "
        "planifiée.",
        ton="danger",
    )
    form = bind(forms.FormulaireFin, request, initial={"au": request.perimetre.jour})
    return run_acte(request, form, page, envoi)


@route(Role.SECRETARIAT)
def quorum(request: HttpRequest, instance_id: int) -> HttpResponse:
    """Another rule of quorum, from a date."""
    instance = _find_tenue(request, instance_id)

    def envoi(form: Any) -> Fait:
        actes.set_quorum(
            perimetre=request.perimetre,
            instance_id=instance_id,
            quorum=form.to_regle(),
            du=form.cleaned_data["du"],
            source=form.cleaned_data["source"],
        )
        return Fait("La règle de quorum est enregistrée ; la précédente prend fin.")

    aide = "La règle vaut pour les séances tenues à partir de sa date."
    form = bind(forms.FormulaireNouveauQuorum, request, initial={"du": request.perimetre.jour})
    return run_acte(request, form, _page(instance, "Changer le quorum", aide=aide), envoi)


@route(Role.SECRETARIAT)
def ajouter_membre(request: HttpRequest, instance_id: int) -> HttpResponse:
    """An organisation sits from a date."""
    instance = _find_tenue(request, instance_id)
    jour = request.perimetre.jour

    def envoi(form: Any) -> Fait:
        membre = actes.add_membre(
            perimetre=request.perimetre, instance_id=instance_id, donnees=form.to_donnees()
        )
        return Fait(
            f"{membre.organisation} siège depuis le {membre.du:%d/%m/%Y}. Les dossiers des "
            "séances à venir lui sont ouverts pendant la durée de lecture."
        )

    page = _page(instance, "Ajouter un membre", envoyer="Ajouter le membre")
    form = bind(forms.FormulaireMembre, request, jour=jour, initial={"du": max(jour, instance.du)})
    return run_acte(request, form, page, envoi)


@route(Role.SECRETARIAT)
def modifier_membre(request: HttpRequest, instance_id: int, membre_id: int) -> HttpResponse:
    """Who sits for an organisation."""
    instance = _find_tenue(request, instance_id)
    siege = next((s for s in list_membres(instance_id) if s.pk == membre_id), None)
    if siege is None:
        raise Introuvable("Ce siège n’existe pas dans cette instance.")

    def envoi(form: Any) -> Fait:
        actes.update_membre(
            perimetre=request.perimetre,
            instance_id=instance_id,
            membre_id=membre_id,
            titulaire=form.cleaned_data["titulaire"],
            suppleant=form.cleaned_data["suppleant"],
        )
        return Fait("Le siège est à jour.")

    initial = {"titulaire": siege.titulaire, "suppleant": siege.suppleant}
    form = bind(forms.FormulaireSiege, request, initial=initial)
    return run_acte(request, form, _page(instance, f"Siège : {siege.organisation}"), envoi)


@route(Role.SECRETARIAT)
def fin_membre(request: HttpRequest, instance_id: int, membre_id: int) -> HttpResponse:
    """An organisation sits no longer after a day."""
    instance = _find_tenue(request, instance_id)

    def envoi(form: Any) -> Fait:
        membre = actes.end_membre(
            perimetre=request.perimetre,
            instance_id=instance_id,
            membre_id=membre_id,
            au=form.cleaned_data["au"],
        )
        return Fait(f"{membre.organisation} ne siège plus après le {membre.au:%d/%m/%Y}.")

    page = _page(instance, "Fin d’un siège", envoyer="Mettre fin au siège", ton="danger")
    form = bind(forms.FormulaireFin, request, initial={"au": request.perimetre.jour})
    return run_acte(request, form, page, envoi)
