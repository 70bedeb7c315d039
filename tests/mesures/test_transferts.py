"""A portfolio that goes on a coming day and comes back by itself."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.courriers.models import Notification
from cariatide.journal.models import Evenement
from cariatide.mesures import actions
from cariatide.mesures.models import Mesure, TransfertProgramme
from cariatide.mesures.queries import add_retards, count_portefeuilles, list_transferts
from cariatide.mesures.tasks import run_transferts_du_jour
from cariatide.partenaires.models import Mandat
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.perimetre import perimetre_systeme
from tests.distribution import JOUR
from tests.mesures.conftest import Fabrique, reload
from tests.mesures.test_portefeuille import deliver, two

pytestmark = pytest.mark.django_db
DU, AU = JOUR + timedelta(days=3), JOUR + timedelta(days=17)


def plan(fabrique: Fabrique, choisies: list[Mesure], qui: str = "chef", **plus: Any) -> Any:
    monde = fabrique.monde
    valeurs = {
        "de_id": monde.alice.pk, "vers_id": monde.collegue.pk, "motif": "absence",
        "mesures": [m.pk for m in choisies], "du": DU, "au": AU, **plus,
    }  # fmt: skip
    with fabrique.au_nom_de(qui) as perimetre:
        return actions.plan_transfert(perimetre=perimetre, **valeurs)


def run(jour: date) -> None:
    """The daily job, as the worker runs it."""
    with ouvre_transaction(perimetre_systeme("test", jour), systeme="test"):
        run_transferts_du_jour(jour)


def holders(mesures: list[Mesure]) -> list[str]:
    return [str(reload(m).referent.prenom) for m in mesures]


def titles() -> dict[str, str]:
    deliver()
    found = dict(Notification.objects.values_list("utilisateur__prenom", "titre"))
    Notification.objects.all().delete()
    return found


def test_le_portefeuille_part_et_revient_seul(fabrique: Fabrique) -> None:
    mesures = two(fabrique)
    titles()
    transfert = plan(fabrique, mesures)
    assert titles() == {
        "Agnès": "2 mesures vous seront confiées le 25/11/2026",
        "Alice": "2 mesures passeront à un autre référent le 25/11/2026",
    }
    run(DU - timedelta(days=1))
    assert holders(mesures) == ["Alice", "Alice"]
    for _ in range(2):  # the job of the day again: nothing more
        run(DU)
    assert holders(mesures) == ["Agnès", "Agnès"]
    assert titles()["Agnès"] == "2 mesures vous sont confiées"
    run(AU)
    assert holders(mesures) == ["Agnès", "Agnès"], "the last day of leave is one of leave"
    for _ in range(2):
        run(AU + timedelta(days=1))
    assert holders(mesures) == ["Alice", "Alice"]
    assert titles() == {
        "Alice": "2 mesures vous sont rendues",
        "Agnès": "2 mesures sont rendues à leur référent",
    }
    transfert.refresh_from_db()
    assert (transfert.statut, transfert.suite) == ("termine", "2 rendue(s) sur 2")
    noms = Evenement.objects.filter(nom__startswith="portefeuille.").order_by("pk")
    assert list(noms.values_list("nom", flat=True)) == [
        "portefeuille.transfert_prevu", "portefeuille.transfere", "portefeuille.rendu",
    ]  # fmt: skip


def test_ce_qui_a_change_de_mains_entre_temps_ne_revient_pas(fabrique: Fabrique) -> None:
    une, autre = two(fabrique)
    plan(fabrique, [une, autre])
    run(DU)
    with fabrique.au_nom_de("chef", DU) as perimetre:
        actions.assign_referent(
            perimetre=perimetre, mesure_id=une.pk, referent_id=fabrique.monde.chef.pk
        )
    neuve = fabrique.active(nom="Petit")
    run(AU + timedelta(days=9))  # days missed are caught up
    assert holders([une, autre, neuve]) == ["Claire", "Alice", "Alice"]
    assert TransfertProgramme.objects.unscoped(reason="test").get().suite == "1 rendue(s) sur 2"


def test_tout_le_portefeuille_se_relit_le_jour_venu_une_partie_reste_une_partie(
    fabrique: Fabrique,
) -> None:
    une, autre = two(fabrique)
    plan(fabrique, [une], au=None)
    run(DU)
    assert holders([une, autre]) == ["Agnès", "Alice"]
    plan(fabrique, [autre], du=DU + timedelta(days=1))
    neuve = fabrique.active(nom="Petit")
    run(DU + timedelta(days=1))
    assert holders([autre, neuve]) == ["Agnès", "Agnès"]


def test_un_transfert_qui_commence_aujourd_hui_se_fait_tout_de_suite(fabrique: Fabrique) -> None:
    mesures = two(fabrique)
    transfert = plan(fabrique, mesures, "alice", du=JOUR)
    assert (transfert.statut, holders(mesures)) == ("en_cours", ["Agnès", "Agnès"])
    with fabrique.au_nom_de("alice") as perimetre:
        actions.stop_transfert(perimetre=perimetre, transfert_id=transfert.pk)
    assert holders(mesures) == ["Alice", "Alice"]
    with fabrique.au_nom_de("alice") as perimetre, pytest.raises(ActeRefuse, match="déjà achevé"):
        actions.stop_transfert(perimetre=perimetre, transfert_id=transfert.pk)


def test_qui_n_est_plus_la_ne_recoit_rien_et_le_chef_l_apprend(fabrique: Fabrique) -> None:
    mesures = two(fabrique)
    plan(fabrique, mesures)
    Mandat.objects.filter(utilisateur=fabrique.monde.collegue).update(au=JOUR)
    titles()
    run(DU)
    assert holders(mesures) == ["Alice", "Alice"]
    assert titles() == {"Claire": "Un transfert de portefeuille n’a pas pu se faire"}
    assert TransfertProgramme.objects.unscoped(reason="test").get().statut == "annule"


@pytest.mark.parametrize(
    ("plus", "phrase"),
    [
        ({"du": JOUR - timedelta(days=1)}, "aujourd’hui ou plus tard"),
        ({"du": JOUR + timedelta(days=400)}, "un an à l’avance"),
        ({"au": DU - timedelta(days=1)}, "précède le premier"),
        ({"motif": "ennui"}, "motif n’existe pas"),
        ({"mesures": []}, "Choisissez des mesures"),
        ({"mesures": [999_999]}, "Choisissez des mesures"),
    ],
)
def test_un_transfert_impossible_est_refuse(
    fabrique: Fabrique, plus: dict[str, Any], phrase: str
) -> None:
    mesures = two(fabrique)
    with pytest.raises(ErreurMetier, match=phrase):
        plan(fabrique, mesures, **plus)
    with pytest.raises(ErreurMetier, match="équipe d’accompagnement"):
        plan(fabrique, mesures, vers_id=fabrique.monde.charlie.pk)
    with pytest.raises(ErreurMetier):
        plan(fabrique, mesures, "collegue")
    assert not TransfertProgramme.objects.unscoped(reason="test").exists()


def test_chacun_voit_les_siens_le_chef_ceux_de_l_equipe(fabrique: Fabrique) -> None:
    transfert = plan(fabrique, two(fabrique))
    for qui, nombre in (("alice", 1), ("collegue", 1), ("chef", 1), ("charlie", 0), ("dora", 0)):
        assert list_transferts(fabrique.jour(qui)).count() == nombre, qui
    for qui, erreur in (("collegue", ActeRefuse), ("charlie", Introuvable)):
        with fabrique.au_nom_de(qui) as perimetre, pytest.raises(erreur):
            actions.stop_transfert(perimetre=perimetre, transfert_id=transfert.pk)


def test_la_page_programme_montre_et_annule(fabrique: Fabrique, client_de: Any) -> None:
    mesures = two(fabrique)
    monde = fabrique.monde
    url = reverse("mesures:transferer", args=[monde.alice.pk])
    saisie = {
        "vers": monde.collegue.pk, "motif": "absence", "mesures": [m.pk for m in mesures],
        "du": DU.isoformat(), "au": AU.isoformat(),
    }  # fmt: skip
    with (
        time_machine.travel(JOUR.isoformat() + "T10:00:00+01:00", tick=False),
        client_de(monde.chef) as c,
    ):
        assert c.post(url, {**saisie, "au": "2026-11-01"}).status_code == 422
        assert c.post(url, saisie).status_code == 302
        page = c.get(reverse("mesures:portefeuille")).content.decode()
        assert "Alice Renard → Agnès Colin" in page and "retour après le 09/12/2026" in page
        transfert = TransfertProgramme.objects.unscoped(reason="test").get()
        arreter = reverse("mesures:arreter_transfert", args=[transfert.pk])
        assert c.get(arreter).status_code == 405
        assert c.post(arreter).status_code == 302
        assert (
            "Alice Renard → Agnès Colin"
            not in c.get(reverse("mesures:portefeuille")).content.decode()
        )
    transfert.refresh_from_db()
    assert transfert.statut == "annule"
    assert holders(mesures) == ["Alice", "Alice"]


def test_la_charge_de_l_equipe_dit_ce_qui_est_en_retard(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    chef = fabrique.jour("chef", reload(mesure).fin_prevue + timedelta(days=1))
    charges = add_retards(chef, count_portefeuilles(chef))
    (ligne,) = [c for c in charges if c["referent_id"] == fabrique.monde.alice.pk]
    assert ligne["en_retard"] == 1
    assert ligne["echeances_en_retard"] >= 1
