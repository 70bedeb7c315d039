"""The story of the département as values: what happens to whom and when. No database in here.

It is told first, whole, then written: references follow the order of the facts, and the figures of
a year are known before any row exists.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from cariatide.demonstration.hasard import ouvre, ouvre_avant
from cariatide.socle.dates import add_months

MOIS_D_ACTIVITE = 36
SEANCES = 36
DOSSIERS_EN_PREPARATION = 11  # on the agenda of the session to come
AGENDA = 9  # days before the session, when the secretariat makes the agenda

# How many saisines in three years, and how many of the oriented ones become measures.
VOLUMES = {"mous": 430, "insalubrite": 70, "asll": 320, "bailleur": 50, "avdl": 30}
DUREES = {"mous": 12, "insalubrite": 9, "asll": 6, "bailleur": 6, "avdl": 6}
RENOUVELLEMENTS = {"mous": 6, "insalubrite": 6, "asll": 6, "bailleur": 6, "avdl": 6}
# Facts of source C, by full year: C-I1 = rehoused + works, C-I2, C-I3 private and communal.
RELOGEMENTS = {"mous": 20, "insalubrite": 1}
MAINTIENS = {"mous": 4, "insalubrite": 2}
ADAPTES = 5
PRIVES, COMMUNAUX = 15, 5


@dataclass(frozen=True)
class Periode:
    """The day of the demonstration, three years before it; acts are told until its eve."""

    jour: date
    echelle: float = 1.0

    @property
    def debut(self) -> date:
        return ouvre(add_months(self.jour, -MOIS_D_ACTIVITE))

    @property
    def hier(self) -> date:
        return self.jour - timedelta(days=1)

    @property
    def debut_mous(self) -> date:
        """The agreement began a few months before what is told: works were already going on."""
        return add_months(self.debut.replace(day=1), -4)

    def nombre(self, volume: float, minimum: int = 1) -> int:
        return max(minimum, round(volume * self.echelle))

    def annees(self) -> Iterator[tuple[int, date, date, float]]:
        """Calendar years covered, with their covered part: (year, first, last, share)."""
        for annee in range(self.debut.year, self.hier.year + 1):
            premier, dernier = date(annee, 1, 1), date(annee, 12, 31)
            du, au = max(premier, self.debut), min(dernier, self.hier)
            yield annee, du, au, ((au - du).days + 1) / ((dernier - premier).days + 1)


@dataclass
class PlanSeance:
    """One session of an instance; its cases are told by the saisines."""

    instance: str
    le: date
    heure: int
    statut: str  # close, convoquee
    rang: int = 0
    recente: bool = False  # its notifications are kept as papers
    passages: list["PlanPassage"] = field(default_factory=list)
    precedente: date | None = None

    @property
    def planifiee_le(self) -> date:
        """After the session before: what that one postponed enters the agenda at once."""
        if self.precedente is None:
            return ouvre_avant(self.agenda_le - timedelta(days=15))
        return min(ouvre(self.precedente + timedelta(days=4)), self.agenda_le)

    @property
    def agenda_le(self) -> date:
        """When cases enter the agenda, which is also when the members are convened."""
        return ouvre_avant(self.le - timedelta(days=AGENDA))


@dataclass
class PlanPassage:
    saisine: "PlanSaisine"
    seance: PlanSeance
    inscrit_le: date
    sens: str = ""  # empty: not examined yet
    reexamen: bool = False


@dataclass
class PlanSaisine:
    """One saisine; dates that stay None did not happen yet."""

    numero: int
    famille: str  # key of VOLUMES
    date_saisine: date
    deposee_le: date
    foyer: int = 0
    origine: str = ""
    prescripteur: str = ""
    canal: str = "plateforme"
    urgence: bool = False
    pieces_demandees_le: date | None = None
    pieces_recues_le: date | None = None
    recevable_le: date | None = None
    irrecevable_le: date | None = None
    classee_le: date | None = None
    provisoire_le: date | None = None
    passages: list[PlanPassage] = field(default_factory=list)
    axe: str = "relogement"
    decidee_le: date | None = None
    sens: str = ""
    close_le: date | None = None
    reexamen_le: date | None = None
    mesure: "PlanMesure | None" = None
    phare: bool = False
    motif_decision: str = ""


@dataclass
class PlanMesure:
    """One measure, as a list of dated acts up to the eve of the day."""

    saisine: PlanSaisine
    ouverte_le: date
    duree: int
    actes: list[tuple[date, str, dict[str, object]]] = field(default_factory=list)
    referent: str = ""
    activee_le: date | None = None
    fin: date | None = None
    entree_le: date | None = None
    travaux_acheves_le: date | None = None
    terminee_le: date | None = None
    numero: int = 0
    suspendue: bool = False

    @property
    def famille(self) -> str:
        return self.saisine.famille


@dataclass
class PlanOperation:
    """Works on one home: day of each step done, in order (etudiee_le, financee_le…)."""

    finalite: str  # production, maintien
    maitre_ouvrage: str
    statut: str
    dates: dict[str, date]
    adapte: bool = False
    famille: str = "mous"


@dataclass
class PlanLogement:
    """One home: known since, found as an offer, mended, entered. Most have only some of these."""

    cree_le: date
    categorie: str
    offre: dict[str, date] = field(default_factory=dict)
    ecartee: bool = False
    operation: PlanOperation | None = None
    mesure: PlanMesure | None = None  # of the household that lives, or enters, there
    entree_le: date | None = None


@dataclass
class Recit:
    """The whole story."""

    periode: Periode
    seances: dict[str, list[PlanSeance]] = field(default_factory=dict)
    saisines: list[PlanSaisine] = field(default_factory=list)
    mesures: list[PlanMesure] = field(default_factory=list)
    logements: list[PlanLogement] = field(default_factory=list)
