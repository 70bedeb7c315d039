"""One page per transition of a measure."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from cariatide.comptes.actions import delete_brouillon
from cariatide.demandes.models import Saisine
from cariatide.mesures import actions
from cariatide.mesures.lifecycle import CYCLE
from cariatide.mesures.models import Mesure, SuiviPosterieur
from cariatide.mesures.queries import (
    find_duree_courante,
    find_mesure,
    lecture_mesure,
    list_referents,
    make_contexte,
    read_suivis,
)
from cariatide.mesures.statuts import StatutMesure
from cariatide.mesures.web import forms
from cariatide.mesures.web.views.commun import (
    CHEF,
    EQUIPE,
    FINANCEUR,
    PageActe,
    done,
    mesure_url,
    read_version,
    run,
)
from cariatide.partenaires.models import Convention
from cariatide.partenaires.queries import list_conventions
from cariatide.partenaires.statuts import TypeConvention
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre


def _acte(
    request: HttpRequest,
    mesure_id: int,
    formulaire: type[forms.Formulaire],
    action: Any,
    page: dict[str, Any],
    *,
    initial: dict[str, Any] | None = None,
    **options: Any,
) -> HttpResponse:
    """The page of an act whose form has the names of the action's arguments."""
    mesure = find_mesure(request.perimetre, mesure_id)
    form = bind(formulaire, request, initial=initial or {}, **options)

    def envoi(donnees: dict[str, Any]) -> None:
        action(
            perimetre=request.perimetre,
            mesure_id=mesure_id,
            version=read_version(request),
            **donnees,
        )

    acte = PageActe(version=mesure.version, **page)
    return run(request, mesure, form, acte, envoi, refus=_refus(request, mesure))


def _refus(request: HttpRequest, mesure: Mesure) -> str:
    """Why the act of this page is refused now, said before anything is typed."""
    match = request.resolver_match
    transition = CYCLE.transitions.get(match.url_name or "") if match else None
    if transition is None or request.method == "POST":
        return ""
    return CYCLE.refusal(transition, mesure, make_contexte(mesure, request.perimetre)) or ""


def _today(request: HttpRequest, *noms: str) -> dict[str, Any]:
    return dict.fromkeys(noms, request.perimetre.jour)


@route(*FINANCEUR, consulte=lecture_mesure)
def accorder(request: HttpRequest, mesure_id: int) -> HttpResponse:
    mesure = find_mesure(request.perimetre, mesure_id)
    duree = find_duree_courante(mesure.convention, request.perimetre.jour)
    page = {
        "titre": "Accorder la mesure",
        "envoyer": "Accorder",
        "cle": "accord",
        "succes": "La mesure est accordée : l’opérateur en est averti.",
    }
    initial = {**_today(request, "le"), "duree_mois": duree}
    return _acte(
        request, mesure_id, forms.AccorderForm, actions.grant_mesure, page, initial=initial
    )


@route(*EQUIPE, consulte=lecture_mesure)
def accorder_seance(request: HttpRequest, mesure_id: int) -> HttpResponse:
    page = {
        "titre": "Enregistrer l’accord de la séance",
        "envoyer": "Enregistrer l’accord",
        "cle": "accord",
        "succes": "L’accord de la séance est enregistré.",
        "aide": "La séance d’une MOUS réunit ses financeurs : sa décision vaut accord.",
    }
    return _acte(
        request, mesure_id, forms.AccorderEnSeanceForm, actions.grant_mesure_en_seance, page
    )


@route(*FINANCEUR, consulte=lecture_mesure)
def rejeter(request: HttpRequest, mesure_id: int) -> HttpResponse:
    page = {
        "titre": "Refuser l’accord",
        "envoyer": "Refuser l’accord",
        "cle": "rejet",
        "ton": "danger",
        "succes": "L’accord est refusé : l’opérateur en est averti.",
    }
    return _acte(request, mesure_id, forms.MotifForm, actions.reject_mesure, page)


@route(*EQUIPE, consulte=lecture_mesure)
def proposer(request: HttpRequest, mesure_id: int) -> HttpResponse:
    page = {
        "titre": "Proposer la mesure au ménage",
        "envoyer": "Enregistrer la proposition",
        "cle": "proposition",
        "succes": "La proposition est enregistrée ; la signature prévue est dans vos échéances.",
    }
    return _acte(
        request, mesure_id, forms.ProposerForm, actions.propose_mesure, page,
        initial=_today(request, "le"),
    )  # fmt: skip


@route(*EQUIPE, consulte=lecture_mesure)
def adhesion(request: HttpRequest, mesure_id: int) -> HttpResponse:
    page = {
        "titre": "Enregistrer l’adhésion du ménage",
        "envoyer": "Enregistrer l’adhésion",
        "cle": "adhesion",
        "succes": "L’adhésion est enregistrée. Il reste à faire signer le contrat.",
        "aide": "Le ménage dit oui. Le contrat signé s’enregistre ensuite, à sa date.",
    }
    return _acte(
        request, mesure_id, forms.DateForm, actions.record_adhesion, page,
        initial=_today(request, "le"),
    )  # fmt: skip


