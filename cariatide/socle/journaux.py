"""Technical logs: one JSON object a line, and no personal data in any of them.

Each line of a request bears the number that the answer gives back (X-Request-Id). An exception is
told by its kind and its place: its message may quote a row. Of a library's record only the wording
is kept, not the values put in it.
"""

import json
import logging
import re
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from uuid import uuid4

from django.http import HttpRequest, HttpResponseBase

journal = logging.getLogger("cariatide.requetes")
requete_en_cours: ContextVar[str] = ContextVar("requete_en_cours", default="")
_NUMERO = re.compile(r"[0-9a-f-]{16,36}")
_CHAMPS = ("route", "methode", "statut", "duree_ms", "utilisateur_id")


class LigneJSON(logging.Formatter):
    """A record as one line."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.startswith("cariatide")
        ligne: dict[str, object] = {
            "le": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname,
            "source": record.name,
            "message": record.getMessage() if ours else str(record.msg),
        }
        if numero := getattr(record, "requete", "") or requete_en_cours.get():
            ligne["requete"] = numero
        ligne |= {nom: getattr(record, nom) for nom in _CHAMPS if hasattr(record, nom)}
        if record.exc_info and record.exc_info[0]:
            ligne["exception"] = record.exc_info[0].__name__
            ligne["pile"] = [
                f"{cadre.filename}:{cadre.lineno} {cadre.name}"
                for cadre in traceback.extract_tb(record.exc_info[2])[-12:]
            ]
        return json.dumps(ligne, ensure_ascii=False, default=str)


class JournalDesRequetes:
    """First of all: one line a request, by its route and never by its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        numero = given if _NUMERO.fullmatch(given) else str(uuid4())
        jeton, debut = requete_en_cours.set(numero), time.perf_counter()
        try:
            reponse = self.get_response(request)
            reponse.headers["X-Request-Id"] = numero
            self._write(request, reponse.status_code, time.perf_counter() - debut)
            return reponse
        finally:
            requete_en_cours.reset(jeton)

    @staticmethod
    def _write(request: HttpRequest, statut: int, duree: float) -> None:
        trouvee = request.resolver_match
        # Not `request.user`: it would look for the session of an address that asks for none.
        perimetre = getattr(request, "perimetre", None)
        journal.info(
            "requête",
            extra={
                "route": trouvee.view_name if trouvee else "",
                "methode": request.method,
                "statut": statut,
                "duree_ms": round(duree * 1000, 1),
                "utilisateur_id": perimetre.utilisateur_id if perimetre else None,
            },
        )
