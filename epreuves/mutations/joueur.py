"""The pytest plugin: notes what each test reaches, then plays the mutants against those tests.

Everything happens in one process and one database: a mutant costs the tests that can notice it, the
most particular first, until one fails. What survives is then played against the tests that read a
whole demonstration, loaded once for all of them.
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

ESSAIS, SECONDES = 120, 20  # tests, and seconds of processor, spent on one mutant at most
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
# Seconds: a test that a mutant hangs is one that fails; the first one loads the demonstration.
BLOQUE, CHARGEMENT = 60, 600
DECLARE = "tests/matrices/test_documents_generes.py::test_la_page_dit_"
DEMONSTRATION = "tests/demonstration/"
NON_ATTEINT = "NON ATTEINT"
NON_VUS = ("", NON_ATTEINT)
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
    joueur = Joueur([i for i in session.items if DEMONSTRATION not in i.nodeid])
    joueur.note({m.cible for m in mutants})
    verdicts: dict[str, str] = {}
    with (RESULTATS / f"{groupe}.txt").open("w", encoding="utf-8") as resultats:

        def write(mutant: Any, verdict: str) -> None:
            verdicts[mutant.nom] = verdict
            resultats.write(f"{verdict or 'SURVIT'} | {mutant.nom}\n")
            resultats.flush()

        for rang, mutant in enumerate(mutants, 1):
            write(mutant, joueur.play(mutant))
            if rang % 50 == 0:
                print(f"  {groupe} : {rang} sur {len(mutants)}", flush=True)
        left = [m for m in mutants if verdicts[m.nom] in NON_VUS]
        lecteur = Lecteur([i for i in session.items if DEMONSTRATION in i.nodeid])
        for mutant, verdict in lecteur.play_all(left):
            if verdict:
                write(mutant, verdict)
    unseen = [nom for nom, verdict in verdicts.items() if verdict in NON_VUS]
    unreached = [nom for nom in unseen if verdicts[nom]]
    print(
        f"\nMutations {groupe} : {len(mutants)} contrôles retirés, "
        f"{len(mutants) - len(unseen)} vus par un test, {len(unseen) - len(unreached)} survivent, "
        f"{len(unreached)} que ces tests n’atteignent pas."
    )
    for nom in unseen:
        print(f"  SURVIT {nom}")
    session.testsfailed = len(unseen)
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
            and (mutant.declare if DECLARE in i.nodeid else mutant.cible in self.portee[i.nodeid])
        ]
        if not able:
            return NON_ATTEINT
        able.sort(key=self._rank)
        limit = time.process_time() + SECONDES
        with taken_away(mutant):
            for item in able[:ESSAIS]:
                if not self._run(item):
                    break
                if time.process_time() > limit:
                    return ""
            else:
                return ""
        return self._confirm(mutant, item)

    def _confirm(self, mutant: Any, item: Any) -> str:
        """The test that failed, once seen to pass without the mutant; else it says nothing."""
        with nothing_kept():
            if self._run(item):
                return str(item.nodeid)
        print(f"  en échec sans mutation : {item.nodeid}", flush=True)
        del self.temps[item.nodeid]
        return self.play(mutant)

    def _rank(self, item: Any) -> tuple[bool, bool, float]:
        """The written pages, tests about rights, then the most particular and the fastest."""
        apart = not any(mot in item.nodeid for mot in PREMIERS)
        return (
            DECLARE not in item.nodeid,
            apart,
            len(self.portee[item.nodeid]) * (0.2 + self.temps[item.nodeid]),
        )

    def _run(self, item: Any) -> bool:
        # Of another module: what belongs to this one is taken down, the session stays.
        return run_item(item, Suivant(item.listchain()[:1]), BLOQUE)


class Lecteur:
    """Runs the tests of the demonstration, which stays loaded from the first one to the last."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def play_all(self, mutants: list[Any]) -> Iterator[tuple[Any, str]]:
        """Each mutant with the test that noticed; module by module, a mutant seen once is left."""
        left = list(mutants)
        for path in dict.fromkeys(i.path for i in self.items):
            of_module = [i for i in self.items if i.path == path]
            sure = [i for i in of_module if self._run(i)]
            for item in of_module:
                if item not in sure:
                    print(f"  en échec sans mutation : {item.nodeid}", flush=True)
            for mutant in list(left):
                with taken_away(mutant):
                    seen = next((i for i in sure if not self._run(i)), None)
                with nothing_kept():
                    if seen is not None and self._run(seen):
                        left.remove(mutant)
                        yield mutant, str(seen.nodeid)
            if of_module:
                of_module[0].session._setupstate.teardown_exact(
                    Suivant(of_module[0].listchain()[:1])
                )

    def _run(self, item: Any) -> bool:
        # Of the same module: what the module loaded stays.
        return run_item(item, Suivant(item.listchain()[:-1]), CHARGEMENT)


class Suivant:
    """Stands for the test that comes next: what it shares with this one is not taken down."""

    def __init__(self, chaine: list[Any]) -> None:
        self._chaine = chaine

    def listchain(self) -> list[Any]:
        return list(self._chaine)


def run_item(item: Any, suivant: Any, secondes: int) -> bool:
    """Whether the test passes, in that time."""
    item._initrequest()
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(secondes)
    try:
        reports = runtestprotocol(item, log=False, nextitem=suivant)
    except TimeoutError:
        return False
    finally:
        signal.alarm(0)
    return not any(r.failed for r in reports)


@contextmanager
def taken_away(mutant: Any) -> Iterator[None]:
    with nothing_kept(), mutant.applique():
        yield


@contextmanager
def nothing_kept() -> Iterator[None]:
    """No text of a condition is kept from before, nor for after."""
    # Here, not above: pytest reads this plugin before Django is ready.
    from cariatide.menages.acces import _compile_liens

    _compile_liens.cache_clear()
    yield
    _compile_liens.cache_clear()


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
