"""Reviews and renewals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.menages.queries import find_niveau
from cariatide.mesures import actions
from cariatide.mesures.actions.bilans import list_objectifs_du_bilan
from cariatide.mesures.lifecycle import CYCLE_BILAN
from cariatide.mesures.models import Bilan, BilanContenu, EvaluationObjectif, Renouvellement
from cariatide.mesures.queries import (
    find_duree_renouvellement,
    find_mesure,
    lecture_de,
    lecture_mesure,
    load_renouvelable,
)
from cariatide.mesures.rules import list_derogations
from cariatide.mesures.statuts import StatutBilan
from cariatide.mesures.web import forms, forms_bilans
from cariatide.mesures.web.views.commun import (
    CHEF,
    EQUIPE,
    FINANCEUR,
    LECTEURS,
    PageActe,
    done,
    read_version,
    run,
)
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau, Perimetre

CONSULTE = lecture_de(Bilan, "bilan_id")
CONSULTE_RENOUVELLEMENT = lecture_de(Renouvellement, "renouvellement_id")


def _find(perimetre: Perimetre, bilan_id: int) -> Bilan:
    found: Bilan = Bilan.objects.select_related(
        "mesure", "mesure__convention", "menage", "auteur"
    ).find_visible(perimetre, bilan_id)
    return found


def _url(bilan_id: int) -> str:
    return reverse("mesures:bilan", args=[bilan_id])


def _atteintes(bilan: Bilan, perimetre: Perimetre) -> dict[int, int]:
    rows = EvaluationObjectif.objects.visible_to(perimetre).filter(bilan=bilan).order_by()
    return dict(rows.values_list("objectif_id", "atteinte"))


@route(*EQUIPE, consulte=lecture_mesure)
def nouveau(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """Begin a review."""
    mesure = find_mesure(request.perimetre, mesure_id)
    form = bind(forms.NouveauBilanForm, request, initial={"le": request.perimetre.jour})
    page = PageActe(
        titre="Établir un bilan",
        envoyer="Commencer le bilan",
        cle="bilan",
        succes="Le bilan est commencé, prérempli depuis vos entretiens.",
        aide="Un bilan final ouvre la fin de période : la mesure passe à l’état « Bilan dû ».",
    )

    def envoi(donnees: dict[str, Any]) -> str:
        bilan = actions.create_bilan(
            perimetre=request.perimetre, mesure_id=mesure_id, type_=donnees["type"],
            le=donnees["le"],
        )  # fmt: skip
        return reverse("mesures:bilan_rediger", args=[bilan.pk])

    return run(request, mesure, form, page, envoi)


@route(*LECTEURS, consulte=CONSULTE)
def lire(request: HttpRequest, bilan_id: int) -> HttpResponse:
    """A review: facts for all, the narrative at level S."""
    perimetre: Perimetre = request.perimetre
    bilan = _find(perimetre, bilan_id)
    lit_social = find_niveau(perimetre, bilan.menage_id) >= Niveau.SOCIAL
    contenu = (
        BilanContenu.objects.visible_to(perimetre).filter(bilan=bilan).first()
        if lit_social
        else None
    )
    equipe = perimetre.find_mandat(EQUIPE, bilan.mesure.operateur_id) is not None
    atteintes = _atteintes(bilan, perimetre)
    objectifs = list_objectifs_du_bilan(bilan, perimetre)
    commentaires = contenu.commentaires if contenu else {}
    contexte = {
        "bilan": bilan,
        "mesure": bilan.mesure,
        "contenu": contenu,
        "lit_social": lit_social,
        "objectifs": [(o, atteintes.get(o.pk), commentaires.get(str(o.pk), "")) for o in objectifs],
        "degres": dict(forms.DEGRES),
        "actes": list(CYCLE_BILAN.evaluate(bilan, Contexte(perimetre, perimetre.jour))),
        "equipe": equipe,
        "modifiable": lit_social and equipe and bilan.statut == StatutBilan.BROUILLON,
    }
    return rend(request, "mesures/bilan.html", contexte)


@route(*EQUIPE, consulte=CONSULTE)
def rediger(request: HttpRequest, bilan_id: int) -> HttpResponse:
    """Write the review; the draft is kept while it is typed."""
    perimetre: Perimetre = request.perimetre
    bilan = _find(perimetre, bilan_id)
    objectifs = list_objectifs_du_bilan(bilan, perimetre)
    classe = forms_bilans.BilanForm.for_objectifs(objectifs)
    form = bind(classe, request, initial=_initial(bilan, perimetre), objectifs=objectifs)
    page = PageActe(
        titre=f"Rédiger : {bilan.get_type_display().lower()}",
        envoyer="Enregistrer le bilan",
        cle=f"bilan-{bilan_id}",
        version=bilan.version,
        succes="Le bilan est enregistré. Soumettez-le au chef de service quand il est complet.",
        retour=_url(bilan_id),
        lecteurs="l’équipe d’accompagnement",
        niveau=Niveau.SOCIAL,
        gabarit="mesures/bilan_rediger.html",
    )

    def envoi(donnees: dict[str, Any]) -> None:
        actions.write_bilan(
            perimetre=perimetre, bilan_id=bilan_id, donnees=form.to_donnees(),
            version=read_version(request),
        )  # fmt: skip

    mesure = find_mesure(perimetre, bilan.mesure_id)
    return run(request, mesure, form, page, envoi, bilan=bilan)


def _initial(bilan: Bilan, perimetre: Perimetre) -> dict[str, Any]:
    champs = ("dette_initiale", "dette_actuelle", "synthese_partenaires", "suite")
    values: dict[str, Any] = {nom: getattr(bilan, nom) for nom in champs}
    contenu = BilanContenu.objects.visible_to(perimetre).filter(bilan=bilan).first()
    if contenu is not None:
        textes = ("evolution", "actions_menees", "difficultes", "conclusion")
        values |= {nom: getattr(contenu, nom) for nom in textes}
        values |= {f"commentaire_{k}": v for k, v in contenu.commentaires.items()}
    return values | {f"atteinte_{k}": v for k, v in _atteintes(bilan, perimetre).items()}


@route(*EQUIPE)
@require_POST
def soumettre(request: HttpRequest, bilan_id: int) -> HttpResponse:
    actions.submit_bilan(
        perimetre=request.perimetre, bilan_id=bilan_id, version=read_version(request)
    )
    return done(request, "Le bilan est soumis : le chef de service est averti.", _url(bilan_id))


@route(*CHEF)
@require_POST
def valider(request: HttpRequest, bilan_id: int) -> HttpResponse:
    actions.validate_bilan(
        perimetre=request.perimetre, bilan_id=bilan_id, version=read_version(request)
    )
    return done(request, "Le bilan est validé : son auteur est averti.", _url(bilan_id))


@route(*CHEF, consulte=CONSULTE)
def renvoyer(request: HttpRequest, bilan_id: int) -> HttpResponse:
    """Send the review back with what to change."""
    bilan = _find(request.perimetre, bilan_id)
    page = PageActe(
        titre="Renvoyer le bilan à son auteur",
        envoyer="Renvoyer",
        cle=f"bilan-{bilan_id}-renvoi",
        version=bilan.version,
        succes="Le bilan est renvoyé : son auteur est averti.",
        retour=_url(bilan_id),
    )

    def envoi(donnees: dict[str, Any]) -> None:
        actions.send_back_bilan(
            perimetre=request.perimetre, bilan_id=bilan_id, motif=donnees["motif"],
            version=read_version(request),
        )  # fmt: skip

    mesure = find_mesure(request.perimetre, bilan.mesure_id)
    return run(request, mesure, bind(forms.MotifForm, request), page, envoi)


# -- renewals --------------------------------------------------------------------------------


@route(*EQUIPE, consulte=lecture_mesure)
def renouveler(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """Propose a renewal, with its new objectives."""
    perimetre: Perimetre = request.perimetre
    mesure = find_mesure(perimetre, mesure_id)
    duree = find_duree_renouvellement(mesure, perimetre.jour)
    form = bind(forms_bilans.RenouvellementForm, request, initial={"mois": duree})
    page = PageActe(
        titre="Proposer un renouvellement",
        envoyer="Proposer au chef de service",
        cle="renouvellement",
        version=mesure.version,
        succes="Le renouvellement est proposé : le chef de service est averti.",
        gabarit="mesures/renouveler.html",
    )

    def envoi(donnees: dict[str, Any]) -> None:
        actions.propose_renouvellement(
            perimetre=perimetre,
            mesure_id=mesure_id,
            mois=donnees["mois"],
            motif=donnees["motif"],
            derogation=donnees["derogation"],
            objectifs=form.to_objectifs(),
            version=read_version(request),
        )

    reference = load_renouvelable(mesure, perimetre, nouveaux_objectifs=1)
    derogations = list_derogations(reference, mois=duree or 1, jour=perimetre.jour)
    return run(request, mesure, form, page, envoi, reference=reference, derogations=derogations)


def _find_renouvellement(perimetre: Perimetre, renouvellement_id: int) -> Renouvellement:
    found: Renouvellement = Renouvellement.objects.find_visible(perimetre, renouvellement_id)
    return found


@route(*CHEF)
@require_POST
def renouvellement_valider(request: HttpRequest, renouvellement_id: int) -> HttpResponse:
    renouvellement = actions.validate_renouvellement(
        perimetre=request.perimetre,
        renouvellement_id=renouvellement_id,
        version=read_version(request),
    )
    return done(
        request, "La proposition est validée : le financeur est averti.",
        reverse("mesures:detail", args=[renouvellement.mesure_id]),
    )  # fmt: skip


@route(*FINANCEUR, consulte=CONSULTE_RENOUVELLEMENT)
def renouvellement_accorder(request: HttpRequest, renouvellement_id: int) -> HttpResponse:
    """The funder grants the renewal."""
    perimetre: Perimetre = request.perimetre
    known = _find_renouvellement(perimetre, renouvellement_id)
    form = bind(forms.AccorderRenouvellementForm, request, initial={"le": perimetre.jour})
    page = PageActe(
        titre="Accorder le renouvellement",
        envoyer="Accorder",
        cle=f"renouvellement-{renouvellement_id}",
        version=known.version,
        succes="Le renouvellement est accordé : l’opérateur en est averti.",
        aide=f"{known.mois} mois demandés : {known.motif}",
    )

    def envoi(donnees: dict[str, Any]) -> None:
        actions.grant_renouvellement(
            perimetre=perimetre, renouvellement_id=renouvellement_id,
            version=read_version(request), **donnees,
        )  # fmt: skip

    return run(request, find_mesure(perimetre, known.mesure_id), form, page, envoi)


@route(*CHEF, *FINANCEUR, consulte=CONSULTE_RENOUVELLEMENT)
def renouvellement_refuser(request: HttpRequest, renouvellement_id: int) -> HttpResponse:
    """The head of service sets it aside, or the funder refuses it."""
    perimetre: Perimetre = request.perimetre
    known = _find_renouvellement(perimetre, renouvellement_id)
    page = PageActe(
        titre="Ne pas renouveler",
        envoyer="Refuser le renouvellement",
        cle=f"renouvellement-{renouvellement_id}-refus",
        version=known.version,
        succes="Le refus est enregistré : le référent en est averti.",
        ton="danger",
    )

    def envoi(donnees: dict[str, Any]) -> None:
        actions.refuse_renouvellement(
            perimetre=perimetre, renouvellement_id=renouvellement_id, motif=donnees["motif"],
            version=read_version(request),
        )  # fmt: skip

    mesure = find_mesure(perimetre, known.mesure_id)
    return run(request, mesure, bind(forms.MotifForm, request), page, envoi)
