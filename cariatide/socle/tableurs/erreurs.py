"""Refusals of a file or of a value, in words that the sender can act upon, and the limits."""

from collections.abc import Mapping
from dataclasses import dataclass

from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.normalisation import typographie

MESSAGES: Mapping[str, str] = {
    "vide": "Ce fichier est vide : il ne contient aucune ligne à lire.",
    "trop_gros": (
        "Ce fichier est trop gros : {limite} Mo au plus sont acceptés. "
        "Partagez-le en plusieurs fichiers."
    ),
    "format_inconnu": (
        "Ce fichier est {nature}, et non un tableau lisible. "
        "Enregistrez-le au format CSV, XLSX, XLS ou ODS, puis déposez-le de nouveau."
    ),
    "protege": (
        "Ce fichier est protégé par un mot de passe. "
        "Enregistrez-le sans mot de passe, puis déposez-le de nouveau."
    ),
    "illisible": (
        "Ce fichier est endommagé ou incomplet : il n'a pas pu être lu. "
        "Ouvrez-le dans votre tableur, enregistrez-le de nouveau, puis déposez-le."
    ),
    "encodage": (
        "Les accents de ce fichier ne sont pas lisibles{lieu}. "
        "Enregistrez-le au format « CSV UTF-8 » ou XLSX, puis déposez-le de nouveau."
    ),
    "guillemets": (
        "Un guillemet ouvert à la ligne {ligne} n'est jamais fermé : la suite du fichier ne peut "
        "pas être lue. Corrigez cette ligne ou enregistrez le fichier au format XLSX."
    ),
    "trop_de_colonnes": (
        "Ce tableau s'étend jusqu'à la colonne {trouve} : {limite} colonnes au plus sont acceptées."
        " Supprimez les colonnes inutiles et les cellules isolées loin à droite."
    ),
    "trop_de_lignes": (
        "Ce tableau s'étend jusqu'à la ligne {trouve} : {limite} lignes au plus sont acceptées. "
        "Supprimez les cellules isolées loin en bas, ou partagez le fichier."
    ),
    "trop_de_cellules": (
        "Ce tableau contient trop de cellules : {limite} au plus sont acceptées. "
        "Supprimez les colonnes inutiles ou partagez le fichier."
    ),
    "archive_suspecte": (
        "Ce fichier est refusé par prudence : son contenu compressé est anormal ({raison}). "
        "Copiez le tableau dans un classeur neuf, puis déposez-le."
    ),
    "delai": (
        "La lecture de ce fichier a été arrêtée : elle dépassait {limite} secondes. "
        "Copiez le tableau seul dans un classeur neuf, puis déposez-le."
    ),
    "memoire": (
        "La lecture de ce fichier a été arrêtée : elle demandait trop de mémoire. Supprimez les "
        "cellules isolées loin du tableau, ou copiez le tableau seul dans un classeur neuf."
    ),
    "feuille_absente": (
        "La feuille « {feuille} » n'existe pas dans ce classeur. Feuilles trouvées : {feuilles}."
    ),
}


class FichierRefuse(ErreurMetier):
    """The whole file is refused; `code` is one of MESSAGES, `message_fr` is for the sender."""

    def __init__(self, code: str, /, **details: object) -> None:
        self.code = code
        self.details = details
        self.message_fr = typographie(MESSAGES[code].format_map(details))
        super().__init__(self.message_fr)


class ValeurRefusee(ErreurMetier):
    """One cell is refused; the line is rejected with `message_fr` beside it."""

    def __init__(self, message_fr: str) -> None:
        self.message_fr = typographie(message_fr)
        super().__init__(self.message_fr)


@dataclass(frozen=True)
class Limites:
    """What one reading may cost. Sizes in bytes, durations in seconds of the clock."""

    octets: int = 20_000_000
    lignes: int = 100_000
    colonnes: int = 500
    cellules: int = 1_500_000
    entrees_archive: int = 2_000
    octets_decompresses: int = 300_000_000
    ratio_compression: int = 200
    memoire: int = 300 * 1024 * 1024
    secondes: int = 20
