"""Exports: the three formats say the same, hold their memory, and run nothing."""

import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from cariatide.socle.money import parse_nombre
from cariatide.socle.tableurs import ecriture
from cariatide.socle.tableurs.ecriture import Colonne, stream_csv, write_xlsx
from cariatide.socle.tableurs.formules import neutralise_formule, restore_texte
from cariatide.socle.tableurs.lecture import read_table
from cariatide.socle.tableurs.ods import write_ods
from cariatide.socle.tableurs.valeurs import parse_date, parse_date_heure
from tests.proprietes import exemples

COLONNES = (
    Colonne("nom", "Nom"),
    Colonne("code_postal", "Code postal"),
    Colonne("entree", "Date d'entrée", "date"),
    Colonne("loyer", "Loyer", "montant"),
    Colonne("surface", "Surface", "decimal"),
    Colonne("personnes", "Personnes", "entier"),
    Colonne("releve", "Relevé", "date_heure"),
    Colonne("dalo", "DALO", "booleen"),
)
LIGNE = ["Lefèvre", "01001", date(2026, 11, 22), Decimal("450.50"), 38.5, 3,
         datetime(2026, 7, 1, 10, 30, tzinfo=UTC), True]  # fmt: skip
FORMULES = ["=1+1", "+33612345678", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'=1",
            '=HYPERLINK("http://x";"y")', "=cmd|' /C calc'!A0", "-"]  # fmt: skip


