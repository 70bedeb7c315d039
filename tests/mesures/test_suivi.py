"""Meetings, shared and personal notes, objectives: who writes, who reads."""

from datetime import timedelta

import pytest
from django.db import connection

from cariatide.journal.models import Evenement
from cariatide.menages.models import FaitParcours, Menage
from cariatide.mesures import actions
from cariatide.mesures.actions import DonneesIntervention, DonneesObjectif
from cariatide.mesures.models import Intervention, InterventionNote, NotePersonnelle
from cariatide.mesures.queries import describe_visites
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from tests.distribution import JOUR
from tests.mesures.conftest import DECISION, Fabrique, reload

pytestmark = pytest.mark.django_db
SECRET = "Je m’inquiète pour les enfants"


def count_raw(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_a_meeting_is_a_fact_a_note_is_social(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    visite = fabrique.visite(mesure, JOUR, note="Budget revu", suites="Dossier à monter")
    fait = FaitParcours.objects.unscoped(reason="test").filter(source_id=visite.pk).latest("id")
    assert (fait.titre, fait.detail) == ("Visite à domicile", "50 minutes")
    assert "Budget" not in str(Evenement.objects.values_list("donnees", flat=True))
    menage = Menage.objects.unscoped(reason="test").get(pk=mesure.menage_id)
    assert menage.dernier_contact_le == JOUR
    for qui, lit in (("alice", 1), ("collegue", 1), ("chef", 1), ("technicien", 0)):
        with fabrique.au_nom_de(qui) as perimetre:
            assert Intervention.objects.visible_to(perimetre).filter(pk=visite.pk).exists()
            assert InterventionNote.objects.visible_to(perimetre).count() == lit
            assert count_raw("mesures_interventionnote") == lit
    with fabrique.au_nom_de("financeur") as perimetre:
        assert InterventionNote.objects.visible_to(perimetre).count() == 0
        assert count_raw("mesures_interventionnote") == 0
    with fabrique.au_nom_de("charlie") as perimetre:
        assert not Intervention.objects.visible_to(perimetre).exists()


def test_a_personal_note_is_read_by_its_author_alone(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    visite = fabrique.visite(mesure, JOUR, note="Synthèse", personnelle=SECRET)
    for qui, lit in (("alice", 1), ("collegue", 0), ("chef", 0), ("technicien", 0), ("dpo", 0)):
        with fabrique.au_nom_de(qui) as perimetre:
            assert NotePersonnelle.objects.visible_to(perimetre).count() == lit
            assert count_raw("mesures_notepersonnelle") == lit
    assert count_raw("mesures_notepersonnelle") == 0
    note = NotePersonnelle.objects.unscoped(reason="test")
    with fabrique.au_nom_de("alice"):
        pk = note.get(intervention=visite).pk
    with fabrique.au_nom_de("chef") as perimetre, pytest.raises(Introuvable):
        actions.save_note_personnelle(
            perimetre=perimetre, mesure_id=mesure.pk, texte="x", note_id=pk
        )
    evenement = Evenement.objects.get(nom="note_personnelle.ecrite")
    assert (evenement.niveau, evenement.donnees) == (3, {"champs": ["texte"]})
    with fabrique.au_nom_de("alice") as perimetre:
        texte = describe_visites(mesure.pk, perimetre, DECISION, JOUR)
    assert "Synthèse" in texte
    assert SECRET not in texte


def test_a_personal_note_emptied_goes_away(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    with fabrique.au_nom_de("alice") as perimetre:
        actions.save_note_personnelle(perimetre=perimetre, mesure_id=mesure.pk, texte=SECRET)
        note = NotePersonnelle.objects.visible_to(perimetre).get()
        with pytest.raises(ConflitDeVersion):
            actions.save_note_personnelle(
                perimetre=perimetre, mesure_id=mesure.pk, texte="", note_id=note.pk, version=99
            )
        actions.save_note_personnelle(
            perimetre=perimetre, mesure_id=mesure.pk, texte=" ", note_id=note.pk, version=1
        )
        assert not NotePersonnelle.objects.visible_to(perimetre).exists()


def test_writing_in_a_measure_closed_meanwhile(fabrique: Fabrique) -> None:
    mesure = fabrique.terminee()
    before = Intervention.objects.unscoped(reason="test").count()
    with pytest.raises(ActeRefuse, match="terminée le 22/11/2026 : rien n’a été enregistré"):
        fabrique.visite(mesure, JOUR, note="Trop tard")
    assert Intervention.objects.unscoped(reason="test").count() == before


@pytest.mark.parametrize("qui", ["technicien", "financeur", "prescripteur"])
def test_only_the_team_writes_a_meeting(fabrique: Fabrique, qui: str) -> None:
    mesure = fabrique.active()
    with pytest.raises(ActeRefuse, match="équipe"):
        fabrique.visite(mesure, JOUR, qui=qui)


def test_a_meeting_in_the_future_or_before_the_accord(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    for le in (JOUR + timedelta(days=1), DECISION - timedelta(days=1)):
        with pytest.raises(ErreurMetier) as refus:
            fabrique.visite(mesure, le)
        assert set(refus.value.champs) == {"date"}


def test_a_missed_meeting_is_no_contact(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    visite = fabrique.visite(mesure, JOUR, presence="absent")
    menage = Menage.objects.unscoped(reason="test").get(pk=mesure.menage_id)
    assert menage.dernier_contact_le == DECISION
    fait = FaitParcours.objects.unscoped(reason="test").filter(source_id=visite.pk).latest("id")
    assert fait.titre == "Visite à domicile, ménage absent"


def corrige(fabrique: Fabrique, qui: str, visite: Intervention, **change: object) -> Intervention:
    values = {"type": "vad", "date": JOUR, "presence": "present", "note": "Revu"} | change
    with fabrique.au_nom_de(qui) as perimetre:
        return actions.modify_intervention(
            perimetre=perimetre,
            intervention_id=visite.pk,
            version=visite.version,
            donnees=DonneesIntervention(**values),  # type: ignore[arg-type]
        )


def test_correcting_a_meeting(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    visite = fabrique.visite(mesure, JOUR, note="Budget", personnelle=SECRET)
    with pytest.raises(ActeRefuse, match="auteur"):
        corrige(fabrique, "collegue", visite)
    corrige(fabrique, "chef", visite, personnelle="indiscret")
    with pytest.raises(ConflitDeVersion):
        corrige(fabrique, "alice", visite)
    with fabrique.au_nom_de("alice") as perimetre:
        assert NotePersonnelle.objects.visible_to(perimetre).get().texte == SECRET
        assert InterventionNote.objects.visible_to(perimetre).get().texte == "Revu"
    with fabrique.au_nom_de("chef") as perimetre:
        assert not NotePersonnelle.objects.visible_to(perimetre).exists()
    corrige(fabrique, "alice", reload(visite), personnelle="")
    with fabrique.au_nom_de("alice") as perimetre:
        assert not NotePersonnelle.objects.visible_to(perimetre).exists()


def test_objectives_are_fixed_and_followed(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    objectif = fabrique.objectif(mesure, JOUR)
    values = {"donnees": DonneesObjectif("Payer le loyer", "impayes"), "version": 1}
    with fabrique.au_nom_de("alice") as perimetre:
        with pytest.raises(ErreurMetier, match="degré 4"):
            actions.modify_objectif(
                perimetre=perimetre, objectif_id=objectif.pk, atteinte=3, statut="atteint",
                **values,
            )  # fmt: skip
        actions.modify_objectif(
            perimetre=perimetre, objectif_id=objectif.pk, atteinte=4, statut="atteint", **values
        )
    found = reload(objectif)
    assert (found.atteinte, found.statut, found.version) == (4, "atteint", 2)
    with fabrique.au_nom_de("alice") as perimetre, pytest.raises(ErreurMetier) as refus:
        actions.add_objectif(
            perimetre=perimetre,
            mesure_id=mesure.pk,
            donnees=DonneesObjectif("Trop tôt", "impayes", echeance=JOUR - timedelta(days=1)),
        )
    assert set(refus.value.champs) == {"echeance"}
