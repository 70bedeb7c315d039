"""Works of the tests, at any state of their life."""

from datetime import date
from decimal import Decimal
from typing import Any

from cariatide.amelioration.actions import (
    DonneesActe,
    DonneesFinancement,
    DonneesOperation,
    advance_operation,
    open_operation,
    save_financement,
)
from cariatide.amelioration.models import OperationTravaux
from cariatide.demandes.models import Saisine
from cariatide.menages.models import Menage
from cariatide.parc.models import Logement
from cariatide.socle.references import next_reference
from tests.distribution import Monde

COUT = Decimal("20000")
CHEMINS = {
    "etudiee": (),
    "financee": ("financer",),
    "en_travaux": ("financer", "commencer"),
    "achevee": ("financer", "commencer", "achever"),
    "louee": ("financer", "commencer", "achever", "louer"),
    "abandonnee": ("abandonner",),
}


def etude(monde: Monde, menage: Menage | None = None, **options: Any) -> DonneesOperation:
    valeurs: dict[str, Any] = {
        "convention_id": monde.convention.pk,
        "finalite": "maintien" if menage else "production",
        "maitre_ouvrage": "prive",
        "objet": "Réfection de la toiture",
        "etudiee_le": date(2026, 2, 2),
        "menage_id": menage.pk if menage else None,
        "cout": COUT,
    }
    return DonneesOperation(**{**valeurs, **options})


def add_financement(
    monde: Monde, operation: OperationTravaux, accorde: Decimal | None = COUT, **options: Any
) -> OperationTravaux:
    """A line of the plan granted by the département; returns the operation as it is now."""
    valeurs: dict[str, Any] = {
        "nature": "subvention",
        "financeur_id": monde.departement.pk,
        "sollicite": COUT,
        "accorde": accorde,
        "reponse_le": None if accorde is None else date(2026, 2, 20),
    }
    perimetre = monde.perimetre("technicien")
    save_financement(
        perimetre=perimetre,
        operation_id=operation.pk,
        version=operation.version,
        donnees=DonneesFinancement(**{**valeurs, **options}),
    )
    return OperationTravaux.objects.unscoped(reason="test").get(pk=operation.pk)


def advance(
    monde: Monde, operation: OperationTravaux, acte: str, le: date, **options: Any
) -> OperationTravaux:
    return advance_operation(
        perimetre=monde.perimetre("technicien"),
        operation_id=operation.pk,
        acte=acte,
        version=operation.version,
        donnees=DonneesActe(le=le, **options),
    )


def add_operation(
    monde: Monde,
    logement: Logement,
    statut: str = "etudiee",
    menage: Menage | None = None,
    le: date = date(2026, 3, 2),
    **options: Any,
) -> OperationTravaux:
    """Works brought to that state, every act on that day."""
    options.setdefault("etudiee_le", min(date(2026, 2, 2), le))
    operation = open_operation(
        perimetre=monde.perimetre("technicien"),
        logement_id=logement.pk,
        donnees=etude(monde, menage, **options),
    )
    actes = CHEMINS[statut]
    if "financer" in actes:
        operation = add_financement(monde, operation, reponse_le=le)
    for acte in actes:
        plus = {"motif": "Renoncement"} if acte == "abandonner" else {}
        operation = advance(monde, operation, acte, le, **plus)
    return operation


def add_saisine(
    monde: Monde, menage: Menage, le: date = date(2026, 1, 20), **options: Any
) -> Saisine:
    """A saisine of the CCAS, directed to a new home by the session of the next month."""
    valeurs: dict[str, Any] = {
        "reference": next_reference("S", le.year),
        "statut": "orientee_relogement",
        "date_saisine": le,
        "deposee_le": le,
        "information_menage_le": le,
        "redaction": monde.ccas,
        "origine_organisation": monde.ccas,
        "dispositif": "mous",
        "convention": monde.convention,
        "menage": menage,
        "decidee_le": le,
        "decision_sens": "relogement",
    }
    saisine = Saisine(**{**valeurs, **options})
    saisine.save(force_insert=True)
    return saisine