def export(kind: str, columns, rows) -> bytes:
    if kind == "csv":
        return b"".join(stream_csv(columns, rows))
    out = io.BytesIO()
    (write_xlsx if kind == "xlsx" else write_ods)(columns, rows, out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_the_three_formats_hold_the_same_row(kind):
    table = read_table(export(kind, COLONNES, [LIGNE, [None] * 8, LIGNE]), f"e.{kind}")
    assert table.format == kind
    assert table.libelles == tuple(c.libelle for c in COLONNES)
    lines = list(table.donnees())
    assert [line.numero for line in lines] == [2, 4]
    nom, code, entree, loyer, surface, personnes, releve, dalo = lines[0].cellules
    assert (nom, code, personnes, dalo) == ("Lefèvre", "01001", "3", "Oui")
    assert parse_date(entree) == date(2026, 11, 22)
    assert parse_nombre(loyer) == Decimal("450.5") and parse_nombre(surface) == Decimal("38.5")
    assert parse_date_heure(releve) == datetime(2026, 7, 1, 12, 30)  # Paris in summer


def test_csv_opens_in_a_french_spreadsheet():
    data = export("csv", COLONNES, [LIGNE])
    assert data.startswith(b"\xef\xbb\xbfNom;Code postal;")
    assert "22/11/2026;450,50;38,5;3;01/07/2026 12:30:00;Oui\r\n" in data.decode()


@pytest.mark.parametrize("text", FORMULES)
def test_formulas_are_neutral_in_csv(text):
    data = export("csv", [Colonne("a", text)], [[text]]).decode("utf-8-sig")
    for line in data.replace('"', "").split("\r\n")[:-1]:
        assert line[0] == "'"
    assert restore_texte(neutralise_formule(text)) == text


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_formulas_are_plain_text_in_workbooks(kind):
    data = export(kind, [Colonne("a", "=A1")], [[text] for text in FORMULES])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = b"".join(archive.read(n) for n in archive.namelist() if n.endswith(".xml"))
    assert b"<f>" not in xml and b"table:formula" not in xml and b"<hyperlink" not in xml
    table = read_table(data, "x")
    shown = [t.replace("\r", "\n").replace("\t", " ") for t in FORMULES]
    assert [row[0] for row in table.rows] == ["=A1", *shown]


TEXTES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=30
)
LIGNES = st.lists(
    st.tuples(
        TEXTES,
        st.one_of(st.none(), st.decimals(-(10**9), 10**9, places=2)),
        st.one_of(st.none(), st.dates(date(1900, 3, 1), date(2200, 1, 1))),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
@settings(max_examples=exemples(25), suppress_health_check=[HealthCheck.too_slow])
@given(rows=LIGNES)
def test_what_is_written_is_read_back(kind, rows):
    columns = [Colonne("t", "Texte"), Colonne("m", "Montant", "montant"),
               Colonne("d", "Date", "date"), Colonne("fin", "Fin")]  # fmt: skip
    table = read_table(
        export(kind, columns, [[*row, "."] for row in rows]),
        "x",
        entetes_attendus=[c.libelle for c in columns],
    )
    assert table.entete is not None and table.entete.ligne == 0
    back = [
        (
            texte,
            parse_nombre(montant) if montant else None,
            parse_date(jour) if jour else None,
        )
        for texte, montant, jour, fin in table.rows[1:]
        if fin == "."
    ]
    assert back == [(texte, montant, jour) for texte, montant, jour in rows]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_what_a_sheet_cannot_hold(kind):
    columns = [Colonne("t", "Texte"), Colonne("n", "Nombre", "entier"), Colonne("d", "D", "date")]
    long = "é" * 40_000
    rows = [["a\x00b\x0bc\ud800", 12345678901234567890, date(1850, 5, 1)], [long, 0, None]]
    first, second = list(read_table(export(kind, columns, rows), "x").donnees())
    assert first.cellules[:2] == ("abc", "12345678901234567890")
    assert parse_date(first.cellules[2], minimum=date(1800, 1, 1)) == date(1850, 5, 1)
    assert second.cellules[0].endswith("[…]") and len(second.cellules[0]) == 32_767
    assert second.cellules[1] == "0"


@pytest.mark.parametrize(
    ("kind", "value"),
    [("date", "22/11/2026"), ("entier", "3"), ("texte", 3), ("booleen", "oui"),
     ("date", datetime(2026, 1, 1)), ("entier", True), ("decimal", float("nan"))],
)  # fmt: skip
def test_a_value_that_contradicts_its_column_is_a_fault(kind, value):
    with pytest.raises(TypeError):
        export("csv", [Colonne("c", "C", kind)], [[value]])


def test_rows_are_as_wide_as_their_columns():
    with pytest.raises(ValueError, match=r"shorter|longer"):
        export("csv", COLONNES, [["seul"]])


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_sheet_that_would_overflow_is_an_error_not_half_a_file(kind, monkeypatch):
    for module in ("ecriture", "ods"):
        monkeypatch.setattr(f"cariatide.socle.tableurs.{module}.LIGNES_MAX", 3)
    with pytest.raises(ecriture.ExportTropLong):
        export(kind, [Colonne("a", "A")], [["x"]] * 4)


def test_names_of_sheets_and_odd_headers():
    out = io.BytesIO()
    write_xlsx([Colonne("a", "A & <B>")], [["1 < 2 & 3"]], out, feuille="Ménages [2026]: a/b*?'")
    out.seek(0)
    book = CalamineWorkbook.from_filelike(out)
    assert book.sheet_names == ["Ménages  2026   a b"]
    out = io.BytesIO()
    write_ods([Colonne("a", 'A & "<B>')], [["  1 <  2 & 3 \n b"]], out, feuille='"Ménages" & <x>')
    table = read_table(out.getvalue(), "x.ods")
    assert table.feuille == '"Ménages" & <x>'
    assert table.rows == (('A & "<B>',), ("  1 <  2 & 3 \n b",))
    assert ecriture.sheet_name("'[]'") == "Export"


class Pipe(io.RawIOBase):
    """A destination that cannot go back, as a socket."""

    def __init__(self) -> None:
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:  # type: ignore[no-untyped-def]
        self.size += len(data)
        return len(data)


def test_memory_does_not_grow_with_the_rows():
    def rows(n):
        return (["x" * 50, i, None] for i in range(n))

    columns = [Colonne("t", "T"), Colonne("n", "N", "entier"), Colonne("v", "V")]

    def peak(n: int) -> int:
        tracemalloc.start()
        for _ in stream_csv(columns, rows(n)):
            pass
        write_ods(columns, rows(n), Pipe())  # type: ignore[arg-type]
        with io.BytesIO() as out:
            write_xlsx(columns, rows(n // 4), out)
            size = len(out.getvalue())
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top - 3 * size

    peak(500)
    assert peak(20_000) < peak(2_000) + 1_500_000


def test_csv_is_sent_in_pieces():
    pieces = list(stream_csv([Colonne("t", "T")], (["é" * 100] for _ in range(3_000))))
    assert len(pieces) > 3
    assert b"".join(pieces).decode("utf-8-sig").count("\r\n") == 3_001
