"""Household pages: who opens them, what they show, what they refuse."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cariatide.journal.models import Consultation, Evenement
from cariatide.menages.actions import attach, save_social
from cariatide.menages.models import Appartenance, Menage
from cariatide.menages.statuts import MotifRattachement
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import Niveau
from tests.distribution import JOUR, Monde, add_menage
from tests.fichiers import export

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(JOUR.isoformat() + "T10:00:00+01:00", tick=False):
        yield


PAGES = ("detail", "parcours", "pourquoi", "parcours_pdf", "membre", "separation", "domicile")


@pytest.mark.parametrize("page", PAGES)
def test_refusals_in_order(monde: Monde, client_de: Any, page: str) -> None:
    url = reverse(f"menages:{page}", args=[add_menage(monde).pk])
    # Alone, nobody leaves: the page says why.
    ouvert = 409 if page == "separation" else 200
    for qui, statut in (
        (None, 302), ("dpo", 403), ("eve", 403), ("charlie", 404), ("alice", ouvert)
    ):  # fmt: skip
        with client_de(monde.personnes[qui] if qui else None) as c:
            assert c.get(url).status_code == statut, qui


def test_list_shows_the_perimeter_only(monde: Monde, client_de: Any) -> None:
    add_menage(monde, nom="Lefèvre")
    add_menage(monde, qui="charlie", nom="Okafor")
    with client_de(monde.alice) as c:
        html = c.get(reverse("menages:liste")).content.decode()
    assert "Lefèvre" in html
    assert "Okafor" not in html


def test_list_costs_the_same_for_one_and_for_thirty(
    monde: Monde, client_de: Any, django_assert_max_num_queries: Any
) -> None:
    for i in range(30):
        add_menage(monde, nom=f"Nom{i:02}")
    with client_de(monde.alice) as c:
        c.get(reverse("menages:liste"))
        # Session, user, mandates, the list, the badge; the rest opens and closes the transaction.
        with django_assert_max_num_queries(10):
            html = c.get(reverse("menages:liste")).content.decode()
    assert html.count("Nom") >= 30


# What every page pays: session, account, mandates, and the two transactions of a journaled page.
COMMUN = ("comptes_sessionouverte", 'FROM "comptes_utilisateur"', 'FROM partenaires_mandat',
          "set_config", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")  # fmt: skip


@pytest.mark.parametrize(("page", "qui", "plafond"), [
    ("liste", "alice", 3), ("detail", "alice", 8), ("detail", "chef", 8),
])  # fmt: skip
def test_a_page_asks_few_things_beyond_sign_in(
    monde: Monde, client_de: Any, page: str, qui: str, plafond: int
) -> None:
    menage = add_menage(monde)
    url = reverse(f"menages:{page}", args=[menage.pk] if page == "detail" else [])
    with client_de(monde.personnes[qui]) as c:
        c.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert c.get(url).status_code == 200
    own = [q["sql"] for q in queries if not any(mot in q["sql"][:400] for mot in COMMUN)]
    assert 1 <= len(own) <= plafond, "\n".join(sql[:120] for sql in own)


def test_filters_find_without_accents_and_by_telephone(monde: Monde, client_de: Any) -> None:
    add_menage(monde, nom="Lefèvre")
    with client_de(monde.alice) as c:
        for texte in ("lefevre", "LEFÈ", "06 00 00", "M-2026", "impasse moulin"):
            html = c.get(reverse("menages:liste"), {"q": texte}).content.decode()
            assert "Lefèvre" in html, texte
        html = c.get(reverse("menages:liste"), {"q": "inconnu"}).content.decode()
    assert "Aucun ménage ne correspond" in html


def test_page_is_journaled_before_it_is_sent(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    with client_de(monde.alice) as c:
        c.get(reverse("menages:detail", args=[menage.pk]))
    lecture = Consultation.objects.get()
    assert (lecture.acteur, lecture.menage_id, lecture.niveau) == ("Alice Renard", menage.pk, 3)


def test_a_page_got_by_a_sending_is_journaled_too(monde: Monde, client_de: Any) -> None:
    """A page answers to a POST as well: it is read all the same, and never by somebody outside."""
    menage = add_menage(monde)
    url = reverse("menages:detail", args=[menage.pk])
    with client_de(monde.alice) as c:
        assert "Lefèvre" in c.post(url).content.decode()
    lecture = Consultation.objects.get()
    assert (lecture.acteur_id, lecture.menage_id) == (monde.alice.pk, menage.pk)
    with client_de(monde.charlie) as c:
        assert c.post(url).status_code == 404
    # An act that is done leads on: what it leads to is journaled when it is read.
    with client_de(monde.alice) as c:
        ajout = reverse("menages:membre", args=[menage.pk])
        refuse = c.post(ajout, {})
        assert refuse.status_code == 422 and Consultation.objects.count() == 2
        saisie = {"civilite": "madame", "prenom": "Nour", "nom": "Essai", "role": "enfant",
                  "du": JOUR.isoformat(), "version": str(menage.version)}  # fmt: skip
        assert c.post(ajout, saisie).status_code == 302
    assert Consultation.objects.count() == 2


def test_why_lists_the_reasons_under_one_name(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    for pk, motif in ((1, MotifRattachement.PRESCRIPTION), (2, MotifRattachement.SEANCE)):
        attach(
            menage_id=menage.pk,
            organisation_id=monde.ccas.pk,
            niveau=Niveau.FACTUEL,
            motif=motif,
            source=("essai", pk),
            du=JOUR,
        )
    with client_de(monde.alice) as c:
        for page, fois in (("pourquoi", 1), ("detail", 1)):
            html = c.get(reverse(f"menages:{page}", args=[menage.pk])).content.decode()
            assert html.count("CCAS de test") == fois, page
            assert "a déposé la saisine" in html
            assert "siège à la séance" in html


def test_the_acts_of_a_file_are_those_of_the_role(monde: Monde, client_de: Any) -> None:
    """Two who read everything of it: what they write is not the same."""
    menage = add_menage(monde)
    attach(
        menage_id=menage.pk, organisation_id=monde.departement.pk, niveau=Niveau.CONFIDENTIEL,
        motif=MotifRattachement.FINANCEUR, source=("essai", 1), du=JOUR,
    )  # fmt: skip
    liens = {nom: f'href="{reverse(nom, args=[menage.pk])}"'
             for nom in ("menages:social", "menages:budget_nouveau", "baux:entree")}  # fmt: skip
    for qui, offered in (("alice", set(liens)), ("financeur", set())):
        with client_de(monde.personnes[qui]) as c:
            html = c.get(reverse("menages:detail", args=[menage.pk])).text
        assert {nom for nom, lien in liens.items() if lien in html} == offered, qui
        assert "Situation sociale" in html


def test_social_block_is_shown_to_those_who_read_it(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    with ouvre_transaction(monde.perimetre("alice")):
        save_social(
            perimetre=monde.perimetre("alice"),
            menage_id=menage.pk,
            version=0,
            situation="Budget fragile depuis la séparation",
        )
    url = reverse("menages:detail", args=[menage.pk])
    with client_de(monde.alice) as c:
        assert "Budget fragile" in c.get(url).content.decode()
    with client_de(monde.technicien) as c:
        html = c.get(url).content.decode()
    assert "Budget fragile" not in html
    assert "Situation sociale" not in html
    kept = Evenement.objects.get(nom="menage.social_ecrit")
    assert kept.donnees == {"champs": ["situation"]}


def test_protected_address_appears_nowhere_for_a_factual_reader(
    monde: Monde, client_de: Any
) -> None:
    menage = add_menage(monde, adresse_protegee=True)
    attach(
        menage_id=menage.pk,
        organisation_id=monde.ccas.pk,
        niveau=Niveau.FACTUEL,
        motif=MotifRattachement.PRESCRIPTION,
        source=("tests", 1),
        du=date(2026, 1, 15),
    )
    with client_de(monde.prescripteur) as c:
        pages = [
            c.get(reverse("menages:detail", args=[menage.pk])).content.decode(),
            c.get(reverse("menages:liste")).content.decode(),
            c.get(reverse("menages:liste"), {"q": "moulin"}).content.decode(),
        ]
    for html in pages:
        assert "impasse du Moulin" not in html
    assert "Aucun ménage ne correspond" in pages[2]


def test_create_warns_about_a_person_already_known(monde: Monde, client_de: Any) -> None:
    add_menage(monde, nom="Lefèvre")
    form = {
        "civilite": "madame",
        "prenom": "Camille",
        "nom": "LEFEVRE",
        "naissance": "1990-05-04",
        "commune": "Maubeuge",
    }
    with client_de(monde.alice) as c:
        url = reverse("menages:nouveau")
        response = c.post(url, form)
        assert response.status_code == 422
        assert "même nom et même prénom, même date de naissance" in response.content.decode()
        response = c.post(url, {**form, "confirme": "on"})
    assert response.status_code == 302
    assert Menage.objects.visible_to(monde.perimetre("alice")).count() == 2


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"naissance": "31/02/1990"}, "Cette date n’existe pas"),
        ({"naissance": "2027-01-01"}, "Cette date est dans l’avenir"),
        ({"naissance": "1850-01-01"}, "plus de 120 ans"),
        ({"naissance": "2015-01-01"}, "au moins 16 ans"),
        ({"commune": "Trifouillis-les-Oies"}, "Cette commune est inconnue"),
        ({"code_postal": "596"}, "Un code postal a cinq chiffres"),
        ({"nom": ""}, "Ce champ est nécessaire"),
    ],
)
def test_bad_input_is_refused_in_words(
    monde: Monde, client_de: Any, champs: dict[str, str], phrase: str
) -> None:
    form = {"civilite": "madame", "prenom": "Camille", "nom": "Durand", **champs}
    with client_de(monde.alice) as c:
        response = c.post(reverse("menages:nouveau"), form)
    assert response.status_code == 422
    assert phrase in response.content.decode()
    assert not Menage.objects.visible_to(monde.perimetre("alice")).exists()


def test_stale_version_is_refused_and_the_text_comes_back(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    form = {
        "role": "conjoint",
        "du": "2026-02-01",
        "civilite": "monsieur",
        "prenom": "Ousmane",
        "nom": "Diallo",
        "version": menage.version + 5,
    }
    with client_de(monde.alice) as c:
        response = c.post(reverse("menages:membre", args=[menage.pk]), form)
        assert response.status_code == 409
        assert "Quelqu’un d’autre" in response.content.decode()
        assert "Ousmane" in response.content.decode()
        response = c.post(
            reverse("menages:membre", args=[menage.pk]), {**form, "version": menage.version}
        )
    assert response.status_code == 302
    assert Appartenance.objects.visible_to(monde.perimetre("alice")).count() == 2


@pytest.mark.parametrize("format_", ["csv", "xlsx", "ods"])
def test_export_holds_the_rows_of_the_list_and_is_journaled(
    monde: Monde, client_de: Any, format_: str
) -> None:
    for i in range(60):
        add_menage(monde, nom=f"Nom{i:02}")
    with client_de(monde.alice) as c:
        response = export(c, "menages", format_=format_)
        content = b"".join(response.streaming_content)
    assert response.status_code == 200
    if format_ == "csv":
        assert content.decode("utf-8-sig").count("Nom") == 60
    assert Consultation.objects.filter(objet_type="export").count() == 1


def test_unknown_export_format_is_refused_in_words(monde: Monde, client_de: Any) -> None:
    with client_de(monde.alice) as c:
        response = export(c, "menages", format_="exe")
    assert response.status_code == 422
    assert "Sélectionnez un choix valide" in response.content.decode()


def test_cursor_walks_every_row_once(monde: Monde, client_de: Any) -> None:
    for i in range(120):
        add_menage(monde, nom=f"Nom{i:03}")
    seen: list[str] = []
    with client_de(monde.alice) as c:
        url = reverse("menages:liste")
        for _ in range(5):
            response = c.get(url)
            html = response.content.decode()
            seen += [f"Nom{i:03}" for i in range(120) if f">Nom{i:03}<" in html]
            marker = 'rel="next"'
            if marker not in html:
                break
            start = html.rindex("<a", 0, html.index(marker))
            tag = html[start : html.index(">", start)]
            href = tag.split('href="')[1].split('"')[0].replace("&amp;", "&")
            url = reverse("menages:liste") + href if href.startswith("?") else href
    assert seen == [f"Nom{i:03}" for i in range(120)]


def test_forged_cursor_gives_the_first_page_with_a_message(monde: Monde, client_de: Any) -> None:
    add_menage(monde)
    with client_de(monde.alice) as c:
        html = c.get(reverse("menages:liste"), {"curseur": "nimporte:quoi"}).content.decode()
    assert "La liste a changé" in html
    assert "Lefèvre" in html