@route(*EQUIPE, consulte=lecture_mesure)
def signer(request: HttpRequest, mesure_id: int) -> HttpResponse:
    page = {
        "titre": "Enregistrer le contrat signé",
        "envoyer": "Enregistrer la signature",
        "cle": "contrat",
        "succes": "Le contrat signé est enregistré.",
        "aide": "La date est celle de la signature par le ménage.",
    }
    return _acte(
        request, mesure_id, forms.DateForm, actions.sign_contrat, page,
        initial=_today(request, "le"),
    )  # fmt: skip


@route(*CHEF, consulte=lecture_mesure)
def sans_contrat(request: HttpRequest, mesure_id: int) -> HttpResponse:
    page = {
        "titre": "Poursuivre sans contrat",
        "envoyer": "Poursuivre sans contrat",
        "cle": "sans-contrat",
        "succes": "La mesure se poursuit sans contrat ; le motif est inscrit au parcours.",
        "aide": "Seuls un diagnostic mandaté et une obligation de reloger s’en passent.",
    }
    return _acte(request, mesure_id, forms.SansContratForm, actions.waive_contrat, page)


@route(*EQUIPE, consulte=lecture_mesure)
def refuser(request: HttpRequest, mesure_id: int) -> HttpResponse:
    page = {
        "titre": "Enregistrer le refus ou le silence du ménage",
        "envoyer": "Enregistrer",
        "cle": "refus",
        "ton": "danger",
        "succes": "La réponse du ménage est enregistrée, et la saisine est close.",
    }
    return _acte(
        request, mesure_id, forms.RefuserForm, actions.refuse_mesure, page,
        initial=_today(request, "le"),
    )  # fmt: skip


@route(*EQUIPE, consulte=lecture_mesure)
def activer(request: HttpRequest, mesure_id: int) -> HttpResponse:
    page = {
        "titre": "Commencer l’accompagnement",
        "envoyer": "Commencer",
        "cle": "debut",
        "succes": "L’accompagnement commence : bilan et terme sont dans vos échéances.",
    }
    return _acte(
        request, mesure_id, forms.ActiverForm, actions.activate_mesure, page,
        initial=_today(request, "debut"),
    )  # fmt: skip


@route(*EQUIPE, consulte=lecture_mesure)
def suspendre(request: HttpRequest, mesure_id: int) -> HttpResponse:
    page = {
        "titre": "Suspendre la mesure",
        "envoyer": "Suspendre",
        "cle": "suspension",
        "succes": "La mesure est suspendue ; la reprise prévue est dans vos échéances.",
    }
    return _acte(
        request, mesure_id, forms.SuspendreForm, actions.suspend_mesure, page,
        initial=_today(request, "du"),
    )  # fmt: skip


@route(*EQUIPE, consulte=lecture_mesure)
def reprendre(request: HttpRequest, mesure_id: int) -> HttpResponse:
    page = {
        "titre": "Reprendre la mesure",
        "envoyer": "Reprendre",
        "cle": "reprise",
        "succes": "La mesure reprend.",
    }
    return _acte(
        request, mesure_id, forms.DateForm, actions.resume_mesure, page,
        initial=_today(request, "le"),
    )  # fmt: skip


