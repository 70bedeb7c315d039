"""A person's rights: a request with its clock, the file handed over, the identity corrected."""

import json
from datetime import date
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.conformite.actions import pose_gel
from cariatide.conformite.actions.droits import close_demande, record_demande, rectify
from cariatide.conformite.avis import AvisDesRectifications
from cariatide.conformite.models import DemandeDroit, GelConservation
from cariatide.conformite.queries import export_de, list_candidats, list_demandes
from cariatide.conformite.statuts import Droit, NaturePurge, StatutDemande
from cariatide.echeances.models import Echeance
from cariatide.journal.models import Consultation, Evenement
from cariatide.menages import export_personne
from cariatide.menages.actions import (
    DonneesPersonne,
    add_membre,
    end_appartenance,
    save_confidentiel,
    save_social,
    write_fait,
)
from cariatide.menages.models import (
    Appartenance,
    FaitParcours,
    Menage,
    MenageConfidentiel,
    Personne,
)
from cariatide.menages.queries import list_menages
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from tests.distribution import JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db
RAISON = "test"


@pytest.fixture(autouse=True)
def _jour() -> Any:
    with time_machine.travel(JOUR, tick=False):
        yield


@pytest.fixture
def menage(monde: Monde) -> Menage:
    menage = add_menage(monde)
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        save_social(
            perimetre=alice, menage_id=menage.pk, version=0, situation="Seule, sans emploi."
        )
        save_confidentiel(perimetre=alice, menage_id=menage.pk, version=0, vulnerabilites="Asthme.")
    return menage


def ask(monde: Monde, menage: Menage, droit: str = Droit.ACCES, **plus: Any) -> DemandeDroit:
    valeurs: dict[str, Any] = {
        "menage": menage.reference.lower(), "nom": "LEFEVRE", "prenom": "camille", "droit": droit,
        "recue_le": date(2026, 11, 10), "identite": "Carte vue", "demande": "Mes données.",
    }  # fmt: skip
    return record_demande(perimetre=monde.perimetre("dpo"), **(valeurs | plus))


def test_a_request_has_a_month(monde: Monde, menage: Menage) -> None:
    demande = ask(monde, menage)
    assert demande.echeance_le == date(2026, 12, 10)
    echeance = Echeance._base_manager.get(code="droit.reponse")
    assert (echeance.due_le, echeance.menage_id, echeance.menage_libelle) == (
        demande.echeance_le, None, ""
    )  # fmt: skip
    assert "articles 12 à 21" in echeance.source
    dpo = monde.perimetre("dpo")
    assert Echeance.objects.visible_to(dpo).get().pk == echeance.pk
    close_demande(
        perimetre=dpo, demande_id=demande.pk, sens="repondue", reponse="Remis.", version=1
    )
    echeance.refresh_from_db()
    assert (echeance.statut, echeance.close_le) == ("faite", JOUR)
    assert list(list_demandes(dpo, {})) == []
    assert [d.pk for d in list_demandes(dpo, {"etat": "toutes"})] == [demande.pk]
    noms = Evenement.objects.filter(nom__startswith="droit.").order_by("pk")
    assert list(noms.values_list("nom", flat=True)) == ["droit.enregistre", "droit.repondu"]


def test_refusals(monde: Monde, menage: Menage) -> None:
    dpo = monde.perimetre("dpo")
    with pytest.raises(ErreurMetier, match="Aucune personne"):
        ask(monde, menage, prenom="Camila")
    with pytest.raises(ErreurMetier, match="Aucune personne"):
        ask(monde, menage, **{"nom": "Autre"})
    with pytest.raises(ErreurMetier, match="avenir"):
        ask(monde, menage, recue_le=date(2026, 12, 1))
    demande = ask(monde, menage)
    with pytest.raises(ConflitDeVersion):
        close_demande(perimetre=dpo, demande_id=demande.pk, sens="repondue", reponse="x", version=4)
    with pytest.raises(ErreurMetier, match="s’écrit"):
        close_demande(perimetre=dpo, demande_id=demande.pk, sens="rejetee", reponse=" ", version=1)
    for qui in ("alice", "chef", "bob"):
        with pytest.raises(Introuvable):
            DemandeDroit.objects.find_visible(monde.perimetre(qui), demande.pk)
    with pytest.raises(ActeRefuse, match="rectification en cours"):
        rectify(perimetre=dpo, demande_id=demande.pk, valeurs={"nom": "X"}, motif="x")


