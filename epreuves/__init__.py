"""Fault tests, bounded and on loopback only: `make epreuves`."""

import socket

from bench.base import ROOT

# A server of its own: the one of the tests is not killed under them.
LIEU = ROOT / ".local" / "epreuves"
# Sign-in and second factor: the library's, without an act of ours behind the form.
BIBLIOTHEQUE = ("account_", "mfa_", "usersessions", "socialaccount", "openid", "proconnect")


def free_port() -> int:
    """A port of the loopback that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
