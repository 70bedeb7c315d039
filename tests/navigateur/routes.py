"""Every GET route of the resolver, with an account and real objects that open it."""

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise, product
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLResolver
from django.utils import timezone

from cariatide.alertes.ports import regles_alerte
from cariatide.bareme.queries import load_baremes
from cariatide.comptes.models import Utilisateur
from cariatide.conformite.statuts import NaturePurge
from cariatide.echanges.ports import importables
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.queries import build_perimetre
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.indicateurs import indicateurs
from cariatide.socle.pages.page_liste import listes
from cariatide.socle.pages.routes import Acces, find_acces
from cariatide.socle.perimetre import Perimetre, perimetre_systeme

ESSAIS = 600
ESSAIS_OUVERTS = 24
ESSAIS_COMPTES = 30
PAQUET = 10
OBJETS_MAX = 30
ETATS = ("statut", "organisation_id", "type")
MOTIF = "exemples des pages"
# Who sees most of a page goes first.
PREMIERS = {"chef_de_service", "secretariat", "technicien"}
DORSAL = "allauth.account.auth_backends.AuthenticationBackend"
# Rows that their author alone reads.
PERSONNELS = {"mesures.NotePersonnelle"}
# Whose row names the object when the object does not know its organisation.
PARTICULIERS = {
    ("mesures:transferer", "referent_id"): "mesures.Mesure",
    ("partenaires:personne", "utilisateur_id"): "partenaires.Mandat",
    ("partenaires:accorder_mandat", "utilisateur_id"): "partenaires.Mandat",
    ("conformite:version_traitement", "numero"): "conformite.VersionTraitement",
}
REFUS = "Cet acte n’est pas ouvert pour le moment"
# Reads that are not pages. A route in neither list must open as a page.
SANS_PAGE = {
    "web:sante": "JSON",
    "comptes:brouillon": "JSON",
    "territoire:communes": "JSON",
    "conformite:proces_verbal": "PDF of a finished purge (tests/conformite/test_purges.py)",
    "conformite:registre_pdf": "PDF of the register (tests/conformite/test_registre.py)",
    "commission:suivi": "tells the page of a session whether it changed, without a page",
    "partenaires:mon_equipe": "redirects to the team of one’s organisation",
    "echanges:avancement": "fragment that a sent file shows",
    "demandes:menages": "fragment of the form of a saisine",
    "demandes:pieces": "fragment of the form of a saisine",
    "account_inactive": "redirects: only the library's sign-in leads to it",
    "account_reset_password_from_key": "one-time link sent by e-mail",
    "mfa_authenticate": "opens in the middle of a sign-in (tests/comptes/test_facteur.py)",
    "partenaires:accepter_invitation": "one-time link sent by e-mail",
}
FICHIERS = re.compile(
    r":(export\w*|archive|dossier_pdf|parcours_pdf|notifications_pdf|rejets|contrat|papier|telecharger|piece|apercu_notification)$"
)
# The object behind each argument of an address.
OBJETS = {
    "agrement_id": "partenaires.Agrement",
    "alerte_id": "alertes.Alerte",
    "appartenance_id": "menages.Appartenance",
    "bilan_id": "mesures.Bilan",
    "commune_id": "territoire.Commune",
    "contact_id": "partenaires.ContactOrganisation",
    "convention_id": "partenaires.Convention",
    "demande_id": "conformite.DemandeDroit",
    "diagnostic_id": "mesures.DiagnosticSocial",
    "document_id": "documents.DocumentEmis",
    "envoi_id": "poste.Envoi",
    "echeance_id": "echeances.Echeance",
    "filtre_id": "echanges.FiltreEnregistre",
    "financement_id": "amelioration.FinancementTravaux",
    "instance_id": "commission.Instance",
    "intervention_id": "mesures.Intervention",
    "logement_id": "parc.Logement",
    "lot_id": "echanges.LotImport",
    "lot_postal_id": "poste.LotPostal",
    "mandat_id": "partenaires.Mandat",
    "membre_id": "commission.MembreInstance",
    "fusion_id": "menages.Fusion",
    "autre_id": "menages.Menage",
    "menage_id": "menages.Menage",
    "mesure_id": "mesures.Mesure",
    "motif_id": "demandes.Motif",
    "motif_reorientation_id": "mesures.MotifReorientation",
    "note_id": "mesures.NotePersonnelle",
    "objectif_id": "mesures.Objectif",
    "occupation_id": "baux.Occupation",
    "offre_id": "parc.OffreLogement",
    "operation_id": "amelioration.OperationTravaux",
    "organisation_id": "partenaires.Organisation",
    "partage_id": "conformite.Partage",
    "passage_id": "commission.Passage",
    "piece_id": "documents.Piece",
    "pk": "mfa.Authenticator",
    "piece_requise_id": "demandes.PieceRequise",
    "proprietaire_id": "parc.Proprietaire",
    "purge_id": "conformite.Purge",
    "regroupement_id": "menages.Regroupement",
    "renouvellement_id": "mesures.Renouvellement",
    "reorientation_id": "mesures.Reorientation",
    "saisine_id": "demandes.Saisine",
    "seance_id": "commission.Seance",
    "session_id": "partenaires.SessionException",
    "secteur_id": "territoire.Secteur",
    "traitement_id": "conformite.Traitement",
    "utilisateur_id": "comptes.Utilisateur",
}


