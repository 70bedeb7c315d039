"""Lists that a département keeps by data: their lines are added, dated and ended, never deleted.

A code never changes meaning: it is what the rows that bear it keep. The app that holds the list
says the name of each act (`tell_ligne`), and which rows a line is never taken from.
"""

import re
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q

from cariatide.bareme.models import LigneDeListe
from cariatide.bareme.statuts import ROLES_DE_PARAMETRAGE
from cariatide.journal.actions import record_evenement
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

L = TypeVar("L", bound=LigneDeListe)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_CODE_REFUSE = (
    "Un code s’écrit en minuscules sans accent, avec des chiffres et « _ », sur 32 signes."
)


def require_mandat(perimetre: Perimetre) -> MandatEnVigueur:
    mandat = perimetre.find_mandat(ROLES_DE_PARAMETRAGE)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet de tenir ces listes.")
    return mandat


def list_lignes(modele: type[L]) -> list[L]:
    """Every line, those of the past included, in the order of the forms."""
    return list(modele._default_manager.order_by("ordre", "libelle", "id"))


def find_ligne(modele: type[L], pk: int, absente: str) -> L:
    """Introuvable says `absente`."""
    found: L | None = modele._default_manager.filter(pk=pk).first()
    if found is None:
        raise Introuvable(absente)
    return found


def add_ligne(
    modele: type[L],
    *,
    code: str,
    libelle: str,
    du: date,
    ordre: int,
    source: str,
    deja: str,
) -> L:
    """Offered from a date; `deja` refuses a code that a line bears, even a past one."""
    code = clean_code(code)
    if modele._default_manager.filter(code=code).exists():
        raise refuse("code", deja)
    return modele._default_manager.create(
        code=code, libelle=clean(libelle, "libelle"), ordre=ordre, du=du, source=source.strip()
    )


def update_ligne(ligne: L, *, libelle: str, ordre: int, source: str) -> dict[str, Any]:
    """Correct the words or the rank of a locked line; returns what it said before."""
    avant = {"libelle": ligne.libelle, "ordre": ligne.ordre, "source": ligne.source}
    ligne.libelle, ligne.ordre = clean(libelle, "libelle"), ordre
    ligne.source = source.strip()
    ligne.save(update_fields=["libelle", "ordre", "source"])
    return avant


def end_ligne(ligne: LigneDeListe, au: date, *, derniere: str) -> None:
    """Offer a locked line no longer after a day; `derniere` refuses to leave the list empty."""
    check_end(ligne, au)
    autres = type(ligne)._default_manager.filter(Q(au__isnull=True) | Q(au__gt=au), du__lte=au)
    if not autres.exclude(pk=ligne.pk).exists():
        raise refuse("au", derniere)
    ligne.au = au
    ligne.save(update_fields=["au"])


def check_open(ligne: Any) -> None:
    if ligne.au is not None:
        raise ActeRefuse(f"« {ligne.libelle} » a déjà une fin, le {ligne.au:%d/%m/%Y}.")


def check_end(ligne: Any, au: date) -> None:
    check_open(ligne)
    if au < ligne.du:
        raise refuse("au", "La date de fin précède la date de début.")


def clean(texte: str, champ: str) -> str:
    texte = " ".join(texte.split())
    if not texte:
        raise refuse(champ, "Ce champ est nécessaire.")
    return texte


def clean_code(code: str) -> str:
    """A code kept by rows and files: lower case ASCII, digits and « _ », at most 32 signs."""
    code = code.strip()
    if not _CODE.fullmatch(code):
        raise refuse("code", _CODE_REFUSE)
    return code


def refuse(champ: str, phrase: str) -> ErreurMetier:
    return ErreurMetier(phrase, {champ: phrase})


def tell_ligne(
    nom: str,
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    ligne: Any,
    apres: dict[str, Any],
    avant: dict[str, Any] | None = None,
) -> None:
    """Journal an act on a line, by the name that its app gives."""
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=ligne._meta.label_lower,
        objet_id=ligne.pk,
        libelle=ligne.libelle,
        avant=avant or {},
        apres=apres,
    )
