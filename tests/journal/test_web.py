"""Pages of the journal: who reads them, filters, exports journaled, dead letters tried again."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cariatide.journal.actions import record_evenement, record_lecture
from cariatide.journal.models import Consultation, Evenement, Livraison
from cariatide.journal.queries import filter_consultations, filter_evenements
from cariatide.journal.statuts import ROLES_DES_LIVRAISONS, ROLES_DU_JOURNAL
from cariatide.journal.web.presentation import describe_changements
from cariatide.partenaires.statuts import Role
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau
from tests.distribution import JOUR, Monde, add_menage
from tests.fichiers import export

pytestmark = pytest.mark.django_db
ACTES = "/journal/actes/"
LECTURES = "/journal/consultations/"


@pytest.fixture(autouse=True)
def _midi() -> Any:
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Europe/Paris"))):
        yield


def read(monde: Monde, qui: str, menage: Any, niveau: Niveau = Niveau.SOCIAL) -> None:
    lecture = Lecture("menages.menage", menage.pk, menage.pk, niveau, menage.reference)
    record_lecture(monde.perimetre(qui), lecture, "menages:detail")


def test_les_roles_sont_ceux_des_partenaires() -> None:
    assert {Role.PROTECTION_DES_DONNEES} == ROLES_DU_JOURNAL
    assert {Role.ADMINISTRATEUR_TECHNIQUE} == ROLES_DES_LIVRAISONS


def test_reserve_a_la_protection_des_donnees(monde: Monde, client_de: Any) -> None:
    for qui in ("alice", "chef", "bob", "technique", "administratrice"):
        with client_de(getattr(monde, qui)) as c:
            for page in (ACTES, LECTURES):
                assert c.get(page).status_code == 403, (qui, page)
    with client_de(monde.dpo) as c:
        assert c.get("/journal/livraisons/").status_code == 403
        assert "Le journal est vide" in c.get(ACTES).content.decode()
        assert "Aucune consultation" in c.get(LECTURES).content.decode()


def test_actes_et_filtres(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    autre = add_menage(monde, nom="Durand")
    record_evenement(
        "essai.change", perimetre=monde.perimetre("dora"), objet_type="essai.objet", objet_id=3,
        libelle="Objet d’essai", avant={"fin": JOUR}, apres={"fin": None},
    )  # fmt: skip
    with client_de(monde.dpo) as c:
        page = c.get(ACTES).content.decode()
        assert "Ménage\u00a0: créé" in page and "fin\u00a0: 22/11/2026 → —" in page
        page = c.get(ACTES, {"nom": "essai."}).content.decode()
        assert "Essai\u00a0: changé" in page and "Ménage\u00a0: créé" not in page
        page = c.get(ACTES, {"acteur": "dora"}).content.decode()
        assert "Essai\u00a0: changé" in page and "Ménage\u00a0: créé" not in page
        assert "Aucun acte ne correspond" in c.get(ACTES, {"au": "2026-11-21"}).content.decode()
        assert (
            "Essai\u00a0: changé"
            in c.get(ACTES, {"du": "2026-11-22", "au": "2026-11-22"}).content.decode()
        )
    assert {e.menage_id for e in filter_evenements({"menage": menage.reference.lower()})} == {
        menage.pk
    }
    assert not filter_evenements({"menage": "M-1999-99999"}).exists()
    assert filter_evenements({"menage": autre.reference, "nom": "essai"}).count() == 0


def test_consultations_et_niveau(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    read(monde, "alice", menage, Niveau.CONFIDENTIEL)
    read(monde, "technicien", menage, Niveau.FACTUEL)
    with client_de(monde.dpo) as c:
        page = c.get(LECTURES, {"menage": menage.reference}).content.decode()
        assert "Alice Renard" in page and "Théo Tisserand" in page
        page = c.get(LECTURES, {"niveau": "3"}).content.decode()
        assert "Alice Renard" in page and "Théo Tisserand" not in page
        page = c.get(LECTURES, {"acteur": "tisserand"}).content.decode()
        assert "Alice Renard" not in page
    assert filter_consultations({"organisation": "habitat"}).count() == 2


def test_parcours_par_cle(monde: Monde, client_de: Any) -> None:
    for i in range(120):
        record_evenement(
            "essai.rang", perimetre=monde.perimetre("dora"), objet_type="essai", objet_id=i,
            libelle=f"Rang {i:03}",
        )  # fmt: skip
    vus: list[str] = []
    with client_de(monde.dpo) as c:
        adresse = ACTES + "?nom=essai"
        while adresse:
            page = c.get(adresse).content.decode()
            vus += [m for m in (f"Rang {i:03}" for i in range(119, -1, -1)) if m in page]
            suite = page.split('rel="next" href="')
            adresse = ACTES + suite[1].split('"')[0].replace("&amp;", "&") if suite[1:] else ""
    assert vus == [f"Rang {i:03}" for i in range(119, -1, -1)]


@pytest.mark.parametrize(("page", "objet"), [(ACTES, "actes"), (LECTURES, "consultations")])
def test_un_export_est_journalise(monde: Monde, client_de: Any, page: str, objet: str) -> None:
    menage = add_menage(monde)
    read(monde, "alice", menage)
    with client_de(monde.dpo) as c:
        assert (
            reverse("echanges:exporter", args=[f"journal-{objet}"]) in c.get(page).content.decode()
        )
        reponse = export(c, f"journal-{objet}")
        lignes = b"".join(reponse.streaming_content).decode("utf-8-sig").splitlines()
    attendu = Evenement.objects.count() if objet == "actes" else 2  # the export itself was written
    assert len(lignes) == 1 + attendu
    assert menage.reference in "".join(lignes) or "Lefèvre" in "".join(lignes)
    texte = "\n".join(lignes)
    assert ";Ménage;" in texte and ";Factuel;" in texte, "words: it is handed to people"
    if objet == "consultations":
        assert ";Travailleur social;" in texte and "travailleur_social" not in texte
    lecture = Consultation.objects.get(objet_type="export")
    assert (lecture.acteur_id, lecture.libelle) == (
        monde.dpo.pk,
        f"Export du journal des {objet}",
    )


def test_changements_en_mots() -> None:
    assert describe_changements({"champs": ["situation", "dettes"]}) == [
        "Champs : situation, dettes"
    ]
    assert describe_changements({"champs": []}) == []
    assert describe_changements({}) == []
    assert describe_changements(
        {"avant": {"fin": None, "x": 1}, "apres": {"fin": "2026-01-01", "liste": [1, True]}}
    ) == ["fin : — → 01/01/2026", "x : 1 →", "liste : 1, oui"]
    assert len(describe_changements({"apres": {"texte": "a" * 500}})[0]) < 100


def abandon(monde: Monde, consommateur: str = "courriers") -> Livraison:
    evenement = record_evenement(
        "essai.perdu", perimetre=monde.perimetre("dora"), objet_type="essai", objet_id=9,
        libelle="Ménage Lefèvre",
    )  # fmt: skip
    return Livraison.objects.create(
        evenement=evenement, consommateur=consommateur, tentatives=8, erreur="OSError\u00a0: panne",
        statut=Livraison.Statut.ABANDONNEE,
        prochaine_tentative=timezone.now() + timedelta(hours=1),
    )  # fmt: skip


def test_lettres_mortes(monde: Monde, client_de: Any) -> None:
    une, autre = abandon(monde), abandon(monde, "partenaires.invitations")
    with client_de(monde.technique) as c:
        page = c.get("/journal/livraisons/").content.decode()
        assert "OSError\u00a0: panne" in page and "Essai\u00a0: perdu" in page
        assert "Lefèvre" not in page, "the technician reads no household"
        relance = reverse("journal:relancer", args=[une.pk])
        assert "repart au prochain tour" in c.post(relance, follow=True).content.decode()
        une.refresh_from_db()
        assert (une.statut, une.tentatives) == (Livraison.Statut.A_FAIRE, 0)
        assert une.prochaine_tentative <= timezone.now()
        assert "n’est plus en panne" in c.post(relance, follow=True).content.decode()
        page = c.post(reverse("journal:tout_relancer"), follow=True).content.decode()
        assert "La livraison repart" in page and "Aucune livraison en panne" in page
    autre.refresh_from_db()
    assert autre.statut == Livraison.Statut.A_FAIRE
    noms = Evenement.objects.filter(nom__startswith="livraison").values_list("nom", flat=True)
    assert list(noms) == ["livraison.relancee", "livraison.toutes_relancees"]
    with client_de(monde.alice) as c:
        assert c.post(relance).status_code == 403