@dataclass(frozen=True)
class Route:
    """A named address that answers to GET."""

    nom: str
    acces: Acces
    arguments: tuple[str, ...]


def list_routes() -> list[Route]:
    """All of them; those of POST alone are left out by what their view declares."""
    return [
        Route(nom, acces, arguments)
        for nom, vue, arguments in _walk(get_resolver(), "", ())
        if "GET" in _methods(vue) and (acces := find_acces(vue))
    ]


def _walk(
    resolver: URLResolver, espace: str, before: tuple[str, ...]
) -> Iterator[tuple[str, Callable[..., Any], tuple[str, ...]]]:
    for motif in resolver.url_patterns:
        arguments = before + tuple(motif.pattern.regex.groupindex)
        if isinstance(motif, URLResolver):
            inside = f"{espace}{motif.namespace}:" if motif.namespace else espace
            yield from _walk(motif, inside, arguments)
        else:
            yield f"{espace}{motif.name}", motif.callback, arguments


def _methods(vue: Callable[..., Any]) -> list[str]:
    """What `require_http_methods` keeps in its closure, at whatever depth it was applied."""
    while True:
        known = inspect.getclosurevars(vue).nonlocals
        if "request_method_list" in known:
            return list(known["request_method_list"])
        if not hasattr(vue, "__wrapped__"):
            return ["GET"]
        vue = vue.__wrapped__


def _ends(comptes: list[Utilisateur]) -> list[Utilisateur]:
    """The last comers, who hold the objects made for the tests, then the first."""
    return [*comptes[:-3:-1], *comptes[:2]]


@dataclass(frozen=True)
class Exemple:
    """A page that opens: whose, where."""

    nom: str
    qui: Utilisateur | None
    adresse: str