def test_an_open_request_keeps_the_file_and_a_limitation_holds_it(monde: Monde) -> None:
    ancien = add_menage(monde, le=date(2022, 1, 1))
    dpo = monde.perimetre("dpo")
    assert list_candidats(dpo, NaturePurge.ARCHIVAGE) == [ancien.pk]
    demande = ask(monde, ancien, Droit.LIMITATION)
    assert list_candidats(dpo, NaturePurge.ARCHIVAGE) == []
    close_demande(
        perimetre=dpo, demande_id=demande.pk, sens="repondue", reponse="Limité.", version=1
    )
    gel = GelConservation.objects.visible_to(dpo).get()
    assert demande.reference in gel.motif
    assert list_candidats(dpo, NaturePurge.ARCHIVAGE) == []
    autre = add_menage(monde, nom="Autre", le=date(2022, 1, 1))
    pose_gel(perimetre=dpo, menage_id=autre.pk, motif="Recours")
    demande = ask(monde, autre, Droit.LIMITATION, nom="Autre")
    close_demande(perimetre=dpo, demande_id=demande.pk, sens="repondue", reponse="x", version=1)
    assert GelConservation.objects.visible_to(dpo).filter(menage_id=autre.pk).count() == 1


def textes(monde: Monde, demande: DemandeDroit) -> tuple[str, str]:
    export = export_de(monde.perimetre("dpo"), demande)
    return json.dumps(export.parties, ensure_ascii=False), " ".join(export.ecartes)


def test_a_person_alone_gets_everything(monde: Monde, menage: Menage) -> None:
    contenu, ecartes = textes(monde, ask(monde, menage))
    for mot in ("Lefèvre", "04/05/1990", "3 impasse du Moulin", "Seule, sans emploi.", "Asthme."):
        assert mot in contenu, mot
    assert ecartes == ""
    # The row rules are closed again behind the export.
    with ouvre_transaction(monde.perimetre("dpo")):
        export_de(monde.perimetre("dpo"), ask(monde, menage))
        assert not MenageConfidentiel._base_manager.exists()


