"""What an ordinary user's demonstration holds is found again by root, and left where it was."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cariatide.socle.postgres import ensure_server
from tests.socle.serveurs import give_to_ordinary, holder, query, scratch_checkout


@pytest.fixture
def checkout() -> Iterator[Path]:
    with scratch_checkout() as path:
        yield path


def test_an_ordinary_users_demonstration_is_found_again_as_root(checkout: Path) -> None:
    give_to_ordinary(checkout)
    with holder(checkout, "demo", ordinary=True) as (_, held):
        assert Path(f"/proc/{held['postgres']}").stat().st_uid != 0
        _remember(held["url"])
    before = sorted(os.listdir(checkout / ".local" / "postgres" / "demo" / "donnees"))
    with ensure_server("demo", checkout) as server:
        assert query(server.superuser_url, "SELECT valeur FROM temoin") == 7
    assert sorted(os.listdir(checkout / ".local" / "postgres" / "demo" / "donnees")) == before


def _remember(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE temoin AS SELECT 7 AS valeur")
