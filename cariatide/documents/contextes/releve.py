"""The plain statement: facts, then titled parts of text or rows. One shape for what has no form."""

from dataclasses import dataclass

from cariatide.documents.contextes.base import Champ, Contexte


@dataclass(frozen=True, kw_only=True)
class Partie:
    """A titled part: a text, then rows under their heads; each row has as many cells as heads."""

    titre: str
    texte: str = ""
    colonnes: tuple[str, ...] = ()
    lignes: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if any(len(ligne) != len(self.colonnes) for ligne in self.lignes):
            raise ValueError(f"{self.titre} : une ligne n’a pas autant de cases que de colonnes.")


@dataclass(frozen=True, kw_only=True)
class Releve(Contexte):
    """Template `releve`."""

    sous_titre: str = ""
    avertissement: str = ""
    champs: tuple[Champ, ...] = ()
    parties: tuple[Partie, ...] = ()
