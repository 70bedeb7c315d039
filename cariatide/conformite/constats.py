"""What the software really does, read from its code: the first draft of the register.

Each processing names its apps; data, levels, recipients and security are read from their models,
their routes and the roles. What no code says (legal basis, transfers) is left to complete.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import URLResolver, get_resolver

from cariatide.journal.mots import describe_champ, describe_objet
from cariatide.partenaires.rules import NIVEAU_MAX, ROLES_SECOND_FACTEUR
from cariatide.partenaires.statuts import Role
from cariatide.socle.access import NOTHING, ModeleProtege
from cariatide.socle.chiffrement import Chiffre
from cariatide.socle.pages.routes import find_acces
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

_MENAGES = "Les personnes des ménages suivis"
_AGENTS = "Les agents des organisations"
_CONSERVATION = "rgpd.conservation_active"
_PRESENTATION = {"web", "socle", "demonstration", "bareme", "territoire"}  # no person in them


@dataclass(frozen=True)
class TraitementDuLogiciel:
    """One processing that the software carries: its purpose, whose data, in which apps."""

    code: str
    nom: str
    finalite: str
    personnes: str
    apps: tuple[str, ...]
    conservation_code: str = ""


TRAITEMENTS = (
    TraitementDuLogiciel(
        "accompagnement", "Accompagnement des ménages",
        "Suivre les ménages dont le logement pose difficulté : leur composition, leur domicile, "
        "leur parcours, les mesures d’accompagnement et leurs bilans, les échéances, les alertes.",
        _MENAGES, ("menages", "mesures", "echeances", "alertes"), _CONSERVATION,
    ),
    TraitementDuLogiciel(
        "commissions", "Saisines et commissions",
        "Recevoir les saisines, les instruire, les examiner en séance, décider et notifier.",
        f"{_MENAGES} ; les membres des commissions", ("demandes", "commission"), _CONSERVATION,
    ),
    TraitementDuLogiciel(
        "logements", "Logements, occupations et travaux",
        "Tenir les logements, leurs propriétaires, les occupations datées et les travaux.",
        f"{_MENAGES} ; les propriétaires", ("parc", "baux", "amelioration"),
    ),
    TraitementDuLogiciel(
        "papiers", "Documents, pièces et avis",
        "Émettre les documents, poster ceux qui vont aux ménages, garder les pièces, avertir ceux "
        "que cela concerne.",
        f"{_MENAGES} ; {_AGENTS.lower()}", ("documents", "courriers", "poste"), _CONSERVATION,
    ),
    TraitementDuLogiciel(
        "fichiers", "Échanges de fichiers",
        "Intégrer les fichiers reçus et produire ceux qui partent.",
        _MENAGES, ("echanges",),
    ),
    TraitementDuLogiciel(
        "comptes", "Comptes, mandats et droits",
        "Ouvrir un compte à chaque agent et dire, par des mandats datés, ce qu’il lit et fait.",
        _AGENTS, ("comptes", "partenaires"),
    ),
    TraitementDuLogiciel(
        "journal", "Journal des actes et des lectures",
        "Garder la trace de ce qui est écrit et de ce qui est lu, et prouver qu’elle est intacte.",
        f"{_AGENTS} ; {_MENAGES.lower()}", ("journal",),
    ),
    TraitementDuLogiciel(
        "protection", "Protection des données",
        "Tenir la conservation, les droits des personnes, les accès d’exception et les partages.",
        f"{_MENAGES} ; {_AGENTS.lower()}", ("conformite",), _CONSERVATION,
    ),
    TraitementDuLogiciel(
        "statistiques", "Indicateurs",
        "Compter les saisines, les décisions, les mesures et les relogements.",
        _MENAGES, ("observatoire",),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Constats:
    """What the code says of one processing today, in sentences; each may be empty."""

    donnees: str
    destinataires: str
    securite: str


def find_traitement(code: str) -> TraitementDuLogiciel | None:
    return next((t for t in TRAITEMENTS if t.code == code), None)


def list_oublies() -> list[str]:
    """Apps that hold rows and that no processing names: the register says so."""
    dites = {nom for t in TRAITEMENTS for nom in t.apps} | _PRESENTATION
    siens = (c for c in apps.get_app_configs() if c.name.startswith("cariatide."))
    return sorted(c.label for c in siens if c.label not in dites and any(c.get_models()))


def build_constats(traitement: TraitementDuLogiciel) -> Constats:
    """Read the models and the routes of its apps."""
    classes = [m for label in traitement.apps for m in apps.get_app_config(label).get_models()]
    return Constats(
        donnees=_describe_donnees(classes),
        destinataires=_describe_roles(frozenset(traitement.apps)),
        securite=_describe_securite(classes),
    )


def level_of(modele: type[models.Model]) -> Niveau:
    """The level that it declares, or the lowest at which its rows open to who holds every role."""
    declare: Niveau | None = getattr(modele, "niveau_du_contenu", None)
    if declare is not None:
        return declare
    if not issubclass(modele, ModeleProtege):
        return Niveau.FACTUEL
    for niveau in (Niveau.FACTUEL, Niveau.SOCIAL):
        if modele.access_condition(_everybody(niveau)) != NOTHING:
            return niveau
    return Niveau.CONFIDENTIEL


def _everybody(niveau: Niveau) -> Perimetre:
    mandats = (MandatEnVigueur(0, 0, "", r.value, r.label, niveau) for r in Role)
    return Perimetre(0, "", date(2000, 1, 1), tuple(mandats))


def _describe_donnees(classes: list[type[models.Model]]) -> str:
    """The kinds of rows by level, most secret last."""
    lignes = []
    for niveau in (Niveau.FACTUEL, Niveau.SOCIAL, Niveau.CONFIDENTIEL):
        noms = sorted(
            {describe_objet(m._meta.label_lower).lower() for m in classes if level_of(m) == niveau}
        )
        if noms:
            lignes.append(f"Niveau {niveau.libelle.lower()} : {', '.join(noms)}.")
    return "\n".join(lignes)


def _describe_roles(espaces: frozenset[str]) -> str:
    """The roles that open a page of these apps, with the highest level that each may read."""
    ouverts = {role for espace, roles in _list_routes() if espace in espaces for role in roles}
    return "\n".join(
        f"{role.label} (niveau {NIVEAU_MAX[role].libelle.lower()} au plus)"
        for role in Role
        if role.value in ouverts
    )


def _list_routes() -> Iterator[tuple[str, frozenset[str]]]:
    for motif in get_resolver().url_patterns:
        if isinstance(motif, URLResolver):
            for sous in motif.url_patterns:
                acces = find_acces(getattr(sous, "callback", None))
                if acces is not None:
                    yield str(motif.namespace or ""), acces.roles


def _describe_securite(classes: list[type[models.Model]]) -> str:
    seconds = ", ".join(r.label.lower() for r in Role if r in ROLES_SECOND_FACTEUR)
    lignes = [
        "Chaque droit est une ligne datée, née d’un acte ; chaque lecture d’un dossier s’inscrit "
        "au journal, scellé.",
        "Le second facteur n’est pas exigé sur cette installation."
        if settings.SECOND_FACTEUR_EXEMPTE
        else f"Un second facteur est exigé de ces rôles : {seconds}.",
    ]
    protegees = sorted(
        describe_objet(m._meta.label_lower).lower() for m in classes if level_of(m) >= Niveau.SOCIAL
    )
    if protegees:
        lignes.append(f"Règles de lignes de la base de données sur : {', '.join(protegees)}.")
    chiffres = sorted(
        f"{describe_objet(m._meta.label_lower).lower()} "
        f"({describe_champ(m._meta.label_lower, champ.name)})"
        for m in classes
        for champ in m._meta.concrete_fields
        if isinstance(champ, Chiffre)
    )
    if chiffres:
        lignes.append(f"Chiffrement par l’application : {', '.join(chiffres)}.")
    if any(m._meta.app_label == "documents" for m in classes):
        lignes.append(
            "Les pièces déposées restent fermées jusqu’à l’analyse d’un antivirus."
            if settings.ANTIVIRUS
            else "Aucun antivirus n’est réglé : les pièces portent « non analysée »."
        )
    return "\n".join(lignes)
