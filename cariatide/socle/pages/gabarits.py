"""Jinja2 for every page: strict names, French formats, htmx answers as one block of the page."""

from functools import lru_cache
from typing import Any
from uuid import uuid4

import jinja2
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.context_processors import csrf
from django.templatetags.static import static
from django.utils import timezone
from django_htmx.jinja import htmx_script
from jinja2_fragments import render_block
from lucide.jinja import lucide
from markupsafe import Markup

from cariatide.socle.dates import format_date, format_date_longue
from cariatide.socle.money import format_euros, format_nombre, format_pourcent
from cariatide.socle.pages.adresses import adresse
from cariatide.socle.pages.composants import (
    Colonne,
    Composants,
    decrit_echeance,
    format_heure,
    format_telephone,
    list_filtres_actifs,
    presente_champ,
    rend_lignes,
)
from cariatide.socle.pages.listes import link
from cariatide.socle.pages.menu import build_menu, count_pastille, route_existe
from cariatide.socle.pages.routes import opens
from cariatide.socle.pages.typographie import affine_page
from cariatide.socle.perimetre import Niveau


@lru_cache(maxsize=512)
def icone(nom: str, taille: int = 18) -> Markup:
    """A decorative icon: the text beside it says the meaning."""
    svg = lucide(nom, size=taille, **{"aria-hidden": "true", "focusable": "false"})
    return Markup(svg)  # noqa: S704  written by the icon library from a name of ours


@lru_cache(maxsize=256)
def statique(chemin: str) -> str:
    """Address of a static file: its name bears its content, so it holds as long as the process."""
    return str(static(chemin))


def statique_direct(chemin: str) -> str:
    """Address of a static file without the manifest: for the page that may not fail."""
    return f"{settings.STATIC_URL}{chemin}"


def environment(**options: Any) -> jinja2.Environment:
    """The environment named in settings.TEMPLATES."""
    options["undefined"] = jinja2.StrictUndefined
    env = jinja2.Environment(**options)  # noqa: S701  Django's engine sets autoescape
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        static=statique,
        url=adresse,
        route_existe=route_existe,
        page_ouverte=opens,
        statique_direct=statique_direct,
        lien=link,
        icone=icone,
        htmx_script=htmx_script,
        Niveau=Niveau,
        Colonne=Colonne,
        c=Composants(env),
        decrit_echeance=decrit_echeance,
        presente_champ=presente_champ,
        rend_lignes=rend_lignes,
        nouvel_envoi=lambda: str(uuid4()),
        list_filtres_actifs=list_filtres_actifs,
    )
    env.filters.update(
        telephone=format_telephone,
        date=lambda d: format_date(d) if d else "—",
        date_longue=format_date_longue,
        heure=format_heure,
        euros=lambda m: format_euros(m) if m is not None else "—",
        nombre=format_nombre,
        pourcent=format_pourcent,
    )
    return env


def contexte_commun(request: HttpRequest) -> dict[str, Any]:
    """Names every page may use; the menu and the mandates come from the perimeter."""
    perimetre = getattr(request, "perimetre_entier", getattr(request, "perimetre", None))
    utilisateur = getattr(request, "user", None)
    connecte = bool(utilisateur and utilisateur.is_authenticated)
    return {
        "request": request,
        "perimetre": perimetre,
        "utilisateur": utilisateur if connecte else None,
        "menu": build_menu(perimetre, request.path) if connecte and perimetre else [],
        "pastille": lambda nom: count_pastille(nom, perimetre) if connecte and perimetre else 0,
        "messages_flash": messages.get_messages(request) if hasattr(request, "session") else [],
        "demonstration": settings.DEMONSTRATION,
        "nom_du_departement": settings.NOM_DU_DEPARTEMENT,
        "csrf": csrf(request)["csrf_token"],
        "aujourdhui": perimetre.jour if perimetre else timezone.localdate(),
    }


def rend(
    request: HttpRequest,
    gabarit: str,
    contexte: dict[str, Any] | None = None,
    *,
    bloc: str = "",
    statut: int = 200,
) -> HttpResponse:
    """Render a page; with `bloc`, a request of htmx gets that block of the same page alone."""
    values = {**contexte_commun(request), **(contexte or {})}
    env: jinja2.Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    if bloc and getattr(request, "htmx", None):
        html = render_block(env, gabarit, bloc, **values)
    else:
        html = env.get_template(gabarit).render(values)
    return HttpResponse(affine_page(html), status=statut)
