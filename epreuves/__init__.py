"""Fault tests, bounded and on loopback only: `make epreuves`."""

from bench.base import ROOT

# A server of its own: the one of the tests is not killed under them.
LIEU = ROOT / ".local" / "epreuves"
