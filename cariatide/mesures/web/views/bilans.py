"""Reviews and renewals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.menages.budget import find_releve
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
    refuse_bilan,
    refuse_proposition,
    refuse_texte_bilan,
)
from cariatide.mesures.rules import list_derogations
from cariatide.mesures.web import forms, forms_bilans
from cariatide.mesures.web.views.commun import (
    CHEF,
    EQUIPE,
    FINANCEUR,
    LECTEURS,
    Genre,
    acte,
    bouton,
    mesure_url,
    page_acte,
    page_suite,
)
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.pages.actes import (
    ActeSimple,
    Fait,
    PageActe,
    read_version,
    run_acte,
    send,
)
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


def _url(bilan: Bilan) -> str:
    return reverse("mesures:bilan", args=[bilan.pk])


def _atteintes(bilan: Bilan, perimetre: Perimetre) -> dict[int, int]:
    rows = EvaluationObjectif.objects.visible_to(perimetre).filter(bilan=bilan).order_by()
    return dict(rows.values_list("objectif_id", "atteinte"))


@route(*EQUIPE, consulte=lecture_mesure)
def nouveau(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """Begin a review."""
    mesure = find_mesure(request.perimetre, mesure_id)

    def envoi(form: Any) -> Fait:
        bilan = actions.create_bilan(
            perimetre=request.perimetre, mesure_id=mesure_id, type_=form.cleaned_data["type"],
            le=form.cleaned_data["le"],
        )  # fmt: skip
        phrase = "Le bilan est commencé, prérempli depuis vos entretiens."
        return Fait(phrase, reverse("mesures:bilan_rediger", args=[bilan.pk]))

    page = PageActe(
        "Établir un bilan",
        envoyer="Commencer le bilan",
        aide="Un bilan final ouvre la fin de période : la mesure passe à l’état « Bilan dû ».",
        refus=refuse_bilan(mesure, request.perimetre),
        **page_acte(request, mesure),
    )
    form = bind(forms.NouveauBilanForm, request, initial={"le": request.perimetre.jour})
    return run_acte(request, form, page, envoi)


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
        "modifiable": lit_social and equipe and not refuse_texte_bilan(bilan),
    }
    return rend(request, "mesures/bilan.html", contexte)


@route(*EQUIPE, consulte=CONSULTE)
def rediger(request: HttpRequest, bilan_id: int) -> HttpResponse:
    """Write the review; the draft is kept while it is typed."""
    perimetre: Perimetre = request.perimetre
    bilan = _find(perimetre, bilan_id)
    objectifs = list_objectifs_du_bilan(bilan, perimetre)
    classe = forms_bilans.BilanForm.for_objectifs(objectifs)

    def envoi(form: Any) -> Fait:
        actions.write_bilan(
            perimetre=perimetre, bilan_id=bilan_id, donnees=form.to_donnees(),
            version=read_version(request),
        )  # fmt: skip
        return Fait(
            "Le bilan est enregistré. Soumettez-le au chef de service quand il est complet."
        )

    autour = page_suite(request, bilan, _url(bilan))
    autour["fil"] += [(bilan.get_type_display(), _url(bilan))]
    page = PageActe(
        f"Rédiger : {bilan.get_type_display().lower()}",
        envoyer="Enregistrer le bilan",
        lecteurs="l’équipe d’accompagnement",
        niveau=Niveau.SOCIAL,
        **autour,
    )
    form = bind(classe, request, initial=_initial(bilan, perimetre), objectifs=objectifs)
    return run_acte(
        request, form, page, envoi, gabarit="mesures/bilan_rediger.html", bilan=bilan,
        releve=find_releve(perimetre, bilan.menage_id, bilan.le), menage_id=bilan.menage_id,
    )  # fmt: skip


def _initial(bilan: Bilan, perimetre: Perimetre) -> dict[str, Any]:
    champs = ("dette_initiale", "dette_actuelle", "synthese_partenaires", "suite")
    values: dict[str, Any] = {nom: getattr(bilan, nom) for nom in champs}
    # Sums are kept once, in the snapshots: they are proposed, and written here by who reads them.
    for nom, au in (("dette_initiale", bilan.du), ("dette_actuelle", bilan.le)):
        releve = find_releve(perimetre, bilan.menage_id, au) if values[nom] is None else None
        values[nom] = releve.dette_logement if releve else values[nom]
    contenu = BilanContenu.objects.visible_to(perimetre).filter(bilan=bilan).first()
    if contenu is not None:
        textes = ("evolution", "actions_menees", "difficultes", "conclusion")
        values |= {nom: getattr(contenu, nom) for nom in textes}
        values |= {f"commentaire_{k}": v for k, v in contenu.commentaires.items()}
    return values | {f"atteinte_{k}": v for k, v in _atteintes(bilan, perimetre).items()}


BILAN = Genre("bilan_id", _find, _url, CONSULTE)
soumettre = bouton(
    BILAN, EQUIPE, actions.submit_bilan, "Le bilan est soumis : le chef de service est averti."
)
valider = bouton(
    BILAN, CHEF, actions.validate_bilan, "Le bilan est validé : son auteur est averti."
)
renvoyer = acte(
    BILAN,
    CHEF,
    ActeSimple(
        "Renvoyer le bilan à son auteur",
        "Renvoyer",
        "Le bilan est renvoyé : son auteur est averti.",
        forms.MotifForm,
        actions.send_back_bilan,
    ),
)


# -- renewals --------------------------------------------------------------------------------


@route(*EQUIPE, consulte=lecture_mesure)
def renouveler(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """Propose a renewal, with its new objectives."""
    perimetre: Perimetre = request.perimetre
    mesure = find_mesure(perimetre, mesure_id)
    duree = find_duree_renouvellement(mesure, perimetre.jour)

    def envoi(form: Any) -> Fait:
        d = form.cleaned_data
        actions.propose_renouvellement(
            perimetre=perimetre,
            mesure_id=mesure_id,
            mois=d["mois"],
            motif=d["motif"],
            derogation=d["derogation"],
            objectifs=form.to_objectifs(),
            version=read_version(request),
        )
        return Fait("Le renouvellement est proposé : le chef de service est averti.")

    page = PageActe(
        "Proposer un renouvellement",
        envoyer="Proposer au chef de service",
        refus=refuse_proposition(mesure, perimetre),
        **page_acte(request, mesure),
    )
    reference = load_renouvelable(mesure, perimetre, nouveaux_objectifs=1)
    return run_acte(
        request, bind(forms_bilans.RenouvellementForm, request, initial={"mois": duree}), page,
        envoi, gabarit="mesures/renouveler.html", mesure=mesure, reference=reference,
        derogations=list_derogations(reference, mois=duree or 1, jour=perimetre.jour),
    )  # fmt: skip


def _find_renouvellement(perimetre: Perimetre, renouvellement_id: int) -> Renouvellement:
    found: Renouvellement = Renouvellement.objects.find_visible(perimetre, renouvellement_id)
    return found


RENOUVELLEMENT = Genre(
    "renouvellement_id",
    _find_renouvellement,
    lambda r: mesure_url(r.mesure_id),
    CONSULTE_RENOUVELLEMENT,
)
renouvellement_valider = bouton(
    RENOUVELLEMENT,
    CHEF,
    actions.validate_renouvellement,
    "La proposition est validée : le financeur est averti.",
)
# The head of service sets it aside, or the funder refuses it.
renouvellement_refuser = acte(
    RENOUVELLEMENT,
    (*CHEF, *FINANCEUR),
    ActeSimple(
        "Ne pas renouveler",
        "Refuser le renouvellement",
        "Le refus est enregistré : le référent en est averti.",
        forms.MotifForm,
        actions.refuse_renouvellement,
        ton="danger",
    ),
)


@route(*FINANCEUR, consulte=CONSULTE_RENOUVELLEMENT)
def renouvellement_accorder(request: HttpRequest, renouvellement_id: int) -> HttpResponse:
    """The funder grants the renewal."""
    known = _find_renouvellement(request.perimetre, renouvellement_id)
    page = PageActe(
        "Accorder le renouvellement",
        envoyer="Accorder",
        aide=f"{known.mois} mois demandés : {known.motif}",
        **page_suite(request, known),
    )
    envoi = send(
        request, actions.grant_renouvellement,
        "Le renouvellement est accordé : l’opérateur en est averti.",
        renouvellement_id=renouvellement_id,
    )  # fmt: skip
    initial = {"le": request.perimetre.jour}
    form = bind(forms.AccorderRenouvellementForm, request, initial=initial)
    return run_acte(request, form, page, envoi)
