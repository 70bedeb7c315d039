"""Pages of the alerts: mine, my team's, one of them, the rules; who opens what."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.alertes.models import ReglageAlerte
from cariatide.journal.models import Consultation
from cariatide.menages.models import Menage
from tests.alertes.conftest import compute, one
from tests.distribution import JOUR, Monde, add_menage
from tests.fichiers import export
from tests.mesures.conftest import Fabrique

pytestmark = pytest.mark.django_db
CONTACT = "mesures.sans_contact"


@pytest.fixture(autouse=True)
def _jour() -> Iterator[None]:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield


@pytest.fixture
def _ouverte(fabrique: Fabrique) -> None:
    fabrique.active(nom="Lefèvre")
    compute(JOUR, CONTACT)


def page(client_de: Any, qui: Any, nom: str, *args: Any, requete: str = "") -> str:
    with client_de(qui) as c:
        reponse = c.get(reverse(nom, args=args) + requete)
    assert reponse.status_code == 200, reponse.content.decode()[-500:]
    return str(reponse.content.decode())


@pytest.mark.usefixtures("_ouverte")
def test_mes_alertes(monde: Monde, client_de: Any) -> None:
    html = page(client_de, monde.alice, "alertes:liste")
    assert "Aucun contact avec le ménage depuis le 04/05/2026" in html
    assert "Lefèvre" in html and "Une à traiter" in html
    assert "Rien à traiter" in page(client_de, monde.chef, "alertes:liste")
    assert "Alice Renard" in page(client_de, monde.chef, "alertes:equipe")
    assert "Aucune alerte ne correspond" in page(
        client_de, monde.alice, "alertes:liste", requete="?etat=close"
    )
    with client_de(monde.alice) as c:
        assert c.get(reverse("alertes:equipe")).status_code == 403
        assert c.get(reverse("alertes:regles")).status_code == 403
        feuille = b"".join(export(c, "alertes").streaming_content).decode()
    assert "Mesure sans contact;Haute;" in feuille and "Lefèvre" in feuille


@pytest.mark.usefixtures("_ouverte")
def test_la_page_d_une_alerte_est_au_journal(monde: Monde, client_de: Any) -> None:
    pk = one().pk
    html = page(client_de, monde.alice, "alertes:detail", pk)
    assert "Prendre en charge" in html and "Personne ne l’a encore prise en charge" in html
    lecture = Consultation.objects.filter(objet_type="alertes.alerte").latest("id")
    assert (lecture.objet_id, lecture.menage_id) == (pk, one().menage_id)
    with client_de(monde.charlie) as c:
        assert c.get(reverse("alertes:detail", args=[pk])).status_code == 404


@pytest.mark.usefixtures("_ouverte")
def test_prendre_reporter_reprendre_clore(monde: Monde, client_de: Any) -> None:
    pk = one().pk

    def url(acte: str) -> str:
        return reverse(f"alertes:{acte}", args=[pk])

    with client_de(monde.alice) as c:
        c.post(url("prendre"), {"version": one().version})
        assert one().prise_par_id == monde.alice.pk
        c.post(url("laisser"), {"version": one().version})
        au = (JOUR + timedelta(days=10)).isoformat()
        refus = c.post(url("reporter"), {"au": JOUR.isoformat(), "motif": "piece", "version": 3})
        assert refus.status_code == 422 and "à venir" in refus.content.decode()
        c.post(url("reporter"), {"au": au, "motif": "piece", "version": one().version})
        assert one().statut == "reportee"
        html = c.get(url("detail")).content.decode()
        assert "Pièce ou document attendu, jusqu’au 02/12/2026" in html
        c.post(url("reprendre"), {"version": one().version})
        perime = c.post(url("clore"), {"motif": "sans_objet", "version": 1})
        assert perime.status_code == 409 and one().statut == "ouverte"
        c.post(url("clore"), {"motif": "sans_objet", "version": one().version})
        assert one().fin == "personne"
        assert c.get(url("reporter")).status_code == 409, "closed: the act says so"


@pytest.mark.usefixtures("_ouverte")
def test_l_alerte_se_lit_sur_la_mesure_et_dans_la_journee(monde: Monde, client_de: Any) -> None:
    html = page(client_de, monde.alice, "mesures:detail", one().objet_id)
    assert "Mesure sans contact" in html and reverse("alertes:detail", args=[one().pk]) in html
    assert "Mesure sans contact, " in page(client_de, monde.alice, "web:accueil")


def test_le_delegue_ne_lit_que_la_reference(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde, nom="Secret")
    Menage.objects.unscoped(reason="test").filter(pk=menage.pk).update(
        dernier_contact_le=JOUR.replace(year=2023)
    )
    compute(JOUR, "conformite.terme_echu")
    for html in (
        page(client_de, monde.dpo, "alertes:liste"),
        page(client_de, monde.dpo, "alertes:detail", one().pk),
    ):
        assert menage.reference in html and "Secret" not in html
    assert "ne correspond" in page(client_de, monde.dpo, "alertes:liste", requete="?q=Secret")


@pytest.mark.usefixtures("_ouverte")
def test_les_regles_et_leur_reglage(monde: Monde, client_de: Any) -> None:
    html = page(client_de, monde.administratrice, "alertes:regles")
    assert "Non réglée" in html and "À vérifier" in html and "Habitat Test" in html
    assert "Historique" in page(client_de, monde.chef, "alertes:regles")
    adresse = reverse("alertes:regler", args=[CONTACT])
    pour = f"{adresse}?pour={monde.operateur.pk}"
    envoi = {"active": "on", "delai": "30", "responsable": "referent", "motif": "Note de service"}
    with client_de(monde.chef) as c:
        lu = c.get(pour)
        assert lu.status_code == 200 and "pas de la régler" in lu.content.decode()
        assert c.post(pour, envoi).status_code in (409, 422)
    with client_de(monde.administratrice) as c:
        assert c.get(reverse("alertes:regler", args=["absente"])).status_code == 404
        assert f"brouillons/regle-{CONTACT}-{monde.operateur.pk}/" in c.get(pour).content.decode()
        assert c.post(pour, {**envoi, "responsable": "financeur"}).status_code == 422
        reponse = c.post(pour, envoi)
        assert reponse.status_code == 302, reponse.content.decode()[-800:]
        assert "Note de service" in c.get(pour).content.decode()
        assert "30\u00a0jours" in c.get(reverse("alertes:regles")).content.decode()
        # The département's own is not hers.
        assert c.post(f"{adresse}?pour=0", envoi).status_code in (409, 422)
    assert ReglageAlerte.objects.get().organisation_id == monde.operateur.pk


def test_calculer_maintenant(fabrique: Fabrique, client_de: Any) -> None:
    fabrique.active()
    with client_de(fabrique.monde.alice) as c:
        assert c.post(reverse("alertes:actualiser")).status_code == 403
    with client_de(fabrique.monde.chef) as c:
        reponse = c.post(reverse("alertes:actualiser"), follow=True)
    html = reponse.content.decode()
    assert "Les alertes sont à jour" in html and "Alertes ouvertes" not in html
    assert one(regle=CONTACT).statut == "ouverte"


@pytest.mark.usefixtures("_ouverte")
def test_ce_que_l_adresse_demande_d_impossible(monde: Monde, client_de: Any) -> None:
    """A number that no row bears filters nothing; rules that are not hers are not others'."""
    trop = "?personne=99999999999999999999"
    assert "Mesure sans contact" in page(client_de, monde.chef, "alertes:equipe", requete=trop)
    with client_de(monde.administratrice) as c:
        adresse = reverse("alertes:regler", args=[CONTACT]) + f"?pour={monde.autre_operateur.pk}"
        assert c.get(adresse).status_code == 404
        envoi = {"active": "on", "responsable": "referent", "motif": "Note de service"}
        assert c.post(adresse, envoi).status_code == 404
    assert not ReglageAlerte.objects.exists()
