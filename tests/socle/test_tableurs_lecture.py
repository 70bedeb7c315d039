"""Reading spreadsheets as offices send them: never a crash, never half a file, French reasons."""

import io
import os
import signal
import subprocess
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from cariatide.socle.tableurs import lecture
from cariatide.socle.tableurs.classeur import cell_text
from cariatide.socle.tableurs.entetes import find_header, guess_header
from cariatide.socle.tableurs.erreurs import MESSAGES, FichierRefuse, Limites
from cariatide.socle.tableurs.lecture import read_table

DONNEES = Path(__file__).parents[3] / "shared/data"
DOSSIERS = ("imports_beneficiaires_fr", "hostile_tabular", "apilos_conventions")
TABULAIRES = {".csv", ".tsv", ".xls", ".xlsx", ".xlsm", ".ods", ".png"}
ATTENDUS = ("Nom", "Prénom", "Date de naissance", "Code postal", "Commune", "Téléphone")


def given_files() -> list[Path]:
    return sorted(
        path
        for folder in DOSSIERS
        for path in (DONNEES / folder).rglob("*")
        if path.suffix in TABULAIRES
    )


def given_file(name: str) -> Path:
    found = next((path for path in given_files() if path.name == name), None)
    if found is None:
        pytest.skip(f"cas fournis absents : {name} n'est pas à côté du projet")
    return found


