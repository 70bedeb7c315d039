"""Pages of the purges: preview, second step, report; an archived file given back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from cariatide.bareme.queries import DateNonCouverte
from cariatide.conformite import actions
from cariatide.conformite.queries import (
    CHAMPS_PURGES,
    TRIS_PURGES,
    describe_modeles,
    describe_purge,
    find_purge,
    find_reference,
    lecture_gel,
    lecture_purge,
    list_candidats,
    list_lignes,
    list_papiers,
    list_purges,
    read_fondement,
)
from cariatide.conformite.rules import ROLES_CONFORMITE
from cariatide.conformite.statuts import NaturePurge, StatutLignePurge, StatutPurge
from cariatide.conformite.web import forms
from cariatide.documents.models import DocumentEmis
from cariatide.documents.queries import read_document
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.actes import Fait, PageActe, read_version, run_acte
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

LIGNES_MAX = 200
PAPIERS_MAX = 500
COLONNES = (
    Colonne("reference", "Purge", principale=True),
    Colonne("nature", "Nature"),
    Colonne("preparee_le", "Préparée le", "date", tris=("recent", "recent")),
    Colonne("dossiers", "Dossiers", "nombre"),
    Colonne("etat", "État"),
    Colonne("terminee_le", "Terminée le", "date"),
)
LISTE = PageListe(
    "conformite/purges.html",
    filtres=lambda request: forms.FiltresPurges(request.GET),
    lignes=list_purges,
    tris=TRIS_PURGES,
    champs=CHAMPS_PURGES,
    colonnes=COLONNES,
    export=tuple(ColonneExport(c.code, c.libelle, c.format) for c in COLONNES),
    nom="purges",
    adresse="conformite:purges",
    habille_jour=describe_purge,
    libelle_export="Purges",
    niveau_export=Niveau.AGREGE,
)


def _fil() -> list[tuple[str, str]]:
    return [
        ("Conservation", reverse("conformite:liste")), ("Purges", reverse("conformite:purges"))
    ]  # fmt: skip


@route(*ROLES_CONFORMITE)
def liste(request: HttpRequest) -> HttpResponse:
    """Every purge, and what waits for one."""
    perimetre, attentes = request.perimetre, []
    for nature in NaturePurge:
        try:
            nombre, absence = len(list_candidats(perimetre, nature)), ""
        except DateNonCouverte as error:
            nombre, absence = 0, error.message
        attentes.append({"nature": nature, "nombre": nombre, "absence": absence})
    return LISTE.show(request, attentes=attentes)


@route(*ROLES_CONFORMITE)
def preparer(request: HttpRequest, nature: str) -> HttpResponse:
    """Count what would go; nothing is touched before the second step."""
    if nature not in NaturePurge.values:
        raise Introuvable("Cette nature de purge n’existe pas.")
    perimetre = request.perimetre
    refus, fondement, nombre = "", "", 0
    try:
        fondement = read_fondement(perimetre.jour, nature)
        nombre = len(list_candidats(perimetre, nature))
        refus = "" if nombre else "Aucun dossier clos n’est au terme de cette durée."
    except DateNonCouverte as error:
        refus = error.message

    def envoi(form: Any) -> Fait:
        purge = actions.prepare_purge(perimetre=perimetre, nature=nature, **form.cleaned_data)
        adresse = reverse("conformite:purge", args=[purge.pk])
        return Fait(f"La purge {purge.reference} est préparée : relisez-la avant de la confirmer.",
                    adresse)  # fmt: skip

    page = PageActe(
        f"Préparer : {NaturePurge(nature).label.lower()}",
        retour=reverse("conformite:purges"),
        envoyer="Compter ce qui partirait",
        fil=_fil(),
        aide=f"{nombre} dossiers clos sont au terme : {fondement}" if fondement else "",
        refus=refus,
    )
    return run_acte(request, bind(forms.FormulairePurge, request), page, envoi)


@route(*ROLES_CONFORMITE, consulte=lecture_purge)
def detail(request: HttpRequest, purge_id: int) -> HttpResponse:
    """What would go, or what went: rows by model, files by reference, papers by reference."""
    perimetre = request.perimetre
    purge = find_purge(perimetre, purge_id)
    lignes = list(list_lignes(perimetre, purge_id)[: LIGNES_MAX + 1])
    ids = [ligne["menage_id"] for ligne in lignes[:LIGNES_MAX] if ligne["menage_id"]]
    montre = purge.nature == NaturePurge.ANONYMISATION and purge.statut == StatutPurge.PREPAREE
    papiers = list_papiers(ids) if montre else []
    toutes = list_lignes(perimetre, purge_id)
    contexte = {
        "purge": purge,
        "apercu": describe_modeles(purge.apercu.get("modeles", {})),
        "bilan": describe_modeles(purge.bilan.get("modeles", {})),
        "lignes": [
            {**ligne, "etat": StatutLignePurge(ligne["statut"]).label}
            for ligne in lignes[:LIGNES_MAX]
        ],
        "suite": len(lignes) > LIGNES_MAX,
        "papiers": papiers[:PAPIERS_MAX],
        "papiers_suite": max(0, len(papiers) - PAPIERS_MAX),
        "faites": toutes.exclude(statut=StatutLignePurge.A_FAIRE).count(),
        "total": toutes.count(),
    }
    return rend(request, "conformite/purge.html", contexte)


@route(*ROLES_CONFORMITE, consulte=lecture_purge)
def confirmer(request: HttpRequest, purge_id: int) -> HttpResponse:
    """The second step."""
    purge = find_purge(request.perimetre, purge_id)

    def envoi(form: Any) -> Fait:
        actions.confirm_purge(
            perimetre=request.perimetre, purge_id=purge_id, version=read_version(request),
            recopie=form.cleaned_data["recopie"],
        )  # fmt: skip
        return Fait(f"La purge {purge.reference} est confirmée : elle s’exécute en arrière-plan.")

    anonymise = purge.nature == NaturePurge.ANONYMISATION
    page = PageActe(
        "Confirmer la purge",
        retour=reverse("conformite:purge", args=[purge_id]),
        envoyer="Confirmer",
        version=purge.version,
        fil=_fil(),
        surtitre=purge.reference,
        ton="danger" if anonymise else "accent",
        avertissement=(
            "Rien ne rétablit un dossier anonymisé, et une réunion de fiches ne se défait plus."
            if anonymise
            else "Ces dossiers ne s’ouvriront plus à personne, jusqu’à leur retour motivé."
        ),
        refus="" if purge.statut == StatutPurge.PREPAREE else "Cette purge n’est plus à confirmer.",
    )
    return run_acte(request, bind(forms.FormulaireConfirmation, request), page, envoi)


@route(*ROLES_CONFORMITE, consulte=lecture_purge)
def abandonner(request: HttpRequest, purge_id: int) -> HttpResponse:
    """Give the preview up."""
    purge = find_purge(request.perimetre, purge_id)

    def envoi(form: Any) -> Fait:
        actions.abandon_purge(
            perimetre=request.perimetre, purge_id=purge_id, version=read_version(request)
        )
        return Fait(f"La purge {purge.reference} est abandonnée : aucun dossier n’a changé.")

    page = PageActe(
        "Abandonner la purge",
        retour=reverse("conformite:purge", args=[purge_id]),
        envoyer="Abandonner",
        version=purge.version,
        fil=_fil(),
        surtitre=purge.reference,
        refus="" if purge.statut == StatutPurge.PREPAREE else "Cette purge est déjà confirmée.",
    )
    return run_acte(request, bind(forms.FormulaireVide, request), page, envoi)


@route(*ROLES_CONFORMITE, consulte=lecture_purge)
def proces_verbal(request: HttpRequest, purge_id: int) -> HttpResponse:
    """The report as it was issued."""
    purge = find_purge(request.perimetre, purge_id)
    if purge.document_id is None:
        raise Introuvable("Le procès-verbal est émis quand la purge est terminée.")
    document: DocumentEmis = DocumentEmis.objects.find_visible(request.perimetre, purge.document_id)
    octets = read_document(request.perimetre, document)
    response = HttpResponse(octets, content_type="application/pdf")
    nom = f"proces-verbal-{purge.reference}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(True, nom) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@route(*ROLES_CONFORMITE, consulte=lecture_gel)
def rendre(request: HttpRequest, menage_id: int) -> HttpResponse:
    """The household came back: its file leaves the archive."""
    reference = find_reference(request.perimetre, menage_id)

    def envoi(form: Any) -> Fait:
        actions.rend_dossier(perimetre=request.perimetre, menage_id=menage_id, **form.cleaned_data)
        return Fait(f"Le dossier {reference} est rendu à la base active.")

    page = PageActe(
        "Rendre à la base active",
        retour=reverse("conformite:liste"),
        envoyer="Rendre",
        fil=_fil()[:1],
        surtitre=reference,
        aide="Ceux qui lisaient ce dossier le relisent, et son horloge repart du contact indiqué.",
    )
    form = bind(forms.FormulaireRetour, request, initial={"contact_le": request.perimetre.jour})
    return run_acte(request, form, page, envoi)
