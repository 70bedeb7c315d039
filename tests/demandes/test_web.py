"""Pages of saisines: who opens them, what they show, what they refuse and in which words."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cariatide.commission.models import Instance
from cariatide.demandes import actions
from cariatide.demandes.models import Saisine
from cariatide.documents.models import DocumentEmis, FichierFactuel
from cariatide.journal.models import Consultation
from cariatide.menages.models import FaitParcours
from tests.demandes.conftest import Depose, avance, pieces_of, reload
from tests.distribution import JOUR, Monde
from tests.fichiers import export

pytestmark = pytest.mark.django_db
LISTE = 11  # session, account, mandates, context, notices, filter of origins, rows
LECTEURS = {
    "prescripteur", "alice", "collegue", "chef", "dora", "financeur", "bob", "membre", "charlie",
}  # fmt: skip
REDACTEURS = {"prescripteur", "alice", "collegue", "chef", "dora", "charlie"}
# name: (roles that open it, needs a saisine, method)
ROUTES: dict[str, tuple[set[str], bool, str]] = {
    "liste": (LECTEURS, False, "get"),
    "brouillons": (REDACTEURS, False, "get"),
    "nouvelle": (REDACTEURS, False, "get"),
    "menages": (REDACTEURS, False, "get"),
    "pieces": (REDACTEURS, False, "get"),
    "detail": (LECTEURS, True, "get"),
    "fiche": (LECTEURS, True, "post"),
    "brouillon": (REDACTEURS, True, "get"),
    "supprimer": (REDACTEURS, True, "post"),
    "recevoir": ({"dora"}, True, "post"),
    "ecarter": ({"dora"}, True, "post"),
    "orienter_provisoirement": ({"dora"}, True, "post"),
    "classer": ({"dora"}, True, "post"),
    "demander_pieces": ({"dora"}, True, "post"),
    "demander_changement_axe": ({"alice", "collegue", "chef", "charlie"}, True, "post"),
    "clore": ({"alice", "collegue", "chef", "charlie"}, True, "post"),
    "recevoir_piece": (REDACTEURS, True, "post"),
}
# Motives and required pieces have their own table, in test_listes.
LISTES = {
    "listes", "nouveau_motif", "motif", "fin_motif", "nouvelle_piece", "piece_requise",
    "fin_piece_requise",
}  # fmt: skip
TOUS = LECTEURS | {"technicien", "administratrice", "dpo", "eve"}


@pytest.fixture(autouse=True)
def the_day() -> Any:
    with time_machine.travel(JOUR, tick=False):
        yield


def adresse(nom: str, saisine: Saisine) -> str:
    args: list[int] = [saisine.pk] if ROUTES[nom][1] else []
    if nom == "recevoir_piece":
        args.append(pieces_of(saisine)["identite"].pk)
    return reverse(f"demandes:{nom}", args=args)


def test_every_route_is_in_the_table() -> None:
    from cariatide.demandes.web.urls import urlpatterns

    assert {p.name for p in urlpatterns} - LISTES == set(ROUTES)


@pytest.mark.parametrize("nom", sorted(ROUTES))
def test_anonymous_signs_in_and_closed_roles_get_403(
    monde: Monde, depose: Depose, client_de: Any, nom: str
) -> None:
    roles, _, methode = ROUTES[nom]
    url = adresse(nom, depose())
    with client_de() as c:
        response = getattr(c, methode)(url)
        assert response.status_code == 302
        assert response["Location"].startswith("/compte/connexion")
    for qui in sorted(TOUS - roles):
        with client_de(monde.personnes[qui]) as c:
            assert getattr(c, methode)(url).status_code == 403, qui


@pytest.mark.parametrize("nom", sorted(n for n, (_, une, _) in ROUTES.items() if une))
def test_outside_the_perimeter_nothing_is_found(
    monde: Monde, depose: Depose, client_de: Any, nom: str
) -> None:
    roles, _, methode = ROUTES[nom]
    saisine = depose()
    url = adresse(nom, saisine)
    if "charlie" in roles:
        with client_de(monde.charlie) as c:
            assert (
                getattr(c, methode)(url, {"motif": "x", "issue": "abandon", "le": JOUR}).status_code
                == 404
            )
    with client_de(monde.dora if "dora" in roles else monde.alice) as c:
        autre = url.replace(f"/{saisine.pk}/", "/999999/")
        assert (
            getattr(c, methode)(autre, {"motif": "x", "issue": "abandon", "le": JOUR}).status_code
            == 404
        )


@pytest.mark.parametrize("nom", sorted(n for n, (_, _, m) in ROUTES.items() if m == "post"))
def test_acts_answer_to_post_only(monde: Monde, depose: Depose, client_de: Any, nom: str) -> None:
    with client_de(monde.dora if "dora" in ROUTES[nom][0] else monde.alice) as c:
        assert c.get(adresse(nom, depose())).status_code == 405


# -- list --------------------------------------------------------------------------------------


def test_the_list_filters_sorts_and_counts_its_queries(
    monde: Monde, depose: Depose, client_de: Any, django_assert_num_queries: Any
) -> None:
    avance(monde, depose(nom="Arnaud"), "recevable")
    avant = JOUR - timedelta(days=40)
    depose(
        nom="Benali", urgence=True, motif_urgence="Péril", date_saisine=avant,
        information_menage_le=avant,
    )  # fmt: skip
    with client_de(monde.dora) as c:
        c.get("/saisines/")

        def noms(**filtres: Any) -> list[str]:
            html = c.get("/saisines/", filtres).content.decode()
            return sorted((n for n in ("Arnaud", "Benali") if f">{n}<" in html), key=html.index)

        assert noms() == ["Arnaud", "Benali"]
        assert noms(tri="anciennes") == ["Benali", "Arnaud"]
        assert noms(statut="recevable") == ["Arnaud"]
        assert noms(urgence="on") == ["Benali"]
        assert noms(q="benali") == ["Benali"]
        assert noms(du="2026-11-01") == ["Arnaud"]
        assert noms(commune="Maub") == ["Arnaud", "Benali"]
        assert noms(commune="Lille") == []
        assert noms(origine=str(monde.ccas.pk)) == ["Arnaud", "Benali"]
        assert noms(dispositif="asll") == []
        assert noms(mes_saisines="on") == []
        assert noms(statut="inconnu") == ["Arnaud", "Benali"]
        assert "Aucune saisine ne correspond" in c.get("/saisines/?q=zzz").content.decode()
    with client_de(monde.prescripteur) as c:
        c.get("/saisines/")
        with django_assert_num_queries(LISTE):
            html = c.get("/saisines/").content.decode()
        assert "Logement non décent, Suroccupation" in html
        assert "CCAS de test" in html


def test_the_query_count_of_the_list_does_not_grow(
    monde: Monde, depose: Depose, client_de: Any, django_assert_num_queries: Any
) -> None:
    for nom in ("Un", "Deux", "Trois", "Quatre", "Cinq", "Six"):
        depose(nom=nom)
    with client_de(monde.prescripteur) as c:
        c.get("/saisines/")
        with django_assert_num_queries(LISTE):
            assert c.get("/saisines/").status_code == 200


def test_a_protected_address_is_in_no_list_nor_export(
    monde: Monde, depose: Depose, client_de: Any
) -> None:
    menage = depose().menage
    menage.adresse_protegee = True  # type: ignore[union-attr]
    menage.save()  # type: ignore[union-attr]
    with client_de(monde.dora) as c:
        for url in ("/saisines/", "/saisines/?commune=Maub"):
            assert "Maubeuge" not in c.get(url).content.decode().replace('value="Maub', "")
        texte = b"".join(export(c, "saisines").streaming_content).decode()
    assert "Marchetti" in texte
    assert "Maubeuge" not in texte
    assert Consultation.objects.filter(objet_type="export").count() == 1


# -- detail ------------------------------------------------------------------------------------


def test_the_page_shows_acts_history_and_readers(
    monde: Monde, depose: Depose, client_de: Any, django_assert_num_queries: Any
) -> None:
    saisine = depose(pieces_recues=["identite"])
    url = reverse("demandes:detail", args=[saisine.pk])
    with client_de(monde.dora) as c:
        c.get(url)
        with django_assert_num_queries(27):
            html = c.get(url).content.decode()
    assert "3 pièces obligatoires manquent" in html
    assert "Déclarer irrecevable" in html
    assert "Clore la saisine" not in html
    assert "met en œuvre" not in html
    assert "instruit la demande" in html
    assert "Saisine " + str(saisine) + " déposée par CCAS de test" in html
    assert "séparé" not in html
    assert Consultation.objects.filter(objet_id=saisine.pk, route="demandes:detail").count() == 2


def test_the_statement_is_shown_to_its_author_and_to_the_operator_only(
    monde: Monde, depose: Depose, client_de: Any
) -> None:
    url = reverse("demandes:detail", args=[depose().pk])
    for qui, lu in (("prescripteur", True), ("alice", True), ("dora", False), ("bob", False)):
        with client_de(monde.personnes[qui]) as c:
            html = c.get(url).content.decode()
            assert ("élève seule son fils" in html) is lu, qui


def test_the_secretariat_instructs_from_the_page(
    monde: Monde, depose: Depose, client_de: Any
) -> None:
    saisine = depose(pieces_recues=["identite", "composition", "ressources"])
    piece = pieces_of(saisine)["occupation"]
    with client_de(monde.dora) as c:
        refus = c.post(
            reverse("demandes:recevoir", args=[saisine.pk]), {"version": saisine.version}
        )
        assert refus.status_code == 409
        assert "Une pièce obligatoire manque\u00a0: Bail" in refus.content.decode()
        c.post(
            reverse("demandes:demander_pieces", args=[saisine.pk]),
            {"version": saisine.version, "pieces": ["occupation"], "attendue_le": "2026-12-10"},
        )
        assert pieces_of(saisine)["occupation"].attendue_le is not None
    with client_de(monde.prescripteur) as c:
        response = c.post(
            reverse("demandes:recevoir_piece", args=[saisine.pk, piece.pk]), follow=True
        )
        assert "Les pièces obligatoires sont complètes" in response.content.decode()
        mauvaise = c.post(
            reverse("demandes:recevoir_piece", args=[saisine.pk, piece.pk]),
            {"recue_le": "31/02/2026"},
        )
        assert mauvaise.status_code == 422
        assert "Cette date n’existe pas" in mauvaise.content.decode()
    with client_de(monde.dora) as c:
        version = reload(saisine).version
        page = c.post(
            reverse("demandes:recevoir", args=[saisine.pk]), {"version": version}, follow=True
        ).content.decode()
    assert "La saisine est recevable" in page
    assert reload(saisine).statut == "recevable"


@pytest.mark.parametrize(
    ("nom", "donnees", "attendu", "statut"),
    [
        ("ecarter", {"motif": ""}, "Ce champ est nécessaire", 422),
        ("ecarter", {"motif": "Hors champ", "version": "99"}, "a modifié cette saisine", 409),
        ("orienter_provisoirement", {"axe": "maintien", "motif": "x"}, "saisine urgente", 409),
        ("classer", {"motif": "x", "issue": "ailleurs"}, "choix valide", 422),
        ("demander_pieces", {"pieces": ["occupation"]}, "Choisissez", 422),
    ],
)
def test_a_refused_act_comes_back_on_its_page_with_the_reason(
    monde: Monde, depose: Depose, client_de: Any, nom: str, donnees: Any, attendu: str, statut: int
) -> None:
    saisine = depose()
    with client_de(monde.dora) as c:
        response = c.post(
            reverse(f"demandes:{nom}", args=[saisine.pk]),
            {"version": str(saisine.version)} | donnees,
        )
    assert response.status_code == statut
    assert attendu in response.content.decode()
    assert reload(saisine).statut == "deposee"


@pytest.mark.parametrize(
    ("etapes", "options", "ouvre"),
    [
        (("recevable",), {}, False),
        (("recevable", "inscrite", "maintien"), {}, True),
        (("recevable", "inscrite", "maintien", "mise_en_oeuvre"), {}, False),
        (("provisoire",), {"urgence": True, "motif_urgence": "Péril"}, True),
        (("provisoire", "inscrite"), {"urgence": True, "motif_urgence": "Péril"}, True),
    ],
)
def test_the_operator_opens_the_measure_from_the_page(
    monde: Monde, depose: Depose, client_de: Any, etapes: Any, options: Any, ouvre: bool
) -> None:
    saisine = avance(monde, depose(**options), *etapes)
    lien = reverse("mesures:nouvelle", args=[saisine.pk])
    for qui, vu in (("alice", ouvre), ("dora", False), ("prescripteur", False)):
        with client_de(monde.personnes[qui]) as c:
            html = c.get(reverse("demandes:detail", args=[saisine.pk])).content.decode()
        assert (lien in html) is vu, qui


def test_the_operator_asks_for_another_axis_then_closes(
    monde: Monde, depose: Depose, client_de: Any
) -> None:
    saisine = avance(monde, depose(), "recevable", "inscrite", "maintien", "mise_en_oeuvre")
    with client_de(monde.alice) as c:
        page = c.post(
            reverse("demandes:demander_changement_axe", args=[saisine.pk]),
            {"version": saisine.version, "motif": "Travaux impossibles."},
            follow=True,
        ).content.decode()
        assert "Changement d’axe demandé le 22/11/2026 par Alice Renard" in page
        page = c.post(
            reverse("demandes:clore", args=[saisine.pk]),
            {"version": saisine.version + 1, "issue": "maintien", "le": "2026-11-20"},
            follow=True,
        ).content.decode()
    assert "La saisine est close" in page
    assert reload(saisine).issue == "maintien"


def test_the_sheet_is_issued_for_ever_and_said_in_the_parcours(
    monde: Monde, depose: Depose, client_de: Any
) -> None:
    saisine = depose()
    adresse = reverse("demandes:fiche", args=[saisine.pk])
    with client_de(monde.dora) as c:
        page = c.get(reverse("demandes:detail", args=[saisine.pk])).content.decode()
        bouton = page.partition(f'action="{adresse}"')[2].partition("</form>")[0]
        cle = re.search(r'name="envoi" value="([^"]+)"', bouton)
        assert cle is not None
        # Twice the same click: one sheet.
        for _ in range(2):
            response = c.post(adresse, {"envoi": cle[1]}, follow=True)
            assert response["Content-Type"] == "application/pdf"
        html = c.get(reverse("demandes:detail", args=[saisine.pk])).content.decode()
    document = DocumentEmis.objects.unscoped(reason="test").get()
    assert (document.niveau, document.objet_id) == (1, saisine.pk)
    assert document.reference in html
    fait = FaitParcours.objects.unscoped(reason="test").get(domaine="documents")
    assert fait.titre == f"Fiche de saisine {saisine} établie"
    fichier = FichierFactuel.objects.unscoped(reason="test").get(document=document)
    assert "séparé" not in str(fichier.contexte)


def test_a_file_joined_is_a_piece_received(monde: Monde, depose: Depose, client_de: Any) -> None:
    saisine = depose(pieces_recues=[])
    url = reverse("demandes:recevoir_piece", args=[saisine.pk, pieces_of(saisine)["identite"].pk])
    with client_de(monde.prescripteur) as c:
        faux = c.post(url, {"fichier": SimpleUploadedFile("carte.pdf", b"rien de connu")})
        assert faux.status_code == 422
        assert "Joignez un fichier de l’une de ces sortes" in faux.content.decode()
        assert c.post(url, {"fichier": SimpleUploadedFile("v.pdf", b"")}).status_code == 422
        assert pieces_of(saisine)["identite"].recue_le is None
        pdf = SimpleUploadedFile("carte.pdf", b"%PDF-1.4\n%%EOF\n")
        page = c.post(url, {"fichier": pdf}, follow=True).content.decode()
    piece = pieces_of(saisine)["identite"]
    assert piece.recue_le == JOUR
    assert reverse("documents:piece", args=[piece.document_id]) in page
    assert "Il manque encore" in page


def test_a_draft_has_no_page_nor_sheet_yet(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    perimetre = monde.perimetre("prescripteur")
    draft = actions.save_brouillon(perimetre=perimetre, saisie={}, expose="")
    with client_de(monde.prescripteur) as c:
        response = c.get(reverse("demandes:detail", args=[draft.pk]))
        assert response["Location"] == reverse("demandes:brouillon", args=[draft.pk])
        assert c.post(reverse("demandes:fiche", args=[draft.pk])).status_code == 404