def workbook(rows: list[list[object]], *more: tuple[str, list[list[object]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, content in (("Feuil1", rows), *more):
            sheet = book.add_worksheet(name)
            for r, row in enumerate(content):
                for c, value in enumerate(row):
                    if value is not None:
                        sheet.write(r, c, value)
    return out.getvalue()


def refusal(data: bytes, name: str = "envoi", **options: object) -> FichierRefuse:
    with pytest.raises(FichierRefuse) as caught:
        read_table(data, name, **options)  # type: ignore[arg-type]
    assert caught.value.message_fr.endswith(".")
    return caught.value


# -- given cases -----------------------------------------------------------------------------


@pytest.mark.given_cases
def test_every_given_file_is_a_table_or_a_reason():
    files = given_files()
    if not files:
        pytest.skip("cas fournis absents : ../shared/data n'est pas à côté du projet")
    assert len(files) > 100
    outcomes: dict[str, str] = {}
    for path in files:
        start = time.monotonic()
        try:
            table = read_table(path, path.name, limites=Limites(secondes=5))
            assert table.rows and len({len(row) for row in table.rows}) == 1
            outcomes[path.name] = table.format
        except FichierRefuse as error:
            outcomes[path.name] = error.code
        assert time.monotonic() - start < 5, path.name
    assert outcomes["troll.png"] == "format_inconnu"
    assert outcomes["vide_0_octet.xls"] == "vide"
    assert outcomes["characters.csv"] == "encodage"  # Big5
    assert outcomes["libreoffice.xlsx"] == "vide"
    refused = [n for n, o in outcomes.items() if o not in {"csv", "xls", "xlsx", "ods"}]
    assert len(refused) <= 10, refused


@pytest.mark.given_cases
def test_persons_are_read_as_the_office_typed_them():
    table = read_table(given_file("import_beneficiaires.csv"), "b.csv", entetes_attendus=ATTENDUS)
    assert (table.encodage, table.separateur) == ("utf-8", ";")
    assert table.entete is not None and table.entete.reconnu
    person = dict(zip(table.libelles, next(table.donnees()).cellules, strict=True))
    assert person["Adresse (complément)"] == 'Lieu-dit "Le sandwich"'
    assert person["Téléphone"] == "0601234567, 071234567"
    assert [ligne.numero for ligne in table.donnees()] == [2, 3, 4, 5]


@pytest.mark.given_cases
def test_dos_accents_are_found():
    table = read_table(given_file("ban_short.csv"), "ban.csv")
    assert table.encodage == "cp850"
    assert "clé_chiff" in table.libelles
    assert any("CRÈVE COEUR" in cell for row in table.rows for cell in row)
    assert "accents" in table.avertissements[0]


@pytest.mark.given_cases
def test_instructions_and_remarks_of_a_landlord_are_not_data():
    table = read_table(
        given_file("logements.xlsx"),
        "logements.xlsx",
        entetes_attendus=("Désignation des logements", "Type", "Financement"),
    )
    assert table.feuille == "Logements"
    assert table.feuilles == ("Logements", "Notice", "Data")
    assert {ligne.nature for ligne in table.lignes()} == {"consigne"}


@pytest.mark.given_cases
def test_header_block_of_merged_lines():
    table = read_table(
        given_file("multiline-headers.xlsx"),
        "bloc.xlsx",
        entetes_attendus=("Region", "Caloric contribution", "from previous quarter"),
    )
    assert table.entete is not None and table.entete.ligne >= 3
    assert table.libelles[2].endswith("from previous quarter")


# -- texts -----------------------------------------------------------------------------------

LIGNES = "Nom;Prénom;Commune\nLefèvre;Zoé;01001\nN’Diaye;Noël;01004\n"


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", b""), ("utf-8-sig", b""), ("cp1252", b""), ("mac_roman", b""),
        ("utf-16", b""), ("utf-16-le", b""), ("utf-16-be", b""), ("utf-16-be", b"\xfe\xff"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends(encoding, bom, separator, end, request):
    if end != "\r\n" and (encoding, separator) not in {("utf-8", ";"), ("utf-16-le", "\t")}:
        end = "\r\n"
    content = LIGNES.replace(";", separator).replace("\n", end)
    table = read_table(bom + content.encode(encoding), "liste.csv", entetes_attendus=ATTENDUS)
    assert table.libelles == ("Nom", "Prénom", "Commune")
    assert table.separateur == separator
    assert [ligne.cellules for ligne in table.donnees()] == [
        ("Lefèvre", "Zoé", "01001"),
        ("N’Diaye", "Noël", "01004"),
    ]


def test_text_details():
    content = (
        "sep=;\n;;\nListe des ménages;;\n\nNom;Surface;Note\n"
        '"Lefèvre";12,5;"deux\r\nlignes"\nTotal;12,5;\n;;\n\x1a'
    )
    table = read_table(content.encode(), "x.csv", entetes_attendus=("nom", "surface"))
    assert table.entete is not None and table.entete.ligne == 4
    assert [(ligne.numero, ligne.nature) for ligne in table.lignes()] == [
        (6, "donnee"),
        (7, "total"),
    ]
    assert next(table.donnees()).cellules == ("Lefèvre", "12,5", "deux\nlignes")


def test_a_shifted_line_is_reported_and_nothing_is_lost():
    table = read_table(b"nom,ville\nA,B\nC,D,E\n", "x.csv", entetes_attendus=("nom", "ville"))
    assert table.rows[2] == ("C", "D", "E")
    assert "(3)" in table.avertissements[0]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "vide"),
        (b"\xef\xbb\xbf", "vide"),
        (b"\xff\xfe", "vide"),
        (b" \r\n\r\n", "vide"),
        (b";;;\n;;;\n", "vide"),
        (b"%PDF-1.7 ...", "format_inconnu"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "format_inconnu"),
        (b"<?xml version='1.0'?><Workbook/>", "format_inconnu"),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00\x00" * 30, "format_inconnu"),
        (b"nom;ville\nZo\xc3\xa9;Lyon\nNo\xebl;Lyon\n", "encodage"),  # two encodings in one file
        ("nom;ville\nZoé".encode("utf-16")[:-1], "encodage"),  # cut in the middle of a letter
        (b'nom;ville\nA;B\n"C;D\nE;F\n', "guillemets"),
        (b"PK\x03\x04 not an archive", "illisible"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "illisible"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protege"),
    ],
)
def test_what_cannot_be_read_says_why(data, code):
    assert refusal(data).code == code


def test_an_open_quotation_mark_names_its_line():
    assert "ligne 3" in refusal(b'nom;ville\nA;B\n"C;D\nE;F\n').message_fr
    long = b'nom;ville\nA;B\n"C;D\n' + b"E;F\n" * 60_000
    assert refusal(long).code == "guillemets"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"octets": 30}, "trop_gros"),
        ({"lignes": 2}, "trop_de_lignes"),
        ({"colonnes": 2}, "trop_de_colonnes"),
        ({"cellules": 5}, "trop_de_cellules"),
    ],
)
def test_limits_are_said(options, code):
    assert refusal(LIGNES.encode(), limites=Limites(**options)).code == code
    if code != "trop_gros":
        book = workbook([line.split(";") for line in LIGNES.splitlines()])
        assert refusal(book, limites=Limites(**options)).code == code


