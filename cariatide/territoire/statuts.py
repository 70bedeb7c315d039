"""Stable codes of the territory, with their French labels."""

from django.db.models import TextChoices


class TypeCommune(TextChoices):
    """With the code, the key of a commune: current and delegated communes share codes."""

    ACTUELLE = "actuelle", "Commune"
    DELEGUEE = "deleguee", "Commune déléguée"
    ASSOCIEE = "associee", "Commune associée"
    ARRONDISSEMENT_MUNICIPAL = "arrondissement_municipal", "Arrondissement municipal"


class NatureEvenement(TextChoices):
    FUSION = "fusion", "Fusion"
    CHANGEMENT_DE_CODE = "changement_de_code", "Changement de code"
    CHANGEMENT_DE_NOM = "changement_de_nom", "Changement de nom"
    RETABLISSEMENT = "retablissement", "Rétablissement"


class Zonage(TextChoices):
    APL = "apl", "Zone des aides au logement (APL)"
    ABC = "abc", "Zone ABC"


class NatureEpci(TextChoices):
    CC = "CC", "Communauté de communes"
    CA = "CA", "Communauté d’agglomération"
    CU = "CU", "Communauté urbaine"
    METRO = "METRO", "Métropole"
    MET69 = "MET69", "Métropole de Lyon"


ZONES_ADMISES = {
    Zonage.APL: ("1", "1bis", "2", "3"),
    Zonage.ABC: ("Abis", "A", "B1", "B2", "C"),
}

# Who may define sectors: stored codes of roles that a floor above declares.
ROLES_DES_SECTEURS = frozenset({"charge_du_plan", "administrateur", "administrateur_technique"})
# A sector common to everybody belongs to the plan.
ROLES_DU_COMMUN = frozenset({"charge_du_plan", "administrateur_technique"})
