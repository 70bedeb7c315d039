"""A scanner that speaks clamd's own protocol: INSTREAM, lengths, its size limit."""

import socket
import threading
from types import TracebackType

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FauxClamd:
    """One thread, one connection at a time. limite: StreamMaxLength. muet: never answers."""

    def __init__(self, *, limite: int = 25 * 1024 * 1024, muet: bool = False) -> None:
        self.limite, self.muet = limite, muet
        self.recus: list[bytes] = []
        self.morceaux: list[int] = []
        self._fin = threading.Event()
        self._ecoute = socket.create_server(("127.0.0.1", 0))
        self._fil = threading.Thread(target=self._serve, daemon=True)

    @property
    def adresse(self) -> str:
        return f"tcp://127.0.0.1:{self._ecoute.getsockname()[1]}"

    def __enter__(self) -> "FauxClamd":
        self._fil.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._fin.set()
        # accept() is not woken by close(): one last connection ends the thread.
        socket.create_connection(self._ecoute.getsockname()).close()
        self._fil.join(5)
        self._ecoute.close()

    def _serve(self) -> None:
        while not self._fin.is_set():
            lien, _ = self._ecoute.accept()
            with lien:
                if not self._fin.is_set():
                    self._answer(lien)

    def _answer(self, lien: socket.socket) -> None:
        commande = b""
        while not commande.endswith(b"\0"):
            octet = lien.recv(1)
            if not octet:
                return
            commande += octet
        if commande != b"zINSTREAM\0":
            lien.sendall(b"UNKNOWN COMMAND\0")
            return
        contenu = b""
        while taille := int.from_bytes(self._read(lien, 4), "big"):
            self.morceaux.append(taille)
            if len(contenu) + taille > self.limite:
                lien.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
            contenu += self._read(lien, taille)
        self.recus.append(contenu)
        if self.muet:
            self._fin.wait(10)
        elif EICAR in contenu:
            lien.sendall(b"stream: Eicar-Test-Signature FOUND\0")
        else:
            lien.sendall(b"stream: OK\0")

    @staticmethod
    def _read(lien: socket.socket, taille: int) -> bytes:
        lu = b""
        while len(lu) < taille:
            morceau = lien.recv(taille - len(lu))
            if not morceau:
                raise ConnectionError("the client left in the middle")
            lu += morceau
        return lu
