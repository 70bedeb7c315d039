"""The perimeter given to the row rules never outlives its transaction, on a pool of one too."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, connections
from python_calamine import CalamineWorkbook

from cariatide.menages.models import MenageSocial
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.pages.exports import stream_export
from cariatide.socle.perimetre import perimetre_systeme
from cariatide.socle.tableurs.ecriture import Colonne
from tests.distribution import JOUR, Monde, add_menage, build_monde


def count_rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM menages_menagesocial")
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def write_social(monde: Monde, nombre: int = 1) -> None:
    systeme = perimetre_systeme("test", JOUR)
    for i in range(nombre):
        menage = add_menage(monde, nom=f"Nom{i:03}")
        with ouvre_transaction(systeme, systeme="test"):
            MenageSocial.objects.create(menage=menage, situation=f"suivi {i}")


@pytest.fixture
def pool_of_one(transactional_db: None) -> Iterator[None]:
    """One connection for everybody, as when a server is saturated."""
    settings = connections["default"].settings_dict
    connection.close()
    settings["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": 5}
    yield
    connection.close()
    connections["default"].close_pool()
    settings["OPTIONS"].pop("pool", None)


@pytest.mark.pool
def test_two_users_in_turn_on_a_pool_of_one(pool_of_one: None) -> None:
    monde = build_monde()
    write_social(monde)
    seen = []
    for qui in ("alice", "charlie", "technicien", "alice"):
        with ouvre_transaction(monde.perimetre(qui)):
            seen.append(count_rows())
        connection.close()  # back to the pool, as at the end of a request
        seen.append(count_rows())
        connection.close()
    assert seen == [1, 0, 0, 0, 0, 0, 1, 0]


@pytest.mark.pool
def test_a_failed_request_leaves_nothing_to_the_next_one(pool_of_one: None) -> None:
    monde = build_monde()
    write_social(monde)
    with pytest.raises(RuntimeError), ouvre_transaction(monde.perimetre("alice")):
        raise RuntimeError("panne")
    connection.close()
    assert count_rows() == 0


@pytest.mark.django_db
def test_nested_context_gives_back_the_outer_one(monde: Monde) -> None:
    write_social(monde)
    with ouvre_transaction(monde.perimetre("alice")):
        assert count_rows() == 1
        with ouvre_transaction(monde.perimetre("charlie")):
            assert count_rows() == 0
        assert count_rows() == 1


@pytest.mark.django_db
def test_read_only_transaction_refuses_a_write(monde: Monde) -> None:
    menage = add_menage(monde)
    alice = monde.perimetre("alice")
    with pytest.raises(Exception, match="read-only"), ouvre_transaction(alice, read_only=True):
        menage.telephone = "0600000001"
        menage.save(update_fields=["telephone"])


@pytest.mark.django_db
@pytest.mark.parametrize("format_", ["csv", "xlsx", "ods"])
def test_streamed_export_of_social_rows_holds_them_all(monde: Monde, format_: str) -> None:
    write_social(monde, 25)
    alice = monde.perimetre("alice")

    def rows() -> Any:
        found = MenageSocial.objects.visible_to(alice).order_by("pk").values("situation")
        yield from found.iterator(chunk_size=10)

    response = stream_export(
        alice,
        nom="essai",
        format_=format_,
        colonnes=[Colonne("situation", "Situation")],
        lignes=rows,
    )
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    for close in response._resource_closers:  # type: ignore[attr-defined]
        close()  # not response.close(): outside a test client it closes the connection too
    if format_ == "csv":
        lues = content.decode("utf-8-sig").split()[1:]
        assert lues == [mot for i in range(25) for mot in ("suivi", str(i))]
    else:
        feuille = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
        assert feuille.to_python() == [["Situation"], *([f"suivi {i}"] for i in range(25))]
    assert count_rows() == 0, "the export's own transaction is over"
