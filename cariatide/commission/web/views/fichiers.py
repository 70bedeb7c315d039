"""Files of the commissions: the notifications to print."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cariatide.commission.documents import print_notifications
from cariatide.commission.queries import find_seance, lectures_notifications
from cariatide.commission.web.views.commun import send_pdf
from cariatide.partenaires.statuts import Role
from cariatide.socle.pages.routes import route


@route(Role.SECRETARIAT, consulte=lectures_notifications)
def notifications(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    """Every notification issued for a session, in one file to print."""
    seance = find_seance(request.perimetre, seance_id)
    pdf = print_notifications(request.perimetre, seance)
    return send_pdf(pdf, f"notifications-{seance.le.isoformat()}.pdf")
