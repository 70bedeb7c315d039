"""Security headers on every answer; no inline script nor style, nothing from elsewhere."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
ENTETES = {
    "Content-Security-Policy": CSP,
    "Permissions-Policy": "camera=(self), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class EntetesDeSecurite:
    """Content policy for pages; personal pages are kept by no cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for nom, valeur in ENTETES.items():
            response.headers.setdefault(nom, valeur)
        fichier = request.path.startswith("/statique/") and response.status_code < 400
        if not fichier:  # the page of an absent file names whoever asked
            response.headers.setdefault("Cache-Control", "no-store")
        return response
