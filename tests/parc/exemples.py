"""Homes and offers of the tests."""

from datetime import date
from decimal import Decimal
from typing import Any

from cariatide.parc.actions import (
    DonneesLogement,
    DonneesProprietaire,
    advance_offre,
    change_proprietaire,
    create_logement,
    create_proprietaire,
    open_offre,
)
from cariatide.parc.models import Logement, OffreLogement, Proprietaire
from tests.distribution import Monde


def donnees(monde: Monde, **options: Any) -> DonneesLogement:
    valeurs: dict[str, Any] = {
        "adresse": "12 rue de l’Église",
        "code_postal": "59600",
        "commune_id": monde.commune.pk,
        "type": "t3",
        "categorie": "prive_libre",
        "surface": Decimal("62.50"),
        "loyer": Decimal("480"),
        "charges": Decimal("35"),
    }
    return DonneesLogement(**{**valeurs, **options})


def add_logement(monde: Monde, qui: str = "technicien", **options: Any) -> Logement:
    """A home of the organisation of one of the cast."""
    perimetre = monde.perimetre(qui)
    return create_logement(
        perimetre=perimetre,
        organisation_id=perimetre.mandats[0].organisation_id,
        donnees=donnees(monde, **options),
    )


def add_proprietaire(
    monde: Monde, logement: Logement | None = None, du: date = date(2020, 1, 1), **options: Any
) -> Proprietaire:
    """An owner known of the operator, who owns that home."""
    perimetre = monde.perimetre("technicien")
    valeurs = {"nature": "personne_physique", "nom": "Marguerite Dhuiège", **options}
    proprietaire = create_proprietaire(
        perimetre=perimetre,
        organisation_id=perimetre.mandats[0].organisation_id,
        donnees=DonneesProprietaire(**valeurs),
    )
    if logement is not None:
        logement.refresh_from_db(from_queryset=Logement.objects.unscoped(reason="test"))
        change_proprietaire(
            perimetre=perimetre,
            logement_id=logement.pk,
            proprietaire_id=proprietaire.pk,
            du=du,
            version=logement.version,
        )
    return proprietaire


def add_offre(
    monde: Monde, logement: Logement, *actes: str, le: date = date(2026, 9, 1)
) -> OffreLogement:
    """An offer on which those acts were done, all on that day."""
    perimetre = monde.perimetre("technicien")
    offre = open_offre(
        perimetre=perimetre,
        logement_id=logement.pk,
        reperee_le=le,
        convention_id=monde.convention.pk,
        source="Annonce",
    )
    for acte in actes:
        offre = advance_offre(
            perimetre=perimetre,
            offre_id=offre.pk,
            acte=acte,
            le=le,
            version=offre.version,
            motif="Loyer trop élevé" if acte == "ecarter" else "",
        )
    return offre
