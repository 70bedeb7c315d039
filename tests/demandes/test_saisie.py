"""The form: drafts that survive anything typed, deposit, errors in words."""

from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.commission.models import Instance
from cariatide.demandes.models import Saisine
from cariatide.menages.models import Menage
from cariatide.socle.perimetre import Niveau
from tests.distribution import JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db
NOUVELLE = "/saisines/nouvelle/"


@pytest.fixture(autouse=True)
def the_day() -> Any:
    with time_machine.travel(JOUR, tick=False):
        yield


def formulaire(monde: Monde, **champs: Any) -> dict[str, Any]:
    """A whole form as the browser sends it."""
    return {
        "date_saisine": "2026-11-20",
        "p0-role": "referent", "p0-civilite": "madame", "p0-prenom": "Inès",
        "p0-nom": "Darbon", "p0-naissance": "1991-03-04",
        "telephone": "0611223344", "adresse": "4 rue Neuve", "commune_saisie": "59600 Maubeuge",
        "statut_occupation": "heberge", "loyer": "",
        "convention": str(monde.convention.pk), "motifs": ["heberge"],
        "demarches": "Demande déposée.", "expose": "Situation familiale tendue.",
        "pieces": ["identite"], "information_menage_le": "2026-11-19", "geste": "deposer",
    } | champs  # fmt: skip


def only() -> Saisine:
    return Saisine.objects.unscoped(reason="test").get()


def test_a_whole_form_is_deposited(monde: Monde, instance: Instance, client_de: Any) -> None:
    with client_de(monde.prescripteur) as c:
        page = c.post(NOUVELLE, formulaire(monde), follow=True).content.decode()
    saisine = only()
    assert saisine.statut == "deposee"
    assert f"La saisine {saisine} est déposée" in page
    assert "Le secrétariat de «\u00a0Groupe de pilotage MOUS\u00a0» en est averti" in page
    menage = Menage.objects.unscoped(reason="test").get()
    assert (menage.nom_usage, menage.commune_id) == ("Darbon", monde.commune.pk)
    assert saisine.commune_id == monde.commune.pk


def test_an_empty_form_is_a_draft_and_is_resumed_as_typed(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    with client_de(monde.prescripteur) as c:
        assert c.get(NOUVELLE).status_code == 200
        brut = formulaire(
            monde, geste="enregistrer", **{"p0-naissance": "31/02/1990", "loyer": "beaucoup"}
        )
        page = c.post(NOUVELLE, brut, follow=True)
        html = page.content.decode()
        assert page.redirect_chain[-1][0] == reverse("demandes:brouillon", args=[only().pk])
        for texte in ("Darbon", "31/02/1990", "beaucoup", "59600 Maubeuge", "familiale tendue"):
            assert texte in html
        assert (
            'value="heberge" checked' in html.replace('id="id_motifs_1" ', "") or "checked" in html
        )
        assert "Le brouillon est enregistré" in html
        assert "Darbon" in c.get("/saisines/brouillons/").content.decode()
        vide = c.post(NOUVELLE, {"geste": "enregistrer"}, follow=True)
        assert vide.status_code == 200
    assert Saisine.objects.unscoped(reason="test").count() == 2


def test_a_draft_survives_a_refused_deposit(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    with client_de(monde.prescripteur) as c:
        response = c.post(NOUVELLE, formulaire(monde, information_menage_le="", motifs=[]))
        html = response.content.decode()
        assert response.status_code == 422
        assert "Indiquez la date à laquelle le ménage a été informé" in html
        assert "Choisissez au moins un motif" in html
        assert "Votre brouillon est enregistré" in html
        draft = only()
        assert (draft.statut, draft.menage_id) == ("brouillon", None)
        suite = formulaire(monde, version=str(draft.version))
        c.post(reverse("demandes:brouillon", args=[draft.pk]), suite)
    assert only().statut == "deposee"
    assert Menage.objects.unscoped(reason="test").count() == 1


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({"p0-naissance": "31/02/1990"}, "Cette date n’existe pas"),
        ({"p0-naissance": "2027-01-01"}, "est dans l’avenir"),
        ({"p0-nom": ""}, "Personne 1, nom"),
        ({"p0-role": "enfant"}, "Un ménage a un référent"),
        (
            {"commune_saisie": "Trifouillis"},
            "ne s’appelle «\u00a0Trifouillis\u00a0»",
        ),
        ({"commune_saisie": "Saint-Denis"}, "Précisez laquelle"),
        ({"commune_saisie": ""}, "Indiquez la commune où vit le ménage"),
        ({"loyer": "-3"}, "supérieure ou égale à 0"),
        ({"courriel": "sans-arobase"}, "adresse électronique est incomplète"),
        ({"urgence": "on"}, "Le motif de l’urgence est nécessaire"),
        ({"convention": ""}, "Choisissez le dispositif demandé"),
        ({"date_saisine": "2026-12-25"}, "est dans l’avenir"),
    ],
)
def test_bad_input_is_said_in_french_and_creates_no_household(
    monde: Monde, instance: Instance, client_de: Any, champs: dict[str, str], attendu: str
) -> None:
    with client_de(monde.prescripteur) as c:
        response = c.post(NOUVELLE, formulaire(monde, **champs))
    assert response.status_code == 422
    assert attendu in response.content.decode()
    assert not Menage.objects.unscoped(reason="test").exists()
    assert only().statut == "brouillon"


