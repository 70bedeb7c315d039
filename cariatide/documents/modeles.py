"""Register of document templates: code, version, type of context, file.

A template changes by a new version number: an issued document keeps the one it was made with.
Higher apps register their own templates with `register_modele`, from AppConfig.ready().
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cariatide.documents.contextes.accompagnement import (
    Bilan,
    ContratAccompagnement,
    DiagnosticSocial,
    FicheSaisine,
    ParcoursMenage,
)
from cariatide.documents.contextes.base import Contexte, Lettre
from cariatide.documents.contextes.commission import OrdreDuJour, ProcesVerbal
from cariatide.documents.contextes.courriers import (
    Convocation,
    CourrierMenage,
    NotificationDecision,
)
from cariatide.documents.contextes.releve import Releve
from cariatide.documents.moteur import render_pdf


@dataclass(frozen=True, slots=True)
class Modele:
    """A template. chemin: its file, from the package's root.

    au_menage: the letter that a household receives; its context bears the postal address.
    """

    code: str
    version: int
    libelle: str
    contexte: type[Contexte]
    chemin: str
    au_menage: bool = False

    def __post_init__(self) -> None:
        if self.au_menage and not issubclass(self.contexte, Lettre):
            raise TypeError(f"{self.code} va au ménage : son contexte est celui d’une lettre.")

    def render(self, contexte: Contexte, *, titre: str = "") -> bytes:
        """The PDF of that context; TypeError when it is another template's."""
        if not isinstance(contexte, self.contexte):
            raise TypeError(f"{self.code} attend un contexte {self.contexte.__name__}.")
        return render_pdf(self.chemin, contexte, titre=titre or self.libelle)


_modeles: dict[str, Modele] = {}


def register_modele(modele: Modele) -> None:
    """Declare a template once; another one under the same code is a mistake."""
    known = _modeles.setdefault(modele.code, modele)
    if known != modele:
        raise ValueError(f"Le modèle {modele.code} est déjà déclaré.")


def find_modele(code: str) -> Modele:
    """KeyError when no app declares that code."""
    return _modeles[code]


def list_modeles() -> Mapping[str, Modele]:
    return MappingProxyType(_modeles)


def list_au_menage() -> dict[str, str]:
    """The letters that a household receives: code and label."""
    return {code: m.libelle for code, m in _modeles.items() if m.au_menage}


def _generic(
    code: str, version: int, libelle: str, contexte: type[Contexte], *, au_menage: bool = False
) -> None:
    chemin = f"documents/typst/{code}.typ"
    register_modele(Modele(code, version, libelle, contexte, chemin, au_menage))


_generic("courrier_menage", 1, "Courrier", CourrierMenage, au_menage=True)
_generic(
    "notification_decision", 1, "Notification de décision", NotificationDecision, au_menage=True
)
_generic("convocation", 1, "Convocation", Convocation)
_generic("ordre_du_jour", 1, "Ordre du jour", OrdreDuJour)
_generic("proces_verbal", 1, "Procès-verbal de séance", ProcesVerbal)
_generic("fiche_saisine", 1, "Fiche de saisine", FicheSaisine)
_generic("contrat_accompagnement", 1, "Contrat d’accompagnement", ContratAccompagnement)
_generic("bilan", 1, "Bilan d’accompagnement", Bilan)
_generic("diagnostic_social", 1, "Diagnostic social", DiagnosticSocial)
_generic("parcours", 1, "Parcours du ménage", ParcoursMenage)
_generic("releve", 1, "Relevé", Releve)
