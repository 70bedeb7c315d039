"""Works: what is written, what is refused, what the table holds, who reads them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cariatide.amelioration.actions import (
    DonneesActe,
    DonneesFinancement,
    advance_operation,
    open_operation,
    remove_financement,
    save_financement,
    update_operation,
)
from cariatide.amelioration.journee import TravauxAControler
from cariatide.amelioration.lifecycle import CYCLE
from cariatide.amelioration.models import FinancementTravaux, OperationTravaux
from cariatide.amelioration.queries import count_operations, list_operations
from cariatide.amelioration.rattachable import TravauxDuMenage
from cariatide.amelioration.rules import LignePlan, sum_plan
from cariatide.amelioration.statuts import StatutOperation
from cariatide.echeances.models import Echeance
from cariatide.journal.models import Evenement
from cariatide.menages.models import FaitParcours, Menage, Rattachement
from cariatide.parc.models import Logement
from cariatide.partenaires.models import Convention
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from tests.amelioration.exemples import (
    CHEMINS,
    COUT,
    add_financement,
    add_operation,
    advance,
    etude,
)
from tests.baux.exemples import add_entree
from tests.distribution import JOUR, Monde, add_menage
from tests.parc.exemples import add_logement

pytestmark = pytest.mark.django_db
LE = date(2026, 3, 2)


@pytest.fixture
def menage(monde: Monde) -> Menage:
    return add_menage(monde)


@pytest.fixture
def logement(monde: Monde) -> Logement:
    return add_logement(monde)


def test_plan_de_financement() -> None:
    lignes = [
        LignePlan(Decimal(10000), Decimal(8000)),
        LignePlan(Decimal(5000), None),
        LignePlan(Decimal(3000), Decimal(0)),
    ]
    plan = sum_plan(Decimal(12000), lignes)
    assert (plan.sollicite, plan.accorde, plan.en_attente) == (18000, 8000, 5000)
    assert (plan.reste, plan.excedent) == (4000, 0)
    assert plan.part_accordee == Decimal(8000) / Decimal(12000)
    assert sum_plan(Decimal(7000), lignes).excedent == 1000
    assert sum_plan(None, []).reste is None


def test_etude_ouverte(monde: Monde, logement: Logement, menage: Menage) -> None:
    operation = add_operation(monde, logement, menage=menage)
    assert operation.reference.startswith("T-2026-")
    assert operation.organisation_id == monde.operateur.pk
    fait = FaitParcours.objects.unscoped(reason="test").get(domaine="amelioration")
    assert (fait.titre, fait.menage_id) == ("Étude de travaux ouverte", menage.pk)
    link = Rattachement.objects.get(source_type="amelioration.operation")
    assert (link.organisation_id, link.niveau, link.au, link.convention_id) == (
        monde.operateur.pk, 1, date(2027, 12, 31), monde.convention.pk,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "champ"),
    [
        ({"objet": "  "}, "objet"),
        ({"cout": Decimal(0)}, "cout"),
        ({"etudiee_le": date(2027, 1, 1)}, "etudiee_le"),
        ({"fin_prevue": date(2026, 1, 1)}, "fin_prevue"),
        ({"finalite": "production", "menage_id": -1}, "menage"),
    ],
)
def test_etude_refusee(
    monde: Monde, logement: Logement, options: dict[str, Any], champ: str
) -> None:
    with pytest.raises(ErreurMetier) as cm:
        open_operation(
            perimetre=monde.perimetre("technicien"),
            logement_id=logement.pk,
            donnees=etude(monde, **options),
        )
    assert list(cm.value.champs) == [champ]


def test_etude_hors_perimetre(monde: Monde, logement: Logement, menage: Menage) -> None:
    autre = Convention.objects.create(
        type="mous", reference="AILLEURS", intitule="Ailleurs", du=date(2025, 1, 1),
        au=date(2027, 12, 31), commanditaire=monde.departement, operateur=monde.autre_operateur,
    )  # fmt: skip
    with pytest.raises(ErreurMetier, match="n’opère pas"):
        add_operation(monde, logement, convention_id=autre.pk)
    with pytest.raises(Introuvable):
        open_operation(
            perimetre=monde.perimetre("charlie"), logement_id=logement.pk, donnees=etude(monde)
        )
    inconnu = add_menage(monde, "charlie", nom="Loin")
    with pytest.raises(Introuvable):
        add_operation(monde, logement, menage=inconnu)


ATTENDU = {
    "etudiee": {"financer": "financee", "abandonner": "abandonnee"},
    "financee": {"commencer": "en_travaux", "abandonner": "abandonnee"},
    "en_travaux": {"achever": "achevee", "abandonner": "abandonnee"},
    "achevee": {"louer": "louee"},
    "louee": {},
    "abandonnee": {},
}


@pytest.mark.parametrize("statut", StatutOperation.values)
@pytest.mark.parametrize("acte", list(CYCLE.transitions))
def test_matrice_des_travaux(
    monde: Monde, logement: Logement, menage: Menage, statut: str, acte: str
) -> None:
    """Every act in every state, the guards satisfied: only the table of the cycle passes."""
    if statut == "louee":
        operation = add_operation(monde, logement, "achevee")
        add_entree(monde, menage, logement)
        operation = advance(monde, operation, "louer", JOUR)
    else:
        operation = add_operation(monde, logement, statut)
        if statut == "etudiee":
            operation = add_financement(monde, operation)
        elif statut != "abandonnee":
            add_entree(monde, menage, logement)
    cible = ATTENDU[statut].get(acte)
    le = date(2026, 9, 20)
    if cible is None:
        with pytest.raises(ActeRefuse, match="n’est pas possible"):
            advance(monde, operation, acte, le, motif="x")
    else:
        assert advance(monde, operation, acte, le, motif="x").statut == cible
        assert Evenement.objects.filter(nom=f"travaux.{cible}", objet_id=operation.pk).exists()


def test_le_financement_couvre_le_cout(monde: Monde, logement: Logement) -> None:
    operation = add_operation(monde, logement, cout=None)
    with pytest.raises(ActeRefuse, match="coût des travaux"):
        advance(monde, operation, "financer", LE)
    operation = add_operation(monde, add_logement(monde, adresse="2 rue Haute"))
    with pytest.raises(ActeRefuse, match=r"il manque 20.000,00.€"):
        advance(monde, operation, "financer", LE)
    operation = add_financement(monde, operation, Decimal("15000"))
    with pytest.raises(ActeRefuse, match=r"il manque 5.000,00.€"):
        advance(monde, operation, "financer", LE)
    operation = add_financement(
        monde, operation, Decimal("6000"), nature="apport", financeur_id=None, libelle="Apport"
    )
    with pytest.raises(ActeRefuse, match=r"dépasse le coût de 1.000,00.€"):
        advance(monde, operation, "financer", LE)


def test_un_financement_reste_couvert(monde: Monde, logement: Logement) -> None:
    """Once financed, a higher cost is refused until the plan covers it."""
    operation = add_operation(monde, logement, "en_travaux")
    valeurs: dict[str, Any] = {
        "perimetre": monde.perimetre("technicien"), "operation_id": operation.pk,
        "objet": "Toiture et charpente", "maitre_ouvrage": "prive", "logement_adapte": False,
        "cout": Decimal("23000"), "fin_prevue": date(2026, 12, 1),
    }  # fmt: skip
    with pytest.raises(ErreurMetier, match="couvrent le coût"):
        update_operation(version=operation.version, **valeurs)
    operation = add_financement(
        monde, operation, Decimal("3000"), nature="apport", financeur_id=None, libelle="Apport"
    )
    saved = update_operation(version=operation.version, **valeurs)
    assert (saved.cout, saved.objet) == (Decimal("23000"), "Toiture et charpente")
    echeance = Echeance.objects.unscoped(reason="test").get(code="travaux.fin_prevue")
    assert (echeance.due_le, echeance.organisation_id) == (date(2026, 12, 1), monde.operateur.pk)
    ligne = FinancementTravaux.objects.unscoped(reason="test").latest("id")
    with pytest.raises(ErreurMetier, match="couvrent le coût"):
        save_financement(
            perimetre=valeurs["perimetre"], operation_id=operation.pk, version=saved.version,
            financement_id=ligne.pk,
            donnees=DonneesFinancement(
                "apport", Decimal("3000"), None, "Apport", Decimal("1000"), LE
            ),
        )  # fmt: skip
    with pytest.raises(ActeRefuse, match="ne perd plus de ligne"):
        remove_financement(
            perimetre=valeurs["perimetre"],
            operation_id=operation.pk,
            version=saved.version,
            financement_id=ligne.pk,
        )


@pytest.mark.parametrize(
    ("options", "champ"),
    [
        ({"financeur_id": None}, "libelle"),
        ({"sollicite": Decimal(0)}, "sollicite"),
        ({"reponse_le": None}, "reponse_le"),
        ({"accorde": None, "reponse_le": LE}, "accorde"),
        ({"reponse_le": date(2026, 12, 1)}, "reponse_le"),
        ({"reponse_le": date(2026, 1, 1)}, "reponse_le"),
    ],
)
def test_financement_refuse(
    monde: Monde, logement: Logement, options: dict[str, Any], champ: str
) -> None:
    operation = add_operation(monde, logement)
    with pytest.raises(ErreurMetier) as cm:
        add_financement(monde, operation, **options)
    assert list(cm.value.champs) == [champ]


def test_financement_retire_a_l_etude(monde: Monde, logement: Logement) -> None:
    operation = add_financement(monde, add_operation(monde, logement))
    ligne = FinancementTravaux.objects.unscoped(reason="test").get()
    remove_financement(
        perimetre=monde.perimetre("alice"),
        operation_id=operation.pk,
        version=operation.version,
        financement_id=ligne.pk,
    )
    assert not FinancementTravaux.objects.unscoped(reason="test").exists()


def test_louer_lit_l_entree(monde: Monde, logement: Logement, menage: Menage) -> None:
    """The date of the letting is that of the first entry after the works, never typed."""
    operation = add_operation(monde, logement, "achevee", le=date(2026, 6, 1))
    with pytest.raises(ActeRefuse, match="Aucune entrée"):
        advance(monde, operation, "louer", JOUR)
    occupation = add_entree(monde, menage, logement, entree_le=date(2026, 9, 1))
    louee = advance(monde, operation, "louer", JOUR)
    assert (louee.louee_le, louee.occupation_id) == (date(2026, 9, 1), occupation.pk)


def test_louer_refuse(monde: Monde, logement: Logement, menage: Menage) -> None:
    add_entree(monde, menage, logement, entree_le=date(2026, 2, 1))
    avant = add_operation(monde, logement, "achevee", le=date(2026, 6, 1))
    with pytest.raises(ActeRefuse, match="Aucune entrée"):  # it entered before the works
        advance(monde, avant, "louer", JOUR)
    maintien = add_operation(monde, logement, "achevee", menage, le=date(2026, 6, 1))
    with pytest.raises(ActeRefuse, match="s’arrêtent à leur achèvement"):
        advance(monde, maintien, "louer", JOUR)


def test_dates_et_motifs(monde: Monde, logement: Logement) -> None:
    operation = add_operation(monde, logement, "en_travaux")
    with pytest.raises(ErreurMetier, match="précède le début des travaux"):
        advance(monde, operation, "achever", date(2026, 3, 1))
    with pytest.raises(ErreurMetier, match="avenir"):
        advance(monde, operation, "achever", date(2026, 12, 1))
    with pytest.raises(ErreurMetier, match="pourquoi"):
        advance(monde, operation, "abandonner", JOUR)
    with pytest.raises(ConflitDeVersion):
        advance_operation(
            perimetre=monde.perimetre("technicien"),
            operation_id=operation.pk,
            acte="achever",
            version=1,
            donnees=DonneesActe(le=JOUR),
        )
    with pytest.raises(ActeRefuse, match="Votre rôle"):
        advance_operation(
            perimetre=monde.perimetre("alice"),
            operation_id=operation.pk,
            acte="achever",
            version=operation.version,
            donnees=DonneesActe(le=JOUR),
        )
    achevee = advance(monde, operation, "achever", JOUR, reserves="Joints à reprendre")
    assert achevee.reserves == "Joints à reprendre"
    with pytest.raises(ActeRefuse, match="ne se modifient plus"):
        update_operation(
            perimetre=monde.perimetre("technicien"), operation_id=operation.pk,
            version=achevee.version, objet="x", maitre_ouvrage="prive", logement_adapte=True,
            cout=COUT, fin_prevue=None,
        )  # fmt: skip


def test_echeance_et_abandon(monde: Monde, logement: Logement, menage: Menage) -> None:
    operation = add_operation(monde, logement, "financee", menage)
    operation = advance(monde, operation, "commencer", LE, fin_prevue=date(2026, 12, 1))
    echeance = Echeance.objects.unscoped(reason="test").get(code="travaux.fin_prevue")
    assert (echeance.statut, echeance.menage_id) == ("ouverte", menage.pk)
    advance(monde, operation, "abandonner", JOUR, motif="Départ du ménage")
    echeance.refresh_from_db(from_queryset=Echeance.objects.unscoped(reason="test"))
    assert echeance.statut == "annulee"
    assert Rattachement.objects.get(source_type="amelioration.operation").au == JOUR
    fait = FaitParcours.objects.unscoped(reason="test").order_by("-id")[0]
    assert (fait.titre, fait.detail, fait.ton) == (
        "Travaux abandonnés", "Départ du ménage", "bad",
    )  # fmt: skip


def test_qui_lit_les_travaux(monde: Monde, logement: Logement, menage: Menage) -> None:
    """With a household: its links. Without: the operator and the body that ordered."""
    add_operation(monde, logement)
    avec = add_operation(monde, add_logement(monde, adresse="2 rue Haute"), menage=menage)

    def count(qui: str) -> int:
        return OperationTravaux.objects.visible_to(monde.perimetre(qui)).count()

    attendu = {
        "technicien": 2, "alice": 2, "chef": 2, "bob": 1, "financeur": 1, "dora": 0,
        "charlie": 0, "prescripteur": 0, "dpo": 0, "eve": 0,
    }  # fmt: skip
    assert {qui: count(qui) for qui in attendu} == attendu
    Menage.objects.unscoped(reason="test").update(adresse_protegee=True)
    assert (count("technicien"), count("alice")) == (1, 2)
    assert not FinancementTravaux.objects.visible_to(monde.perimetre("technicien")).filter(
        operation=avec
    )


@pytest.mark.parametrize(
    "valeurs",
    [
        {"statut": "financee"},
        {"statut": "financee", "financee_le": LE, "cout": None},
        {"statut": "en_travaux", "financee_le": LE},
        {"statut": "achevee", "financee_le": LE, "debut_travaux_le": LE},
        {"achevee_le": LE},
        {"louee_le": LE},
        {"statut": "abandonnee", "abandonnee_le": LE},
        {"motif_abandon": "sans date"},
        {"etudiee_le": date(2026, 5, 1), "statut": "financee", "financee_le": LE},
        {"cout": Decimal(0)},
    ],
)
def test_contraintes(monde: Monde, logement: Logement, valeurs: dict[str, Any]) -> None:
    add_operation(monde, logement)
    with pytest.raises(IntegrityError), transaction.atomic():
        OperationTravaux.objects.unscoped(reason="test").update(**valeurs)


def test_contraintes_en_francais() -> None:
    for model in (OperationTravaux, FinancementTravaux):
        for contrainte in model._meta.constraints:
            assert "Constraint" not in str(contrainte.get_violation_error_message())


def test_listes(monde: Monde, logement: Logement, menage: Menage) -> None:
    add_operation(monde, logement, "financee")
    avec = add_operation(monde, add_logement(monde, adresse="2 rue Haute"), menage=menage)
    perimetre = monde.perimetre("technicien")
    assert count_operations(perimetre, {"statut": "louee"}) == {
        "etudiee": 1, "financee": 1, "en_travaux": 0, "achevee": 0, "louee": 0, "abandonnee": 0,
    }  # fmt: skip
    found = list_operations(perimetre, {"statut": "financee"}).values("total_accorde")
    assert [row["total_accorde"] for row in found] == [COUT]
    for filtres in ({"q": "lefevre"}, {"q": "haute"}, {"q": avec.reference}):
        assert [o.pk for o in list_operations(perimetre, filtres)] == [avec.pk], filtres


def test_ma_journee_et_page_du_menage(
    monde: Monde, logement: Logement, menage: Menage, django_assert_num_queries: Any
) -> None:
    pressee = add_operation(monde, logement, "en_travaux", menage, fin_prevue=date(2026, 11, 1))
    loin = add_logement(monde, adresse="2 rue Haute")
    add_operation(monde, loin, "en_travaux", fin_prevue=date(2027, 3, 1))
    perimetre = monde.perimetre("technicien")
    with django_assert_num_queries(1):
        lignes = TravauxAControler().lignes(perimetre)
    assert [(x.echeance, x.ton) for x in lignes] == [(date(2026, 11, 1), "late")]
    with django_assert_num_queries(1):
        cartes = TravauxDuMenage().read_en_cours(menage.pk, perimetre).list_cartes()
    assert [x.titre for x in cartes] == [f"Travaux {pressee.reference}"]


def test_fusion(monde: Monde, logement: Logement, menage: Menage) -> None:
    operation = add_operation(monde, logement, menage=menage)
    cible = add_menage(monde, nom="Petit")
    port = TravauxDuMenage()
    moved = port.move(source_id=menage.pk, cible_id=cible.pk)
    assert moved == {"amelioration.OperationTravaux": [operation.pk]}
    port.move_back(source_id=menage.pk, moved=moved)
    assert OperationTravaux.objects.unscoped(reason="test").get().menage_id == menage.pk


def test_les_chemins_couvrent_les_etats() -> None:
    assert set(CHEMINS) == set(StatutOperation.values) == set(ATTENDU)
