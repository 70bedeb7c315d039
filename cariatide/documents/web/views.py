"""Pages and files of documents. Every download is journaled before its bytes leave."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from cariatide.documents.acces import NIVEAUX, require_menage
from cariatide.documents.actions import add_piece, withdraw_piece
from cariatide.documents.archive import stream_pieces
from cariatide.documents.modeles import list_modeles
from cariatide.documents.models import DocumentEmis, Piece
from cariatide.documents.ports import MENAGES, acces_menages
from cariatide.documents.queries import (
    CHAMPS,
    TRIS,
    lecture_archive,
    lecture_document,
    lecture_menage,
    lecture_piece,
    list_documents,
    list_pieces,
    read_document,
    read_piece,
    search_documents,
)
from cariatide.documents.rules import ROLES_DEPOT
from cariatide.documents.statuts import Analyse
from cariatide.documents.web.forms import FiltresDocuments, FormulairePiece, FormulaireRetrait
from cariatide.partenaires.rules import ROLES_DOSSIER
from cariatide.socle.pages.actes import Fait, PageActe, run_acte
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau, Perimetre

COLONNES = (
    Colonne("titre", "Document", tris=("titre", "titre_desc"), principale=True),
    Colonne("reference", "Référence"),
    Colonne("modele", "Modèle", masquee=True),
    Colonne("emis_le", "Émis le", "heure", tris=("anciens", "recents")),
    Colonne("organisation__nom", "Organisation"),
    Colonne("auteur", "Par"),
    Colonne("niveau", "Niveau"),
)
MENAGE = "menages.menage"


LISTE = PageListe(
    "documents/liste.html",
    filtres=lambda request: FiltresDocuments(request.GET),
    lignes=search_documents,
    tris=TRIS,
    champs=CHAMPS,
    colonnes=COLONNES,
    adresse="documents:liste",
    nom="documents",
    habille_export=lambda ligne: (
        ligne
        | {
            "modele": list_modeles()[ligne["modele"]].libelle,
            "niveau": Niveau(ligne["niveau"]).libelle,
        }
    ),
    libelle_export="Export de la liste des documents",
)


@route(*ROLES_DOSSIER)
def liste(request: HttpRequest) -> HttpResponse:
    """Issued documents of the perimeter."""
    modeles = {code: modele.libelle for code, modele in list_modeles().items()}
    return LISTE.show(request, modeles=modeles, niveau_de=Niveau)


@route(*ROLES_DOSSIER, consulte=lecture_document)
def telecharger(request: HttpRequest, document_id: int) -> HttpResponse:
    """The PDF as issued; `?affichage=1` opens it in the browser instead of saving it."""
    document: DocumentEmis = DocumentEmis.objects.find_visible(request.perimetre, document_id)
    octets = read_document(request.perimetre, document)
    inline = request.GET.get("affichage") == "1"
    return _fichier(octets, "application/pdf", document.nom_fichier, attachment=not inline)


@route(*ROLES_DOSSIER, consulte=lecture_piece)
def piece(request: HttpRequest, piece_id: int) -> HttpResponse:
    """The file as received, always saved, never run by the browser."""
    trouvee: Piece = Piece.objects.find_visible(request.perimetre, piece_id)
    octets = read_piece(request.perimetre, trouvee)
    return _fichier(octets, trouvee.type_mime, trouvee.nom_fichier, attachment=True)


@route(*ROLES_DOSSIER, consulte=lecture_menage)
def menage(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Documents and pieces of one household."""
    perimetre: Perimetre = request.perimetre
    pieces = list(list_pieces(perimetre, menage_id=menage_id, retirees=True))
    contexte = {
        "menage_id": menage_id,
        "libelle": require_menage(perimetre, menage_id, Niveau.FACTUEL),
        "documents": list_documents(perimetre, menage_id=menage_id),
        "pieces": pieces,
        "non_analysees": any(
            p.analyse == Analyse.NON_ANALYSEE and p.retiree_le is None for p in pieces
        ),
        "organisations": perimetre.organisation_ids,
        "peut_deposer": perimetre.has_role(*ROLES_DEPOT),
    }
    return rend(request, "documents/menage.html", contexte)


@route(*ROLES_DOSSIER, consulte=lecture_archive)
def archive(request: HttpRequest, menage_id: int) -> StreamingHttpResponse:
    """Every piece that one may read, in one ZIP written while it is sent."""
    libelle = require_menage(request.perimetre, menage_id, Niveau.FACTUEL)
    contenu = stream_pieces(request.perimetre, menage_id, libelle)
    response = StreamingHttpResponse(contenu, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="pieces-{menage_id}.zip"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@route(*ROLES_DEPOT, consulte=lecture_menage)
def deposer(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Bring a piece to a household's file."""
    perimetre: Perimetre = request.perimetre
    libelle = require_menage(perimetre, menage_id, Niveau.FACTUEL)
    lu = acces_menages.get(MENAGES).find_niveau(perimetre, menage_id)
    form = bind(FormulairePiece, request, niveaux=[n for n in NIVEAUX if n <= lu])

    def envoi(form: Any) -> Fait:
        d = form.cleaned_data
        # Of the route's roles alone; the levels offered are those that one of them reads.
        mandat = next(m for m in perimetre.mandats if m.niveau_max >= d["niveau"])
        deposee = add_piece(
            perimetre=perimetre,
            contenu=d["fichier"].read(),
            nom=d["fichier"].name or "",
            type_=d["type"],
            libelle=d["libelle"],
            niveau=d["niveau"],
            recue_le=d["recue_le"],
            organisation_id=mandat.organisation_id,
            objet=(MENAGE, menage_id),
            menage_id=menage_id,
            mandat=mandat,
        )
        suite = " Elle s’ouvrira après son analyse." if deposee.en_quarantaine else ""
        return Fait(f"La pièce « {deposee.libelle} » est jointe au dossier.{suite}")

    adresse = reverse("documents:menage", args=[menage_id])
    page = PageActe(
        "Joindre une pièce",
        retour=adresse,
        envoyer="Joindre la pièce",
        fil=[(f"{libelle} : documents et pièces", adresse)],
        surtitre=libelle,
    )
    return run_acte(request, form, page, envoi)


@route(*ROLES_DEPOT, consulte=lecture_piece)
def retirer(request: HttpRequest, piece_id: int) -> HttpResponse:
    """Take a piece out, with a reason."""
    trouvee: Piece = Piece.objects.find_visible(request.perimetre, piece_id)

    def envoi(form: Any) -> Fait:
        withdraw_piece(
            perimetre=request.perimetre, piece_id=piece_id, motif=form.cleaned_data["motif"]
        )
        return Fait(f"La pièce « {trouvee.libelle} » est retirée et son contenu effacé.")

    menage_id = trouvee.menage_id
    adresse = (
        reverse("documents:menage", args=[menage_id]) if menage_id else reverse("documents:liste")
    )
    page = PageActe(
        "Retirer une pièce",
        retour=adresse,
        envoyer="Retirer la pièce",
        ton="danger",
        fil=[("Documents et pièces", adresse)] if menage_id else [],
        surtitre=f"{trouvee.libelle} · {trouvee.nom_fichier}",
        avertissement="Ce retrait est définitif : le contenu du fichier sera effacé pour tous. "
        "La ligne reste, avec votre nom et le motif.",
    )
    return run_acte(request, bind(FormulaireRetrait, request), page, envoi)


def _fichier(octets: bytes, type_mime: str, nom: str, *, attachment: bool) -> HttpResponse:
    response = HttpResponse(octets, content_type=type_mime)
    disposition = content_disposition_header(attachment, nom)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
