"""Reference pages on the territory, open to every signed-in member: nothing here is personal."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404

from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau
from cariatide.territoire import queries
from cariatide.territoire.models import Commune
from cariatide.territoire.web.filters import FiltresCommunes

TRIS = (
    Tri("nom", "Nom", ("nom_normalise",)),
    Tri("habitants", "Population", ("habitants",), descendant=True),
)
COLONNES = (
    Colonne("nom", "Commune", tris=("nom",), principale=True),
    Colonne("code", "Code INSEE"),
    Colonne("codes_postaux", "Codes postaux"),
    Colonne("arrondissement__nom", "Arrondissement"),
    Colonne("epci__nom", "Intercommunalité"),
    Colonne("population", "Population", "nombre", tris=("habitants",)),
    Colonne("apl", "Zone APL"),
    Colonne("abc", "Zone ABC"),
)
CHAMPS = ("pk", *(c.code for c in COLONNES), "departement_id")


def _filtres(request: HttpRequest) -> FiltresCommunes:
    """The page opens on the département of the service; a search by name looks everywhere."""
    asked = request.GET.copy()
    if not asked.get("q"):
        asked.setdefault("departement", settings.CODE_DU_DEPARTEMENT)
    return FiltresCommunes(asked)


LISTE = PageListe(
    "territoire/territoire.html",
    filtres=_filtres,
    lignes=lambda perimetre, filtres: queries.list_communes(le=perimetre.jour, **filtres),
    tris=TRIS,
    champs=CHAMPS,
    colonnes=COLONNES,
    adresse="territoire:territoire",
    nom="communes",
    libelle_export="Export des communes",
    niveau_export=Niveau.AGREGE,
)


@route(connecte=True)
def territoire(request: HttpRequest) -> HttpResponse:
    """Communes with their groupings, population and zones; figures of the département chosen."""
    lue = LISTE.read(request)
    departement = lue.filtres.get("departement", "")
    chiffres = queries.summarise_departement(departement) if departement else None
    return LISTE.rend(request, lue, chiffres=chiffres, millesime=queries.find_millesime())


@route(connecte=True)
def communes(request: HttpRequest) -> HttpResponse:
    """Suggestions while one types: options for a datalist, or JSON with ?format=json."""
    # A form names its field as it likes: htmx says which one asked.
    nom = request.headers.get("HX-Trigger-Name") or "q"
    texte = (request.GET.get(nom) or request.GET.get("q") or "")[:100]
    departement = request.GET.get("departement") or None
    found = queries.search_communes(texte, departement) if texte.strip() else []
    if request.GET.get("format") == "json":
        return JsonResponse({"communes": [_as_json(c) for c in found]})
    return rend(request, "territoire/suggestions.html", {"communes": found})


def _as_json(commune: Commune) -> dict[str, object]:
    return {
        "id": commune.pk,
        "code": commune.code,
        "nom": commune.nom,
        "libelle": commune.libelle,
        "departement": commune.departement_id,
        "codes_postaux": commune.codes_postaux,
        "population": commune.population,
    }


@route(connecte=True)
def commune(request: HttpRequest, commune_id: int) -> HttpResponse:
    """One commune: where it lies, its zones with their source, its parts, what came before it."""
    found = get_object_or_404(
        queries.communes_en_vigueur().select_related("departement", "arrondissement", "epci"),
        pk=commune_id,
    )
    contexte = {"commune": found, **queries.describe_commune(found)}
    return rend(request, "territoire/commune.html", contexte)
