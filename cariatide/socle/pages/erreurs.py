"""Error pages in French that say what to do next."""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import get_template
from django.template.response import SimpleTemplateResponse

from cariatide.socle.pages.typographie import affine_page

journal = logging.getLogger("cariatide.erreurs")

TITRES = {
    400: "Demande illisible",
    403: "Accès refusé",
    404: "Page introuvable",
    409: "Acte impossible",
    500: "Erreur du service",
}


def page_erreur(
    request: HttpRequest, statut: int, message: str = "", *, titre: str = ""
) -> HttpResponse:
    """Render the error page `statut` (400, 403, 404, 409, 500) with its own explanation.

    With its own title the message says all: the usual advice is left out.
    """
    contexte = {
        "statut": statut,
        "titre": titre or TITRES[statut],
        "message": message,
        "conseille": not titre,
    }
    html = get_template("socle/erreur.html").render(contexte, request)
    return HttpResponse(affine_page(html), status=statut)


def demande_illisible(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page_erreur(request, 400)


def acces_refuse(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page_erreur(request, 403, str(exception))


def introuvable(request: HttpRequest, exception: Exception) -> HttpResponse:
    message = ""
    if isinstance(exception, Http404) and exception.args and isinstance(exception.args[0], str):
        message = exception.args[0]
    return page_erreur(request, 404, message)


def csrf_refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the session: what was typed is in the draft."""
    return page_erreur(
        request,
        403,
        "Votre session a changé depuis l’ouverture du formulaire. Rechargez la page : "
        "votre saisie est gardée en brouillon.",
        titre="Formulaire périmé",
    )


def erreur_du_service(request: HttpRequest) -> HttpResponse:
    """Nothing here may fail: the page stands alone, without database nor session."""
    return SimpleTemplateResponse("socle/erreur_500.html", {}, status=500).render()
