"""Lists of saisines, and the references that a new one uses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cariatide.commission.models import Instance
from cariatide.commission.statuts import TypeInstance
from cariatide.demandes.models import Motif, MotifSaisine, PieceRequise, Saisine
from cariatide.demandes.statuts import DISPOSITIFS, EN_COURS, ROLES_REDACTEURS, StatutSaisine
from cariatide.menages.models import Menage
from cariatide.menages.queries import search_condition
from cariatide.partenaires.models import CommuneDeConvention, Convention, Organisation
from cariatide.partenaires.queries import en_vigueur
from cariatide.partenaires.statuts import Role
from cariatide.socle.normalisation import normalise
from cariatide.socle.pages.listes import Tri
from cariatide.socle.perimetre import Perimetre
from cariatide.territoire.models import Secteur

OBJET = "demandes.saisine"

TRIS = (
    Tri("recentes", "Les plus récentes", ("date_saisine",), descendant=True),
    Tri("anciennes", "Les plus anciennes", ("date_saisine",)),
    Tri("nom", "Nom du ménage", ("menage__nom_normalise",)),
    Tri("nom_desc", "Nom du ménage, de Z à A", ("menage__nom_normalise",), descendant=True),
)
CHAMPS = (
    "pk", "reference", "menage__nom_usage", "menage__adresse_protegee", "commune__nom",
    "dispositif", "statut", "urgence", "date_saisine", "decidee_le", "liste_motifs",
    "origine_organisation__nom", "origine_organisation__sigle",
)  # fmt: skip

# Bodies that examine the saisines of any agreement of their commissioner.
INSTANCES_COMMUNES = (
    TypeInstance.GROUPE_DE_PILOTAGE,
    TypeInstance.IUC,
    TypeInstance.COMMISSION_AIDES,
    TypeInstance.CELLULE_DE_RELOGEMENT,
    TypeInstance.AUTRE,
)


# -- references --------------------------------------------------------------------------------


def list_motifs(jour: date) -> QuerySet[Motif]:
    """Motives in use on that day."""
    return Motif.objects.filter(en_vigueur(jour)).order_by("ordre", "id")


def list_pieces_requises(dispositif: str, jour: date) -> QuerySet[PieceRequise]:
    """Pieces that a saisine of that kind carries on that day."""
    return PieceRequise.objects.filter(en_vigueur(jour), dispositif=dispositif).order_by(
        "ordre", "id"
    )


def _covers(commune_id: int, jour: date) -> Q:
    """The territory of an agreement: its sector, the communes added to it, or no limit at all."""
    added = CommuneDeConvention.objects.filter(en_vigueur(jour), convention_id=OuterRef("pk"))
    in_sector = Secteur.communes.through.objects.filter(
        secteur_id=OuterRef("secteur_id"), commune_id=commune_id
    )
    return (
        Q(Exists(in_sector))
        | Q(Exists(added.filter(commune_id=commune_id)))
        | (Q(secteur__isnull=True) & ~Q(Exists(added)))
    )


def list_conventions_ouvertes(jour: date, commune_id: int | None = None) -> QuerySet[Convention]:
    """Agreements in force that a saisine may ask for, and that a body examines on that day."""
    bodies = Instance.objects.filter(en_vigueur(jour))
    shared = bodies.filter(
        convention__isnull=True,
        type__in=INSTANCES_COMMUNES,
        secretariat_id=OuterRef("commanditaire_id"),
    )
    found = Convention.objects.filter(
        Exists(bodies.filter(convention_id=OuterRef("pk"))) | Exists(shared),
        en_vigueur(jour),
        type__in=DISPOSITIFS,
    )
    if commune_id is not None:
        found = found.filter(_covers(commune_id, jour))
    return found.select_related("operateur", "commanditaire").order_by("type", "du", "id")


def find_communes_couvertes(convention_id: int, jour: date, communes: Iterable[int]) -> set[int]:
    """Those of these communes that an open agreement covers: two or three queries for them all."""
    wanted = sorted(set(communes))
    convention = list_conventions_ouvertes(jour).filter(pk=convention_id).first()
    if convention is None:
        return set()
    added = CommuneDeConvention.objects.filter(en_vigueur(jour), convention_id=convention_id)
    covered = set(added.filter(commune_id__in=wanted).values_list("commune_id", flat=True))
    if convention.secteur_id is not None:
        in_sector = Secteur.communes.through.objects.filter(
            secteur_id=convention.secteur_id, commune_id__in=wanted
        )
        return covered | set(in_sector.values_list("commune_id", flat=True))
    return covered if added.exists() else set(wanted)


def find_instance(convention: Convention, jour: date) -> Instance | None:
    """The body that examines the saisines of an agreement: its own one before a shared one."""
    bodies = Instance.objects.filter(en_vigueur(jour)).order_by("id")
    return (
        bodies.filter(convention_id=convention.pk).first()
        or bodies.filter(
            convention__isnull=True,
            type__in=INSTANCES_COMMUNES,
            secretariat_id=convention.commanditaire_id,
        ).first()
    )


# -- lists -------------------------------------------------------------------------------------


def _labels() -> ArraySubquery:
    return ArraySubquery(
        MotifSaisine.objects.filter(saisine_id=OuterRef("pk"))
        .order_by("motif__ordre", "motif_id")
        .values("motif__libelle")
    )


def list_saisines(perimetre: Perimetre, filtres: dict[str, Any]) -> QuerySet[Saisine]:
    """Sent saisines of the perimeter that pass the filters of the list (drafts have their own)."""
    found: QuerySet[Saisine] = Saisine.objects.sent_to(perimetre)
    if filtres.get("q"):
        found = found.filter(_search(perimetre, filtres["q"]))
    for champ in ("statut", "dispositif"):
        if filtres.get(champ):
            found = found.filter(**{champ: filtres[champ]})
    if filtres.get("commune"):
        # A protected address is not found by its commune either.
        nom = normalise(filtres["commune"])
        found = found.filter(commune__nom_normalise__startswith=nom, menage__adresse_protegee=False)
    if filtres.get("origine"):
        found = found.filter(origine_organisation_id=filtres["origine"])
    if filtres.get("urgence"):
        found = found.filter(urgence=True)
    if filtres.get("en_cours"):
        found = found.filter(statut__in=sorted(EN_COURS))
    if filtres.get("mes_saisines"):
        found = found.filter(prescripteur_id=perimetre.utilisateur_id)
    if filtres.get("du"):
        found = found.filter(date_saisine__gte=filtres["du"])
    if filtres.get("au"):
        found = found.filter(date_saisine__lte=filtres["au"])
    return found.annotate(liste_motifs=_labels())


def _search(perimetre: Perimetre, texte: str) -> Q:
    """By the number of the saisine, or by what the search of households finds."""
    condition = Q(reference__iexact=texte.strip())
    words = search_condition(texte)
    if words is None:
        return condition
    found = Menage.objects.visible_to(perimetre).filter(words)
    return condition | Q(menage_id__dans=ArraySubquery(found.order_by().values("pk")))


def list_brouillons(perimetre: Perimetre) -> QuerySet[Saisine]:
    """Drafts of my organisations, latest first."""
    return (
        Saisine.objects.visible_to(perimetre)
        .filter(statut=StatutSaisine.BROUILLON)
        .select_related("prescripteur", "redaction")
        .order_by("-modifiee_le", "-id")
    )


def list_origines(perimetre: Perimetre) -> list[tuple[int, str]]:
    """Organisations that sent the saisines of the perimeter, for the filter."""
    siennes = (
        Saisine.objects.visible_to(perimetre)
        .exclude(statut=StatutSaisine.BROUILLON)
        .filter(origine_organisation_id=OuterRef("pk"))
    )
    # One saisine found is enough: the distinct origins of all of them took them all.
    rows = Organisation.objects.filter(Exists(siennes)).order_by("nom_normalise", "pk")
    return [(pk, sigle or nom) for pk, nom, sigle in rows.values_list("pk", "nom", "sigle")]


@dataclass(frozen=True)
class SaisineProche:
    """Another open saisine of the household under the same agreement."""

    pk: int
    reference: str
    statut: str


def find_saisine_en_cours(
    perimetre: Perimetre, menage_id: int, convention_id: int
) -> SaisineProche | None:
    row = (
        Saisine.objects.visible_to(perimetre)
        .filter(menage_id=menage_id, convention_id=convention_id, statut__in=sorted(EN_COURS))
        .order_by("-date_saisine", "-id")
        .values_list("pk", "reference", "statut")
        .first()
    )
    return SaisineProche(*row) if row else None


def may_write(perimetre: Perimetre) -> bool:
    return perimetre.has_role(*ROLES_REDACTEURS)


@dataclass(frozen=True)
class ATraiter:
    """A saisine that a secretariat has to check."""

    pk: int
    reference: str
    menage: str
    urgence: bool
    origine: str
    origine_sigle: str
    manquantes: int


def list_a_traiter(perimetre: Perimetre, nombre: int) -> list[ATraiter]:
    """What waits for a secretariat of the perimeter: urgent first, then the oldest."""
    mine = [m.organisation_id for m in perimetre.mandats if m.role == Role.SECRETARIAT]
    missing = Count("pieces", filter=Q(pieces__obligatoire=True, pieces__recue_le__isnull=True))
    rows = (
        Saisine.objects.visible_to(perimetre)
        .filter(instance__secretariat_id__in=mine, statut=StatutSaisine.DEPOSEE)
        .annotate(manquantes=missing)
        .order_by("-urgence", "date_saisine", "id")
        .values_list(
            "pk", "reference", "menage__nom_usage", "urgence", "origine_organisation__nom",
            "origine_organisation__sigle", "manquantes",
        )
    )  # fmt: skip
    return [ATraiter(*row) for row in rows[:nombre]]
