"""The middleware of access, branch by branch: who enters, in which transaction, what is noted."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.test import RequestFactory
from django.urls import ResolverMatch

from cariatide.socle.access import NOTHING, ModeleProtege
from cariatide.socle.erreurs import ErreurMetier, Introuvable
from cariatide.socle.pages import routes
from cariatide.socle.pages.menu import build_menu, list_entrees
from cariatide.socle.pages.routes import AccesAuxRoutes, Lecture, find_acces, opens, route
from cariatide.socle.perimetre import ExceptionEnVigueur, MandatEnVigueur, Niveau, Perimetre
from tests.distribution import JOUR

pytestmark = pytest.mark.django_db
MANDAT = MandatEnVigueur(1, 1, "O", "chef", "Chef", Niveau.SOCIAL)
LECTURE = Lecture("essai", 1, 2, Niveau.SOCIAL, "Essai")


class Quelqu_un:
    is_authenticated = True
    pk = 1


def vue_de(acces: Any, vue: Any = None) -> Any:
    def ouverte(request: Any, **kwargs: Any) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            return HttpResponse(f"lecture seule : {cursor.fetchone()[0]}")

    return acces(vue or ouverte)


def ask(
    vue: Any,
    *,
    methode: str = "get",
    qui: Any = None,
    mandats: Any = (MANDAT,),
    nommee: bool = True,
    **kwargs: Any,
) -> Any:
    request: Any = getattr(RequestFactory(), methode)("/essai/")
    request.user = qui or Quelqu_un()
    request.perimetre = Perimetre(1, "Essai", JOUR, mandats)
    request.session = {}
    request.resolver_match = ResolverMatch(vue, (), kwargs, "essai") if nommee else None
    return AccesAuxRoutes(lambda r: HttpResponse()).process_view(request, vue, (), kwargs)


def test_qui_entre() -> None:
    chef, tous, public = route("chef"), route(connecte=True), route(public=True)
    anonyme = AnonymousUser()
    assert ask(vue_de(chef)).status_code == 200
    assert ask(vue_de(tous), mandats=()).status_code == 200
    assert ask(vue_de(public), qui=anonyme, mandats=()).status_code == 200
    for acces in (chef, tous, route()):
        assert ask(vue_de(acces), qui=anonyme, mandats=()).status_code == 302
    for acces in (route("agent"), route()):
        with pytest.raises(PermissionDenied):
            ask(vue_de(acces))
    with pytest.raises(PermissionDenied):
        ask(vue_de(chef), mandats=())
    with pytest.raises(PermissionDenied):
        ask(vue_de(lambda vue: vue))


def test_un_envoi_se_fait_avec_les_mandats_de_sa_route() -> None:
    """Reads are those of every mandate; an act, of those that open it; no exception either."""
    autre = MandatEnVigueur(2, 2, "P", "agent", "Agent", Niveau.FACTUEL)
    vus: list[tuple[Any, ...]] = []

    def vue(request: Any) -> HttpResponse:
        entier = getattr(request, "perimetre_entier", None)
        vus.append((request.perimetre.mandats, entier and entier.mandats))
        return HttpResponse()

    deux = (autre, MANDAT)
    for acces in (route("chef"), route("chef", "agent"), route(connecte=True)):
        for methode in ("get", "post"):
            ask(vue_de(acces, vue), methode=methode, mandats=deux)
    assert vus == [
        (deux, None), ((MANDAT,), deux),
        (deux, None), (deux, deux),
        (deux, None), (deux, None),
    ]  # fmt: skip


def test_la_transaction_suit_la_methode() -> None:
    chef = vue_de(route("chef"))
    with_write = vue_de(route("chef", ecrit=True))
    assert "on" in ask(chef).content.decode()
    assert "on" in ask(chef, methode="head").content.decode()
    assert "off" in ask(chef, methode="post").content.decode()
    assert "off" in ask(with_write).content.decode()
    assert ask(vue_de(route("chef", sans_base=True))) is None


def test_la_lecture_est_notee_avant_la_page(monkeypatch: pytest.MonkeyPatch) -> None:
    notees: list[Any] = []
    monkeypatch.setattr(routes, "consigne_lecture", [lambda p, lu, nom: notees.append((lu, nom))])
    une = vue_de(route("chef", consulte=lambda p, k: LECTURE))
    deux = vue_de(route("chef", consulte=lambda p, k: [LECTURE, LECTURE]))
    aucune = vue_de(route("chef", consulte=lambda p, k: None))
    ask(une)
    assert notees == [(LECTURE, "essai")]
    ask(une, methode="head")
    ask(deux)
    assert len(notees) == 4
    ask(aucune)
    assert len(notees) == 4
    ask(une, methode="post")
    assert len(notees) == 5, "the page that comes back shows the same content"
    suite = route("chef", consulte=lambda p, k: LECTURE)
    ask(vue_de(suite, lambda request, **kwargs: redirect("/suite/")), methode="post")
    assert len(notees) == 5, "an act that leads on shows nothing"


def test_la_lecture_d_une_page_sans_nom_est_notee(monkeypatch: pytest.MonkeyPatch) -> None:
    notees: list[str] = []
    monkeypatch.setattr(routes, "consigne_lecture", [lambda p, lu, nom: notees.append(nom)])
    ask(vue_de(route("chef", consulte=lambda p, k: LECTURE)), nommee=False)
    assert notees == [""]


def test_une_page_differee_est_ecrite_dans_sa_transaction() -> None:
    """With the typography of the others."""

    class Differee(HttpResponse):
        def render(self) -> HttpResponse:
            self.content = b"<p>Pourquoi ?</p>"
            return self

    reponse = ask(vue_de(route("chef"), lambda request: Differee()))
    assert reponse.content.decode() == "<p>Pourquoi\u00a0?</p>"


def test_le_menu_ne_montre_que_ce_qui_s_ouvre() -> None:
    toutes = {e.libelle for e in list_entrees()}
    for role in ("travailleur_social", "administrateur_technique"):
        mandat = MandatEnVigueur(1, 1, "O", role, role, Niveau.SOCIAL)
        menu = build_menu(Perimetre(1, "Essai", JOUR, (mandat,)), "/")
        montrees = {e.libelle for e in list_entrees() if not e.roles or role in e.roles}
        assert montrees < toutes
        assert {str(ligne["libelle"]) for _, lignes in menu for ligne in lignes} == montrees


@pytest.mark.parametrize(("chemin", "libelle"), [
    ("/mesures/", "Accompagnement"), ("/mesures/12/", "Accompagnement"),
    ("/mesures/reorientations/3/", "Réorientations"), ("/", "Ma journée"), ("/inconnu/", None),
])  # fmt: skip
def test_une_seule_entree_du_menu_est_celle_de_la_page(chemin: str, libelle: str | None) -> None:
    mandat = MandatEnVigueur(1, 1, "O", "chef_de_service", "Chef", Niveau.SOCIAL, equipe=True)
    menu = build_menu(Perimetre(1, "Essai", JOUR, (mandat,)), chemin)
    actives = [ligne["libelle"] for _, lignes in menu for ligne in lignes if ligne["actif"]]
    assert actives == ([libelle] if libelle else [])


def test_un_modele_est_ferme_tant_qu_il_ne_dit_rien() -> None:
    assert ModeleProtege.access_condition(Perimetre(1, "Essai", JOUR, (MANDAT,))) == NOTHING


def test_les_refus_de_la_vue(monkeypatch: pytest.MonkeyPatch) -> None:
    statuts: list[int] = []
    monkeypatch.setattr(
        routes, "page_erreur",
        lambda r, statut, *m: statuts.append(statut) or HttpResponse(status=statut),
    )  # fmt: skip

    def absent(*_: Any, **__: Any) -> HttpResponse:
        raise Introuvable("Rien.")

    def refuse(*_: Any, **__: Any) -> HttpResponse:
        raise ErreurMetier("Non.")

    assert ask(vue_de(route("chef"), absent)).status_code == 404
    assert ask(vue_de(route("chef"), refuse)).status_code == 409
    assert ask(vue_de(route("chef", consulte=absent))).status_code == 404
    assert ask(vue_de(route("chef")), cle="a\x00b").status_code == 404
    assert ask(vue_de(route("chef")), cle="ab", rang=3).status_code == 200
    assert statuts == [404, 409, 404, 404]


def test_ce_qui_est_saisi_perd_ses_commandes() -> None:
    lus: list[QueryDict] = []

    def lit(request: Any) -> HttpResponse:
        lus.append(request.GET)
        return HttpResponse()

    vue = vue_de(route("chef"), lit)
    request: Any = RequestFactory().get("/essai/", {"q": "a\x00b"})
    request.user, request.perimetre = Quelqu_un(), Perimetre(1, "Essai", JOUR, (MANDAT,))
    request.resolver_match = ResolverMatch(vue, (), {}, "essai")
    AccesAuxRoutes(lambda r: HttpResponse()).process_view(request, vue, (), {})
    assert lus[0]["q"] == "ab"


def test_un_lien_ne_se_montre_que_si_sa_page_s_ouvre() -> None:
    perimetre = Perimetre(1, "Essai", JOUR, (MANDAT,))
    assert opens(perimetre, "/compte/connexion/")
    assert opens(perimetre, "/compte/sessions/?x=1")
    assert not opens(perimetre, "/menages/")
    social = MandatEnVigueur(1, 1, "O", "travailleur_social", "TS", Niveau.SOCIAL)
    assert opens(Perimetre(1, "Essai", JOUR, (social,)), "/menages/")
    assert not opens(perimetre, "/nulle-part/")


def test_seules_les_pages_de_connexion_de_la_bibliotheque_sont_publiques() -> None:
    def vue() -> None: ...

    assert find_acces(vue) is None
    vue.__module__ = "allauth.account.views"
    acces = find_acces(vue)
    assert acces is not None and acces.public and acces.ecrit
    vue.acces = route("chef")(lambda: None).acces  # type: ignore[attr-defined]
    assert find_acces(vue) is vue.acces  # type: ignore[attr-defined]
    del vue.acces  # type: ignore[attr-defined]
    vue.__module__ = "allauth.mfa.totp.views"
    assert find_acces(vue) is None


def test_une_exception_n_ouvre_que_les_lectures_des_pages_qui_le_disent() -> None:
    exception = ExceptionEnVigueur(1, 2, "M-1", "Plainte", datetime(2026, 11, 22, 18, tzinfo=UTC))
    avec = Perimetre(1, "Essai", JOUR, (), (exception,))
    sans = Perimetre(1, "Essai", JOUR)
    page = route("chef", consulte=lambda p, k: LECTURE, exception=True)(lambda r: None).acces  # type: ignore[attr-defined]
    autre = route("chef", consulte=lambda p, k: LECTURE)(lambda r: None).acces  # type: ignore[attr-defined]
    assert page.opens_to(avec)
    assert not page.opens_to(avec, reads=False)
    assert not page.opens_to(sans)
    assert not autre.opens_to(avec)
    with pytest.raises(ValueError, match="journal"):
        route("chef", exception=True)
    assert route("chef") is not None


def test_un_lien_vers_une_page_sans_declaration_ne_se_montre_pas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(routes, "find_acces", lambda vue: None)
    assert not opens(Perimetre(1, "Essai", JOUR, (MANDAT,)), "/compte/connexion/")
