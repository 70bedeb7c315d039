"""Our facts on disk: small compressed CSV files that are the same byte for byte each time."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

DONNEES = Path(__file__).parent / "donnees"
MANIFESTE = "manifeste.json"


class DonneesIllisibles(ValueError):
    """A file of facts is missing, or is not what its manifest says."""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_table(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    # No name and no time in the archive: the same facts give the same bytes.
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))


def read_table(dossier: Path, nom: str) -> Iterator[dict[str, str]]:
    path = dossier / f"{nom}.csv.gz"
    try:
        data = path.read_bytes()
        attendu = read_manifeste(dossier)["fichiers"][path.name]
    except (OSError, KeyError) as error:
        raise DonneesIllisibles(f"Le fichier {path} est absent ou non déclaré.") from error
    if sha256(data) != attendu:
        raise DonneesIllisibles(f"Le fichier {path} n’est pas celui que décrit {MANIFESTE}.")
    yield from csv.DictReader(io.StringIO(gzip.decompress(data).decode()))


def read_manifeste(dossier: Path) -> dict[str, Any]:
    try:
        manifeste: dict[str, Any] = json.loads((dossier / MANIFESTE).read_text())
    except (OSError, ValueError) as error:
        raise DonneesIllisibles(f"Le fichier {dossier / MANIFESTE} est illisible.") from error
    return manifeste


def write_manifeste(dossier: Path, millesime: int, sources: dict[str, Any]) -> None:
    fichiers = {p.name: sha256(p.read_bytes()) for p in sorted(dossier.glob("*.csv.gz"))}
    manifeste = {"millesime": millesime, "sources": sources, "fichiers": fichiers}
    texte = json.dumps(manifeste, ensure_ascii=False, indent=1, sort_keys=True)
    (dossier / MANIFESTE).write_text(texte + "\n")
