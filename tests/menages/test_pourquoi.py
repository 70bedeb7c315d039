"""« Pourquoi vois-je ce dossier ? », and a read that leaves no trace is not given."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cariatide.journal.models import Consultation
from cariatide.menages.actions import attach, detach
from cariatide.menages.models import Menage
from cariatide.menages.statuts import MotifRattachement
from cariatide.socle.pages import routes
from cariatide.socle.perimetre import Niveau
from tests.distribution import JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db
DORSAL = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(JOUR.isoformat() + "T10:00:00+01:00", tick=False):
        yield


@pytest.fixture
def menage(monde: Monde) -> Menage:
    menage = add_menage(monde)
    attach(
        menage_id=menage.pk,
        organisation_id=monde.ccas.pk,
        niveau=Niveau.FACTUEL,
        motif=MotifRattachement.PRESCRIPTION,
        source=("tests", 1),
        du=JOUR - timedelta(days=30),
        au=JOUR + timedelta(days=30),
    )
    return menage


def parts(client: Client, menage: Menage) -> tuple[str, str]:
    """What opens the file to me, and who else reads it."""
    html = client.get(reverse("menages:pourquoi", args=[menage.pk])).content.decode()
    miens, autres = html.split("Vos rattachements")[1].split("Qui d’autre lit ce dossier")
    return miens, autres


def test_chacun_lit_son_motif_et_celui_des_autres(
    monde: Monde, menage: Menage, client_de: Any
) -> None:
    with client_de(monde.alice) as c:
        miens, autres = parts(c, menage)
    assert "Habitat Test" in miens and "a créé la fiche du ménage" in miens
    assert "CCAS de test" not in miens
    assert "CCAS de test" in autres and "a déposé la saisine" in autres
    assert "niveau factuel" in autres
    assert "depuis le 23/10/2026" in autres and "jusqu’au 22/12/2026" in autres
    with client_de(monde.prescripteur) as c:
        miens, autres = parts(c, menage)
    assert "CCAS de test" in miens and "a déposé la saisine" in miens
    assert "Habitat Test" in autres and "Habitat Test" not in miens


def test_la_page_est_celle_du_droit(monde: Monde, menage: Menage, client_de: Any) -> None:
    """The same row opens the file and explains it: once ended, there is neither."""
    adresse = reverse("menages:pourquoi", args=[menage.pk])
    with client_de(monde.prescripteur) as c:
        assert c.get(adresse).status_code == 200
        detach(source=("tests", 1), au=JOUR - timedelta(days=1))
        assert c.get(adresse).status_code == 404
    with client_de(monde.alice) as c:
        assert "CCAS de test" not in c.get(adresse).content.decode()


def test_sans_journal_pas_de_lecture(
    monde: Monde, menage: Menage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The read is written before the content is sent; when it cannot be, nothing is sent."""
    client = Client(raise_request_exception=False)
    client.force_login(monde.alice, backend=DORSAL)
    adresse = reverse("menages:detail", args=[menage.pk])

    def fail(*args: Any) -> None:
        raise RuntimeError("journal plein")

    monkeypatch.setattr(routes, "consigne_lecture", [fail])
    page = client.get(adresse)
    assert page.status_code == 500
    assert "Lefèvre" not in page.content.decode()
    assert not Consultation.objects.exists()
    monkeypatch.undo()
    assert "Lefèvre" in client.get(adresse).content.decode()
    assert Consultation.objects.count() == 1
