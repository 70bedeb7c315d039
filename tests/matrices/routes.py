"""What the matrices of routes share: every route, an address for each, an account for each role."""

import re
from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse

from cariatide.comptes.models import Utilisateur
from cariatide.partenaires.models import Mandat, Organisation
from cariatide.partenaires.statuts import Role
from cariatide.socle.normalisation import normalise
from cariatide.web.documentation import Route, list_routes
from tests.distribution import DEBUT

ABSENT = 999_999_999  # an id that nothing bears
PARAMETRE = re.compile(r"<(?:(\w+):)?(\w+)>")
_VALEURS = {"int": ABSENT, "str": "absent", "slug": "absent", None: "absent",
            "uuid": "00000000-0000-0000-0000-000000000000", "path": "absent"}  # fmt: skip
# Names of regular expressions, which have no converter.
_EXPRESSIONS = {"account_reset_password_from_key": {"uidb36": "1", "key": "absente"}}


def address_of(route: Route) -> str:
    """An address that the route answers, with ids of nothing."""
    arguments = {nom: _VALEURS[genre or None] for genre, nom in PARAMETRE.findall(route.chemin)}
    arguments = _EXPRESSIONS.get(route.nom, arguments)
    try:
        return reverse(route.nom, kwargs=arguments)
    except NoReverseMatch as erreur:
        raise AssertionError(f"{route.chemin} : aucune adresse ({erreur})") from erreur


def list_adresses() -> Iterator[tuple[Route, str]]:
    for route in list_routes():
        yield route, address_of(route)


def add_role(role: Role, organisation: Organisation) -> Utilisateur:
    """An account whose only mandate is that role."""
    nom = normalise(role.value).replace("_", "-")
    utilisateur = Utilisateur.objects.create_user(
        f"matrice.{nom}@test.invalid", "x", prenom="Matrice", nom=role.label
    )
    Mandat.objects.create(utilisateur=utilisateur, organisation=organisation, role=role, du=DEBUT)
    return utilisateur
