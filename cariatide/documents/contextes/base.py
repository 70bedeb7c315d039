"""What every document holds: who issues it, to whom, who signs, and its level of secrecy.

A context is the whole content of a document, frozen: nothing is looked up while rendering. Empty
text means « not said », and the template leaves the place out.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from cariatide.socle.perimetre import Niveau

# The window of a French envelope holds six lines (NF Z10-011).
LIGNES_ADRESSE_MAX = 6


@dataclass(frozen=True, kw_only=True)
class EnTete:
    """The issuing organisation, at the top left of the first page."""

    organisation: str
    service: str = ""
    adresse: tuple[str, ...] = ()
    telephone: str = ""
    courriel: str = ""
    identifiant: str = ""  # « SIRET 123 456 789 00012 »


@dataclass(frozen=True, kw_only=True)
class Destinataire:
    """Name and postal address, in the window of the envelope."""

    lignes: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.lignes or len(self.lignes) > LIGNES_ADRESSE_MAX:
            raise ValueError(
                f"Une adresse de courrier a de une à {LIGNES_ADRESSE_MAX} lignes, nom compris."
            )


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One place to sign. nom may be empty: a line is then left to write it by hand."""

    qualite: str
    nom: str = ""
    mention: str = ""  # « Par délégation », « Lu et approuvé »
    signe_le: date | None = None


@dataclass(frozen=True, kw_only=True)
class Rubrique:
    """A titled part of free text; paragraphs are separated by an empty line."""

    titre: str
    texte: str


@dataclass(frozen=True, kw_only=True)
class Champ:
    """A label and its value, as on a form."""

    libelle: str
    valeur: str


@dataclass(frozen=True, kw_only=True)
class Contexte:
    """Base of every context.

    niveau: highest level of secrecy of what the context holds, raised to `niveau_minimal`.
    """

    niveau_minimal: ClassVar[Niveau] = Niveau.FACTUEL

    en_tete: EnTete
    reference: str
    etabli_le: date
    lieu: str = ""
    niveau: Niveau = Niveau.FACTUEL

    def __post_init__(self) -> None:
        object.__setattr__(self, "niveau", max(self.niveau, self.niveau_minimal))


@dataclass(frozen=True, kw_only=True)
class Lettre(Contexte):
    """Base of what is put in an envelope."""

    destinataire: Destinataire
    objet: str
    civilite: str = "Madame, Monsieur"
    signature: Signature
    suivi_par: str = ""
    vos_references: str = ""
    pieces_jointes: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    formule: str = (
        "Je vous prie d’agréer, Madame, Monsieur, l’expression de ma considération distinguée."
    )
