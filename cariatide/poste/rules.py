"""Pure rules of a letter: who may post it, why it stays out of a batch; "today" is an argument."""

import re
from collections.abc import Sequence
from datetime import date

from cariatide.partenaires.statuts import Role
from cariatide.poste.statuts import MODES_NUMEROTES
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.normalisation import normalise_entete
from cariatide.socle.perimetre import Niveau

# Who puts letters in envelopes: the secretariat of an organisation, and its head of service.
ROLES_POSTE = frozenset({Role.SECRETARIAT, Role.CHEF_DE_SERVICE})
LOT_MAX = 500  # letters of one batch: its file stays printable in one go
IMMEDIAT_MAX = 50  # up to there the file is made at once (a tenth of a second), then by the worker
NUMERO_MAX = 30

PROTEGEE = "Adresse protégée : ce courrier est remis par le référent du ménage, il ne se poste pas."
RESTREINT = "Diffusion restreinte : ce courrier ne se joint pas à d’autres dans un même fichier."
SANS_ADRESSE = "Sans adresse postale : à remettre par le référent du ménage."
PARTI = "Le ménage n’a pas de domicile connu à ce jour : l’adresse imprimée n’est plus la sienne."
CHANGEE = "Le ménage a changé d’adresse depuis : émettez un courrier qui remplace celui-ci."
REVENU = "Déjà revenu de cette adresse : à remettre par le référent du ménage."

_POSTALE = re.compile(r"\d{5}\b\s*(?P<commune>.*)")
_NUMERO = re.compile(r"[0-9A-Z ]*")


def read_commune(lignes: Sequence[str]) -> str:
    """The commune printed under the name, "" when no postal address is."""
    for ligne in reversed(lignes[1:]):
        if found := _POSTALE.match(ligne):
            return found["commune"].strip() or ligne
    return ""


def find_obstacle(
    *,
    niveau: int,
    protegee: bool,
    lignes: Sequence[str],
    domicile: Sequence[str] | None,
    revenu: bool = False,
) -> str:
    """Why a letter stays out of every batch, or "".

    lignes: as printed, name first. domicile: street, complement and postal code of the household
    today, each to be found there; None when it has none that may be read.
    """
    if protegee:
        return PROTEGEE
    if niveau > Niveau.FACTUEL:
        return RESTREINT
    if not read_commune(lignes):
        return SANS_ADRESSE
    if not domicile or not domicile[0]:
        return PARTI
    imprime = _words(" ".join(lignes[1:]))
    if any(_words(partie) not in imprime for partie in domicile if partie):
        return CHANGEE
    return REVENU if revenu else ""


def _words(texte: str) -> str:
    """Whole words: « 3 rue du Lac » is not in « 13 rue du Lac »."""
    return f" {normalise_entete(texte)} "


def count_feuilles(pages: Sequence[int], *, recto_verso: bool) -> int:
    """Sheets of paper of these letters, each beginning on a front."""
    return sum(-(-nombre // 2) if recto_verso else nombre for nombre in pages)


def check_jour(le: date, plus_tot: date, jour: date, avant: str) -> None:
    """A sending is not to come, and does not precede what it sends."""
    if le > jour:
        raise ErreurMetier("Cette date est à venir.", {"le": "Cette date est à venir."})
    if le < plus_tot:
        raise ErreurMetier(avant, {"le": avant})


def read_numeros(texte: str, nombre: int, mode: str) -> list[str]:
    """One number a letter, in the order of the slip; an empty line leaves a letter without."""
    lignes = [" ".join(ligne.upper().split()) for ligne in texte.splitlines()]
    while lignes and not lignes[-1]:
        lignes.pop()
    if lignes and mode not in MODES_NUMEROTES:
        raise _refus("Une lettre simple n’a pas de numéro : choisissez un autre mode d’envoi.")
    if len(lignes) > nombre:
        lettres = "une lettre" if nombre == 1 else f"{nombre} lettres"
        raise _refus(f"Ce lot compte {lettres} : vous avez écrit {len(lignes)} numéros.")
    donnes = [n for n in lignes if n]
    if any(len(n) > NUMERO_MAX or not _NUMERO.fullmatch(n) for n in donnes):
        raise _refus("Un numéro compte des chiffres et des lettres, 30 signes au plus.")
    if len(donnes) != len(set(donnes)):
        raise _refus("Le même numéro est écrit deux fois.")
    return lignes + [""] * (nombre - len(lignes))


def _refus(message: str) -> ErreurMetier:
    return ErreurMetier(message, {"numeros": message})