def test_a_former_commune_becomes_that_of_today_with_a_message(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    with client_de(monde.prescripteur) as c:
        page = c.post(
            NOUVELLE, formulaire(monde, commune_saisie="Octeville"), follow=True
        ).content.decode()
    saisine = only()
    assert saisine.commune is not None
    assert saisine.commune.nom == "Cherbourg-en-Cotentin"
    assert "correspond aujourd’hui à Cherbourg-en-Cotentin (50)" in page


def test_people_are_added_and_removed_without_javascript(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    with client_de(monde.prescripteur) as c:
        response = c.post(NOUVELLE, formulaire(monde, geste="ajouter"))
        draft = only()
        url = reverse("demandes:brouillon", args=[draft.pk])
        assert response["Location"] == f"{url}#personne-2"
        assert 'name="p1-nom"' in c.get(url).content.decode()
        deux = {"p1-role": "enfant", "p1-nom": "Darbon", "p1-prenom": "Léo", "p1-civilite": ""}
        c.post(url, formulaire(monde, geste="retirer-0", version=draft.version, **deux))
        rows = only().saisie["personnes"]
        assert [r["prenom"] for r in rows] == ["Léo"]


def test_a_known_household_is_searched_and_chosen(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    menage = add_menage(monde, "prescripteur", niveau=Niveau.FACTUEL)
    ailleurs = add_menage(monde, "charlie", nom="Lefort")
    with client_de(monde.prescripteur) as c:
        page = c.post(NOUVELLE, formulaire(monde, geste="chercher", menage_q="lef"), follow=True)
        assert f'value="choisir-{menage.pk}"' in page.content.decode()
        assert "Lefort" not in page.content.decode()
        bloc = c.get("/saisines/menages/", {"menage_q": "lef"}).content.decode()
        assert "Lefèvre" in bloc
        draft = only()
        url = reverse("demandes:brouillon", args=[draft.pk])
        for pk, attendu in ((ailleurs.pk, ""), (menage.pk, str(menage.pk))):
            c.post(url, formulaire(monde, geste=f"choisir-{pk}", version=only().version))
            assert only().saisie["menage_id"] == attendu
        assert "Ménage connu" in c.get(url).content.decode()
        champs = formulaire(monde, menage_id=str(menage.pk), version=only().version)
        champs = {k: v for k, v in champs.items() if not k.startswith("p0-")}
        c.post(url, champs)
    assert (only().statut, only().menage_id) == ("deposee", menage.pk)


def test_a_possible_duplicate_is_shown_then_confirmed(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    with client_de(monde.prescripteur) as c:
        c.post(NOUVELLE, formulaire(monde))
        response = c.post(NOUVELLE, formulaire(monde))
        html = response.content.decode()
        assert response.status_code == 422
        assert "Ménage peut-être déjà connu" in html
        assert "Inès Darbon" in html
        draft = Saisine.objects.unscoped(reason="test").get(statut="brouillon")
        url = reverse("demandes:brouillon", args=[draft.pk])
        c.post(url, formulaire(monde, version=draft.version, doublon_confirme="on"))
    assert Saisine.objects.unscoped(reason="test").filter(statut="deposee").count() == 2


def test_two_tabs_do_not_overwrite_each_other(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    with client_de(monde.prescripteur) as c:
        c.post(NOUVELLE, formulaire(monde, geste="enregistrer"))
        url = reverse("demandes:brouillon", args=[only().pk])
        c.post(url, formulaire(monde, geste="enregistrer", version=1, adresse="Premier onglet"))
        response = c.post(
            url, formulaire(monde, geste="enregistrer", version=1, adresse="Second onglet")
        )
        html = response.content.decode()
    assert response.status_code == 409
    assert "Second onglet" in html
    assert "Ouvrir la version enregistrée" in html
    assert only().saisie["adresse"] == "Premier onglet"


def test_a_double_click_deposits_once(monde: Monde, instance: Instance, client_de: Any) -> None:
    with client_de(monde.prescripteur) as c:
        c.post(NOUVELLE, formulaire(monde, geste="enregistrer"))
        url = reverse("demandes:brouillon", args=[only().pk])
        for _ in range(2):
            response = c.post(url, formulaire(monde, version=1))
            assert response["Location"] == reverse("demandes:detail", args=[only().pk])
    assert Menage.objects.unscoped(reason="test").count() == 1


def test_a_draft_is_closed_to_other_organisations_and_can_be_deleted(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    with client_de(monde.prescripteur) as c:
        c.post(NOUVELLE, formulaire(monde, geste="enregistrer"))
    url = reverse("demandes:brouillon", args=[only().pk])
    for qui in ("alice", "dora", "charlie"):
        with client_de(monde.personnes[qui]) as c:
            assert c.get(url).status_code == 404
            assert c.post(url, formulaire(monde)).status_code == 404
            assert "Darbon" not in c.get("/saisines/brouillons/").content.decode()
    with client_de(monde.prescripteur) as c:
        page = c.post(reverse("demandes:supprimer", args=[only().pk]), follow=True)
    assert "Le brouillon est supprimé" in page.content.decode()
    assert not Saisine.objects.unscoped(reason="test").exists()


def test_pieces_follow_the_agreement_chosen(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    with client_de(monde.prescripteur) as c:
        vide = c.get("/saisines/pieces/").content.decode()
        assert "Choisissez d’abord le dispositif" in vide
        html = c.get(
            "/saisines/pieces/", {"convention": monde.convention.pk, "pieces": "ressources"}
        ).content.decode()
    assert 'value="ressources" id="piece-ressources" checked' in html
    assert "(obligatoire)" in html


def test_a_secretariat_says_where_a_letter_comes_from(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    with client_de(monde.prescripteur) as c:
        assert 'name="origine"' not in c.get(NOUVELLE).content.decode()
    with client_de(monde.dora) as c:
        assert 'name="origine"' in c.get(NOUVELLE).content.decode()
        c.post(
            NOUVELLE,
            formulaire(monde, origine=str(monde.bailleur.pk), agent="M. Roy", canal="courrier"),
        )
    saisine = only()
    assert (saisine.origine_organisation_id, saisine.agent, saisine.canal) == (
        monde.bailleur.pk, "M. Roy", "courrier",
    )  # fmt: skip


def test_null_characters_and_endless_texts_do_not_break_a_draft(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    with client_de(monde.prescripteur) as c:
        response = c.post(
            NOUVELLE,
            formulaire(
                monde, geste="enregistrer", demarches="a\x00b" + "x" * 50_000, expose="\x00"
            ),
        )
    assert response.status_code == 302
    assert only().saisie["demarches"].startswith("ab")
