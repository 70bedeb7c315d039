"""A reorientation decided in session: agenda, decision, correction, effect, figures."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from cariatide.commission.actions.agenda import inscribe_passages, remove_passage
from cariatide.commission.actions.decisions import record_decision
from cariatide.commission.actions.papiers import issue_notification
from cariatide.commission.actions.seances import close_seance
from cariatide.commission.documents import build_proces_verbal
from cariatide.commission.models import Instance, Passage
from cariatide.commission.queries import list_a_inscrire, read_synthese
from cariatide.demandes.models import Saisine
from cariatide.documents.models import DocumentEmis
from cariatide.documents.queries import read_document
from cariatide.mesures import actions
from cariatide.mesures.models import Mesure, Reorientation
from cariatide.partenaires.models import Convention
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.indicateurs import indicateurs
from tests.baux.exemples import add_entree
from tests.commission.fabrique import plan
from tests.distribution import JOUR
from tests.documents.conformite import assert_conforme
from tests.documents.lecture_pdf import read_text
from tests.mesures.conftest import DECISION, Fabrique, reload
from tests.mesures.reorientations import EXPOSE, Ailleurs, fresh
from tests.parc.exemples import add_logement

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def jour() -> Iterator[None]:
    with time_machine.travel(JOUR, tick=False):
        yield


@pytest.fixture
def ailleurs(fabrique: Fabrique) -> Ailleurs:
    return Ailleurs(fabrique, en_seance=True)


def decide(ailleurs: Ailleurs, passage: Passage, sens: str, motif: str = "Vu le dossier") -> None:
    perimetre = ailleurs.fabrique.jour("dora")
    known = Passage.objects.find_visible(perimetre, passage.pk)
    with ailleurs.fabrique.au_nom_de("dora"):
        record_decision(
            perimetre=perimetre, passage_id=passage.pk, version=known.version, sens=sens,
            motif=motif,
        )  # fmt: skip


def close(ailleurs: Ailleurs, seance_id: int) -> None:
    with ailleurs.fabrique.au_nom_de("dora") as perimetre:
        close_seance(perimetre=perimetre, seance_id=seance_id)


def etat(demande: Reorientation) -> Reorientation:
    found: Reorientation = fresh(Reorientation, demande.pk)
    return found


def test_l_instance_qui_a_oriente_decide_a_nouveau(ailleurs: Ailleurs) -> None:
    mesure = ailleurs.active()
    demande = ailleurs.demande(mesure, avis_menage="refus")
    assert demande.instance == Instance.objects.get()
    with pytest.raises(ActeRefuse, match="« Groupe de pilotage » décide cette réorientation"):
        ailleurs.accepte(demande)
    dora = ailleurs.fabrique.jour("dora")
    (candidat,) = list_a_inscrire(dora, Instance.objects.get().pk)
    assert candidat.dossier.libelle == "Lefèvre, réorientation"
    seance, passage = ailleurs.seance(demande)
    assert list_a_inscrire(dora, seance.instance_id) == []
    page = read_synthese(dora, passage)
    assert ("Motif", "Un autre dispositif répond mieux à la situation") in page.faits
    assert page.alertes[0] == "Le ménage n’est pas d’accord avec cette réorientation."
    assert EXPOSE not in str(page)
    with pytest.raises(ActeRefuse, match="à l’ordre du jour d’une séance"):
        ailleurs.acte("alice", "withdraw_reorientation", demande, motif="Non")


def test_retiree_de_l_ordre_du_jour_elle_attend(ailleurs: Ailleurs) -> None:
    demande = ailleurs.demande(ailleurs.active())
    dora = ailleurs.fabrique.jour("dora")
    seance = plan(ailleurs.monde, Instance.objects.get())
    with ailleurs.fabrique.au_nom_de("dora"):
        (passage,) = inscribe_passages(
            perimetre=dora, seance_id=seance.pk, dossiers=[("mesures.reorientation", demande.pk)]
        )
        assert etat(demande).passage_id == passage.pk
        remove_passage(perimetre=dora, passage_id=passage.pk, motif="À compléter")
    assert etat(demande).passage_id is None
    ailleurs.acte("alice", "withdraw_reorientation", demande, motif="Le ménage reste")
    assert list_a_inscrire(dora, seance.instance_id) == []


def test_la_decision_prend_effet_a_la_cloture(ailleurs: Ailleurs) -> None:
    mesure = ailleurs.active()
    demande = ailleurs.demande(mesure)
    seance, passage = ailleurs.seance(demande)
    decide(ailleurs, passage, "relogement")
    assert (etat(demande).statut, etat(demande).nouvelle_id) == ("acceptee", None)
    assert reload(mesure).statut == "active"
    # Corrected before the close: nothing had been done.
    decide(ailleurs, passage, "refus", "Le ménage vient d’emménager")
    assert (etat(demande).statut, etat(demande).axe) == ("refusee", "")
    decide(ailleurs, passage, "ajournement", "Manque le bail")
    assert (etat(demande).statut, etat(demande).passage_id) == ("demandee", None)
    decide(ailleurs, passage, "relogement", "Après débat")
    close(ailleurs, seance.pk)
    faite = etat(demande)
    assert (faite.statut, faite.effective_le, faite.decision_motif, faite.decidee_par) == (
        "acceptee", JOUR, "Après débat", "Groupe de pilotage",
    )  # fmt: skip
    nouvelle = Mesure.objects.unscoped(reason="test").get(precedente_id=mesure.pk)
    assert (reload(mesure).statut, nouvelle.axe, nouvelle.seance_le) == (
        "terminee", "relogement", JOUR,
    )  # fmt: skip
    assert fresh(Saisine, mesure.saisine_id).decision_sens == "relogement"


def test_acceptee_la_mesure_attend_la_cloture(ailleurs: Ailleurs) -> None:
    """Between the decision and the close nobody ends it, or the session could not be closed."""
    mesure = ailleurs.fabrique.proposee()
    demande = ailleurs.demande(mesure)
    seance, passage = ailleurs.seance(demande)
    decide(ailleurs, passage, "maintien")
    alice = ailleurs.fabrique.jour("alice")
    with pytest.raises(ActeRefuse, match="Une réorientation"):
        actions.refuse_mesure(
            perimetre=alice, mesure_id=mesure.pk, adhesion="refus", le=JOUR, motif="Non"
        )
    with pytest.raises(ActeRefuse, match="déjà demandée"):
        ailleurs.demande(mesure)
    close(ailleurs, seance.pk)
    assert (reload(mesure).statut, reload(mesure).reorientee_le) == ("refusee", JOUR)


def test_la_convention_finie_avant_la_cloture(ailleurs: Ailleurs) -> None:
    """The secretary reads which case, why, and what to do of it; then the session closes."""
    mesure = ailleurs.active()
    demande = ailleurs.demande(mesure)
    seance, passage = ailleurs.seance(demande)
    decide(ailleurs, passage, "relogement")
    Convention.objects.filter(pk=demande.convention_id).update(au=JOUR - timedelta(days=1))
    with pytest.raises(ActeRefuse, match="ajourné ou refusé") as refus:
        close(ailleurs, seance.pk)
    assert mesure.reference in str(refus.value) and demande.convention.reference in str(refus.value)
    assert (reload(mesure).statut, etat(demande).nouvelle_id) == ("active", None)
    decide(ailleurs, passage, "ajournement", "La convention a pris fin")
    close(ailleurs, seance.pk)
    assert (reload(mesure).statut, etat(demande).statut) == ("active", "demandee")


def test_refusee_ou_ajournee_la_mesure_continue(ailleurs: Ailleurs) -> None:
    mesure = ailleurs.active()
    demande = ailleurs.demande(mesure)
    seance, passage = ailleurs.seance(demande)
    decide(ailleurs, passage, "ajournement")
    close(ailleurs, seance.pk)
    assert (etat(demande).statut, etat(demande).ajournee_le) == ("demandee", JOUR)
    assert reload(mesure).statut == "active"
    (candidat,) = list_a_inscrire(ailleurs.fabrique.jour("dora"), seance.instance_id)
    assert candidat.dossier.ajourne


def test_la_destination_finie_annule_la_decision(ailleurs: Ailleurs) -> None:
    demande = ailleurs.demande(ailleurs.active())
    _, passage = ailleurs.seance(demande)
    ailleurs.convention.au = date(2026, 11, 1)
    ailleurs.convention.save()
    with pytest.raises(ErreurMetier, match="n’est pas en vigueur"):
        decide(ailleurs, passage, "maintien")
    assert etat(demande).statut == "demandee"


def test_la_notification_dit_ou_va_le_menage(ailleurs: Ailleurs) -> None:
    demande = ailleurs.demande(ailleurs.active())
    seance, passage = ailleurs.seance(demande)
    decide(ailleurs, passage, "maintien")
    close(ailleurs, seance.pk)
    with ailleurs.fabrique.au_nom_de("dora") as perimetre:
        issue_notification(perimetre=perimetre, passage_id=passage.pk)
        lettre = DocumentEmis.objects.visible_to(perimetre).get(modele="notification_decision")
        pdf = read_document(perimetre, lettre)
        pv = build_proces_verbal(perimetre, seance)
    assert_conforme(pdf)
    assert "Réorientation acceptée" in read_text(pdf)
    assert "Toits d’ailleurs" in pv.dossiers[0].decision


def test_vers_une_autre_mous_la_seance_vaut_accord(ailleurs: Ailleurs) -> None:
    """The accord is dated from the session that reoriented, not from the saisine's own."""
    mous = ailleurs.add_convention(reference="MOUS-AUTRE", type="mous")
    mesure = ailleurs.active()
    demande = ailleurs.demande(mesure, convention_id=mous.pk)
    seance, passage = ailleurs.seance(demande)
    decide(ailleurs, passage, "maintien")
    close(ailleurs, seance.pk)
    nouvelle = Mesure.objects.unscoped(reason="test").get(precedente_id=mesure.pk)
    with ailleurs.fabrique.au_nom_de("chef_autre") as perimetre:
        accordee = actions.grant_mesure_en_seance(
            perimetre=perimetre, mesure_id=nouvelle.pk, duree_mois=6, intensite="moyenne"
        )
    assert accordee.accordee_le == JOUR != DECISION


