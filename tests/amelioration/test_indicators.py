"""C-I1 to C-I3 on data made by hand: what counts, what counts once, what does not count."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from cariatide.amelioration.indicators import INDICATEURS
from cariatide.amelioration.models import OperationTravaux
from cariatide.baux.actions import CorrectionEntree, correct_entree
from cariatide.menages.models import Menage
from cariatide.partenaires.models import Convention
from cariatide.socle.indicateurs import COLONNES, Agregat, indicateurs
from tests.amelioration.exemples import add_operation, add_saisine, advance
from tests.baux.exemples import add_entree
from tests.distribution import Monde, add_menage
from tests.parc.exemples import add_logement

pytestmark = pytest.mark.django_db
DEBUT, FIN = date(2026, 1, 1), date(2026, 12, 31)


def faits(code: str, debut: date = DEBUT, fin: date = FIN) -> list[dict[str, Any]]:
    """The rows of an indicator, the columns checked against the contract."""
    requete = indicateurs.get(code).faits(debut, fin)
    with connection.cursor() as cursor:
        cursor.execute(requete.sql, list(requete.params))
        assert tuple(c.name for c in cursor.description) == COLONNES
        rows = [dict(zip(COLONNES, row, strict=True)) for row in cursor.fetchall()]
    return sorted(rows, key=lambda r: (r["jour"], r["objet_id"]))


def valeur(code: str, **options: Any) -> int:
    return len({f["cle"] for f in faits(code, **options) if f["complet"]})


def home(monde: Monde, i: int) -> Any:
    return add_logement(monde, adresse=f"{i} rue Neuve")


def other_convention(monde: Monde, type_: str = "iml") -> Convention:
    return Convention.objects.create(
        type=type_, reference=f"{type_}-2025", intitule="Autre", du=date(2025, 1, 1),
        au=date(2027, 12, 31), commanditaire=monde.departement, operateur=monde.operateur,
    )  # fmt: skip


def test_declaration() -> None:
    codes = {i.code: i for i in INDICATEURS}
    assert set(codes) == {"C-I1", "C-I2", "C-I3a", "C-I3b"}
    assert (codes["C-I1"].objectif, codes["C-I2"].objectif) == ("menages", "logements_adaptes")
    for indicateur in INDICATEURS:
        assert indicateur.agregat == Agregat.DISTINCT
        assert indicateurs.get(indicateur.code) == indicateur
        assert indicateur.definition.endswith(".")


def test_c_i1_compte_une_fois(monde: Monde) -> None:
    """A household rehoused twice, then kept by works, is one; works without household, another."""
    menage = add_menage(monde)
    add_entree(monde, menage, home(monde, 1), entree_le=date(2026, 3, 1))
    second = home(monde, 2)
    add_entree(monde, menage, second, entree_le=date(2026, 6, 1), cloture_precedente=True)
    add_operation(monde, second, "achevee", menage, le=date(2026, 10, 1))
    add_operation(monde, home(monde, 3), "achevee", finalite="maintien", le=date(2026, 4, 1))
    assert valeur("C-I1") == 2
    rows = faits("C-I1")
    assert [(f["jour"], f["axe"], f["objet_type"]) for f in rows] == [
        (date(2026, 3, 1), "relogement", "baux.occupation"),
        (date(2026, 4, 1), "maintien", "amelioration.operation"),
        (date(2026, 6, 1), "relogement", "baux.occupation"),
        (date(2026, 10, 1), "maintien", "amelioration.operation"),
    ]
    assert {f["cle"] for f in rows} == {f"m{menage.pk}", f"l{rows[1]['cle'][1:]}"}
    assert {f["commune_id"] for f in rows} == {monde.commune.pk}
    assert {f["commanditaire_id"] for f in rows} == {monde.departement.pk}
    assert {f["organisation_id"] for f in rows} == {monde.operateur.pk}
    # Month by month the key is the same: the year never counts it twice.
    assert valeur("C-I1", fin=date(2026, 3, 31)) == 1
    assert valeur("C-I1", debut=date(2026, 6, 1), fin=date(2026, 6, 30)) == 1


def test_c_i1_laisse_le_reste(monde: Monde) -> None:
    autre = other_convention(monde)
    for i, options in enumerate(
        (
            {"entree_le": date(2025, 12, 31)},
            {"entree_le": date(2026, 2, 1), "est_relogement": False},
            {"entree_le": date(2026, 2, 1), "convention_id": autre.pk},
            {"entree_le": date(2026, 2, 1), "convention_id": None},  # no MOUS in sight
        )
    ):
        menage = add_menage(monde, nom=f"Nom{i}", le=date(2025, 1, 1))
        add_entree(monde, menage, home(monde, i), **options)
    add_operation(monde, home(monde, 10), "en_travaux", finalite="maintien")
    add_operation(monde, home(monde, 11), "achevee")  # a produced home is C-I3
    add_operation(monde, home(monde, 12), "achevee", finalite="maintien", convention_id=autre.pk)
    assert faits("C-I1") == []
    assert valeur("C-I1", debut=date(2025, 1, 1)) == 1


def test_c_i1_bornes_incluses(monde: Monde) -> None:
    for i, le in enumerate((DEBUT, date(2026, 11, 20))):
        menage = add_menage(monde, nom=f"Nom{i}", le=date(2025, 1, 1))
        add_entree(monde, menage, home(monde, i), entree_le=le)
    assert valeur("C-I1", fin=date(2026, 11, 20)) == 2
    assert valeur("C-I1", fin=date(2026, 11, 19)) == 1
    assert valeur("C-I1", debut=date(2026, 1, 2)) == 1


def test_c_i1_origine(monde: Monde) -> None:
    """The saisine that the entry names, else the latest of the household under the agreement."""
    menage = add_menage(monde)
    add_saisine(monde, menage, date(2026, 1, 10), origine_organisation=monde.prefecture)
    dernier = add_saisine(monde, menage, date(2026, 2, 10))
    add_saisine(monde, menage, date(2026, 10, 10), origine_organisation=monde.bailleur)  # later
    nommee = add_menage(monde, nom="Petit")
    ancienne = add_saisine(monde, nommee, date(2026, 1, 10), origine_organisation=monde.prefecture)
    add_saisine(monde, nommee, date(2026, 2, 10))
    add_entree(monde, menage, home(monde, 1), entree_le=date(2026, 3, 1))
    add_entree(monde, nommee, home(monde, 2), entree_le=date(2026, 3, 2), saisine_id=ancienne.pk)
    add_operation(monde, home(monde, 3), "achevee", menage, le=date(2026, 4, 1))
    add_operation(monde, home(monde, 4), "achevee", finalite="maintien", le=date(2026, 5, 1))
    assert [f["origine"] for f in faits("C-I1")] == ["ccas", "prefecture", "ccas", ""]
    assert dernier.origine_organisation_id == monde.ccas.pk


def test_c_i1_convention_oubliee(monde: Monde) -> None:
    """Directed to a new home by the MOUS, entered without naming it: shown, not counted."""
    menage = add_menage(monde)
    add_saisine(monde, menage, date(2026, 1, 10))
    add_entree(monde, menage, home(monde, 1), convention_id=None)
    maintenu = add_menage(monde, nom="Petit")
    add_saisine(
        monde, maintenu, date(2026, 1, 10), statut="orientee_maintien", decision_sens="maintien"
    )
    add_entree(monde, maintenu, home(monde, 2), convention_id=None)
    rows = faits("C-I1")
    assert [(f["menage_id"], f["complet"], f["convention_id"]) for f in rows] == [
        (menage.pk, False, monde.convention.pk)
    ]
    assert valeur("C-I1") == 0


def test_c_i1_adresse_protegee(monde: Monde) -> None:
    menage = add_menage(monde)
    add_entree(monde, menage, home(monde, 1))
    Menage.objects.unscoped(reason="test").filter(pk=menage.pk).update(adresse_protegee=True)
    fait = faits("C-I1")[0]
    assert (fait["commune_id"], fait["libelle"]) == (None, menage.reference)


def test_c_i2_loue_apres_travaux(monde: Monde) -> None:
    """Adapted, completed, then entered; the date is that of the entry."""
    counted = home(monde, 1)
    operation = add_operation(monde, counted, "achevee", logement_adapte=True, le=date(2025, 11, 1))
    menage = add_menage(monde)
    add_saisine(monde, menage)
    add_entree(monde, menage, counted, entree_le=date(2026, 3, 1))
    advance(monde, operation, "louer", date(2026, 3, 1))
    ordinary = home(monde, 2)
    add_operation(monde, ordinary, "achevee")  # not adapted
    add_operation(monde, home(monde, 3), "achevee", logement_adapte=True)  # not let
    add_entree(monde, add_menage(monde, nom="Petit"), ordinary)
    rows = faits("C-I2")
    assert [(f["jour"], f["complet"], f["menage_id"], f["origine"]) for f in rows] == [
        (date(2026, 3, 1), True, menage.pk, "ccas")
    ]
    assert valeur("C-I2") == 1
    assert valeur("C-I2", debut=date(2025, 1, 1), fin=date(2025, 12, 31)) == 0


def test_c_i2_location_non_constatee(monde: Monde) -> None:
    logement = home(monde, 1)
    add_operation(monde, logement, "achevee", logement_adapte=True, le=date(2026, 2, 2))
    ancien = add_menage(monde, nom="Petit", le=date(2025, 1, 1))
    add_entree(monde, ancien, home(monde, 2), entree_le=date(2026, 3, 1))
    add_entree(monde, add_menage(monde), logement, entree_le=date(2026, 4, 1))
    assert [(f["jour"], f["complet"]) for f in faits("C-I2")] == [(date(2026, 4, 1), False)]
    assert valeur("C-I2") == 0


def test_c_i3_par_maitre_d_ouvrage(monde: Monde) -> None:
    autre = other_convention(monde)
    for i, options in enumerate(
        (
            {"maitre_ouvrage": "prive"},
            {"maitre_ouvrage": "prive"},
            {"maitre_ouvrage": "communal"},
            {"maitre_ouvrage": "bailleur_social"},
            {"maitre_ouvrage": "proprietaire_occupant", "finalite": "maintien"},
            {"maitre_ouvrage": "prive", "finalite": "maintien"},
            {"maitre_ouvrage": "prive", "convention_id": autre.pk},
            {"maitre_ouvrage": "prive", "le": date(2025, 6, 1)},
        )
    ):
        add_operation(monde, home(monde, i), "achevee", **options)
    add_operation(monde, home(monde, 20), "en_travaux")
    add_operation(monde, home(monde, 21), "abandonnee")
    assert (valeur("C-I3a"), valeur("C-I3b")) == (2, 1)
    assert valeur("C-I3a", debut=date(2025, 1, 1)) == 3


def test_c_i3_meme_logement_une_fois(monde: Monde) -> None:
    """Two sets of works in one home in the year produce one home."""
    logement = home(monde, 1)
    add_operation(monde, logement, "achevee", le=date(2026, 3, 1))
    add_operation(monde, logement, "achevee", le=date(2026, 9, 1), objet="Chauffage")
    assert len(faits("C-I3a")) == 2
    assert valeur("C-I3a") == 1


def test_c_i3_achevement_oublie(monde: Monde) -> None:
    """A household lives there although the works are still said to be under way."""
    logement = home(monde, 1)
    add_operation(monde, logement, "en_travaux", le=date(2026, 3, 2))
    add_entree(monde, add_menage(monde), logement, entree_le=date(2026, 8, 1))
    assert [(f["jour"], f["complet"]) for f in faits("C-I3a")] == [(date(2026, 8, 1), False)]
    assert valeur("C-I3a") == 0


def test_le_cout_ne_change_rien(monde: Monde) -> None:
    """Indicators read dates and links, nothing else of the works."""
    operation = add_operation(monde, home(monde, 1), "achevee")
    before = faits("C-I3a")
    OperationTravaux.objects.unscoped(reason="test").filter(pk=operation.pk).update(
        cout=Decimal("1")
    )
    assert faits("C-I3a") == before


def test_c_i2_suit_la_correction(monde: Monde) -> None:
    """The entry is the fact: corrected, it moves the number with it."""
    logement = home(monde, 1)
    operation = add_operation(monde, logement, "achevee", logement_adapte=True)
    occupation = add_entree(monde, add_menage(monde), logement, entree_le=date(2026, 4, 1))
    advance(monde, operation, "louer", date(2026, 4, 1))
    correct_entree(
        perimetre=monde.perimetre("alice"), occupation_id=occupation.pk, version=1,
        motif="Erreur de date",
        correction=CorrectionEntree(
            "bail", date(2026, 4, 1), date(2026, 5, 2), monde.convention.pk, True, None, None
        ),
    )  # fmt: skip
    assert [(f["jour"], f["complet"]) for f in faits("C-I2")] == [(date(2026, 5, 2), True)]
