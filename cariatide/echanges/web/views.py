"""Pages of imports: choose, upload, look at the dry run, confirm, undo."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.echanges.actions import (
    ColonnesIntrouvables,
    cancel_lot,
    integrate_lot,
    match_lot,
    receive_lot,
)
from cariatide.echanges.lifecycle import CYCLE
from cariatide.echanges.models import LotImport
from cariatide.echanges.ports import ROLES_IMPORT, importables
from cariatide.echanges.queries import (
    TRIS_LOTS,
    count_lignes,
    describe_lot,
    find_entetes_connus,
    find_import_en_cours,
    iter_rejets,
    list_lignes,
    list_lots,
)
from cariatide.echanges.statuts import StatutLigne, StatutLot
from cariatide.echanges.web.forms import (
    FiltresLots,
    FormulaireCorrespondance,
    FormulaireImport,
)
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.pages.actes import Fait, PageActe, run_acte, run_sur_place
from cariatide.socle.pages.composants import Colonne as ColonneEcran
from cariatide.socle.pages.exports import stream_export
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne

LIGNES_MONTREES = 200
COLONNES = (
    ColonneEcran("fichier", "Fichier", principale=True),
    ColonneEcran("genre_libelle", "Sorte"),
    ColonneEcran("recu_le", "Reçu le", "heure", tris=("anciens", "recents")),
    ColonneEcran("auteur", "Par"),
    ColonneEcran("organisation__nom", "Organisation", masquee=True),
    ColonneEcran("statut_libelle", "État"),
    ColonneEcran("integre_le", "Intégré le", "heure", masquee=True),
    ColonneEcran("annule_le", "Annulé le", "heure", masquee=True),
)
LISTE = PageListe(
    "echanges/liste.html",
    filtres=lambda request: FiltresLots(request.GET),
    lignes=list_lots,
    tris=TRIS_LOTS,
    champs=(
        "pk", "fichier", "genre", "recu_le", "auteur", "organisation__nom", "statut",
        "integre_le", "annule_le",
    ),
    colonnes=COLONNES,
    export=tuple(
        Colonne(c.code, c.libelle, "date_heure" if c.format == "heure" else "texte")
        for c in COLONNES
    ),
    habille=describe_lot,
    nom="imports",
    adresse="echanges:liste",
    libelle_export="Export de la liste des fichiers importés",
    niveau_export=Niveau.AGREGE,
)  # fmt: skip


def _lecture_lot(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    lot = LotImport.objects.find_visible(perimetre, kwargs["lot_id"])
    return Lecture("echanges.lot", lot.pk, None, Niveau.FACTUEL, lot.fichier)


@route(*ROLES_IMPORT)
def liste(request: HttpRequest) -> HttpResponse:
    """Kinds of imports, and the batches already sent."""
    return LISTE.show(request, genres=importables.items())


@route(*ROLES_IMPORT)
def nouveau(request: HttpRequest, genre: str) -> HttpResponse:
    """Upload a file: it is read and checked, nothing is written."""
    importable = importables.find(genre)
    if importable is None:
        raise Http404("Cette sorte d’import n’existe pas.")
    perimetre: Perimetre = request.perimetre
    options = importable.options(perimetre)
    propose: Sequence[str] = [e for e in request.POST.getlist("entete") if e][:500]

    def build(entetes: Sequence[str]) -> Any:
        return bind(
            FormulaireImport, request, importable=importable, options=options, entetes=entetes
        )

    def envoi(form: Any) -> Fait:
        lot = receive_lot(
            perimetre=perimetre,
            genre=genre,
            fichier=form.to_fichier(),
            options=form.to_options(),
            correspondance=form.to_correspondance(),
        )
        phrase = "Le fichier est lu et vérifié : rien n’est écrit avant votre accord."
        return Fait(phrase, reverse("echanges:lot", args=[lot.pk]))

    form = build(propose)
    if request.method != "POST":
        return _show(request, genre, form, propose, 200)

    def refuse(refus: ErreurMetier | None) -> HttpResponse:
        # The headers read are proposed; the browser asks for the file again.
        entetes = refus.entetes if isinstance(refus, ColonnesIntrouvables) else propose
        shown = build(entetes)
        shown.is_valid()
        if refus is not None:
            shown.add_erreur_metier(ErreurMetier(refus.message))
        shown.mark_errors()
        return _show(request, genre, shown, entetes, 422)

    return run_sur_place(request, form, envoi, refuse, retour=reverse("echanges:liste"))


def _show(
    request: HttpRequest, genre: str, form: Any, entetes: Sequence[str], statut: int
) -> HttpResponse:
    contexte = {
        "form": form,
        "importable": importables.get(genre),
        "genre": genre,
        "entetes": entetes,
        "envoi": uuid4(),
        "connus": find_entetes_connus(request.perimetre, genre),
    }
    return rend(request, "echanges/nouveau.html", contexte, statut=statut)


@route(*ROLES_IMPORT)
def avancement(request: HttpRequest) -> HttpResponse:
    """Fragment: how far the file being read or written is; asks for itself again."""
    contexte = {"avancement": find_import_en_cours(request.perimetre)}
    return rend(request, "echanges/_avancement.html", contexte)


@route(*ROLES_IMPORT, consulte=_lecture_lot)
def correspondance(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Say otherwise which column brings what: the lines are judged again."""
    perimetre: Perimetre = request.perimetre
    found: LotImport = LotImport.objects.find_visible(perimetre, lot_id)

    def envoi(form: Any) -> Fait:
        match_lot(perimetre=perimetre, lot_id=lot_id, correspondance=form.cleaned_data)
        return Fait("Les lignes sont vérifiées de nouveau avec ces colonnes.")

    form = bind(
        FormulaireCorrespondance, request, importable=importables.get(found.genre),
        entetes=found.entetes, initial=found.correspondance,
    )  # fmt: skip
    page = PageActe(
        "Correspondance des colonnes",
        reverse("echanges:lot", args=[lot_id]),
        "Vérifier de nouveau",
        fil=[
            ("Imports", reverse("echanges:liste")),
            (found.fichier, reverse("echanges:lot", args=[lot_id])),
        ],
        aide="La correspondance est retenue, et proposée pour votre prochain fichier.",
        refus=""
        if found.statut == StatutLot.VERIFIE
        else "Ce fichier n’attend plus de vérification : sa lecture ne change plus.",
    )
    return run_acte(request, form, page, envoi)


