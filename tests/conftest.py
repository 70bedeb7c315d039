"""Fixtures that make whole families of mistakes impossible, and the cast used everywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.signals import user_logged_in
from django.db import connections
from django.dispatch import receiver
from django.test import Client, TransactionTestCase

from cariatide.comptes.facteur import mark
from config.bases import parse_database_url
from tests import bases, distribution

pytest_plugins = ["tests.plugin_navigateur", "tests.fenetre", "tests.proprietes"]


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        bases.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        bases.stop()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_blocker: Any, worker_id: str
) -> Iterator[None]:
    """Clone the template for this worker and point Django to it, as the application's role."""
    name = bases.database_name(worker_id)

    def use_clone() -> None:
        connections["default"].close()
        settings = connections["default"].settings_dict
        settings.update(parse_database_url(bases.fresh_clone(name)), TEST=settings["TEST"])

    def restore_clone(self: TransactionTestCase) -> None:
        # The application's role may not truncate: a test that really commits gets a new clone.
        use_clone()

    with django_db_blocker.unblock():
        use_clone()
    original = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = restore_clone
    yield
    TransactionTestCase._fixture_teardown = original
    with django_db_blocker.unblock():
        connections["default"].close()
    bases.remove(name)


# A person of the tests gave their second factor, unless the test is about it (`sans_preuve`).
prouve = {"second_facteur": True}


@receiver(user_logged_in)
def _prove(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    if prouve["second_facteur"]:
        mark(request, user)
        record_authentication(request, user, "password")


@pytest.fixture
def _sans_preuve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(prouve, "second_facteur", False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("sans_preuve"):
            item.fixturenames.insert(0, "_sans_preuve")  # type: ignore[attr-defined]


@pytest.fixture
def monde(db: None) -> distribution.Monde:
    """The cast: Alice, Bob, Charlie, Dora, Ève, their organisations and the MOUS agreement."""
    return distribution.build_monde()


@pytest.fixture
def client_de(client: Client) -> Any:
    """`with client_de(alice) as c:` — a signed-in client; without argument, an anonymous one."""

    @contextmanager
    def sign_in(utilisateur: Any = None) -> Iterator[Client]:
        c = Client()
        if utilisateur is not None:
            c.force_login(
                utilisateur, backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        yield c

    return sign_in
