"""What the machines of states share: one transaction an example, a model, acts tried by anybody.

Hypothesis draws sequences of real acts; the model, in memory, written from the domain model, says
which ones pass. What is refused writes nothing; what passes writes the journal. Always the same
draws; CARIATIDE_ETATS=long takes many more.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from cariatide.journal.models import Evenement
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import Perimetre
from tests.distribution import Monde
from tests.proprietes import LONG

REGLAGE = settings(
    max_examples=400 if LONG else 10,
    stateful_step_count=40 if LONG else 16,
    # The steps that fail are printed; looking for fewer of them costs minutes.
    phases=(Phase.generate, Phase.shrink) if LONG else (Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def play(machine: type["Machine"], monde: Monde) -> None:
    """Run a machine; it must have accepted and refused acts, or it proved nothing."""
    played = type(machine.__name__, (machine,), {"monde": monde, "compte": {}})
    run_state_machine_as_test(played, settings=REGLAGE)
    assert played.compte.get(True, 0) > 15, played.compte
    assert played.compte.get(False, 0) > 10, played.compte


class Machine(RuleBasedStateMachine):
    """One example: everything it writes is taken back at its end."""

    monde: ClassVar[Monde]
    compte: ClassVar[dict[bool, int]]
    objet = ""

    def __init__(self) -> None:
        super().__init__()
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self.jour = self.debut()
        self.objet_id = 0
        self.prepare()

    def teardown(self) -> None:
        with connection.cursor() as cursor:
            # What is checked at the end of a transaction is checked before it is taken back.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)

    def debut(self) -> Any:
        """The day the machine starts; each machine says its own."""

    def prepare(self) -> None:
        """The object, and the model of its state."""

    def snapshot(self) -> Any:
        """What a refused act must leave as it was."""

    def perimetre(self, qui: str) -> Perimetre:
        return self.monde.perimetre(qui, self.jour)

    def count_evenements(self) -> int:
        return Evenement.objects.filter(pk__gt=0).count()

    def attempt(
        self, qui: str, acte: Callable[[Perimetre], Any], attendu: bool, *, change: bool = True
    ) -> Any:
        """Run an act; it passes if and only if the model says so.

        change: what passes says something new; the same again leaves all as it was.
        """
        perimetre, before, ecrits = self.perimetre(qui), self.snapshot(), self.count_evenements()
        try:
            with ouvre_transaction(perimetre):
                done = acte(perimetre)
        except ErreurMetier as erreur:
            assert not attendu, f"{self.jour} {qui} : refusé ({erreur.message})"
            assert self.snapshot() == before, f"un acte refusé a écrit ({erreur.message})"
            assert self.count_evenements() == ecrits, "un acte refusé est au journal"
            self.compte[False] = self.compte.get(False, 0) + 1
            return None
        assert attendu, f"{self.jour} {qui} : accepté, le modèle le refuse"
        if change:
            assert self.count_evenements() > ecrits, "un acte accepté manque au journal"
        else:
            assert self.snapshot() == before, "la même saisie à nouveau a écrit"
            assert self.count_evenements() == ecrits, "la même saisie à nouveau est au journal"
        self.compte[True] = self.compte.get(True, 0) + 1
        return done


def ordered(*dates: Any) -> bool:
    """Those that are known follow each other."""
    known = [d for d in dates if d is not None]
    return known == sorted(known)
