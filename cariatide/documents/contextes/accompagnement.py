"""Papers of a household's file: referral, diagnosis, contract, review, timeline."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from cariatide.documents.contextes.base import Champ, Contexte, Rubrique, Signature
from cariatide.socle.perimetre import Niveau


@dataclass(frozen=True, kw_only=True)
class MembreMenage:
    """One person of the household."""

    nom: str
    lien: str
    naissance: date | None = None
    situation: str = ""


@dataclass(frozen=True, kw_only=True)
class PieceAttendue:
    """recue_le empty: still missing."""

    libelle: str
    obligatoire: bool
    recue_le: date | None = None


@dataclass(frozen=True, kw_only=True)
class FicheSaisine(Contexte):
    """Template `fiche_saisine`: facts alone (no health, no assessment); stays at level F."""

    numero: str
    deposee_le: date
    statut: str
    dispositif: str
    origine: str
    agent: str = ""
    canal: str = ""
    urgence: str = ""
    motifs: tuple[str, ...]
    information_menage_le: date | None = None
    menage_reference: str
    membres: tuple[MembreMenage, ...]
    adresse: tuple[str, ...]
    adresse_protegee: bool = False  # replaces the address by a notice
    contact: tuple[Champ, ...] = ()
    logement: tuple[Champ, ...] = ()
    demarches: str = ""
    pieces: tuple[PieceAttendue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ObjectifContrat:
    intitule: str
    moyens: str = ""
    echeance: date | None = None


@dataclass(frozen=True, kw_only=True)
class ContratAccompagnement(Contexte):
    """Template `contrat_accompagnement`.

    droit_arret, information_rgpd: texts of the agreement or of the operator, printed as given.
    """

    niveau_minimal: ClassVar[Niveau] = Niveau.SOCIAL

    dispositif: str
    axe: str = ""
    mesure_reference: str
    convention: str = ""
    menage: tuple[str, ...]  # signatories and address
    referent: str
    financeur: str = ""
    debut: date
    fin: date
    duree: str
    frequence: str
    objectifs: tuple[ObjectifContrat, ...]
    engagements_menage: tuple[str, ...]
    engagements_operateur: tuple[str, ...]
    droit_arret: str
    information_rgpd: tuple[str, ...]
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, kw_only=True)
class ObjectifEvalue:
    """atteinte: 0 (not begun) to 4 (reached)."""

    intitule: str
    atteinte: int
    commentaire: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.atteinte <= 4:
            raise ValueError("Le degré d’atteinte d’un objectif va de 0 à 4.")


@dataclass(frozen=True, kw_only=True)
class Bilan(Contexte):
    """Template `bilan`.

    The caller gives the parts that this recipient may read; `destinataire_document` is printed,
    and `partiel` says that parts meant for others were left out.
    """

    niveau_minimal: ClassVar[Niveau] = Niveau.SOCIAL

    type_bilan: str  # « Bilan intermédiaire »
    destinataire_document: str
    partiel: bool
    mesure_reference: str
    dispositif: str
    axe: str = ""
    menage: str
    referent: str
    du: date
    au: date
    interventions: tuple[Champ, ...] = ()
    objectifs: tuple[ObjectifEvalue, ...]
    rubriques: tuple[Rubrique, ...]
    conclusion: str = ""
    suite_proposee: str = ""
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, kw_only=True)
class BilanBailleur(Bilan):
    """The review sent to a landlord: same template, facts alone, so that level F is enough."""

    niveau_minimal: ClassVar[Niveau] = Niveau.FACTUEL


@dataclass(frozen=True, kw_only=True)
class LigneBudget:
    """montant: written by the caller (« 1 234,56 € »)."""

    libelle: str
    montant: str


@dataclass(frozen=True, kw_only=True)
class DiagnosticSocial(Contexte):
    """Template `diagnostic_social`. Level C as soon as a part speaks of health."""

    niveau_minimal: ClassVar[Niveau] = Niveau.SOCIAL

    commanditaire: str
    motif: str
    menage: str
    menage_reference: str
    referent: str
    visite_le: date | None = None
    membres: tuple[MembreMenage, ...]
    ressources: tuple[LigneBudget, ...] = ()
    charges: tuple[LigneBudget, ...] = ()
    synthese_budget: tuple[Champ, ...] = ()
    logement: tuple[Champ, ...] = ()
    rubriques: tuple[Rubrique, ...]
    preconisations: tuple[str, ...]
    valide_par: str = ""
    valide_le: date | None = None
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, kw_only=True)
class LigneParcours:
    """One dated fact. source: the domain that wrote it."""

    le: date
    libelle: str
    detail: str = ""
    source: str
    auteur: str = ""


@dataclass(frozen=True, kw_only=True)
class ParcoursMenage(Contexte):
    """Template `parcours`: the timeline as the reader's rights show it."""

    menage: str
    menage_reference: str
    lecteur: str
    filtre: str = ""  # « Toutes les sources, du … au … »
    lignes: tuple[LigneParcours, ...]
