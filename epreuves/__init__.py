"""Fault tests, bounded and on loopback only: `make epreuves`."""

from bench.base import ROOT

# A server of its own, which waits for the disk as a real one: the tests' server does not.
MODE = "demo"
LIEU = ROOT / ".local" / "epreuves"
