"""What a form, a file or another app gives to deposit a saisine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cariatide.demandes.statuts import Canal
from cariatide.menages.actions import DonneesMenage
from cariatide.socle.erreurs import ErreurMetier


@dataclass(frozen=True)
class DonneesLogement:
    """Where the household lives, as facts of the request."""

    statut_occupation: str = ""
    origine_menage: str = ""
    type_logement: str = ""
    surface: Decimal | None = None
    loyer: Decimal | None = None
    charges: Decimal | None = None
    bailleur: str = ""


@dataclass(frozen=True)
class DonneesSaisine:
    """A whole saisine: exactly one of `menage_id` (known household) and `menage` (new one).

    commune_id: of the present dwelling; by default that of the household. motifs: codes.
    pieces_recues: codes of the pieces given with it. origine_id: another organisation than the
    writer's, for a secretariat that types a letter (then agent says who wrote it).
    doublon_confirme: the writer saw the people of the same name, and goes on.
    """

    convention_id: int | None
    motifs: Sequence[str]
    date_saisine: date
    information_menage_le: date | None
    menage_id: int | None = None
    menage: DonneesMenage | None = None
    commune_id: int | None = None
    logement: DonneesLogement = field(default_factory=DonneesLogement)
    urgence: bool = False
    motif_urgence: str = ""
    demarches: str = ""
    expose: str = ""
    pieces_recues: Sequence[str] = ()
    canal: str = Canal.PLATEFORME
    origine_id: int | None = None
    agent: str = ""
    doublon_confirme: bool = False


@dataclass(frozen=True)
class Proche:
    """A visible household that the new one looks like."""

    menage_id: int
    reference: str
    nom: str
    personne: str
    raisons: str = ""
    certain: bool = True


class DoublonPossible(ErreurMetier):
    """People who look alike are known: shown, then confirmed or chosen."""

    def __init__(self, proches: Sequence[Proche]) -> None:
        message = (
            "Une personne qui lui ressemble est déjà connue : choisissez son ménage, ou confirmez "
            "que ce n’est pas la même."
        )
        super().__init__(message, {"doublon_confirme": message})
        self.proches = tuple(proches)
