"""Loading: idempotent, never deletes, refuses what is not as declared."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cariatide.territoire import fichiers
from cariatide.territoire.chargement import EditionPlusAncienne, load_territoire
from cariatide.territoire.extraction import ENTETES
from cariatide.territoire.models import Commune, EvenementCommune, ZonageCommune

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(tmp_path: Path) -> Iterator[Path]:
    """A later edition: Maubeuge and Louvroil alone, Louvroil merged, a newer ABC table."""
    tables: dict[str, list[tuple[str, ...]]] = {nom: [] for nom in ENTETES}
    tables["regions"] = [("32", "Hauts-de-France", "59350")]
    tables["departements"] = [("59", "Nord", "32", "59350")]
    tables["arrondissements"] = [("592", "Avesnes-sur-Helpe", "59", "59036")]
    tables["communes"] = [
        ("59392", "actuelle", "Maubeuge-Louvroil", "59", "592", "", "34000", "", "", "59600 59720"),
        ("59365", "deleguee", "Louvroil", "59", "592", "", "", "", "59392", ""),
    ]
    tables["evenements"] = [("59365", "Louvroil", "fusion", "59392", "2027-01-01", "", "")]
    tables["zones"] = [("59392", "abc", "B1", "59392", "2027-03-01", "essai")]
    for nom, rows in tables.items():
        fichiers.write_table(tmp_path / f"{nom}.csv.gz", ENTETES[nom], rows)
    fichiers.write_manifeste(tmp_path, 2027, {})
    yield tmp_path


def test_deuxieme_chargement_sans_effet() -> None:
    before = list(Commune.objects.order_by("pk").values_list())
    zones = ZonageCommune.objects.count()
    evenements = EvenementCommune.objects.count()
    bilan = load_territoire()
    assert bilan.millesime == 2026
    assert list(Commune.objects.order_by("pk").values_list()) == before
    assert (ZonageCommune.objects.count(), EvenementCommune.objects.count()) == (zones, evenements)


def test_edition_suivante(dossier: Path) -> None:
    before = Commune.objects.get(code="59392", type="actuelle")
    louvroil = Commune.objects.get(code="59365", type="actuelle")
    load_territoire(dossier)
    after = Commune.objects.get(code="59392", type="actuelle")
    assert (after.pk, after.nom, after.millesime) == (before.pk, "Maubeuge-Louvroil", 2027)
    assert after.nom_normalise == "maubeuge louvroil"
    assert after.codes_postaux == ["59600", "59720"]
    # What the edition no longer lists stays, for the rows that refer to it.
    louvroil.refresh_from_db()
    assert (louvroil.nom, louvroil.en_vigueur) == ("Louvroil", False)
    assert Commune.objects.get(code="59365", type="deleguee").rattachement_id == after.pk
    # The newer table closes the zone of the one before it, the day before.
    abc = after.zonages.filter(zonage="abc").order_by("du")
    assert [(str(z.du), str(z.au)) for z in abc] == [
        ("2024-07-05", "2027-02-28"),
        ("2027-03-01", "None"),
    ]
    with pytest.raises(EditionPlusAncienne, match="2027"):
        load_territoire()


def test_commandes(dossier: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("charge_territoire", "--dossier", str(dossier))
    assert "2027 : 2 communes" in capsys.readouterr().out
    with pytest.raises(CommandError, match="2027"):
        call_command("charge_reference")


def test_dossier_absent(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="illisible"):
        call_command("charge_territoire", "--dossier", str(tmp_path / "rien"))


def test_fichier_altere_rien_a_moitie_ecrit(dossier: Path) -> None:
    (dossier / "zones.csv.gz").write_bytes(b"autre chose")
    with pytest.raises(CommandError, match="manifeste"):
        call_command("charge_territoire", "--dossier", str(dossier))
    assert Commune.objects.get(code="59392", type="actuelle").nom == "Maubeuge"
