"""Pages of the post: letters that wait, batches, what came back."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from cariatide.poste import actions
from cariatide.poste.lifecycle import CYCLE
from cariatide.poste.queries import (
    CHAMPS,
    CHAMPS_LOTS,
    TRIS,
    TRIS_LOTS,
    describe_courrier,
    describe_lot,
    find_courrier,
    find_envoi,
    find_lot,
    has_fichier,
    lecture_courrier,
    lecture_envoi,
    lecture_fichier,
    lecture_lot,
    list_courriers,
    list_envois,
    list_lots,
    read_choix,
    read_fichier,
)
from cariatide.poste.rules import IMMEDIAT_MAX, LOT_MAX, ROLES_POSTE, count_feuilles
from cariatide.poste.statuts import StatutLot
from cariatide.poste.web import forms
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.pages.actes import Fait, PageActe, read_version, run_acte
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport
from cariatide.socle.tableurs.ecriture import TypeColonne

COLONNES = (
    Colonne("titre", "Courrier", principale=True),
    Colonne("reference", "Référence"),
    Colonne("menage_nom", "Ménage"),
    Colonne("commune", "Commune imprimée"),
    Colonne("modele_libelle", "Sorte", masquee=True),
    Colonne("etabli_le", "Établi le", "date", tris=("anciens", "recents")),
    Colonne("organisation__nom", "Organisation", masquee=True),
    Colonne("etat_libelle", "État"),
    Colonne("obstacle", "Hors des lots", masquee=True),
)
COLONNES_LOTS = (
    Colonne("reference", "Lot", principale=True),
    Colonne("cree_le", "Préparé le", "heure", tris=("anciens", "recents")),
    Colonne("auteur", "Par"),
    Colonne("organisation__nom", "Organisation", masquee=True),
    Colonne("nombre", "Lettres", "nombre"),
    Colonne("pages", "Pages", "nombre"),
    Colonne("statut_libelle", "État"),
    Colonne("mode_libelle", "Envoi"),
    Colonne("poste_le", "Posté le", "date"),
)
_HORS = (
    "Une partie de ses lettres n’est plus dans votre périmètre : elles sont notées postées avec "
    "les autres, sans que leur ménage vous soit montré."
)
# Formats of the screen whose value stays a value in a file.
_TYPES: dict[str, TypeColonne] = {"date": "date", "heure": "date_heure", "nombre": "entier"}


def _organisations(perimetre: Perimetre) -> dict[int, str]:
    return {m.organisation_id: m.organisation for m in perimetre.mandats if m.role in ROLES_POSTE}


def _filtres(request: HttpRequest) -> forms.FiltresCourriers:
    return forms.FiltresCourriers(
        request.GET,
        organisations=_organisations(request.perimetre),  # type: ignore[attr-defined]
    )


def _to_export(colonnes: Sequence[Colonne]) -> tuple[ColonneExport, ...]:
    return tuple(ColonneExport(c.code, c.libelle, _TYPES.get(c.format, "texte")) for c in colonnes)


LISTE = PageListe(
    "poste/liste.html",
    filtres=_filtres,
    lignes=list_courriers,
    tris=TRIS,
    champs=CHAMPS,
    colonnes=COLONNES,
    export=_to_export(COLONNES),
    habille=describe_courrier,
    nom="courriers-a-poster",
    adresse="poste:liste",
    libelle_export="Export du courrier à poster",
)
LOTS = PageListe(
    "poste/lots.html",
    filtres=lambda request: forms.FiltresLots(request.GET),
    lignes=list_lots,
    tris=TRIS_LOTS,
    champs=CHAMPS_LOTS,
    colonnes=COLONNES_LOTS,
    export=_to_export(COLONNES_LOTS),
    habille=describe_lot,
    nom="lots-postaux",
    adresse="poste:lots",
    libelle_export="Export des lots postaux",
    niveau_export=Niveau.AGREGE,
)


def _fil() -> list[tuple[str, str]]:
    return [("Courrier à poster", reverse("poste:liste"))]


@route(*ROLES_POSTE)
def liste(request: HttpRequest) -> HttpResponse:
    """Letters to households of one's organisations: those that wait, by default."""
    lue = LISTE.read(request)
    # The batch takes the filters of the page; what is sent or in a batch has none to take.
    garde = ("modele", "organisation_id", "du", "au", "q")
    requete = urlencode([(k, request.GET[k]) for k in garde if request.GET.get(k)])
    return LISTE.rend(
        request, lue, preparable=not lue.filtres.get("etat"), requete=requete and f"?{requete}"
    )


