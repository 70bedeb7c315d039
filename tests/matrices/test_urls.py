"""Routes × roles, closed by default: each answers what its declaration says, to everybody."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from cariatide.journal.models import Consultation
from cariatide.partenaires.statuts import Role
from cariatide.socle.pages.menu import list_entrees
from cariatide.socle.pages.routes import AccesAuxRoutes, find_acces, opens
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre
from cariatide.web.documentation import list_routes
from tests.distribution import JOUR, Monde
from tests.matrices.routes import ABSENT, add_role, list_adresses

# Open without signing in: each one was decided. What is added here is a decision too.
PUBLIQUES = {
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "demonstration:courriels",
    "demonstration:entrer",
    "demonstration:roles",
    "partenaires:accepter_invitation",
    "web:accueil",
    "web:sante",
}


SANTE = "web:sante"  # answers 503 while no worker runs, which is its purpose


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    """Thousands of refusals are expected here: their traces would be kept for nothing."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_chaque_route_est_declaree_et_nommee() -> None:
    routes = list_routes()
    assert len(routes) > 100
    assert not [r.chemin for r in routes if r.acces is None], "routes sans déclaration"
    assert not [r.chemin for r in routes if not r.nom], "routes sans nom"


def test_une_declaration_ouvre_a_quelqu_un() -> None:
    """Roles, signed in or public: one of the three, and roles that exist."""
    for route in list_routes():
        acces = route.acces
        assert acces is not None
        sortes = [bool(acces.roles), acces.connecte, acces.public]
        assert sum(sortes) == 1, f"{route.nom} : {sortes}"
        assert acces.roles <= set(Role.values), route.nom


def test_les_routes_publiques_sont_celles_de_la_liste() -> None:
    publiques = {r.nom for r in list_routes() if r.acces and r.acces.public}
    assert publiques == PUBLIQUES


def test_ferme_par_defaut() -> None:
    """A view that somebody forgot to declare opens to nobody."""

    def oubliee(request: Any) -> HttpResponse:
        raise AssertionError("ran")

    request = RequestFactory().get("/")
    request.user = type("Quelqu_un", (), {"is_authenticated": True})()
    request.perimetre = Perimetre(1, "Quelqu’un", JOUR)
    assert find_acces(oubliee) is None
    with pytest.raises(PermissionDenied):
        AccesAuxRoutes(lambda r: HttpResponse()).process_view(request, oubliee, (), {})


@pytest.mark.django_db
def test_une_methode_inattendue_n_ouvre_aucune_page(monde: Monde, client_de: Any) -> None:
    """OPTIONS comes without a token: it would run a view ready to write, and show its page."""
    ouvertes = []
    with client_de(monde.chef) as c:
        for numero, (route, adresse) in enumerate(list_adresses()):
            methode = ("put", "options", "patch", "options", "delete", "options")[numero % 6]
            reponse = getattr(c, methode)(adresse)
            if reponse.status_code != 405 or reponse.content:
                ouvertes.append(f"{route.nom} {methode} {reponse.status_code}")
    assert ouvertes == []
    assert not Consultation.objects.exists()


@pytest.mark.django_db
def test_anonyme_va_se_connecter(client_de: Any) -> None:
    fautes = []
    with client_de() as c:
        for route, adresse in list_adresses():
            assert route.acces is not None
            reponse = c.get(adresse)
            vers = reponse.headers.get("Location", "")
            renvoye = reponse.status_code == 302 and vers.startswith("/compte/connexion/?next=")
            if route.acces.public:
                if renvoye or reponse.status_code in (403, 500):
                    fautes.append(f"{route.nom} : {reponse.status_code} {vers}")
            elif not renvoye:
                fautes.append(f"{route.nom} : {reponse.status_code}, non renvoyé à la connexion")
    assert not fautes, "\n".join(fautes)


@pytest.mark.django_db
def test_sans_mandat_rien_que_le_commun(monde: Monde, client_de: Any) -> None:
    fautes = []
    with client_de(monde.eve) as c:
        for route, adresse in list_adresses():
            assert route.acces is not None
            if route.acces.roles and (statut := c.get(adresse).status_code) != 403:
                fautes.append(f"{route.nom} : {statut}")
    assert not fautes, "\n".join(fautes)


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role), ids=lambda r: r.value)
def test_chaque_role(role: Role, monde: Monde, client_de: Any) -> None:
    """Listed: the page, or 404 for the object of nobody. Not listed: 403, before anything else."""
    fautes = []
    with client_de(add_role(role, monde.operateur)) as c:
        for route, adresse in list_adresses():
            acces = route.acces
            assert acces is not None
            statut = c.get(adresse).status_code
            if acces.roles and role.value not in acces.roles:
                if statut != 403:
                    fautes.append(f"{route.nom} : {statut}, 403 attendu")
            elif statut == 403 or (statut >= 500 and route.nom != SANTE):
                fautes.append(f"{route.nom} : {statut} pour un rôle admis")
            elif str(ABSENT) in adresse and statut == 200 and acces.roles:
                fautes.append(f"{route.nom} : 200 pour un objet qui n’existe pas")
    assert not fautes, "\n".join(fautes)


def test_le_menu_mene_a_des_pages_ouvertes_aux_memes_roles() -> None:
    """An entry shown to somebody opens for them."""
    routes = {r.nom: r.acces for r in list_routes()}
    for entree in list_entrees():
        acces = routes.get(entree.url_name)
        assert acces is not None, f"{entree.libelle} : {entree.url_name} n’existe pas"
        if acces.roles:
            assert entree.roles, f"{entree.libelle} est montré à qui n’y entre pas"
            trop = {str(r) for r in entree.roles} - acces.roles
            assert not trop, f"{entree.libelle} : {sorted(trop)} verraient un refus"


@pytest.mark.parametrize("role", [None, *Role])
def test_un_lien_se_montre_a_qui_la_page_s_ouvre(role: Role | None) -> None:
    """`opens`, which pages ask before they show a link, says what the declaration answers."""
    mandats = role and (
        MandatEnVigueur(1, 1, "Organisation", role.value, role.label, Niveau.FACTUEL),
    )
    perimetre = Perimetre(1, "Quelqu’un", JOUR, mandats or ())
    for route, adresse in list_adresses():
        acces = route.acces
        assert acces is not None
        attendu = not acces.roles or bool(role and role.value in acces.roles)
        assert opens(perimetre, adresse) is attendu, route.nom
        assert opens(perimetre, f"{adresse}?tri=date#liste") is attendu, route.nom
    assert not opens(perimetre, "/page-qui-n-existe-pas/")