# -- workbooks -------------------------------------------------------------------------------


def test_cells_become_text_without_loss():
    book = workbook(
        [["Nom", "Code postal", "Nombre", "Montant", "Vrai"], ["Zoé", "01001", 12.0, 1234.5, True]]
    )
    table = read_table(book, "x.csv", entetes_attendus=ATTENDUS)  # the extension does not decide
    assert table.format == "xlsx"
    assert next(table.donnees()).cellules == ("Zoé", "01001", "12", "1234.5", "VRAI")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (185077505612323.0, "185077505612323"),
        (0.1 + 0.2, "0.3"),
        (-1.5e-7, "-0.00000015"),
        (1e21, "1000000000000000000000"),
        (-0.0, "0"),
        ("a\r\nb", "a\nb"),
        (None, ""),
    ],
)
def test_numbers_never_show_an_exponent(cell, text):
    assert cell_text(cell) == text


def test_the_best_sheet_is_chosen_and_the_others_listed():
    people = [["Liste au 22/11"], [], ["", "NOM", "Prenom*"], ["", "Lefèvre", "Zoé"]]
    book = workbook([["Notice"], ["Lire avant"]], ("Données", people), ("Listes", [["H", "F"]]))
    table = read_table(book, "x.xlsx", entetes_attendus=ATTENDUS)
    assert table.feuille == "Données" and table.feuilles == ("Feuil1", "Données", "Listes")
    assert next(table.donnees()).numero == 4
    assert read_table(book, "x", feuille="Listes").feuille == "Listes"
    assert refusal(book, feuille="Absente").code == "feuille_absente"
    assert refusal(workbook([])).code == "vide"


def test_one_far_cell_is_refused_before_parsing():
    book = workbook([["Nom"]])
    for cell, code in (("A1048576", "trop_de_lignes"), ("XFD1", "trop_de_colonnes")):
        far = _with_cell(book, f'<c r="{cell}"><v>1</v></c>')
        assert len(far) < 8_000
        assert refusal(far).code == code
        # Empty but styled: Excel writes many of those, and they harm nobody.
        styled = _with_cell(book, f'<c r="{cell}" s="1"/>')
        assert read_table(styled, "x").rows == (("Nom",),)


def _with_cell(book: bytes, cell: str) -> bytes:
    return _rewrite(
        book, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", _row(cell))
    )


def _row(cell: str) -> bytes:
    number = "".join(c for c in cell.split('"')[1] if c.isdigit())
    return f'<row r="{number}">{cell}</row></sheetData>'.encode()


def _rewrite(book: bytes, part: str, change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, change(data) if entry.filename == part else data)
    return out.getvalue()


def test_the_memory_limit_holds_when_the_check_is_passed_by():
    """A rectangle that each limit allows, but not the memory: the child aborts, not the server."""
    far = _with_cell(workbook([["Nom"]]), '<c r="SF100000"><v>1</v></c>')
    wide = Limites(lignes=200_000, colonnes=20_000, cellules=10**9)
    assert refusal(far, limites=wide).code == "memoire"


def test_a_bomb_is_refused_without_unpacking():
    book = _rewrite(
        workbook([["Nom"]]), "xl/styles.xml", lambda xml: xml + b"<!--" + b" " * 20_000_000 + b"-->"
    )
    assert len(book) < 100_000
    assert refusal(book).code == "archive_suspecte"
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for i in range(2_100):
            archive.writestr(f"xl/{i}", "")
    assert refusal(many.getvalue()).code == "archive_suspecte"


def test_other_archives_are_named():
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "traitement de texte" in refusal(other.getvalue()).message_fr
    truncated = workbook([["Nom"]])[:-40]
    assert refusal(truncated).code == "illisible"


