"""A portfolio handed over: all or some, rights and delays with it, both people told once."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cariatide.courriers.models import Notification
from cariatide.echeances.models import Echeance
from cariatide.journal.livraison import deliver_one
from cariatide.journal.models import Evenement
from cariatide.menages.models import FaitParcours
from cariatide.menages.queries import find_niveau
from cariatide.mesures import actions
from cariatide.mesures.models import Mesure
from cariatide.mesures.statuts import MotifTransfert
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import Niveau
from tests.mesures.conftest import Fabrique, reload

pytestmark = pytest.mark.django_db


def two(fabrique: Fabrique) -> list[Mesure]:
    return [fabrique.active(), fabrique.active(nom="Moreau")]


def deliver() -> None:
    while deliver_one():
        pass


def transfer(fabrique: Fabrique, qui: str, choisies: list[Mesure], **plus: Any) -> int:
    monde = fabrique.monde
    valeurs = {
        "de_id": monde.alice.pk,
        "vers_id": monde.collegue.pk,
        "mesures": [m.pk for m in choisies],
        "motif": MotifTransfert.ABSENCE,
        **plus,
    }
    with fabrique.au_nom_de(qui) as perimetre:
        return actions.transfer_portefeuille(perimetre=perimetre, **valeurs)


def test_tout_passe_a_l_autre(fabrique: Fabrique) -> None:
    mesures = two(fabrique)
    monde = fabrique.monde
    deliver()
    Notification.objects.all().delete()
    assert transfer(fabrique, "chef", mesures) == 2
    for mesure in mesures:
        assert reload(mesure).referent_id == monde.collegue.pk
        niveaux = [find_niveau(fabrique.jour(q), mesure.menage_id) for q in ("alice", "collegue")]
        assert niveaux == [Niveau.SOCIAL, Niveau.CONFIDENTIEL]
        faits = FaitParcours.objects.unscoped(reason="test").filter(menage_id=mesure.menage_id)
        assert faits.filter(titre="Changement de référent").count() == 1
    ouvertes = Echeance.objects.unscoped(reason="test").filter(
        objet_type="mesures.mesure", objet_id__in=[m.pk for m in mesures], statut="ouverte"
    )
    assert set(ouvertes.values_list("utilisateur_id", flat=True)) == {monde.collegue.pk}
    deliver()
    avis = dict(Notification.objects.values_list("utilisateur__prenom", "titre"))
    assert avis == {
        "Agnès": "2 mesures vous sont confiées",
        "Alice": "2 mesures sont passées à un autre référent",
    }
    assert Notification.objects.count() == 2, "one for the whole, not one a measure"
    evenement = Evenement.objects.get(nom="portefeuille.transfere")
    assert evenement.donnees["apres"]["motif"] == "absence"


def test_une_seule_et_par_soi_meme(fabrique: Fabrique) -> None:
    une, autre = two(fabrique)
    deliver()
    Notification.objects.all().delete()
    assert transfer(fabrique, "alice", [une]) == 1
    assert reload(autre).referent_id == fabrique.monde.alice.pk
    deliver()
    assert [n.titre for n in Notification.objects.all()] == ["Une mesure vous est confiée"]


def test_tout_ou_rien(fabrique: Fabrique) -> None:
    mesures = two(fabrique)
    monde = fabrique.monde
    refus: list[tuple[str, dict[str, Any], str]] = [
        ("collegue", {}, "n’est plus dans ce portefeuille"),
        ("charlie", {}, "n’est plus dans ce portefeuille"),
        ("chef", {"vers_id": monde.charlie.pk}, "équipe d’accompagnement"),
        ("chef", {"vers_id": monde.alice.pk}, "déjà la référente"),
        ("chef", {"mesures": []}, "Choisissez une mesure"),
        ("chef", {"mesures": [mesures[0].pk, 10**9]}, "n’est plus dans ce portefeuille"),
        ("chef", {"motif": "autre"}, "motif n’existe pas"),
    ]
    for qui, plus, phrase in refus:
        with pytest.raises(ErreurMetier, match=phrase):
            transfer(fabrique, qui, mesures, **plus)
    assert {reload(m).referent_id for m in mesures} == {monde.alice.pk}
    assert not Evenement.objects.filter(nom="portefeuille.transfere").exists()


def test_la_page(fabrique: Fabrique, client_de: Any) -> None:
    mesures = two(fabrique)
    monde = fabrique.monde
    adresse = reverse("mesures:transferer", args=[monde.alice.pk])
    with client_de(monde.chef) as c:
        assert adresse in c.get(reverse("mesures:portefeuille")).text
        assert "Moreau" in c.get(adresse).text
        envoi = {
            "vers": monde.collegue.pk, "motif": "depart", "mesures": [mesures[1].pk],
            "du": timezone.localdate().isoformat(),
        }  # fmt: skip
        assert c.post(adresse, {**envoi, "mesures": []}).status_code == 422
        page = c.post(adresse, envoi, follow=True).text
        assert "Une mesure est confiée à Agnès Colin" in page
    for qui, statut in (("collegue", 404), ("charlie", 404), ("bob", 403), ("alice", 200)):
        with client_de(getattr(monde, qui)) as c:
            assert c.get(adresse).status_code == statut, qui
