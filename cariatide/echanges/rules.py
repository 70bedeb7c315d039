"""Pure rules: matching of a sender's headers with the fields of an import."""

from collections.abc import Mapping, Sequence
from datetime import date

from cariatide.echanges.ports import ChampImport
from cariatide.socle.normalisation import normalise_entete
from cariatide.socle.tableurs.entetes import header_keys

# Days during which the lines of a file are kept as they were sent: the time to mend its rejects.
# A choice of this product, no rule of law: what is not needed is not kept.
CONSERVATION_LIGNES = 90


def is_stale(recu_le: date, jour: date) -> bool:
    """The lines of a file received that day are emptied, or are about to be."""
    return (jour - recu_le).days >= CONSERVATION_LIGNES


def match_headers(
    libelles: Sequence[str],
    champs: Sequence[ChampImport],
    connues: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Column of each field found, by its code.

    connues: headers this sender used last time, by field code; they win over the synonyms. An
    empty one says that no column brings this field.
    """
    keys = [header_keys(libelle) for libelle in libelles]
    found: dict[str, int] = {}
    taken: set[int] = set()
    for champ in champs:
        if (connues or {}).get(champ.code) == "":
            continue
        wanted = [(connues or {}).get(champ.code, "")]
        wanted += [champ.libelle, champ.code.replace("_", " "), *champ.synonymes]
        for header in wanted:
            if not header:
                continue
            key = normalise_entete(header)
            column = next((i for i, k in enumerate(keys) if key in k and i not in taken), None)
            if column is not None:
                found[champ.code] = column
                taken.add(column)
                break
    return found


def missing_fields(champs: Sequence[ChampImport], found: Mapping[str, int]) -> list[str]:
    """Labels of the required fields that no column brings."""
    return [c.libelle for c in champs if c.requis and c.code not in found]
