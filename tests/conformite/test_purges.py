"""Active base, intermediate archive, anonymity: previewed, confirmed twice, run file by file."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from cariatide.bareme.models import ParametreLocal
from cariatide.bareme.queries import DateNonCouverte
from cariatide.conformite import tasks
from cariatide.conformite.actions import (
    abandon_purge,
    confirm_purge,
    pose_gel,
    prepare_purge,
    rend_dossier,
)
from cariatide.conformite.models import ArchiveDossier, LignePurge, Purge
from cariatide.conformite.queries import list_candidats, list_dossiers
from cariatide.conformite.statuts import NaturePurge, StatutPurge
from cariatide.conformite.tasks import run_purges
from cariatide.demandes.models import Saisine
from cariatide.demandes.statuts import IssueSaisine
from cariatide.documents.models import DocumentEmis, FichierFactuel
from cariatide.journal.models import Chaine, Consultation, Evenement
from cariatide.journal.scelle import seal_all, verify
from cariatide.menages.actions import (
    DonneesPersonne,
    add_membre,
    merge_menages,
    save_confidentiel,
    save_social,
    unmerge_menages,
)
from cariatide.menages.models import (
    Appartenance,
    Domicile,
    FaitParcours,
    Fusion,
    Menage,
    MenageConfidentiel,
    MenageSocial,
    Personne,
    Rattachement,
)
from cariatide.menages.queries import list_menages
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from tests.distribution import JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db
ANCIEN = date(2022, 3, 1)
RAISON = "test"


@pytest.fixture(autouse=True)
def _jour() -> Any:
    with time_machine.travel(JOUR, tick=False):
        yield


def fixe_duree(ans: int = 0) -> None:
    ParametreLocal.objects.create(
        code="rgpd.archive_intermediaire", valeur=ans, du=date(2020, 1, 1),
        motif="Décision du comité", auteur="Denise Garde",
    )  # fmt: skip


def run(monde: Monde, nature: str, motif: str = "Contentieux possible") -> Purge:
    """Prepare, confirm, let the worker finish."""
    dpo = monde.perimetre("dpo")
    purge = prepare_purge(perimetre=dpo, nature=nature, motif=motif)
    confirm_purge(
        perimetre=dpo, purge_id=purge.pk, recopie=f" {purge.reference.lower()} ", version=1
    )
    while run_purges():
        pass
    purge.refresh_from_db()
    return purge


def archive(monde: Monde) -> Purge:
    return run(monde, NaturePurge.ARCHIVAGE)


def anonymise(monde: Monde) -> Purge:
    return run(monde, NaturePurge.ANONYMISATION)


def reload(menage: Menage) -> Menage:
    return Menage.objects.unscoped(reason=RAISON).get(pk=menage.pk)


def rows(modele: Any, **filtres: Any) -> Any:
    return modele.objects.unscoped(reason=RAISON).filter(**filtres)


@pytest.fixture
def echu(monde: Monde) -> Menage:
    """A file past its term, with what every level holds."""
    menage = add_menage(monde, nom="Zyxwv", le=ANCIEN)
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        save_social(perimetre=alice, menage_id=menage.pk, version=0, situation="Vit chez Zyxwv.")
        save_confidentiel(perimetre=alice, menage_id=menage.pk, version=0, vulnerabilites="Asthme.")
    return menage


def test_archive_closes_a_file_to_everybody(monde: Monde, echu: Menage) -> None:
    alice = monde.perimetre("alice")
    links = list(Rattachement.objects.filter(menage_id=echu.pk).values_list("organisation_id"))
    assert links
    purge = archive(monde)
    assert (purge.statut, purge.bilan["dossiers"]) == (StatutPurge.TERMINEE, 1)
    assert reload(echu).archive_le == JOUR
    assert list(list_menages(alice, {})) == []
    for qui in ("alice", "chef", "dpo", "bob"):
        perimetre = monde.perimetre(qui)
        with pytest.raises(Introuvable):
            Menage.objects.find_visible(perimetre, echu.pk)
        assert not Personne.objects.visible_to(perimetre).exists()
        # The row rules agree, asked without the first lock.
        with ouvre_transaction(perimetre):
            assert not rows(MenageSocial).exists() and not rows(MenageConfidentiel).exists()
    assert reload(echu).nom_usage == "Zyxwv", "nothing is erased yet"
    dpo = monde.perimetre("dpo")
    assert [r.pk for r in list_dossiers(dpo, {"etat": "archivee"})] == [echu.pk]
    assert list(list_dossiers(dpo, {})) == []


def test_an_archived_file_takes_no_link_nor_act(monde: Monde, echu: Menage) -> None:
    link = Rattachement.objects.filter(menage_id=echu.pk).first()
    archive(monde)
    assert link is not None
    link.pk = None
    with pytest.raises(DatabaseError, match="ne s’ouvre à personne"), transaction.atomic():
        link.save(force_insert=True)
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice), pytest.raises(Introuvable):
        save_social(perimetre=alice, menage_id=echu.pk, version=1, situation="x")


def test_the_household_comes_back(monde: Monde, echu: Menage) -> None:
    before = set(
        Rattachement.objects.filter(menage_id=echu.pk).values_list(
            "organisation_id", "niveau", "du", "au"
        )
    )
    archive(monde)
    dpo = monde.perimetre("dpo")
    with pytest.raises(ErreurMetier, match="avenir"):
        rend_dossier(perimetre=dpo, menage_id=echu.pk, contact_le=date(2027, 1, 1), motif="x")
    with pytest.raises(ActeRefuse, match="Seul le délégué"):
        rend_dossier(
            perimetre=monde.perimetre("chef"), menage_id=echu.pk, contact_le=JOUR, motif="x"
        )
    rend_dossier(perimetre=dpo, menage_id=echu.pk, contact_le=JOUR, motif="Nouvelle demande")
    after = set(
        Rattachement.objects.filter(menage_id=echu.pk).values_list(
            "organisation_id", "niveau", "du", "au"
        )
    )
    assert after == before
    menage = reload(echu)
    assert (menage.archive_le, menage.dernier_contact_le) == (None, JOUR)
    assert Menage.objects.find_visible(monde.perimetre("alice"), echu.pk) == echu
    assert rows(ArchiveDossier).get().liens == []
    with pytest.raises(ActeRefuse, match="n’est pas en archive"):
        rend_dossier(perimetre=dpo, menage_id=echu.pk, contact_le=JOUR, motif="x")


def test_no_delay_set_no_anonymity(monde: Monde, echu: Menage) -> None:
    archive(monde)
    dpo = monde.perimetre("dpo")
    with pytest.raises(DateNonCouverte, match="se fixe localement"):
        prepare_purge(perimetre=dpo, nature=NaturePurge.ANONYMISATION, motif="x")
    fixe_duree(3)
    assert list_candidats(dpo, NaturePurge.ANONYMISATION) == []
    plus_tard = monde.perimetre("dpo", date(2029, 11, 22))
    assert list_candidats(plus_tard, NaturePurge.ANONYMISATION) == [echu.pk]


def test_anonymity_leaves_no_name_and_a_journal_that_verifies(monde: Monde, echu: Menage) -> None:
    reference = echu.reference
    archive(monde)
    fixe_duree()
    purge = anonymise(monde)
    menage = reload(echu)
    assert menage.anonymise_le == JOUR and menage.nom_usage == "Dossier anonymisé"
    assert menage.reference.startswith("X-") and menage.telephone == ""
    personne = rows(Personne).get()
    assert (personne.nom, personne.naissance, personne.telephone) == ("Personne", None, "")
    assert rows(Appartenance).count() == 1, "the size of the household stays"
    assert not rows(MenageSocial).exists() and not rows(MenageConfidentiel).exists()
    assert rows(Domicile).get().adresse == "Effacé"
    assert not rows(FaitParcours).exists()
    for modele in (Evenement, Consultation, LignePurge, Purge, ArchiveDossier, FichierFactuel):
        manager = modele._base_manager
        tas = " ".join(str(row) for row in manager.values())
        assert "Zyxwv" not in tas and reference not in tas, modele
    seal_all()
    with connection.cursor() as cursor:
        assert [verify(cursor, chaine) for chaine in Chaine] == [None, None]
    assert purge.bilan["modeles"]["journal.actes"] >= 3
    assert rows(LignePurge).exclude(menage=None).count() == 0
    with pytest.raises(Introuvable):
        pose_gel(perimetre=monde.perimetre("dpo"), menage_id=echu.pk, motif="Trop tard")


def test_a_redaction_nobody_said_is_seen(monde: Monde, echu: Menage) -> None:
    """The function erases; without the sealed event that says so, the journal does not verify."""
    archive(monde)
    fixe_duree()
    seal_all()
    with connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="Seul le journal"), transaction.atomic():
            cursor.execute("SELECT * FROM journal_caviarde(%s)", [[echu.pk]])
        rows(Menage, pk=echu.pk).update(anonymise_le=JOUR)
        cursor.execute("SELECT * FROM journal_caviarde(%s)", [[echu.pk]])
        assert "contenu modifié" in str(verify(cursor, Chaine.ACTES))


def test_the_report_counts_and_names_nobody(monde: Monde, echu: Menage, client_de: Any) -> None:
    purge = archive(monde)
    document = DocumentEmis.objects.find_visible(monde.perimetre("dpo"), purge.document_id)
    assert purge.reference in document.titre
    contexte = str(rows(FichierFactuel, document_id=document.pk).get().contexte)
    assert "Contentieux possible" in contexte and "2021-028" in contexte
    assert "Zyxwv" not in contexte and echu.reference not in contexte
    for qui in ("alice", "bob", "dora"):
        with pytest.raises(Introuvable):
            DocumentEmis.objects.find_visible(monde.perimetre(qui), document.pk)
    with client_de(monde.dpo) as c:
        pdf = c.get(reverse("conformite:proces_verbal", args=[purge.pk]))
        assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")
    assert Consultation.objects.filter(route="conformite:proces_verbal").count() == 1


def test_what_keeps_a_file(monde: Monde, echu: Menage) -> None:
    dpo = monde.perimetre("dpo")
    assert list_candidats(dpo, NaturePurge.ARCHIVAGE) == [echu.pk]
    pose_gel(perimetre=dpo, menage_id=echu.pk, motif="Recours")
    assert list_candidats(dpo, NaturePurge.ARCHIVAGE) == []
    with pytest.raises(ErreurMetier, match="Aucun dossier clos"):
        prepare_purge(perimetre=dpo, nature=NaturePurge.ARCHIVAGE, motif="x")


def _saisine(monde: Monde, menage: Menage) -> Saisine:
    saisine = Saisine(
        menage=menage, reference="S-2022-00001", statut="deposee", date_saisine=ANCIEN,
        deposee_le=ANCIEN, information_menage_le=ANCIEN, redaction=monde.ccas,
        origine_organisation=monde.ccas, prescripteur=monde.prescripteur, canal="plateforme",
        dispositif="mous", convention=monde.convention, commune=monde.commune,
        demarches="Voir Zyxwv",
    )  # fmt: skip
    saisine.save(force_insert=True)
    return saisine


def test_an_open_case_is_never_purged(monde: Monde, echu: Menage) -> None:
    saisine = _saisine(monde, echu)
    dpo = monde.perimetre("dpo")
    assert list_candidats(dpo, NaturePurge.ARCHIVAGE) == []
    rows(Saisine, pk=saisine.pk).update(
        statut="close", issue=IssueSaisine.ABANDON, close_le=ANCIEN, motif_cloture="Zyxwv est parti"
    )
    assert list_candidats(dpo, NaturePurge.ARCHIVAGE) == [echu.pk]
    archive(monde)
    fixe_duree()
    anonymise(monde)
    saisine.refresh_from_db()
    assert (saisine.demarches, saisine.motif_cloture) == ("Effacé", "Effacé")
    assert saisine.reference != "S-2022-00001" and saisine.date_saisine == ANCIEN


def test_what_came_up_since_the_preview_sets_a_file_aside(monde: Monde, echu: Menage) -> None:
    autre, tenu = (add_menage(monde, nom=nom, le=ANCIEN) for nom in ("Revenu", "Tenu"))
    dpo = monde.perimetre("dpo")
    purge = prepare_purge(perimetre=dpo, nature=NaturePurge.ARCHIVAGE, motif="Contentieux")
    assert purge.apercu["dossiers"] == 3
    rows(Menage, pk=autre.pk).update(dernier_contact_le=JOUR)
    pose_gel(perimetre=dpo, menage_id=tenu.pk, motif="Recours")
    confirm_purge(perimetre=dpo, purge_id=purge.pk, recopie=purge.reference, version=1)
    while run_purges():
        pass
    purge.refresh_from_db()
    assert purge.bilan["dossiers"] == 1
    assert sorted(purge.bilan["ecartees"]) == [
        "La conservation de ce dossier est gelée.",
        "Un contact récent a prolongé la conservation de ce dossier.",
    ]
    assert [reload(m).archive_le for m in (echu, autre, tenu)] == [JOUR, None, None]


def test_two_steps(monde: Monde, echu: Menage) -> None:
    dpo = monde.perimetre("dpo")
    with pytest.raises(ActeRefuse, match="Seul le délégué"):
        prepare_purge(perimetre=monde.perimetre("bob"), nature=NaturePurge.ARCHIVAGE, motif="x")
    purge = prepare_purge(perimetre=dpo, nature=NaturePurge.ARCHIVAGE, motif="Contentieux")
    with pytest.raises(ErreurMetier, match="déjà préparée"):
        prepare_purge(perimetre=dpo, nature=NaturePurge.ARCHIVAGE, motif="Encore")
    with pytest.raises(ActeRefuse, match="Recopiez"):
        confirm_purge(perimetre=dpo, purge_id=purge.pk, recopie="PV-0", version=1)
    with pytest.raises(ConflitDeVersion):
        confirm_purge(perimetre=dpo, purge_id=purge.pk, recopie=purge.reference, version=9)
    assert run_purges() == 0, "nothing runs before the second step"
    abandon_purge(perimetre=dpo, purge_id=purge.pk, version=1)
    assert reload(echu).archive_le is None
    with pytest.raises(ActeRefuse):
        confirm_purge(perimetre=dpo, purge_id=purge.pk, recopie=purge.reference, version=2)


def test_a_killed_worker_goes_on(
    monde: Monde, echu: Menage, monkeypatch: pytest.MonkeyPatch
) -> None:
    autres = [add_menage(monde, nom=f"Nom{i}", le=ANCIEN) for i in range(3)]
    dpo = monde.perimetre("dpo")
    purge = prepare_purge(perimetre=dpo, nature=NaturePurge.ARCHIVAGE, motif="Contentieux")
    confirm_purge(perimetre=dpo, purge_id=purge.pk, recopie=purge.reference, version=1)
    monkeypatch.setattr(tasks, "PAQUET", 2)
    assert run_purges() == 2
    vrai, appels = tasks.mark_ligne, []

    def killed(*args: Any, **kwargs: Any) -> None:
        appels.append(1)
        raise KeyboardInterrupt

    monkeypatch.setattr("cariatide.conformite.actions.purges.mark_ligne", killed)
    with pytest.raises(KeyboardInterrupt):
        run_purges()
    monkeypatch.setattr("cariatide.conformite.actions.purges.mark_ligne", vrai)
    archives = rows(Menage, archive_le__isnull=False).count()
    assert (archives, len(appels)) == (2, 1), "effect and mark are one"
    while run_purges():
        pass
    purge.refresh_from_db()
    assert purge.bilan["dossiers"] == 1 + len(autres)
    assert rows(ArchiveDossier).count() == 4, "each file once"
    assert DocumentEmis._base_manager.count() == 1


def test_a_technical_failure_blocks_nobody(
    monde: Monde, echu: Menage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**kwargs: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")

    monkeypatch.setattr("cariatide.conformite.actions.purges.archive_dossier", fails)
    purge = archive(monde)
    assert purge.bilan["ecartees"] == ["Erreur technique : DataError."]
    assert reload(echu).archive_le is None


def test_a_person_of_two_households(monde: Monde, echu: Menage) -> None:
    """The grandmother of two files keeps her name in the other one, and leaves this one."""
    actif = add_menage(monde, nom="Actif")
    enfant = rows(Appartenance, menage_id=echu.pk).get()
    ligne = Appartenance(
        menage_id=actif.pk, personne_id=enfant.personne_id, role="ascendant", du=date(2026, 2, 1)
    )
    ligne.save(force_insert=True)
    archive(monde)
    assert (
        Personne.objects.visible_to(monde.perimetre("alice")).filter(pk=enfant.personne_id).exists()
    ), "the other file still shows them"
    fixe_duree()
    anonymise(monde)
    garde = rows(Personne, pk=enfant.personne_id).get()
    assert (garde.nom, garde.naissance) == ("Zyxwv", date(1990, 5, 4))
    ici = rows(Appartenance, menage_id=echu.pk).select_related("personne").get()
    assert ici.personne_id != garde.pk and ici.personne.nom == "Personne"
    assert reload(actif).nom_usage == "Actif"


def test_merged_files_go_together_and_stay_merged(monde: Monde, echu: Menage) -> None:
    absorbe, chef = add_menage(monde, nom="Absorbe", le=ANCIEN), monde.perimetre("chef")
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        add_membre(
            perimetre=alice, menage_id=absorbe.pk, du=date(2022, 4, 1), version=1,
            personne=DonneesPersonne("Absorbe", "Enfant", "enfant", naissance=date(2015, 1, 1)),
        )  # fmt: skip
    with ouvre_transaction(chef):
        fusion = merge_menages(
            perimetre=chef, garde_id=echu.pk, absorbe_id=absorbe.pk, motif="Même foyer Absorbe"
        )
    rows(Menage).update(dernier_contact_le=ANCIEN)
    dpo = monde.perimetre("dpo")
    assert list_candidats(dpo, NaturePurge.ARCHIVAGE) == [echu.pk], "the absorbed file follows"
    archive(monde)
    assert reload(absorbe).archive_le == JOUR
    fixe_duree()
    anonymise(monde)
    assert reload(absorbe).nom_usage == "Dossier anonymisé"
    fusion = rows(Fusion).get()
    assert (fusion.motif, fusion.modifies, fusion.deplaces) == ("Effacé", {}, {})
    assert set(rows(Personne).values_list("nom", flat=True)) == {"Personne"}
    with ouvre_transaction(chef), pytest.raises(Introuvable):
        unmerge_menages(perimetre=chef, fusion_id=fusion.pk, motif="Erreur")


def test_pages(monde: Monde, echu: Menage, client_de: Any) -> None:
    with client_de(monde.dpo) as c:
        page = c.get(reverse("conformite:purges")).content.decode()
        assert "1 dossier" in page and "se fixe localement" in page and "à vérifier" in page
        preparer = reverse("conformite:preparer", args=["archivage"])
        assert c.get(reverse("conformite:preparer", args=["autre"])).status_code == 404
        assert c.get(reverse("conformite:preparer", args=["anonymisation"])).status_code == 409
        assert c.post(preparer, {"motif": ""}).status_code == 422
        assert c.post(preparer, {"motif": "Contentieux"}).status_code == 302
        purge = rows(Purge).get()
        detail = c.get(reverse("conformite:purge", args=[purge.pk])).content.decode()
        assert echu.reference in detail and "Zyxwv" not in detail
        confirmer = reverse("conformite:confirmer", args=[purge.pk])
        assert c.post(confirmer, {"recopie": "x", "version": 1}).status_code == 422
        assert c.post(confirmer, {"recopie": purge.reference, "version": 1}).status_code == 302
        assert c.get(confirmer).status_code == 409
        assert c.get(reverse("conformite:proces_verbal", args=[purge.pk])).status_code == 404
        while run_purges():
            pass
        detail = c.get(reverse("conformite:purge", args=[purge.pk])).content.decode()
        assert "Procès-verbal" in detail and "Traitée" in detail
        archives = c.get(reverse("conformite:liste"), {"etat": "archivee"}).content.decode()
        rendre = reverse("conformite:rendre", args=[echu.pk])
        assert rendre in archives
        assert c.post(rendre, {"contact_le": "2026-11-20", "motif": "Revenu"}).status_code == 302
    with client_de(monde.alice) as c:
        assert c.get(reverse("conformite:purges")).status_code == 403
        assert c.get(reverse("menages:detail", args=[echu.pk])).status_code == 200
