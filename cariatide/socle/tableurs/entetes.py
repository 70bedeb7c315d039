"""Where the table begins: header lines are found by their words, not by their position.

Real files carry titles, instructions, header blocks of several merged lines and total lines.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cariatide.socle.normalisation import normalise_entete

Rangee = Sequence[str]

LIGNES_EXAMINEES = 50
PROFONDEUR_MAX = 5
ENTRE = " – "  # between the names of merged lines in a label
_PARENTHESES = re.compile(r"\([^)]*\)?")
_NUMBER = re.compile(r"[-+]?[\d\s\u00a0\u202f.,:/€%T-]+")
_COLUMN_NUMBER = re.compile(r"col(onne)?\.?\s*\d+", re.IGNORECASE)
_TOTAL = re.compile(
    r"((s|sous) )?(total|totaux|somme|ensemble)( general)?( (de|du|des|pour|par|a|en) .*)?"
)
_LONG = 60
_TROP_LONG = 200  # characters: no header is so long, and comparing it would take seconds


@dataclass(frozen=True)
class Entete:
    """`ligne` is the index of the last header line (0 first); data begin after it."""

    ligne: int
    profondeur: int
    score: float
    libelles: tuple[str, ...]

    @property
    def reconnu(self) -> bool:
        """At least one known header was found in it; otherwise the place is only a guess."""
        return self.score > 0


def header_keys(label: str) -> set[str]:
    """The ways a header may be known: whole, by line or merged part, without parentheses."""
    bare = _PARENTHESES.sub(" ", label)
    variants = [label, bare, *re.split(rf"\n|{ENTRE}", label), *re.split(rf"\n|{ENTRE}", bare)]
    return {key for key in map(normalise_entete, variants) if key}


@lru_cache(maxsize=8192)
def _score_label(label: str, expected: frozenset[str]) -> float:
    if len(label) > _TROP_LONG:
        return 0
    keys = header_keys(label)
    if not keys.isdisjoint(expected):
        return 1
    if len(label) > _LONG:
        return 0
    begins = (key[: gap.start()] for key in keys for gap in re.finditer(" ", key))
    return 0.5 if any(len(words) > 3 and words in expected for words in begins) else 0


def score_block(block: Sequence[Rangee], labels: Sequence[str], expected: frozenset[str]) -> float:
    """How many columns bear a known header; one that only begins like a known one counts half.

    A name merged over several columns counts for the first one: else any data line below a
    header would seem to add to it.
    """
    score = 0.0
    for i, label in enumerate(labels):
        own = [row[i] for row in block if i < len(row) and row[i].strip()]
        whole = len(label) <= _TROP_LONG and normalise_entete(label) in expected
        score += 1 if whole and own else max((_score_label(c, expected) for c in own), default=0)
    return score


def find_header(rows: Sequence[Rangee], expected_headers: Collection[str]) -> Entete | None:
    """The best header among the first lines, blocks of several lines included.

    None when there is no line at all. Without any known header the place is guessed
    (`reconnu` is then False).
    """
    expected = frozenset(key for key in map(normalise_entete, expected_headers) if key)
    best: Entete | None = None
    for depth in range(1, PROFONDEUR_MAX + 1) if expected else ():
        for last in range(depth - 1, min(len(rows), LIGNES_EXAMINEES)):
            block = rows[last - depth + 1 : last + 1]
            if not any(map(str.strip, block[0])) or not any(map(str.strip, block[-1])):
                continue
            labels = combine_labels(block)
            score = score_block(block, labels, expected)
            if score > (best.score if best else 0):
                best = Entete(last, depth, score, labels)
    if best is None:
        return guess_header(rows)
    return _extend_upwards(rows, best)


def _extend_upwards(rows: Sequence[Rangee], found: Entete) -> Entete:
    """Columns left unnamed by the found lines take the name merged above them, if there is one."""
    first = found.ligne - found.profondeur
    if found.profondeur != 1 or first < 0 or not any(c.strip() for c in rows[first]):
        return found
    above = rows[first]
    named = [i for i, c in enumerate(above) if c.strip()]
    unnamed = {i for i, label in enumerate(found.libelles) if not label}
    if len(named) < 2 or not unnamed.intersection(named):
        return found
    labels = tuple(
        label or (above[i].strip() if i < len(above) else "")
        for i, label in enumerate(found.libelles)
    )
    return Entete(found.ligne, 2, found.score, labels)


def guess_header(rows: Sequence[Rangee]) -> Entete | None:
    """Without known headers: the first line about as wide as the table, made of words."""
    head = [[cell.strip() for cell in row] for row in rows[:LIGNES_EXAMINEES]]
    widths = [sum(map(bool, row)) for row in head]
    if not any(widths):
        return None
    # The third quartile, not the widest: one line shifted by a stray separator says nothing.
    ordered = sorted(filter(None, widths))
    usual = ordered[round(0.75 * (len(ordered) - 1))]
    wide = [i for i, width in enumerate(widths) if width >= 0.6 * usual]
    worded = [
        i
        for i in wide
        if sum(bool(c) and not _NUMBER.fullmatch(c) for c in head[i]) * 2 >= widths[i]
    ]
    ligne = (worded or wide)[0]
    return Entete(ligne, 1, 0.0, combine_labels(rows[ligne : ligne + 1]))


def combine_labels(block: Sequence[Rangee]) -> tuple[str, ...]:
    """One label per column; a name merged over several columns goes before each of theirs."""
    width = max(map(len, block), default=0)
    columns: list[list[str]] = [[] for _ in range(width)]
    for depth, row in enumerate(block):
        below = block[depth + 1 :]
        carried = ""
        for i in range(width):
            cell = row[i].strip() if i < len(row) else ""
            has_child = any(i < len(r) and r[i].strip() for r in below)
            carried = cell or (carried if has_child else "")
            if carried and carried not in columns[i]:
                columns[i].append(carried)
    return tuple(ENTRE.join(parts) for parts in columns)


def row_nature(row: Rangee, labels: Sequence[str], data_begun: bool) -> str:
    """« vide », « consigne » (instructions, remarks beside the table), « total » or « donnee »."""
    cells = [cell.strip() for cell in row]
    filled = [cell for cell in cells if cell]
    if not filled:
        return "vide"
    under_label = [c for c, label in zip(cells, labels, strict=False) if c and label]
    if not under_label:
        return "consigne"
    if not data_begun and (
        all(c.startswith("(") or _COLUMN_NUMBER.fullmatch(c) for c in under_label)
        or (len(under_label) <= 2 and len(labels) > 2 and max(map(len, under_label)) > _LONG)
    ):
        return "consigne"
    words = [c for c in under_label if not _NUMBER.fullmatch(c)]
    if len(words) == 1 and len(labels) > 1 and _TOTAL.fullmatch(normalise_entete(words[0])):
        return "total"
    return "donnee"
