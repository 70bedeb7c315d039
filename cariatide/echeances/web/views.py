"""What falls due, for me and my team; a date moved by hand needs a reason."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.echeances.actions import reschedule_echeance
from cariatide.echeances.models import Echeance
from cariatide.echeances.queries import TRIS, count_retard, list_page
from cariatide.echeances.web.forms import FiltresEcheances, FormulaireReport
from cariatide.partenaires.rules import TOUS_LES_ROLES
from cariatide.socle.dates import format_date
from cariatide.socle.pages.actes import Fait, PageActe, run_acte
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route

COLONNES = (
    Colonne("due_le", "Échéance", "date", tris=("due", "due_desc")),
    Colonne("libelle", "À faire", principale=True),
    Colonne("menage_libelle", "Ménage"),
    Colonne("responsable", "Responsable"),
    Colonne("source", "Texte"),
    Colonne("acte", "Reporter"),
)
CHAMPS = (
    "pk",
    "due_le",
    "due_calculee_le",
    "motif_report",
    "libelle",
    "menage_libelle",
    "url",
    "source",
    "utilisateur_id",
    "utilisateur__prenom",
    "utilisateur__nom",
    "organisation__nom",
    "organisation__sigle",
)


LISTE = PageListe(
    "echeances/liste.html",
    filtres=lambda request: FiltresEcheances(request.GET),
    lignes=list_page,
    tris=TRIS,
    champs=CHAMPS,
    colonnes=COLONNES,
    adresse="echeances:liste",
    nom="echeances",
    libelle_export="Export des échéances",
)


@route(*TOUS_LES_ROLES)
def liste(request: HttpRequest) -> HttpResponse:
    """My delays and those of my organisation without owner; the whole team for its head."""
    return LISTE.show(request, en_retard=count_retard(request.perimetre))


@route(*TOUS_LES_ROLES)
def reporter(request: HttpRequest, echeance_id: int) -> HttpResponse:
    """Move a computed date, with its reason."""
    echeance = Echeance.objects.find_visible(request.perimetre, echeance_id)

    def envoi(form: Any) -> Fait:
        reschedule_echeance(
            perimetre=request.perimetre, echeance_id=echeance_id, **form.cleaned_data
        )
        le = format_date(form.cleaned_data["due_le"])
        return Fait(f"« {echeance.libelle} » est reporté au {le}. La date calculée reste lisible.")

    page = PageActe(
        "Reporter une échéance",
        retour=reverse("echeances:liste"),
        envoyer="Reporter",
        fil=[("Échéances", reverse("echeances:liste"))],
    )
    form = bind(FormulaireReport, request, initial={"due_le": echeance.due_le})
    return run_acte(
        request, form, page, envoi, gabarit="echeances/reporter.html", echeance=echeance
    )
