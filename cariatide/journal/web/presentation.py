"""The data of an event in words."""

from typing import Any

from cariatide.journal.mots import describe_champ, describe_valeur

LONGUEUR = 80  # characters of a value


def describe_changements(donnees: dict[str, Any], objet_type: str = "") -> list[str]:
    """« champ : avant → après », or the names of the fields alone at levels S and C.

    Numbers of rows (`…_id`) say nothing to a reader: they stay in the export.
    """
    if "champs" in donnees:
        noms = [describe_champ(objet_type, champ) for champ in donnees["champs"]]
        return ["Champs : " + ", ".join(noms)] if noms else []
    avant, apres = donnees.get("avant") or {}, donnees.get("apres") or {}
    lignes = []
    for champ in dict.fromkeys([*avant, *apres]):
        if champ == "id" or champ.endswith("_id"):
            continue
        nom = describe_champ(objet_type, champ)
        if champ not in avant:
            lignes.append(f"{nom} : {_texte(objet_type, champ, apres)}")
        elif champ not in apres:
            lignes.append(f"{nom} : {_texte(objet_type, champ, avant)} →")
        else:
            paire = (_texte(objet_type, champ, avant), _texte(objet_type, champ, apres))
            lignes.append(f"{nom} : {' → '.join(paire)}")
    return lignes


def _texte(objet_type: str, champ: str, valeurs: dict[str, Any]) -> str:
    texte = describe_valeur(objet_type, champ, valeurs[champ])
    return texte if len(texte) <= LONGUEUR else texte[: LONGUEUR - 1] + "…"
