"""Pages of sharings: choose, follow, end; read what was shared."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.bareme.queries import ValeurDatee
from cariatide.conformite.actions import DonneesPartage, end_partage, open_partage
from cariatide.conformite.ports import Item
from cariatide.conformite.queries import (
    CHAMPS_PARTAGES,
    TRIS_PARTAGES,
    describe_partage,
    find_mandat_partage,
    find_partage,
    find_recu,
    lecture_partage,
    lecture_recu,
    list_bases,
    list_elements,
    list_items,
    list_lectures,
    list_partages,
    list_recus,
    read_duree_partage,
)
from cariatide.conformite.rules import ROLES_CONFORMITE, ROLES_PARTAGE
from cariatide.conformite.web import forms_partages as forms
from cariatide.menages.models import Menage
from cariatide.menages.queries import lecture_menage
from cariatide.partenaires.models import Organisation
from cariatide.partenaires.rules import ROLES_DOSSIER
from cariatide.socle.dates import add_months, format_date
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.pages.actes import (
    Fait,
    PageActe,
    read_entier,
    read_version,
    run_acte,
)
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

PARTIE = (
    "L’organisation choisie ne reçoit plus de partage : elle a pris fin, ou plus personne n’y "
    "ouvre de dossier. Choisissez-en une autre : ce que vous avez écrit reste ici, à reprendre."
)
PROTEGEE = "L’adresse est protégée : ni elle ni un texte qui la cite ne se partagent."
COLONNES = (
    Colonne("reference", "Partage", principale=True),
    Colonne("menage__reference", "Ménage"),
    Colonne("quoi", "Éléments"),
    Colonne("avec", "Avec"),
    Colonne("base", "Base légale", masquee=True),
    Colonne("du", "Depuis le", "date", tris=("ancien", "recent")),
    Colonne("au", "Jusqu’au", "date", tris=("terme", "terme_desc")),
    Colonne("etat", "État"),
)
COLONNES_EXPORT = (
    ColonneExport("reference", "Partage"),
    ColonneExport("menage__reference", "Ménage"),
    ColonneExport("quoi", "Éléments"),
    ColonneExport("organisation__nom", "Partagé par"),
    ColonneExport("avec", "Avec"),
    ColonneExport("finalite", "Finalité"),
    ColonneExport("base", "Base légale"),
    ColonneExport("du", "Depuis le", "date"),
    ColonneExport("au", "Jusqu’au", "date"),
    ColonneExport("etat", "État"),
)
LISTE = PageListe(
    "conformite/partages.html",
    filtres=lambda request: forms.FiltresPartages(request.GET),
    lignes=list_partages,
    tris=TRIS_PARTAGES,
    champs=CHAMPS_PARTAGES,
    colonnes=COLONNES,
    export=COLONNES_EXPORT,
    nom="partages",
    adresse="conformite:partages",
    habille_jour=describe_partage,
    libelle_export="Partages d’éléments de dossier",
)
COLONNES_RECUS = (
    Colonne("reference", "Partage", principale=True),
    Colonne("menage__reference", "Ménage"),
    Colonne("quoi", "Éléments"),
    Colonne("organisation__nom", "Partagé par"),
    Colonne("finalite", "Finalité"),
    Colonne("du", "Depuis le", "date", tris=("ancien", "recent")),
    Colonne("au", "Jusqu’au", "date", tris=("terme", "terme_desc")),
)
LISTE_RECUS = PageListe(
    "conformite/partages_recus.html",
    filtres=lambda request: forms.FiltresRecus(request.GET),
    lignes=list_recus,
    tris=TRIS_PARTAGES,
    champs=CHAMPS_PARTAGES,
    colonnes=COLONNES_RECUS,
    export=tuple(ColonneExport(c.code, c.libelle, c.format) for c in COLONNES_RECUS),
    nom="partages-recus",
    adresse="conformite:partages_recus",
    habille_jour=describe_partage,
    libelle_export="Éléments partagés avec moi",
)


def _fil() -> list[tuple[str, str]]:
    return [("Partages", reverse("conformite:partages"))]


@route(*ROLES_PARTAGE, *ROLES_CONFORMITE)
def liste(request: HttpRequest) -> HttpResponse:
    """What was shared of the files that one accompanies; everything for the officer."""
    return LISTE.show(request)


@route(*ROLES_DOSSIER)
def recus(request: HttpRequest) -> HttpResponse:
    """« Partagé avec moi »."""
    return LISTE_RECUS.show(request)


@route(*ROLES_PARTAGE, consulte=lecture_menage)
def partager(request: HttpRequest, menage_id: int) -> HttpResponse:
    """The recipient first, then what is shared with them, why and until when."""
    perimetre = request.perimetre
    menage: Menage = Menage.objects.find_visible(perimetre, menage_id)
    choix = forms.FormulaireDestinataire(request.GET or None, perimetre=perimetre)
    retour = reverse("menages:detail", args=[menage_id])
    if not (choix.is_bound and choix.is_valid()):
        if request.method == "POST":
            return _refuse_destinataire(request, menage, retour)
        choix.mark_errors()
        contexte = {"form": choix, "menage": menage, "retour": retour}
        return rend(request, "conformite/destinataire.html", contexte)
    organisation_id = read_entier(choix.cleaned_data["organisation"])
    destinataire = Organisation.objects.get(pk=organisation_id)
    items, refus, mois = _read_offre(perimetre, menage_id)

    def envoi(form: Any) -> Fait:
        d = dict(form.cleaned_data)
        donnees = DonneesPartage(
            destinataire_id=organisation_id,
            utilisateur_id=read_entier(d.pop("utilisateur"), 0) or None,
            base_id=read_entier(d.pop("base")),
            **d,
        )
        partage = open_partage(perimetre=perimetre, menage_id=menage_id, donnees=donnees)
        return Fait(
            f"Partagé avec {partage.destinataire} jusqu’au {format_date(partage.au)}. "
            "Le destinataire est prévenu ; chaque lecture s’inscrira au journal.",
            reverse("conformite:partage", args=[partage.pk]),
        )

    page = PageActe(
        f"Partager avec {destinataire}",
        retour=retour,
        envoyer="Partager",
        fil=[(menage.nom_usage, retour)],
        surtitre=f"{menage.nom_usage} · {menage.reference}",
        brouillon=f"menage-{menage_id}-partage",
        avertissement=PROTEGEE if menage.adresse_protegee else "",
        refus=refus,
    )
    form = bind(
        forms.FormulairePartage, request, perimetre=perimetre, organisation_id=organisation_id,
        items=items, initial={"informe_le": perimetre.jour},
    )  # fmt: skip
    form.fields["au"].help_text = _describe_limite(perimetre, mois)
    return run_acte(
        request, form, page, envoi, gabarit="conformite/partager.html",
        bases=list_bases(perimetre.jour), autre="",
    )  # fmt: skip


def _refuse_destinataire(request: HttpRequest, menage: Menage, retour: str) -> HttpResponse:
    """The recipient closed while one was writing: what was typed is shown again, and said why."""
    perimetre = request.perimetre  # type: ignore[attr-defined]
    items, refus, _ = _read_offre(perimetre, menage.pk)
    page = PageActe(
        "Partager des éléments",
        retour=retour,
        envoyer="Partager",
        fil=[(menage.nom_usage, retour)],
        surtitre=f"{menage.nom_usage} · {menage.reference}",
        brouillon=f"menage-{menage.pk}-partage",
        refus=refus,
    )
    form = bind(
        forms.FormulairePartage, request, perimetre=perimetre,
        organisation_id=read_entier(request.GET.get("organisation", "")), items=items,
    )  # fmt: skip
    form.add_error(None, PARTIE)
    # Its people are no longer offered: one reason is enough.
    form.errors.pop("utilisateur", None)

    def envoi(_: Any) -> Fait:
        raise ActeRefuse(PARTIE)

    return run_acte(
        request, form, page, envoi, gabarit="conformite/partager.html",
        bases=list_bases(perimetre.jour), autre=request.path,
    )  # fmt: skip


def _describe_limite(perimetre: Perimetre, mois: ValeurDatee) -> str:
    doute = ", durée à vérifier" if mois.a_verifier else ""
    limite = format_date(add_months(perimetre.jour, mois.entier))
    return f"Le {limite} au plus tard : {mois.entier} mois{doute}."


def _read_offre(perimetre: Perimetre, menage_id: int) -> tuple[list[Item], str, ValeurDatee]:
    """What may be shared, why nothing is, for how long at most."""
    try:
        mandat = find_mandat_partage(perimetre, menage_id)
    except ActeRefuse as erreur:
        return [], erreur.message, read_duree_partage(perimetre.jour, None)
    items = list_items(perimetre, menage_id)
    refus = "" if items else "Ce dossier n’a encore rien qui se partage."
    return items, refus, read_duree_partage(perimetre.jour, mandat.organisation_id)


@route(*ROLES_PARTAGE, *ROLES_CONFORMITE, consulte=lecture_partage)
def detail(request: HttpRequest, partage_id: int) -> HttpResponse:
    """A sharing as those who share it see it: what, why, who read it."""
    perimetre = request.perimetre
    partage = find_partage(perimetre, partage_id)
    lit = perimetre.has_role(*ROLES_PARTAGE)
    contexte = {
        "partage": partage,
        "titres": [(e["titre"], Niveau(e["niveau"])) for e in partage.elements],
        "elements": list_elements(perimetre, partage_id) if lit else [],
        "lectures": list_lectures(partage),
        "en_cours": partage.revoque_le is None and partage.au >= perimetre.jour,
        "encore": reverse("conformite:partager", args=[partage.menage_id])
        + f"?organisation={partage.destinataire_id}",
    }
    return rend(request, "conformite/partage.html", contexte)


@route(*ROLES_DOSSIER, consulte=lecture_recu)
def lire(request: HttpRequest, partage_id: int) -> HttpResponse:
    """What was shared with me, and nothing else of the file."""
    partage = find_recu(request.perimetre, partage_id)
    elements = list_elements(request.perimetre, partage_id)
    contexte = {
        "partage": partage,
        "elements": elements,
        "retires": len(partage.elements) - len(elements),
    }
    return rend(request, "conformite/lire_partage.html", contexte)


@route(*ROLES_PARTAGE, *ROLES_CONFORMITE, consulte=lecture_partage)
def arreter(request: HttpRequest, partage_id: int) -> HttpResponse:
    """End it at once."""
    partage = find_partage(request.perimetre, partage_id)

    def envoi(form: Any) -> Fait:
        end_partage(
            perimetre=request.perimetre, partage_id=partage_id, version=read_version(request),
            **form.cleaned_data,
        )  # fmt: skip
        return Fait("Le partage est arrêté : il ne s’ouvre plus, et le destinataire le sait.")

    fini = partage.revoque_le is not None or partage.au < request.perimetre.jour
    page = PageActe(
        "Arrêter le partage",
        retour=reverse("conformite:partage", args=[partage_id]),
        brouillon=f"partage-{partage_id}-arret",
        envoyer="Arrêter",
        version=partage.version,
        fil=[*_fil(), (partage.reference, reverse("conformite:partage", args=[partage_id]))],
        surtitre=f"Avec {partage.destinataire} · ménage {partage.menage.reference}",
        ton="danger",
        refus="Ce partage a déjà pris fin." if fini else "",
    )
    return run_acte(request, bind(forms.FormulaireArret, request), page, envoi)
