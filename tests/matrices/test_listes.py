"""Every declared list has its export in three formats, its printed page and its kept filters."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

import cariatide
from cariatide.comptes.models import Utilisateur
from cariatide.echanges.actions import save_filtre
from cariatide.echanges.models import ChoixExport, FiltreEnregistre
from cariatide.journal.models import Consultation, Evenement
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.pages.page_liste import Liste, PageListe, listes
from cariatide.web.documentation import list_routes
from tests.distribution import Monde
from tests.matrices.routes import add_role

RACINE = Path(cariatide.__file__).parent
list_routes()  # loads every view, hence every list
NOMS = sorted(listes)
chaque_liste = pytest.mark.parametrize("nom", NOMS)


def count_declared() -> int:
    trees = (ast.parse(p.read_text(encoding="utf-8")) for p in RACINE.rglob("web/**/*.py"))
    calls = (n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Call))
    return sum(getattr(c.func, "id", "") in ("PageListe", "ListeCourte") for c in calls)


def reader_of(liste: Liste, monde: Monde) -> Utilisateur:
    """Somebody who opens the page of that list."""
    acces = next(r.acces for r in list_routes() if r.nom == liste.adresse)
    assert acces is not None
    role = Role(sorted(acces.roles)[0]) if acces.roles else Role.SECRETARIAT
    return add_role(role, monde.operateur)


def test_the_lists_are_all_here() -> None:
    assert len(NOMS) >= 36
    assert count_declared() == len(NOMS), "a list without its own name"


# Templates that show rows and are no list of their own page: what they are instead.
AUTRES = {
    "amelioration/operation.html": "the financing of one operation",
    "comptes/mon_compte.html": "one's own mandates",
    "conformite/purge.html": "what one purge counts; its minutes are a paper",
    "courriers/notifications.html": "one's own notices, each leading to its page",
    "demonstration/roles.html": "the accounts of the demonstration",
    "echanges/imprimer.html": "the printed page itself",
    "echanges/lot.html": "lines of a file that its sender has; the rejects leave as a file",
    "journal/integrite.html": "the heads, which leave as a text to keep elsewhere",
    "menages/budget.html": "a snapshot, whose lines leave as a file",
    "menages/consultations.html": "reads of one file, in the list of the officer",
    "menages/reunir.html": "two files side by side",
    "mesures/_tableau.html": "the rows of two pages that have the tools",
    "mesures/documents.html": "papers of one measure, in the list of documents",
    "observatoire/_lignes.html": "rows that leave as a file from their page",
    "observatoire/indicateur.html": "values, whose rows leave as a file",
    "partenaires/convention.html": "one agreement",
    "poste/lot.html": "letters of one batch, whose slip is in its file",
    "socle/catalogue.html": "components",
    "socle/composants/listes.html": "the components of lists",
    "territoire/commune.html": "one commune",
}
# Templates of the lists that their page shows whole.
COURTES = {
    "alertes/regles.html", "bareme/baremes.html", "journal/livraisons.html",
    "mesures/portefeuille.html", "partenaires/equipe.html",
}  # fmt: skip
LIGNES = re.compile(r"<table|c\.tableau\(|c\.pagination\(")


def test_a_page_that_shows_rows_is_a_list_or_says_why() -> None:
    found = {
        path.relative_to(dossier).as_posix()
        for dossier in RACINE.glob("*/jinja2")
        for path in dossier.rglob("*.html")
        if LIGNES.search(path.read_text(encoding="utf-8"))
    }
    par_pages = {x.gabarit for x in listes.values() if isinstance(x, PageListe)}
    # Its rows are in the template that it shares with the portfolio.
    attendus = (par_pages - {"mesures/liste.html"}) | COURTES | set(AUTRES)
    assert found == attendus


def test_a_list_says_its_name_and_its_page() -> None:
    with pytest.raises(ValueError, match="sans nom"):
        PageListe("x.html", None, None, (), (), ())  # type: ignore[arg-type]


@chaque_liste
def test_its_columns_can_be_read(nom: str) -> None:
    liste = listes[nom]
    codes = [c.code for c in liste.colonnes_export]
    assert codes and len(codes) == len(set(codes))
    assert liste.libelle_export
    assert liste.is_personnelle or liste.niveau_export == 0


@chaque_liste
@pytest.mark.django_db
def test_its_page_offers_the_three_tools(nom: str, monde: Monde, client_de: Any) -> None:
    liste = listes[nom]
    with client_de(reader_of(liste, monde)) as c:
        html = c.get(reverse(liste.adresse), follow=True).content.decode()
        for route in ("exporter", "imprimer", "garder_filtres"):
            adresse = reverse(f"echanges:{route}", args=[nom])
            assert f'href="{adresse}' in html, route
            assert c.get(adresse).status_code == 200, route


@chaque_liste
@pytest.mark.django_db
def test_it_leaves_as_a_file_with_the_chosen_columns(
    nom: str, monde: Monde, client_de: Any
) -> None:
    liste = listes[nom]
    colonnes = liste.colonnes_export[:2]
    adresse = reverse("echanges:exporter", args=[nom])
    with client_de(reader_of(liste, monde)) as c:
        envoi: dict[str, Any] = {"colonnes": [x.code for x in colonnes], "format": "csv"}
        if liste.is_personnelle:
            assert c.post(adresse, envoi).status_code == 422, "an export says what for"
            assert not Evenement.objects.filter(nom="liste.exportee").exists()
            envoi["finalite"] = "Préparer la revue annuelle"
        for format_ in ("csv", "xlsx", "ods"):
            reponse = c.post(adresse, {**envoi, "format": format_})
            assert reponse.status_code == 200, reponse.content.decode()[-800:]
            contenu = b"".join(reponse.streaming_content)
            assert len(contenu) > 10
            if format_ == "csv":
                head = contenu.decode("utf-8-sig").splitlines()[0]
                assert head.split(";") == [x.libelle for x in colonnes]
        html = c.get(adresse).content.decode()
    assert html.count("checked") == len(colonnes), "the choice is remembered"
    assert ChoixExport.objects.get(liste=nom).format == "ods"
    evenement = Evenement.objects.filter(nom="liste.exportee").latest("id")
    assert evenement.donnees["apres"]["colonnes"] == [x.code for x in colonnes]
    lecture = Consultation.objects.filter(objet_type="export").latest("id")
    assert lecture.motif == envoi.get("finalite", "")


@chaque_liste
@pytest.mark.django_db
def test_its_filters_are_kept_and_shared(nom: str, monde: Monde, client_de: Any) -> None:
    liste = listes[nom]
    adresse = reverse("echanges:garder_filtres", args=[nom])
    reader = reader_of(liste, monde)
    with client_de(reader) as c:
        assert c.post(adresse, {"nom": "Rien"}).status_code == 422, "no filter to keep"
        for partage in ("", "on"):
            envoi = {"nom": f"Mes filtres {partage}", "partage": partage}
            reponse = c.post(f"{adresse}?tri=x&q=lac&curseur=abc", envoi)
            assert reponse.status_code == 302, reponse.content.decode()[-800:]
        html = c.get(adresse).content.decode()
        assert "Mes filtres on" in html
        assert reverse(liste.adresse) + "?tri=x&amp;q=lac" in html
    assert set(
        FiltreEnregistre.objects.unscoped(reason="test").values_list("requete", flat=True)
    ) == {"tri=x&q=lac"}


@pytest.mark.django_db
def test_filters_are_seen_by_the_team_and_taken_away_by_their_author(
    monde: Monde, client_de: Any
) -> None:
    adresse = reverse("echanges:garder_filtres", args=["menages"]) + "?q=lac"
    with client_de(monde.alice) as c:
        c.post(adresse, {"nom": "À deux", "partage": "on"})
        c.post(adresse, {"nom": "Pour moi"})
    partage = FiltreEnregistre.objects.unscoped(reason="test").get(nom="À deux")
    page = reverse("echanges:garder_filtres", args=["menages"])
    with client_de(monde.collegue) as c:
        html = c.get(page).content.decode()
        assert "À deux" in html and "Pour moi" not in html
        c.post(reverse("echanges:retirer_filtres", args=[partage.pk]))
    assert FiltreEnregistre.objects.unscoped(reason="test").count() == 2, "not hers to remove"
    with client_de(monde.charlie) as c:
        assert "À deux" not in c.get(page).content.decode()
        retirer = reverse("echanges:retirer_filtres", args=[partage.pk])
        assert c.post(retirer).status_code == 404
    with client_de(monde.alice) as c:
        c.post(reverse("echanges:retirer_filtres", args=[partage.pk]))
    assert FiltreEnregistre.objects.unscoped(reason="test").count() == 1


@pytest.mark.django_db
def test_filters_are_shared_with_an_organisation_of_one_s_own(monde: Monde) -> None:
    options = {"liste": "menages", "nom": "Essai", "requete": "q=lac"}
    with pytest.raises(ActeRefuse, match="organisation"):
        save_filtre(perimetre=monde.perimetre("eve"), partage=True, **options)
    assert save_filtre(perimetre=monde.perimetre("eve"), partage=False, **options).pk
    garde = save_filtre(perimetre=monde.perimetre("alice"), partage=True, **options)
    assert garde.organisation_id == monde.operateur.pk


@pytest.mark.django_db
def test_a_list_closed_to_a_role_is_not_exported_by_it(monde: Monde, client_de: Any) -> None:
    with client_de(monde.eve) as c:
        for route in ("exporter", "imprimer", "garder_filtres"):
            assert c.get(reverse(f"echanges:{route}", args=["menages"])).status_code == 404
            assert c.get(reverse(f"echanges:{route}", args=["inconnue"])).status_code == 404
