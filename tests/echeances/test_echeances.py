"""Delays: planned, moved by hand with a reason, watched for approvals; who sees which."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from cariatide.courriers.models import Notification
from cariatide.echeances.actions import (
    cancel_echeances,
    plan_echeance,
    reschedule_echeance,
    settle_echeance,
)
from cariatide.echeances.models import Echeance
from cariatide.echeances.queries import list_echeances, list_page
from cariatide.echeances.surveillance import AGREMENT, CONVENTION, watch_partenaires
from cariatide.journal.livraison import deliver_one
from cariatide.journal.models import Evenement
from cariatide.partenaires.actions import add_agrement
from cariatide.socle.erreurs import ErreurMetier, Introuvable
from cariatide.socle.travaux import quotidiens
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db


def plan(monde: Monde, rang: int = 1, jours: int = 5, **plus: Any) -> Echeance:
    valeurs: dict[str, Any] = {
        "code": "mesure.bilan",
        "libelle": f"Bilan {rang:02}",
        "objet": ("mesures.mesure", rang),
        "due_le": JOUR + timedelta(days=jours),
        "organisation_id": monde.operateur.pk,
        "url": "/mesures/1/",
        "menage_id": 7,
        "menage_libelle": "Ménage Lefèvre",
        **plus,
    }
    return plan_echeance(**valeurs)


def seen(monde: Monde, qui: str) -> list[str]:
    return [e.libelle for e in list_echeances(monde.perimetre(qui))]


def test_qui_voit_quoi(monde: Monde) -> None:
    plan(monde, 1, utilisateur_id=monde.alice.pk)
    plan(monde, 2)
    plan(monde, 3, menage_id=None, menage_libelle="")
    assert seen(monde, "alice") == ["Bilan 01", "Bilan 02", "Bilan 03"]
    assert seen(monde, "collegue") == ["Bilan 02", "Bilan 03"]
    assert seen(monde, "chef") == ["Bilan 01", "Bilan 02", "Bilan 03"]
    assert seen(monde, "administratrice") == ["Bilan 03"], "no household for that role"
    assert seen(monde, "charlie") == seen(monde, "eve") == []


def test_planifier_deux_fois_deplace(monde: Monde) -> None:
    premiere = plan(monde)
    assert plan(monde, jours=9).pk == premiere.pk
    premiere.refresh_from_db()
    assert premiere.due_le == premiere.due_calculee_le == JOUR + timedelta(days=9)


def move(
    monde: Monde, echeance: Echeance, motif: str = "Audience renvoyée", qui: str = "alice"
) -> Echeance:
    return reschedule_echeance(
        perimetre=monde.perimetre(qui),
        echeance_id=echeance.pk,
        due_le=date(2027, 1, 5),
        motif=motif,
    )


def test_report_motive(monde: Monde) -> None:
    echeance = plan(monde, utilisateur_id=monde.alice.pk)
    with pytest.raises(ErreurMetier, match="pourquoi"):
        move(monde, echeance, "  ")
    with pytest.raises(Introuvable):
        move(monde, echeance, qui="collegue")
    reportee = move(monde, echeance)
    assert reportee.due_le == date(2027, 1, 5)
    assert reportee.due_calculee_le == JOUR + timedelta(days=5), "the computed date stays"
    donnees = Evenement.objects.get(nom="echeance.reportee").donnees
    assert donnees["avant"]["due_le"] == "2026-11-27"
    assert donnees["apres"] == {"due_le": "2027-01-05", "motif": "Audience renvoyée"}
    # The same computed date leaves the choice of the person; another one takes over.
    plan(monde, utilisateur_id=monde.alice.pk)
    reportee.refresh_from_db()
    assert reportee.due_le == date(2027, 1, 5)
    plan(monde, jours=8, utilisateur_id=monde.alice.pk)
    reportee.refresh_from_db()
    assert (reportee.due_le, reportee.motif_report) == (JOUR + timedelta(days=8), "")


def test_faite_ou_sans_objet_ne_se_reporte_plus(monde: Monde) -> None:
    une, autre = plan(monde, 1), plan(monde, 2)
    assert settle_echeance(code="mesure.bilan", objet=("mesures.mesure", 1), le=JOUR) == 1
    assert cancel_echeances(objet=("mesures.mesure", 2), le=JOUR) == 1
    for echeance in (une, autre):
        with pytest.raises(ErreurMetier, match="déjà close"):
            move(monde, echeance)
    assert settle_echeance(code="mesure.bilan", objet=("mesures.mesure", 1), le=JOUR) == 0


def agrement(monde: Monde, du: date, au: date | None, libelle: str = "Ingénierie sociale") -> int:
    return add_agrement(
        perimetre=monde.perimetre("administratrice"), organisation_id=monde.operateur.pk,
        libelle=libelle, du=du, au=au,
    ).pk  # fmt: skip


def watched(code: str = AGREMENT) -> list[tuple[int, date, str]]:
    rows = Echeance.objects.unscoped(reason="test").filter(code=code).order_by("objet_id")
    return [(e.objet_id, e.due_le, e.statut) for e in rows]


def test_surveillance_des_agrements(monde: Monde) -> None:
    assert "echeances.partenaires" in quotidiens
    pk = agrement(monde, date(2022, 1, 1), date(2027, 2, 28))
    agrement(monde, date(2022, 1, 1), None, "Sans terme")
    watch_partenaires(JOUR)
    watch_partenaires(JOUR)
    assert watched() == [(pk, date(2027, 2, 28), "ouverte")]
    assert Evenement.objects.filter(nom="agrement.alerte").count() == 1, "told once"
    while deliver_one():
        pass
    avertis = Notification.objects.filter(titre__contains="28/02/2027")
    assert sorted(avertis.values_list("utilisateur__prenom", flat=True)) == ["Aude", "Claire"]
    assert (
        "Renouveler"
        in list_page(monde.perimetre("administratrice"), {"horizon": "toutes"}).get().libelle
    )
    suivant = agrement(monde, date(2027, 1, 1), date(2031, 12, 31))
    watch_partenaires(JOUR + timedelta(days=1))
    assert watched() == [(pk, date(2027, 2, 28), "faite"), (suivant, date(2031, 12, 31), "ouverte")]


def test_pas_d_alerte_trop_tot_ni_pour_un_agrement_oublie(monde: Monde) -> None:
    agrement(monde, date(2022, 1, 1), date(2030, 1, 1))
    agrement(monde, date(2010, 1, 1), date(2015, 1, 1), "Ancien")
    watch_partenaires(JOUR)
    assert [due for _, due, _ in watched()] == [date(2030, 1, 1)]
    assert not Evenement.objects.filter(nom="agrement.alerte").exists()


def test_fin_de_convention(monde: Monde) -> None:
    watch_partenaires(JOUR)
    assert watched(CONVENTION) == [(monde.convention.pk, date(2027, 12, 31), "ouverte")]
    monde.convention.au = date(2028, 12, 31)
    monde.convention.save()
    watch_partenaires(JOUR)
    assert watched(CONVENTION)[0][1] == date(2028, 12, 31)


@pytest.fixture
def midi() -> Any:
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Europe/Paris"))):
        yield


def test_page(monde: Monde, client_de: Any, midi: Any) -> None:
    plan(monde, 1, jours=-3, utilisateur_id=monde.alice.pk)
    plan(monde, 2, jours=10)
    plan(monde, 3, jours=90)
    url = reverse("echeances:liste")
    with client_de(monde.alice) as c:
        page = c.get(url).content.decode()
        assert "En retard, 3 j" in page and "Une est en retard" in page
        assert "Bilan 02" in page and "Bilan 03" not in page
        page = c.get(url, {"horizon": "retard"}).content.decode()
        assert "Bilan 01" in page and "Bilan 02" not in page
        assert "Bilan 03" in c.get(url, {"horizon": "toutes"}).content.decode()
        page = c.get(url, {"horizon": "toutes", "miennes": "on"}).content.decode()
        assert "Bilan 01" in page and "Bilan 03" not in page
    with client_de(monde.eve) as c:
        assert c.get(url).status_code == 403
    with client_de(monde.charlie) as c:
        assert "Rien n’est dû dans le mois" in c.get(url).content.decode()


def test_reporter_par_la_page(monde: Monde, client_de: Any, midi: Any) -> None:
    echeance = plan(monde, utilisateur_id=monde.alice.pk)
    url = reverse("echeances:reporter", args=[echeance.pk])
    with client_de(monde.alice) as c:
        reponse = c.post(url, {"due_le": "31/02/2027", "motif": ""})
        assert reponse.status_code == 422
        assert "Cette date n’existe pas" in reponse.content.decode()
        page = c.post(url, {"due_le": "2026-12-05", "motif": "Vacances"}, follow=True)
        texte = page.content.decode()
        assert "reporté au 05/12/2026" in texte
        assert "calculée au 27/11/2026, reportée\u00a0: Vacances" in texte
    with client_de(monde.charlie) as c:
        assert c.get(url).status_code == 404


def test_chaque_echeance_alerte_a_sa_distance(monde: Monde) -> None:
    for code, alerte in (("loin", 90), ("pres", 7)):
        plan_echeance(
            code=code, libelle=code, objet=("tests", 7), due_le=JOUR + timedelta(days=60),
            organisation_id=monde.operateur.pk, utilisateur_id=monde.alice.pk, url="/",
            alerte_jours=alerte,
        )  # fmt: skip
    assert [e.libelle for e in list_echeances(monde.perimetre("alice"))] == ["loin"]
