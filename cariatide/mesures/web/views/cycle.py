"""One page per transition of a measure."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.demandes.models import Saisine
from cariatide.mesures import actions
from cariatide.mesures.models import SuiviPosterieur
from cariatide.mesures.queries import (
    find_duree_courante,
    find_mesure,
    lecture_mesure,
    list_referents,
    read_suivis,
    refuse_referent,
    refuse_suivi,
)
from cariatide.mesures.statuts import StatutMesure
from cariatide.mesures.web import forms
from cariatide.mesures.web.views.commun import (
    CHEF,
    EQUIPE,
    FINANCEUR,
    MESURE,
    acte,
    bouton,
    mesure_url,
    page_acte,
    page_transition,
)
from cariatide.partenaires.models import Convention
from cariatide.partenaires.queries import list_conventions
from cariatide.partenaires.statuts import TypeConvention
from cariatide.socle.dates import format_date
from cariatide.socle.pages.actes import ActeSimple, Fait, PageActe, read_version, run_acte, send
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre


@route(*FINANCEUR, consulte=lecture_mesure)
def accorder(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """The funder grants the measure, for the length that its agreement sets."""
    mesure = find_mesure(request.perimetre, mesure_id)
    jour = request.perimetre.jour
    initial = {"le": jour, "duree_mois": find_duree_courante(mesure.convention, jour)}
    form = bind(forms.AccorderForm, request, initial=initial)
    page = PageActe("Accorder la mesure", envoyer="Accorder", **page_transition(request, mesure))
    phrase = "La mesure est accordée : l’opérateur en est averti."
    envoi = send(request, actions.grant_mesure, phrase, mesure_id=mesure_id)
    return run_acte(request, form, page, envoi)


accorder_seance = acte(
    MESURE,
    EQUIPE,
    ActeSimple(
        "Enregistrer l’accord de la séance",
        "Enregistrer l’accord",
        "L’accord de la séance est enregistré.",
        forms.AccorderEnSeanceForm,
        actions.grant_mesure_en_seance,
        aide="La séance d’une MOUS réunit ses financeurs : sa décision vaut accord.",
    ),
)
rejeter = acte(
    MESURE,
    FINANCEUR,
    ActeSimple(
        "Refuser l’accord",
        "Refuser l’accord",
        "L’accord est refusé : l’opérateur en est averti.",
        forms.MotifForm,
        actions.reject_mesure,
        ton="danger",
    ),
)
proposer = acte(
    MESURE,
    EQUIPE,
    ActeSimple(
        "Proposer la mesure au ménage",
        "Enregistrer la proposition",
        "La proposition est enregistrée ; la signature prévue est dans vos échéances.",
        forms.ProposerForm,
        actions.propose_mesure,
        jour="le",
    ),
)
adhesion = acte(
    MESURE,
    EQUIPE,
    ActeSimple(
        "Enregistrer l’adhésion du ménage",
        "Enregistrer l’adhésion",
        "L’adhésion est enregistrée. Il reste à faire signer le contrat.",
        forms.DateForm,
        actions.record_adhesion,
        jour="le",
        aide="Le ménage dit oui. Le contrat signé s’enregistre ensuite, à sa date.",
    ),
)
signer = acte(
    MESURE,
    EQUIPE,
    ActeSimple(
        "Enregistrer le contrat signé",
        "Enregistrer la signature",
        "Le contrat signé est enregistré.",
        forms.DateForm,
        actions.sign_contrat,
        jour="le",
        aide="La date est celle de la signature par le ménage.",
    ),
)
sans_contrat = acte(
    MESURE,
    CHEF,
    ActeSimple(
        "Poursuivre sans contrat",
        "Poursuivre sans contrat",
        "La mesure se poursuit sans contrat ; le motif est inscrit au parcours.",
        forms.SansContratForm,
        actions.waive_contrat,
        aide="Seuls un diagnostic mandaté et une obligation de reloger s’en passent.",
    ),
)
refuser = acte(
    MESURE,
    EQUIPE,
    ActeSimple(
        "Enregistrer le refus ou le silence du ménage",
        "Enregistrer",
        "La réponse du ménage est enregistrée, et la saisine est close.",
        forms.RefuserForm,
        actions.refuse_mesure,
        jour="le",
        ton="danger",
    ),
)
activer = acte(
    MESURE,
    EQUIPE,
    ActeSimple(
        "Commencer l’accompagnement",
        "Commencer",
        "L’accompagnement commence : bilan et terme sont dans vos échéances.",
        forms.ActiverForm,
        actions.activate_mesure,
        jour="debut",
    ),
)
suspendre = acte(
    MESURE,
    EQUIPE,
    ActeSimple(
        "Suspendre la mesure",
        "Suspendre",
        "La mesure est suspendue ; la reprise prévue est dans vos échéances.",
        forms.SuspendreForm,
        actions.suspend_mesure,
        jour="du",
    ),
)
reprendre = acte(
    MESURE,
    EQUIPE,
    ActeSimple(
        "Reprendre la mesure",
        "Reprendre",
        "La mesure reprend.",
        forms.DateForm,
        actions.resume_mesure,
        jour="le",
    ),
)
terminer = acte(
    MESURE,
    EQUIPE,
    ActeSimple(
        "Mettre fin à la mesure",
        "Mettre fin à la mesure",
        "La mesure est terminée. La saisine est close et les évaluations sont prévues.",
        forms.TerminerForm,
        actions.terminate_mesure,
        jour="le",
    ),
)
# The team prepares the end or the renewal before the alert.
bilan_du = bouton(
    MESURE,
    EQUIPE,
    actions.request_bilan,
    "Le bilan de fin de période est à établir : vous pourrez ensuite renouveler ou finir.",
)
# The instance changed the axis of the saisine.
suivre_axe = bouton(
    MESURE, EQUIPE, actions.follow_axe, "La mesure suit l’axe décidé par l’instance."
)


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
    fin = mesure.terminee_le and f"La mesure s’est terminée le {format_date(mesure.terminee_le)}."
    page = PageActe(
        "Évaluer après la fin de la mesure",
        envoyer="Enregistrer l’évaluation",
        aide=fin or "",
        refus=refuse_suivi(mesure),
        **page_acte(request, mesure),
    )
    form = bind(
        forms.SuiviForm, request, initial={"le": request.perimetre.jour},
        attendus=[m for m in attendus if m not in faits],
    )  # fmt: skip
    envoi = send(
        request, actions.record_suivi, "L’évaluation est enregistrée.", mesure_id=mesure_id
    )
    return run_acte(request, form, page, envoi)


@route(*EQUIPE, consulte=lecture_mesure)
def referent(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """Another person of the team answers for the household."""
    mesure = find_mesure(request.perimetre, mesure_id)
    people = list_referents(mesure.operateur_id, request.perimetre.jour)
    page = PageActe(
        "Changer de référent",
        envoyer="Désigner",
        aide="Les droits de niveau confidentiel et les échéances passent à cette personne.",
        refus=refuse_referent(mesure),
        **page_acte(request, mesure),
    )

    def envoi(form: Any) -> Fait:
        actions.assign_referent(
            perimetre=request.perimetre, mesure_id=mesure_id, version=read_version(request),
            referent_id=form.cleaned_data["referent"],
        )  # fmt: skip
        return Fait("Le référent est désigné ; ses droits et ses échéances ont suivi.")

    choix = [(u.pk, u.nom_complet) for u in people if u.pk != mesure.referent_id]
    return run_acte(request, bind(forms.ReferentForm, request, referents=choix), page, envoi)


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
    page = PageActe(
        "Ouvrir une mesure",
        retour=reverse("mesures:liste"),
        envoyer="Ouvrir la mesure",
        brouillon=f"mesure-nouvelle-{saisine_id}",
        fil=[("Accompagnement", reverse("mesures:liste"))],
        surtitre=f"{saisine.menage.nom_usage} · saisine {saisine.reference}",
    )
    return run_acte(
        request, form, page, lambda form: _open(perimetre, saisine_id, form.cleaned_data),
        gabarit="mesures/nouvelle.html", saisine=saisine, en_seance=en_seance,
    )  # fmt: skip


def _open(perimetre: Perimetre, saisine_id: int, donnees: dict[str, Any]) -> Fait:
    mesure = actions.create_mesure(
        perimetre=perimetre,
        saisine_id=saisine_id,
        convention_id=int(donnees["convention"]),
        referent_id=int(donnees["referent"]) if donnees["referent"] else None,
        duree_mois=donnees.get("duree_mois"),
        intensite=donnees.get("intensite", ""),
    )
    attente = mesure.statut == StatutMesure.PRESCRITE
    suite = "Le financeur en est averti." if attente else "Elle est accordée."
    return Fait(f"La mesure {mesure.reference} est ouverte. {suite}", mesure_url(mesure.pk))
