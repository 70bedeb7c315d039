"""What the views of the commissions share."""

from django.http import HttpResponse

from cariatide.partenaires.statuts import Role

# Who sits or keeps the agenda; the plan officer reads instances and dates, no household.
ROLES_SEANCE = (Role.SECRETARIAT, Role.MEMBRE_COMMISSION)
ROLES_INSTANCE = (*ROLES_SEANCE, Role.CHARGE_DU_PLAN)


def send_pdf(pdf: bytes, nom: str) -> HttpResponse:
    """A PDF shown by the browser, under its own name, kept by no cache."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{nom}"'
    response["Cache-Control"] = "no-store"
    return response
