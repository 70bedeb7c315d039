"""Session and agenda: quorum, decisions, one decision a case, whatever the order of the acts."""

from datetime import date, time, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from cariatide.commission.actions.agenda import inscribe_passages, remove_passage
from cariatide.commission.actions.decisions import (
    postpone_passages,
    record_decision,
    start_passage,
    suspend_passage,
)
from cariatide.commission.actions.seances import (
    DonneesSeance,
    LignePresence,
    cancel_seance,
    close_seance,
    convene_seance,
    open_seance,
    record_presences,
    reschedule_seance,
)
from cariatide.commission.models import Decision, Passage, Seance
from cariatide.commission.queries import count_quorum
from tests.commission.fabrique import (
    MOTIF,
    TYPE,
    add_dossier,
    add_instance,
    plan,
    register_faux,
)
from tests.distribution import JOUR, Monde
from tests.etats.machine import Machine, play

SIEGES = ("prefecture", "ccas", "bailleur")
REQUIS = 2  # half of three, rounded up
QUI = st.sampled_from([*["dora"] * 7, "membre", "alice"])
RANG = st.integers(0, 2)
OUVERTS = {"inscrit", "en_cours"}
EXAMINES = {"decide", "ajourne"}


class MachineSeance(Machine):
    """One session of a body of three members, three households."""

    def debut(self) -> date:
        return JOUR

    def prepare(self) -> None:
        self._faux = register_faux()
        self.faux = self._faux.__enter__()
        seance = plan(self.monde, add_instance(self.monde), JOUR + timedelta(days=1))
        self.pk = seance.pk
        self.menages = [
            add_dossier(self.monde, self.faux, nom=f"État{n}").menage_id for n in range(3)
        ]
        self.statut, self.le = "planifiee", JOUR + timedelta(days=1)
        self.etats: dict[int, str] = {}  # rank of the household → state of its passage
        self.versions: dict[int, int] = {}
        self.passages: dict[int, int] = {}
        self.presents: set[str] = set()

    def teardown(self) -> None:
        self._faux.__exit__(None, None, None)
        super().teardown()

    def snapshot(self) -> tuple[object, ...]:
        seance = Seance.objects.unscoped(reason="test").get(pk=self.pk)
        rows = Passage.objects.unscoped(reason="test").filter(seance_id=self.pk).order_by("pk")
        decisions = Decision.objects.unscoped(reason="test").order_by("pk")
        return (
            seance.statut, seance.le, seance.version,
            list(rows.values_list("statut", "ordre", "version")),
            list(decisions.values_list("passage_id", "sens", "motif")),
        )  # fmt: skip

    # -- the session

    @rule()
    def demain(self) -> None:
        self.jour += timedelta(days=1)

    @rule(qui=QUI)
    def convoquer(self, qui: str) -> None:
        ok = qui == "dora" and self.statut == "planifiee" and self.le >= self.jour
        self.attempt(qui, lambda p: convene_seance(perimetre=p, seance_id=self.pk), ok)
        self.statut = "convoquee" if ok else self.statut

    @rule(qui=QUI, jours=st.integers(-1, 2))
    def replanifier(self, qui: str, jours: int) -> None:
        le = self.jour + timedelta(days=jours)
        ok = qui == "dora" and self.statut in ("planifiee", "convoquee") and jours >= 0
        donnees = DonneesSeance(le=le, heure=time(14), lieu="Salle Jaurès")
        self.attempt(
            qui, lambda p: reschedule_seance(perimetre=p, seance_id=self.pk, donnees=donnees), ok
        )
        if ok:
            self.statut, self.le = "planifiee", le

    @rule(qui=QUI)
    def ouvrir(self, qui: str) -> None:
        ok = qui == "dora" and self.statut == "convoquee" and self.jour >= self.le
        self.attempt(qui, lambda p: open_seance(perimetre=p, seance_id=self.pk), ok)
        self.statut = "ouverte" if ok else self.statut

    @precondition(lambda self: self.statut in ("planifiee", "convoquee"))
    @rule(presents=st.sets(st.sampled_from(SIEGES)))
    def tenir(self, presents: set[str]) -> None:
        """Straight to the open session: what follows needs one."""
        for rang in range(2):
            if rang not in self.etats:
                self.inscrire("dora", rang)
        if self.statut == "planifiee":
            self.convoquer("dora")
        self.jour = max(self.jour, self.le)
        if self.statut == "convoquee":
            self.ouvrir("dora")
            self.noter_presences("dora", presents)

    @rule(qui=QUI, presents=st.sets(st.sampled_from(SIEGES)))
    def noter_presences(self, qui: str, presents: set[str]) -> None:
        ok = qui == "dora" and self.statut in ("convoquee", "ouverte")
        lignes = [
            LignePresence(getattr(self.monde, s).pk, "present" if s in presents else "absent")
            for s in SIEGES
        ]
        self.attempt(
            qui,
            lambda p: record_presences(perimetre=p, seance_id=self.pk, lignes=lignes),
            ok,
            change=presents != self.presents,
        )
        self.presents = presents if ok else self.presents

    @rule(qui=st.sampled_from(["dora", "alice", "membre"]))
    def clore(self, qui: str) -> None:
        ok = qui == "dora" and self.statut == "ouverte" and not OUVERTS & set(self.etats.values())
        self.attempt(qui, lambda p: close_seance(perimetre=p, seance_id=self.pk), ok)
        self.statut = "close" if ok else self.statut

    @precondition(lambda self: len(self.etats) == 3)
    @rule(motif=st.sampled_from(["", "Salle indisponible"]))
    def annuler(self, motif: str) -> None:
        ok = self.statut in ("planifiee", "convoquee") and bool(motif)
        self.attempt(
            "dora", lambda p: cancel_seance(perimetre=p, seance_id=self.pk, motif=motif), ok
        )
        if ok:
            self.statut = "annulee"
            self.etats = {r: "retire" if e in OUVERTS else e for r, e in self.etats.items()}

    # -- the agenda

    @rule(qui=QUI, rang=RANG)
    def inscrire(self, qui: str, rang: int) -> None:
        ok = (
            qui == "dora"
            and self.statut in ("planifiee", "convoquee", "ouverte")
            and self.etats.get(rang, "retire") in ("retire", "reporte")
        )
        dossiers = [(TYPE, self.menages[rang])]
        done = self.attempt(
            qui, lambda p: inscribe_passages(perimetre=p, seance_id=self.pk, dossiers=dossiers), ok
        )
        if done:
            self.etats[rang], self.passages[rang] = "inscrit", done[0].pk
            self.versions[rang] = done[0].version

    @precondition(lambda self: self.etats)
    @rule(rang=RANG, motif=st.sampled_from(["", "Ménage parti"]))
    def retirer(self, rang: int, motif: str) -> None:
        if rang not in self.passages:
            return
        ok = (
            self.statut in ("planifiee", "convoquee")
            and self.etats[rang] == "inscrit"
            and bool(motif)
        )
        pk = self.passages[rang]
        self.attempt("dora", lambda p: remove_passage(perimetre=p, passage_id=pk, motif=motif), ok)
        self.etats[rang] = "retire" if ok else self.etats[rang]

    @precondition(lambda self: self.etats)
    @rule(qui=QUI, rang=RANG)
    def examiner(self, qui: str, rang: int) -> None:
        if rang not in self.passages:
            return
        ok = qui == "dora" and self.statut == "ouverte" and self.etats[rang] == "inscrit"
        pk = self.passages[rang]
        self.attempt(qui, lambda p: start_passage(perimetre=p, passage_id=pk), ok)
        if ok:
            self.etats = {r: "inscrit" if e == "en_cours" else e for r, e in self.etats.items()}
            self.etats[rang] = "en_cours"

    @precondition(lambda self: "en_cours" in self.etats.values())
    @rule()
    def suspendre(self) -> None:
        rang = next(r for r, e in self.etats.items() if e == "en_cours")
        pk = self.passages[rang]
        self.attempt("dora", lambda p: suspend_passage(perimetre=p, passage_id=pk), True)
        self.etats[rang] = "inscrit"

    @precondition(lambda self: self.etats)
    @rule(
        qui=QUI,
        rang=RANG,
        sens=st.sampled_from(["maintien", "relogement", "refus", "ajournement", "inconnu"]),
        retard=st.sampled_from([0, 0, 0, 1]),
        motif=st.sampled_from([MOTIF, MOTIF, MOTIF, "  "]),
    )
    def decider(self, qui: str, rang: int, sens: str, retard: int, motif: str) -> None:
        if rang not in self.passages:
            return
        ok = (
            qui == "dora"
            and self.statut == "ouverte"
            and self.etats[rang] in OUVERTS | EXAMINES
            and len(self.presents) >= REQUIS
            and sens != "inconnu"
            and motif == MOTIF
            and not retard
        )
        pk, version = self.passages[rang], self.versions[rang] - retard
        self.attempt(
            qui,
            lambda p: record_decision(
                perimetre=p, passage_id=pk, version=version, sens=sens, motif=motif
            ),
            ok,
        )
        if ok:
            self.etats[rang] = "ajourne" if sens == "ajournement" else "decide"
            self.versions[rang] += 1

    @precondition(lambda self: self.etats)
    @rule(rang=RANG)
    def reporter(self, rang: int) -> None:
        if rang not in self.passages:
            return
        ok = self.statut == "ouverte" and self.etats[rang] in OUVERTS
        pk = self.passages[rang]
        self.attempt(
            "dora",
            lambda p: postpone_passages(perimetre=p, seance_id=self.pk, passage_id=pk),
            ok,
        )
        self.etats[rang] = "reporte" if ok else self.etats[rang]

    # -- what always holds

    @invariant()
    def la_base_dit_comme_le_modele(self) -> None:
        seance = Seance.objects.unscoped(reason="test").get(pk=self.pk)
        assert (seance.statut, seance.le) == (self.statut, self.le)
        rows = Passage.objects.unscoped(reason="test").filter(pk__in=self.passages.values())
        etats = dict(rows.values_list("pk", "statut"))
        assert {r: etats[pk] for r, pk in self.passages.items()} == self.etats

    @invariant()
    def une_decision_par_dossier_examine(self) -> None:
        decided = {self.passages[r] for r, e in self.etats.items() if e in EXAMINES}
        rows = Decision.objects.unscoped(reason="test").filter(passage__seance_id=self.pk)
        assert sorted(rows.values_list("passage_id", flat=True)) == sorted(decided)
        assert not any(not d.motif.strip() or d.le != self.le for d in rows if self.jour == self.le)
        told = sum(bool(d.decisions) for d in self.faux.dossiers.values())
        assert told == len(decided)

    @invariant()
    def le_quorum_et_les_rangs(self) -> None:
        seance = Seance.objects.unscoped(reason="test").select_related("instance").get(pk=self.pk)
        if self.statut in ("convoquee", "ouverte"):
            quorum = count_quorum(seance)
            assert (quorum.requis, quorum.presents) == (REQUIS, len(self.presents))
        rangs = Passage.objects.unscoped(reason="test").filter(seance_id=self.pk)
        ordres = list(rangs.exclude(statut="retire").values_list("ordre", flat=True))
        assert len(ordres) == len(set(ordres))
        assert list(self.etats.values()).count("en_cours") <= 1


@pytest.mark.django_db
def test_la_seance_tient_dans_tous_les_ordres(monde: Monde) -> None:
    play(MachineSeance, monde)
