"""The pytest plugin: notes what each test reaches, then plays the mutants against those tests.

Everything happens in one process and one database: a mutant costs the tests that can notice it, the
most particular first, until one fails.
"""

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from bench.base import ROOT
from cariatide.socle.lifecycle import Lifecycle
from epreuves.mutations import RESULTATS

ESSAIS, SECONDES = 120, 60  # tests, and seconds of processor, spent on one mutant at most
# Names of tests that are about rights.
PREMIERS = (
    "mandats",
    "acces",
    "perimetre",
    "cycle",
    "routes",
    "refus",
    "role",
    "autre",
    "other",
    "nobody",
)
BLOQUE = 60  # seconds: a test that a mutant hangs is one that fails
PREFIXE = f"{ROOT / 'cariatide'}/"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--groupe", default="", help="mutants de cette app")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    if session.testsfailed:
        raise session.Interrupted("des tests ne se lisent pas")
    # Here, not above: pytest reads this plugin before Django is ready.
    from epreuves.mutations.cibles import list_mutants

    groupe = session.config.getoption("--groupe")
    mutants = [m for m in list_mutants() if m.groupe == groupe]
    joueur = Joueur(session.items)
    joueur.note({m.cible for m in mutants})
    survivors, killed, unreached = [], 0, []
    with (RESULTATS / f"{groupe}.txt").open("w", encoding="utf-8") as resultats:
        for rang, mutant in enumerate(mutants, 1):
            verdict = joueur.play(mutant)
            line = f"{verdict or 'SURVIT'} | {mutant.nom}"
            resultats.write(line + "\n")
            resultats.flush()
            if verdict == "":
                survivors.append(mutant.nom)
            elif verdict == "NON ATTEINT":
                unreached.append(mutant.nom)
            else:
                killed += 1
            if rang % 50 == 0:
                print(f"  {groupe} : {rang} sur {len(mutants)}", flush=True)
    print(
        f"\nMutations {groupe} : {len(mutants)} contrôles retirés, {killed} vus par un test, "
        f"{len(survivors)} survivent, {len(unreached)} que ces tests n’atteignent pas."
    )
    for nom in [*survivors, *unreached]:
        print(f"  SURVIT {nom}")
    session.testsfailed = len(survivors) + len(unreached)
    return True


class Joueur:
    """Runs tests one by one, several times if need be, in the session of pytest."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items
        self.temps: dict[str, float] = {}
        self.portee: dict[str, set[str]] = {}

    def note(self, cibles: set[str]) -> None:
        """Run every test once; what fails without a mutant is left out."""
        for item in self.items:
            reached: set[str] = set()
            began = time.monotonic()
            with _watch(reached, cibles):
                passed = self._run(item)
            if passed:
                self.temps[item.nodeid] = time.monotonic() - began
                self.portee[item.nodeid] = reached
            else:
                print(f"  en échec sans mutation : {item.nodeid}", flush=True)
        (RESULTATS / "portee.json").write_text(
            json.dumps({k: sorted(v) for k, v in self.portee.items()}, indent=1)
        )

    def play(self, mutant: Any) -> str:
        """The test that noticed; empty when none did."""
        able = [
            i
            for i in self.items
            if i.nodeid in self.temps
            and (not mutant.cible or mutant.cible in self.portee[i.nodeid])
        ]
        if not able:
            return "NON ATTEINT"
        able.sort(key=self._rank)
        limit = time.process_time() + SECONDES
        with mutant.applique():
            for item in able[:ESSAIS]:
                if not self._run(item):
                    return str(item.nodeid)
                if time.process_time() > limit:
                    break
        return ""

    def _rank(self, item: Any) -> tuple[bool, float]:
        """Tests about rights first, then the most particular and the fastest."""
        apart = not any(mot in item.nodeid for mot in PREMIERS)
        return apart, len(self.portee[item.nodeid]) * (0.2 + self.temps[item.nodeid])

    def _run(self, item: Any) -> bool:
        item._initrequest()
        # Of another module: what belongs to this one is taken down, the session stays.
        other = next((i for i in self.items if i.path != item.path), None)
        signal.signal(signal.SIGALRM, _stop)
        signal.alarm(BLOQUE)
        try:
            reports = runtestprotocol(item, log=False, nextitem=other or _Ailleurs(item))
        except TimeoutError:
            return False
        finally:
            signal.alarm(0)
        return not any(r.failed for r in reports)


class _Ailleurs:
    """Stands for a test of another module when there is one module alone."""

    def __init__(self, item: Any) -> None:
        self._chain = item.listchain()[:1]

    def listchain(self) -> list[Any]:
        return list(self._chain)


def _stop(*_: object) -> None:
    raise TimeoutError


@contextmanager
def _watch(reached: set[str], cibles: set[str]) -> Iterator[None]:
    """Functions entered and transitions judged, among the targets."""
    known: dict[Any, str] = {}
    refusal, concerns = Lifecycle.refusal, Lifecycle._concerns

    def profile(frame: FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        code = frame.f_code
        if code not in known:
            nom = code.co_filename
            known[code] = (
                f"{nom.removeprefix(PREFIXE)}:{code.co_qualname}" if nom.startswith(PREFIXE) else ""
            )
        if known[code] in cibles:
            reached.add(known[code])

    def note_refusal(self: Any, transition: Any, *args: Any) -> Any:
        reached.add(f"{self.nom}.{transition.nom}")
        return refusal(self, transition, *args)

    def note_concerns(self: Any, transition: Any, *args: Any) -> Any:
        reached.add(f"{self.nom}.{transition.nom}")
        return concerns(self, transition, *args)

    Lifecycle.refusal, Lifecycle._concerns = note_refusal, note_concerns  # type: ignore[method-assign]
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(None)
        Lifecycle.refusal, Lifecycle._concerns = refusal, concerns  # type: ignore[method-assign]
