"""Pure rules: tables of cases, without a database."""

from datetime import date
from typing import Any

import pytest

from cariatide.mesures.rules import (
    Renouvelable,
    check_atteintes,
    check_bilan_complet,
    check_duree,
    check_ecriture,
    check_fin,
    check_intervention,
    check_lieu,
    check_renouvellement,
    check_sans_contrat,
    check_sections,
    check_suivi,
    check_suspension,
    check_type_bilan,
    compute_fin,
    expects_suivi,
    list_derogations,
)
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier

JOUR = date(2026, 11, 22)


def field_of(call: Any, *args: Any, **kwargs: Any) -> str | None:
    """The field that a check refuses, or None when it lets through."""
    try:
        call(*args, **kwargs)
    except ErreurMetier as erreur:
        return next(iter(erreur.champs), "*")
    return None


@pytest.mark.parametrize(
    ("debut", "mois", "fin"),
    [
        (date(2026, 1, 1), 6, date(2026, 6, 30)),
        (date(2026, 5, 4), 6, date(2026, 11, 3)),
        (date(2026, 8, 31), 6, date(2027, 2, 27)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
    ],
)
def test_a_measure_ends_on_the_eve_of_the_same_day_number(
    debut: date, mois: int, fin: date
) -> None:
    assert compute_fin(debut, mois) == fin


@pytest.mark.parametrize(
    ("mois", "maximum", "deja", "refuse"),
    [
        (6, 18, 0, False),
        (6, 18, 12, False),
        (7, 18, 12, True),
        (18, None, 40, False),
        (0, None, 0, True),
    ],
)
def test_total_duration_stays_within_the_local_maximum(
    mois: int, maximum: int | None, deja: int, refuse: bool
) -> None:
    assert (field_of(check_duree, mois, maximum, deja) == "duree_mois") is refuse


@pytest.mark.parametrize(
    ("motif", "precision", "champ"),
    [
        ("diagnostic_mandate", "Mandat du 3 mai", None),
        ("obligation_de_reloger", " ", "sans_contrat_precision"),
        ("parce_que", "oui", "sans_contrat_motif"),
        ("", "", "sans_contrat_motif"),
    ],
)
def test_without_contract_a_listed_reason_is_needed(
    motif: str, precision: str, champ: str | None
) -> None:
    assert field_of(check_sans_contrat, motif, precision) == champ


VISITE = {
    "type_": "vad", "le": date(2026, 6, 1), "presence": "present", "duree": 50,
    "accordee_le": date(2026, 5, 4), "jour": JOUR,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "champ"),
    [
        ({}, None),
        ({"le": JOUR}, None),
        ({"le": date(2026, 11, 23)}, "date"),
        ({"le": date(2026, 5, 3)}, "date"),
        ({"le": date(2026, 5, 4)}, None),
        ({"presence": "sans_objet"}, "presence"),
        ({"type_": "telephone", "presence": "absent"}, "presence"),
        ({"type_": "telephone", "presence": "sans_objet"}, None),
        ({"duree": 0}, "duree_minutes"),
        ({"duree": 1441}, "duree_minutes"),
        ({"duree": None}, None),
    ],
)
def test_dates_and_presence_of_a_meeting(change: dict[str, Any], champ: str | None) -> None:
    assert field_of(check_intervention, **(VISITE | change)) == champ


@pytest.mark.parametrize(
    ("type_", "lieu", "protegee", "champ"),
    [
        ("vad", "3 impasse du Moulin", True, "lieu"),
        ("vad", "3 impasse du Moulin", False, None),
        ("vad", " ", True, None),
        ("rdv", "Nos bureaux", True, None),
    ],
)
def test_a_protected_address_is_not_written_as_a_place(
    type_: str, lieu: str, protegee: bool, champ: str | None
) -> None:
    assert field_of(check_lieu, type_, lieu, adresse_protegee=protegee) == champ


@pytest.mark.parametrize("statut", ["terminee", "refusee", "evaluee"])
def test_writing_in_a_closed_measure_is_refused_in_words(statut: str) -> None:
    with pytest.raises(ActeRefuse, match="rien n’a été enregistré") as refus:
        check_ecriture(statut, cloture=date(2026, 11, 20))
    assert "20/11/2026" in refus.value.message
    assert "brouillon" in refus.value.message


def test_writing_before_the_accord_is_refused() -> None:
    with pytest.raises(ActeRefuse, match="pas encore accordée"):
        check_ecriture("prescrite", cloture=None)
    check_ecriture("accordee", cloture=None)
    check_ecriture("suspendue", cloture=None)


BASE = Renouvelable(
    fin_prevue=date(2026, 12, 3), mois_accordes=6, maximum=18, bilan_le=date(2026, 11, 1),
    anciennete_maximale=30, nouveaux_objectifs=1,
)  # fmt: skip


def renouvelable(**change: Any) -> Renouvelable:
    return Renouvelable(**(BASE.__dict__ | change))


@pytest.mark.parametrize(
    ("change", "mois", "derogation", "champ"),
    [
        ({}, 6, "", None),
        ({"bilan_le": None}, 6, "", "bilan"),
        ({"bilan_le": date(2026, 10, 23)}, 6, "", None),
        ({"bilan_le": date(2026, 10, 22)}, 6, "", "bilan"),
        ({"nouveaux_objectifs": 0}, 6, "", "objectif_1"),
        ({}, 0, "", "mois"),
        ({}, 12, "", None),
        ({}, 13, "", "derogation"),
        ({}, 13, "Naissance à venir", None),
        ({"maximum": None}, 60, "", None),
        ({"fin_prevue": date(2026, 11, 21)}, 6, "", "derogation"),
        ({"fin_prevue": date(2026, 11, 22)}, 6, "", None),
        ({"fin_prevue": date(2026, 11, 21)}, 6, "  ", "derogation"),
        ({"fin_prevue": date(2026, 11, 21)}, 6, "Hospitalisation", None),
    ],
)
def test_renewal(change: dict[str, Any], mois: int, derogation: str, champ: str | None) -> None:
    refused = field_of(
        check_renouvellement, renouvelable(**change), mois=mois, derogation=derogation, jour=JOUR
    )
    assert refused == champ


