"""Kinds of homes, owners and offers: stored codes are ASCII, labels are French."""

from django.db.models import TextChoices

from cariatide.partenaires.statuts import Role

# Who works on the stock: reads homes, owners, diagnoses and offers of the organisation.
ROLES_PARC = frozenset(
    {
        Role.TECHNICIEN,
        Role.CHARGE_DE_CLIENTELE,
        Role.TRAVAILLEUR_SOCIAL,
        Role.CHEF_DE_SERVICE,
        Role.CONSEILLER_HABITAT,
    }
)
# Who draws up a technical diagnosis.
ROLES_DIAGNOSTIC = frozenset({Role.TECHNICIEN, Role.CONSEILLER_HABITAT, Role.CHEF_DE_SERVICE})


class TypeLogement(TextChoices):
    CHAMBRE = "chambre", "Chambre"
    T1 = "t1", "T1"
    T2 = "t2", "T2"
    T3 = "t3", "T3"
    T4 = "t4", "T4"
    T5 = "t5", "T5"
    T6 = "t6", "T6 et plus"


class Categorie(TextChoices):
    """Segment of the stock (domain model, section 2)."""

    HLM = "hlm", "HLM"
    CONVENTIONNE_SOCIAL = "conventionne_social", "Privé conventionné social"
    CONVENTIONNE_TRES_SOCIAL = "conventionne_tres_social", "Privé conventionné très social"
    CONVENTIONNE_INTERMEDIAIRE = "conventionne_intermediaire", "Privé conventionné intermédiaire"
    PRIVE_LIBRE = "prive_libre", "Privé libre"
    COMMUNAL = "communal", "Communal"
    FOYER = "foyer", "Foyer ou résidence"


class NatureProprietaire(TextChoices):
    PERSONNE_PHYSIQUE = "personne_physique", "Personne physique"
    SCI = "sci", "Société civile immobilière"
    BAILLEUR_SOCIAL = "bailleur_social", "Bailleur social"
    COMMUNE = "commune", "Commune"
    AUTRE = "autre", "Autre personne morale"


class StatutOffre(TextChoices):
    """Life of an offer found by the operator (domain inventory, C7)."""

    REPEREE = "reperee", "Repérée"
    VISITEE = "visitee", "Visitée"
    RETENUE = "retenue", "Retenue"
    ECARTEE = "ecartee", "Écartée"
    CAPTEE = "captee", "Captée"


# The choice is made, one way or the other.
CONCLUES = (StatutOffre.RETENUE, StatutOffre.ECARTEE, StatutOffre.CAPTEE)
OUVERTES = (StatutOffre.REPEREE, StatutOffre.VISITEE, StatutOffre.RETENUE)


class ClasseEnergie(TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"
    E = "E", "E"
    F = "F", "F"
    G = "G", "G"


class EtatElement(TextChoices):
    """State of one element of a technical diagnosis."""

    BON = "bon", "Bon état"
    USAGE = "usage", "État d’usage"
    MAUVAIS = "mauvais", "Mauvais état"
    DANGEREUX = "dangereux", "Dangereux"
    SANS_OBJET = "sans_objet", "Sans objet"


# What a technician looks at, in the order of the visit; the grid of a diagnosis starts from it.
ELEMENTS = (
    ("abords", "Abords et accès"),
    ("gros_oeuvre", "Gros œuvre et structure"),
    ("toiture", "Toiture et charpente"),
    ("menuiseries", "Menuiseries et fermetures"),
    ("isolation", "Isolation"),
    ("ventilation", "Ventilation et aération"),
    ("humidite", "Humidité et infiltrations"),
    ("electricite", "Installation électrique"),
    ("gaz", "Installation de gaz"),
    ("chauffage", "Chauffage"),
    ("eau", "Eau potable et eau chaude"),
    ("sanitaires", "Sanitaires et évacuations"),
    ("plomb", "Peintures dégradées"),
    ("adaptation", "Accessibilité et adaptation"),
)
