"""The register: prefilled by the code, completed by the officer, never written over."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import DatabaseError, transaction
from django.urls import reverse

from cariatide.bareme.actions import set_parametre_local
from cariatide.conformite import actions
from cariatide.conformite.constats import (
    TRAITEMENTS,
    build_constats,
    find_traitement,
    level_of,
    list_oublies,
)
from cariatide.conformite.models import Traitement, VersionTraitement
from cariatide.conformite.queries import (
    describe_version,
    find_version,
    list_courantes,
    list_traitements,
)
from cariatide.conformite.rules import RUBRIQUES, is_a_revoir, list_a_completer
from cariatide.journal.models import Evenement
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier
from cariatide.socle.perimetre import Niveau
from tests.distribution import JOUR, Monde
from tests.documents.conformite import assert_conforme
from tests.documents.lecture_pdf import compact, read_text
from tests.fichiers import export
from tests.matrices.routes import add_role

pytestmark = pytest.mark.django_db
INCONNUES = ["base_legale", "transferts", "responsable", "conjoints", "contact_dpo", "aipd"]


@pytest.fixture(autouse=True)
def _jour() -> Iterator[None]:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield


def prefill(monde: Monde) -> Traitement:
    actions.prefill_registre(perimetre=monde.perimetre("dpo"))
    return Traitement.objects.get(source="accompagnement")


def values_of(traitement: Traitement) -> dict[str, Any]:
    version = find_version(traitement.pk)
    return {n: getattr(version, n) for n in ("nom", *RUBRIQUES, "conservation_code", "aipd_le")}


def test_no_part_of_the_software_is_forgotten() -> None:
    assert list_oublies() == []
    dites = [nom for t in TRAITEMENTS for nom in t.apps]
    assert len(dites) == len(set(dites)), "an app in two processings"
    assert all(apps.is_installed(f"cariatide.{nom}") for nom in dites)


def test_the_facts_are_those_of_the_code() -> None:
    source = find_traitement("accompagnement")
    assert source is not None
    constats = build_constats(source)
    assert "Niveau confidentiel : " in constats.donnees
    assert level_of(apps.get_model("menages.MenageSocial")) == Niveau.SOCIAL
    assert level_of(apps.get_model("menages.MenageConfidentiel")) == Niveau.CONFIDENTIEL
    assert level_of(apps.get_model("menages.Menage")) == Niveau.FACTUEL
    assert "Travailleur social (niveau confidentiel au plus)" in constats.destinataires
    assert "Technicien (niveau factuel au plus)" in constats.destinataires
    assert "Chiffrement par l’application : " in constats.securite
    assert "vulnérabilités" in constats.securite
    indicateurs = find_traitement("statistiques")
    assert indicateurs is not None
    assert "Travailleur social (niveau confidentiel" not in build_constats(indicateurs).donnees


def test_prefilled_once_what_is_not_known_stays_to_complete(monde: Monde) -> None:
    traitement = prefill(monde)
    assert Traitement.objects.count() == len(TRAITEMENTS)
    version = find_version(traitement.pk)
    assert list_a_completer(vars(version)) == INCONNUES
    assert traitement.a_completer == len(INCONNUES)
    dits = dict(describe_version(version, JOUR))
    assert dits["Base légale"] == "à compléter" and dits["Analyse d’impact (AIPD)"] == "à compléter"
    assert "2 ans" in dits["Conservation"] and "2021-028" in dits["Conservation"]
    with pytest.raises(ActeRefuse, match="déjà au registre"):
        actions.prefill_registre(perimetre=monde.perimetre("dpo"))
    assert Evenement.objects.filter(nom="traitement.inscrit").count() == len(TRAITEMENTS)


def test_a_version_is_added_and_the_former_stays(monde: Monde) -> None:
    traitement, dpo = prefill(monde), monde.perimetre("dpo")
    avant = values_of(traitement)
    with pytest.raises(ErreurMetier, match="Rien n’a changé"):
        actions.write_version(
            perimetre=dpo, traitement_id=traitement.pk, version=1, motif="x", valeurs=avant
        )
    actions.write_version(
        perimetre=dpo, traitement_id=traitement.pk, version=1, motif="Relu",
        valeurs={**avant, "base_legale": "Mission d’intérêt public", "aipd": "faite",
                 "aipd_le": date(2026, 5, 4)},
    )  # fmt: skip
    traitement.refresh_from_db()
    assert (traitement.version, traitement.a_completer) == (2, len(INCONNUES) - 2)
    assert find_version(traitement.pk, 1).base_legale == ""
    assert dict(describe_version(find_version(traitement.pk), JOUR))["Analyse d’impact (AIPD)"] == (
        "Faite, le 04/05/2026"
    )
    fait = Evenement.objects.get(nom="traitement.revise").donnees["apres"]
    assert fait["champs"] == ["base_legale", "aipd", "aipd_le"]
    with pytest.raises(ConflitDeVersion):
        actions.write_version(
            perimetre=dpo, traitement_id=traitement.pk, version=1, motif="x",
            valeurs={**avant, "transferts": "Aucun"},
        )  # fmt: skip
    with pytest.raises(ErreurMetier, match="Dites d’abord"):
        actions.write_version(
            perimetre=dpo, traitement_id=traitement.pk, version=2, motif="x",
            valeurs={**avant, "aipd": "", "aipd_le": JOUR},
        )  # fmt: skip
    with pytest.raises(ErreurMetier, match="dans l’avenir"):
        actions.write_version(
            perimetre=dpo, traitement_id=traitement.pk, version=2, motif="x",
            valeurs={**avant, "aipd": "faite", "aipd_le": date(2031, 1, 1)},
        )  # fmt: skip
    assert find_version(traitement.pk).numero == 2


def test_the_lines_of_a_browser_change_nothing(monde: Monde) -> None:
    traitement, dpo = prefill(monde), monde.perimetre("dpo")
    envoye = {
        nom: valeur.replace("\n", "\r\n") if isinstance(valeur, str) else valeur
        for nom, valeur in values_of(traitement).items()
    }
    assert "\r\n" in envoye["donnees"]
    with pytest.raises(ErreurMetier, match="Rien n’a changé"):
        actions.write_version(
            perimetre=dpo, traitement_id=traitement.pk, version=1, motif="x", valeurs=envoye
        )
    actions.write_version(
        perimetre=dpo, traitement_id=traitement.pk, version=1, motif="Relu",
        valeurs={**envoye, "transferts": "Aucun"},
    )  # fmt: skip
    fait = Evenement.objects.get(nom="traitement.revise").donnees["apres"]
    assert fait["champs"] == ["transferts"]
    assert find_version(traitement.pk).donnees == find_version(traitement.pk, 1).donnees


def test_the_table_refuses_to_write_over_a_version(monde: Monde) -> None:
    prefill(monde)
    for act in (
        lambda: VersionTraitement.objects.update(finalite="autre"),
        lambda: VersionTraitement.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="never written over"), transaction.atomic():
            act()


def test_reviewed_after_the_delay_set_locally_and_closed(monde: Monde) -> None:
    traitement, dpo = prefill(monde), monde.perimetre("dpo")
    assert not is_a_revoir(JOUR, None, date(2040, 1, 1)), "no delay, no review"
    set_parametre_local(
        perimetre=monde.perimetre("bob"), code="registre.relecture", valeur=6, du=JOUR,
        motif="Décision du comité responsable", organisation_id=monde.departement.pk,
    )  # fmt: skip
    Traitement.objects.filter(pk=traitement.pk).update(revu_le=date(2026, 5, 22))
    with_delay = {"etat": "a_revoir"}
    from_list = list_a_revoir(monde, with_delay)
    assert from_list == [traitement.nom]
    actions.review_traitement(perimetre=dpo, traitement_id=traitement.pk, version=1)
    assert list_a_revoir(monde, with_delay) == []
    actions.close_traitement(perimetre=dpo, traitement_id=traitement.pk, version=2, motif="Fini")
    assert traitement.pk not in {t.pk for t, _ in list_courantes()}
    assert list_a_revoir(monde, {"etat": "clos"}) == [traitement.nom]
    with pytest.raises(ActeRefuse, match="clos"):
        actions.review_traitement(perimetre=dpo, traitement_id=traitement.pk, version=3)


def list_a_revoir(monde: Monde, filtres: dict[str, str]) -> list[str]:
    return [t.nom for t in list_traitements(monde.perimetre("dpo"), filtres)]


def test_the_officer_writes_the_heads_read(monde: Monde, client_de: Any) -> None:
    traitement = prefill(monde)
    with client_de(monde.chef) as c:
        html = c.get(reverse("conformite:traitement", args=[traitement.pk])).content.decode()
        assert "À compléter" in html and "Écrire une nouvelle version" not in html
        assert (
            c.get(reverse("conformite:modifier_traitement", args=[traitement.pk])).status_code
            == 403
        )
        assert c.post(reverse("conformite:preremplir"), {}).status_code == 403
        version = reverse("conformite:version_traitement", args=[traitement.pk, 1])
        assert "Déclaration de cette date" in c.get(version).content.decode()
        assert (
            c.get(reverse("conformite:version_traitement", args=[traitement.pk, 9])).status_code
            == 404
        )
    for nom in ("alice", "technicien", "prescripteur", "eve"):
        with client_de(getattr(monde, nom)) as c:
            assert c.get(reverse("conformite:registre")).status_code == 403, nom


def test_the_pages_of_the_officer(
    monde: Monde, client_de: Any, django_assert_max_num_queries: Any
) -> None:
    with client_de(monde.dpo) as c:
        liste = reverse("conformite:registre")
        assert "À inscrire" in c.get(liste).content.decode()
        assert c.post(reverse("conformite:preremplir"), {}).status_code == 302
        with django_assert_max_num_queries(17):
            html = c.get(liste).content.decode()
        assert "À inscrire" not in html and "Accompagnement des ménages" in html
        traitement = Traitement.objects.get(source="accompagnement")
        page = reverse("conformite:traitement", args=[traitement.pk])
        assert "Ce que fait le logiciel aujourd’hui" not in c.get(page).content.decode()
        envoi = {
            **values_of(traitement),
            "version": "1",
            "motif": "Base légale",
            "base_legale": "Mission d’intérêt public",
            "donnees": "Autre chose",
            "aipd_le": "",
        }
        modifier = reverse("conformite:modifier_traitement", args=[traitement.pk])
        assert c.post(modifier, envoi).status_code == 302
        html = c.get(page).content.decode()
        assert "Ce que fait le logiciel aujourd’hui" in html, "the record and the code differ"
        assert "Version 2" in html and "Version 1" in html
        relire = reverse("conformite:relire_traitement", args=[traitement.pk])
        assert c.post(relire, {"version": "2"}).status_code == 302
        clore = reverse("conformite:clore_traitement", args=[traitement.pk])
        assert f"brouillons/traitement-{traitement.pk}-cloture/" in c.get(clore).content.decode()
        assert c.post(clore, {"version": "3", "motif": "Service fermé"}).status_code == 302
        assert c.get(modifier).status_code == 409
        neuf = c.post(
            reverse("conformite:nouveau_traitement"), {"nom": "Fichier papier", "motif": "x"}
        )
        assert neuf.status_code == 302
        assert Traitement.objects.get(nom="Fichier papier").a_completer == len(RUBRIQUES)
        fichier = b"".join(export(c, "registre").streaming_content).decode("utf-8-sig")
        assert "Fichier papier" in fichier and "Accompagnement" not in fichier, "closed ones apart"


def test_the_register_leaves_as_an_accessible_pdf(monde: Monde, client_de: Any) -> None:
    prefill(monde)
    administrateur = add_role(Role.ADMINISTRATEUR, monde.operateur)
    with client_de(administrateur) as c:
        reponse = c.get(reverse("conformite:registre_pdf"))
    assert reponse.status_code == 200
    assert_conforme(reponse.content)
    texte = compact(read_text(reponse.content))
    assert compact("Accompagnement des ménages") in texte and compact("à compléter") in texte
