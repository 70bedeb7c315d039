"""Nomenclatures of persons and households: stored codes are ASCII, labels are French."""

from django.db.models import TextChoices


class Civilite(TextChoices):
    MADAME = "madame", "Madame"
    MONSIEUR = "monsieur", "Monsieur"
    NON_PRECISEE = "non_precisee", "Non précisée"


class RoleMenage(TextChoices):
    """Place of a person in a household."""

    REFERENT = "referent", "Référent du ménage"
    CONJOINT = "conjoint", "Conjoint"
    ENFANT = "enfant", "Enfant"
    ASCENDANT = "ascendant", "Ascendant"
    AUTRE = "autre", "Autre personne"


class MotifDeSortie(TextChoices):
    SEPARATION = "separation", "Séparation"
    DECOHABITATION = "decohabitation", "Décohabitation"
    DECES = "deces", "Décès"
    PLACEMENT = "placement", "Placement"
    REGROUPEMENT = "regroupement", "Regroupement de deux ménages"
    AUTRE = "autre", "Autre motif"


class MotifRegroupement(TextChoices):
    """Why two households live as one from a date."""

    VIE_COMMUNE = "vie_commune", "Reprise de la vie commune"
    PROCHE = "proche", "Un proche rejoint le ménage"
    AUTRE = "autre", "Autre motif"


class StatutOccupation(TextChoices):
    """How the household occupies its dwelling (domain model, section 2)."""

    LOCATAIRE_HLM = "locataire_hlm", "Locataire HLM"
    LOCATAIRE_PRIVE = "locataire_prive", "Locataire du parc privé"
    SOUS_LOCATAIRE = "sous_locataire", "Sous-locataire"
    RESIDENT = "resident", "Résident"
    PROPRIETAIRE_OCCUPANT = "proprietaire_occupant", "Propriétaire occupant"
    ACCEDANT = "accedant", "Accédant à la propriété"
    HEBERGE = "heberge", "Hébergé"
    SANS_DOMICILE = "sans_domicile", "Sans domicile"
    OCCUPANT_SANS_TITRE = "occupant_sans_titre", "Occupant sans titre"


class Origine(TextChoices):
    """Where the household comes from."""

    RUE = "rue", "Rue"
    HEBERGEMENT = "hebergement", "Hébergement"
    HOTEL = "hotel", "Hôtel"
    LOGEMENT = "logement", "Logement"
    CARAVANE = "caravane", "Caravane"


class MotifRattachement(TextChoices):
    """Why an organisation, or one of its people, may see a household."""

    PRESCRIPTION = "prescription", "a déposé la saisine"
    SECRETARIAT = "secretariat", "tient le secrétariat de l’instance saisie"
    SEANCE = "seance", "siège à la séance qui examine le dossier"
    OPERATEUR = "operateur", "met en œuvre la mesure"
    REFERENT = "referent", "est référent de la mesure"
    FINANCEUR = "financeur", "finance la convention de la mesure"
    INSTRUCTION = "instruction", "instruit la demande"
    BAILLEUR = "bailleur", "loge le ménage"
    TRAVAUX = "travaux", "conduit les travaux du logement"
    IMPORT = "import", "a transmis le dossier par fichier"
    CREATION = "creation", "a créé la fiche du ménage"
    REGROUPEMENT = "regroupement", "suit un ménage qui a rejoint celui-ci"
    EXCEPTION = "exception", "session d’exception motivée"


class SensBudget(TextChoices):
    """The three parts of a budget."""

    RESSOURCE = "ressource", "Ressources"
    CHARGE = "charge", "Charges"
    DETTE = "dette", "Dettes"


class CalculBudget(TextChoices):
    """The part a line plays in the taux d'effort (domain model, section 2)."""

    LOYER = "loyer", "Loyer"
    CHARGES = "charges_locatives", "Charges locatives"
    AIDE = "aide_logement", "Aide au logement"


class Surendettement(TextChoices):
    """Where a file of over-indebtedness stands (domain model, section 2)."""

    NEANT = "neant", "Néant"
    DEPOSE = "depose", "Dossier déposé"
    RECEVABLE = "recevable", "Dossier recevable"
    PLAN = "plan", "Plan"
    RETABLISSEMENT = "rp", "Rétablissement personnel"
    CLOS = "clos", "Dossier clos"
