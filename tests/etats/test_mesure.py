"""Measure: one living measure a saisine, terms and quotas, whatever the order of the acts."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from cariatide.mesures import actions
from cariatide.mesures.models import Mesure, Suspension
from cariatide.mesures.queries import find_duree_maximale
from cariatide.mesures.rules import compute_fin
from tests.distribution import Monde
from tests.etats.machine import Machine, ordered, play
from tests.mesures.conftest import DECISION, Fabrique

EQUIPE = ("alice", "chef")
QUI = st.sampled_from(["alice", "alice", "alice", "chef", "financeur", "charlie"])
MOIS_MAX = 24
EN_COURS = {"active", "renouvelee"}


class MachineMesure(Machine):
    """One decided saisine of an operator, and the measures opened from it."""

    def debut(self) -> date:
        return DECISION

    def prepare(self) -> None:
        self.fabrique = Fabrique(self.monde)
        self.fabrique.fixe_suspension(3)
        self.saisine = self.fabrique.saisine(convention=self.fabrique.convention_asll())
        self.pk, self.statut, self.mois = 0, "", 0
        self.objectif = self.diagnostic = self.contrat = False
        self.ouvertes = 0

    def row(self) -> Mesure | None:
        return Mesure.objects.unscoped(reason="test").filter(pk=self.pk).first()

    def snapshot(self) -> tuple[Any, ...]:
        rows = Mesure.objects.unscoped(reason="test").filter(saisine_id=self.saisine.pk)
        return tuple(rows.order_by("pk").values_list("statut", "version", "fin_prevue"))

    def act(self, qui: str, nom: str, attendu: bool, vers: str = "", **plus: Any) -> None:
        action = getattr(actions, nom)
        self.attempt(qui, lambda p: action(perimetre=p, mesure_id=self.pk, **plus), attendu)
        self.statut = vers if attendu and vers else self.statut

    @rule(jours=st.integers(1, 40))
    def attendre(self, jours: int) -> None:
        self.jour += timedelta(days=jours)

    @rule(qui=QUI)
    def ouvrir(self, qui: str) -> None:
        """A second one only once the first was refused."""
        ok = qui in EQUIPE and self.statut in ("", "refusee") and not self.fermee()
        done = self.attempt(
            qui,
            lambda p: actions.create_mesure(perimetre=p, saisine_id=self.saisine.pk),
            ok,
        )
        if done:
            self.pk, self.statut, self.mois = done.pk, "prescrite", 0
            self.objectif = self.diagnostic = self.contrat = False
            self.ouvertes += 1

    def fermee(self) -> bool:
        """The refusal of the household ends the saisine too."""
        self.saisine.refresh_from_db(
            from_queryset=type(self.saisine).objects.unscoped(reason="test")
        )
        return bool(self.saisine.statut == "close")

    @precondition(lambda self: self.pk)
    @rule(qui=st.sampled_from(["financeur", "financeur", "alice"]), mois=st.integers(-1, 30))
    def accorder(self, qui: str, mois: int) -> None:
        ok = qui == "financeur" and self.statut == "prescrite" and 1 <= mois <= self.maximum()
        self.act(
            qui, "grant_mesure", ok, "accordee", le=self.jour, duree_mois=mois,
            intensite="moyenne", reference="Notification",
        )  # fmt: skip
        self.mois = mois if ok else self.mois

    def maximum(self) -> int:
        """What the dated text says for this kind of agreement (R-ASLL-1)."""
        row = self.row()
        found = row and find_duree_maximale(row, self.jour)
        return found or MOIS_MAX

    @precondition(lambda self: self.pk)
    @rule(fois=st.integers(0, 4))
    def rejeter(self, fois: int) -> None:
        if not fois:
            ok = self.statut == "prescrite"
            self.act("financeur", "reject_mesure", ok, "refusee", motif="Crédits épuisés")

    @precondition(lambda self: self.pk)
    @rule(qui=QUI, retard=st.integers(-2, 10))
    def proposer(self, qui: str, retard: int) -> None:
        ok = qui in EQUIPE and self.statut == "accordee" and retard >= 0
        signature = self.jour + timedelta(days=retard)
        self.act(qui, "propose_mesure", ok, "proposee", le=self.jour, signature_prevue_le=signature)

    @precondition(lambda self: self.statut in ("accordee", "proposee", "adheree"))
    @rule()
    def preparer(self) -> None:
        """What the contract and the beginning need."""
        mesure = self.row()
        if not self.objectif:
            self.fabrique.objectif(mesure, self.jour)
            self.objectif = True
        elif not self.diagnostic:
            self.fabrique.diagnostic_redige(mesure, self.jour)
            self.diagnostic = True

    @precondition(lambda self: self.pk)
    @rule(qui=QUI)
    def signer(self, qui: str) -> None:
        ok = qui in EQUIPE and self.statut == "proposee" and self.objectif
        self.act(qui, "sign_contrat", ok, "adheree", le=self.jour)
        self.contrat = self.contrat or ok

    @precondition(lambda self: self.pk)
    @rule(fois=st.integers(0, 4), adhesion=st.sampled_from(["refus", "oui"]))
    def refuser(self, fois: int, adhesion: str) -> None:
        if not fois:
            ok = self.statut in ("proposee", "adheree") and adhesion == "refus"
            self.act(
                "alice", "refuse_mesure", ok, "refusee", le=self.jour, adhesion=adhesion,
                motif="Ne souhaite pas",
            )  # fmt: skip

    @precondition(lambda self: self.pk)
    @rule(qui=QUI, avance=st.sampled_from([0, 0, 1]))
    def activer(self, qui: str, avance: int) -> None:
        ok = qui in EQUIPE and self.statut == "adheree" and self.diagnostic and not avance
        self.act(qui, "activate_mesure", ok, "active", debut=self.jour + timedelta(days=avance))

    @precondition(lambda self: self.statut in ("", "prescrite", "accordee", "proposee", "adheree"))
    @rule()
    def aller_jusqu_a_l_accompagnement(self) -> None:
        """Straight to the active measure: what follows needs one."""
        if not self.statut:
            self.ouvrir("alice")
        if self.statut == "prescrite":
            self.accorder("financeur", 6)
        if self.statut == "accordee":
            self.proposer("alice", 1)
        self.preparer()
        self.preparer()
        if self.statut == "proposee":
            self.signer("alice")
        self.activer("alice", 0)

    @precondition(lambda self: self.pk)
    @rule(qui=QUI, jours=st.sampled_from([-1, 30, 60, 200]))
    def suspendre(self, qui: str, jours: int) -> None:
        ok = qui in EQUIPE and self.statut in EN_COURS and 0 < jours <= 60
        if ok and self.overlaps():
            return
        au = self.jour + timedelta(days=jours)
        self.act(
            qui, "suspend_mesure", ok, "suspendue", motif="hospitalisation", du=self.jour,
            au_prevu=au,
        )  # fmt: skip

    def overlaps(self) -> bool:
        rows = Suspension.objects.unscoped(reason="test")
        return rows.filter(mesure_id=self.pk, au__gt=self.jour).exists()

    @precondition(lambda self: self.pk)
    @rule(qui=QUI)
    def reprendre(self, qui: str) -> None:
        ok = qui in EQUIPE and self.statut == "suspendue"
        self.act(qui, "resume_mesure", ok, "active", le=self.jour)

    @precondition(lambda self: self.pk)
    @rule(qui=QUI)
    def demander_bilan(self, qui: str) -> None:
        ok = qui in EQUIPE and self.statut in EN_COURS | {"suspendue"}
        self.act(qui, "request_bilan", ok, "bilan_du")

    @precondition(lambda self: self.pk)
    @rule(qui=QUI)
    def terminer_sans_bilan(self, qui: str) -> None:
        self.act(qui, "terminate_mesure", False, le=self.jour, issue="maintien")

    # -- what always holds

    @invariant()
    def une_seule_mesure_vivante(self) -> None:
        rows = Mesure.objects.unscoped(reason="test").filter(saisine_id=self.saisine.pk)
        assert rows.count() == self.ouvertes
        assert rows.exclude(statut="refusee").count() <= 1

    @invariant()
    def l_etat_le_terme_et_les_dates(self) -> None:
        row = self.row()
        if row is None:
            return
        assert row.statut == self.statut
        assert (row.duree_mois or 0) == self.mois
        if row.debut:
            assert row.fin_prevue == compute_fin(row.debut, self.mois)
        assert ordered(
            row.ouverte_le, row.accordee_le, row.proposee_le, row.contrat_signe_le, row.debut
        )
        assert (row.statut == "refusee") == (row.refusee_le is not None)
        opened = Suspension.objects.unscoped(reason="test").filter(mesure=row, au__isnull=True)
        assert opened.count() == (row.statut == "suspendue")


@pytest.mark.django_db
def test_la_mesure_tient_dans_tous_les_ordres(monde: Monde) -> None:
    play(MachineMesure, monde)
