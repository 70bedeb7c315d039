"""Every setting that comes from the environment is documented, and the reverse."""

import re

from tests.bases import ROOT

_LUES = re.compile(r"[\"\'](CARIATIDE_[A-Z_]+|DATABASE_[A-Z_]+)[\"\']")
_DECRITES = re.compile(r"`(CARIATIDE_[A-Z_]+|DATABASE_[A-Z_]+)`")
# Given by `make demo` and by the tests to what they start themselves.
INTERNES = {
    "CARIATIDE_ADRESSE",
    "CARIATIDE_PORT",
    "CARIATIDE_TEST_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_READER_URL",
}


def read_variables() -> set[str]:
    """Variables that the settings and the product look up."""
    paths = [*(ROOT / "config").rglob("*.py"), *(ROOT / "cariatide").rglob("*.py")]
    return {nom for path in paths for nom in _LUES.findall(path.read_text())}


def test_chaque_variable_est_documentee() -> None:
    decrites = set(_DECRITES.findall((ROOT / "docs" / "exploitation.md").read_text()))
    lues = read_variables()
    assert len(lues) > 15, "the reader reads nothing"
    assert lues - INTERNES <= decrites, "sans documentation"
    assert decrites - INTERNES <= lues, "documentées mais lues nulle part"
