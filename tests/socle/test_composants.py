"""Components: formats, delays, fields, menu, and the pages that hold them."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse

from cariatide.socle.pages import erreurs
from cariatide.socle.pages.composants import Colonne, decrit_echeance, list_filtres_actifs
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.menu import list_entrees, route_existe
from cariatide.socle.perimetre import Niveau

JOUR = date(2026, 11, 22)
ICI = Path(__file__).resolve().parents[2] / "cariatide/socle/static/socle"


def render(source: str, **contexte: Any) -> str:
    return str(engines["jinja2"].env.from_string(source).render(contexte))


class Saisie(Formulaire):
    nom = forms.CharField(label="Nom")
    axe = forms.ChoiceField(label="Axe", choices=[("m", "Maintien")], widget=forms.RadioSelect)
    le = ChampDate(label="Depuis le", required=False, help_text="La date connue.")
    piece = forms.FileField(label="Pièce", required=False)
    urgence = forms.BooleanField(label="Urgent", required=False)


@pytest.mark.parametrize(
    ("echeance", "fait", "texte", "ton"),
    [
        (date(2026, 11, 20), False, "En retard, 2 j", "bad"),
        (JOUR, False, "Aujourd’hui", "warn"),
        (date(2026, 11, 23), False, "Demain", "warn"),
        (date(2026, 11, 29), False, "29/11", "warn"),
        (date(2026, 11, 30), False, "30/11", "neutre"),
        (date(2027, 1, 4), False, "04/01/2027", "neutre"),
        (date(2026, 11, 20), True, "Fait, dû le 20/11", "ok"),
        (None, False, "Sans échéance", "neutre"),
    ],
)
def test_delay_in_words(echeance: date | None, fait: bool, texte: str, ton: str) -> None:
    dit = decrit_echeance(echeance, JOUR, fait)
    assert (dit.texte, dit.ton) == (texte, ton)


def test_cell_formats() -> None:
    ligne = {"a": Decimal("1234.5"), "b": None, "c": JOUR, "d": True, "e": 0}
    assert Colonne("a", "A", format="euros").affiche(ligne) == "1\u202f234,50\u00a0€"
    assert Colonne("b", "B", format="euros").affiche(ligne) == "—"
    assert Colonne("c", "C", format="date").affiche(ligne) == "22/11/2026"
    assert Colonne("d", "D").affiche(ligne) == "Oui"
    assert Colonne("e", "E", format="nombre").affiche(ligne) == "0"
    with pytest.raises(ValueError, match="inconnu"):
        Colonne("a", "A", format="montant")


def test_head_toggles_its_sorts() -> None:
    col = Colonne("nom", "Nom", tris=("nom", "nom_desc"))
    assert [col.next_tri(t) for t in ("", "nom", "nom_desc")] == ["nom", "nom_desc", "nom"]


def test_field_ties_help_and_errors() -> None:
    form = Saisie({"le": "31/02/2026"})
    html = render("{{ c.formulaire('jeton', form) }}", form=form)
    assert 'aria-describedby="id_le_aide id_le_erreur"' in html
    assert 'id="id_le_erreur"' in html and "Cette date n’existe pas" in html
    assert html.count("(facultatif)") == 2 and 'enctype="multipart/form-data"' in html
    assert '<fieldset class="champ invalide" id="id_axe"' in html
    assert 'href="#id_axe"' in html and "3\u00a0points sont à revoir" in html


def test_grouped_choices_keep_their_titles() -> None:
    class Groupes(Formulaire):
        codes = forms.MultipleChoiceField(
            label="Codes",
            widget=forms.CheckboxSelectMultiple,
            choices=[("Ménage", [("a", "Noms"), ("b", "Dates")]), ("c", "Seul")],
        )

    html = render("{{ c.champ(form['codes']) }}", form=Groupes({"codes": ["b"]}))
    titre, noms, dates, seul = (html.index(t) for t in ("Ménage</p>", "Noms", "Dates", "Seul"))
    assert titre < noms < dates < seul and html.count("<p") == 1
    assert html.count('type="checkbox"') == 3 and html.count(" checked") == 1


def test_facts_that_have_not_happened_take_no_line() -> None:
    source = "{{ c.faits([('Posté le', ''), ('Pages', 0), ('Par', none)], sans_vides=seul) }}"
    assert render(source, seul=False).count("<dt>") == 3
    seule = render(source, seul=True)
    assert seule.count("<dt>") == 1 and "<dd>0</dd>" in seule


@pytest.mark.parametrize(
    ("du", "au", "texte"),
    [
        (JOUR, None, "En usage"),
        (date(2026, 12, 1), None, "À partir du 01/12/2026"),
        (date(2026, 12, 1), date(2026, 12, 31), "À partir du 01/12/2026"),
        (date(2026, 1, 1), JOUR, "Jusqu’au 22/11/2026"),
        (date(2026, 1, 1), date(2026, 11, 21), "Jusqu’au 21/11/2026"),
    ],
)
def test_use_in_words(du: date, au: date | None, texte: str) -> None:
    html = render("{{ c.usage_tag(du, au, jour) }}", du=du, au=au, jour=JOUR)
    assert texte in html and ("warn" in html) == (au == JOUR)


def test_field_without_help_nor_error_describes_nothing() -> None:
    assert "aria-describedby" not in render("{{ c.champ(f['nom']) }}", f=Saisie())


def test_typed_text_is_escaped() -> None:
    html = render("{{ c.faits([('Nom', v)]) }}{{ c.alerte(v) }}", v="<b>x")
    assert "<b>x" not in html and html.count("&lt;b&gt;x") == 2


def test_secret_facts_say_so() -> None:
    fait = {"date": JOUR, "titre": "Entretien", "niveau": Niveau.CONFIDENTIEL}
    html = render("{{ c.frise([f]) }}", f=fait)
    assert "Confidentiel" in html and 'class="dot secret"' in html
    ordinaire = render("{{ c.frise([f]) }}", f={**fait, "niveau": Niveau.FACTUEL})
    assert "secret" not in ordinaire


def test_refused_act_shows_its_reason_and_no_form() -> None:
    html = render("{{ c.bouton_acte('j', '/x/', 'Clore', motif='Le bilan manque.') }}")
    assert "disabled" in html and "Le bilan manque." in html and "<form" not in html


def test_unknown_tone_or_component_fails() -> None:
    with pytest.raises(Exception, match="rose"):
        render("{{ c.etiquette('x', 'rose') }}")
    with pytest.raises(Exception, match="absent"):
        render("{{ c.absent('x') }}")


def test_filters_in_words_and_their_removal() -> None:
    class Filtres(Formulaire):
        axe = forms.ChoiceField(label="Axe", choices=[("", "Tous"), ("m", "Maintien")])
        le = ChampDate(label="Depuis", required=False)

    parametres = QueryDict("axe=m&le=2026-03-01&curseur=abc&tri=nom")
    form = Filtres(parametres)
    assert [(f.libelle, f.valeur) for f in list_filtres_actifs(form)] == [
        ("Axe", "Maintien"),
        ("Depuis", "01/03/2026"),
    ]
    illisible = Filtres(QueryDict("axe=m&le=9999-12-31"))
    assert [f.libelle for f in list_filtres_actifs(illisible)] == ["Axe"]
    html = render("{{ c.filtres(f, p) }}", f=form, p=parametres)
    assert 'href="?le=2026-03-01&amp;tri=nom"' in html and "curseur" not in html


@pytest.mark.parametrize("jour", ["0001-01-01", "1799-12-31", "2200-01-01", "9999-12-31"])
def test_a_date_that_no_file_holds_is_refused(jour: str) -> None:
    """The day beside it may not exist: « 9999-12-31 » stopped the page of the journal."""
    with pytest.raises(ValidationError, match="entre 1800 et 2199"):
        ChampDate().clean(jour)
    assert ChampDate().clean("2199-12-31") == date(2199, 12, 31)


def test_catalogue_shows_every_component(client_de: Any, monde: Any) -> None:
    with client_de(monde.alice) as c:
        page = c.get(reverse("composants"))
        refused = c.post(reverse("composants"), {"nom": ""})
    html = page.content.decode()
    assert page.status_code == 200 and html.count("<h1") == 1
    assert "style=" not in html and "onclick" not in html
    assert refused.status_code == 422 and "data-resume" in refused.content.decode()


def test_catalogue_query_count(
    client_de: Any, monde: Any, django_assert_max_num_queries: Any
) -> None:
    with client_de(monde.alice) as c, django_assert_max_num_queries(12):
        c.get(reverse("composants"))


@pytest.mark.parametrize("statut", sorted(erreurs.TITRES))
def test_error_pages_say_what_to_do(rf: RequestFactory, statut: int) -> None:
    page = erreurs.page_erreur(rf.get("/x/"), statut, "Une explication.")
    html = page.content.decode()
    assert page.status_code == statut
    assert erreurs.TITRES[statut] in html and "Une explication." in html


def test_page_of_a_failure_stands_alone(rf: RequestFactory) -> None:
    page = erreurs.erreur_du_service(rf.get("/"))
    assert page.status_code == 500 and "Erreur du service" in page.content.decode()


def test_missing_page_in_french(client: Client, db: None) -> None:
    page = client.get("/nulle-part/")
    assert page.status_code == 404 and "Page introuvable" in page.content.decode()


def test_htmx_gets_one_block(rf: RequestFactory) -> None:
    request = rf.get("/x/")
    request.htmx = True  # type: ignore[attr-defined]
    contexte = {"statut": 404, "titre": "T", "message": "M", "conseille": True}
    html = rend(request, "socle/erreur.html", contexte, bloc="titre").content.decode()
    assert html == "T"


def test_every_menu_entry_leads_somewhere() -> None:
    assert [e.url_name for e in list_entrees() if not route_existe(e.url_name)] == []


def test_own_script_and_style_are_light() -> None:
    assert sum(f.stat().st_size for f in ICI.glob("*.[cj]s*")) < 60_000
