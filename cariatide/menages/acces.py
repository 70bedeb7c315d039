"""The one condition of access to a household, and to everything that hangs from it.

It reads menages_rattachement alone: each mandate opens the households linked to its organisation at
the wanted level, on that day, within its own territory and agreement. Written as EXISTS, so that
PostgreSQL chooses to start from the links (small perimeter) or from the page (large one): ADR 0012.
Its text is written once for each perimeter: ADR 0031.
"""

from functools import lru_cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet

from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.access import NOTHING, any_of
from cariatide.socle.existe import ExisteCompile, compile_lignes
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre
from cariatide.territoire.models import Secteur

SOURCE_EXCEPTION = "partenaires.sessionexception"


def _of_mandat(mandat: MandatEnVigueur, perimetre: Perimetre, niveau: Niveau) -> Q:
    # A link of exception is that of one session, never of a mandate nor of a team: ADR 0020.
    condition = Q(organisation_id=mandat.organisation_id, niveau__gte=int(niveau)) & ~Q(
        motif=MotifRattachement.EXCEPTION
    )
    if not mandat.equipe:
        condition &= Q(utilisateur_id__isnull=True) | Q(utilisateur_id=perimetre.utilisateur_id)
    if mandat.convention_id:
        condition &= Q(convention_id=mandat.convention_id)
    if mandat.secteur_id:
        communes = Secteur.communes.through.objects.filter(secteur_id=mandat.secteur_id)
        condition &= Q(menage__commune_id__dans=ArraySubquery(communes.values("commune_id")))
    return condition


def _of_exceptions(perimetre: Perimetre) -> Q:
    """The links of the sessions in force, each on its own household."""
    return any_of(
        Q(
            motif=MotifRattachement.EXCEPTION,
            utilisateur_id=perimetre.utilisateur_id,
            source_type=SOURCE_EXCEPTION,
            source_id=e.id,
            menage_id=e.menage_id,
        )
        for e in perimetre.exceptions
    )


def links_of(perimetre: Perimetre, niveau: Niveau) -> QuerySet:  # type: ignore[type-arg]
    """The links that give this perimeter that level (« Pourquoi vois-je ce dossier ? »)."""
    conditions = [
        _of_mandat(m, perimetre, niveau) for m in perimetre.mandats if m.niveau_max >= niveau
    ]
    if niveau <= Niveau.FACTUEL:
        conditions.append(_of_exceptions(perimetre))
    # By name: models.py of this app imports this module for its conditions.
    rattachement = apps.get_model("menages", "Rattachement")
    return rattachement.objects.filter(en_vigueur(perimetre.jour), any_of(conditions))


def condition_menage(perimetre: Perimetre, niveau: Niveau, champ: str = "pk") -> Q:
    """Rows whose household (column path `champ`) the perimeter may read at that level."""
    if not perimetre.may_read(niveau):
        return NOTHING
    return Q(existe_lien(perimetre, niveau, champ))


def existe_lien(
    perimetre: Perimetre, niveau: Niveau, champ: str = "pk", colonne: str = "menage_id"
) -> ExisteCompile:
    """Whether a link whose `colonne` is `champ` opens the household at that level."""
    return ExisteCompile(*_compile_liens(perimetre, niveau), colonne, champ)


@lru_cache(maxsize=2048)
def _compile_liens(perimetre: Perimetre, niveau: Niveau) -> tuple[str, tuple[Any, ...]]:
    """A perimeter says all there is to say: its text is the same until the day or a mandate ends.

    Nothing that the database holds is kept: the links are read each time.
    """
    return compile_lignes(links_of(perimetre, niveau))


def condition_rattache(
    perimetre: Perimetre, niveau: Niveau = Niveau.FACTUEL, champ: str = "menage_id"
) -> Q:
    """The same for a model that hangs from a household."""
    return condition_menage(perimetre, niveau, champ)
