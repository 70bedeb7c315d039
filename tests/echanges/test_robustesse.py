"""Imports that go wrong: hostile files, the same file twice, columns to match, long acts."""

import io
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.urls import reverse

from cariatide.demandes.models import Saisine
from cariatide.echanges.actions import (
    Fichier,
    forget_lignes,
    integrate_lot,
    match_lot,
    receive_lot,
)
from cariatide.echanges.models import LigneImport, LotImport
from cariatide.echanges.queries import count_lignes, find_import_en_cours, sujet_of
from cariatide.socle.avancement import tell_avancement
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.tableurs.lecture import LIMITES
from tests.bases import ROOT
from tests.demandes.conftest import instance  # noqa: F401
from tests.distribution import JOUR, Monde
from tests.echanges.test_imports import CSV, counts, integrate, options, receive, saisines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("instance")]
DONNEES = ROOT.parent / "shared" / "data"
SECONDES, MEMOIRE = 5, 300 * 1024 * 1024  # for each file; bytes of the process that reads it
HEURE = JOUR.isoformat() + "T10:00:00+01:00"


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(HEURE, tick=False):
        yield


def send(monde: Monde, nom: str, contenu: bytes) -> str:
    """Receive one file as the page does: « » or the words of the refusal."""
    perimetre = monde.perimetre("prescripteur")
    try:
        with ouvre_transaction(perimetre):
            receive_lot(
                perimetre=perimetre,
                genre="saisines",
                fichier=Fichier(nom, contenu),
                options=options(monde),
            )
    except ErreurMetier as error:
        return error.message
    return ""


def count_rows() -> tuple[int, int]:
    reason = "test"
    return (
        LotImport.objects.unscoped(reason=reason).count(),
        LigneImport.objects.unscoped(reason=reason).count(),
    )


# -- hostile files ---------------------------------------------------------------------------


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name.replace("__", "/") + ".xml", content)
    return out.getvalue()


def workbook(*cells: tuple[int, int, object]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for row, column, value in cells:
            sheet.write(row, column, value)
    return out.getvalue()


def laughs() -> bytes:
    """A workbook whose text part unfolds entities into billions of letters."""
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "rire"}">' for i in range(10))
    text = f"<?xml version='1.0'?><!DOCTYPE sst [{entities}]><sst><si><t>&e9;</t></si></sst>"
    source = io.BytesIO(workbook((0, 0, "Nom"), (0, 1, "Prénom"), (1, 0, "x")))
    out = io.BytesIO()
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(out, "w") as made:
        for entry in given.namelist():
            strings = entry.endswith("sharedStrings.xml")
            made.writestr(entry, text.encode() if strings else given.read(entry))
    return out.getvalue()


HOSTILES: dict[str, Callable[[], bytes]] = {
    "bomb": lambda: archive(xl__workbook=b"<workbook/>", xl__worksheets__s=b"0" * 400_000_000),
    "many-parts": lambda: archive(xl__workbook=b"<w/>", **{f"p{i}": b"x" for i in range(3000)}),
    "laughs": laughs,
    "far-cell": lambda: workbook((0, 0, "Nom"), (0, 1, "Prénom"), (1_048_575, 16_383, "loin")),
    "wide-csv": lambda: b";".join([b"Nom", b"Pr\xc3\xa9nom", b"x" * 5] * 400) + b"\n",
    "one-quote": lambda: b'Nom;Pr\xc3\xa9nom\n"' + b"a;b\n" * 200_000,
    "long-cell": lambda: "Nom;Prénom;Ville\n".encode() + b"a" * 5_000_000 + b";b;c\n",
    "nul": lambda: "Nom;Prénom;Ville\nA\x00B;C;D\n".encode(),
    "too-many-lines": lambda: "Nom;Prénom;Ville\n".encode() + b"a;b;c\n" * 100_001,
    "too-big": lambda: b"a" * 20_000_001,
    "page": lambda: b"<html><table><tr><td>Nom</td></tr></table></html>",
    "truncated": lambda: workbook((0, 0, "Nom"), (0, 1, "Prénom"), (1, 0, "x"))[:-400],
}


@pytest.mark.parametrize("nom", HOSTILES)
def test_a_hostile_file_is_answered_and_keeps_nothing(monde: Monde, nom: str) -> None:
    contenu = HOSTILES[nom]()
    start = time.perf_counter()
    refus = send(monde, nom, contenu)
    assert time.perf_counter() - start < SECONDES
    assert refus.endswith(".") and len(refus) > 30, refus
    assert count_rows() == (0, 0)
    assert send(monde, "s.csv", CSV.encode()) == "", "the server goes on"


