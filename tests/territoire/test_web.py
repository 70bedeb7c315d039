"""Pages of the territory, the look-up, and the form field that the other apps use."""

from typing import Any

import pytest
from django import forms
from django.test import Client

from cariatide.socle.pages.listes import choose_tri, paginate
from cariatide.territoire import queries
from cariatide.territoire.champs import ChampCommune
from cariatide.territoire.models import Commune
from cariatide.territoire.web.views import TRIS
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db


def actuelle(code: str) -> Commune:
    return Commune.objects.get(code=code, type="actuelle")


def test_anonyme_renvoye_a_la_connexion(client_de: Any) -> None:
    with client_de() as c:
        for adresse in ("/territoire/", "/territoire/communes/?q=mans", "/territoire/communes/1/"):
            assert c.get(adresse).status_code == 302


@pytest.fixture
def c(monde: Monde, client_de: Any) -> Any:
    with client_de(monde.alice) as client:
        yield client


def test_recherche_en_options(c: Client) -> None:
    """htmx says which field asks: its name is that of the form, not ours."""
    reponse = c.get(
        "/territoire/communes/?domicile=maube",
        headers={"HX-Request": "true", "HX-Trigger-Name": "domicile"},
    )
    assert '<option value="Maubeuge (59)">59600</option>' in reponse.content.decode()
    assert "<html" not in reponse.content.decode()


def test_recherche_en_json(c: Client) -> None:
    communes = c.get("/territoire/communes/?q=saint&departement=72&format=json").json()["communes"]
    assert len(communes) == 20
    assert {x["departement"] for x in communes} == {"72"}
    mans = c.get("/territoire/communes/?q=72000&format=json").json()["communes"][0]
    assert (mans["code"], mans["libelle"], mans["codes_postaux"]) == (
        "72181", "Le Mans (72)", ["72000", "72100"],
    )  # fmt: skip
    assert c.get("/territoire/communes/?format=json").json() == {"communes": []}


def test_page_territoire(c: Client) -> None:
    reponse = c.get("/territoire/?departement=59&tri=habitants")
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert page.index("Lille") < page.index("Tourcoing") < page.index("Roubaix")
    assert "Avesnes-sur-Helpe" in page and "CA Maubeuge Val de Sambre" in page
    assert "Page suivante" in page


def test_page_par_htmx_rend_la_seule_liste(c: Client) -> None:
    reponse = c.get("/territoire/?epci=200043396&departement=59", headers={"HX-Request": "true"})
    page = reponse.content.decode()
    assert page.strip().startswith('<div id="liste"')
    assert "Maubeuge" in page and "Lille" not in page


@pytest.mark.parametrize("tri", ["nom", "habitants"])
def test_toutes_les_pages_donnent_toutes_les_communes(tri: str) -> None:
    rows = queries.list_communes(le=JOUR, departement="72")
    choisi, curseur, vues = choose_tri(TRIS, tri), None, []
    while True:
        page = paginate(rows, choisi, ("pk", "code"), curseur=curseur)
        vues += [ligne["code"] for ligne in page.lignes]
        curseur = page.suivant
        if curseur is None:
            break
    assert len(vues) == len(set(vues)) == rows.count()


def test_filtres(c: Client) -> None:
    assert "Aucune commune" in c.get("/territoire/?q=trifouillis").content.decode()
    page = c.get("/territoire/?zone_apl=1bis&departement=93").content.decode()
    assert "Saint-Denis" in page and "1 ou 1bis" in page
    # A filter that does not exist is said, not obeyed.
    assert c.get("/territoire/?departement=xx").status_code == 200


def test_nombre_de_requetes(c: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(21):
        c.get("/territoire/?departement=59")


def test_page_d_une_commune(c: Client) -> None:
    page = c.get(f"/territoire/communes/{actuelle('93066').pk}/").content.decode()
    assert "Pierrefitte-sur-Seine" in page
    assert "date non fournie\u00a0; entre les codes géographiques 2024 et 2025" in page
    papeete = c.get(f"/territoire/communes/{actuelle('98735').pk}/").content.decode()
    assert "Aucune source ne donne les zones" in papeete
    deleguee = Commune.objects.get(code="01015", type="deleguee")
    assert c.get(f"/territoire/communes/{deleguee.pk}/").status_code == 404


class Essai(forms.Form):
    commune = ChampCommune(label="Commune")


@pytest.mark.parametrize(
    ("saisi", "code"),
    [("Maubeuge (59)", "59392"), ("59392", "59392"), ("93059", "93066")],
)
def test_champ(saisi: str, code: str) -> None:
    form = Essai({"commune": saisi})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["commune"].code == code


@pytest.mark.parametrize(
    ("saisi", "message"),
    [("Trifouillis", "Aucune commune ne s’appelle"), ("Saint-Denis", "Précisez laquelle")],
)
def test_champ_refuse(saisi: str, message: str) -> None:
    form = Essai({"commune": saisi})
    assert not form.is_valid()
    assert message in form.errors["commune"][0]


def test_champ_rendu() -> None:
    html = str(Essai(initial={"commune": actuelle("59392").pk})["commune"])
    assert 'value="Maubeuge (59)"' in html
    assert 'list="id_commune_communes"' in html and '<datalist id="id_commune_communes">' in html
    assert 'hx-get="/territoire/communes/"' in html
    assert ChampCommune(required=False).clean("") is None


def test_la_page_s_ouvre_sur_le_departement_du_service(c: Client, settings: Any) -> None:
    settings.CODE_DU_DEPARTEMENT = "59"
    page = c.get("/territoire/").content.decode()
    assert "(59)" in page and "(64)" not in page
    assert "(64)" in c.get("/territoire/?departement=").content.decode()
    assert "(72)" in c.get("/territoire/?q=le+mans").content.decode(), "a name is sought everywhere"
