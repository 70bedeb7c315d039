"""Charts drawn on the server: small SVG with a title, a description and real text.

The colours are the theme's custom properties, so dark mode and print follow without a script.
Nothing is said by colour alone: values and names are written. The table of the same figures
stands beside each chart on the page; here no figure is computed.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

from cariatide.socle.money import format_nombre, format_pourcent

Mesure = int | float | Decimal | None

LARGEUR = 640
VIDE = "Aucune donnée pour cette période."
_GAUCHE, _DROITE, _HAUT, _BAS = 48, 586, 30, 134
_SOUS = 150  # where the labels of the horizontal axis are written
# Fill and ink of the text upon it; neighbours differ in lightness, for those who see no hue.
_PALETTE = (
    ("accent", "stone-0"),
    ("accent-soft", "ink"),
    ("info", "stone-0"),
    ("warning-soft", "ink"),
    ("secret", "stone-0"),
    ("stone-3", "ink"),
)
# Light theme, for documents: a PDF engine knows no custom property.
_CLAIR = {
    "stone-0": "#ffffff", "stone-3": "#e5e2da", "stone-4": "#c9c4b8", "ink": "#1d2630",
    "ink-2": "#4f5a66", "ink-3": "#6a747f", "accent": "#0d5c63", "accent-strong": "#08474d",
    "accent-soft": "#e3f0f0", "info": "#1d5593", "warning-soft": "#fdf2d8", "secret": "#5b3a86",
}  # fmt: skip


@dataclass(frozen=True)
class Serie:
    """Values in the order of the labels; None where nothing is known (the line is broken)."""

    libelle: str
    valeurs: Sequence[Mesure]


def line_chart(
    series: Sequence[Serie],
    labels: Sequence[str],
    *,
    title: str,
    desc: str,
    target_min: Mesure = None,
    target_max: Mesure = None,
) -> Markup:
    """The first series in full with its last value, the others dashed (the year before).

    A target band is drawn between `target_min` and `target_max`, a line when there is only one.
    """
    known = [v for s in series for v in _numbers(s.valeurs) if v is not None]
    if not known or not labels:
        return _empty(title, desc)
    targets = [float(t) for t in (target_min, target_max) if t is not None]
    scale = _Scale.over([*known, *targets])
    step = (_DROITE - _GAUCHE - 24) / max(len(labels) - 1, 1)
    xs = [_GAUCHE + 12 + i * step for i in range(len(labels))]
    parts = [_target(scale, target_min, target_max), _axis(xs, labels)]
    parts.insert(len(targets) == 2, scale.grid())  # over a band, under a line
    ends: list[float] = []
    for rank in reversed(range(len(series))):
        points = [
            None if v is None else (x, scale.y(v))
            for x, v in zip(xs, _numbers(series[rank].valeurs), strict=False)
        ]
        style = (
            'stroke="var(--c-accent)" stroke-width="2.5" stroke-linecap="round"'
            if rank == 0
            else 'stroke="var(--c-ink-3)" stroke-width="1.5" stroke-dasharray="4 4"'
        )
        parts.append(f'<path d="{_path(points)}" fill="none" {style}/>')
        parts.append(_last_point(points, series[rank], rank, ends))
    return _svg(title, desc, "".join(parts), _SOUS + 6)


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """A lone point between two gaps is drawn as a dot: a move and a line of no length."""
    commands: list[str] = []
    pen_down = False
    for i, point in enumerate(points):
        if point is None:
            pen_down = False
            continue
        commands.append(f"{'L' if pen_down else 'M'}{_n(point[0])} {_n(point[1])}")
        following = points[i + 1] if i + 1 < len(points) else None
        if not pen_down and following is None:
            commands.append("h.1")
        pen_down = True
    return "".join(commands)


def _last_point(
    points: Sequence[tuple[float, float] | None], serie: Serie, rank: int, ends: list[float]
) -> str:
    known = [i for i, p in enumerate(points) if p is not None]
    if not known:
        return ""
    x, y = points[known[-1]] or (0.0, 0.0)
    value = serie.valeurs[known[-1]]
    if rank:
        # Names of the other series, kept apart from one another.
        label_y = next(
            c for c in (y + 4 + d for d in range(0, 400, 4)) if all(abs(c - e) >= 12 for e in ends)
        )
        ends.append(label_y)
        # A long name has no room at the right of the point: it ends at the edge, above it.
        place = f'x="{_n(x + 8)}" y="{_n(label_y)}"'
        if len(serie.libelle) > 8:
            place = f'x="{LARGEUR - 4}" y="{_n(label_y - 12)}" text-anchor="end"'
        return f'<text {place} font-size="11" fill="var(--c-ink-2)">{escape(serie.libelle)}</text>'
    label_y = y + 4 if all(abs(y + 4 - e) >= 12 for e in ends) else min(ends) - 12
    return (
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4" fill="var(--c-accent)"/>'
        f'<text x="{_n(x + 8)}" y="{_n(label_y)}" font-size="12" font-weight="600"'
        f' fill="var(--c-accent-strong)">{format_nombre(value or 0)}</text>'
    )


def _target(scale: "_Scale", low: Mesure, high: Mesure) -> str:
    if low is None and high is None:
        return ""
    if low is None or high is None:
        value = high if low is None else low
        word = "au plus" if low is None else "au moins"
        y = scale.y(float(value or 0))
        name = f"objectif : {word} {format_nombre(value or 0)}"
        shape = (
            f'<path d="M{_GAUCHE} {_n(y)}H{_DROITE}" stroke="var(--c-accent)"'
            ' stroke-dasharray="2 3"/>'
        )
    else:
        y, bottom = scale.y(float(high)), scale.y(float(low))
        name = f"objectif {format_nombre(low)} à {format_nombre(high)}"
        shape = (
            f'<rect x="{_GAUCHE}" y="{_n(y)}" width="{_DROITE - _GAUCHE}"'
            f' height="{_n(max(bottom - y, 2))}" fill="var(--c-accent-soft)"/>'
        )
    label_y = y + 14 if low is not None and high is not None else y - 4
    return (
        f'{shape}<text x="{_GAUCHE + 4}" y="{_n(label_y)}" font-size="11"'
        f' fill="var(--c-ink-2)">{escape(name)}</text>'
    )


def bar_chart(series: Sequence[Serie], labels: Sequence[str], *, title: str, desc: str) -> Markup:
    """Vertical bars with their values, grouped by label when there are several series."""
    known = [v for s in series for v in _numbers(s.valeurs) if v is not None]
    if not known or not labels:
        return _empty(title, desc)
    scale = _Scale.over(known)
    slot = (_DROITE - _GAUCHE) / len(labels)
    width = min(slot * 0.75 / len(series), 48)
    centres = [_GAUCHE + slot * (i + 0.5) for i in range(len(labels))]
    parts = [scale.grid(), _axis(centres, labels)]
    # Values are written while they have room; the axis and the table say them otherwise.
    written = width >= 14
    for rank, serie in enumerate(series):
        left = (rank - len(series) / 2) * width
        shapes, texts = [], []
        for centre, value in zip(centres, _numbers(serie.valeurs), strict=False):
            if value is None:
                continue
            top, base = sorted((scale.y(value), scale.y(0)))
            shapes.append(
                f'<rect x="{_n(centre + left)}" y="{_n(top)}" width="{_n(width - 2)}"'
                f' height="{_n(max(base - top, 1))}"/>'
            )
            texts.append(
                f'<text x="{_n(centre + left + width / 2 - 1)}" y="{_n(top - 4)}">'
                f"{format_nombre(Decimal(str(value)))}</text>"
            )
        parts.append(f'<g fill="var(--c-{_colour(rank)})"{_outline(rank)}>{"".join(shapes)}</g>')
        if written:
            parts.append(
                f'<g font-size="11" fill="var(--c-ink)" text-anchor="middle">{"".join(texts)}</g>'
            )
    height = _SOUS + 6
    if len(series) > 1:
        parts.append(_legend([s.libelle for s in series], _SOUS + 22))
        height += 22
    return _svg(title, desc, "".join(parts), height)


def stacked_share(
    rows: Sequence[tuple[str, Sequence[Mesure]]],
    parts: Sequence[str],
    *,
    title: str,
    desc: str,
) -> Markup:
    """One horizontal bar per row, cut in shares of its own total; None is a masked value."""
    totals = [sum(v or 0 for v in _numbers(values)) for _, values in rows]
    if not any(totals):
        return _empty(title, desc)
    left, width, drawn = 130, LARGEUR - 140, []
    for i, ((name, values), total) in enumerate(zip(rows, totals, strict=True)):
        y = 10 + i * 34
        drawn.append(
            f'<text x="{left - 8}" y="{y + 17}" font-size="12" text-anchor="end"'
            f' fill="var(--c-ink)">{escape(_shorten(name, 20))}</text>'
        )
        drawn.append(_shares(_numbers(values), total, left, width, y))
    legend_y = 10 + len(rows) * 34 + 14
    drawn.append(_legend(parts, legend_y, left))
    lines = _legend_lines(parts, left)
    return _svg(title, desc, "".join(drawn), legend_y + 18 * lines)


def _shares(values: Sequence[float | None], total: float, left: int, width: int, y: int) -> str:
    if not total:
        return (
            f'<text x="{left}" y="{y + 17}" font-size="11" fill="var(--c-ink-2)">'
            "aucune donnée</text>"
        )
    x, shapes = float(left), []
    for rank, value in enumerate(values):
        share = (value or 0) / total
        if share <= 0:
            continue
        fill, ink = _PALETTE[rank % len(_PALETTE)]
        shapes.append(
            f'<rect x="{_n(x)}" y="{y}" width="{_n(share * width)}" height="26"'
            f' fill="var(--c-{fill})" stroke="var(--c-stone-0)"/>'
        )
        if share >= 0.07:
            shapes.append(
                f'<text x="{_n(x + share * width / 2)}" y="{y + 17}" font-size="11"'
                f' text-anchor="middle" fill="var(--c-{ink})">{format_pourcent(share, 0)}</text>'
            )
        x += share * width
    return "".join(shapes)


# -- parts shared by the charts --------------------------------------------------------------


@dataclass(frozen=True)
class _Scale:
    """Vertical axis on round numbers, zero always on it."""

    low: float
    high: float
    step: float

    @classmethod
    def over(cls, values: Sequence[float]) -> "_Scale":
        low, high = min(0.0, *values), max(0.0, *values)
        span = (high - low) or 1.0
        whole = all(v == int(v) for v in values)
        power = 10 ** math.floor(math.log10(span / 4))
        step = next(power * m for m in (1, 2, 2.5, 5, 10) if span / (power * m) <= 4.000001)
        if whole:
            step = max(math.ceil(step), 1)
        return cls(math.floor(low / step) * step, math.ceil(high / step - 1e-9) * step, step)

    def y(self, value: float) -> float:
        return _BAS - (value - self.low) / ((self.high - self.low) or 1) * (_BAS - _HAUT)

    def grid(self) -> str:
        count = round((self.high - self.low) / self.step)
        ticks = [self.low + i * self.step for i in range(count + 1)]
        lines = "".join(f"M{_GAUCHE} {_n(self.y(t))}H{_DROITE}" for t in ticks)
        millions = max(abs(self.low), self.high) >= 1_000_000
        unit, word = (1_000_000, "\u00a0M") if millions else (1, "")
        texts = "".join(
            f'<text x="{_GAUCHE - 6}" y="{_n(self.y(t) + 4)}">'
            f"{format_nombre(Decimal(f'{t / unit:.10g}'))}{word}</text>"
            for t in ticks
        )
        return (
            f'<path d="{lines}" stroke="var(--c-stone-3)"/>'
            f'<g font-size="11" fill="var(--c-ink-3)" text-anchor="end">{texts}</g>'
        )


def _axis(xs: Sequence[float], labels: Sequence[str]) -> str:
    """As many labels as can be read, evenly taken."""
    room = max(int((_DROITE - _GAUCHE) / (max(map(len, labels)) * 6.5 + 10)), 1)
    every = math.ceil(len(labels) / room)
    texts = "".join(
        f'<text x="{_n(x)}" y="{_SOUS}">{escape(_shorten(label, 24))}</text>'
        for i, (x, label) in enumerate(zip(xs, labels, strict=True))
        if i % every == 0
    )
    return f'<g font-size="11" fill="var(--c-ink-3)" text-anchor="middle">{texts}</g>'


def _legend_places(names: Sequence[str], left: int) -> list[tuple[float, int]]:
    places, x, line = [], float(left), 0
    for name in names:
        width = 22 + 6.5 * len(name) + 14
        if x + width > LARGEUR and x > left:
            x, line = float(left), line + 1
        places.append((x, line))
        x += width
    return places


def _legend_lines(names: Sequence[str], left: int) -> int:
    return max((line for _, line in _legend_places(names, left)), default=0) + 1


def _legend(names: Sequence[str], y: int, left: int = _GAUCHE) -> str:
    items = "".join(
        f'<rect x="{_n(x)}" y="{y + 18 * line - 9}" width="12" height="10"'
        f' fill="var(--c-{_colour(rank)})"{_outline(rank)}/>'
        f'<text x="{_n(x + 17)}" y="{y + 18 * line}">{escape(name)}</text>'
        for rank, (name, (x, line)) in enumerate(
            zip(names, _legend_places(names, left), strict=True)
        )
    )
    return f'<g font-size="11" fill="var(--c-ink-2)">{items}</g>'


def _colour(rank: int) -> str:
    return _PALETTE[rank % len(_PALETTE)][0]


def _outline(rank: int) -> str:
    """Pale fills need an edge to stand out from the page."""
    return ' stroke="var(--c-ink-3)"' if _PALETTE[rank % len(_PALETTE)][1] == "ink" else ""


def _numbers(values: Sequence[Mesure]) -> list[float | None]:
    return [None if v is None else float(v) for v in values]


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _n(value: float) -> str:
    """Coordinates to a tenth: enough on paper, half the bytes."""
    return f"{value:.1f}".removesuffix(".0")


def _empty(title: str, desc: str) -> Markup:
    body = (
        f'<text x="{LARGEUR // 2}" y="44" font-size="13" text-anchor="middle"'
        f' fill="var(--c-ink-2)">{VIDE}</text>'
    )
    return _svg(title, f"{desc} {VIDE}".strip(), body, 80)


def _svg(title: str, desc: str, body: str, height: int) -> Markup:
    # No id: the same chart may stand twice on a page. The title names it, whatever its id.
    return Markup(  # noqa: S704  (every text in `body` went through escape)
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graphique" role="img"'
        f' viewBox="0 0 {LARGEUR} {height}" width="100%">'
        f"<title>{escape(title)}</title><desc>{escape(desc)}</desc>{body}</svg>"
    )


def for_document(svg: str) -> str:
    """The same chart in the light theme's own colours, for a PDF."""
    return re.sub(r"var\(--c-([a-z0-9-]+)\)", lambda m: _CLAIR[m[1]], str(svg))
