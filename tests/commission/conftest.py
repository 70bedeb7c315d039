from collections.abc import Iterator

import pytest

from tests.commission.fabrique import FauxDossiers, register_faux


@pytest.fixture
def faux() -> Iterator[FauxDossiers]:
    """A kind of case of the tests, alone in the registry."""
    with register_faux() as registered:
        yield registered
