"""What every writer of the demonstration shares."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from random import Random

from django.urls import NoReverseMatch, reverse

from cariatide.commission.models import Passage, Seance
from cariatide.demandes.models import Motif, PieceRequise, Saisine
from cariatide.demonstration.foyers import Foyer
from cariatide.demonstration.hasard import tirage
from cariatide.demonstration.monde import Monde
from cariatide.demonstration.plan import Recit
from cariatide.demonstration.plume import Plume
from cariatide.demonstration.tampon import Tampon
from cariatide.menages.models import Domicile, Menage
from cariatide.mesures.models import Mesure
from cariatide.socle.references import reserve_references


@dataclass
class MenageEcrit:
    """A household already written, with what later acts change."""

    menage: Menage
    foyer: Foyer
    domicile: Domicile
    telephones: list[str]


@dataclass
class Ecriture:
    """The story, the cast and the buffer."""

    recit: Recit
    monde: Monde
    tampon: Tampon
    plume: Plume
    graine: int
    menages: dict[int, MenageEcrit] = field(default_factory=dict)  # by foyer number
    saisines: dict[int, Saisine] = field(default_factory=dict)  # by number
    mesures: dict[int, Mesure] = field(default_factory=dict)
    seances: dict[int, Seance] = field(default_factory=dict)  # by id() of the plan
    passages: dict[int, Passage] = field(default_factory=dict)
    motifs: dict[str, Motif] = field(default_factory=dict)
    natures: dict[str, int] = field(default_factory=dict)  # of budget lines, by code
    pieces: dict[str, list[PieceRequise]] = field(default_factory=dict)

    @property
    def jour(self) -> date:
        return self.recit.periode.jour

    def hasard(self, *cle: object) -> Random:
        return tirage(self.graine, *cle)


def number(prefixe: str, dates: Iterable[date]) -> list[str]:
    """References of one kind for facts already in order, year by year."""
    par_annee: dict[int, int] = defaultdict(int)
    days = list(dates)
    for le in days:
        par_annee[le.year] += 1
    libres = {
        annee: iter(reserve_references(prefixe, annee, nombre))
        for annee, nombre in sorted(par_annee.items())
    }
    return [next(libres[le.year]) for le in days]


def adresse(nom: str, pk: int) -> str:
    """The page of an object; empty as long as its domain has no page."""
    try:
        return reverse(nom, args=[pk])
    except NoReverseMatch:
        return ""
