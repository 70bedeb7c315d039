"""Pages that write a saisine: drafts, the form, what helps to fill it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cariatide.demandes.actions import (
    DoublonPossible,
    deposit_saisine,
    discard_brouillon,
    save_brouillon,
)
from cariatide.demandes.journee import draft_label
from cariatide.demandes.models import Saisine, SaisineSociale
from cariatide.demandes.queries import (
    lecture_saisine,
    list_brouillons,
    list_conventions_ouvertes,
)
from cariatide.demandes.statuts import ROLES_REDACTEURS, StatutSaisine
from cariatide.demandes.web.forms import list_choix_pieces
from cariatide.demandes.web.saisie import SaisieSaisine, describe_commune
from cariatide.menages.models import Menage
from cariatide.menages.queries import search_condition
from cariatide.socle.envois import act_once, find_adresse
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier
from cariatide.socle.pages.actes import DEJA_FAIT, Fait, done, read_version, run_sur_place
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.saisie import LONGUEUR_MAX

MENAGES_MAX = 8
_TROP_LONG = (
    f"Les éléments sociaux dépassent {LONGUEUR_MAX} caractères et n’ont pas été enregistrés : "
    "raccourcissez-les ou joignez-les en pièce."
)


# -- drafts ------------------------------------------------------------------------------------


@route(*ROLES_REDACTEURS)
@require_GET
def brouillons(request: HttpRequest) -> HttpResponse:
    """Unfinished saisines of my organisations."""
    lignes = [
        {"saisine": saisine, "libelle": draft_label(saisine)}
        for saisine in list_brouillons(request.perimetre)[:100]
    ]
    return rend(request, "demandes/brouillons.html", {"lignes": lignes})


@route(*ROLES_REDACTEURS)
@require_POST
def supprimer(request: HttpRequest, saisine_id: int) -> HttpResponse:
    discard_brouillon(perimetre=request.perimetre, saisine_id=saisine_id)
    messages.success(request, "Le brouillon est supprimé. Rien n’avait été transmis.")
    return redirect("demandes:brouillons")


# -- form --------------------------------------------------------------------------------------


@route(*ROLES_REDACTEURS)
def nouvelle(request: HttpRequest) -> HttpResponse:
    """A new saisine; the first button pressed makes it a draft."""
    if request.method == "POST":
        return _post(request, None)
    saisie = SaisieSaisine(request.perimetre, initial={"menage_id": request.GET.get("menage", "")})
    return _page(request, saisie, None)


@route(*ROLES_REDACTEURS, consulte=lecture_saisine)
def brouillon(request: HttpRequest, saisine_id: int) -> HttpResponse:
    """Resume a draft."""
    perimetre: Perimetre = request.perimetre
    saisine: Saisine = Saisine.objects.find_visible(perimetre, saisine_id)
    if saisine.statut != StatutSaisine.BROUILLON:
        if request.method == "POST":
            messages.info(request, f"La saisine {saisine} est déjà déposée.")
        return redirect("demandes:detail", saisine.pk)
    if request.method == "POST":
        return _post(request, saisine)
    expose = (
        SaisineSociale.objects.visible_to(perimetre)
        .filter(saisine_id=saisine.pk, auteur_id=perimetre.utilisateur_id)
        .values_list("expose", flat=True)
        .first()
    )
    saisie = SaisieSaisine(perimetre, initial=saisine.saisie, expose=expose or "")
    return _page(request, saisie, saisine)


def _post(request: HttpRequest, saisine: Saisine | None) -> HttpResponse:
    """Keep what was typed, whatever the button, and do what it asks: once for one sending."""
    perimetre: Perimetre = request.perimetre
    saisie = SaisieSaisine(perimetre, donnees=request.POST)
    geste = request.POST.get("geste", "enregistrer")
    version = read_version(request)
    expose = request.POST.get("expose", "")
    if len(expose) > LONGUEUR_MAX:
        saisie.form.add_error(None, _TROP_LONG)
        return _page(request, saisie, saisine, statut=422)

    def save() -> Saisine:
        return save_brouillon(
            perimetre=perimetre,
            saisie=saisie.to_brouillon(geste),
            expose=expose,
            saisine_id=saisine.pk if saisine else None,
            version=version if version >= 0 else None,
        )

    if adresse := find_adresse(request):
        return done(request, DEJA_FAIT, adresse)
    try:
        if geste == "deposer":
            return _deposit(request, saisie, saisine, save)
        draft, adresse = save_once(request, save)
        return _after_saving(request, draft, geste) if draft else redirect(adresse)
    except ConflitDeVersion as erreur:
        saisie.form.add_error(None, erreur.message)
        return _page(request, saisie, saisine, statut=409, conflit=True)


def save_once(request: HttpRequest, save: Callable[[], Saisine]) -> tuple[Saisine | None, str]:
    """The draft kept now, or None with its address when this very sending kept it already."""
    kept: list[Saisine] = []

    def envoi() -> str:
        kept.append(save())
        return reverse("demandes:brouillon", args=[kept[0].pk])

    already = act_once(request, envoi)
    return (None, already) if already else (kept[0], "")


def _after_saving(request: HttpRequest, draft: Saisine, geste: str) -> HttpResponse:
    adresse = reverse("demandes:brouillon", args=[draft.pk])
    if geste == "ajouter":
        return redirect(f"{adresse}#personne-{len(draft.saisie['personnes'])}")
    if geste == "chercher":
        q = request.POST.get("menage_q", "")
        return redirect(f"{adresse}?{_query(q)}#menage")
    if geste.startswith(("retirer-", "choisir-")) or geste == "decrire":
        return redirect(f"{adresse}#menage")
    if geste == "actualiser":
        return redirect(f"{adresse}#pieces")
    if lue := describe_commune(draft.saisie.get("commune_saisie", "")):
        messages.info(request, lue)
    messages.success(request, "Le brouillon est enregistré. Rien n’est encore transmis.")
    return redirect(adresse)


def _query(texte: str) -> str:
    from_text = QueryDict(mutable=True)
    from_text["menage_q"] = texte
    return from_text.urlencode()


def _deposit(
    request: HttpRequest,
    saisie: SaisieSaisine,
    saisine: Saisine | None,
    save: Callable[[], Saisine],
) -> HttpResponse:
    """Deposit what is complete; otherwise keep it as a draft, and say what lacks."""

    def envoi(_: Any) -> Fait:
        draft = save()
        deposee = deposit_saisine(
            perimetre=request.perimetre,
            donnees=saisie.to_donnees(),
            saisine_id=draft.pk,
            version=draft.version,
        )
        if saisie.avertissement:
            messages.info(request, saisie.avertissement)
        return Fait(
            f"La saisine {deposee} est déposée. Le secrétariat de « {deposee.instance} » "
            "en est averti ; vous le serez à chaque étape.",
            reverse("demandes:detail", args=[deposee.pk]),
        )

    def montre(refus: ErreurMetier | None) -> HttpResponse:
        if isinstance(refus, ConflitDeVersion):
            raise refus
        if refus is not None:
            saisie.form.add_erreur_metier(refus)
        proches = refus.proches if isinstance(refus, DoublonPossible) else ()
        draft, adresse = save_once(request, save)
        if draft is None:
            return redirect(adresse)
        return _page(request, saisie, draft, statut=422, proches=proches)

    return run_sur_place(request, saisie, envoi, montre, retour=reverse("demandes:brouillons"))


def _page(
    request: HttpRequest,
    saisie: SaisieSaisine,
    saisine: Saisine | None,
    *,
    statut: int = 200,
    conflit: bool = False,
    proches: Any = (),
) -> HttpResponse:
    perimetre: Perimetre = request.perimetre
    q = request.GET.get("menage_q", "")
    contexte = {
        "saisie": saisie,
        "form": saisie.form,
        "saisine": saisine,
        "adresse": reverse("demandes:brouillon", args=[saisine.pk])
        if saisine
        else reverse("demandes:nouvelle"),
        "cle": f"saisine-{saisine.pk}" if saisine else "saisine-nouvelle",
        "q": q,
        "envoi": uuid4(),
        "trouves": find_menages(perimetre, q),
        "proches": proches,
        "conflit": conflit,
        "confirmer": bool(proches) or "doublon_confirme" in saisie.form.errors
        if saisie.is_bound
        else False,
    }
    for form in (saisie.form, *saisie.personnes):
        if form.is_bound:
            form.mark_errors()
    return rend(request, "demandes/saisie.html", contexte, statut=statut)


# -- help --------------------------------------------------------------------------------------


def find_menages(perimetre: Perimetre, q: str) -> list[Menage]:
    """Households of the perimeter that answer the search of the form."""
    condition = search_condition(q) if q.strip() else None
    if condition is None:
        return []
    found = Menage.objects.visible_to(perimetre).filter(condition)
    return list(found.select_related("commune").order_by("nom_normalise", "id")[:MENAGES_MAX])


@route(*ROLES_REDACTEURS)
@require_GET
def menages(request: HttpRequest) -> HttpResponse:
    """The search of a known household, as typed."""
    q = request.GET.get("menage_q", "")
    contexte = {"q": q, "trouves": find_menages(request.perimetre, q)}
    return rend(request, "demandes/_menages.html", contexte)


@route(*ROLES_REDACTEURS)
@require_GET
def pieces(request: HttpRequest) -> HttpResponse:
    """The pieces of the agreement chosen, those already ticked staying so."""
    jour = request.perimetre.jour
    conventions = list(list_conventions_ouvertes(jour))
    choix = list_choix_pieces(conventions, request.GET.get("convention", ""), jour)
    contexte = {"choix": choix, "cochees": set(request.GET.getlist("pieces"))}
    return rend(request, "demandes/_pieces.html", contexte)
