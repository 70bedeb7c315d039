"""Pages of imports: choose, upload, look at the dry run, confirm, undo."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cariatide.echanges.actions import cancel_lot, integrate_lot, receive_lot
from cariatide.echanges.lifecycle import CYCLE
from cariatide.echanges.models import LotImport
from cariatide.echanges.ports import ROLES_IMPORT, importables
from cariatide.echanges.queries import count_lignes, iter_rejets, list_lignes, list_lots
from cariatide.echanges.statuts import StatutLigne
from cariatide.echanges.web.forms import FormulaireImport
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.pages.exports import stream_export
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne

LIGNES_MONTREES = 200


def _lecture_lot(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    lot = LotImport.objects.find_visible(perimetre, kwargs["lot_id"])
    return Lecture("echanges.lot", lot.pk, None, Niveau.FACTUEL, lot.fichier)


@route(*ROLES_IMPORT)
def liste(request: HttpRequest) -> HttpResponse:
    """Kinds of imports, and the batches already sent."""
    contexte = {
        "genres": importables.items(),
        "lots": list(list_lots(request.perimetre)[:100]),
        "libelles": {code: i.libelle for code, i in importables.items()},
    }
    return rend(request, "echanges/liste.html", contexte)


@route(*ROLES_IMPORT)
def nouveau(request: HttpRequest, genre: str) -> HttpResponse:
    """Upload a file: it is read and checked, nothing is written."""
    importable = importables.find(genre)
    if importable is None:
        raise Http404("Cette sorte d’import n’existe pas.")
    perimetre: Perimetre = request.perimetre
    options = importable.options(perimetre)
    manquantes = [c for c in request.POST if c.startswith("colonne_")]
    form = bind(
        FormulaireImport, request, importable=importable, options=options, manquantes=manquantes
    )
    if request.method == "POST" and form.is_valid():
        try:
            lot = receive_lot(
                perimetre=perimetre,
                genre=genre,
                fichier=form.to_fichier(),
                options=form.to_options(),
                correspondance=form.to_correspondance(),
            )
            return redirect("echanges:lot", lot.pk)
        except ErreurMetier as erreur:
            form = FormulaireImport(
                request.POST, request.FILES, importable=importable, options=options,
                manquantes=["oui"] if "introuvables" in erreur.message else manquantes,
            )  # fmt: skip
            form.is_valid()
            form.add_erreur_metier(ErreurMetier(erreur.message))
    statut = 200
    if request.method == "POST":
        statut = 422
        form.mark_errors()
    contexte = {"form": form, "importable": importable, "genre": genre}
    return rend(request, "echanges/nouveau.html", contexte, statut=statut)


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
    """Rejected lines as the sender wrote them, each with its reason."""
    perimetre: Perimetre = request.perimetre
    found: LotImport = LotImport.objects.find_visible(perimetre, lot_id)
    noms = ["Ligne", "Motif du rejet", *found.correspondance.values()]
    colonnes = [Colonne(f"c{i}", nom) for i, nom in enumerate(noms)]

    def rows() -> Iterator[dict[str, Any]]:
        for row in iter_rejets(perimetre, found):
            yield {f"c{i}": str(row.get(nom, "")) for i, nom in enumerate(noms)}

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
