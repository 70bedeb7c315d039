"""Pages of the merge: look for, compare, merge, follow the former address, undo."""

from typing import Any

import pytest
from django.urls import reverse

from cariatide.menages.models import Appartenance, Fusion
from cariatide.socle.perimetre import Niveau
from tests.distribution import Monde, add_menage

pytestmark = pytest.mark.django_db


def test_de_la_ressemblance_a_la_reunion_et_retour(monde: Monde, client_de: Any) -> None:
    garde, autre = add_menage(monde), add_menage(monde)
    add_menage(monde, "charlie")  # the same people, outside: never shown
    with client_de(monde.chef) as c:
        html = c.get(reverse("menages:doublons", args=[garde.pk])).content.decode()
        assert html.count("même nom et même prénom") == 1
        url = reverse("menages:reunir", args=[garde.pk, autre.pk])
        assert url in html
        page = c.get(url).content.decode()
        assert autre.reference in page
        personne = Appartenance.objects.unscoped(reason="test").get(menage_id=autre.pk).personne_id
        memes = Appartenance.objects.unscoped(reason="test").get(menage_id=garde.pk).personne_id
        assert f'name="personne_{personne}"' in page
        assert f'<option value="{memes}" selected' in page
        envoi = {"motif": "Même famille.", "version": garde.version, f"personne_{personne}": memes}
        assert c.post(url, {**envoi, "motif": ""}).status_code == 422
        assert c.post(url, envoi).status_code == 302
        response = c.get(reverse("menages:detail", args=[autre.pk]), follow=True)
        assert response.redirect_chain[-1][0].startswith(f"/menages/{garde.pk}/")
        assert "a été réunie à celle-ci" in response.content.decode()
        assert c.get(url).status_code == 409
        fusion = Fusion.objects.unscoped(reason="test").get()
        defaire = reverse("menages:defaire_fusion", args=[fusion.pk])
        assert defaire in c.get(reverse("menages:doublons", args=[garde.pk])).content.decode()
        assert c.post(defaire, {"motif": "Deux sœurs."}).status_code == 302
        assert c.get(reverse("menages:detail", args=[autre.pk])).status_code == 200


def test_la_reference_mene_a_la_comparaison(monde: Monde, client_de: Any) -> None:
    garde, autre = add_menage(monde), add_menage(monde, nom="Autre")
    loin = add_menage(monde, "charlie")
    url = reverse("menages:doublons", args=[garde.pk])
    with client_de(monde.chef) as c:
        response = c.get(url, {"reference": autre.reference.lower()})
        assert response.url == reverse("menages:reunir", args=[garde.pk, autre.pk])
        html = c.get(url, {"reference": loin.reference}).content.decode()
        assert "Aucune autre fiche de votre périmètre ne porte cette référence." in html
        assert c.get(reverse("menages:reunir", args=[garde.pk, loin.pk])).status_code == 404


def test_qui_reunit(monde: Monde, client_de: Any) -> None:
    un, deux = add_menage(monde, niveau=Niveau.SOCIAL), add_menage(monde)
    url = reverse("menages:reunir", args=[un.pk, deux.pk])
    for qui, statut in (("alice", 403), ("technicien", 403), ("dora", 404), ("chef", 200)):
        with client_de(monde.personnes[qui]) as c:
            assert c.get(url).status_code == statut, qui