def test_a_damaged_part_is_unreadable_not_half_read():
    book = workbook([["Nom"], *[[f"n{i}"] for i in range(500)]])
    damaged = _rewrite(book, "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2])
    assert refusal(damaged).code == "illisible"


def test_ods_with_absurd_repetition():
    cell = (
        '<table:table-cell office:value-type="float" office:value="1"{}><text:p>1</text:p>'
        "</table:table-cell>"
    )
    content = (
        '<?xml version="1.0"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        '<office:spreadsheet><table:table table:name="A"><table:table-row{rows}>{cell}'
        "</table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    for rows, columns in ((' table:number-rows-repeated="90000000"', ""),
                          ("", ' table:number-columns-repeated="90000000"')):  # fmt: skip
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", content.format(rows=rows, cell=cell.format(columns)))
        assert refusal(out.getvalue(), limites=Limites(secondes=5)).code in {
            "trop_de_lignes", "trop_de_colonnes", "memoire", "delai",
        }  # fmt: skip


# -- the child process -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGXCPU, "delai"),
        (signal.SIGKILL, "memoire"),
        (signal.SIGABRT, "memoire"),
        (signal.SIGSEGV, "illisible"),
    ],
)
def test_a_child_that_dies_is_a_reason(monkeypatch, number, code):
    monkeypatch.setattr(lecture, "_run", lambda *a: -number)
    assert refusal(LIGNES.encode()).code == code


def test_a_child_that_stops_halfway_gives_nothing(monkeypatch):
    def half(options, given, output, limites):
        output.write(b'{"table": {"format": "csv"}}\n["Nom"]\n')
        return 0

    monkeypatch.setattr(lecture, "_run", half)
    assert refusal(LIGNES.encode()).code == "illisible"


def test_a_slow_child_is_killed(monkeypatch):
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def slow(args, **options):
        started.append(popen(["/bin/sleep", "60"], **options))
        return started[0]

    monkeypatch.setattr(lecture.subprocess, "Popen", slow)
    assert refusal(LIGNES.encode(), limites=Limites(secondes=1)).code == "delai"
    assert started[0].poll() is not None


def test_the_child_sees_no_secret(monkeypatch):
    seen: dict[str, str] = {}
    popen = subprocess.Popen

    def watch(args, **options):
        seen.update(options["env"])
        return popen(args, **options)

    monkeypatch.setenv("CARIATIDE_CLE_SECRETE", "secret")
    monkeypatch.setattr(lecture.subprocess, "Popen", watch)
    assert read_table(LIGNES.encode(), "x").rows
    assert set(seen) == {"PYTHONPATH", "PATH", "LC_ALL"} and "secret" not in str(seen)
    assert os.environ["CARIATIDE_CLE_SECRETE"] == "secret"


def test_every_message_is_a_sentence():
    for code, message in MESSAGES.items():
        assert message[0].isupper() and message.endswith("."), code


# -- headers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "ligne", "profondeur"),
    [
        ([["Nom", "Prénom"], ["A", "B"]], 0, 1),
        ([["", ""], ["Liste"], ["NOM*", "PRENOM (obligatoire)"], ["A", "B"]], 2, 1),
        ([["Colonne Nom : en majuscules"], ["nom", "Date de  naissance\n(JJ/MM/AAAA)"]], 1, 1),
        ([["Nom", "Identité", ""], ["", "Prénom", "Date de naissance"], ["A", "B", "C"]], 1, 2),
    ],
)
def test_find_header(rows, ligne, profondeur):
    found = find_header(rows, ATTENDUS)
    assert found is not None
    assert (found.ligne, found.profondeur, found.reconnu) == (ligne, profondeur, True)


def test_header_is_guessed_when_nothing_is_known():
    rows = [["Rapport annuel"], [], ["Ville", "Foyers", "Année"], ["Lens", "12", "2024"]]
    found = find_header(rows, ["inconnu"])
    assert found is not None and (found.ligne, found.reconnu) == (2, False)
    assert guess_header([["", ""], []]) is None
