"""Pages of the register of processing: list, record, versions, accessible PDF."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from cariatide.conformite import actions
from cariatide.conformite.constats import (
    TRAITEMENTS,
    build_constats,
    list_oublies,
)
from cariatide.conformite.constats import (
    find_traitement as find_source,
)
from cariatide.conformite.documents import build_registre
from cariatide.conformite.models import Traitement, VersionTraitement
from cariatide.conformite.queries import (
    CHAMPS_REGISTRE,
    TRIS_REGISTRE,
    describe_traitement,
    describe_version,
    find_traitement,
    find_version,
    list_courantes,
    list_traitements,
    list_versions,
    read_relecture,
)
from cariatide.conformite.rules import ROLES_CONFORMITE, ROLES_REGISTRE, is_a_revoir
from cariatide.conformite.web.forms import FormulaireVide
from cariatide.conformite.web.forms_registre import (
    FiltresRegistre,
    FormulaireCloture,
    FormulaireTraitement,
)
from cariatide.documents.modeles import find_modele
from cariatide.socle.pages.actes import Fait, PageActe, read_version, run_acte, run_bouton
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

COLONNES = (
    Colonne("nom", "Traitement", tris=("nom", "nom_desc"), principale=True),
    Colonne("reference", "Référence"),
    Colonne("etat", "État"),
    Colonne("a_completer", "À compléter", "nombre"),
    Colonne("revu_le", "Relu le", "date", tris=("relecture", "relecture_desc")),
    Colonne("a_revoir_le", "À revoir le", "date"),
    Colonne("organisation__nom", "Organisation", masquee=True),
)
LISTE = PageListe(
    "conformite/registre.html",
    filtres=lambda request: FiltresRegistre(request.GET),
    lignes=list_traitements,
    tris=TRIS_REGISTRE,
    champs=CHAMPS_REGISTRE,
    colonnes=COLONNES,
    export=(
        ColonneExport("reference", "Référence"),
        ColonneExport("nom", "Traitement"),
        ColonneExport("organisation__nom", "Organisation"),
        ColonneExport("etat", "État"),
        ColonneExport("cree_le", "Inscrit le", "date"),
        ColonneExport("revu_le", "Relu le", "date"),
        ColonneExport("clos_le", "Clos le", "date"),
    ),
    nom="registre",
    adresse="conformite:registre",
    habille_jour=describe_traitement,
    libelle_export="Registre des traitements",
    niveau_export=Niveau.AGREGE,
)


def _fil(traitement: Traitement | None = None) -> list[tuple[str, str]]:
    fil = [("Registre des traitements", reverse("conformite:registre"))]
    if traitement is not None:
        fil.append((traitement.reference, reverse("conformite:traitement", args=[traitement.pk])))
    return fil


@route(*ROLES_REGISTRE)
def liste(request: HttpRequest) -> HttpResponse:
    """Records in force; what the software does and the register lacks."""
    perimetre = request.perimetre
    ecrit = perimetre.has_role(*ROLES_CONFORMITE)
    connus: set[str] = set()
    if ecrit:
        connus = set(Traitement.objects.values_list("source", flat=True))
    return LISTE.show(
        request,
        ecrit=ecrit,
        manquants=[t.nom for t in TRAITEMENTS if t.code not in connus] if ecrit else [],
        oublies=list_oublies() if ecrit else [],
    )


@route(*ROLES_CONFORMITE)
def preremplir(request: HttpRequest) -> HttpResponse:
    """Write the first versions from what the software does."""

    def envoi(form: Any) -> Fait:
        faits = actions.prefill_registre(perimetre=request.perimetre)
        mots = "traitements inscrits" if len(faits) > 1 else "traitement inscrit"
        return Fait(f"{len(faits)} {mots} : complétez ce que le logiciel ne sait pas.")

    page = PageActe(
        "Préremplir le registre",
        retour=reverse("conformite:registre"),
        envoyer="Préremplir",
        fil=_fil(),
        aide="Chaque traitement que porte le logiciel est inscrit avec ce que dit son code : "
        "données par niveau, rôles qui les lisent, sécurité, durée du barème. La base légale, "
        "les transferts, le responsable et l’analyse d’impact restent « à compléter ».",
    )
    return run_acte(request, bind(FormulaireVide, request), page, envoi)


@route(*ROLES_CONFORMITE)
def nouveau(request: HttpRequest) -> HttpResponse:
    """Enter a processing by hand."""

    def envoi(form: Any) -> Fait:
        valeurs = dict(form.cleaned_data)
        traitement = actions.create_traitement(
            perimetre=request.perimetre, motif=valeurs.pop("motif"), valeurs=valeurs
        )
        return Fait(
            f"« {traitement.nom} » est au registre sous la référence {traitement.reference}.",
            reverse("conformite:traitement", args=[traitement.pk]),
        )

    page = PageActe(
        "Inscrire un traitement",
        retour=reverse("conformite:registre"),
        envoyer="Inscrire",
        fil=_fil(),
        brouillon="traitement-nouveau",
        aide="Ce que vous laissez vide s’affiche « à compléter » : rien n’est supposé.",
    )
    form = bind(FormulaireTraitement, request, initial={"motif": "Inscription au registre"})
    return run_acte(request, form, page, envoi)


@route(*ROLES_REGISTRE)
def detail(request: HttpRequest, traitement_id: int) -> HttpResponse:
    """A record as it stands, its versions, and what the software does today."""
    perimetre = request.perimetre
    traitement = find_traitement(traitement_id)
    versions = list_versions(traitement_id)
    mois = read_relecture(perimetre.jour, traitement.organisation_id)
    source = find_source(traitement.source)
    constats = build_constats(source) if source else None
    contexte = {
        "traitement": traitement,
        "courante": versions[0],
        "rubriques": describe_version(versions[0], perimetre.jour),
        "versions": versions,
        "ecrit": perimetre.has_role(*ROLES_CONFORMITE),
        "mois": mois,
        "a_revoir": traitement.clos_le is None
        and is_a_revoir(traitement.revu_le, mois, perimetre.jour),
        "ecarts": _list_ecarts(versions[0], constats) if constats else [],
    }
    return rend(request, "conformite/traitement.html", contexte)


def _list_ecarts(version: VersionTraitement, constats: Any) -> list[tuple[str, str]]:
    """Headings for which the code says something else today than the record."""
    noms = (("donnees", "Données"), ("destinataires", "Destinataires"), ("securite", "Sécurité"))
    return [
        (libelle, getattr(constats, nom))
        for nom, libelle in noms
        if getattr(constats, nom) != getattr(version, nom).replace("\r\n", "\n")
    ]


@route(*ROLES_CONFORMITE)
def modifier(request: HttpRequest, traitement_id: int) -> HttpResponse:
    """Declare another version."""
    traitement = find_traitement(traitement_id)
    courante = find_version(traitement_id)

    def envoi(form: Any) -> Fait:
        valeurs = dict(form.cleaned_data)
        version = actions.write_version(
            perimetre=request.perimetre, traitement_id=traitement_id,
            version=read_version(request), motif=valeurs.pop("motif"), valeurs=valeurs,
        )  # fmt: skip
        return Fait(f"La version {version.numero} est au registre ; les précédentes y restent.")

    initial = {nom: getattr(courante, nom) for nom in FormulaireTraitement.base_fields
               if nom != "motif"}  # fmt: skip
    page = PageActe(
        "Écrire une nouvelle version",
        retour=reverse("conformite:traitement", args=[traitement_id]),
        version=traitement.version,
        brouillon=f"traitement-{traitement_id}",
        fil=_fil(traitement),
        surtitre=f"{traitement.nom} · {traitement.reference}",
        aide="Ce que vous laissez vide s’affiche « à compléter ».",
        refus="" if traitement.clos_le is None else "Ce traitement est clos.",
    )
    return run_acte(request, bind(FormulaireTraitement, request, initial=initial), page, envoi)


@route(*ROLES_CONFORMITE)
@require_POST
def relire(request: HttpRequest, traitement_id: int) -> HttpResponse:
    """Read again, nothing changed."""

    def envoi() -> Fait:
        fait = actions.review_traitement(
            perimetre=request.perimetre, traitement_id=traitement_id, version=read_version(request)
        )
        return Fait(f"« {fait.nom} » est relu ce jour, sans changement.")

    return run_bouton(request, reverse("conformite:traitement", args=[traitement_id]), envoi)


@route(*ROLES_CONFORMITE)
def clore(request: HttpRequest, traitement_id: int) -> HttpResponse:
    """The processing ended."""
    traitement = find_traitement(traitement_id)

    def envoi(form: Any) -> Fait:
        actions.close_traitement(
            perimetre=request.perimetre, traitement_id=traitement_id,
            version=read_version(request), **form.cleaned_data,
        )  # fmt: skip
        return Fait(f"« {traitement.nom} » est clos : il reste au registre.")

    page = PageActe(
        "Clore le traitement",
        retour=reverse("conformite:traitement", args=[traitement_id]),
        brouillon=f"traitement-{traitement_id}-cloture",
        envoyer="Clore",
        version=traitement.version,
        fil=_fil(traitement),
        surtitre=f"{traitement.nom} · {traitement.reference}",
        ton="danger",
        refus="" if traitement.clos_le is None else "Ce traitement est déjà clos.",
    )
    return run_acte(request, bind(FormulaireCloture, request), page, envoi)


@route(*ROLES_REGISTRE)
def version(request: HttpRequest, traitement_id: int, numero: int) -> HttpResponse:
    """A version as it was declared, with the length that was in force on its day."""
    traitement = find_traitement(traitement_id)
    lue = find_version(traitement_id, numero)
    contexte = {
        "traitement": traitement, "version": lue, "rubriques": describe_version(lue, lue.le)
    }  # fmt: skip
    return rend(request, "conformite/version_traitement.html", contexte)


@route(*ROLES_REGISTRE)
def imprimer(request: HttpRequest) -> HttpResponse:
    """The register in force, as an accessible PDF."""
    perimetre = request.perimetre
    contexte = build_registre(list_courantes(), perimetre.jour)
    octets = find_modele("releve").render(contexte, titre="Registre des activités de traitement")
    response = HttpResponse(octets, content_type="application/pdf")
    nom = f"registre-des-traitements-{perimetre.jour.isoformat()}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(True, nom) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
