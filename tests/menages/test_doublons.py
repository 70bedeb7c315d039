"""Who looks like whom, in words; within the perimeter, and nothing said of what is outside."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cariatide.menages.actions import DonneesMenage, DonneesPersonne, create_menage
from cariatide.menages.doublons import (
    Identite,
    compare,
    compute_telephone_cle,
    find_doublons,
    find_doublons_of,
    identify,
    swap_jour_mois,
)
from cariatide.menages.models import Menage, Personne
from cariatide.socle.perimetre import Niveau
from cariatide.socle.phonetique import phonetise, phonetise_personne
from tests.distribution import Monde, add_menage

NAISSANCE = date(1990, 5, 4)
CAMILLE = Identite(
    "Lefèvre",
    "Camille",
    NAISSANCE,
    frozenset({"0600000001"}),
    frozenset({"c@exemple.invalid"}),
    "1234567",
)
MEMES = "même nom et même prénom"
JOUR_NAISSANCE = "même date de naissance"


@pytest.mark.parametrize(
    "noms",
    [
        "Lefèvre Lefebvre LEFEVRE Le-Fèvre", "Dupond Dupont", "Philippe Filipe", "Roux Rou",
        "Mohamed Mohammed", "Isabelle Izabel", "Catherine Katherine", "Gauthier Gautier Gotier",
        "Henry Henri", "Cécile Sécile", "Camille Kamille Camile", "Renaud Reno Renault",
        "Moreau Moraux", "Lambert Lembert", "Durand Durant", "Laurent Loran", "Thomas Toma",
        "Nathalie Natalie", "Étienne Etiene", "Jacques Jaques", "Anne Ane",
    ],
)  # fmt: skip
def test_un_nom_bien_ou_mal_orthographie_a_une_cle(noms: str) -> None:
    assert len({phonetise(nom) for nom in noms.split()}) == 1


def test_des_noms_differents_ont_des_cles_differentes() -> None:
    texte = (
        "Martin Bernard Petit Durand Leroy Moreau Simon Laurent Michel Garcia David Bertrand Roux "
        "Vincent Fournier Morel Girard André Mercier Dupont Lambert Bonnet François Martinez "
        "Legrand Garnier Faure Rousseau Blanc Guérin Muller Henry Roussel Nicolas Perrin Morin"
    )
    noms = texte.split()
    assert len({phonetise(nom) for nom in noms}) == len(noms)
    assert phonetise("李") == ""


@given(st.text(max_size=80))
def test_la_cle_d_un_texte_quelconque_tient_dans_sa_colonne(texte: str) -> None:
    assert len(phonetise(texte)) <= 2 * len(texte) + 1
    assert phonetise(texte).isascii()
    assert phonetise_personne(texte, "Zoé") == phonetise_personne("Zoé", texte)


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)))
def test_l_inversion_du_jour_et_du_mois_s_annule(naissance: date) -> None:
    inverse = swap_jour_mois(naissance)
    assert inverse is None or swap_jour_mois(inverse) == naissance


@pytest.mark.parametrize(
    ("plus", "raisons", "certain"),
    [
        ({}, f"{MEMES}, {JOUR_NAISSANCE}", True),
        ({"nom": "LEFEVRE"}, f"{MEMES}, {JOUR_NAISSANCE}", True),
        ({"naissance": None}, f"{MEMES}, date de naissance inconnue", True),
        ({"naissance": date(1991, 5, 4)}, "", False),
        ({"naissance": date(1990, 4, 5)}, f"{MEMES}, jour et mois de naissance inversés", False),
        ({"nom": "Camille", "prenom": "Lefèvre"},
         f"nom et prénom inversés, {JOUR_NAISSANCE}", True),
        ({"nom": "Lefebvre", "prenom": "Kamille"},
         f"nom proche (« Camille Lefèvre »), {JOUR_NAISSANCE}", False),
        ({"nom": "Lefebvre", "naissance": None}, "", False),
        ({"nom": "Autre", "telephones": frozenset({"0600000001"})}, "même téléphone", False),
        ({"nom": "Autre", "courriels": frozenset({"c@exemple.invalid"})},
         "même adresse électronique", False),
        ({"nom": "Autre", "numero_allocataire": "1234567"}, "même numéro d’allocataire", True),
        ({"nom": "Autre", "numero_allocataire": ""}, "", False),
    ],
)  # fmt: skip
def test_les_raisons_se_disent(plus: dict[str, Any], raisons: str, certain: bool) -> None:
    saisie = Identite(**({"nom": "Lefèvre", "prenom": "Camille", "naissance": NAISSANCE} | plus))
    assert compare(saisie, CAMILLE) == (tuple([raisons] if raisons else []), certain)


@pytest.mark.parametrize("telephone", ["06 00 00 00 01", "+33 6 00 00 00 01", "0033600000001"])
def test_la_base_et_le_code_lisent_un_telephone_de_meme(monde: Monde, telephone: str) -> None:
    assert compute_telephone_cle(telephone) == "0600000001"
    add(monde, nom="Ici", telephone=telephone)
    known = Personne.objects.visible_to(monde.perimetre("alice")).get(nom="Ici")
    assert known.telephone_cle == "0600000001"


def add(monde: Monde, qui: str = "alice", **champs: Any) -> Menage:
    valeurs: dict[str, Any] = {"nom": "Lefèvre", "prenom": "Camille", "naissance": NAISSANCE}
    perimetre = monde.perimetre(qui)
    return create_menage(
        perimetre=perimetre,
        mandat=perimetre.mandats[0],
        niveau=Niveau.SOCIAL,
        donnees=DonneesMenage(personnes=[DonneesPersonne(**(valeurs | champs))]),
    )


def test_chaque_cle_retrouve_la_personne_et_elle_seule(monde: Monde) -> None:
    menage = add(
        monde, telephone="06 00 00 00 01", courriel="C@exemple.invalid",
        numero_allocataire="1234567",
    )  # fmt: skip
    for rang, nom in enumerate(("Martin", "Bernard", "Petit", "Moreau")):
        add(monde, nom=nom, prenom="Zoé", naissance=NAISSANCE + timedelta(days=rang))
    perimetre = monde.perimetre("alice")
    cas = [
        Identite("Camille", "Lefevre", NAISSANCE),
        Identite("Lefebvre", "Kamile", date(1990, 4, 5)),
        Identite("X", "Y", None, frozenset({"0600000001"})),
        Identite("X", "Y", None, frozenset(), frozenset({"c@exemple.invalid"})),
        Identite("X", "Y", None, numero_allocataire="1234567"),
    ]
    for identite in cas:
        [trouve] = find_doublons(perimetre, identite)
        assert trouve.appartenance.menage_id == menage.pk, identite
    assert find_doublons(perimetre, Identite("Inconnu", "Total", NAISSANCE)) == []
    assert find_doublons(perimetre, Identite("", "")) == []


def test_hors_du_perimetre_rien_ne_se_dit(monde: Monde, client_de: Any) -> None:
    add(monde, "charlie", numero_allocataire="1234567", telephone="0600000001")
    assert find_doublons(monde.perimetre("alice"), CAMILLE) == []
    assert len(find_doublons(monde.perimetre("charlie"), CAMILLE)) == 1
    form = {
        "civilite": "madame", "prenom": "Camille", "nom": "Lefèvre", "naissance": "1990-05-04",
        "commune": "Maubeuge", "telephone": "0600000001", "numero_allocataire": "1234567",
    }  # fmt: skip
    with client_de(monde.alice) as c:
        assert c.post(reverse("menages:nouveau"), form).status_code == 302


def test_une_requete_quel_que_soit_le_nombre(monde: Monde, django_assert_num_queries: Any) -> None:
    add(monde)
    add(monde, nom="Martin", prenom="Zoé")
    perimetre = monde.perimetre("alice")
    saisies = [CAMILLE, Identite("Martin", "Zoé", NAISSANCE), Identite("Absent", "Absent")]
    with django_assert_num_queries(1):
        found = find_doublons_of(perimetre, saisies)
    assert [len(f) for f in found] == [1, 1, 0]


def test_le_telephone_du_menage_est_celui_de_son_referent(monde: Monde) -> None:
    menage = add_menage(monde, nom="Autre")  # 0600000000, of the household alone
    [trouve] = find_doublons(
        monde.perimetre("alice"), identify(DonneesPersonne("X", "Y"), "+33 6 00 00 00 00")
    )
    assert (trouve.appartenance.menage_id, trouve.texte) == (menage.pk, "même téléphone")
    assert not trouve.certain


def test_ajouter_une_personne_connue_ailleurs_se_confirme(monde: Monde, client_de: Any) -> None:
    add(monde, nom="Martin", prenom="Zoé", naissance=date(2000, 1, 2))
    menage = add_menage(monde)
    form = {
        "role": "conjoint", "du": "2026-02-01", "civilite": "madame", "prenom": "Zoe",
        "nom": "Martain", "naissance": "2000-01-02", "version": menage.version,
    }  # fmt: skip
    with client_de(monde.alice) as c:
        url = reverse("menages:membre", args=[menage.pk])
        html = c.post(url, form)
        assert html.status_code == 422
        texte = html.content.decode().replace("\u00a0", " ")
        assert "nom proche (« Zoé Martin »), même date de naissance" in texte
        assert c.post(url, {**form, "confirme": "on"}).status_code == 302
