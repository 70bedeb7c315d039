"""Stable codes of the dated values, with their French labels."""

from django.db.models import TextChoices


class Confiance(TextChoices):
    """How sure the value is: read in a cited source, expert knowledge, or still to be checked."""

    HAUTE = "H", "Lu dans la source citée"
    MOYENNE = "M", "Connaissance concordante, source partielle"
    A_VERIFIER = "V", "À vérifier"


class TypeValeur(TextChoices):
    ENTIER = "entier", "Nombre entier"
    DECIMAL = "decimal", "Nombre décimal"
    TEXTE = "texte", "Texte"
    LISTE = "liste", "Liste de nombres entiers"


class Unite(TextChoices):
    HEURES = "heures", "heures"
    JOURS = "jours", "jours"
    JOURS_OUVRES = "jours_ouvres", "jours ouvrés"
    SEMAINES = "semaines", "semaines"
    MOIS = "mois", "mois"
    ANS = "ans", "ans"
    EUROS = "euros", "€"
    EUROS_PAR_JOUR = "euros_par_jour", "€ par place et par jour"
    POURCENT = "pourcent", "%"
    MULTIPLE = "multiple", "fois"
    TERMES = "termes", "termes"
    UNITES = "unites", ""
    MOIS_JOUR = "mois_jour", "mois-jour"
    CODE = "code", ""


# Who may set a local value: stored codes of roles that a floor above declares.
ROLES_DE_PARAMETRAGE = frozenset({"charge_du_plan", "administrateur_technique"})
