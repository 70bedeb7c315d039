"""Reads of the requests of persons about their own data, and the file made for them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from cariatide.conformite.models import DemandeDroit
from cariatide.conformite.queries.conservation import list_absorbes, select_dossiers
from cariatide.conformite.statuts import Droit, StatutDemande
from cariatide.menages.effacement import manager_of
from cariatide.menages.export_personne import ExportPersonne, build_export
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.normalisation import normalise
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre

TRIS_DROITS = (
    Tri("echeance", "L’échéance la plus proche d’abord", ("echeance_le",)),
    Tri("echeance_desc", "La plus lointaine d’abord", ("echeance_le",), descendant=True),
)
CHAMPS_DROITS = (
    "pk", "reference", "droit", "statut", "recue_le", "echeance_le", "close_le",
)  # fmt: skip


def find_menage_de(perimetre: Perimetre, reference: str, nom: str, prenom: str) -> tuple[int, int]:
    """The household and the person of that exact name in it; nothing is said of anybody else."""
    menage = select_dossiers(perimetre).filter(reference=reference.strip().upper()).first()
    if menage is not None:
        cherche = (normalise(nom), normalise(prenom))
        gens = (
            manager_of("menages.Personne").filter(appartenances__menage_id=menage.pk).order_by("pk")
        )
        for personne in gens:
            if (normalise(personne.nom), normalise(personne.prenom)) == cherche:
                return menage.pk, personne.pk
    message = "Aucune personne de ce nom ne se trouve dans un ménage de cette référence."
    raise ErreurMetier(message, {"menage": "Relisez la référence et le nom."})


def list_demandes(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[Any]:
    """Requests; those to answer by default."""
    demandes: QuerySet[Any] = DemandeDroit.objects.visible_to(perimetre)
    if droit := filtres.get("droit"):
        demandes = demandes.filter(droit=droit)
    if filtres.get("etat") == "toutes":
        return demandes
    return demandes.filter(statut=filtres.get("etat") or StatutDemande.RECUE)


def describe_demande(ligne: dict[str, Any], jour: date) -> dict[str, Any]:
    """A row of that list in words."""
    ouverte = ligne["statut"] == StatutDemande.RECUE
    return {
        **ligne,
        "droit": Droit(ligne["droit"]).label,
        "etat": StatutDemande(ligne["statut"]).label,
        "retard": ouverte and ligne["echeance_le"] < jour,
    }


def find_demande(perimetre: Perimetre, demande_id: int) -> DemandeDroit:
    demande: DemandeDroit = DemandeDroit.objects.find_visible(perimetre, demande_id)
    return demande


def lecture_demande(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """A request names the person who made it."""
    d = find_demande(perimetre, kwargs["demande_id"])
    return Lecture("conformite.demandedroit", d.pk, d.menage_id, Niveau.FACTUEL, d.reference)


def lecture_export(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """The person's whole file: read at the highest level, for the request."""
    d = find_demande(perimetre, kwargs["demande_id"])
    motif = f"Droit d’accès, demande {d.reference}"
    return Lecture(
        "conformite.demandedroit", d.pk, d.menage_id, Niveau.CONFIDENTIEL, d.reference, motif
    )


def export_de(perimetre: Perimetre, demande: DemandeDroit) -> ExportPersonne:
    """The file of a request. The row rules are told why: the officer has no link to it."""
    foyer = [demande.menage_id, *list_absorbes([demande.menage_id])]
    with ouvre_transaction(perimetre, systeme=f"droit d’accès, demande {demande.reference}"):
        return build_export(foyer, demande.personne_id, perimetre.jour)
