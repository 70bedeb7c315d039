"""The same sending twice: every form that acts, filled as somebody would, then sent again."""

import random
from collections.abc import Iterator
from typing import Any

from tests.matrices.entrees import Champ, Envoi

ESSAIS = 5
# What a field of that name expects; the rest follows from the kind of the control.
PAR_NOM = {
    "telephone": "0600000001", "code_postal": "59600", "email": "essai@test.invalid",
    "courriel": "essai@test.invalid", "heure": "10:00", "mois": "3", "duree_mois": "3",
    "mot_de_passe": "un mot de passe assez long", "cp": "59600",
}  # fmt: skip


def fill(envoi: Envoi, hasard: random.Random) -> Iterator[dict[str, Any]]:
    """What somebody could have sent, a few ways."""
    for essai in range(ESSAIS):
        yield {
            champ.nom: _value(champ, essai, hasard)
            for champ in envoi.champs.values()
            if champ.genre != "file" and not (champ.genre == "checkbox" and essai % 2 == 0)
        }


def _value(champ: Champ, essai: int, hasard: random.Random) -> str:
    if champ.genre == "hidden" or champ.valeur:
        return champ.valeur or ("on" if champ.genre == "checkbox" else "")
    if champ.genre == "checkbox":
        return "on"
    choix = [c for c in champ.choix if c]
    if choix:
        return choix[0] if essai == 0 else hasard.choice(choix)
    for mot, valeur in PAR_NOM.items():
        if mot in champ.nom:
            return valeur
    if champ.genre in ("text", "textarea", "search"):
        return "Situation examinée avec le ménage, rien à ajouter."[: 60 if essai < 3 else 12]
    return champ.plausible()