@route(*EQUIPE)
@require_POST
def bilan_du(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """The team prepares the end or the renewal before the alert."""
    mesure = actions.request_bilan(
        perimetre=request.perimetre, mesure_id=mesure_id, version=read_version(request)
    )
    phrase = "Le bilan de fin de période est à établir : vous pourrez ensuite renouveler ou finir."
    return done(request, phrase, mesure_url(mesure))


@route(*EQUIPE)
@require_POST
def suivre_axe(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """The instance changed the axis of the saisine."""
    mesure = actions.follow_axe(
        perimetre=request.perimetre, mesure_id=mesure_id, version=read_version(request)
    )
    return done(request, "La mesure suit l’axe décidé par l’instance.", mesure_url(mesure))


@route(*EQUIPE, consulte=lecture_mesure)
def terminer(request: HttpRequest, mesure_id: int) -> HttpResponse:
    page = {
        "titre": "Mettre fin à la mesure",
        "envoyer": "Mettre fin à la mesure",
        "cle": "fin",
        "succes": "La mesure est terminée. La saisine est close et les évaluations sont prévues.",
    }
    return _acte(
        request, mesure_id, forms.TerminerForm, actions.terminate_mesure, page,
        initial=_today(request, "le"),
    )  # fmt: skip


@route(*EQUIPE, consulte=lecture_mesure)
def suivi(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """Evaluation 6 or 12 months after the end."""
    mesure = find_mesure(request.perimetre, mesure_id)
    attendus = read_suivis(mesure, mesure.terminee_le) if mesure.terminee_le else ()
    faits = set(
        SuiviPosterieur.objects.visible_to(request.perimetre)
        .filter(mesure=mesure)
        .order_by()
        .values_list("mois", flat=True)
    )
    page = {
        "titre": "Évaluer après la fin de la mesure",
        "envoyer": "Enregistrer l’évaluation",
        "cle": "suivi",
        "succes": "L’évaluation est enregistrée.",
    }
    if mesure.terminee_le:
        page["aide"] = f"La mesure s’est terminée le {format_date(mesure.terminee_le)}."
    return _acte(
        request, mesure_id, forms.SuiviForm, actions.record_suivi, page,
        initial=_today(request, "le"), attendus=[m for m in attendus if m not in faits],
    )  # fmt: skip


@route(*EQUIPE, consulte=lecture_mesure)
def referent(request: HttpRequest, mesure_id: int) -> HttpResponse:
    mesure = find_mesure(request.perimetre, mesure_id)
    people = list_referents(mesure.operateur_id, request.perimetre.jour)
    form = bind(
        forms.ReferentForm,
        request,
        referents=[(u.pk, u.nom_complet) for u in people if u.pk != mesure.referent_id],
    )
    page = PageActe(
        titre="Changer de référent",
        envoyer="Désigner",
        cle="referent",
        version=mesure.version,
        succes="Le référent est désigné ; ses droits et ses échéances ont suivi.",
        aide="Les droits de niveau confidentiel et les échéances passent à cette personne.",
    )

    def envoi(donnees: dict[str, Any]) -> None:
        actions.assign_referent(
            perimetre=request.perimetre, mesure_id=mesure_id, referent_id=donnees["referent"],
            version=read_version(request),
        )  # fmt: skip

    return run(request, mesure, form, page, envoi)


def _lecture_saisine(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    saisine: Saisine = Saisine.objects.find_visible(perimetre, kwargs["saisine_id"])
    return Lecture(
        "demandes.saisine", saisine.pk, saisine.menage_id, Niveau.FACTUEL, str(saisine.reference)
    )


def _conventions(saisine: Saisine, perimetre: Perimetre) -> list[Convention]:
    """The saisine's agreement, or those of its kind that one's organisation operates."""
    if saisine.convention is not None:
        return [saisine.convention]
    return list(
        list_conventions(perimetre.jour, saisine.dispositif).filter(
            operateur_id__in=perimetre.organisation_ids
        )
    )


@route(*EQUIPE, consulte=_lecture_saisine)
def nouvelle(request: HttpRequest, saisine_id: int) -> HttpResponse:
    """Open a measure from a decided saisine."""
    perimetre: Perimetre = request.perimetre
    saisine: Saisine = Saisine.objects.select_related("convention", "menage").find_visible(
        perimetre, saisine_id
    )
    conventions = _conventions(saisine, perimetre)
    en_seance = saisine.dispositif == TypeConvention.MOUS and bool(saisine.decidee_le)
    people = {
        u.pk: u.nom_complet
        for convention in conventions
        for u in list_referents(convention.operateur_id, perimetre.jour)
    }
    initial = {
        "convention": conventions[0].pk if conventions else "",
        "referent": perimetre.utilisateur_id if perimetre.utilisateur_id in people else "",
    }
    form = bind(
        forms.OuvrirForm, request, initial=initial, referents=list(people.items()),
        conventions=[(c.pk, str(c)) for c in conventions], accord_en_seance=en_seance,
    )  # fmt: skip
    statut = 200
    brouillon = f"mesure-nouvelle-{saisine_id}"
    if request.method == "POST":
        try:
            if form.is_valid():
                mesure = _open(perimetre, saisine_id, form.cleaned_data)
                delete_brouillon(perimetre=perimetre, cle=brouillon)
                phrase = f"La mesure {mesure.reference} est ouverte. "
                attente = mesure.statut == StatutMesure.PRESCRITE
                phrase += "Le financeur en est averti." if attente else "Elle est accordée."
                return done(request, phrase, mesure_url(mesure))
        except ErreurMetier as erreur:
            form.add_erreur_metier(erreur)
        form.mark_errors()
        statut = 422
    contexte = {
        "form": form, "saisine": saisine, "brouillon": brouillon, "en_seance": en_seance,
    }  # fmt: skip
    return rend(request, "mesures/nouvelle.html", contexte, statut=statut)


def _open(perimetre: Perimetre, saisine_id: int, donnees: dict[str, Any]) -> Mesure:
    return actions.create_mesure(
        perimetre=perimetre,
        saisine_id=saisine_id,
        convention_id=int(donnees["convention"]),
        referent_id=int(donnees["referent"]) if donnees["referent"] else None,
        duree_mois=donnees.get("duree_mois"),
        intensite=donnees.get("intensite", ""),
    )
