"""What falls due, for me and my team; a date moved by hand needs a reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cariatide.echeances.actions import reschedule_echeance
from cariatide.echeances.models import Echeance
from cariatide.echeances.queries import TRIS, count_retard, list_page
from cariatide.echeances.web.forms import FiltresEcheances, FormulaireReport
from cariatide.partenaires.rules import TOUS_LES_ROLES
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ErreurMetier, Introuvable
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import choose_tri, paginate
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre

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


@route(*TOUS_LES_ROLES)
def liste(request: HttpRequest) -> HttpResponse:
    """My delays and those of my organisation without owner; the whole team for its head."""
    perimetre: Perimetre = request.perimetre
    form = FiltresEcheances(request.GET)
    form.is_valid()
    filtres = {k: v for k, v in form.cleaned_data.items() if v}
    page = paginate(
        list_page(perimetre, filtres),
        choose_tri(TRIS, request.GET.get("tri")),
        CHAMPS,
        curseur=request.GET.get("curseur"),
        filtres=filtres,
    )
    contexte = {
        "form": form,
        "filtres": filtres,
        "page": page,
        "colonnes": COLONNES,
        "en_retard": count_retard(perimetre),
    }
    return rend(request, "echeances/liste.html", contexte, bloc="liste")


@route(*TOUS_LES_ROLES)
def reporter(request: HttpRequest, echeance_id: int) -> HttpResponse:
    """Move a computed date, with its reason."""
    perimetre: Perimetre = request.perimetre
    echeance = Echeance.objects.find_visible(perimetre, echeance_id)
    form = bind(FormulaireReport, request, initial={"due_le": echeance.due_le})
    if request.method == "POST" and form.is_valid():
        try:
            reschedule_echeance(perimetre=perimetre, echeance_id=echeance_id, **form.cleaned_data)
        except Introuvable:
            raise
        except ErreurMetier as erreur:
            form.add_erreur_metier(erreur)
        else:
            messages.success(
                request,
                f"« {echeance.libelle} » est reporté au "
                f"{format_date(form.cleaned_data['due_le'])}. La date calculée reste lisible.",
            )
            return redirect("echeances:liste")
    form.mark_errors()
    contexte = {"form": form, "echeance": echeance, "annuler": reverse("echeances:liste")}
    return rend(request, "echeances/reporter.html", contexte, statut=422 if form.errors else 200)
