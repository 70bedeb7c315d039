"""A browser leaves no connection asleep, neither when it opens nor when it closes."""

from typing import Any

import pytest
from django.db import connections

from tests.fenetre import open_navigateur

pytestmark = pytest.mark.navigateur


def test_no_connection_sleeps_beside_a_browser(
    chromium_path: str, django_db_setup: None, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        outside = connections["default"]
        outside.ensure_connection()
        for _ in range(2):  # one browser after another in the same process
            with open_navigateur(chromium_path) as navigateur:
                assert navigateur.is_connected()
                inside = connections["default"]
                assert inside is not outside, "Playwright no longer has connections of its own"
                assert outside.connection is None
                inside.ensure_connection()
            assert connections["default"] is outside
            assert inside.connection is None