@route(*ROLES_POSTE)
def lots(request: HttpRequest) -> HttpResponse:
    """Batches of one's organisations."""
    return LOTS.show(request)


@route(*ROLES_POSTE)
def preparer(request: HttpRequest) -> HttpResponse:
    """What a batch would hold, what stays out and why; then the batch."""
    perimetre: Perimetre = request.perimetre
    filtres = _filtres(request)
    filtres.is_valid()
    organisations = _organisations(perimetre)
    organisation_id = filtres.cleaned_data.get("organisation_id") or min(organisations)
    choix = read_choix(perimetre, organisation_id, filtres.cleaned_data)

    def envoi(form: Any) -> Fait:
        fait = actions.prepare_lot(
            perimetre=perimetre, organisation_id=organisation_id, **form.cleaned_data
        )
        adresse = reverse("poste:lot", args=[fait.pk])
        if fait.statut == StatutLot.PRET:
            return Fait(f"Le lot {fait.reference} est prêt : imprimez-le.", adresse)
        return Fait(f"Le lot {fait.reference} se prépare en arrière-plan.", adresse)

    page = PageActe(
        "Préparer un lot",
        retour=reverse("poste:liste"),
        envoyer="Préparer le lot",
        fil=_fil(),
        surtitre=organisations[organisation_id],
        refus="" if choix.lettres else "Aucun courrier de cette liste ne peut entrer dans un lot.",
    )
    form = bind(
        forms.FormulaireLot,
        request,
        courriers=[(x.document_id, f"{x.reference}, {x.nom}, {x.commune}") for x in choix.lettres],
        initial={"documents": [x.document_id for x in choix.lettres]},
    )
    pages = [x.pages for x in choix.lettres]
    return run_acte(
        request, form, page, envoi, gabarit="poste/preparer.html", choix=choix, pages=sum(pages),
        feuilles=count_feuilles(pages, recto_verso=True), lot_max=LOT_MAX,
        immediat_max=IMMEDIAT_MAX,
        autres=[(k, v) for k, v in organisations.items() if k != organisation_id],
    )  # fmt: skip


@route(*ROLES_POSTE, consulte=lecture_lot)
def lot(request: HttpRequest, lot_postal_id: int) -> HttpResponse:
    """One batch: its letters, its file, what may be done of it."""
    perimetre: Perimetre = request.perimetre
    found = find_lot(perimetre, lot_postal_id)
    fichier = has_fichier(perimetre, lot_postal_id)
    contexte = Contexte(perimetre, perimetre.jour, {"fichier": fichier})
    envois = list(list_envois(perimetre, lot_postal_id))
    return rend(
        request,
        "poste/lot.html",
        {
            "lot": found,
            "fichier": fichier,
            "protege": fichier and any(e.menage.adresse_protegee for e in envois),
            "envois": envois,
            "actes": {e.transition.nom: e for e in CYCLE.evaluate(found, contexte)},
        },
    )


@route(*ROLES_POSTE, consulte=lecture_fichier)
def telecharger(request: HttpRequest, lot_postal_id: int) -> HttpResponse:
    """The file to print."""
    found = find_lot(request.perimetre, lot_postal_id)
    octets = read_fichier(request.perimetre, found)
    response = HttpResponse(octets, content_type="application/pdf")
    nom = f"lot-postal-{found.reference}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(True, nom) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@route(*ROLES_POSTE, consulte=lecture_lot)
def poster(request: HttpRequest, lot_postal_id: int) -> HttpResponse:
    """When and how the batch left."""
    found = find_lot(request.perimetre, lot_postal_id)

    def envoi(form: Any) -> Fait:
        actions.post_lot(
            perimetre=request.perimetre, lot_postal_id=lot_postal_id,
            version=read_version(request), **form.cleaned_data,
        )  # fmt: skip
        return Fait(
            f"Le lot {found.reference} est noté posté : chaque envoi est inscrit au parcours du "
            "ménage."
        )

    hors = found.nombre - list_envois(request.perimetre, lot_postal_id).count()
    page = _page(
        request, found, "poster", "Noter le lot posté", "Noter le lot posté",
        avertissement=_HORS if hors else "",
    )  # fmt: skip
    form = bind(forms.FormulairePoste, request, initial={"le": request.perimetre.jour})
    return run_acte(request, form, page, envoi)