def count(code: str) -> dict[str, Any]:
    """Facts of the year: rows, and distinct keys among the complete ones."""
    requete = indicateurs.get(code).faits(date(2026, 1, 1), date(2026, 12, 31))
    with connection.cursor() as cursor:
        cursor.execute(requete.sql, requete.params)
        noms = [c[0] for c in cursor.description]
        rows = [dict(zip(noms, row, strict=True)) for row in cursor.fetchall()]
    complets = [r for r in rows if r["complet"]]
    return {
        "cles": len({r["cle"] for r in complets}),
        "valeurs": [int(r["valeur"]) for r in complets if r["valeur"] is not None],
    }


def test_un_menage_reoriente_compte_une_fois(ailleurs: Ailleurs) -> None:
    """C-I1 to C-I4: one household, one decision, one delay, whatever carried it on."""
    mous = ailleurs.add_convention(reference="MOUS-AUTRE", type="mous")
    mesure = ailleurs.active(sens="relogement")
    avant = {code: count(code) for code in ("C-I1", "C-I2", "C-I3a", "C-I4", "C-I4a", "C-I4b")}
    demande = ailleurs.demande(mesure, convention_id=mous.pk)
    seance, passage = ailleurs.seance(demande)
    decide(ailleurs, passage, "relogement")
    close(ailleurs, seance.pk)
    assert {code: count(code) for code in avant} == avant
    with ailleurs.fabrique.au_nom_de("charlie"):
        add_entree(
            ailleurs.monde, mesure.menage, add_logement(ailleurs.monde, "charlie"), "charlie",
            entree_le=JOUR, convention_id=mous.pk, saisine_id=mesure.saisine_id,
        )  # fmt: skip
    assert count("C-I1")["cles"] == 1
    depot = fresh(Saisine, mesure.saisine_id).date_saisine
    for code in ("C-I4", "C-I4b"):
        assert count(code) == {"cles": 1, "valeurs": [(JOUR - depot).days]}
    assert count("C-I4a") == avant["C-I4a"]
