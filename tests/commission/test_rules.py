"""Quorum, reading window and reasons: tables of cases."""

from datetime import date

import pytest

from cariatide.commission.rules import (
    EtatQuorum,
    RegleDeQuorum,
    Siege,
    check_date_seance,
    check_decision,
    check_pouvoirs,
    compute_fenetre,
    compute_quorum,
    compute_requis,
    describe_regle,
    is_lisible,
    refuse_decision,
    split_lignes,
)
from cariatide.socle.erreurs import ErreurMetier

MOITIE = RegleDeQuorum("fraction", numerateur=1, denominateur=2)
TIERS = RegleDeQuorum("fraction", numerateur=1, denominateur=3)
CINQ = RegleDeQuorum("nombre", nombre=5)
AUCUN = RegleDeQuorum("aucun")


def sieges(presents: int, absents: int, pouvoirs: int = 0, sans_voix: int = 0) -> list[Siege]:
    return (
        [Siege(True, "present")] * presents
        + [Siege(True, "absent")] * absents
        + [Siege(True, "pouvoir")] * pouvoirs
        + [Siege(False, "present")] * sans_voix
    )


@pytest.mark.parametrize(
    ("regle", "membres", "requis"),
    [
        (MOITIE, 8, 4), (MOITIE, 7, 4), (MOITIE, 1, 1), (MOITIE, 0, 1),
        (TIERS, 8, 3), (TIERS, 9, 3), (TIERS, 10, 4),
        (RegleDeQuorum("fraction", numerateur=2, denominateur=3), 8, 6),
        (CINQ, 3, 5), (CINQ, 12, 5), (AUCUN, 8, 1),
    ],
)  # fmt: skip
def test_members_needed(regle: RegleDeQuorum, membres: int, requis: int) -> None:
    assert compute_requis(regle, membres) == requis


@pytest.mark.parametrize(
    ("regle", "seats", "presents", "atteint"),
    [
        (MOITIE, sieges(4, 4), 4, True),
        (MOITIE, sieges(3, 5), 3, False),
        (MOITIE, sieges(3, 4, pouvoirs=1), 4, True),
        (RegleDeQuorum("fraction", numerateur=1, denominateur=2, pouvoirs_comptent=False),
         sieges(3, 4, pouvoirs=1), 3, False),
        (MOITIE, sieges(3, 5, sans_voix=4), 3, False),
        (CINQ, sieges(5, 0), 5, True),
        (CINQ, sieges(4, 0), 4, False),
        (AUCUN, sieges(1, 7), 1, True),
        (AUCUN, sieges(0, 8), 0, False),
        (MOITIE, [], 0, False),
    ],
)  # fmt: skip
def test_quorum(regle: RegleDeQuorum, seats: list[Siege], presents: int, atteint: bool) -> None:
    etat = compute_quorum(regle, seats)
    assert (etat.presents, etat.is_atteint) == (presents, atteint)
    assert (refuse_decision(etat) is None) is atteint


@pytest.mark.parametrize(
    ("seconde", "autorisee", "deja", "presents", "peut"),
    [
        (True, True, True, 1, True),
        (True, True, False, 1, False),
        (True, False, True, 1, False),
        (False, True, True, 1, False),
        (True, True, True, 0, False),
    ],
)
def test_second_convocation(
    seconde: bool, autorisee: bool, deja: bool, presents: int, peut: bool
) -> None:
    regle = RegleDeQuorum("nombre", nombre=5, seconde_convocation=autorisee)
    etat = compute_quorum(regle, sieges(presents, 8 - presents), seconde)
    assert (refuse_decision(etat, deja) is None) is peut


def test_no_rule_at_that_date_is_said_not_guessed() -> None:
    etat = compute_quorum(None, sieges(8, 0))
    assert "Aucune règle de quorum" in str(refuse_decision(etat))


@pytest.mark.parametrize(
    ("etat", "phrase"),
    [
        (EtatQuorum(4, 6, 8), "quorum atteint (6 sur 8)"),
        (EtatQuorum(4, 3, 8), "quorum non atteint (3 sur 8, il en faut 4)"),
        (EtatQuorum(4, 3, 8, dispense=True), "seconde convocation, sans quorum (3 sur 8)"),
        (EtatQuorum(0, 0, 8, connu=False), "aucune règle de quorum à cette date"),
    ],
)
def test_quorum_in_words(etat: EtatQuorum, phrase: str) -> None:
    assert etat.phrase == phrase


@pytest.mark.parametrize(
    ("regle", "texte"),
    [
        (MOITIE, "la moitié des membres ayant voix délibérative"),
        (CINQ, "5 membres ayant voix délibérative"),
        (RegleDeQuorum("fraction", numerateur=3, denominateur=5), "3/5 des membres ayant voix"),
        (AUCUN, "aucun quorum"),
        (RegleDeQuorum("nombre", nombre=1, pouvoirs_comptent=False, seconde_convocation=True),
         "1 membre ayant voix délibérative, pouvoirs non comptés, sans quorum à la seconde"),
    ],
)  # fmt: skip
def test_rule_in_words(regle: RegleDeQuorum, texte: str) -> None:
    assert describe_regle(regle).startswith(texte)


def test_reading_window_is_bounded_on_both_sides() -> None:
    du, au = compute_fenetre(date(2026, 11, 24), 7, 30)
    assert (du, au) == (date(2026, 11, 17), date(2026, 12, 24))
    days = [date(2026, 11, 16), du, au, date(2026, 12, 25)]
    assert [is_lisible(du, au, d) for d in days] == [False, True, True, False]


@pytest.mark.parametrize("le", [date(2026, 11, 21), date(2029, 1, 1)])
def test_impossible_dates(le: date) -> None:
    with pytest.raises(ErreurMetier) as caught:
        check_date_seance(le, date(2026, 11, 22))
    assert "le" in caught.value.champs


@pytest.mark.parametrize(
    ("sens", "motif", "conditions", "champs"),
    [
        ("maintien", "Le logement convient.", "Assurance à jour", set()),
        ("maintien", "ok", "", {"motif"}),
        ("", "", "", {"sens", "motif"}),
        ("refus", "Hors du champ de l’instance.", "x", {"conditions"}),
        ("ajournement", " " * 40, "", {"motif"}),
    ],
)
def test_decision_is_complete(sens: str, motif: str, conditions: str, champs: set[str]) -> None:
    if not champs:
        check_decision(sens, motif, conditions)
        return
    with pytest.raises(ErreurMetier) as caught:
        check_decision(sens, motif, conditions)
    assert set(caught.value.champs) == champs


@pytest.mark.parametrize(
    ("pouvoir", "message"),
    [(None, "quelle organisation"), (1, "elle-même"), (3, "n’est pas présente"), (2, "")],
)
def test_proxies(pouvoir: int | None, message: str) -> None:
    etats = {1: "pouvoir", 2: "present", 3: "absent"}
    if not message:
        check_pouvoirs(etats, {1: pouvoir})
        return
    with pytest.raises(ErreurMetier, match=message) as caught:
        check_pouvoirs(etats, {1: pouvoir})
    assert set(caught.value.champs) == {"pouvoir_1"}


def test_lines_lose_their_bullets() -> None:
    assert split_lignes("- un\n\n• deux \n trois") == ("un", "deux", "trois")
