"""Client of clamd, the scanner that runs beside the service: one command, INSTREAM, over a socket.

The content goes in chunks, each after its length on four bytes; a length of zero ends it. clamd
answers one line and closes. It never needs to read the database or a shared folder.
"""

import socket
import time
from dataclasses import dataclass

from django.conf import settings

MORCEAU = 64 * 1024  # bytes
REPONSE_MAX = 4096
_COMMANDE = b"zINSTREAM\0"
_TROP_GRAND = "size limit exceeded"


class AnalyseurInjoignable(RuntimeError):
    """No verdict: the scanner is stopped, slow, or answered something else. Try again later."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner said. signature: name of what was found; trop_grand: over its own limit."""

    signature: str = ""
    trop_grand: bool = False

    @property
    def is_sain(self) -> bool:
        return not self.signature and not self.trop_grand


@dataclass(frozen=True)
class Analyseur:
    """Where clamd listens: « tcp://127.0.0.1:3310 » or « unix:/run/clamav/clamd.ctl ».

    delai: seconds for the whole exchange.
    """

    adresse: str
    delai: float

    def scan(self, contenu: bytes) -> Verdict:
        """Send the content and read the verdict, or raise AnalyseurInjoignable."""
        limite = time.monotonic() + self.delai
        try:
            with self._connect() as lien:
                return _read_verdict(self._exchange(lien, contenu, limite))
        except OSError as error:
            raise AnalyseurInjoignable(f"{type(error).__name__} : {self.adresse}") from error

    def _connect(self) -> socket.socket:
        if self.adresse.startswith("unix:"):
            lien = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                lien.settimeout(self.delai)
                lien.connect(self.adresse.removeprefix("unix:"))
            except OSError:
                lien.close()
                raise
            return lien
        hote, _, port = self.adresse.removeprefix("tcp://").rpartition(":")
        return socket.create_connection((hote.strip("[]"), int(port)), timeout=self.delai)

    def _exchange(self, lien: socket.socket, contenu: bytes, limite: float) -> bytes:
        try:
            _send(lien, _COMMANDE, limite)
            for debut in range(0, len(contenu), MORCEAU):
                morceau = contenu[debut : debut + MORCEAU]
                _send(lien, len(morceau).to_bytes(4, "big") + morceau, limite)
            _send(lien, bytes(4), limite)
        except (BrokenPipeError, ConnectionResetError):
            # Over its limit clamd answers and closes before the end: the answer is still there.
            pass
        return _receive(lien, limite)


def find_analyseur() -> Analyseur | None:
    """The scanner of the settings; None when the service has none."""
    adresse: str = settings.ANTIVIRUS
    return Analyseur(adresse, settings.ANTIVIRUS_DELAI) if adresse else None


def _send(lien: socket.socket, octets: bytes, limite: float) -> None:
    lien.settimeout(_remaining(limite))
    lien.sendall(octets)


def _receive(lien: socket.socket, limite: float) -> bytes:
    recu = b""
    while b"\0" not in recu and len(recu) < REPONSE_MAX:
        lien.settimeout(_remaining(limite))
        morceau = lien.recv(REPONSE_MAX)
        if not morceau:
            break
        recu += morceau
    return recu.partition(b"\0")[0]


def _remaining(limite: float) -> float:
    reste = limite - time.monotonic()
    if reste <= 0:
        raise TimeoutError("délai de l’analyse dépassé")
    return reste


def _read_verdict(reponse: bytes) -> Verdict:
    """« stream: OK », « stream: NAME FOUND », « INSTREAM size limit exceeded. ERROR »."""
    texte = reponse.decode("utf-8", "replace").strip()
    if texte == "stream: OK":
        return Verdict()
    if texte.endswith(" FOUND"):
        return Verdict(signature=texte.removeprefix("stream: ").removesuffix(" FOUND")[:120])
    if texte.endswith("ERROR") and _TROP_GRAND in texte:
        return Verdict(trop_grand=True)
    raise AnalyseurInjoignable(f"réponse inattendue : {texte[:100] or 'aucune'}")
