"""The routes that act, read in the resolver."""

from django.urls import get_resolver

from cariatide.socle.pages.routes import find_acces
from epreuves import BIBLIOTHEQUE


def list_actes() -> set[str]:
    """Those that take a POST and nothing else: buttons, without a page of their own."""
    from tests.navigateur.routes import _methods, _walk

    return {
        nom
        for nom, vue, _ in _walk(get_resolver(), "", ())
        if _methods(vue) == ["POST"] and find_acces(vue) and not nom.startswith(BIBLIOTHEQUE)
    }