def test_both_reasons_of_a_derogation_are_said() -> None:
    reasons = list_derogations(renouvelable(fin_prevue=date(2026, 1, 1)), mois=24, jour=JOUR)
    assert len(reasons) == 2
    assert "30 mois, pour 18" in reasons[1]


SUSPENSION = {
    "motif": "hospitalisation", "precision": "", "du": date(2026, 11, 1),
    "au_prevu": date(2027, 1, 15), "debut": date(2026, 5, 4), "jour": JOUR, "maximum": 3,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "champ"),
    [
        ({}, None),
        ({"au_prevu": date(2027, 2, 1)}, None),
        ({"au_prevu": date(2027, 2, 2)}, "au_prevu"),
        ({"au_prevu": date(2026, 11, 1)}, "au_prevu"),
        ({"du": date(2026, 5, 3)}, "du"),
        ({"du": date(2026, 11, 23)}, "du"),
        ({"motif": "autre"}, "precision"),
        ({"motif": "autre", "precision": "Voyage"}, None),
    ],
)
def test_suspension(change: dict[str, Any], champ: str | None) -> None:
    assert field_of(check_suspension, **(SUSPENSION | change)) == champ


@pytest.mark.parametrize(
    ("issue", "relais", "le", "champ"),
    [
        ("maintien", "", JOUR, None),
        ("relais", "", JOUR, "relais"),
        ("relais", "CCAS de test", JOUR, None),
        ("perdu", "", JOUR, "issue"),
        ("maintien", "", date(2026, 11, 23), "le"),
        ("maintien", "", date(2026, 5, 3), "le"),
    ],
)
def test_end(issue: str, relais: str, le: date, champ: str | None) -> None:
    debut = date(2026, 5, 4)
    assert field_of(check_fin, issue=issue, relais=relais, le=le, debut=debut, jour=JOUR) == champ


def test_no_follow_up_after_a_death() -> None:
    assert not expects_suivi("deces")
    assert expects_suivi("abandon")


@pytest.mark.parametrize(
    ("mois", "le", "faits", "champ"),
    [
        (6, date(2026, 11, 4), set(), None),
        (6, date(2026, 11, 3), set(), "le"),
        (6, date(2026, 11, 4), {6}, "mois"),
        (9, date(2026, 11, 4), set(), "mois"),
        (12, date(2026, 11, 22), set(), "le"),
        (6, date(2026, 11, 23), set(), "le"),
    ],
)
def test_follow_up(mois: int, le: date, faits: set[int], champ: str | None) -> None:
    refused = field_of(
        check_suivi, mois=mois, le=le, terminee_le=date(2026, 5, 4), jour=JOUR,
        attendus=(6, 12), faits=faits,
    )  # fmt: skip
    assert refused == champ


@pytest.mark.parametrize(
    ("atteintes", "champ"),
    [
        ({1: 0, 2: 4}, None),
        ({1: 3}, "atteinte_2"),
        ({1: 5, 2: 0}, "atteinte_1"),
        ({1: -1, 2: 0}, "atteinte_1"),
        ({1: 1, 2: 1, 3: 1}, "*"),
    ],
)
def test_every_objective_is_evaluated_from_0_to_4(
    atteintes: dict[int, int], champ: str | None
) -> None:
    assert field_of(check_atteintes, atteintes, {1, 2}) == champ


@pytest.mark.parametrize(
    ("contenu", "carence", "champ"),
    [
        ({"logement": "humide", "preconisations": "x"}, False, None),
        ({"logement": "humide"}, False, "preconisations"),
        ({"preconisations": "x"}, False, "composition"),
        ({"preconisations": "Visite impossible"}, True, None),
    ],
)
def test_what_a_diagnosis_holds(contenu: dict[str, str], carence: bool, champ: str | None) -> None:
    assert field_of(check_sections, contenu, carence=carence) == champ


@pytest.mark.parametrize(
    ("type_", "statut", "refuse"),
    [
        ("final", "active", False),
        ("final", "terminee", True),
        ("intermediaire", "bilan_du", False),
        ("intermediaire", "adheree", True),
        ("six_mois", "terminee", False),
        ("six_mois", "active", True),
        ("douze_mois", "evaluee", True),
        ("inconnu", "active", True),
    ],
)
def test_kind_of_review_by_state(type_: str, statut: str, refuse: bool) -> None:
    assert (field_of(check_type_bilan, type_, statut) == "type") is refuse


@pytest.mark.parametrize(
    ("evolution", "conclusion", "suite", "posterieur", "champ"),
    [
        ("a", "b", "terminer", False, None),
        ("", "b", "terminer", False, "evolution"),
        ("a", " ", "terminer", False, "conclusion"),
        ("a", "b", "", False, "suite"),
        ("a", "b", "", True, None),
    ],
)
def test_a_submitted_review_is_complete(
    evolution: str, conclusion: str, suite: str, posterieur: bool, champ: str | None
) -> None:
    refused = field_of(
        check_bilan_complet, evolution=evolution, conclusion=conclusion, suite=suite,
        posterieur=posterieur,
    )  # fmt: skip
    assert refused == champ
