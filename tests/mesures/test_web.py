"""Pages: who opens what, what each shows, refusals that keep what was typed, query counts."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.journal.models import Consultation
from cariatide.mesures import actions
from cariatide.mesures.models import Bilan, Intervention, InterventionNote, Mesure
from tests.brouillons import list_brouillons, set_brouillon
from tests.distribution import JOUR
from tests.fichiers import export
from tests.mesures.conftest import Fabrique, reload

pytestmark = pytest.mark.django_db
NOTE = "Budget revu avec Madame"
SECRET = "Je m’inquiète"


@pytest.fixture(autouse=True)
def jour() -> Iterator[None]:
    with time_machine.travel(JOUR, tick=False):
        yield


ACTES = [
    "accorder", "accorder_en_seance", "rejeter", "proposer", "adhesion", "adherer", "dispenser",
    "refuser", "activer", "suspendre", "reprendre", "terminer", "suivi", "referent", "consigner",
    "note", "objectif", "diagnostic_nouveau", "bilan_nouveau", "renouveler", "contrat",
]  # fmt: skip
# Closed on a running measure, whose diagnosis is being written: their page says why.
FERMES = {
    "accorder", "accorder_en_seance", "rejeter", "proposer", "adhesion", "adherer", "dispenser",
    "refuser", "activer", "reprendre", "terminer", "suspendre", "suivi", "diagnostic_nouveau",
    "renouveler", "contrat",
}  # fmt: skip
PAGES = ["detail", "entretiens", "documents"]
EQUIPE = {"alice", "collegue", "chef"}
OUVRENT = {"accorder": {"financeur"}, "rejeter": {"financeur"}, "dispenser": {"chef"}}


@pytest.mark.parametrize("nom", PAGES + ACTES)
def test_every_page_of_a_measure_by_who_asks(fabrique: Fabrique, client_de: Any, nom: str) -> None:
    mesure = fabrique.active()
    url = reverse(f"mesures:{nom}", args=[mesure.pk])
    with client_de() as c:
        assert c.get(url).status_code == 302
    monde = fabrique.monde
    lecteurs = EQUIPE | {"technicien", "financeur", "bob", "prescripteur", "dora"}
    allowed = lecteurs if nom in PAGES else OUVRENT.get(nom, EQUIPE)
    for qui in ("alice", "chef", "technicien", "financeur", "bob", "dora", "prescripteur"):
        with client_de(monde.personnes[qui]) as c:
            reponse = c.get(url)
            ouvert = 409 if nom in FERMES else 200
            assert reponse.status_code == (ouvert if qui in allowed else 403), qui
            ferme = "Cet acte n’est pas ouvert pour le moment" in reponse.text
            assert ferme == (reponse.status_code == 409)
    with client_de(monde.charlie) as c:
        roles = {"alice", "collegue"}  # same role, another organisation
        assert c.get(url).status_code == (404 if roles & allowed else 403)
        assert c.get(reverse(f"mesures:{nom}", args=[999_999])).status_code in (403, 404)
    for qui in ("eve", "dpo", "administratrice"):
        with client_de(monde.personnes[qui]) as c:
            assert c.get(url).status_code == 403


def test_the_contract_is_offered_to_the_team_once_it_can_be_made(
    fabrique: Fabrique, client_de: Any
) -> None:
    mesure = fabrique.accordee()
    liste = reverse("mesures:documents", args=[mesure.pk])
    lien = f'href="{reverse("mesures:contrat", args=[mesure.pk])}"'

    def offered(qui: str) -> bool:
        with client_de(fabrique.monde.personnes[qui]) as c:
            return lien in c.get(liste).text

    assert not offered("alice"), "no objective yet"
    fabrique.objectif(mesure)
    assert [offered(qui) for qui in ("alice", "chef", "financeur", "dora")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_the_head_of_service_validates_a_diagnosis(fabrique: Fabrique, client_de: Any) -> None:
    diagnostic = fabrique.diagnostic_redige(fabrique.adheree())
    adresse = reverse("mesures:diagnostic_valider", args=[diagnostic.pk])
    with client_de(fabrique.monde.alice) as c:
        assert c.post(adresse).status_code == 403
    with client_de(fabrique.monde.chef) as c:
        saisie = {"version": diagnostic.version}
        assert "Le diagnostic est validé." in c.post(adresse, saisie, follow=True).text


def test_lists_by_role(fabrique: Fabrique, client_de: Any) -> None:
    mesure = fabrique.active()
    monde = fabrique.monde
    for nom, allowed in (
        ("liste", {"alice", "chef", "technicien", "financeur"}),
        ("portefeuille", {"alice", "chef"}),
        ("decisions", {"chef", "financeur"}),
    ):
        for qui in ("alice", "chef", "technicien", "financeur", "dpo"):
            with client_de(monde.personnes[qui]) as c:
                response = c.get(reverse(f"mesures:{nom}"))
                assert response.status_code == (200 if qui in allowed else 403), (nom, qui)
                if qui in allowed and nom != "decisions" and qui in ("alice", "technicien"):
                    assert "Lefèvre" in response.text
    with client_de(monde.charlie) as c:
        page = c.get(reverse("mesures:liste"))
        assert mesure.reference not in page.text
        assert "Une mesure naît d’une saisine décidée" in page.text


def test_the_page_shows_social_parts_to_who_may_read_them(
    fabrique: Fabrique, client_de: Any
) -> None:
    mesure = fabrique.active()
    fabrique.visite(mesure, JOUR, note=NOTE, personnelle=SECRET)
    url = reverse("mesures:detail", args=[mesure.pk])
    for qui, note, secret in (
        ("alice", True, True), ("collegue", True, False), ("chef", True, False),
        ("technicien", False, False), ("financeur", False, False),
    ):  # fmt: skip
        with client_de(fabrique.monde.personnes[qui]) as c:
            page = c.get(url)
        assert (NOTE in page.text, SECRET in page.text) == (note, secret), qui
        assert "Visite à domicile" in page.text
        assert ("Consigner un entretien" in page.text) is (qui in EQUIPE)
    levels = Consultation.objects.filter(objet_id=mesure.pk).order_by("id")
    assert list(levels.values_list("niveau", flat=True)) == [3, 2, 3, 1, 1]


def test_the_page_says_what_is_refused_and_why(fabrique: Fabrique, client_de: Any) -> None:
    mesure = fabrique.adheree()
    with client_de(fabrique.monde.alice) as c:
        page = c.get(reverse("mesures:detail", args=[mesure.pk])).text
    assert "rédigez d’abord le diagnostic initial." in page
    assert reverse("mesures:refuser", args=[mesure.pk]) in page
    assert reverse("mesures:activer", args=[mesure.pk]) not in page


def entretien(**change: str) -> dict[str, str]:
    return {
        "type": "vad", "date": JOUR.isoformat(), "presence": "present", "duree_minutes": "45",
        "note": NOTE, "personnelle": SECRET,
    } | change  # fmt: skip


def test_writing_a_meeting(fabrique: Fabrique, client_de: Any) -> None:
    mesure = fabrique.active()
    url = reverse("mesures:consigner", args=[mesure.pk])
    cle = f"mesure-{mesure.pk}-consigner"
    set_brouillon(fabrique.monde.alice, cle, {"note": ["à moitié"]})
    with client_de(fabrique.monde.alice) as c:
        assert f"/compte/brouillons/{cle}/" in c.get(url).text
        response = c.post(url, entretien())
        assert response.status_code == 302
        assert NOTE in c.get(response.headers["Location"]).text
    with fabrique.au_nom_de("alice") as p:
        assert InterventionNote.objects.visible_to(p).get(texte=NOTE)
    assert list_brouillons(cle) == []


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"date": "2026-11-23"}, "dans l’avenir"),
        ({"date": "2026-02-30"}, "Cette date n’existe pas"),
        ({"date": "2026-01-01"}, "précède l’accord"),
        ({"presence": "sans_objet"}, "Indiquez si le ménage était présent"),
        ({"duree_minutes": "0"}, "supérieure ou égale à 1"),
        ({"type": ""}, "Ce champ est nécessaire"),
        ({"type": "danse"}, "danse"),
    ],
)
def test_a_refused_meeting_keeps_what_was_typed(
    fabrique: Fabrique, client_de: Any, change: dict[str, str], phrase: str
) -> None:
    mesure = fabrique.active()
    before = Intervention.objects.unscoped(reason="test").count()
    with client_de(fabrique.monde.alice) as c:
        response = c.post(reverse("mesures:consigner", args=[mesure.pk]), entretien(**change))
    assert response.status_code == 422
    assert phrase in response.text
    assert NOTE in response.text
    assert Intervention.objects.unscoped(reason="test").count() == before


def test_a_measure_closed_meanwhile_keeps_the_text_and_the_draft(
    fabrique: Fabrique, client_de: Any
) -> None:
    mesure = fabrique.terminee()
    cle = f"mesure-{mesure.pk}-consigner"
    set_brouillon(fabrique.monde.alice, cle, {"note": [NOTE]})
    before = Intervention.objects.unscoped(reason="test").count()
    with client_de(fabrique.monde.alice) as c:
        response = c.post(reverse("mesures:consigner", args=[mesure.pk]), entretien())
    assert response.status_code == 409
    assert "terminée le 22/11/2026\u00a0: rien n’a été enregistré" in response.text
    assert NOTE in response.text
    assert list_brouillons(cle) == [{"note": [NOTE]}]
    assert Intervention.objects.unscoped(reason="test").count() == before


def test_a_page_whose_act_is_closed_says_why(fabrique: Fabrique, client_de: Any) -> None:
    mesure = fabrique.active()
    with client_de(fabrique.monde.alice) as c:
        reponse = c.get(reverse("mesures:terminer", args=[mesure.pk]))
        page = reponse.text
        assert reponse.status_code == 409
        assert "n’est pas possible dans l’état «\u00a0Active\u00a0»." in page
        assert 'name="issue"' not in page
        assert 'name="motif"' not in c.get(reverse("mesures:suspendre", args=[mesure.pk])).text


def test_two_people_on_the_same_act(fabrique: Fabrique, client_de: Any) -> None:
    mesure = fabrique.accordee()
    url = reverse("mesures:proposer", args=[mesure.pk])
    donnees = {
        "le": JOUR.isoformat(), "signature_prevue_le": JOUR.isoformat(),
        "version": str(mesure.version),
    }  # fmt: skip
    with client_de(fabrique.monde.alice) as c, client_de(fabrique.monde.chef) as d:
        assert c.post(url, donnees).status_code == 302
        response = d.post(url, donnees)
    assert response.status_code == 409
    assert "Quelqu’un d’autre a modifié cette mesure" in response.text


def test_the_thread_in_pages(fabrique: Fabrique, client_de: Any) -> None:
    """From the saisine to the end, by the pages alone."""
    saisine = fabrique.saisine()
    monde = fabrique.monde
    with client_de(monde.alice) as c:
        page = c.get(reverse("mesures:nouvelle", args=[saisine.pk])).text
        assert "sa décision vaut accord" in page
        response = c.post(
            reverse("mesures:nouvelle", args=[saisine.pk]),
            {"convention": str(monde.convention.pk), "referent": str(monde.alice.pk),
             "duree_mois": "6", "intensite": "moyenne"},
        )  # fmt: skip
        assert response.status_code == 302
        mesure = Mesure.objects.unscoped(reason="test").get(saisine=saisine)

        def post(nom: str, pk: int | None = None, **donnees: Any) -> None:
            url = reverse(f"mesures:{nom}", args=[pk or mesure.pk])
            sent = c.post(url, donnees)
            assert sent.status_code == 302, (nom, sent.text[:3000])

        def version() -> str:
            return str(reload(mesure).version)

        le = JOUR.isoformat()
        post("proposer", le=le, signature_prevue_le=le, version=version())
        post("objectif", libelle="Payer le loyer", theme="impayes")
        post("contrat", debut=le, frequence="Une visite par mois",
             engagements_menage="Venir\nPrévenir", engagements_operateur="Accompagner")  # fmt: skip
        post("adhesion", le=le, version=version())
        post("adherer", le=le, version=version())
        post("diagnostic_nouveau", motif="Initial", le=le)
        d = mesure_diagnostic(mesure)
        post("diagnostic_proposer_rdv", d.pk, rdv_le=le, version=str(d.version))
        post("diagnostic_constater_visite", d.pk, le=le, version=str(reload(d).version))
        post("diagnostic_texte", d.pk, logement="T3", preconisations="Suivre", sante=SECRET,
             version=str(reload(d).version))  # fmt: skip
        post("diagnostic_rediger", d.pk, version=str(reload(d).version))
        post("activer", debut=le, version=version())
        post("consigner", **entretien(type="rdv"))
        post("demander_bilan", version=version())
        post("bilan_nouveau", type="final", le=le)
        b = Bilan.objects.unscoped(reason="test").get(mesure=mesure)
        page = c.get(reverse("mesures:bilan_rediger", args=[b.pk])).text
        assert NOTE in page
        assert SECRET not in page
        objectif = mesure.objectifs.unscoped(reason="test").get().pk
        post("bilan_rediger", b.pk, evolution="Mieux", conclusion="Fin", suite="terminer",
             dette_actuelle="1250,50", version=str(b.version),
             **{f"atteinte_{objectif}": "4", f"commentaire_{objectif}": "Tenu"})  # fmt: skip
        post("bilan_soumettre", b.pk, version=str(reload(b).version))
    with client_de(monde.chef) as c:
        assert "bilan final du 22/11/2026" in c.get(reverse("mesures:decisions")).text
        sent = c.post(
            reverse("mesures:bilan_valider", args=[b.pk]), {"version": str(reload(b).version)}
        )
        assert sent.status_code == 302
    with client_de(monde.alice) as c:
        url = reverse("mesures:bilan_transmettre", args=[b.pk])
        sent = c.post(url, {"destinataires": ["menage", "financeur"],
                            "version": str(reload(b).version)})  # fmt: skip
        assert sent.status_code == 302
        papers = c.get(sent.headers["Location"]).text
        assert "version financeur" in papers
        assert "Contrat d’accompagnement" in papers
        fin = {"le": le, "issue": "maintien", "version": str(reload(mesure).version)}
        sent = c.post(reverse("mesures:terminer", args=[mesure.pk]), fin)
        assert sent.status_code == 302
        assert "Évaluer après la fin" in c.get(sent.headers["Location"]).text
    assert reload(mesure).statut == "terminee"
    assert str(reload(b).dette_actuelle) == "1250.50"


def mesure_diagnostic(mesure: Mesure) -> Any:
    return mesure.diagnostics.unscoped(reason="test").get()


@pytest.mark.parametrize("nom", ["demander_bilan"])
def test_acts_without_a_form_are_post_only(fabrique: Fabrique, client_de: Any, nom: str) -> None:
    mesure = fabrique.active()
    with client_de(fabrique.monde.alice) as c:
        assert c.get(reverse(f"mesures:{nom}", args=[mesure.pk])).status_code == 405


def test_written_pages_by_level(fabrique: Fabrique, client_de: Any) -> None:
    mesure = fabrique.active()
    b = fabrique.bilan_valide(mesure, "intermediaire")
    d = mesure_diagnostic(mesure)
    for nom, pk, social in (
        ("bilan", b.pk, "Situation stable."),
        ("diagnostic", d.pk, "T3 humide"),
    ):
        url = reverse(f"mesures:{nom}", args=[pk])
        for qui, seen in (("collegue", True), ("technicien", False), ("financeur", False)):
            with client_de(fabrique.monde.personnes[qui]) as c:
                page = c.get(url)
            assert page.status_code == 200
            assert (social in page.text) is seen, (nom, qui)
        with client_de(fabrique.monde.charlie) as c:
            assert c.get(url).status_code == 404


def test_a_personal_note_page_is_its_author_s(fabrique: Fabrique, client_de: Any) -> None:
    mesure = fabrique.active()
    with fabrique.au_nom_de("alice") as p:
        actions.save_note_personnelle(perimetre=p, mesure_id=mesure.pk, texte=SECRET)
        from_model = p.utilisateur_id
    with client_de(fabrique.monde.alice) as c:
        page = c.get(reverse("mesures:detail", args=[mesure.pk])).text
    url = page.split("/mesures/notes/")[1].split("/")[0]
    assert from_model == fabrique.monde.alice.pk
    for qui, statut in (("alice", 200), ("collegue", 404), ("chef", 404), ("technicien", 403)):
        with client_de(fabrique.monde.personnes[qui]) as c:
            assert c.get(f"/mesures/notes/{url}/").status_code == statut, qui


def test_renewal_by_the_pages(fabrique: Fabrique, client_de: Any) -> None:
    mesure = fabrique.bilan_du(mois=12)
    fabrique.bilan_valide(mesure, "intermediaire")
    url = reverse("mesures:renouveler", args=[mesure.pk])
    donnees = {"mois": "6", "motif": "Plan en cours", "version": str(reload(mesure).version)}
    with client_de(fabrique.monde.alice) as c:
        refus = c.post(url, donnees | {"objectif_1": "Sans thème"})
        assert refus.status_code == 422
        assert "Choisissez le thème" in refus.text
        assert c.post(url, donnees).status_code == 422
        envoi = c.post(url, donnees | {"objectif_1": "Tenir le plan", "theme_1": "impayes"})
        assert envoi.status_code == 302
    r = mesure.renouvellements.unscoped(reason="test").get()
    with client_de(fabrique.monde.chef) as c:
        assert "Renouvellements à valider" in c.get(reverse("mesures:decisions")).text
        c.post(reverse("mesures:renouvellement_valider", args=[r.pk]), {"version": "1"})
    with client_de(fabrique.monde.financeur) as c:
        assert "Renouvellements à accorder" in c.get(reverse("mesures:decisions")).text
        url = reverse("mesures:renouvellement_accorder", args=[r.pk])
        sent = c.post(url, {"le": JOUR.isoformat(), "reference": "N", "version": "2"})
        assert sent.status_code == 302
    assert reload(mesure).statut == "renouvelee"


def test_the_list_filters_and_pages(
    fabrique: Fabrique, client_de: Any, django_assert_max_num_queries: Any
) -> None:
    active = fabrique.active(nom="Zénon")
    prescrite = fabrique.prescrite(nom="Abadie")
    url = reverse("mesures:liste")
    with client_de(fabrique.monde.alice) as c:
        c.get(url)
        for query, expected in (
            ("", {active, prescrite}), ("statut=en_cours", {active}), ("q=zeno", {active}),
            (f"q={prescrite.reference}", {prescrite}), ("terme_avant=2026-12-31", {active}),
            (f"referent={fabrique.monde.alice.pk}", {active, prescrite}),
            (f"referent={fabrique.monde.collegue.pk}", set()), ("axe=relogement", set()),
            (f"convention={fabrique.monde.convention.pk}", {active, prescrite}),
            ("dispositif=asll", set()), ("commune=zzz", set()),
            ("statut=nimporte", {active, prescrite}),
        ):  # fmt: skip
            with django_assert_max_num_queries(14):
                page = c.get(f"{url}?{query}").text
            seen = {m for m in (active, prescrite) if f">{m.menage.nom_usage}<" in page}
            assert seen == expected, query
        page = c.get(f"{url}?tri=nom").text
        assert page.index("Abadie") < page.index("Zénon")


def test_the_page_of_a_measure_costs_the_same_whatever_it_holds(
    fabrique: Fabrique, client_de: Any, django_assert_max_num_queries: Any
) -> None:
    mesure = fabrique.active()
    for _ in range(12):
        fabrique.visite(mesure, JOUR, note=NOTE)
        fabrique.objectif(mesure, JOUR)
    with client_de(fabrique.monde.alice) as c, django_assert_max_num_queries(48):
        c.get(reverse("mesures:detail", args=[mesure.pk]))


def test_the_export_holds_facts_alone(fabrique: Fabrique, client_de: Any) -> None:
    mesure = fabrique.active()
    fabrique.visite(mesure, JOUR, note=NOTE, personnelle=SECRET)
    with client_de(fabrique.monde.alice) as c:
        response = export(c, "mesures")
        texte = b"".join(response.streaming_content).decode("utf-8-sig")
    assert mesure.reference in texte
    assert ";Alice Renard;" in texte and ";Active;" in texte, "words, as on the screen"
    assert ";active;" not in texte and ";mous;" not in texte
    assert NOTE not in texte
    assert SECRET not in texte
    assert Consultation.objects.filter(objet_type="export").count() == 1


def test_portfolio_of_the_team(fabrique: Fabrique, client_de: Any) -> None:
    mesure = fabrique.active()
    with client_de(fabrique.monde.chef) as c:
        page = c.get(reverse("mesures:portefeuille")).text
    assert "Charge de l’équipe" in page
    assert "Alice Renard" in page
    assert f"Sans entretien depuis le {'23/09/2026'}" in page
    assert mesure.menage.nom_usage in page


def test_the_list_opens_on_what_is_alive(fabrique: Fabrique, client_de: Any) -> None:
    ouverte, close = fabrique.active(nom="Zénon"), fabrique.terminee(nom="Abadie")
    url = reverse("mesures:liste")
    with client_de(fabrique.monde.alice) as c:
        assert "Zénon" in c.get(url).text and "Abadie" not in c.get(url).text
        assert "Abadie" in c.get(f"{url}?statut=toutes").text
        assert "Abadie" in c.get(f"{url}?q={close.reference}").text, "a search finds what is closed"
        assert ouverte.reference not in c.get(f"{url}?statut=terminee").text
