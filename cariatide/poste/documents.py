"""The file of a batch: the slip as its cover, then each letter as it was issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cariatide.documents.assemblage import assemble, count_pages
from cariatide.documents.contextes.base import Contexte, EnTete
from cariatide.documents.moteur import DocumentImpossible, render_pdf
from cariatide.documents.queries import read_factuels
from cariatide.partenaires.models import Organisation
from cariatide.poste.models import Envoi, LotPostal
from cariatide.poste.queries import rows_of_lot
from cariatide.poste.rules import count_feuilles

BORDEREAU = "poste/typst/bordereau.typ"


@dataclass(frozen=True, kw_only=True)
class LigneBordereau:
    """What the slip says of a letter, no more: whoever carries it reads it."""

    rang: int
    reference: str
    nom: str
    commune: str
    pages: int


@dataclass(frozen=True, kw_only=True)
class Bordereau(Contexte):
    """The cover of a batch."""

    recto_verso: bool
    pages: int
    feuilles: int
    lettres: tuple[LigneBordereau, ...]


def build_en_tete(organisation: Organisation) -> EnTete:
    ville = f"{organisation.code_postal} {organisation.ville}".strip()
    return EnTete(
        organisation=organisation.nom,
        adresse=tuple(ligne for ligne in (organisation.adresse, ville) if ligne),
    )


def build_fichier(
    lot: LotPostal, communes: dict[int, str], jour: date
) -> tuple[bytes, list[Envoi]]:
    """The PDF, and the letters with their pages. DocumentImpossible when a letter is missing."""
    envois = rows_of_lot(lot)
    octets = read_factuels([e.document_id for e in envois])
    if len(octets) != len(envois):
        raise DocumentImpossible("Le contenu d’un courrier de ce lot manque.")
    for envoi in envois:
        envoi.pages = count_pages(octets[envoi.document_id])
    bordereau = render_pdf(
        BORDEREAU,
        build_bordereau(lot, envois, communes, jour),
        titre=f"Bordereau du lot {lot.reference}",
    )
    parties = [("Bordereau", bordereau)]
    parties += [(e.document.reference, octets[e.document_id]) for e in envois]
    pdf = assemble(parties, titre=f"Lot postal {lot.reference}", recto_verso=lot.recto_verso)
    return pdf, envois


def build_bordereau(
    lot: LotPostal, envois: Sequence[Envoi], communes: dict[int, str], jour: date
) -> Bordereau:
    pages = [e.pages or 0 for e in envois]
    return Bordereau(
        en_tete=build_en_tete(lot.organisation),
        reference=lot.reference,
        etabli_le=jour,
        recto_verso=lot.recto_verso,
        pages=sum(pages),
        feuilles=count_feuilles(pages, recto_verso=lot.recto_verso),
        lettres=tuple(
            LigneBordereau(
                rang=e.rang or 0,
                reference=e.document.reference,
                nom=e.menage.nom_usage,
                commune=communes.get(e.document_id, ""),
                pages=e.pages or 0,
            )
            for e in envois
        ),
    )
