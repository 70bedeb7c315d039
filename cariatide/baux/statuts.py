"""Titles of occupation: stored codes are ASCII, labels are French."""

from django.db.models import TextChoices

from cariatide.partenaires.statuts import Role

# Who records the entry of a household and its exit.
ROLES_BAUX = frozenset({Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE, Role.CHARGE_DE_CLIENTELE})
# Who opens the list and the page of an occupation (the links of the household choose the rows).
ROLES_LECTURE = ROLES_BAUX | {
    Role.TECHNICIEN,
    Role.CONSEILLER_HABITAT,
    Role.SECRETARIAT,
    Role.FINANCEUR,
    Role.CHARGE_DU_PLAN,
}


class NatureTitre(TextChoices):
    """By what title a household occupies a home (domain model, section 3)."""

    BAIL = "bail", "Bail d’habitation"
    SOUS_LOCATION = "sous_location", "Sous-location"
    MANDAT = "mandat", "Bail direct par mandat de gestion"
    BAIL_GLISSANT = "bail_glissant", "Bail glissant"
    CONTRAT_RESIDENCE = "contrat_residence", "Contrat de résidence"
    CONVENTION_OCCUPATION = "convention_occupation", "Convention d’occupation"
    PROTOCOLE = "protocole", "Protocole de cohésion sociale"


class MotifFin(TextChoices):
    RELOGEMENT = "relogement", "Relogement ailleurs"
    DEPART_VOLONTAIRE = "depart_volontaire", "Départ volontaire"
    FIN_DE_TITRE = "fin_de_titre", "Fin du titre"
    EXPULSION = "expulsion", "Expulsion"
    STRUCTURE = "structure", "Entrée en structure"
    SEPARATION = "separation", "Séparation"
    DECES = "deces", "Décès"
    AUTRE = "autre", "Autre motif"