@route(*ROLES_IMPORT, consulte=_lecture_lot)
def lot(request: HttpRequest, lot_id: int) -> HttpResponse:
    """The dry run, or what the batch wrote."""
    perimetre: Perimetre = request.perimetre
    found: LotImport = LotImport.objects.find_visible(perimetre, lot_id)
    statut = request.GET.get("statut", "")
    statut = statut if statut in StatutLigne.values else ""
    contexte = {
        "lot": found,
        "importable": importables.get(found.genre),
        "comptes": count_lignes(perimetre, lot_id),
        "statuts": list(StatutLigne),
        "statut": statut,
        "lignes": list(list_lignes(perimetre, lot_id, statut)[:LIGNES_MONTREES]),
        "actes": list(CYCLE.evaluate(found, Contexte(perimetre, perimetre.jour))),
    }
    return rend(request, "echanges/lot.html", contexte)


@route(*ROLES_IMPORT, consulte=_lecture_lot)
def rejets(request: HttpRequest, lot_id: int) -> HttpResponseBase:
    """Rejected lines with the sender's own columns, each with its number and its reason."""
    perimetre: Perimetre = request.perimetre
    found: LotImport = LotImport.objects.find_visible(perimetre, lot_id)
    noms = [*found.entetes, "Ligne d’origine", "Motif du rejet"]
    colonnes = [Colonne(f"c{i}", nom) for i, nom in enumerate(noms)]

    def rows() -> Iterator[dict[str, Any]]:
        for row in iter_rejets(perimetre, found):
            yield {f"c{i}": str(value) for i, value in enumerate(row)}

    return stream_export(
        perimetre,
        nom=f"rejets-{found.pk}",
        format_=request.GET.get("format", "csv"),
        colonnes=colonnes,
        lignes=rows,
    )


@route(*ROLES_IMPORT)
@require_POST
def integrer(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Write the valid lines."""
    integrate_lot(perimetre=request.perimetre, lot_id=lot_id)
    count = count_lignes(request.perimetre, lot_id)[StatutLigne.INTEGREE]
    pluriel = "s" if count > 1 else ""
    messages.success(
        request, f"{count} ligne{pluriel} intégrée{pluriel}. L’import peut être annulé en entier."
    )
    return redirect("echanges:lot", lot_id)


@route(*ROLES_IMPORT)
@require_POST
def annuler(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Undo the batch as a whole."""
    cancel_lot(perimetre=request.perimetre, lot_id=lot_id)
    messages.success(request, "L’import est annulé : ce qu’il avait écrit est retiré.")
    return redirect("echanges:lot", lot_id)
