"""Who may open a route, declared on its view and closed by default.

Order of the refusals: anonymous → sign-in; no mandate whose role opens the route → 403; object
outside the perimeter → 404. A view without declaration answers 403 to everybody, and a test fails.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.urls import Resolver404, resolve

from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ErreurMetier, Introuvable
from cariatide.socle.pages.erreurs import page_erreur
from cariatide.socle.pages.typographie import affine_page
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.saisie import nettoie, nettoie_envoi

# Answers that carry the content of a page: a form sent back shows what its page shows.
MONTRE = frozenset({200, 409, 422})
Vue = TypeVar("Vue", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True)
class Lecture:
    """What a page is about to show of a household: written in the journal before it is sent."""

    objet_type: str
    objet_id: int
    menage_id: int | None
    niveau: Niveau
    libelle: str
    motif: str = ""  # what for, when the page asks it (an export)


# Several when one page or file shows the content of several households.
Lectures = Lecture | Sequence[Lecture] | None
LectureDe = Callable[[Perimetre, dict[str, Any]], Lectures]
# Set by journal at start: socle does not know the app above it.
consigne_lecture: list[Callable[[Perimetre, Lecture, str], None]] = []


@dataclass(frozen=True)
class Acces:
    """The declaration of a route.

    roles: any one of them opens it. connecte: any signed-in person. public: everybody.
    consulte: finds the object within the perimeter (404 otherwise) and says what the consultation
    journal keeps of a read; it runs before the transaction of the page. What is sent to the route
    is a read as well when a page comes back instead of a redirection.
    ecrit: a GET that must write (sign-in call-backs); the list is checked by a test.
    sans_base: runs without a transaction, to answer when the database does not (health page).
    avant_facteur: opens to somebody signed in whose second factor is still to be set or given.
    exception: reads of it open to whoever has an exceptional session, on the household it names.
    """

    roles: frozenset[str] = frozenset()
    connecte: bool = False
    public: bool = False
    consulte: LectureDe | None = None
    ecrit: bool = False
    sans_base: bool = False
    avant_facteur: bool = False
    exception: bool = False

    def opens_to(self, perimetre: Perimetre, *, reads: bool = True) -> bool:
        """Whether a mandate opens a route declared for roles; an exceptional session, its reads."""
        by_exception = self.exception and reads and bool(perimetre.exceptions)
        return perimetre.has_role(*self.roles) or by_exception


def route(
    *roles: str,
    connecte: bool = False,
    public: bool = False,
    consulte: LectureDe | None = None,
    ecrit: bool = False,
    sans_base: bool = False,
    avant_facteur: bool = False,
    exception: bool = False,
) -> Callable[[Vue], Vue]:
    """Declare who opens a view: `@route(Role.TRAVAILLEUR_SOCIAL, consulte=…)`."""
    opens_to = frozenset(str(r) for r in roles)
    acces = Acces(opens_to, connecte, public, consulte, ecrit, sans_base, avant_facteur, exception)
    if exception and consulte is None:
        raise ValueError("Une page ouverte par exception écrit chaque lecture au journal.")

    def declare(vue: Vue) -> Vue:
        vue.acces = acces  # type: ignore[attr-defined]
        return vue

    return declare


# Views of libraries that we do not write; each of their pages is ours by template.
PUBLIQUES = ("allauth.account.views",)


def find_acces(vue: Any) -> Acces | None:
    """The declaration of a view, or None when it has none."""
    acces = getattr(vue, "acces", None)
    if acces is None and getattr(vue, "__module__", "").startswith(PUBLIQUES):
        return Acces(public=True, ecrit=True)
    return acces


def opens(perimetre: Perimetre, adresse: str) -> bool:
    """True when the mandates of this person open the page of that address.

    For the links that an object carries (a card, a delay, a line of an indicator): whoever sees
    the object does not always open its page. The object itself is judged by its page.
    """
    try:
        acces = find_acces(resolve(urlsplit(adresse).path).func)
    except Resolver404:
        return False
    if acces is None:
        return False
    return acces.public or acces.connecte or acces.opens_to(perimetre)


# Anything else would be a view run to write, without what protects a POST (OPTIONS has no token).
METHODES = ("GET", "HEAD", "POST")


class AccesAuxRoutes:
    """Applies the declaration, then runs the view in the transaction that suits its method.

    What the view reads of the request holds no invisible command (socle.saisie).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, vue: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if request.method not in METHODES:
            return HttpResponseNotAllowed(METHODES)
        acces = find_acces(vue)
        perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
        if any(isinstance(v, str) and v != nettoie(v) for v in kwargs.values()):
            return page_erreur(request, 404)
        request.GET = nettoie_envoi(request.GET)
        request.POST = nettoie_envoi(request.POST)
        if acces is None:
            raise PermissionDenied("Cette page n’est pas ouverte.")
        if not acces.public:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            reads = request.method in ("GET", "HEAD")
            if acces.roles and not acces.opens_to(perimetre, reads=reads):
                raise PermissionDenied("Aucun de vos mandats n’ouvre cette page.")
            if not acces.roles and not acces.connecte:
                raise PermissionDenied("Cette page n’est pas ouverte.")
        if acces.sans_base:
            return None
        if acces.roles and request.method == "POST":
            # Only the mandates that open the route: the page sent back keeps its whole menu.
            request.perimetre_entier = perimetre  # type: ignore[attr-defined]
            perimetre = perimetre.only(acces.roles)
            request.perimetre = perimetre  # type: ignore[attr-defined]
        return self._run(request, vue, args, kwargs, acces, perimetre)

    def _run(
        self,
        request: HttpRequest,
        vue: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        acces: Acces,
        perimetre: Perimetre,
    ) -> HttpResponseBase:
        reads = request.method in ("GET", "HEAD")
        try:
            lectures: Lectures = None
            if acces.consulte:
                with ouvre_transaction(perimetre):
                    lectures = acces.consulte(perimetre, kwargs)
                    if reads:
                        self._record(request, perimetre, lectures)
            with ouvre_transaction(perimetre, read_only=reads and not acces.ecrit):
                response: HttpResponseBase = vue(request, *args, **kwargs)
                if isinstance(response, HttpResponse) and hasattr(response, "render"):
                    rendered: HttpResponse = response.render()
                    rendered.content = affine_page(rendered.content.decode()).encode()
                    response = rendered
            if not reads and response.status_code in MONTRE:
                with ouvre_transaction(perimetre):
                    self._record(request, perimetre, lectures)
            return response
        except Introuvable as erreur:
            return page_erreur(request, 404, erreur.message)
        except ErreurMetier as erreur:
            return page_erreur(request, 409, erreur.message)

    @staticmethod
    def _record(request: HttpRequest, perimetre: Perimetre, lectures: Lectures) -> None:
        nom = request.resolver_match.view_name if request.resolver_match else ""
        read = [lectures] if isinstance(lectures, Lecture) else lectures or []
        for lecture in read:
            for consigne in consigne_lecture:
                consigne(perimetre, lecture, nom)
