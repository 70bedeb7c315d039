"""As root: a system account, a system folder that notes its checkout, copies, no loosened right."""

import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cariatide.socle.postgres import PostgresError, binaries, ensure_server, places
from tests.socle.serveurs import (
    ORDINARY_ACCOUNT,
    permissions,
    query,
    scratch_checkout,
)


@pytest.fixture
def checkout() -> Iterator[Path]:
    with scratch_checkout() as path:
        yield path


def test_the_server_runs_under_the_system_account_on_copies(checkout: Path) -> None:
    account = pwd.getpwnam(places.ACCOUNT_NAME)
    with ensure_server("tests", checkout) as server:
        pid = server.postgres_pid
        assert Path(f"/proc/{pid}").stat().st_uid == account.pw_uid != 0
        executable = Path(f"/proc/{pid}/exe").resolve()
    home = places.system_folder(checkout)
    assert home.parent == places.SYSTEM_ROOT
    assert executable.is_relative_to(home / "binaires")
    assert (home / "checkout").read_text() == str(checkout)
    assert (home / "tests" / "donnees").stat().st_uid == account.pw_uid
    assert (home / "tests" / "secrets.json").stat().st_uid == 0
    assert not (checkout / ".local").exists()


def test_binaries_of_another_version_are_replaced(checkout: Path) -> None:
    source = binaries.locate()
    folder = checkout / "binaires"
    (folder / "0.0.1").mkdir(parents=True)
    copied = binaries.copy_to(source, folder)
    assert [path.name for path in folder.iterdir()] == [source.version]
    inode = copied.postgres.stat().st_ino
    assert binaries.copy_to(source, folder).postgres.stat().st_ino == inode


def test_folders_of_gone_checkouts_are_removed_others_kept(checkout: Path) -> None:
    homes = {}
    for name, origin in (("parti", "/nulle/part"), ("present", str(checkout))):
        homes[name] = places.SYSTEM_ROOT / name
        homes[name].mkdir(parents=True)
        (homes[name] / "checkout").write_text(origin)
    unrelated = places.SYSTEM_ROOT / "autre chose"
    unrelated.mkdir()
    places.SYSTEM_ROOT.chmod(0o755)
    places.prepare_place("tests", checkout)
    assert not homes["parti"].exists()
    assert homes["present"].exists() and unrelated.exists()


def test_a_gone_checkout_whose_server_runs_is_left(checkout: Path) -> None:
    doomed = checkout.parent / "condamné"
    doomed.mkdir()
    with ensure_server("tests", doomed) as server:
        shutil.rmtree(doomed)
        places.prepare_place("tests", checkout)
        assert query(server.superuser_url, "SELECT 1") == 1
    places.prepare_place("tests", checkout)
    assert not places.system_folder(doomed).exists()


def test_a_closed_system_folder_is_refused_not_loosened(checkout: Path) -> None:
    places.SYSTEM_ROOT.mkdir(mode=0o700)
    with pytest.raises(PostgresError, match="chmod o\\+x"):
        ensure_server("tests", checkout)
    assert permissions(places.SYSTEM_ROOT) == 0o700


def test_rights_of_folders_that_were_there_do_not_change(checkout: Path) -> None:
    checkout.chmod(0o700)
    (checkout / ".local").mkdir(mode=0o750)
    places.SYSTEM_ROOT.mkdir()
    places.SYSTEM_ROOT.chmod(0o751)
    watched = [checkout, checkout / ".local", places.SYSTEM_ROOT, checkout.parent]
    before = [permissions(path) for path in watched]
    with ensure_server("tests", checkout) as server:
        assert server.is_healthy()
    assert [permissions(path) for path in watched] == before


def test_an_account_that_is_root_is_refused(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "ACCOUNT_NAME", "root")
    with pytest.raises(PostgresError, match="Renommez"):
        ensure_server("tests", checkout)


def test_an_account_that_cannot_be_created_is_told(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "ACCOUNT_NAME", "compte-absent")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(PostgresError, match="useradd --system compte-absent"):
        ensure_server("tests", checkout)


def test_a_missing_account_is_created(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command is recorded rather than run: the machine's accounts are not ours to change."""
    asked: list[list[str]] = []

    def record(command: list[str], **_: object) -> None:
        asked.append(command)
        monkeypatch.setattr(places, "ACCOUNT_NAME", ORDINARY_ACCOUNT)

    monkeypatch.setattr(places, "ACCOUNT_NAME", "compte-absent")
    monkeypatch.setattr("cariatide.socle.postgres.places.subprocess.run", record)
    place = places.prepare_place("tests", checkout)
    assert asked[0][-1] == "compte-absent" and "--system" in asked[0]
    assert place.account == places.Account(*pwd.getpwnam(ORDINARY_ACCOUNT)[2:4])
