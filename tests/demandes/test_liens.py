"""What other domains read of the saisines: notices, day's blocks, cards, merge, indicators."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from cariatide.baux.models import Occupation
from cariatide.baux.statuts import NatureTitre
from cariatide.comptes.models import Utilisateur
from cariatide.courriers.ports import Avis, regles_avis
from cariatide.demandes import actions
from cariatide.demandes.avis import A_L_OPERATEUR, AU_PRESCRIPTEUR, AU_SECRETARIAT
from cariatide.demandes.models import Saisine
from cariatide.journal.models import Evenement
from cariatide.menages.ports import rattachables
from cariatide.parc.models import Logement
from cariatide.socle.indicateurs import COLONNES, indicateurs
from cariatide.socle.pages.journee import LIGNES_MAX, blocs
from tests.demandes.conftest import Depose, avance, reload
from tests.distribution import JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db
URGENT = {"urgence": True, "motif_urgence": "Plafond effondré"}


def avis_of(nom: str) -> list[Avis]:
    return regles_avis.get("demandes").build(Evenement.objects.filter(nom=nom).latest("id").pk)


# -- notices -----------------------------------------------------------------------------------


def test_the_secretariat_is_told_of_a_new_saisine(monde: Monde, depose: Depose) -> None:
    saisine = depose()
    [avis] = avis_of("saisine.deposee")
    assert (avis.organisation_id, avis.roles) == (monde.departement.pk, {"secretariat"})
    assert avis.titre == f"Nouvelle saisine {saisine}"
    assert avis.url == f"/saisines/{saisine.pk}/"


def test_the_prescriber_is_told_at_each_step_and_never_named(monde: Monde, depose: Depose) -> None:
    saisine = depose()
    avance(monde, saisine, "recevable", "inscrite", "maintien", "mise_en_oeuvre", "close")
    for nom, texte in (
        ("saisine.recevable", "est recevable"),
        ("saisine.inscrite", "est inscrite"),
        ("saisine.orientee", "est validée"),
        ("saisine.mise_en_oeuvre", "est mise en œuvre"),
        ("saisine.close", "est close"),
    ):
        avis = avis_of(nom)[0]
        assert avis.utilisateur_id == monde.prescripteur.pk
        assert texte in avis.titre
        assert "Marchetti" not in avis.titre + avis.texte
    assert avis_of("saisine.inscrite")[0].texte == "Elle sera examinée le 22/11/2026."
    assert avis_of("saisine.orientee")[1].organisation_id == monde.operateur.pk


def test_a_prescriber_who_left_leaves_the_notices_to_the_colleagues(
    monde: Monde, depose: Depose
) -> None:
    saisine = depose()
    Utilisateur.objects.filter(pk=monde.prescripteur.pk).update(
        is_active=False, desactive_le="2026-11-21T10:00:00Z"
    )
    avance(monde, saisine, "recevable")
    [avis] = avis_of("saisine.recevable")
    assert (avis.utilisateur_id, avis.organisation_id) == (None, monde.ccas.pk)


def test_nobody_is_told_of_their_own_act(monde: Monde, depose: Depose) -> None:
    saisine = depose("alice")
    avance(monde, saisine, "recevable", "inscrite", "maintien", "mise_en_oeuvre")
    assert avis_of("saisine.mise_en_oeuvre") == []


def test_a_refused_emergency_stops_the_operator(monde: Monde, depose: Depose) -> None:
    avance(monde, depose(nom="Un"), "recevable", "inscrite", "refus")
    assert len(avis_of("saisine.refusee")) == 1
    avance(monde, depose(nom="Deux", **URGENT), "provisoire", "mise_en_oeuvre", "inscrite", "refus",
           passage=2)  # fmt: skip
    assert [a.organisation_id for a in avis_of("saisine.refusee")] == [None, monde.operateur.pk]


def test_rules_want_their_events_only(monde: Monde) -> None:
    regle = regles_avis.get("demandes")
    assert all(regle.wants(n) for n in {*AU_PRESCRIPTEUR, *AU_SECRETARIAT, *A_L_OPERATEUR})
    assert not regle.wants("saisine.piece_recue")
    assert not regle.wants("mesure.accordee")


# -- day, cards, merge -------------------------------------------------------------------------


def test_the_secretariat_finds_what_to_check_urgent_first(
    monde: Monde, depose: Depose, django_assert_num_queries: Any
) -> None:
    depose(nom="Calme", pieces_recues=["identite"])
    depose(nom="Pressée", **URGENT)
    avance(monde, depose(nom="Vue"), "recevable")
    dora = monde.perimetre("dora")
    with django_assert_num_queries(1):
        lignes = blocs.get("demandes.secretariat").lignes(dora)
    assert [x.titre for x in lignes] == ["Urgent : Pressée", "Calme"]
    assert "3 pièces manquantes" in lignes[1].detail
    assert blocs.get("demandes.secretariat").lignes(monde.perimetre("charlie")) == []


def test_the_prescriber_finds_pieces_to_send_and_drafts(monde: Monde, depose: Depose) -> None:
    saisine = depose(pieces_recues=["identite", "composition", "ressources"])
    perimetre = monde.perimetre("prescripteur")
    bloc = blocs.get("demandes.prescripteur")
    assert bloc.lignes(perimetre) == []
    actions.request_pieces(
        perimetre=monde.perimetre("dora"), saisine_id=saisine.pk, codes=["occupation"],
        attendue_le=JOUR + timedelta(days=3),
    )  # fmt: skip
    actions.save_brouillon(
        perimetre=perimetre, saisie={"personnes": [{"nom": "Ébauche"}]}, expose=""
    )
    pieces, brouillon = bloc.lignes(perimetre)
    assert (pieces.titre, pieces.echeance) == (
        "Pièces à transmettre, Marchetti", JOUR + timedelta(days=3),
    )  # fmt: skip
    assert brouillon.titre == "Brouillon de saisine, Ébauche"


def test_the_page_of_the_household_has_a_card_per_open_saisine(
    monde: Monde, depose: Depose, django_assert_num_queries: Any
) -> None:
    saisine = depose(**URGENT)
    port = rattachables.get("demandes")
    alice = monde.perimetre("alice")
    with django_assert_num_queries(1):
        [carte] = port.read_en_cours(saisine.menage_id or 0, alice).list_cartes()
    assert (carte.titre, carte.ton) == (f"Saisine {saisine}", "late")
    assert carte.suite == "Le secrétariat vérifie la saisine"
    charlie = monde.perimetre("charlie")
    assert port.read_en_cours(saisine.menage_id or 0, charlie).list_cartes() == []
    avance(monde, saisine, "provisoire", "inscrite", "refus")
    assert port.read_en_cours(saisine.menage_id or 0, alice).list_cartes() == []


def test_a_merge_moves_the_saisines_and_can_be_undone(monde: Monde, depose: Depose) -> None:
    saisine = depose()
    source, cible = saisine.menage_id or 0, add_menage(monde).pk
    port = rattachables.get("demandes")
    moved = port.move(source_id=source, cible_id=cible)
    assert moved == {"demandes.Saisine": [saisine.pk]}
    assert reload(saisine).menage_id == cible
    port.move_back(source_id=source, moved=moved)
    assert reload(saisine).menage_id == source


# -- indicators --------------------------------------------------------------------------------


def faits(code: str, debut: date = date(2026, 1, 1), fin: date = date(2026, 12, 31)) -> list[Any]:
    requete = indicateurs.get(code).faits(debut, fin)
    with connection.cursor() as cursor:
        cursor.execute(f"{requete.sql} ORDER BY 1, 2", requete.params)
        noms = tuple(c.name for c in cursor.description or ())
        assert noms == COLONNES
        return [dict(zip(noms, row, strict=True)) for row in cursor.fetchall()]


def enter(monde: Monde, saisine: Saisine | None, le: date, **options: Any) -> None:
    """The household of the saisine enters a home of the agreement."""
    rang = Logement.objects.unscoped(reason="test").count()
    logement = Logement(
        organisation=monde.operateur, reference=f"L-{rang}", adresse="2 rue Haute",
        adresse_normalisee="2 rue haute", code_postal="59600", commune=monde.commune, type="t3",
        categorie="prive_libre", cree_le=date(2026, 1, 1),
    )  # fmt: skip
    logement.save()
    valeurs: dict[str, Any] = {
        "menage_id": saisine.menage_id if saisine else None, "convention": monde.convention,
        "nature": NatureTitre.values[0], "organisation": monde.operateur, "logement": logement,
        "date_signature": le, "entree_le": le,
    }  # fmt: skip
    Occupation(**(valeurs | options)).save()


def test_c_i4a_counts_days_to_the_first_decision_but_a_postponement(
    monde: Monde, depose: Depose
) -> None:
    avance(monde, depose(nom="Un"), "recevable", "inscrite", "maintien")
    avance(monde, depose(nom="Deux"), "recevable", "inscrite", "refus", passage=2)
    avance(monde, depose(nom="Trois"), "recevable", "inscrite", "ajournement", passage=3)
    avance(monde, depose(nom="Quatre", **URGENT), "provisoire")
    rows = sorted(faits("C-I4a"), key=lambda r: r["objet_id"])
    assert [(r["valeur"], r["axe"], r["origine"]) for r in rows] == [
        (6, "maintien", "ccas"), (6, "refus", "ccas"),
    ]  # fmt: skip
    assert {r["commune_id"] for r in rows} == {monde.commune.pk}
    assert faits("C-I4a", fin=date(2026, 11, 21)) == []


def test_c_i4_and_c_i4b_count_days_to_the_first_new_home(monde: Monde, depose: Depose) -> None:
    entre = date(2026, 11, 21)
    relogee = avance(monde, depose(nom="Un"), "recevable", "inscrite", "relogement")
    maintenue = avance(monde, depose(nom="Deux"), "recevable", "inscrite", "maintien", passage=2)
    depose(nom="Trois")
    enter(monde, relogee, entre, sortie_le=JOUR, motif_fin="autre")
    enter(monde, relogee, JOUR)
    enter(monde, maintenue, entre, saisine_id=maintenue.pk)
    enter(monde, maintenue, date(2026, 11, 20), est_relogement=False, sortie_le=entre,
          motif_fin="autre")  # fmt: skip
    assert [(r["libelle"], r["valeur"], r["jour"]) for r in faits("C-I4")] == [
        (relogee.reference, 5, entre), (maintenue.reference, 5, entre),
    ]  # fmt: skip
    assert [r["libelle"] for r in faits("C-I4b")] == [relogee.reference]


def test_an_entry_without_a_known_saisine_is_shown_and_incomplete(
    monde: Monde, depose: Depose
) -> None:
    menage = add_menage(monde)
    enter(monde, None, JOUR, menage_id=menage.pk)
    [row] = faits("C-I4")
    assert (row["complet"], row["valeur"], row["libelle"]) == (False, None, menage.reference)
    assert row["menage_id"] == menage.pk
    assert faits("C-I4b") == []


def test_another_kind_of_agreement_is_not_counted(monde: Monde, depose: Depose) -> None:
    saisine = avance(monde, depose(), "recevable", "inscrite", "relogement")
    enter(monde, saisine, JOUR)
    monde.convention.type = "asll"
    monde.convention.save()
    assert [faits(code) for code in ("C-I4", "C-I4a", "C-I4b")] == [[], [], []]


def test_a_block_cut_short_leads_to_its_list(monde: Monde, depose: Depose, client_de: Any) -> None:
    """The eleventh saisine is not lost: the page says where all of them are."""
    suite = reverse("demandes:liste") + "?statut=deposee"
    with time_machine.travel(JOUR, tick=False), client_de(monde.dora) as c:
        for rang in range(LIGNES_MAX - 1):
            depose(nom=f"Saisi{rang}", doublon_confirme=True)
        assert suite not in c.get("/").content.decode(), "all of them are there"
        for rang in range(LIGNES_MAX - 1, LIGNES_MAX + 1):
            depose(nom=f"Saisi{rang}", doublon_confirme=True)
        page = c.get("/").content.decode()
        assert f"{LIGNES_MAX} premières lignes" in page
        assert f'href="{suite}"' in page
        liste = c.get(suite).content.decode()
    assert all(f"Saisi{rang}" in liste for rang in range(LIGNES_MAX + 1))
