"""The day of the requests, and the kind of case of the commissions' tests."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.commission.fabrique import FauxDossiers, register_faux
from tests.distribution import JOUR


@pytest.fixture
def faux() -> Iterator[FauxDossiers]:
    """A kind of case of the tests, alone in the registry."""
    with register_faux() as registered:
        yield registered


@pytest.fixture
def frozen_day() -> Iterator[None]:
    """Ten o'clock on the day of the tests: for the pages, which read the clock."""
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield
