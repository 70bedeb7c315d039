"""What the real acts add to the story: a newcomer finds each feature already at work."""

from cariatide.conformite.models import Traitement
from cariatide.conformite.queries import list_elements, list_partages, list_recus
from cariatide.courriers.models import Preference
from cariatide.echanges.models import FiltreEnregistre
from cariatide.menages.comparaison import list_proches
from cariatide.menages.models import Fusion, LigneSituation, Menage, SituationFinanciere
from cariatide.mesures.models import Reorientation, TransfertProgramme
from cariatide.socle.contexte import ouvre_transaction
from tests.demonstration.test_chargement import RAISON, perimetre_de


def test_une_fiche_reunie_et_une_paire_a_trouver(demonstration: None) -> None:
    chef = perimetre_de("claire.fontaine")
    fusion = Fusion.objects.visible_to(chef).get()
    assert fusion.auteur == "Claire Fontaine" and fusion.defaite_le is None
    recents = Menage.objects.visible_to(chef).filter(fusionne_dans__isnull=True).order_by("-pk")
    double = recents[0]
    assert [r.certain for r in list_proches(chef, double.pk)][:1] == [True]


def test_des_releves_dates_que_le_technicien_ne_voit_pas(demonstration: None) -> None:
    alice = perimetre_de("alice.renard")
    with ouvre_transaction(alice):
        siens = SituationFinanciere.objects.visible_to(alice)
        assert siens.exists()
        assert LigneSituation.objects.visible_to(alice).filter(situation__in=siens).exists()
        assert not siens.filter(le__gt=alice.jour).exists()
    theo = perimetre_de("theo.tisserand")
    with ouvre_transaction(theo):
        assert not SituationFinanciere.objects.unscoped(reason=RAISON).exists()


def test_des_reorientations_demandees_et_decidees(demonstration: None) -> None:
    chef = perimetre_de("claire.fontaine")
    rows = Reorientation.objects.visible_to(chef).select_related("nouvelle")
    etats = {r.statut: r for r in rows}
    assert set(etats) == {"demandee", "acceptee", "refusee"}
    assert etats["demandee"].instance is not None, "it waits for a session"
    assert etats["acceptee"].nouvelle.statut == "prescrite"
    assert etats["refusee"].avis_menage == "refus"


def test_un_conge_programme_des_filtres_gardes_un_choix_d_avis(demonstration: None) -> None:
    chef = perimetre_de("claire.fontaine")
    transfert = TransfertProgramme.objects.visible_to(chef).get()
    assert transfert.statut == "prevu" and transfert.du > chef.jour
    assert transfert.de.nom_complet == "Alice Renard"
    filtres = FiltreEnregistre.objects.unscoped(reason=RAISON)
    assert set(filtres.values_list("liste", flat=True)) == {"menages", "mesures"}
    assert Preference.objects.get().envoi == "quotidien"


def test_un_registre_a_completer_et_des_elements_partages(demonstration: None) -> None:
    assert Traitement.objects.filter(a_completer__gt=0).exists()
    assert Traitement.objects.get(source="accompagnement").a_completer == 0
    paul, alice = perimetre_de("paul.prevost"), perimetre_de("alice.renard")
    with ouvre_transaction(paul):
        recu = list_recus(paul, {}).get()
        assert list_elements(paul, recu.pk)
    fanny = perimetre_de("fanny.roussel")
    with ouvre_transaction(fanny):
        assert [e.section for e in list_elements(fanny, list_recus(fanny, {}).get().pk)] == [
            "Situation"
        ]
    with ouvre_transaction(alice):
        assert list_partages(alice, {"etat": "termines"}).get().motif_fin
