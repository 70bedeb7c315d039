"""The team of an organisation as a file: who may do what there, until when."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from cariatide.partenaires.models import Mandat
from cariatide.partenaires.queries import list_equipe
from cariatide.partenaires.queries.equipe import Membre
from cariatide.partenaires.statuts import Role
from cariatide.partenaires.web.commun import find_administree
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.actes import read_entier
from cariatide.socle.pages.page_liste import ListeCourte
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne


def find_equipe(request: HttpRequest) -> int | None:
    """The organisation that the address names, or the only one that this person administers."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    if "organisation" in request.GET:
        nommee = read_entier(request.GET["organisation"], 0)
        return find_administree(perimetre, nommee).pk
    miennes = {m.organisation_id for m in perimetre.mandats if m.role == Role.ADMINISTRATEUR}
    return miennes.pop() if len(miennes) == 1 else None


def _iter_rows(request: HttpRequest) -> Iterator[dict[str, Any]]:
    """One row a mandate in force or to come; a person without any has a row too."""
    organisation_id = find_equipe(request)
    if organisation_id is None:
        raise Introuvable("Choisissez une équipe depuis la page de son organisation.")
    jour = request.perimetre.jour  # type: ignore[attr-defined]
    for membre in list_equipe(organisation_id, jour):
        for tenu in membre.mandats or [None]:
            yield _row(membre, tenu)


def _row(membre: Membre, tenu: Mandat | None) -> dict[str, Any]:
    utilisateur = membre.utilisateur
    convention, secteur = (tenu.convention, tenu.secteur) if tenu else (None, None)
    return {
        "nom": str(utilisateur),
        "courriel": utilisateur.email,
        "role": Role(tenu.role).label if tenu else "",
        "du": tenu.du if tenu else None,
        "au": tenu.au if tenu else None,
        "convention": convention.reference if convention else "",
        "secteur": secteur.nom if secteur else "",
        "connexion": utilisateur.last_login,
        "compte": "Actif" if utilisateur.is_active else "Désactivé",
    }


LISTE = ListeCourte(
    "equipe",
    "partenaires:mon_equipe",
    "Export de la liste de l’équipe",
    (
        Colonne("nom", "Personne"),
        Colonne("courriel", "Adresse électronique"),
        Colonne("role", "Rôle"),
        Colonne("du", "Depuis le", "date"),
        Colonne("au", "Jusqu’au", "date"),
        Colonne("convention", "Convention"),
        Colonne("secteur", "Secteur"),
        Colonne("connexion", "Dernière connexion", "date_heure"),
        Colonne("compte", "Compte"),
    ),
    _iter_rows,
    niveau_export=Niveau.FACTUEL,
)


def build_outils(request: HttpRequest, organisation_id: int) -> list[tuple[str, Any]]:
    """Its tools, for the team shown."""
    requete = urlencode({"organisation": organisation_id})
    return [(nom, outil | {"requete": requete}) for nom, outil in LISTE.outils(request)]
