"""Home, search, health: pages composed across domains."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from cariatide.courriers.queries import count_non_lues
from cariatide.echeances.queries import count_retards_equipe
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre
from cariatide.web.queries import list_blocs, list_changements, list_echeances_du_jour, search
from cariatide.web.sante import check_sante

TEXTE_MAX = 100


@route(public=True)
def accueil(request: HttpRequest) -> HttpResponse:
    """A presentation for a visitor, « Ma journée » for somebody signed in."""
    perimetre: Perimetre = request.perimetre
    if not request.user.is_authenticated:
        return rend(request, "web/presentation.html")
    if perimetre.is_empty:
        return rend(request, "web/sans_mandat.html")
    echeances = list_echeances_du_jour(perimetre)
    contexte = {
        "echeances": echeances,
        "en_retard": sum(e.due_le < perimetre.jour for e in echeances),
        "retards_equipe": count_retards_equipe(perimetre),
        "blocs": list_blocs(perimetre),
        "changements": [
            {
                "date": f.date,
                "titre": f.titre,
                "texte": f.menage.nom_usage,
                "par": f.auteur,
                "symbole": "",
                "ton": f.ton,
            }
            for f in list_changements(perimetre)
        ],
        "non_lues": count_non_lues(perimetre),
    }
    return rend(request, "web/journee.html", contexte)


@route(connecte=True)
def recherche(request: HttpRequest) -> HttpResponse:
    """Global search: names without accents, references, addresses, telephones."""
    texte = request.GET.get("q", "")[:TEXTE_MAX].strip()
    resultats = search(request.perimetre, texte) if texte else []
    return rend(
        request, "web/recherche.html", {"texte": texte, "resultats": resultats}, bloc="resultats"
    )


@route(public=True, sans_base=True)
def sante(request: HttpRequest) -> HttpResponse:
    """What works and what does not: for a supervisor (JSON) and for a person."""
    points = check_sante()
    statut = 200 if all(p.ok for p in points) else 503
    if "application/json" in request.headers.get("Accept", ""):
        donnees = {p.code: {"ok": p.ok, "message": p.message} for p in points}
        return JsonResponse(donnees, status=statut, json_dumps_params={"ensure_ascii": False})
    return rend(
        request,
        "web/sante.html",
        {"points": points, "version": settings.VERSION},
        statut=statut,
    )
