"""Reads of occupations."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from cariatide.baux.models import Occupation
from cariatide.baux.statuts import ROLES_BAUX, NatureTitre
from cariatide.menages.acces import links_of
from cariatide.menages.models import Menage, Rattachement
from cariatide.menages.queries import search_condition
from cariatide.parc.models import Logement
from cariatide.parc.queries import (
    CHOIX_MAXIMUM,
    describe_logement,
    list_choix_logements,
    list_offres_a_saisir,
)
from cariatide.parc.queries import search_condition as search_logement
from cariatide.parc.statuts import StatutOffre, TypeLogement
from cariatide.partenaires.models import Convention
from cariatide.partenaires.queries import en_vigueur
from cariatide.partenaires.statuts import TypeConvention
from cariatide.socle.dates import format_date
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre

OBJET_MESURE = "mesures.mesure"
OBJET_SAISINE = "demandes.saisine"

TRIS = (
    Tri("recentes", "Entrées récentes", ("entree_le",), descendant=True),
    Tri("anciennes", "Entrées anciennes", ("entree_le",)),
    Tri("menage", "Nom du ménage", ("menage__nom_normalise",)),
    Tri("menage_desc", "Nom du ménage, de Z à A", ("menage__nom_normalise",), descendant=True),
)
CHAMPS = (
    "pk", "menage_id", "menage__nom_usage", "menage__reference", "logement__reference",
    "logement__adresse", "logement__commune__nom", "logement__type", "nature", "est_relogement",
    "convention__reference", "date_signature", "entree_le", "sortie_le", "loyer", "charges",
)  # fmt: skip


def list_occupations(perimetre: Perimetre, filtres: dict[str, Any]) -> QuerySet[Occupation]:
    """Occupations of the perimeter that pass the filters of the list."""
    found = Occupation.objects.visible_to(perimetre)
    if filtres.get("q"):
        found = found.filter(_search(perimetre, filtres["q"]))
    for champ in ("nature", "convention"):
        if filtres.get(champ):
            found = found.filter(**{champ: filtres[champ]})
    if filtres.get("relogement"):
        found = found.filter(est_relogement=filtres["relogement"] == "oui")
    if filtres.get("en_cours"):
        found = found.filter(sortie_le__isnull=True)
    if filtres.get("commune"):
        found = found.filter(logement__commune=filtres["commune"])
    if filtres.get("du"):
        found = found.filter(entree_le__gte=filtres["du"])
    if filtres.get("au"):
        found = found.filter(entree_le__lte=filtres["au"])
    return found


def _search(perimetre: Perimetre, texte: str) -> Q:
    """By household (as its own search finds it) or by home."""
    homes = Logement.objects.visible_to(perimetre).filter(search_logement(texte))
    condition = Q(logement_id__dans=ArraySubquery(homes.order_by().values("pk")))
    words = search_condition(texte)
    if words is not None:
        people = Menage.objects.visible_to(perimetre).filter(words)
        condition |= Q(menage_id__dans=ArraySubquery(people.order_by().values("pk")))
    return condition


def with_labels(ligne: dict[str, Any]) -> dict[str, Any]:
    """A row of the list in words."""
    return {
        **ligne,
        "nature_libelle": NatureTitre(ligne["nature"]).label,
        "type_libelle": TypeLogement(ligne["logement__type"]).label,
        "entree_par": "Relogement" if ligne["est_relogement"] else "Titre enregistré",
    }


def find_occupation(perimetre: Perimetre, occupation_id: int) -> Occupation:
    """One occupation with what its page names; Introuvable outside the perimeter."""
    found: Occupation = Occupation.objects.select_related(
        "menage", "logement", "logement__commune", "convention", "organisation"
    ).find_visible(perimetre, occupation_id)
    return found


def lecture_occupation(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """What the consultation journal keeps (404 outside)."""
    found = Occupation.objects.select_related("menage").find_visible(
        perimetre, kwargs["occupation_id"]
    )
    return Lecture(
        "baux.occupation", found.pk, found.menage_id, Niveau.FACTUEL, found.menage.reference
    )


def find_en_cours(perimetre: Perimetre, menage_id: int) -> Occupation | None:
    """The home where the household lives now, if it was recorded."""
    found: Occupation | None = (
        Occupation.objects.visible_to(perimetre)
        .filter(menage_id=menage_id, sortie_le__isnull=True)
        .select_related("logement", "logement__commune")
        .first()
    )
    return found


# -- choices of the form -----------------------------------------------------------------------


@dataclass(frozen=True)
class Cadre:
    """An agreement under which the household may enter a home, and what links it to it."""

    convention_id: int
    libelle: str
    lie: bool
    mous: bool
    mesure_id: int | None = None
    saisine_id: int | None = None


def list_cadres(perimetre: Perimetre, menage_id: int) -> list[Cadre]:
    """Agreements that link the household first (MOUS before the others), then those I operate.

    The links say through which measure and which saisine: nothing is asked again.
    """
    links = (
        links_of(perimetre, Niveau.FACTUEL)
        .filter(menage_id=menage_id, convention__isnull=False)
        .order_by("-du", "-id")
        .values_list("convention_id", "source_type", "source_id")
    )
    sources: dict[int, dict[str, int]] = {}
    for convention_id, source_type, source_id in links:
        sources.setdefault(convention_id, {}).setdefault(source_type, source_id)
    organisations = {m.organisation_id for m in perimetre.mandats if m.role in ROLES_BAUX}
    conventions = Convention.objects.filter(
        Q(pk__in=sources) | (Q(operateur_id__in=organisations) & en_vigueur(perimetre.jour))
    ).order_by("du", "id")
    cadres = [
        Cadre(
            convention_id=c.pk,
            libelle=str(c),
            lie=c.pk in sources,
            mous=c.type == TypeConvention.MOUS,
            mesure_id=sources.get(c.pk, {}).get(OBJET_MESURE),
            saisine_id=sources.get(c.pk, {}).get(OBJET_SAISINE),
        )
        for c in conventions
    ]
    return sorted(cadres, key=lambda c: (not c.lie, not c.mous))


def explain_convention(
    perimetre: Perimetre, menage_id: int, organisation_id: int, convention_id: int
) -> str:
    """Why this agreement may not be named today; empty when it may."""
    if Convention.objects.filter(pk=convention_id, operateur_id=organisation_id).exists():
        return ""
    liens = Rattachement.objects.filter(
        menage_id=menage_id,
        organisation_id__in=perimetre.organisation_ids,
        convention_id=convention_id,
    )
    if liens.filter(en_vigueur(perimetre.jour)).exists():
        return ""
    fin = liens.filter(au__lt=perimetre.jour).aggregate(fin=Max("au"))["fin"]
    if fin is None:
        return "Cette convention ne lie pas votre organisation à ce ménage."
    return (
        "Le lien de ce ménage avec votre organisation par cette convention a pris fin le "
        f"{format_date(fin)}."
    )


Groupe = tuple[str, list[tuple[str, str]]]


def list_choix(perimetre: Perimetre) -> list[Groupe]:
    """Homes that nobody occupies today: those of kept or taken offers, then the others."""
    occupied = Occupation.objects.filter(logement_id=OuterRef("logement_id"))
    offres = list_offres_a_saisir(perimetre).filter(~Exists(occupied.filter(sortie_le=None)))
    taken: set[int] = set()
    chosen: list[tuple[str, str]] = []
    for offre in offres[:CHOIX_MAXIMUM]:
        if offre.logement_id not in taken:
            taken.add(offre.logement_id)
            statut = StatutOffre(offre.statut).label.lower()
            chosen.append(
                (f"offre-{offre.pk}", f"{describe_logement(offre.logement)}, offre {statut}")
            )
    homes = Occupation.objects.filter(logement_id=OuterRef("pk"), sortie_le=None)
    free = list_choix_logements(perimetre).filter(~Exists(homes)).exclude(pk__in=taken)
    others = [(f"logement-{x.pk}", describe_logement(x)) for x in free[:CHOIX_MAXIMUM]]
    groups = [("Offres retenues ou captées", chosen), ("Logements sans occupant", others)]
    return [(nom, lignes) for nom, lignes in groups if lignes]