class Guide:
    """Finds who opens a route and on what, by trying real accounts on real objects."""

    def __init__(self) -> None:
        self.clients: dict[int, Client] = {}
        self.objets: dict[str, list[Any]] = {}
        self.comptes: dict[str, list[Utilisateur]] = {}
        for mandat in Mandat.objects.select_related("utilisateur").order_by("id"):
            self.comptes.setdefault(mandat.role, []).append(mandat.utilisateur)

    def find(self, route: Route) -> Exemple | None:
        """The first account and objects for which the route is a page, an open act if it can."""
        fallback = None
        tries = islice(self._pairs(route), ESSAIS)
        for rang, (qui, kwargs) in enumerate(tries):
            if fallback and rang > ESSAIS_OUVERTS:
                break
            try:
                adresse = reverse(route.nom, kwargs=kwargs)
            except NoReverseMatch:
                continue
            reponse = self.client(qui).get(adresse)
            if reponse.status_code not in (200, 409) or reponse.streaming:
                continue
            texte = reponse.content.decode(errors="replace")
            if "<html" not in texte or (reponse.status_code == 409 and REFUS not in texte):
                continue
            found = Exemple(route.nom, qui, adresse)
            if REFUS not in texte:
                return found
            fallback = fallback or found
        return fallback

    def _pairs(self, route: Route) -> Iterator[tuple[Utilisateur | None, dict[str, Any]]]:
        """Each account on its first objects, then on the next ones."""
        accounts, values = self._accounts(route), self._values(route)
        for start in range(0, len(values), PAQUET):
            yield from product(accounts, values[start : start + PAQUET])

    def _accounts(self, route: Route) -> list[Utilisateur | None]:
        open_to = route.acces.roles or frozenset(self.comptes)
        roles = sorted(open_to, key=lambda role: (role not in PREMIERS, role))
        people: dict[int, Utilisateur | None] = {
            u.pk: u for role in roles for u in _ends(self.comptes.get(role, []))
        }
        found = list(people.values())[:ESSAIS_COMPTES]
        return [None, *found] if route.acces.public else found

    def _values(self, route: Route) -> list[dict[str, Any]]:
        """Values of the arguments: the last names the object, which knows what it belongs to."""
        if not route.arguments:
            return [{}]
        *others, last = route.arguments
        if last == "autre_id":
            keys = [value for value, _ in self._candidates(last, route.nom)]
            return [{"menage_id": a, "autre_id": b} for a, b in pairwise(keys)]
        return [
            {last: value, **{nom: getattr(objet, nom, None) for nom in others}}
            for value, objet in self._candidates(last, route.nom)
        ]

    def _candidates(self, argument: str, nom: str) -> list[tuple[Any, Any]]:
        if argument == "code":
            if nom.startswith("observatoire:"):
                return [(code, None) for code, _ in indicateurs.items()]
            return [(code, None) for code, p in load_baremes().items() if p.local]
        if argument == "regle":
            return [(code, None) for code, _ in regles_alerte.items()]
        if argument == "nature":
            return [(nature, None) for nature in NaturePurge.values]
        if argument == "liste":
            return [(nom, None) for nom in listes]
        if argument == "genre":
            return [(code, None) for code, _ in importables.items()]
        particular = PARTICULIERS.get((nom, argument))
        label = particular or OBJETS[argument]
        if label not in self.objets:
            self.objets[label] = self._load(label)
        champ = argument if particular else "pk"
        return [(getattr(objet, champ), objet) for objet in self.objets[label]]

    def _load(self, label: str) -> list[Any]:
        """Recent objects, one or two of each state first."""
        rows: list[Any] = []
        for perimetre in self._readers(label):
            with ouvre_transaction(perimetre, systeme="" if perimetre.utilisateur else MOTIF):
                manager = apps.get_model(label).objects
                every = manager.unscoped(reason=MOTIF) if hasattr(manager, "unscoped") else manager
                rows += [*every.order_by("-pk")[:300], *every.order_by("pk")[:100]]
        seen: Counter[Any] = Counter()
        ranks = []
        for row in rows:
            etat = next((getattr(row, c) for c in ETATS if hasattr(row, c)), "")
            seen[etat] += 1
            ranks.append(seen[etat])
        ordered = sorted(zip(ranks, range(len(rows)), rows, strict=True), key=lambda x: x[:2])
        return [row for _, _, row in ordered][:OBJETS_MAX]

    def _readers(self, label: str) -> list[Perimetre]:
        jour = timezone.localdate()
        if label not in PERSONNELS:
            return [perimetre_systeme(MOTIF, jour)]
        return [build_perimetre(u, jour) for u in self.comptes["travailleur_social"]]

    def client(self, qui: Utilisateur | None) -> Client:
        key = qui.pk if qui else 0
        if key not in self.clients:
            client = Client()
            if qui:
                client.force_login(qui, backend=DORSAL)
            self.clients[key] = client
        return self.clients[key]
