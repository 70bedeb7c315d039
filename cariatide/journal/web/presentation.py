"""The data of an event in words."""

from typing import Any

LONGUEUR = 80  # characters of a value


def describe_changements(donnees: dict[str, Any]) -> list[str]:
    """« champ : avant → après », or the names of the fields alone at levels S and C."""
    if "champs" in donnees:
        return ["Champs : " + ", ".join(donnees["champs"])] if donnees["champs"] else []
    avant, apres = donnees.get("avant") or {}, donnees.get("apres") or {}
    lignes = []
    for champ in dict.fromkeys([*avant, *apres]):
        nom = champ.replace("_", " ")
        if champ not in avant:
            lignes.append(f"{nom} : {_texte(apres[champ])}")
        elif champ not in apres:
            lignes.append(f"{nom} : {_texte(avant[champ])} →")
        else:
            lignes.append(f"{nom} : {_texte(avant[champ])} → {_texte(apres[champ])}")
    return lignes


def _texte(valeur: Any) -> str:
    if valeur is None or valeur == "":
        return "—"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        valeur = ", ".join(_texte(v) for v in valeur) or "—"
    if isinstance(valeur, dict):
        valeur = ", ".join(f"{k} {_texte(v)}" for k, v in valeur.items()) or "—"
    texte = str(valeur)
    return texte if len(texte) <= LONGUEUR else texte[: LONGUEUR - 1] + "…"
