"""The page of notices."""

from typing import Any

import pytest
from django.urls import reverse

from cariatide.courriers.actions import notify
from cariatide.courriers.models import Envoi, Notification, Preference
from cariatide.courriers.ports import Avis, regles_avis
from cariatide.courriers.web.forms import nom_champ
from tests.distribution import Monde

pytestmark = pytest.mark.django_db
PAGE = "/notifications/"


def add(monde: Monde, qui: str, titre: str, rang: int = 1) -> Notification:
    avis = Avis(titre, "Le détail.", "/organisations/", utilisateur_id=getattr(monde, qui).pk)
    notify(evenement_id=rang, regle="essai", avis=avis)
    return Notification.objects.get(titre=titre)


def test_page(monde: Monde, client_de: Any) -> None:
    add(monde, "alice", "Mesure accordée")
    add(monde, "bob", "Autre chose", 2)
    with client_de(monde.alice) as c:
        page = c.get(PAGE).content.decode()
        assert "Mesure accordée" in page and "Autre chose" not in page
        assert "Notifications, 1 à lire" in page, "the badge of the layout"
        page = c.post(reverse("courriers:tout_lire"), follow=True).content.decode()
        assert "La notification est lue" in page and "Tout est lu" in page
        assert "Mesure accordée" in c.get(PAGE, {"etat": "toutes"}).content.decode()
    with client_de() as c:
        assert c.get(PAGE).status_code == 302


def test_ouvrir_marque_comme_lu_et_mene_au_dossier(monde: Monde, client_de: Any) -> None:
    une, autre = add(monde, "alice", "Une"), add(monde, "bob", "Autre", 2)
    with client_de(monde.alice) as c:
        reponse = c.post(reverse("courriers:ouvrir", args=[une.pk]))
        assert reponse["Location"] == "/organisations/"
        une.refresh_from_db()
        assert une.lue_le is not None
        assert c.post(reverse("courriers:ouvrir", args=[autre.pk])).status_code == 404
        assert c.post(reverse("courriers:lire", args=[autre.pk])).status_code == 404
        assert c.get(reverse("courriers:ouvrir", args=[une.pk])).status_code == 405
        encore = add(monde, "alice", "Encore", 3)
        assert c.post(reverse("courriers:lire", args=[encore.pk])).status_code == 302
        encore.refresh_from_db()
        assert encore.lue_le is not None


def test_preferences(monde: Monde, client_de: Any) -> None:
    adresse = reverse("courriers:preferences")
    with client_de(monde.alice) as c:
        assert "Saisines" in c.get(adresse).content.decode()
        choix = {nom_champ(code): Envoi.IMMEDIAT.value for code, _ in regles_avis.items()}
        page = c.post(adresse, {**choix, "demandes": "quotidien"}, follow=True).content.decode()
        assert "Vos choix sont enregistrés" in page and "Dans un résumé chaque matin" in page
        assert c.post(adresse, {**choix, "demandes": "jamais"}).status_code == 422
    gardes = dict(Preference.objects.values_list("sujet", "envoi"))
    assert gardes == {**{c: "immediat" for c, _ in regles_avis.items()}, "demandes": "quotidien"}
    with client_de(monde.bob) as c:
        assert "Dans un résumé" not in c.get(PAGE).content.decode(), "each has their own"


def test_pages_par_cle(monde: Monde, client_de: Any) -> None:
    for i in range(55):
        add(monde, "alice", f"Avis {i:02}", i)
    with client_de(monde.alice) as c:
        page = c.get(PAGE).content.decode()
        assert "Avis 54" in page and "Avis 04" not in page
        suite = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        page = c.get(PAGE + suite).content.decode()
        assert "Avis 04" in page and "Avis 54" not in page
