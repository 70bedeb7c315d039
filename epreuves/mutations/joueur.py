"""The pytest plugin: notes what each test reaches, then plays the mutants against those tests.

Everything happens in one process and one database: a mutant costs the tests that can notice it, the
most particular first, until one fails. In four passes: the pages that repeat what is declared, the
tests that read one demonstration, loaded once, for what is left the suites of the app, then for
what a page shows the walks from link to link.
"""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from bench.base import ROOT
from cariatide.socle.lifecycle import Lifecycle
from epreuves.mutations import RESULTATS

ESSAIS, SECONDES = 120, 120  # tests, and seconds of processor, spent on one mutant at most
# Names of tests that are about rights.
PREMIERS = (
    "test_droits",
    "test_boutons",
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
LIENS = f"{DEMONSTRATION}test_liens.py"
NON_ATTEINT = "NON ATTEINT"
NON_VUS = ("", NON_ATTEINT)
PREFIXE = f"{ROOT / 'cariatide'}/"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--groupe", default="", help="mutants de cette app")
    parser.addoption("--restants", action="store_true", help="ceux que le dernier jeu n’a pas vus")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    if session.testsfailed:
        raise session.Interrupted("des tests ne se lisent pas")
    # Here, not above: pytest reads this plugin before Django is ready.
    from epreuves.mutations.cibles import list_mutants

    groupes = session.config.getoption("--groupe").split(",")
    mutants = [m for m in list_mutants() if m.groupe in groupes]
    known = read_verdicts(groupes) if session.config.getoption("--restants") else {}
    verdicts = {m.nom: known.get(m.nom, NON_ATTEINT) for m in mutants}
    for items, garde, judges in _list_passes(session.items):
        left = [m for m in mutants if verdicts[m.nom] in NON_VUS and judges(m)]
        for mutant, verdict in Joueur(items, garde=garde).play_all(left):
            verdicts[mutant.nom] = verdict
            write_verdicts(groupes, mutants, verdicts)
        print(f"  passe de {len(items)} tests : {len(left)} contrôles à voir", flush=True)
    for groupe in groupes:
        of_groupe = [m.nom for m in mutants if m.groupe == groupe]
        unseen = [nom for nom in of_groupe if verdicts[nom] in NON_VUS]
        unreached = [nom for nom in unseen if verdicts[nom]]
        print(
            f"\nMutations {groupe} : {len(of_groupe)} contrôles retirés, "
            f"{len(of_groupe) - len(unseen)} vus par un test, "
            f"{len(unseen) - len(unreached)} survivent, "
            f"{len(unreached)} que ces tests n’atteignent pas."
        )
        for nom in unseen:
            print(f"  SURVIT {nom}")
    session.testsfailed = sum(v in NON_VUS for v in verdicts.values())
    return True


def _list_passes(items: list[Any]) -> list[tuple[list[Any], bool, Callable[[Any], bool]]]:
    """The cheapest first: written pages, rows of the demonstration, suites, walks through it."""
    written = [i for i in items if DECLARE in i.nodeid]
    walks = [i for i in items if LIENS in i.nodeid]
    read = [i for i in items if DEMONSTRATION in i.nodeid and i not in walks]
    others = [i for i in items if i not in [*written, *walks, *read]]
    return [
        (written, True, lambda m: m.declare),
        (read, True, lambda m: m.lignes),
        (others, False, lambda m: True),
        (walks, True, lambda m: m.page),
    ]


def write_verdicts(groupes: list[str], mutants: list[Any], verdicts: dict[str, str]) -> None:
    for groupe in groupes:
        lines = [
            f"{verdicts[m.nom] or 'SURVIT'} | {m.nom}\n" for m in mutants if m.groupe == groupe
        ]
        (RESULTATS / f"{groupe}.txt").write_text("".join(lines), encoding="utf-8")


def read_verdicts(groupes: list[str]) -> dict[str, str]:
    """Mutant → the test that noticed it the last time."""
    known = {}
    for groupe in groupes:
        for line in (RESULTATS / f"{groupe}.txt").read_text(encoding="utf-8").splitlines():
            verdict, _, nom = line.partition(" | ")
            known[nom] = "" if verdict == "SURVIT" else verdict
    return known


class Joueur:
    """Runs tests one by one, several times if need be, in the session of pytest.

    garde: what the module of the tests loaded stays from the first one to the last.
    """

    def __init__(self, items: list[Any], *, garde: bool) -> None:
        self.items = items
        self.garde = garde
        self.temps: dict[str, float] = {}
        self.portee: dict[str, set[str]] = {}

    def play_all(self, mutants: list[Any]) -> Iterator[tuple[Any, str]]:
        """Each mutant with the test that noticed, empty when none of those that reach it did."""
        if self.items and mutants:
            self.note({m.cible for m in mutants})
            for mutant in mutants:
                verdict = self.play(mutant)
                if verdict != NON_ATTEINT:
                    yield mutant, verdict
            self.items[0].session._setupstate.teardown_exact(Suivant(self.items[0].listchain()[:1]))

    def note(self, cibles: set[str]) -> None:
        """Run every test once; what fails without a mutant is left out."""
        for item in self.items:
            reached: set[str] = set()
            began = time.process_time()
            # What reads whole tables reaches their conditions: no need to watch it, at three times
            # its price.
            with _watch(reached, set() if self.garde else cibles):
                passed = self._run(item)
            if passed:
                self.temps[item.nodeid] = time.process_time() - began
                self.portee[item.nodeid] = reached
            else:
                print(f"  en échec sans mutation : {item.nodeid}", flush=True)

    def play(self, mutant: Any) -> str:
        """The test that noticed; empty when none did."""
        able = [i for i in self.items if i.nodeid in self.temps and self._reaches(i, mutant)]
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

    def _reaches(self, item: Any, mutant: Any) -> bool:
        # What is kept loaded is played against the mutants it judges, all of them.
        return self.garde or mutant.cible in self.portee[item.nodeid]

    def _confirm(self, mutant: Any, item: Any) -> str:
        """The test that failed, once seen to pass without the mutant; else it says nothing."""
        with nothing_kept():
            if self._run(item):
                return str(item.nodeid)
        print(f"  en échec sans mutation : {item.nodeid}", flush=True)
        del self.temps[item.nodeid]
        return self.play(mutant)

    def _rank(self, item: Any) -> tuple[bool, float]:
        """Tests about rights first, then the most particular and the fastest."""
        apart = not (self.garde or any(mot in item.nodeid for mot in PREMIERS))
        return apart, (1 + len(self.portee[item.nodeid])) * (0.2 + self.temps[item.nodeid])

    def _run(self, item: Any) -> bool:
        chain = item.listchain()
        return run_item(item, Suivant(chain[:-1] if self.garde else chain[:1]))


class Suivant:
    """Stands for the test that comes next: what it shares with this one is not taken down."""

    def __init__(self, chaine: list[Any]) -> None:
        self._chaine = chaine

    def listchain(self) -> list[Any]:
        return list(self._chaine)


def run_item(item: Any, suivant: Any) -> bool:
    """Whether the test passes, in time."""
    item._initrequest()
    signal.signal(signal.SIGALRM, _stop)
    limit = CHARGEMENT if DEMONSTRATION in item.nodeid else BLOQUE
    # Again every few seconds: the code under test may have caught the first one.
    signal.setitimer(signal.ITIMER_REAL, limit, 5)
    try:
        reports = runtestprotocol(item, log=False, nextitem=suivant)
    except TimeoutError:
        return False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
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

    watched: Any = Lifecycle
    watched.refusal, watched._concerns = note_refusal, note_concerns
    sys.setprofile(profile if cibles else None)
    try:
        yield
    finally:
        sys.setprofile(None)
        watched.refusal, watched._concerns = refusal, concerns
