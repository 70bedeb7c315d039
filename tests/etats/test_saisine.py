"""Saisine: states, dates, orientations, whatever the order of the acts and whoever tries them."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from cariatide.commission.models import Instance
from cariatide.commission.ports import DecisionPrise
from cariatide.commission.statuts import TypeInstance
from cariatide.demandes import actions
from cariatide.demandes.models import Orientation, PieceSaisine, Saisine
from cariatide.socle.contexte import ouvre_transaction
from tests.demandes.conftest import PIECES, donnees_saisine
from tests.distribution import DEBUT, JOUR, Monde
from tests.etats.machine import Machine, ordered, play

QUI = st.sampled_from(["dora", "dora", "dora", "alice", "charlie", "membre"])
OPERATEUR = st.sampled_from(["alice", "alice", "chef", "dora", "charlie"])
MOTIF = st.sampled_from(["Situation examinée en séance.", "Situation examinée.", " "])
SENS = st.sampled_from(["maintien", "relogement", "ajournement", "refus"])
ORIENTEES = {"orientee_maintien", "orientee_relogement"}
ATTENTE = {"recevable", "ajournee", "orientee_provisoire"}


class MachineSaisine(Machine):
    """One saisine, urgent, with or without its pieces."""

    def debut(self) -> date:
        return JOUR

    def prepare(self) -> None:
        Instance.objects.get_or_create(
            nom="Groupe de pilotage MOUS",
            defaults={
                "type": TypeInstance.GROUPE_DE_PILOTAGE, "secretariat": self.monde.departement,
                "convention": self.monde.convention, "du": DEBUT,
            },
        )  # fmt: skip
        perimetre = self.perimetre("prescripteur")
        donnees = donnees_saisine(
            self.monde, urgence=True, motif_urgence="Expulsion", pieces_recues=list(PIECES[1:])
        )
        with ouvre_transaction(perimetre):
            self.pk = actions.deposit_saisine(perimetre=perimetre, donnees=donnees).pk
        pieces = PieceSaisine.objects.unscoped(reason="test").filter(saisine_id=self.pk)
        self.piece = pieces.get(code=PIECES[0]).pk
        self.statut, self.version, self.complete = "deposee", self.row().version, False
        self.ajournements, self.passage, self.commencee = 0, 0, False
        self.provisoire = ""
        self.decisions: dict[int, str] = {}

    def row(self) -> Saisine:
        return Saisine.objects.unscoped(reason="test").get(pk=self.pk)

    def snapshot(self) -> tuple[Any, ...]:
        row = self.row()
        orientations = Orientation.objects.unscoped(reason="test").filter(saisine_id=self.pk)
        return (
            row.statut, row.version, row.ajournements, row.decision_sens, row.close_le,
            list(orientations.order_by("pk").values_list("sens", "provisoire", "motif")),
        )  # fmt: skip

    def act(self, qui: str, nom: str, attendu: bool, **plus: Any) -> None:
        action = getattr(actions, nom)
        self.attempt(qui, lambda p: action(perimetre=p, saisine_id=self.pk, **plus), attendu)

    # -- before a session

    @rule()
    def demain(self) -> None:
        self.jour += timedelta(days=1)

    @rule(qui=st.sampled_from(["dora", "prescripteur", "charlie"]))
    def recevoir_piece(self, qui: str) -> None:
        if self.complete:
            return
        ok = qui != "charlie" and self.statut in {"deposee", "inscrite", *ATTENTE}
        le = self.jour
        self.attempt(
            qui,
            lambda p: actions.receive_piece(
                perimetre=p, saisine_id=self.pk, piece_id=self.piece, recue_le=le
            ),
            ok,
        )
        self.complete = self.complete or ok

    @rule(qui=QUI, retard=st.sampled_from([0, 0, 0, 1]))
    def recevoir(self, qui: str, retard: int) -> None:
        ok = qui == "dora" and self.statut == "deposee" and self.complete and not retard
        self.act(qui, "declare_recevable", ok, version=self.row().version - retard)
        self.statut = "recevable" if ok else self.statut

    @rule(motif=MOTIF, fois=st.integers(0, 5))
    def ecarter(self, motif: str, fois: int) -> None:
        if fois:
            return
        ok = self.statut == "deposee" and bool(motif.strip())
        self.act("dora", "declare_irrecevable", ok, motif=motif, version=self.row().version)
        self.statut = "irrecevable" if ok else self.statut

    @rule(qui=QUI, axe=st.sampled_from(["maintien", "relogement", "refus"]), motif=MOTIF)
    def orienter_provisoirement(self, qui: str, axe: str, motif: str) -> None:
        ok = (
            qui == "dora"
            and self.statut in ("deposee", "recevable")
            and not self.provisoire
            and axe != "refus"
            and bool(motif.strip())
        )
        self.act(qui, "orient_provisoirement", ok, axe=axe, motif=motif, version=self.row().version)
        if ok:
            self.statut, self.provisoire = "orientee_provisoire", axe

    @rule(motif=MOTIF, fois=st.integers(0, 5))
    def classer(self, motif: str, fois: int) -> None:
        if fois:
            return
        ok = self.statut in {"deposee", *ATTENTE} and bool(motif.strip())
        self.act(
            "dora", "dismiss_saisine", ok, issue="sans_objet", motif=motif,
            version=self.row().version,
        )  # fmt: skip
        self.statut = "close" if ok else self.statut

    @rule(sens=SENS, pas=st.integers(1, 4))
    def avancer(self, sens: str, pas: int) -> None:
        """The ordinary way: what is rare is tried from everywhere along it."""
        for _ in range(pas):
            if self.statut == "deposee":
                self.recevoir_piece("prescripteur")
                self.recevoir("dora", 0)
            elif self.statut in ATTENTE:
                self.inscrire("dora")
            elif self.statut == "inscrite":
                self.decider("dora", sens, "Situation examinée en séance.")
            elif self.statut in ORIENTEES:
                self.mettre_en_oeuvre("alice")

    # -- in session

    @rule(qui=QUI)
    def inscrire(self, qui: str) -> None:
        ok = qui == "dora" and self.statut in ATTENTE
        self.act(qui, "enter_seance", ok, passage_id=self.passage + 1, seance_le=self.jour)
        if ok:
            self.statut, self.passage = "inscrite", self.passage + 1

    @rule(qui=QUI)
    def retirer(self, qui: str) -> None:
        ok = qui == "dora" and self.statut == "inscrite" and self.passage not in self.decisions
        if self.statut == "inscrite" and self.passage in self.decisions:
            return
        self.act(qui, "leave_seance", ok, passage_id=self.passage)
        if ok:
            self.statut = (
                "ajournee" if self.ajournements
                else "orientee_provisoire" if self.provisoire else "recevable"
            )  # fmt: skip

    @rule(qui=QUI, sens=SENS, motif=MOTIF)
    def decider(self, qui: str, sens: str, motif: str) -> None:
        """The session decides, or corrects what it decided."""
        corrige = self.passage in self.decisions
        if corrige and self.statut == "en_mise_en_oeuvre" and not self.provisoire:
            corrigible = False
        else:
            corrigible = self.statut in ORIENTEES | {"ajournee", "refusee", "en_mise_en_oeuvre"}
        ok = qui == "dora" and bool(motif.strip()) and (
            corrigible if corrige else self.statut == "inscrite"
        )  # fmt: skip
        decision = DecisionPrise(
            passage_id=self.passage, seance_id=1, instance_id=1, le=self.jour, sens=sens,
            motif=motif,
        )  # fmt: skip
        self.act(qui, "apply_decision", ok, decision=decision)
        if not ok:
            return
        if corrige and self.decisions[self.passage] == "ajournement":
            self.ajournements -= 1
        self.decisions[self.passage] = sens
        self.ajournements += sens == "ajournement"
        self.statut = {"ajournement": "ajournee", "refus": "refusee"}.get(sens, f"orientee_{sens}")
        if self.commencee and self.statut in ORIENTEES:
            self.statut = "en_mise_en_oeuvre"

    # -- after

    @rule(qui=OPERATEUR)
    def mettre_en_oeuvre(self, qui: str) -> None:
        if self.commencee:
            return
        a_ratifier = self.provisoire and self.statut in {
            "orientee_provisoire", "inscrite", "ajournee",
        }  # fmt: skip
        ok = qui != "charlie" and (self.statut in ORIENTEES or bool(a_ratifier))
        self.act(qui, "start_mise_en_oeuvre", ok, source=("mesures.mesure", 1))
        if ok:
            self.commencee = True
            self.statut = "en_mise_en_oeuvre" if self.statut in ORIENTEES else self.statut

    @rule(qui=OPERATEUR, issue=st.sampled_from(["relogement", "inconnue"]), fois=st.integers(0, 3))
    def clore(self, qui: str, issue: str, fois: int) -> None:
        if fois or self.statut == "close":
            return
        ok = (
            qui in ("alice", "chef")
            and self.statut in {*ORIENTEES, "en_mise_en_oeuvre"}
            and issue == "relogement"
        )
        self.act(qui, "close_saisine", ok, issue=issue)
        self.statut = "close" if ok else self.statut

    # -- what always holds

    @invariant()
    def la_base_dit_comme_le_modele(self) -> None:
        row = self.row()
        assert (row.statut, row.ajournements) == (self.statut, self.ajournements)
        assert (row.provisoire_sens, bool(row.mise_en_oeuvre_le)) == (
            self.provisoire, self.commencee,
        )  # fmt: skip

    @invariant()
    def une_orientation_par_passage(self) -> None:
        rows = Orientation.objects.unscoped(reason="test").filter(saisine_id=self.pk)
        sens = dict(rows.filter(provisoire=False).values_list("passage_id", "sens"))
        assert sens == self.decisions
        assert rows.filter(provisoire=True).count() == bool(self.provisoire)
        assert list(sens.values()).count("ajournement") == self.ajournements

    @invariant()
    def les_dates_se_suivent(self) -> None:
        row = self.row()
        assert ordered(row.date_saisine, row.deposee_le, row.recevable_le)
        assert ordered(row.deposee_le, row.provisoire_le, row.decidee_le, row.close_le)
        assert (row.statut == "close") == (row.close_le is not None)
        assert (row.statut == "irrecevable") == (row.irrecevable_le is not None)


@pytest.mark.django_db
def test_la_saisine_tient_dans_tous_les_ordres(monde: Monde) -> None:
    play(MachineSaisine, monde)
