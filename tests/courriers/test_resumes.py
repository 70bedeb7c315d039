"""The summary of the morning: once a day, what waits, without a name; a refused one waits."""

from datetime import datetime
from smtplib import SMTPException
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from cariatide.courriers.actions import (
    HEURE_DU_RESUME,
    TENTATIVES_MAX,
    notify,
    save_preferences,
    send_courriels,
    send_resumes,
)
from cariatide.courriers.models import Envoi, Notification
from cariatide.courriers.ports import Avis
from cariatide.socle.erreurs import ErreurMetier
from tests.distribution import Monde

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def at(jour: int, heure: int) -> time_machine.travel:
    return time_machine.travel(datetime(2026, 11, jour, heure, tzinfo=PARIS), tick=False)


def tell(monde: Monde, rang: int, regle: str = "demandes.0", courriel: bool = True) -> None:
    avis = Avis(
        f"La saisine S-2026-0000{rang} avance", "Ménage Lefèvre.", f"/saisines/{rang}/",
        utilisateur_id=monde.alice.pk, courriel=courriel,
    )  # fmt: skip
    notify(evenement_id=rang, regle=regle, avis=avis)


def choose(monde: Monde, **envois: str) -> None:
    save_preferences(perimetre=monde.perimetre("alice"), envois=envois)


def test_un_message_par_jour_et_par_personne(monde: Monde) -> None:
    choose(monde, demandes=Envoi.QUOTIDIEN)
    with at(20, 15):
        tell(monde, 1)
        tell(monde, 2)
        tell(monde, 3, "mesures.0")
        assert send_courriels() == 1, "the other subject leaves at once"
        assert send_resumes() == 0, "not before the morning"
    with at(21, HEURE_DU_RESUME - 1):
        assert send_resumes() == 0
    with at(21, HEURE_DU_RESUME + 1):
        tell(monde, 4)
        assert send_resumes() == 1
        assert send_resumes() == 0
        assert send_courriels() == 0
    message = mail.outbox[-1]
    assert message.to == [monde.alice.email]
    assert message.subject == "Cariatide : 2 notifications depuis hier"
    assert "S-2026-00001" in message.body and "http://127.0.0.1:8000/saisines/2/" in message.body
    assert "S-2026-00004" not in message.body, "it waits for the next morning"
    assert "Lefèvre" not in message.body and "Renard" not in message.body
    with at(22, HEURE_DU_RESUME):
        assert send_resumes() == 1
    assert "S-2026-00004" in mail.outbox[-1].body
    assert len(mail.outbox) == 3


def test_ce_qui_vaut_pour_tous_les_sujets_sauf_un(monde: Monde) -> None:
    save_preferences(
        perimetre=monde.perimetre("alice"),
        envois={"": Envoi.AUCUN, "mesures": Envoi.IMMEDIAT},
    )
    tell(monde, 1)
    tell(monde, 2, "mesures.0")
    tell(monde, 3, "mesures.0", courriel=False)
    demandes = list(Notification.objects.order_by("pk").values_list("courriel_demande", flat=True))
    assert demandes == [False, True, False]
    assert not Notification.objects.filter(resume_demande=True).exists()


def test_un_serveur_en_panne_retarde_sans_perdre(monde: Monde) -> None:
    choose(monde, demandes=Envoi.QUOTIDIEN)
    with at(20, 15):
        tell(monde, 1)
    with at(21, 8):
        with patch.object(EmailMessage, "send", side_effect=SMTPException("panne")):
            assert send_resumes() == 1
            assert send_resumes() == 0, "the delay has not passed"
            for _ in range(TENTATIVES_MAX + 2):
                Notification.objects.update(courriel_apres=None)
                send_resumes()
        assert Notification.objects.get().courriel_tentatives == TENTATIVES_MAX
        Notification.objects.update(courriel_tentatives=1, courriel_apres=None)
        assert send_resumes() == 1
    assert len(mail.outbox) == 1
    assert mail.outbox[0].subject == "Cariatide : une notification depuis hier"


def test_un_compte_ferme_ne_recoit_plus_rien(monde: Monde) -> None:
    choose(monde, demandes=Envoi.QUOTIDIEN)
    with at(20, 15):
        tell(monde, 1)
    type(monde.alice).objects.filter(pk=monde.alice.pk).update(
        is_active=False, desactive_le=timezone.now()
    )
    with at(21, 8):
        assert send_resumes() == 0


def test_un_choix_inconnu_est_refuse(monde: Monde) -> None:
    for envois in ({"demandes": "jamais"}, {"autre": Envoi.AUCUN}):
        with pytest.raises(ErreurMetier):
            save_preferences(perimetre=monde.perimetre("alice"), envois=envois)