def list_given() -> list[Path]:
    folders = ("hostile_tabular", "imports_beneficiaires_fr")
    return sorted(p for f in folders for p in (DONNEES / f).rglob("*") if p.is_file())


@pytest.mark.given_cases
def test_every_given_file_is_answered_within_its_means(monde: Monde) -> None:
    files = list_given()
    if not files:
        pytest.skip("Les cas donnés ne sont pas à côté de ce dépôt.")
    assert len(files) > 100
    for path in files:
        before = count_rows()
        start = time.perf_counter()
        refus = send(monde, path.name, path.read_bytes())
        assert time.perf_counter() - start < SECONDES, path.name
        if refus:
            assert count_rows() == before, f"{path.name} : rows of a refused file"
    # The kernel holds the child to it (tests/socle/test_tableurs_lecture.py).
    assert LIMITES.memoire <= MEMOIRE


# -- the same facts twice --------------------------------------------------------------------


def test_two_checked_copies_of_a_file_are_integrated_once(monde: Monde) -> None:
    first, second = receive(monde), receive(monde)
    assert counts(monde, second)["valide"] == 2, "both were checked before either was written"
    integrate(monde, first)
    with pytest.raises(ActeRefuse, match="Aucune ligne"):
        integrate(monde, second)
    assert saisines() == 2


def test_the_same_identifiers_in_another_file_are_not_doubled(monde: Monde) -> None:
    integrate(monde, receive(monde))
    other = receive(monde, CSV.replace("1 rue du Lac", "9 rue Neuve").replace("Léa", "Léa-Marie"))
    assert counts(monde, other)["deja"] == 3
    assert "valide" not in counts(monde, other)


def test_people_already_known_are_rejected_before_anything_is_written(monde: Monde) -> None:
    integrate(monde, receive(monde))
    lot = receive(monde, CSV.replace("A1;", "B1;").replace("A5;", "B5;"))
    assert "valide" not in counts(monde, lot)
    motifs = LigneImport.objects.unscoped(reason="test").get(lot=lot, numero=2).motifs
    assert "Personne déjà connue" in motifs[0] and "Bernard" in motifs[0]


def test_two_lines_about_one_person_make_one_household(monde: Monde) -> None:
    lot = receive(
        monde, CSV.replace("A5;Tom;Leroy;1/2/1999;;;5 rue", "A6;Tom;Leroy;1/2/1999;;;5 rue", 1)
    )
    assert counts(monde, lot)["valide"] == 2
    motifs = LigneImport.objects.unscoped(reason="test").get(lot=lot, numero=7).motifs
    assert motifs == ["Même personne que la ligne 6."]


# -- what is kept ----------------------------------------------------------------------------


def test_what_was_sent_is_emptied_once_it_is_of_no_use(monde: Monde) -> None:
    lot = integrate(monde, receive(monde))
    lignes = LigneImport.objects.unscoped(reason="test").filter(lot=lot)
    assert {(tuple(x.cellules), bool(x.donnees)) for x in lignes.filter(statut="integree")} == {
        ((), False)
    }
    assert all(len(x.cellules) == 9 for x in lignes.filter(statut="rejetee"))
    forget_lignes(JOUR + timedelta(days=90))
    assert lignes.filter(statut="rejetee").exclude(cellules=[]).count() == 3
    forget_lignes(JOUR + timedelta(days=91))
    assert not lignes.exclude(cellules=[]).exists()


def test_a_file_checked_long_ago_is_sent_again(monde: Monde) -> None:
    lot = receive(monde)
    with time_machine.travel((JOUR + timedelta(days=120)).isoformat(), tick=False):
        perimetre = monde.perimetre("prescripteur")
        late = type(perimetre)(
            perimetre.utilisateur_id, perimetre.utilisateur, JOUR + timedelta(days=120),
            perimetre.mandats,
        )  # fmt: skip
        with pytest.raises(ActeRefuse, match="trop longtemps"), ouvre_transaction(late):
            integrate_lot(perimetre=late, lot_id=lot.pk)
    assert saisines() == 0


# -- columns ---------------------------------------------------------------------------------

