"""Snapshots of a budget: line by line, dated, never written over, closed below level S."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from cariatide.journal.models import Consultation, Evenement
from cariatide.menages.actions import DonneesLigne, attach, record_situation
from cariatide.menages.budget import compare_lignes, find_releve, list_lignes, list_releves
from cariatide.menages.models import (
    FaitParcours,
    LigneSituation,
    Menage,
    NatureBudget,
    SituationFinanciere,
)
from cariatide.menages.rules import Budget
from cariatide.menages.statuts import MotifRattachement
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier
from cariatide.socle.perimetre import Niveau
from tests.distribution import JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db
PREMIER = date(2026, 3, 2)
LIGNES = [
    ("rsa", "635.71", ""),
    ("aide_logement", "210", ""),
    ("loyer", "448", ""),
    ("charges_locatives", "64.40", ""),
    ("dette_logement", "705", "Bailleur Test"),
]


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(JOUR.isoformat() + "T10:00:00+01:00", tick=False):
        yield


def to_lignes(lignes: list[tuple[str, str, str]]) -> list[DonneesLigne]:
    natures = dict(NatureBudget.objects.values_list("code", "pk"))
    return [DonneesLigne(natures[c], Decimal(m), p, champ="x") for c, m, p in lignes]


def record(
    monde: Monde,
    menage: Menage,
    lignes: list[tuple[str, str, str]] = LIGNES,
    le: date = PREMIER,
    qui: str = "alice",
    **plus: Any,
) -> SituationFinanciere:
    perimetre = monde.perimetre(qui)
    with ouvre_transaction(perimetre):
        return record_situation(
            perimetre=perimetre, menage_id=menage.pk, le=le, lignes=to_lignes(lignes), **plus
        )


def test_le_calcul_suit_le_modele() -> None:
    """(loyer + charges − AL) / ressources; the allowance is no resource there."""
    budget = Budget(
        ressources=Decimal("1000"), aide=Decimal("250"), loyer=Decimal("500"),
        charges_locatives=Decimal("100"), charges=Decimal("700"), dettes=Decimal("705"),
    )  # fmt: skip
    assert budget.taux_effort == Decimal("0.35")
    assert budget.reste_a_vivre == Decimal("550")
    rien = Budget(*[Decimal(0)] * 6)
    assert rien.taux_effort is None
    sans_loyer = Budget(Decimal(900), *[Decimal(0)] * 5)
    assert sans_loyer.taux_effort is None
    assert sans_loyer.reste_a_vivre == 900


def test_un_releve_garde_ses_lignes_son_auteur_et_son_jour(monde: Monde) -> None:
    menage = add_menage(monde)
    record(monde, menage, surendettement="depose", remarque="Attestation de la CAF vue.")
    with ouvre_transaction(monde.perimetre("alice")):
        releve = find_releve(monde.perimetre("alice"), menage.pk)
        assert releve is not None
        situation, budget = releve.situation, releve.budget
        lignes = list_lignes(monde.perimetre("alice"), situation.pk)
        fait = FaitParcours.objects.visible_to(monde.perimetre("alice")).get(
            source_type="menages.situationfinanciere"
        )
    assert (situation.le, situation.auteur_nom) == (PREMIER, "Alice Renard")
    assert situation.organisation_id == monde.operateur.pk
    assert situation.get_surendettement_display() == "Dossier déposé"
    assert (budget.ressources, budget.aide) == (Decimal("635.71"), 210)
    assert (budget.charges, budget.dettes) == (Decimal("512.40"), 705)
    assert budget.taux_effort == Decimal("302.40") / Decimal("635.71")
    assert [ligne.nature.code for ligne in lignes] == [c for c, _, _ in LIGNES]
    assert (fait.niveau, fait.date) == (2, PREMIER)
    kept = Evenement.objects.get(nom="menage.situation_relevee")
    assert kept.donnees == {"champs": ["le", "lignes", "surendettement"]}
    assert "705" not in str(kept.donnees)


def test_le_releve_suivant_ne_touche_pas_au_premier_et_se_compare(monde: Monde) -> None:
    menage = add_menage(monde)
    un = record(monde, menage)
    deux = record(
        monde, menage, [("rsa", "635.71", ""), ("emploi", "400", ""), ("loyer", "460", ""),
                        ("dette_logement", "300", "Bailleur Test")], JOUR, qui="chef",
    )  # fmt: skip
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        assert [r.situation.pk for r in list_releves(alice, menage.pk)] == [deux.pk, un.pk]
        before = find_releve(alice, menage.pk, date(2026, 6, 1))
        assert before is not None
        assert (before.situation.pk, before.dette_logement) == (un.pk, 705)
        ecarts = compare_lignes(list_lignes(alice, un.pk), list_lignes(alice, deux.pk))
    changes = {e.libelle: (e.nature, e.difference) for e in ecarts if e.nature}
    assert changes == {
        "Revenus d’emploi": ("ajoutée", 400),
        "Aide au logement": ("retirée", -210),
        "Loyer": ("modifiée", 12),
        "Charges locatives": ("retirée", Decimal("-64.40")),
        "Loyer et charges": ("modifiée", -405),
    }
    assert [e.libelle for e in ecarts if not e.nature] == ["RSA"]


def test_la_table_refuse_de_recrire_un_releve(monde: Monde) -> None:
    menage = add_menage(monde)
    situation = record(monde, menage)
    for sql in (
        "UPDATE menages_situationfinanciere SET le = '2020-01-01'",
        "UPDATE menages_lignesituation SET montant = 0",
    ):
        with (
            pytest.raises(IntegrityError, match="never written over"),
            ouvre_transaction(monde.perimetre("alice")),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    with ouvre_transaction(monde.perimetre("alice")):
        kept = LigneSituation.objects.visible_to(monde.perimetre("alice"))
        assert kept.filter(situation=situation).count() == len(LIGNES)


@pytest.mark.parametrize(
    ("lignes", "le", "phrase"),
    [
        ([], PREMIER, "au moins une ligne"),
        (LIGNES, date(2026, 11, 23), "avenir"),
        ([("dette_logement", "705", " ")], PREMIER, "à qui cette dette est due"),
        ([("autre_charge", "30", "")], PREMIER, "« Autre charge » ne suffit pas"),
        ([("rsa", "-1", "")], PREMIER, "négatif"),
        (LIGNES, date(1999, 1, 1), "en usage à cette date"),
    ],
)
def test_ce_qui_n_est_pas_un_releve_est_refuse(
    monde: Monde, lignes: list[tuple[str, str, str]], le: date, phrase: str
) -> None:
    menage = add_menage(monde)
    with pytest.raises(ErreurMetier, match=phrase):
        record(monde, menage, lignes, le)
    with pytest.raises(ErreurMetier, match="inconnu"):
        record(monde, menage, surendettement="faillite")
    with ouvre_transaction(monde.perimetre("alice")):
        assert not SituationFinanciere.objects.unscoped(reason="test").exists()


def test_deux_releves_a_la_fois_le_second_lit_le_premier(monde: Monde) -> None:
    menage = add_menage(monde)
    un = record(monde, menage, version=0)
    with pytest.raises(ConflitDeVersion, match="enregistré un relevé"):
        record(monde, menage, le=JOUR, qui="chef", version=0)
    assert record(monde, menage, le=JOUR, qui="chef", version=un.pk).pk > un.pk


def test_sans_le_niveau_social_rien_n_existe(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    record(monde, menage)
    attach(
        menage_id=menage.pk, organisation_id=monde.departement.pk, niveau=Niveau.FACTUEL,
        motif=MotifRattachement.FINANCEUR, source=("tests", 1), du=date(2026, 1, 1),
    )  # fmt: skip
    for qui in ("technicien", "financeur", "charlie"):
        perimetre = monde.perimetre(qui)
        with ouvre_transaction(perimetre):
            assert find_releve(perimetre, menage.pk) is None, qui
            assert not LigneSituation.objects.unscoped(reason="test").exists(), qui
    with pytest.raises(ActeRefuse, match="équipe d’accompagnement"):
        record(monde, menage, le=JOUR, qui="technicien")
    fiche = reverse("menages:detail", args=[menage.pk])
    page = reverse("menages:budget", args=[menage.pk])
    with client_de(monde.technicien) as c:
        html = c.get(fiche).content.decode()
        assert "Situation financière" not in html and "705" not in html
        assert c.get(page).status_code == 403
    with client_de(monde.financeur) as c:
        assert "Situation financière" not in c.get(fiche).content.decode()
        for nom in ("budget", "export_budget"):
            assert c.get(reverse(f"menages:{nom}", args=[menage.pk])).status_code == 404
    with client_de(monde.alice) as c:
        html = c.get(fiche).content.decode()
        assert "Situation financière" in html and "705,00" in html


def read_caches(html: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(version|envoi)" value="([^"]+)"', html))


def test_un_releve_par_la_page_part_du_dernier_et_ne_s_ecrit_qu_une_fois(
    monde: Monde, client_de: Any
) -> None:
    menage = add_menage(monde)
    record(monde, menage)
    url = reverse("menages:budget_nouveau", args=[menage.pk])
    natures = dict(NatureBudget.objects.values_list("code", "pk"))
    with client_de(monde.alice) as c:
        html = c.get(url).content.decode()
        assert re.search(r'name="ressource_0_montant"[^>]* value="635,71"', html)
        assert 'value="Bailleur Test"' in html
        assert "Les lignes du relevé du 02/03/2026 sont reprises" in html
        saisie = {
            **read_caches(html), "le": "2026-11-20", "surendettement": "plan",
            "ressource_0_nature": natures["rsa"], "ressource_0_montant": "640,10",
            "ressource_1_nature": "", "charge_0_montant": "448",
            "dette_0_nature": natures["dette_logement"], "dette_0_montant": "100",
        }  # fmt: skip
        refus = c.post(url, saisie)
        assert refus.status_code == 422
        assert "Choisissez la nature de ce montant." in refus.content.decode()
        saisie["charge_0_nature"] = natures["loyer"]
        refus = c.post(url, saisie)
        assert "Dites à qui cette dette est due." in refus.content.decode()
        saisie["dette_0_precision"] = "Bailleur Test"
        for _ in range(2):
            assert c.post(url, saisie).status_code == 302
        page = c.get(reverse("menages:budget", args=[menage.pk])).content.decode()
    with ouvre_transaction(monde.perimetre("alice")):
        releves = list_releves(monde.perimetre("alice"), menage.pk)
    assert [r.situation.le for r in releves] == [date(2026, 11, 20), PREMIER]
    assert releves[0].budget.ressources == Decimal("640.10")
    for mot in ("640,10", "635,71", "Ligne modifiée", "Ligne retirée", "À vérifier", "section 2"):
        assert mot in page, mot


def test_une_page_ouverte_avant_un_autre_releve_ne_l_ecrase_pas(
    monde: Monde, client_de: Any
) -> None:
    menage = add_menage(monde)
    url = reverse("menages:budget_nouveau", args=[menage.pk])
    natures = dict(NatureBudget.objects.values_list("code", "pk"))
    with client_de(monde.alice) as c:
        saisie = {
            **read_caches(c.get(url).content.decode()), "le": "2026-11-20",
            "surendettement": "neant",
            "ressource_4_nature": natures["aah"], "ressource_4_montant": "1016,05",
        }  # fmt: skip
        record(monde, menage, qui="chef")
        refus = c.post(url, saisie)
    assert refus.status_code == 409
    assert "1016,05" in refus.content.decode(), "what was typed stays"


def test_les_lignes_partent_en_fichier_et_la_lecture_est_au_journal(
    monde: Monde, client_de: Any
) -> None:
    menage = add_menage(monde)
    record(monde, menage)
    with client_de(monde.chef) as c:
        adresse = reverse("menages:export_budget", args=[menage.pk])
        assert "À quoi servira ce fichier" in c.get(adresse).content.decode()
        envoi = {"colonnes": ["le", "precision", "montant", "auteur"], "format": "csv"}
        assert c.post(adresse, envoi).status_code == 422, "an export says what for"
        assert not Consultation.objects.filter(objet_type="export").exists()
        reponse = c.post(adresse, {**envoi, "finalite": "Dossier de surendettement"})
        texte = b"".join(reponse.streaming_content).decode("utf-8-sig")
    assert "Bailleur Test" in texte and "705,00" in texte and "Alice Renard" in texte
    assert len(texte.strip().splitlines()) == 1 + len(LIGNES)
    lecture = Consultation.objects.get(objet_type="export")
    assert (lecture.niveau, lecture.menage_id) == (2, menage.pk)
    assert lecture.motif == "Dossier de surendettement"
    exporte = Evenement.objects.get(nom="liste.exportee")
    assert exporte.menage_id == menage.pk and exporte.donnees["apres"]["format"] == "csv"
