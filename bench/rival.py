"""The rival: Django's generic list, its paginator and templates, over the same rows and access."""

from typing import Any

from django.http import HttpResponse
from django.template import engines
from django.views.generic import ListView

from cariatide.menages.models import Menage
from cariatide.partenaires.rules import ROLES_DOSSIER
from cariatide.socle.pages.routes import route

GABARIT = """<!doctype html><html lang="fr"><head><title>Ménages</title></head><body>
<table>{% for m in page_obj %}<tr><td><a href="/menages/{{ m.pk }}/">{{ m.nom_usage }}</a></td>
<td>{{ m.reference }}</td><td>{{ m.commune.nom }}</td><td>{{ m.telephone }}</td>
<td>{{ m.dernier_contact_le|date:"d/m/Y" }}</td><td>{{ m.cree_le|date:"d/m/Y" }}</td></tr>
{% endfor %}</table>
<p>Page {{ page_obj.number }} sur {{ page_obj.paginator.num_pages }}</p></body></html>"""


class ListeGenerique(ListView):  # type: ignore[type-arg]
    """As the documentation of Django writes it."""

    paginate_by = 50

    def get_queryset(self) -> Any:
        return (
            Menage.objects.visible_to(self.request.perimetre)
            .select_related("commune")
            .order_by("nom_normalise", "pk")
        )

    def render_to_response(self, context: dict[str, Any], **_: Any) -> Any:
        template = engines["django"].from_string(GABARIT)
        return HttpResponse(template.render(context, self.request))


liste_generique = route(*ROLES_DOSSIER)(ListeGenerique.as_view())