def test_what_is_beyond_the_bound_is_said(
    monde: Monde, menage: Menage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for numero in range(3):
        with ouvre_transaction(monde.perimetre("alice")):
            write_fait(
                perimetre=monde.perimetre("alice"), menage_id=menage.pk, le=JOUR,
                domaine="menages", titre=f"Fait {numero}", source=("menages.menage", menage.pk),
            )  # fmt: skip
    contenu, ecartes = textes(monde, ask(monde, menage))
    assert "Fait 2" in contenu and ecartes == ""
    monkeypatch.setattr(export_personne, "LIGNES_MAX", 2)
    contenu, ecartes = textes(monde, ask(monde, menage))
    assert "Fait 2" not in contenu
    assert "lignes au-delà des premières" in ecartes


def test_what_is_of_others_is_left_out_and_said(monde: Monde, menage: Menage) -> None:
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        add_membre(
            perimetre=alice, menage_id=menage.pk, du=date(2026, 2, 1), version=menage.version,
            personne=DonneesPersonne(
                "Durand", "Alix", "conjoint", naissance=date(1985, 3, 2), telephone="0611223344"
            ),
        )  # fmt: skip
    contenu, ecartes = textes(monde, ask(monde, menage))
    assert "Seule, sans emploi." in contenu
    for mot in ("Asthme.", "0611223344", "02/03/1985"):
        assert mot not in contenu, mot
    assert "autres personnes" in ecartes and "plusieurs personnes" in ecartes


def test_who_left_gets_what_is_theirs(monde: Monde, menage: Menage) -> None:
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        add_membre(
            perimetre=alice, menage_id=menage.pk, du=date(2026, 2, 1), version=menage.version,
            personne=DonneesPersonne("Durand", "Alix", "conjoint"),
        )  # fmt: skip
        ligne = Appartenance._base_manager.get(personne__nom="Durand")
        version = Menage._base_manager.get(pk=menage.pk).version
        end_appartenance(
            perimetre=alice, menage_id=menage.pk, appartenance_id=ligne.pk, au=date(2026, 6, 1),
            motif="separation", version=version,
        )  # fmt: skip
    contenu, ecartes = textes(monde, ask(monde, menage, nom="Durand", prenom="Alix"))
    assert "Durand" in contenu and "impasse du Moulin" not in contenu
    assert "n’en fait plus partie" in ecartes


def test_rectification(monde: Monde, menage: Menage) -> None:
    dpo = monde.perimetre("dpo")
    demande = ask(monde, menage, Droit.RECTIFICATION)
    with pytest.raises(ErreurMetier, match="Aucune valeur"):
        rectify(perimetre=dpo, demande_id=demande.pk, valeurs={"nom": "Lefèvre"}, motif="x")
    with pytest.raises(ErreurMetier, match="avenir"):
        rectify(
            perimetre=dpo, demande_id=demande.pk, valeurs={"naissance": date(2030, 1, 1)}, motif="x"
        )
    faits = rectify(
        perimetre=dpo, demande_id=demande.pk, motif="Acte vu",
        valeurs={"nom": "Lefebvre", "naissance": date(1990, 4, 5), "telephone": ""},
    )  # fmt: skip
    assert faits == ["naissance", "nom"]
    personne = Personne._base_manager.get()
    assert (personne.nom, personne.naissance) == ("Lefebvre", date(1990, 4, 5))
    assert personne.nom_normalise == "lefebvre camille"
    assert [m.pk for m in list_menages(monde.perimetre("alice"), {"q": "lefebvre"})] == [menage.pk]
    evenement = Evenement.objects.get(nom="personne.rectifiee")
    assert evenement.donnees["avant"] == {"nom": "Lefèvre", "naissance": "1990-05-04"}
    assert evenement.donnees["apres"]["nom"] == "Lefebvre"
    assert FaitParcours._base_manager.filter(titre__startswith="Identité rectifiée").count() == 1
    avis = AvisDesRectifications().build(evenement.pk)
    assert {a.organisation_id for a in avis} == {monde.operateur.pk}
    assert "Lefebvre" not in str(avis)


def test_pages(monde: Monde, menage: Menage, client_de: Any) -> None:
    with client_de(monde.dpo) as c:
        nouvelle = reverse("conformite:nouveau_droit")
        valeurs = {
            "menage": menage.reference, "nom": "Lefèvre", "prenom": "Camille", "droit": "acces",
            "recue_le": "2026-11-10", "identite": "Carte vue", "demande": "Mes données.",
        }  # fmt: skip
        assert c.post(nouvelle, valeurs | {"nom": "Autre"}).status_code == 422
        assert c.post(nouvelle, valeurs).status_code == 302
        demande = DemandeDroit._base_manager.get()
        liste = c.get(reverse("conformite:droits")).content.decode()
        assert demande.reference in liste and "10/12/2026" in liste and "Lefèvre" not in liste
        assert (
            "Mes données." in c.get(reverse("conformite:droit", args=[demande.pk])).content.decode()
        )
        fichier = reverse("conformite:export_dossier", args=[demande.pk, "json"])
        contenu = json.loads(c.get(fichier).content)
        assert contenu["demande"] == demande.reference and contenu["laisse_de_cote"] == []
        pdf = c.get(reverse("conformite:export_dossier", args=[demande.pk, "pdf"]))
        assert pdf.content.startswith(b"%PDF")
        lue = Consultation.objects.filter(route="conformite:export_dossier").first()
        assert lue is not None and (lue.niveau, lue.menage_id) == (3, menage.pk)
        assert demande.reference in lue.motif
        autre = reverse("conformite:export_dossier", args=[demande.pk, "csv"])
        assert c.get(autre).status_code == 404
        assert c.get(reverse("conformite:rectifier", args=[demande.pk])).status_code == 409
        repondre = reverse("conformite:repondre", args=[demande.pk])
        corps = {"sens": StatutDemande.REPONDUE, "reponse": "Remis en main propre.", "version": 1}
        assert c.post(repondre, corps).status_code == 302
        assert c.get(repondre).status_code == 409
    with client_de(monde.chef) as c:
        assert c.get(reverse("conformite:droits")).status_code == 403
        assert c.get(fichier).status_code == 403
