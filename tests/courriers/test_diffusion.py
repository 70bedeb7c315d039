"""Notices: once per person, preferences respected, no name in an e-mail, retries."""

from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPException
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from cariatide.comptes.models import Utilisateur
from cariatide.courriers.actions import TENTATIVES_MAX, mark_lue, save_preferences, send_courriels
from cariatide.courriers.models import Envoi, Notification
from cariatide.courriers.ports import Avis, regles_avis
from cariatide.courriers.queries import count_non_lues, list_notifications
from cariatide.journal.actions import record_evenement
from cariatide.journal.livraison import deliver_one
from cariatide.journal.models import Evenement, Livraison
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.statuts import Role
from tests.distribution import DEBUT, Monde, add_menage

pytestmark = pytest.mark.django_db


class Regle:
    """A rule of the tests: notices to a team, and to one person."""

    libelle = "Essai"

    def __init__(self, monde: Monde) -> None:
        self.avis = [
            Avis(
                titre="La saisine S-2026-00001 est recevable",
                texte="Ménage Lefèvre : la saisine est recevable.",
                url="/saisines/1/",
                organisation_id=monde.operateur.pk,
                roles=frozenset({Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE}),
            )
        ]

    def wants(self, nom: str) -> bool:
        return nom == "essai.avis"

    def build(self, evenement_id: int) -> list[Avis]:
        return self.avis


@pytest.fixture
def regle(monde: Monde) -> Iterator[Regle]:
    regle = Regle(monde)
    regles_avis._entries["essai"] = regle
    yield regle
    del regles_avis._entries["essai"]


def record(monde: Monde) -> Evenement:
    return record_evenement(
        "essai.avis", perimetre=monde.perimetre("dora"), objet_type="essai", objet_id=1
    )


def deliver() -> None:
    while deliver_one():
        pass


def notified() -> list[str]:
    return sorted(Notification.objects.values_list("utilisateur__prenom", flat=True))


def test_les_personnes_du_role_sont_averties_une_fois(monde: Monde, regle: Regle) -> None:
    # Two mandates in the same organisation: still one notice.
    Mandat.objects.create(
        utilisateur=monde.alice, organisation=monde.operateur, role=Role.CHEF_DE_SERVICE, du=DEBUT
    )
    record(monde)
    deliver()
    assert notified() == ["Agnès", "Alice", "Claire"]


def test_une_livraison_repetee_ne_change_rien(monde: Monde, regle: Regle) -> None:
    record(monde)
    deliver()
    assert send_courriels() == 3
    Livraison.objects.update(statut=Livraison.Statut.A_FAIRE)
    deliver()
    assert notified() == ["Agnès", "Alice", "Claire"]
    assert send_courriels() == 0
    assert len(mail.outbox) == 3


def test_un_mandat_termine_ou_un_compte_ferme_n_est_plus_averti(monde: Monde, regle: Regle) -> None:
    Mandat.objects.filter(utilisateur=monde.alice).update(au=DEBUT + timedelta(days=1))
    Utilisateur.objects.filter(pk=monde.chef.pk).update(
        is_active=False, desactive_le=timezone.now()
    )
    regle.avis.append(Avis("À vous", "", "/", utilisateur_id=monde.chef.pk))
    record(monde)
    deliver()
    assert notified() == ["Agnès"]


def test_un_compte_ferme_apres_coup_ne_recoit_pas_le_courriel(monde: Monde, regle: Regle) -> None:
    record(monde)
    deliver()
    Utilisateur.objects.filter(pk=monde.alice.pk).update(
        is_active=False, desactive_le=timezone.now()
    )
    send_courriels()
    assert monde.alice.email not in {m.to[0] for m in mail.outbox}
    assert len(mail.outbox) == 2


def test_la_preference_arrete_les_courriels_pas_les_notifications(
    monde: Monde, regle: Regle
) -> None:
    save_preferences(perimetre=monde.perimetre("alice"), envois={"essai": Envoi.AUCUN})
    record(monde)
    deliver()
    send_courriels()
    assert notified() == ["Agnès", "Alice", "Claire"]
    assert sorted(m.to[0] for m in mail.outbox) == [
        "agnes.colin@test.invalid",
        "claire.chevalier@test.invalid",
    ]


def test_le_courriel_ne_nomme_personne(monde: Monde, regle: Regle) -> None:
    record(monde)
    deliver()
    send_courriels()
    for message in mail.outbox:
        entier = f"{message.subject}\n{message.body}"
        assert "S-2026-00001" in entier and "http://127.0.0.1:8000/saisines/1/" in entier
        assert "Lefèvre" not in entier and "Renard" not in entier


def test_un_avis_sans_courriel_n_en_envoie_pas(monde: Monde, regle: Regle) -> None:
    regle.avis = [Avis("Pour information", "", "/", utilisateur_id=monde.alice.pk, courriel=False)]
    record(monde)
    deliver()
    assert send_courriels() == 0
    assert count_non_lues(monde.perimetre("alice")) == 1


def test_une_adresse_en_panne_n_arrete_pas_les_autres(monde: Monde, regle: Regle) -> None:
    record(monde)
    deliver()
    send = EmailMessage.send

    def refuse(self: EmailMessage, *args: Any, **kwargs: Any) -> int:
        if self.to == [monde.alice.email]:
            raise SMTPException("boîte pleine")
        return send(self, *args, **kwargs)

    with patch.object(EmailMessage, "send", refuse):
        assert send_courriels() == 3
        assert len(mail.outbox) == 2
        assert send_courriels() == 0, "the delay has not passed"
        for _ in range(TENTATIVES_MAX + 2):
            Notification.objects.update(courriel_apres=None)
            send_courriels()
    alice = Notification.objects.get(utilisateur=monde.alice)
    assert alice.courriel_tentatives == TENTATIVES_MAX
    assert alice.courriel_envoye_le is None


def test_chacun_lit_les_siennes(monde: Monde, regle: Regle) -> None:
    record(monde)
    deliver()
    alice, chef = monde.perimetre("alice"), monde.perimetre("chef")
    sienne = list_notifications(alice).get()
    assert mark_lue(perimetre=chef, notification_id=sienne.pk) == 0
    assert count_non_lues(alice) == 1
    assert mark_lue(perimetre=alice) == 1
    assert (count_non_lues(alice), count_non_lues(chef)) == (0, 1)


def test_les_regles_enregistrees_repondent_a_leurs_evenements() -> None:
    codes = [code for code, _ in regles_avis.items()]
    assert "demandes" in codes and "partenaires.agrements" in codes
    for regle in regles_avis:
        assert regle.wants("evenement.inconnu") is False


def test_un_evenement_sans_regle_n_avertit_personne(monde: Monde, regle: Regle) -> None:
    add_menage(monde)
    deliver()
    assert notified() == []
