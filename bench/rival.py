"""The rival: Django's generic list, paginator and templates.

The same rows, access condition, columns, filter form, layout, middleware and sign-in as the
product's page; written as Django's documentation writes it, with `select_related`.
"""

from pathlib import Path
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.views.generic import ListView

from cariatide.menages.models import Menage
from cariatide.menages.web.forms import FiltresMenages
from cariatide.menages.web.views import COLONNES
from cariatide.partenaires.rules import ROLES_DOSSIER
from cariatide.socle.pages.gabarits import contexte_commun
from cariatide.socle.pages.routes import route

MOTEUR = Engine(
    dirs=[str(Path(__file__).parent / "gabarits")],
    loaders=[
        (
            "django.template.loaders.cached.Loader",
            ["django.template.loaders.filesystem.Loader"],
        )
    ],
    libraries={"banc": "bench.balises", "static": "django.templatetags.static"},
)


class ListeGenerique(ListView):  # type: ignore[type-arg]
    """Fifty rows of the perimeter by name, with the number of pages."""

    paginate_by = 50

    def get_queryset(self) -> Any:
        return (
            Menage.objects.visible_to(self.request.perimetre)
            .select_related("commune")
            .order_by("nom_normalise", "pk")
        )

    def render_to_response(self, context: dict[str, Any], **_: Any) -> Any:
        commun = contexte_commun(self.request)
        values = {
            **commun,
            **context,
            "nouvelles": commun["pastille"]("notifications"),
            "form": FiltresMenages(self.request.GET, renderer=DjangoTemplates()),
            "colonnes": COLONNES,
        }
        return HttpResponse(MOTEUR.get_template("liste.html").render(Context(values)))


liste_generique = route(*ROLES_DOSSIER)(ListeGenerique.as_view())


@route(*ROLES_DOSSIER)
def page_vide(request: HttpRequest) -> HttpResponse:
    """What both pages pay before their own work: session, account, mandates, row rules."""
    return HttpResponse()
