"""Reads of homes, owners and offers."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from cariatide.parc.lifecycle import CYCLE_OFFRE
from cariatide.parc.models import (
    DiagnosticTechnique,
    ElementDiagnostic,
    Logement,
    OffreLogement,
    Proprietaire,
    Propriete,
)
from cariatide.parc.ports import ActeLogement, ComplementLogement, LigneLogement, complements
from cariatide.parc.statuts import OUVERTES, ROLES_PARC, Categorie, StatutOffre, TypeLogement
from cariatide.partenaires.models import Convention
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.lifecycle import Contexte, Evaluation
from cariatide.socle.normalisation import normalise
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre

TRIS_LOGEMENTS = (
    Tri("adresse", "Adresse", ("adresse_normalisee",)),
    Tri("adresse_desc", "Adresse, de Z à A", ("adresse_normalisee",), descendant=True),
    Tri("recents", "Enregistrés récemment", ("cree_le",), descendant=True),
    Tri("anciens", "Enregistrés d’abord", ("cree_le",)),
)
CHAMPS_LOGEMENTS = (
    "pk", "reference", "adresse", "complement", "code_postal", "commune__nom", "type", "categorie",
    "surface", "loyer", "charges", "dpe", "cree_le", "proprietaire_nom", "offre_statut",
)  # fmt: skip
TRIS_OFFRES = (
    Tri("recentes", "Repérées récemment", ("reperee_le",), descendant=True),
    Tri("anciennes", "Les plus anciennes", ("reperee_le",)),
)
CHAMPS_OFFRES = (
    "pk", "statut", "reperee_le", "visitee_le", "conclue_le", "captee_le", "source", "motif_ecart",
    "convention__reference", "logement_id", "logement__reference", "logement__adresse",
    "logement__commune__nom", "logement__type", "logement__loyer", "logement__charges",
)  # fmt: skip
CHOIX_MAXIMUM = 500  # lines of a select that a browser still handles well


# -- lists -------------------------------------------------------------------------------------


def list_logements(perimetre: Perimetre, filtres: dict[str, Any]) -> QuerySet[Logement]:
    """Homes of the perimeter that pass the filters, with owner of the day and open offer."""
    found = Logement.objects.visible_to(perimetre)
    if filtres.get("q"):
        found = found.filter(search_condition(filtres["q"]))
    if filtres.get("commune"):
        found = found.filter(commune=filtres["commune"])
    for champ in ("type", "categorie", "dpe"):
        if filtres.get(champ):
            found = found.filter(**{champ: filtres[champ]})
    if filtres.get("loyer_maximum"):
        found = found.filter(loyer__lte=filtres["loyer_maximum"])
    if filtres.get("accessible"):
        found = found.filter(accessible=True)
    owner = Propriete.objects.filter(en_vigueur(perimetre.jour), logement_id=OuterRef("pk"))
    offer = OffreLogement.objects.filter(logement_id=OuterRef("pk")).order_by("-reperee_le", "-pk")
    annotated: QuerySet[Logement] = found.annotate(
        proprietaire_nom=Subquery(owner.values("proprietaire__nom")[:1]),
        offre_statut=Subquery(offer.values("statut")[:1]),
    )
    return annotated


def search_condition(texte: str) -> Q:
    """By reference, or by every word of the address (without accents)."""
    condition = Q(reference__iexact=texte.strip())
    words = normalise(texte).split()[:8]
    if not words:
        return condition
    address = Q()
    for word in words:
        address &= Q(adresse_normalisee__contains=word) | Q(commune__nom_normalise__contains=word)
    return condition | address


def list_offres(perimetre: Perimetre, filtres: dict[str, Any]) -> QuerySet[OffreLogement]:
    """Offers of the perimeter that pass the filters of the board."""
    found = OffreLogement.objects.visible_to(perimetre)
    if filtres.get("statut"):
        found = found.filter(statut=filtres["statut"])
    if filtres.get("convention"):
        found = found.filter(convention_id=filtres["convention"])
    if filtres.get("commune"):
        found = found.filter(logement__commune=filtres["commune"])
    if filtres.get("type"):
        found = found.filter(logement__type=filtres["type"])
    if filtres.get("du"):
        found = found.filter(reperee_le__gte=filtres["du"])
    if filtres.get("au"):
        found = found.filter(reperee_le__lte=filtres["au"])
    return found


def count_offres(perimetre: Perimetre, filtres: dict[str, Any]) -> dict[str, int]:
    """How many offers in each state under the same other filters: the tabs of the board."""
    rows = (
        list_offres(perimetre, {**filtres, "statut": ""})
        .order_by()
        .values_list("statut")
        .annotate(n=Count("pk"))
    )
    counts = dict.fromkeys(StatutOffre.values, 0)
    counts.update(dict(rows))
    return counts


# -- one home ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class BlocLogement:
    """What an app above adds to the page."""

    titre: str
    vide: str
    lignes: list[LigneLogement]
    acte: ActeLogement | None


@dataclass(frozen=True)
class FicheLogement:
    """Everything the page of a home shows, within the perimeter."""

    logement: Logement
    proprietes: list[Propriete]
    proprietaire: Proprietaire | None
    diagnostics: list[DiagnosticTechnique]
    offres: list[OffreLogement]
    blocs: list[BlocLogement]

    @property
    def offre_ouverte(self) -> OffreLogement | None:
        return next((o for o in self.offres if o.statut in OUVERTES), None)


def _complements() -> list[ComplementLogement]:
    return sorted(complements, key=lambda c: c.ordre)


def find_logement(perimetre: Perimetre, logement_id: int) -> Logement:
    """One home; Introuvable outside the perimeter."""
    found: Logement = Logement.objects.select_related("commune", "organisation").find_visible(
        perimetre, logement_id
    )
    return found


def build_fiche(perimetre: Perimetre, logement_id: int) -> FicheLogement:
    """Read a home for its page; raises Introuvable outside the perimeter."""
    logement = find_logement(perimetre, logement_id)
    proprietes = list_proprietes(perimetre, logement_id)
    jour = perimetre.jour
    owner = next((p for p in proprietes if p.du <= jour and (p.au is None or p.au >= jour)), None)
    elements = ElementDiagnostic.objects.visible_to(perimetre).order_by("id")
    return FicheLogement(
        logement=logement,
        proprietes=proprietes,
        proprietaire=owner.proprietaire if owner else None,
        diagnostics=list(
            DiagnosticTechnique.objects.visible_to(perimetre)
            .filter(logement_id=logement_id)
            .order_by("-visite_le", "-id")
            .prefetch_related(Prefetch("elements", queryset=elements, to_attr="vus"))
        ),
        offres=list(
            OffreLogement.objects.visible_to(perimetre)
            .filter(logement_id=logement_id)
            .select_related("convention")
            .order_by("-reperee_le", "-id")
        ),
        blocs=[
            BlocLogement(
                c.titre, c.vide, c.lignes(logement_id, perimetre), c.acte(logement_id, perimetre)
            )
            for c in _complements()
        ],
    )


def list_proprietes(perimetre: Perimetre, logement_id: int) -> list[Propriete]:
    """Owners of a home, latest first."""
    return list(
        Propriete.objects.visible_to(perimetre)
        .filter(logement_id=logement_id)
        .select_related("proprietaire", "proprietaire__bailleur")
        .order_by("-du")
    )


def lecture_logement(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """What the journal keeps: the home, and the household that its page names (404 outside)."""
    logement = Logement.objects.find_visible(perimetre, kwargs["logement_id"])
    named = [
        ligne
        for c in _complements()
        for ligne in c.lignes(logement.pk, perimetre)
        if ligne.menage_id is not None
    ]
    named.sort(key=lambda ligne: not ligne.en_cours)
    menage_id = named[0].menage_id if named else None
    return Lecture("parc.logement", logement.pk, menage_id, Niveau.FACTUEL, str(logement.reference))


# -- offers ------------------------------------------------------------------------------------


def find_offre(perimetre: Perimetre, offre_id: int) -> OffreLogement:
    """One offer with its home; Introuvable outside the perimeter."""
    found: OffreLogement = OffreLogement.objects.select_related(
        "logement", "logement__commune", "convention"
    ).find_visible(perimetre, offre_id)
    return found


def list_actes(perimetre: Perimetre, offre: OffreLogement) -> list[Evaluation]:
    """Acts on an offer, open or refused with the reason."""
    return list(CYCLE_OFFRE.evaluate(offre, _make_contexte(perimetre, offre)))


def refuse_acte(perimetre: Perimetre, offre: OffreLogement, nom: str) -> str | None:
    """Why this act is refused now, or None."""
    contexte = _make_contexte(perimetre, offre)
    return CYCLE_OFFRE.refusal(CYCLE_OFFRE.transitions[nom], offre, contexte)


def _make_contexte(perimetre: Perimetre, offre: OffreLogement) -> Contexte:
    known = (
        Propriete.objects.visible_to(perimetre)
        .filter(en_vigueur(perimetre.jour), logement_id=offre.logement_id)
        .exists()
    )
    return Contexte(perimetre, perimetre.jour, {"has_proprietaire": known})


# -- choices of forms --------------------------------------------------------------------------


def list_conventions_operees(perimetre: Perimetre) -> list[tuple[int, str]]:
    """Agreements that my organisations operate, in force today."""
    organisations = {m.organisation_id for m in perimetre.mandats if m.role in ROLES_PARC}
    found = Convention.objects.filter(
        en_vigueur(perimetre.jour), operateur_id__in=organisations
    ).order_by("du", "id")
    return [(c.pk, str(c)) for c in found]


def list_choix_proprietaires(perimetre: Perimetre, organisation_id: int) -> list[tuple[int, str]]:
    """Owners that the organisation knows, for a form."""
    rows = (
        Proprietaire.objects.visible_to(perimetre)
        .filter(organisation_id=organisation_id)
        .order_by("nom_normalise", "id")
        .values_list("pk", "nom", "ville")[:CHOIX_MAXIMUM]
    )
    return [(pk, f"{nom} ({ville})" if ville else nom) for pk, nom, ville in rows]


def list_offres_a_saisir(perimetre: Perimetre) -> QuerySet[OffreLogement]:
    """Kept or taken offers, latest choice first: the homes that a household may enter."""
    return (
        OffreLogement.objects.visible_to(perimetre)
        .filter(statut__in=(StatutOffre.RETENUE, StatutOffre.CAPTEE))
        .select_related("logement", "logement__commune")
        .order_by("-conclue_le", "-id")
    )


def list_a_visiter(perimetre: Perimetre) -> QuerySet[OffreLogement]:
    """Offers found and not visited yet, the oldest first."""
    return (
        OffreLogement.objects.visible_to(perimetre)
        .filter(statut=StatutOffre.REPEREE)
        .select_related("logement", "logement__commune")
        .order_by("reperee_le", "id")
    )


def with_labels(ligne: dict[str, Any]) -> dict[str, Any]:
    """A row of the list of homes in words, for the screen and the export."""
    return {
        **ligne,
        "type_libelle": TypeLogement(ligne["type"]).label,
        "categorie_libelle": Categorie(ligne["categorie"]).label,
        "offre_libelle": StatutOffre(ligne["offre_statut"]).label if ligne["offre_statut"] else "",
    }


def with_labels_offre(ligne: dict[str, Any]) -> dict[str, Any]:
    """A row of the board in words, with the rent and charges together."""
    loyer, charges = ligne["logement__loyer"], ligne["logement__charges"]
    return {
        **ligne,
        "type_libelle": TypeLogement(ligne["logement__type"]).label,
        "statut_libelle": StatutOffre(ligne["statut"]).label,
        "loyer_charges": None if loyer is None else loyer + (charges or 0),
    }


def describe_logement(logement: Logement) -> str:
    """« T3, 3 rue des Lilas, Avesnelles (L-2026-00012) », for a choice."""
    return (
        f"{logement.get_type_display()}, {logement.adresse}, {logement.commune.nom} "
        f"({logement.reference})"
    )


def list_choix_logements(perimetre: Perimetre) -> QuerySet[Logement]:
    """Homes of the perimeter, for a form, the latest recorded first."""
    return (
        Logement.objects.visible_to(perimetre).select_related("commune").order_by("-cree_le", "-id")
    )