AUTRE = "Appellation;Petit nom;Ville;Autre ville\nBernard;Léa;Trifouillis;Maubeuge\n"


def test_columns_are_matched_on_the_page_and_proposed_again(monde: Monde, client_de: Any) -> None:
    with client_de(monde.prescripteur) as c:
        url = reverse("echanges:nouveau", args=["saisines"])

        def upload(**more: Any) -> Any:
            fichier = SimpleUploadedFile("a.csv", AUTRE.encode(), content_type="text/csv")
            return c.post(url, {**options(monde), "fichier": fichier, **more})

        refused = upload()
        assert refused.status_code == 422
        html = refused.content.decode()
        assert '<option value="Petit nom">' in html and "Colonnes introuvables" in html
        assert count_rows() == (0, 0)
        sent = upload(
            entete=["Appellation", "Petit nom"],
            colonne_nom="Appellation",
            colonne_prenom="Petit nom",
        )
        assert sent.status_code == 302, sent.content.decode()[-1500:]
        lot = LotImport.objects.unscoped(reason="test").get()
        assert counts(monde, lot) == {"rejetee": 1}

        page = reverse("echanges:correspondance", args=[lot.pk])
        html = c.get(page).content.decode()
        assert '<option value="Ville" selected>' in html
        fixed = c.post(
            page, {"nom": "Appellation", "prenom": "Petit nom", "commune": "Autre ville"}
        )
        assert fixed.status_code == 302
        assert counts(monde, lot) == {"valide": 1}
        assert "«\u00a0Petit nom\u00a0»" in c.get(url).content.decode(), (
            "proposed for the next file"
        )
        c.post(reverse("echanges:integrer", args=[lot.pk]))
        assert c.get(page).status_code == 409
    assert Saisine.objects.unscoped(reason="test").get().menage.nom_usage == "Bernard"
    assert counts(monde, receive(monde, AUTRE.replace("Bernard", "Autre"))) == {"valide": 1}


def test_a_required_column_cannot_be_taken_away(monde: Monde) -> None:
    lot = receive(monde)
    perimetre = monde.perimetre("prescripteur")
    with pytest.raises(ErreurMetier, match="Colonnes introuvables : Nom"):
        match_lot(perimetre=perimetre, lot_id=lot.pk, correspondance={"nom": ""})
    assert count_lignes(perimetre, lot.pk)["valide"] == 2


def test_rejects_open_again_as_a_file_to_send(monde: Monde, client_de: Any) -> None:
    lot = receive(monde)
    with client_de(monde.prescripteur) as c:
        sent = c.get(reverse("echanges:rejets", args=[lot.pk]) + "?format=csv")
        texte = b"".join(sent.streaming_content).decode("utf-8-sig")
    lines = texte.splitlines()
    assert lines[0] == CSV.splitlines()[0] + ";Ligne d’origine;Motif du rejet"
    assert len(lines) == 4
    mended = texte.replace("31/02/1990", "28/02/1990").replace("Trifouillis", "Maubeuge")
    assert counts(monde, receive(monde, mended)) == {"valide": 2, "rejetee": 1}


# -- progress --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_act_is_under_way(monde: Monde) -> None:
    perimetre = monde.perimetre("prescripteur")
    other = connections.create_connection("default")
    with ouvre_transaction(perimetre):
        tell_avancement(sujet_of(perimetre), "verification", 1200, 4800)
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
            )
            told = [nom for (nom,) in cursor.fetchall() if nom.startswith("avancement:")]
    other.close()
    assert told == [f"avancement:import-{perimetre.utilisateur_id}:verification:1200:4800"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('application_name')")
        assert not cursor.fetchone()[0].startswith("avancement")


@pytest.mark.django_db(transaction=True)
def test_the_page_shows_the_progress_of_its_own_person(monde: Monde, client_de: Any) -> None:
    perimetre = monde.perimetre("prescripteur")
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('application_name', %s, false)",
            [f"avancement:{sujet_of(perimetre)}:integration:2000:8000"],
        )
        found = find_import_en_cours(perimetre)
        assert found is not None and (found.etape, found.part) == ("integration", 25)
        with client_de(monde.prescripteur) as c:
            html = c.get(reverse("echanges:avancement")).content.decode()
        assert 'value="2000" max="8000"' in html and "Écriture des lignes" in html
        assert find_import_en_cours(monde.perimetre("dora")) is None
    other.close()
