"""The sentences of the demonstration, kept as data: one file a domain, its keys as attributes."""

from pathlib import Path
from types import SimpleNamespace

import yaml


def _load(nom: str) -> SimpleNamespace:
    path = Path(__file__).parent / f"{nom}.yaml"
    return SimpleNamespace(**yaml.safe_load(path.read_text(encoding="utf-8")))


demandes = _load("demandes")
suivi = _load("suivi")
technique = _load("technique")
