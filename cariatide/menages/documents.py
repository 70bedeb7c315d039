"""The household's timeline, and its whole file, on paper, as the reader's rights show them."""

from cariatide.documents.assemblage import (
    PDF_MIME,
    assemble,
    count_pages,
    count_pages_of,
    is_imprimable,
)
from cariatide.documents.contextes.accompagnement import LigneParcours, ParcoursMenage
from cariatide.documents.contextes.base import Champ, EnTete
from cariatide.documents.contextes.releve import Partie, Releve
from cariatide.documents.modeles import find_modele
from cariatide.documents.models import DocumentEmis, Piece
from cariatide.documents.queries import list_documents, list_pieces, read_document, read_piece
from cariatide.menages.budget import Releve as ReleveFinancier
from cariatide.menages.budget import list_lignes
from cariatide.menages.models import Menage
from cariatide.menages.queries import build_fiche, find_niveau, list_parcours
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.money import format_euros
from cariatide.socle.perimetre import Perimetre

LIGNES_MAX = 2000
# Bounds of a printed file: beyond, a paper is named in the summary and opened alone.
PAGES_MAX = 400
OCTETS_MAX = 60 * 1024 * 1024
Fichier = tuple[str, bytes] | tuple[str, bytes, str]


def build_parcours_pdf(perimetre: Perimetre, menage_id: int) -> tuple[str, bytes]:
    """File name and PDF of the timeline; its level is the highest that the reader has."""
    menage: Menage = Menage.objects.find_visible(perimetre, menage_id)
    contexte = ParcoursMenage(
        en_tete=_en_tete(perimetre),
        reference=menage.reference,
        etabli_le=perimetre.jour,
        niveau=find_niveau(perimetre, menage_id),
        menage=menage.nom_usage,
        menage_reference=menage.reference,
        lecteur=perimetre.utilisateur,
        lignes=tuple(
            LigneParcours(
                le=f.date, libelle=f.titre, detail=f.detail, source=f.domaine, auteur=f.auteur
            )
            for f in list_parcours(perimetre, menage_id)[:LIGNES_MAX]
        ),
    )
    titre = f"Parcours du ménage {menage.nom_usage}"
    pdf = find_modele("parcours").render(contexte, titre=titre)
    return f"parcours-{menage.reference}.pdf", pdf


def build_dossier_pdf(perimetre: Perimetre, menage_id: int) -> tuple[str, bytes]:
    """The whole file: a summary, the timeline, the issued documents, the pieces, in that order.

    Nothing is issued. What cannot be a page (a spreadsheet, a piece in quarantine, what would pass
    the bounds) is named in the summary.
    """
    menage: Menage = Menage.objects.find_visible(perimetre, menage_id)
    titre = f"Dossier du ménage {menage.nom_usage}"
    corps = _Corps()
    corps.add("Parcours", build_parcours_pdf(perimetre, menage_id)[1])
    for document in list_documents(perimetre, menage_id=menage_id).order_by("emis_le", "pk"):
        corps.add_document(perimetre, document)
    for piece in list_pieces(perimetre, menage_id=menage_id).order_by("deposee_le", "pk"):
        corps.add_piece(perimetre, piece)
    sommaire = find_modele("releve").render(
        _sommaire(perimetre, menage, tuple(corps.lignes)), titre=titre
    )
    pdf = assemble([("Sommaire", sommaire), *corps.fichiers], titre=titre)
    return f"dossier-{menage.reference}.pdf", pdf


class _Corps:
    """Files to print, and what the summary says of each."""

    def __init__(self) -> None:
        self.fichiers: list[Fichier] = []
        self.lignes: list[tuple[str, ...]] = []
        self._pages = self._octets = 0

    def add_document(self, perimetre: Perimetre, document: DocumentEmis) -> None:
        libelle = f"{document.titre} ({document.reference})"
        le = format_date(document.etabli_le)
        try:
            octets = read_document(perimetre, document)
        except ErreurMetier as erreur:
            self.lignes.append((libelle, le, erreur.message))
        else:
            self.add(libelle, octets, le=le)

    def add_piece(self, perimetre: Perimetre, piece: Piece) -> None:
        le = format_date(piece.recue_le)
        if not is_imprimable(piece.type_mime):
            suite = f"Non imprimable ({piece.nom_fichier}) : à ouvrir à part"
            self.lignes.append((piece.libelle, le, suite))
            return
        try:
            octets = read_piece(perimetre, piece)
        except ErreurMetier as erreur:
            self.lignes.append((piece.libelle, le, erreur.message))
        else:
            self.add(piece.libelle, octets, piece.type_mime, le=le)

    def add(self, libelle: str, octets: bytes, type_mime: str = "", *, le: str = "") -> None:
        """type_mime: of a piece; what this platform issued has none."""
        known = 1 if type_mime else count_pages(octets)
        pages = count_pages_of(octets) if type_mime == PDF_MIME else known
        if not pages:
            suite = "Illisible : à ouvrir à part"
        elif self._pages + pages > PAGES_MAX or self._octets + len(octets) > OCTETS_MAX:
            suite = "Trop long pour ce dossier : à ouvrir à part"
        else:
            self._pages, self._octets = self._pages + pages, self._octets + len(octets)
            piece = (libelle, octets, type_mime)
            self.fichiers.append(piece if type_mime else (libelle, octets))
            suite = "1 page" if pages == 1 else f"{pages} pages"
        self.lignes.append((libelle, le, suite))


def _sommaire(perimetre: Perimetre, menage: Menage, lignes: tuple[tuple[str, ...], ...]) -> Releve:
    fiche = build_fiche(perimetre, menage.pk)
    membres = tuple(
        (
            str(a.personne),
            a.get_role_display(),
            format_date(a.personne.naissance) if a.personne.naissance else "",
        )
        for a in fiche.membres
    )
    return Releve(
        en_tete=_en_tete(perimetre),
        reference=menage.reference,
        etabli_le=perimetre.jour,
        niveau=find_niveau(perimetre, menage.pk),
        sous_titre=menage.reference,
        avertissement="Ce dossier contient ce que les droits de son lecteur permettent de voir.",
        champs=(
            Champ(libelle="Édité pour", valeur=perimetre.utilisateur),
            Champ(libelle="Suivi depuis le", valeur=format_date(menage.cree_le)),
            Champ(libelle="Dernier contact", valeur=format_date(menage.dernier_contact_le)),
        ),
        parties=(
            Partie(
                titre="Composition", colonnes=("Personne", "Place", "Naissance"), lignes=membres
            ),
            *_situation(perimetre, fiche.releve),
            Partie(titre="Contenu", colonnes=("Pièce ou document", "Date", "Ici"), lignes=lignes),
        ),
    )


def _situation(perimetre: Perimetre, releve: ReleveFinancier | None) -> tuple[Partie, ...]:
    """The latest snapshot of the budget, for whoever reads it."""
    if releve is None:
        return ()
    lignes = tuple(
        (ligne.nature.libelle, ligne.precision, format_euros(ligne.montant))
        for ligne in list_lignes(perimetre, releve.situation.pk)
    )
    titre = f"Situation financière au {format_date(releve.situation.le)}"
    return (Partie(titre=titre, colonnes=("Ligne", "Précision", "Montant"), lignes=lignes),)


def _en_tete(perimetre: Perimetre) -> EnTete:
    return EnTete(organisation=perimetre.mandats[0].organisation if perimetre.mandats else "")
