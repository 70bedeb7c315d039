"""Pages of the rights: requests and their clock, answer, rectification, the person's file."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from cariatide.conformite.actions.droits import close_demande, record_demande, rectify
from cariatide.conformite.documents import build_releve_personne
from cariatide.conformite.queries import (
    CHAMPS_DROITS,
    TRIS_DROITS,
    describe_demande,
    export_de,
    find_demande,
    find_reference,
    lecture_demande,
    lecture_export,
    list_demandes,
)
from cariatide.conformite.rules import ROLES_CONFORMITE
from cariatide.conformite.statuts import Droit, StatutDemande
from cariatide.conformite.web import forms
from cariatide.documents.modeles import find_modele
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.actes import Fait, PageActe, read_version, run_acte
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

COLONNES = (
    Colonne("reference", "Demande", principale=True),
    Colonne("droit", "Droit"),
    Colonne("recue_le", "Reçue le", "date"),
    Colonne("echeance_le", "À répondre avant le", "date", tris=("echeance", "echeance_desc")),
    Colonne("etat", "État"),
    Colonne("close_le", "Répondue le", "date"),
)
LISTE = PageListe(
    "conformite/droits.html",
    filtres=lambda request: forms.FiltresDroits(request.GET),
    lignes=list_demandes,
    tris=TRIS_DROITS,
    champs=CHAMPS_DROITS,
    colonnes=COLONNES,
    export=tuple(ColonneExport(c.code, c.libelle, c.format) for c in COLONNES),
    nom="droits",
    adresse="conformite:droits",
    habille_jour=describe_demande,
    libelle_export="Demandes d’exercice de droits",
    niveau_export=Niveau.AGREGE,
)


def _fil() -> list[tuple[str, str]]:
    return [("Droits des personnes", reverse("conformite:droits"))]


@route(*ROLES_CONFORMITE)
def liste(request: HttpRequest) -> HttpResponse:
    """Requests, the most pressing first."""
    return LISTE.show(request)


@route(*ROLES_CONFORMITE)
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Register a request."""

    def envoi(form: Any) -> Fait:
        demande = record_demande(perimetre=request.perimetre, **form.cleaned_data)
        return Fait(
            f"La demande {demande.reference} est enregistrée : répondez avant le "
            f"{demande.echeance_le:%d/%m/%Y}.",
            reverse("conformite:droit", args=[demande.pk]),
        )

    page = PageActe(
        "Enregistrer une demande",
        retour=reverse("conformite:droits"),
        fil=_fil(),
        brouillon="droit-nouveau",
        aide="Vérifiez d’abord l’identité de qui demande. La personne est cherchée dans le ménage "
        "par son nom exact : aucune liste ne s’affiche.",
    )
    form = bind(forms.FormulaireDemande, request, initial={"recue_le": request.perimetre.jour})
    return run_acte(request, form, page, envoi)


@route(*ROLES_CONFORMITE, consulte=lecture_demande)
def detail(request: HttpRequest, demande_id: int) -> HttpResponse:
    """A request: its clock, what was asked, what was answered."""
    demande = find_demande(request.perimetre, demande_id)
    contexte = {
        "demande": demande,
        "menage": find_reference(request.perimetre, demande.menage_id),
        "ouverte": demande.statut == StatutDemande.RECUE,
        "retard": demande.statut == StatutDemande.RECUE
        and demande.echeance_le < request.perimetre.jour,
        "acces": demande.droit == Droit.ACCES,
        "rectification": demande.droit == Droit.RECTIFICATION,
    }
    return rend(request, "conformite/droit.html", contexte)


@route(*ROLES_CONFORMITE, consulte=lecture_demande)
def repondre(request: HttpRequest, demande_id: int) -> HttpResponse:
    """Answer a request, or turn it down with the reason."""
    demande = find_demande(request.perimetre, demande_id)

    def envoi(form: Any) -> Fait:
        close_demande(
            perimetre=request.perimetre, demande_id=demande_id, version=read_version(request),
            **form.cleaned_data,
        )  # fmt: skip
        return Fait(f"La demande {demande.reference} est close.")

    ouverte = demande.statut == StatutDemande.RECUE
    page = PageActe(
        "Répondre à la demande",
        retour=reverse("conformite:droit", args=[demande_id]),
        version=demande.version,
        fil=_fil(),
        surtitre=demande.reference,
        brouillon=f"droit-{demande_id}-reponse",
        aide="L’opposition ne vaut pas contre ce que la mission impose par la loi : dites-le alors."
        if demande.droit == Droit.OPPOSITION
        else "",
        refus="" if ouverte else "Cette demande est déjà close.",
    )
    return run_acte(request, bind(forms.FormulaireReponse, request), page, envoi)


@route(*ROLES_CONFORMITE, consulte=lecture_demande)
def rectifier(request: HttpRequest, demande_id: int) -> HttpResponse:
    """Correct the identity as asked."""
    demande = find_demande(request.perimetre, demande_id)

    def envoi(form: Any) -> Fait:
        valeurs = dict(form.cleaned_data)
        motif = valeurs.pop("motif")
        faits = rectify(
            perimetre=request.perimetre, demande_id=demande_id, valeurs=valeurs, motif=motif
        )
        mot = "valeurs rectifiées" if len(faits) > 1 else "valeur rectifiée"
        return Fait(f"{len(faits)} {mot} : ceux qui lisent le dossier sont prévenus.")

    ouverte = demande.statut == StatutDemande.RECUE and demande.droit == Droit.RECTIFICATION
    page = PageActe(
        "Rectifier l’identité",
        retour=reverse("conformite:droit", args=[demande_id]),
        envoyer="Rectifier",
        fil=_fil(),
        surtitre=demande.reference,
        aide="Ne remplissez que ce qui change. L’ancienne et la nouvelle valeur vont au journal.",
        refus=""
        if ouverte
        else "Une rectification répond à une demande de rectification en cours.",
    )
    return run_acte(request, bind(forms.FormulaireRectification, request), page, envoi)


@route(*ROLES_CONFORMITE, consulte=lecture_export)
def export_dossier(request: HttpRequest, demande_id: int, sorte: str) -> HttpResponse:
    """Everything held on the person, to hand over: JSON for machines, PDF for people."""
    demande = find_demande(request.perimetre, demande_id)
    if demande.droit != Droit.ACCES or sorte not in ("json", "pdf"):
        raise Introuvable("Le dossier se remet en réponse à une demande d’accès.")
    export = export_de(request.perimetre, demande)
    if sorte == "json":
        contenu = {
            "demande": demande.reference, "etabli_le": request.perimetre.jour.isoformat(),
            "parties": export.parties, "laisse_de_cote": export.ecartes,
        }  # fmt: skip
        octets = json.dumps(contenu, ensure_ascii=False, indent=1).encode()
    else:
        releve = build_releve_personne(demande, export, request.perimetre.jour)
        octets = find_modele("releve").render(releve, titre="Données vous concernant")
    response = HttpResponse(octets, content_type=f"application/{sorte}")
    nom = f"dossier-{demande.reference}.{sorte}"
    response.headers["Content-Disposition"] = content_disposition_header(True, nom) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
