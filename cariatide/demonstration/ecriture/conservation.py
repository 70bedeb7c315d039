"""The data-protection officer has counted the files past their term; nobody confirmed yet."""

from datetime import date

from cariatide.comptes.models import Utilisateur
from cariatide.conformite.actions import prepare_purge
from cariatide.conformite.queries import list_candidats
from cariatide.conformite.statuts import NaturePurge
from cariatide.demonstration.distribution import DOMAINE
from cariatide.partenaires.queries import build_perimetre


def write_purge(jour: date) -> None:
    """By the real act, once the rows are there: one purge previewed, none run."""
    denise = Utilisateur.objects.get(email=f"denise.garnier@{DOMAINE}")
    perimetre = build_perimetre(denise, jour)
    if list_candidats(perimetre, NaturePurge.ARCHIVAGE):
        prepare_purge(
            perimetre=perimetre,
            nature=NaturePurge.ARCHIVAGE,
            motif="Recours possibles contre les décisions, décision de démonstration",
        )
