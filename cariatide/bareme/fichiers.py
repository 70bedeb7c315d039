"""The files of values, read once per process and checked whole: one bad file stops the start."""

from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import yaml

from cariatide.bareme.rules import BaremeInvalide, Parametre, index_parameters, read_rule

DOSSIER = Path(__file__).resolve().parents[2] / "baremes"


class _Lecteur(yaml.SafeLoader):
    """Refuses a key written twice, which YAML would silently let win."""


def _mapping_sans_doublon(lecteur: _Lecteur, node: yaml.MappingNode) -> dict[object, object]:
    keys = [lecteur.construct_object(key) for key, _ in node.value]
    if len(keys) != len(set(keys)):
        raise BaremeInvalide(f"Clé écrite deux fois, ligne {node.start_mark.line + 1}.")
    return dict(lecteur.construct_mapping(node, deep=True))


_Lecteur.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_sans_doublon)


def read_folder(dossier: Path) -> dict[str, Parametre]:
    """Every parameter of a folder, by code; raises BaremeInvalide, naming the file."""
    parametres: list[Parametre] = []
    for path in sorted(dossier.glob("*.yaml")):
        try:
            data = yaml.load(path.read_text(), Loader=_Lecteur)  # noqa: S506  a SafeLoader
        except (yaml.YAMLError, BaremeInvalide) as error:
            raise BaremeInvalide(f"{path.name} : {error}") from error
        parametres += read_rule(data, path.name)
    if not parametres:
        raise BaremeInvalide(f"Aucun barème dans {dossier}.")
    return index_parameters(parametres)


@lru_cache(maxsize=1)
def load_baremes() -> MappingProxyType[str, Parametre]:
    return MappingProxyType(read_folder(DOSSIER))
