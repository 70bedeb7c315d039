"""Reorientation: one open request a measure, one living measure, one household, whatever the order.

The funder decides: no body is in office. The household goes from an operator to the other and back.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from cariatide.mesures import actions
from cariatide.mesures.actions import DonneesReorientation
from cariatide.mesures.models import Mesure, Reorientation
from cariatide.mesures.statuts import CLOSES, StatutReorientation
from cariatide.partenaires.models import Convention
from cariatide.socle.indicateurs import indicateurs
from tests.baux.exemples import add_entree
from tests.distribution import JOUR, Monde
from tests.etats.machine import Machine, ordered, play
from tests.mesures.conftest import Fabrique
from tests.mesures.reorientations import Ailleurs
from tests.parc.exemples import add_logement

CODES = ("C-I1", "C-I2", "C-I3a", "C-I4", "C-I4a", "C-I4b")
QUI = st.sampled_from(["alice", "chef", "charlie", "chef_autre", "financeur"])
# What each act needs and gives; the others are the funder's.
SUITES = {
    "accept": ({"demandee"}, "acceptee"),
    "complete": ({"renvoyee"}, "demandee"),
    "reject": ({"demandee"}, "refusee"),
    "send_back": ({"demandee"}, "renvoyee"),
    "withdraw": ({"demandee", "renvoyee"}, "retiree"),
}
DE_L_EQUIPE = {"complete", "withdraw"}
OUVERTE = ("demandee", "renvoyee")


class MachineReorientation(Machine):
    """A household followed by an operator, and the requests that it go on elsewhere.

    What stays the same from one example to the next is made once, before the machine.
    """

    ailleurs: ClassVar[Ailleurs]
    mesure: ClassVar[Mesure]
    conventions: ClassVar[dict[str, Convention]]
    atteints: ClassVar[Counter[str]]

    def debut(self) -> date:
        return JOUR

    def prepare(self) -> None:
        self.ou, self.vers, self.mesures = "mous", "", [self.mesure.pk]
        # The state of each request, and the measure that it was asked of.
        self.demandes: dict[int, str] = {}
        self.de: dict[int, int] = {}
        self.comptes = self.count_indicateurs()

    # -- the model

    def equipe(self) -> tuple[str, ...]:
        return ("charlie", "chef_autre") if self.ou == "la" else ("alice", "chef")

    def ouverte(self) -> int:
        """The request that waits, 0 for none."""
        return next((pk for pk, statut in self.demandes.items() if statut in OUVERTE), 0)

    def ailleurs_que(self) -> str:
        return "ici" if self.ou == "la" else "la"

    def derniere(self) -> int:
        return max(self.demandes, default=0)

    def statut(self) -> str:
        return self.demandes.get(self.derniere(), "")

    def donnees(self, vers: str, retard: int) -> DonneesReorientation:
        return self.ailleurs.donnees(
            convention_id=self.conventions[vers].pk, avis_le=self.jour + timedelta(days=retard)
        )

    def snapshot(self) -> tuple[Any, ...]:
        demandes = Reorientation.objects.unscoped(reason="test").order_by("pk")
        mesures = Mesure.objects.unscoped(reason="test").order_by("pk")
        return (
            tuple(demandes.values_list("statut", "version", "nouvelle_id")),
            tuple(mesures.values_list("statut", "version", "reorientee_le")),
        )

    def count_indicateurs(self) -> dict[str, list[tuple[Any, Any]]]:
        """The facts of the year behind each indicator, complete ones."""
        found = {}
        with connection.cursor() as cursor:
            for code in CODES:
                requete = indicateurs.get(code).faits(date(2026, 1, 1), date(2027, 12, 31))
                cursor.execute(requete.sql, requete.params)
                noms = [c[0] for c in cursor.description]
                rows = [dict(zip(noms, row, strict=True)) for row in cursor.fetchall()]
                found[code] = sorted((r["cle"], r["valeur"]) for r in rows if r["complet"])
        return found

    # -- the acts

    @rule(jours=st.integers(1, 20))
    def attendre(self, jours: int) -> None:
        self.jour += timedelta(days=jours)

    @rule(
        qui=QUI,
        vers=st.sampled_from(["ici", "la"]),
        retard=st.sampled_from([0, 0, 0, 1]),
        rang=st.sampled_from([-1, -1, 0]),
    )
    def demander(self, qui: str, vers: str, retard: int, rang: int) -> None:
        """Of the living measure, or of the first, which may have ended."""
        mesure_id = self.mesures[rang]
        ok = qui in self.equipe() and vers != self.ou and not self.ouverte() and not retard
        done = self.attempt(
            qui,
            lambda p: actions.request_reorientation(
                perimetre=p, mesure_id=mesure_id, donnees=self.donnees(vers, retard)
            ),
            ok and mesure_id == self.mesures[-1],
        )
        if done:
            self.demandes[done.pk] = "demandee"
            self.atteints["demandee"] += 1
            self.de[done.pk] = mesure_id
            self.vers = vers

    @precondition(lambda self: self.demandes)
    @rule(acte=st.sampled_from(sorted(SUITES)), qui=QUI, motif=st.sampled_from(["Motif", " "]))
    def poursuivre(self, acte: str, qui: str, motif: str) -> None:
        """Anybody tries any act on the last request."""
        depuis, vers = SUITES[acte]
        qui_peut = self.equipe() if acte in DE_L_EQUIPE else ("financeur",)
        ok = qui in qui_peut and self.statut() in depuis
        plus: dict[str, Any] = {"motif": motif}
        if acte == "complete":
            plus = {"donnees": self.donnees(self.ailleurs_que(), 0)}
        else:
            ok = ok and bool(motif.strip())
        pk = self.derniere()
        action = getattr(actions, f"{acte}_reorientation")
        done = self.attempt(qui, lambda p: action(perimetre=p, reorientation_id=pk, **plus), ok)
        if not done:
            return
        self.demandes[pk] = vers
        self.atteints[vers] += 1
        if acte == "complete":
            self.vers = self.ailleurs_que()
        if vers == "acceptee":
            self.ou = self.vers
            self.mesures.append(done.nouvelle_id)
            # The household, its decision and its delay are those of before.
            assert self.count_indicateurs() == self.comptes

    @rule()
    def avancer(self) -> None:
        """The act that passes, by who may, whose state was reached least: what follows needs it."""
        possibles = [a for a in sorted(SUITES) if self.statut() in SUITES[a][0]]
        if not possibles:
            self.demander(self.equipe()[0], self.ailleurs_que(), 0, -1)
            return
        acte = min(possibles, key=lambda a: self.atteints[SUITES[a][1]])
        self.poursuivre(acte, self.equipe()[0] if acte in DE_L_EQUIPE else "financeur", "Motif")

    # -- what always holds

    @invariant()
    def les_etats_sont_ceux_du_modele(self) -> None:
        rows = Reorientation.objects.unscoped(reason="test").order_by("pk")
        assert {r.pk: r.statut for r in rows} == self.demandes
        for r in rows:
            assert r.mesure_id == self.de[r.pk]
            assert (r.decidee_le is not None) == (r.statut in ("acceptee", "refusee"))
            assert (r.nouvelle_id is not None) == (r.statut == "acceptee")
            assert (r.retiree_le is not None) == (r.statut == "retiree")
            assert ordered(r.demandee_le, r.decidee_le or r.retiree_le, r.effective_le)
        ouvertes = [r.mesure_id for r in rows if r.is_en_cours]
        assert ouvertes in ([], [self.mesures[-1]])

    @invariant()
    def une_seule_mesure_vit(self) -> None:
        """Each accepted request ended the measure it was asked of and opened the next one."""
        rows = list(Mesure.objects.unscoped(reason="test").order_by("pk"))
        assert [m.pk for m in rows] == self.mesures
        *finies, vivante = rows
        assert vivante.statut not in CLOSES and vivante.reorientee_le is None
        assert all(m.statut in CLOSES and m.reorientee_le for m in finies)
        assert [m.precedente_id for m in rows] == [None, *self.mesures[:-1]]
        acceptees = Reorientation.objects.unscoped(reason="test").filter(statut="acceptee")
        suites = acceptees.order_by("nouvelle_id").values_list("mesure_id", "nouvelle_id")
        assert list(suites) == list(zip(self.mesures, self.mesures[1:], strict=False))


@pytest.mark.django_db
def test_la_reorientation_tient_dans_tous_les_ordres(monde: Monde) -> None:
    ailleurs = Ailleurs(Fabrique(monde))
    mesure = ailleurs.active(sens="relogement")
    add_entree(
        monde, mesure.menage, add_logement(monde, "alice"), "alice",
        entree_le=JOUR, convention_id=monde.convention.pk, saisine_id=mesure.saisine_id,
    )  # fmt: skip
    ici = ailleurs.add_convention(reference="ASLL-ICI", operateur=monde.operateur)
    depart = {
        "ailleurs": ailleurs,
        "mesure": mesure,
        "conventions": {"ici": ici, "la": ailleurs.convention},
    }
    atteints: Counter[str] = Counter()
    play(
        type("MachineReorientation", (MachineReorientation,), depart | {"atteints": atteints}),
        monde,
    )
    assert min(atteints[statut] for statut in StatutReorientation.values) >= 3, atteints
