"""Charts: well-formed, named, described, escaped, in the theme's colours, small."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from cariatide.socle.dates import MOIS_COURTS
from cariatide.socle.graphiques import (
    VIDE,
    Serie,
    bar_chart,
    for_document,
    line_chart,
    stacked_share,
)

NS = "{http://www.w3.org/2000/svg}"
COURANT = Serie("2026", [1, 3, 5, 7, 8, 11, 13, 14, 18, 21, 24, None])
PRECEDENT = Serie("2025", [1, 2, 4, 5, 6, 8, 9, 10, 14, 17, 19, 21])


def parse(svg: Markup) -> ElementTree.Element:
    assert isinstance(svg, Markup)
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{NS}svg" and root.get("role") == "img"
    assert [child.tag for child in root[:2]] == [f"{NS}title", f"{NS}desc"]
    # No inline style: the content policy of the pages would drop it. No id: charts repeat.
    for node in root.iter():
        assert not {"style", "id"} & set(node.keys())
        assert not any("nan" in value for value in node.attrib.values())
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) <= {
        "none",
        *re.findall(r"var\(--c-[a-z0-9-]+\)", svg),
    }
    return root


def texts(root: ElementTree.Element) -> list[str]:
    return [node.text or "" for node in root.iter(f"{NS}text")]


def cumul() -> Markup:
    return line_chart(
        [COURANT, PRECEDENT],
        MOIS_COURTS,
        title="Mesures de relogement, 2026",
        desc="24 en novembre, 19 un an avant.",
        target_min=20,
        target_max=30,
    )


def test_line_with_its_target_and_the_year_before():
    svg = cumul()
    root = parse(svg)
    assert root[0].text == "Mesures de relogement, 2026"
    assert {"objectif 20 à 30", "24", "2025", "janv.", "30", "0"} <= set(texts(root))
    assert svg.count("stroke-dasharray") == 1
    assert svg.count("<circle") == 1
    assert len(svg.encode()) < 2_500


def test_the_last_known_point_is_the_one_labelled():
    root = parse(cumul())
    circle = root.find(f"{NS}circle")
    line = next(p for p in root.iter(f"{NS}path") if p.get("stroke") == "var(--c-accent)")
    assert circle is not None
    assert (line.get("d") or "").endswith(f"L{circle.get('cx')} {circle.get('cy')}")


def test_an_unknown_value_breaks_the_line():
    svg = line_chart([Serie("s", [1, None, 4, 2])], list("abcd"), title="t", desc="d", target_max=3)
    line = next(p.get("d") for p in parse(svg).iter(f"{NS}path") if p.get("stroke-linecap"))
    assert line.count("M") == 2
    assert "objectif : au plus 3" in texts(parse(svg))


def test_a_single_target_below():
    svg = line_chart([Serie("s", [1])], ["a"], title="t", desc="d", target_min=Decimal("2.5"))
    assert "objectif : au moins 2,5" in texts(parse(svg))


def test_bars_write_their_values_in_french():
    svg = bar_chart([Serie("Saisines", [1200, 98.5, None])], list("abc"), title="t", desc="d")
    root = parse(svg)
    assert {"1\u202f200", "98,5"} <= set(texts(root))
    assert len(list(root.iter(f"{NS}rect"))) == 2


def test_grouped_bars_are_named():
    svg = bar_chart(
        [Serie("Accordées", [12, -3]), Serie("Refusées", [2, 0])], ["T1", "T2"], title="t", desc="d"
    )
    root = parse(svg)
    assert {"Accordées", "Refusées", "12", "-3"} <= set(texts(root))
    heights = [float(r.get("height") or 0) for r in root.iter(f"{NS}rect")]
    assert all(h >= 1 for h in heights)


def test_shares_of_each_row():
    svg = stacked_share(
        [("Lille", [12, 3, 5]), ("Lens", [0, 0, 0]), ("Avesnes", [1, None, 3])],
        ["Relogement", "Maintien", "Autre"],
        title="Issues",
        desc="Parts des issues.",
    )
    root = parse(svg)
    assert {
        "60\u00a0%",
        "15\u00a0%",
        "25\u00a0%",
        "75\u00a0%",
        "Relogement",
        "aucune donnée",
    } <= set(texts(root))
    widths = [float(r.get("width") or 0) for r in root.iter(f"{NS}rect") if r.get("y") == "10"]
    assert sum(widths) == pytest.approx(500, abs=0.2)


@pytest.mark.parametrize(
    "svg",
    [
        line_chart([], [], title="t", desc="d"),
        line_chart([Serie("s", [None, None])], ["a", "b"], title="t", desc="d"),
        bar_chart([Serie("s", [])], [], title="t", desc="d"),
        stacked_share([], [], title="t", desc="d"),
        stacked_share([("a", [None])], ["p"], title="t", desc="d"),
    ],
)
def test_no_data_is_said(svg):
    root = parse(svg)
    assert texts(root) == [VIDE]
    assert (root[1].text or "").endswith(VIDE)


def test_text_never_becomes_markup():
    bad = '</text><script>alert("1")</script>&'
    charts = [
        line_chart([Serie("a", [1]), Serie(bad, [2])], [bad], title=bad, desc=bad),
        bar_chart([Serie(bad, [1]), Serie(bad, [2])], [bad], title=bad, desc=bad),
        stacked_share([(bad, [1, 2])], [bad, bad], title=bad, desc=bad),
    ]
    for svg in charts:
        assert "<script" not in svg
        assert parse(svg)[0].text == bad


def test_a_document_has_no_custom_property():
    printed = for_document(cumul())
    assert "var(" not in printed and "#0d5c63" in printed
    ElementTree.fromstring(printed)


MESURES = st.lists(
    st.one_of(st.none(), st.integers(-(10**7), 10**7), st.floats(-1e6, 1e6), st.decimals(0, 9)),
    min_size=1,
    max_size=24,
)


@example([None], [0], ["nan"])
@given(MESURES, MESURES, st.lists(st.text(max_size=30), min_size=1, max_size=24))
def test_any_values_give_a_chart(first, second, labels):
    labels = ["".join(c for c in label if c.isprintable()) for label in labels]
    series = [Serie("un", first), Serie("un nom assez long", second)]
    for chart in (line_chart, bar_chart):
        root = parse(chart(series, labels, title="t", desc="d"))
        assert len(texts(root)) >= 1
