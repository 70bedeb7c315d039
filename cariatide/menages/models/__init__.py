"""Households, their people, their sums, and the links that give rights on them."""

from cariatide.menages.models.budget import LigneSituation, NatureBudget, SituationFinanciere
from cariatide.menages.models.menage import (
    Appartenance,
    Domicile,
    FaitParcours,
    Fusion,
    Menage,
    MenageConfidentiel,
    MenageSocial,
    Personne,
    Rattachement,
)
from cariatide.menages.models.regroupement import Regroupement

__all__ = [
    "Appartenance",
    "Domicile",
    "FaitParcours",
    "Fusion",
    "LigneSituation",
    "Menage",
    "MenageConfidentiel",
    "MenageSocial",
    "NatureBudget",
    "Personne",
    "Rattachement",
    "Regroupement",
    "SituationFinanciere",
]