@route(*ROLES_POSTE, consulte=lecture_lot)
def annuler(request: HttpRequest, lot_postal_id: int) -> HttpResponse:
    """Give the batch up."""
    found = find_lot(request.perimetre, lot_postal_id)

    def envoi(form: Any) -> Fait:
        actions.cancel_lot(
            perimetre=request.perimetre, lot_postal_id=lot_postal_id, version=read_version(request)
        )
        return Fait(
            f"Le lot {found.reference} est annulé : ses courriers sont de nouveau à poster.",
            reverse("poste:liste"),
        )

    page = _page(
        request, found, "annuler", "Annuler le lot", "Annuler le lot", ton="danger",
        avertissement="Le fichier à imprimer sera effacé. Ne postez pas ce qui est déjà imprimé.",
    )  # fmt: skip
    return run_acte(request, bind(forms.FormulaireAnnulation, request), page, envoi)


def _page(
    request: HttpRequest, found: Any, acte: str, titre: str, envoyer: str, **plus: Any
) -> PageActe:
    """The page of an act on a batch, or why it is closed now."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    fichier = {"fichier": has_fichier(perimetre, found.pk)}
    contexte = Contexte(perimetre, perimetre.jour, fichier)
    return PageActe(
        titre,
        retour=reverse("poste:lot", args=[found.pk]),
        envoyer=envoyer,
        version=found.version,
        brouillon=f"lotpostal-{found.pk}-{acte}",
        fil=[*_fil(), ("Lots", reverse("poste:lots"))],
        surtitre=f"{found.reference} · {found.nombre} lettre{'s' if found.nombre > 1 else ''}",
        refus=CYCLE.refusal(CYCLE.transitions[acte], found, contexte) or "",
        **plus,
    )


@route(*ROLES_POSTE, consulte=lecture_courrier)
def noter_envoi(request: HttpRequest, document_id: int) -> HttpResponse:
    """A letter that left without a batch."""
    courrier = find_courrier(request.perimetre, document_id)
    refus = ""
    try:
        actions.check_a_envoyer(courrier)
    except ActeRefuse as error:
        refus = error.message

    def envoi(form: Any) -> Fait:
        actions.record_envoi(
            perimetre=request.perimetre, document_id=document_id, **form.cleaned_data
        )
        return Fait(f"L’envoi de {courrier['reference']} est inscrit au parcours du ménage.")

    page = PageActe(
        "Noter un envoi sans lot",
        retour=reverse("poste:liste"),
        envoyer="Noter l’envoi",
        fil=_fil(),
        surtitre=f"{courrier['reference']} · {courrier['menage_nom']}",
        aide=courrier["obstacle"],
        refus=refus,
    )
    form = bind(forms.FormulaireEnvoi, request, initial={"le": request.perimetre.jour})
    return run_acte(request, form, page, envoi)


@route(*ROLES_POSTE, consulte=lecture_envoi)
def noter_retour(request: HttpRequest, envoi_id: int) -> HttpResponse:
    """A letter that came back."""
    found = find_envoi(request.perimetre, envoi_id)
    refus = ""
    try:
        actions.check_a_revenir(found)
    except ActeRefuse as error:
        refus = error.message

    def envoi(form: Any) -> Fait:
        actions.record_retour(perimetre=request.perimetre, envoi_id=envoi_id, **form.cleaned_data)
        return Fait("Le retour est inscrit au parcours du ménage ; son référent est averti.")

    retour = reverse("poste:lot", args=[found.lot_id]) if found.lot_id else reverse("poste:liste")
    page = PageActe(
        "Noter un courrier revenu",
        retour=retour,
        envoyer="Noter le retour",
        fil=_fil(),
        surtitre=f"{found.document.reference} · {found.menage.nom_usage}",
        refus=refus,
    )
    form = bind(forms.FormulaireRetour, request, initial={"le": request.perimetre.jour})
    return run_acte(request, form, page, envoi)
