"""The engine on a hand-made indicator: value, series, breakdowns, rows, secrecy, freezing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from cariatide.journal.models import Consultation
from cariatide.observatoire.actions import freeze_valeur
from cariatide.observatoire.queries import (
    Filtre,
    Ligne,
    break_down,
    compute,
    compute_monthly,
    find_cible,
    list_lignes,
)
from cariatide.observatoire.rules import (
    calendar_year,
    convention_years,
    describe_target,
    mask_small_cells,
)
from cariatide.observatoire.web.views import _link
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.indicateurs import Agregat, Indicateur, Requete, Sens, indicateurs
from tests.distribution import JOUR, Monde, add_menage
from tests.fichiers import export

AN = calendar_year(2025)


def facts(rows: list[tuple[Any, ...]]) -> Any:
    """`faits` from rows written by hand: jour, cle, menage, axe, valeur, complet."""

    def build(debut: date, fin: date) -> Requete:
        values = ", ".join(["(%s::date, %s, %s::bigint, %s, %s::numeric, %s::boolean)"] * len(rows))
        sql = (
            "SELECT v.jour, v.cle, v.menage_id, NULL::bigint AS commune_id,"
            " NULL::bigint AS convention_id, NULL::bigint AS organisation_id,"
            " NULL::bigint AS commanditaire_id, v.axe, 'ccas' AS origine, 'essai' AS objet_type,"
            " 1::bigint AS objet_id, v.cle AS libelle, v.valeur, v.complet"
            f" FROM (VALUES {values}) AS v(jour, cle, menage_id, axe, valeur, complet)"
            " WHERE v.jour BETWEEN %s AND %s"
        )
        return Requete(sql, [c for row in rows for c in row] + [debut, fin])

    return build


def build(rows: list[tuple[Any, ...]], agregat: Agregat = Agregat.DISTINCT) -> Indicateur:
    return Indicateur(
        code="T-1",
        libelle="Indicateur d’essai",
        definition="Pour les tests.",
        unite="ménages",
        sens=Sens.HAUSSE,
        source="tests",
        version=1,
        agregat=agregat,
        faits=facts(rows),
        objectif="menages",
    )


ROWS = [
    (date(2025, 1, 10), "a", None, "relogement", 10, True),
    (date(2025, 3, 2), "a", None, "relogement", 20, True),
    (date(2025, 3, 5), "b", None, "maintien", 40, True),
    (date(2025, 12, 31), "c", None, "", 60, True),
    (date(2025, 6, 1), "d", None, "maintien", None, False),
    (date(2026, 1, 1), "e", None, "maintien", 5, True),
]


@pytest.mark.django_db
def test_distinct_counts_a_key_once_and_leaves_out_the_incomplete() -> None:
    resultat = compute(build(ROWS), AN)
    assert (resultat.valeur, resultat.lignes) == (3, 5)
    assert resultat.completude == Decimal("0.8")


@pytest.mark.django_db
def test_median_of_the_values() -> None:
    resultat = compute(build(ROWS, Agregat.MEDIANE), AN)
    assert resultat.valeur == 30
    assert resultat.denominateur == 4


@pytest.mark.django_db
def test_last_month_equals_the_year_and_months_to_come_are_unknown() -> None:
    indicateur = build(ROWS)
    assert compute_monthly(indicateur, AN) == [1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3]
    cut = compute_monthly(indicateur, AN, jusqu_au=date(2025, 3, 20))
    assert cut == [1, 1, 2] + [None] * 9


@pytest.mark.django_db
def test_no_fact_gives_zero_for_a_count_and_nothing_for_a_median() -> None:
    empty = calendar_year(2019)
    assert compute(build(ROWS), empty).valeur == 0
    assert compute(build(ROWS, Agregat.MEDIANE), empty).valeur is None
    assert compute(build(ROWS), empty).completude is None


@pytest.mark.django_db
def test_breakdown_names_what_is_missing() -> None:
    parts = break_down(build(ROWS), AN, "axe")
    assert [(p.libelle, p.valeur) for p in parts] == [
        ("Non renseigné", 1),
        ("maintien", 1),
        ("relogement", 1),
    ]


@pytest.mark.django_db
def test_rows_are_those_of_the_perimeter_and_the_others_are_counted(monde: Monde) -> None:
    seen, hidden = add_menage(monde), add_menage(monde, qui="charlie")
    rows = [
        (date(2025, 2, 1), "a", seen.pk, "", None, True),
        (date(2025, 2, 1), "b", hidden.pk, "", None, True),
    ]
    lignes = list_lignes(monde.perimetre("alice"), build(rows), AN)
    assert [ligne.menage_id for ligne in lignes.visibles] == [seen.pk]
    assert (lignes.total, lignes.hors_perimetre) == (2, 1)
    assert list_lignes(monde.perimetre("dpo"), build(rows), AN).visibles == []


@pytest.mark.django_db
def test_target_sums_the_agreements_in_force(monde: Monde) -> None:
    cible = find_cible(build(ROWS), AN)
    assert (cible.minimum, cible.maximum) == (20, 30)
    assert find_cible(build(ROWS), calendar_year(2019)).minimum is None
    assert find_cible(build(ROWS), AN, Filtre(convention_id=0)).minimum is None


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([10, 3, 20], [None, None, 20]),
        ([10, 3, 2], [10, None, None]),
        ([0, 8], [0, 8]),
        ([3], [None]),
        ([0, 3, 0], [0, None, 0]),
        ([], []),
    ],
)
def test_small_cells_cannot_be_found_by_subtraction(cells: list[int], shown: list[Any]) -> None:
    assert mask_small_cells(cells, 5) == shown


def test_years_of_an_agreement_start_on_its_anniversary() -> None:
    years = convention_years(date(2007, 4, 15), date(2010, 4, 14))
    assert [(p.debut, p.fin) for p in years] == [
        (date(2007, 4, 15), date(2008, 4, 14)),
        (date(2008, 4, 15), date(2009, 4, 14)),
        (date(2009, 4, 15), date(2010, 4, 14)),
    ]
    leap = convention_years(date(2024, 2, 29), date(2026, 2, 27))
    assert leap[0].fin == date(2025, 2, 27)


@pytest.mark.parametrize(
    ("valeur", "texte"),
    [(19, "sous l’objectif"), (20, "dans la fourchette"), (31, "au-delà de la fourchette")],
)
def test_position_in_the_target_range(valeur: float, texte: str) -> None:
    assert describe_target(valeur, 20, 30) == texte


@pytest.fixture
def registered(monde: Monde) -> Iterator[Monde]:
    indicateurs._entries["T-1"] = build(ROWS)
    yield monde
    del indicateurs._entries["T-1"]


@pytest.mark.django_db
def test_frozen_value_needs_a_finished_period_a_role_and_a_reason_to_change(
    registered: Monde,
) -> None:
    bob = registered.perimetre("bob")
    with pytest.raises(ActeRefuse, match="pas finie"):
        freeze_valeur(perimetre=bob, code="T-1", periode=calendar_year(2026))
    with pytest.raises(ActeRefuse, match="chargé du plan"):
        freeze_valeur(perimetre=registered.perimetre("alice"), code="T-1", periode=AN)
    assert freeze_valeur(perimetre=bob, code="T-1", periode=AN).valeur == 3
    with pytest.raises(ErreurMetier, match="déjà figée"):
        freeze_valeur(perimetre=bob, code="T-1", periode=AN)
    again = freeze_valeur(perimetre=bob, code="T-1", periode=AN, motif="Saisies tardives")
    assert again.revision == 2


@pytest.mark.django_db
def test_command_prints_the_value_and_what_explains_it(registered: Monde) -> None:
    out = StringIO()
    call_command("indicateurs", code="T-1", annee=2025, format="json", stdout=out)
    value = json.loads(out.getvalue())
    assert value["valeur"] == 3
    assert value["numerateur"] == 3
    assert value["version_definition"] == 1
    assert value["completude"] == 0.8
    assert (value["cible_minimum"], value["cible_maximum"]) == (20, 30)
    with pytest.raises(CommandError, match="Aucun indicateur"):
        call_command("indicateurs", code="INCONNU", stdout=out)


@pytest.mark.django_db
def test_pages_open_for_every_role_and_for_nobody_else(registered: Monde, client_de: Any) -> None:
    for url in (
        reverse("observatoire:tableau"),
        reverse("observatoire:indicateur", args=["T-1"]),
    ):
        for qui, statut in ((None, 302), ("eve", 403), ("bob", 200), ("dpo", 200), ("alice", 200)):
            with client_de(registered.personnes[qui] if qui else None) as c:
                assert c.get(url, {"annee": "2025"}).status_code == statut, qui
    with client_de(registered.bob) as c:
        assert c.get(reverse("observatoire:indicateur", args=["X-9"])).status_code == 404
        url = reverse("observatoire:indicateur", args=["T-1"])
        for bad in ({"annee": "99999999999"}, {"convention": "²"}, {"rang": "-1", "page": "x"}):
            assert c.get(url, bad).status_code == 200


@pytest.mark.django_db
def test_the_values_leave_as_a_file_for_the_period_shown(registered: Monde, client_de: Any) -> None:
    fact = (date(2025, 2, 1), "a", add_menage(registered, "alice").pk, "", None, True)
    indicateurs._entries["T-1"] = build([fact])
    for annee, valeur in (("2025", "1"), ("2026", "0")):
        with client_de(registered.bob) as c:
            reponse = export(c, "indicateurs", f"?annee={annee}")
        lignes = b"".join(reponse.streaming_content).decode("utf-8-sig").splitlines()
        (ligne,) = [x.split(";") for x in lignes if x.startswith("T-1;")]
        assert (ligne[3], ligne[5]) == (annee, valeur)


@pytest.mark.django_db
def test_rows_leave_once_said_what_for(registered: Monde, client_de: Any) -> None:
    seen = add_menage(registered, "alice")
    fact = (date(2025, 2, 1), "a", seen.pk, "", None, True)
    indicateurs._entries["T-1"] = build([fact])
    url = reverse("observatoire:export", args=["T-1"]) + "?annee=2025"
    envoi = {"colonnes": ["jour", "commune"], "format": "csv"}
    with client_de(registered.alice) as c:
        assert "À quoi servira ce fichier" in c.get(url).content.decode()
        refused = c.post(url, envoi)
        assert refused.status_code == 422
        assert not Consultation.objects.filter(motif="Bilan annuel").exists()
        response = c.post(url, {**envoi, "finalite": "Bilan annuel"})
        lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert [lines[0], lines[1].partition(";")[0]] == ["Date;Commune", "01/02/2025"]
    trace = Consultation.objects.get(motif="Bilan annuel")
    assert "T-1" in trace.libelle


@pytest.mark.django_db
def test_the_button_and_the_links_of_a_page_are_for_who_may(
    registered: Monde, client_de: Any
) -> None:
    seen = add_menage(registered, "alice")
    indicateurs._entries["T-1"] = build([(date(2025, 2, 1), "a", seen.pk, "", None, True)])
    url = reverse("observatoire:indicateur", args=["T-1"])
    figer = reverse("observatoire:figer", args=["T-1"])
    for qui, annee, montre in (("bob", 2025, True), ("bob", 2026, False), ("alice", 2025, False)):
        # 2026 is not over on that day, whatever the day of the run.
        with time_machine.travel(JOUR, tick=False), client_de(registered.personnes[qui]) as c:
            html = c.get(url, {"annee": annee}).content.decode()
        assert (f'action="{figer}' in html) is montre, (qui, annee)
    fait = Ligne(AN.debut, "a", "", "", "", seen.pk, "baux.occupation", 1, None, True)
    fiche = reverse("menages:detail", args=[seen.pk])
    assert _link(registered.perimetre("alice"), fait) == fiche
    assert _link(registered.perimetre("technique"), fait) == ""
    assert _link(registered.perimetre("alice"), replace(fait, objet_type="essai")) == ""


@pytest.mark.django_db
def test_freeze_by_the_page(registered: Monde, client_de: Any) -> None:
    url = reverse("observatoire:figer", args=["T-1"]) + "?annee=2025"
    with client_de(registered.alice) as c:
        assert c.post(url).status_code == 403
    with client_de(registered.bob) as c:
        assert c.get(url).status_code == 405
        html = c.post(url, follow=True).content.decode()
    assert "est figée (révision 1)" in html
