"""As an ordinary user: data inside the checkout, closed to others, no right loosened."""

import os
import pwd
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.socle.serveurs import (
    ORDINARY_ACCOUNT,
    give_to_ordinary,
    holder,
    is_alive,
    permissions,
    query,
    scratch_checkout,
    wait_for,
)


@pytest.fixture
def checkout() -> Iterator[Path]:
    with scratch_checkout() as path:
        give_to_ordinary(path)
        path.chmod(0o700)
        yield path


def ordinary_uid() -> int:
    return pwd.getpwnam(ORDINARY_ACCOUNT).pw_uid if os.geteuid() == 0 else os.geteuid()


def test_data_lies_in_the_checkout_and_is_closed(checkout: Path) -> None:
    with holder(checkout, ordinary=True) as (_, held):
        assert query(held["url"], "SHOW fsync") == "off"
        assert Path(f"/proc/{held['postgres']}").stat().st_uid == ordinary_uid()
    folder = checkout / ".local" / "postgres"
    assert permissions(folder) == 0o700
    assert permissions(folder / "tests") == 0o700
    assert permissions(folder / "tests" / "donnees") == 0o700
    assert permissions(folder / "tests" / "secrets.json") == 0o600
    assert folder.stat().st_uid == ordinary_uid()


def test_rights_of_folders_that_were_there_do_not_change(checkout: Path) -> None:
    local = checkout / ".local"
    local.mkdir()
    give_to_ordinary(local)
    local.chmod(0o711)
    with holder(checkout, ordinary=True) as (_, held):
        assert query(held["url"], "SELECT 1") == 1
    assert permissions(checkout) == 0o700
    assert permissions(local) == 0o711


def test_a_killed_holder_ends_the_server_here_too(checkout: Path) -> None:
    with holder(checkout, ordinary=True) as (process, held):
        process.kill()
        wait_for(lambda: not is_alive(held["postgres"]), 2.0)


def test_a_folder_that_cannot_be_written_is_told(checkout: Path) -> None:
    checkout.chmod(0o500)
    with holder(checkout, ordinary=True) as (_, held):
        assert "droit d’écrire" in held["error"]
    assert permissions(checkout) == 0o500
