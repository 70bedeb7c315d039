"""States and kinds of the commission engine: stored codes are ASCII, labels are French."""

from django.db.models import TextChoices


class TypeInstance(TextChoices):
    """Bodies that examine cases; one engine serves them all."""

    GROUPE_DE_PILOTAGE = "groupe_de_pilotage", "Groupe de pilotage"
    IUC = "iuc", "Instance unique de concertation"
    CCAPEX = "ccapex", "Commission de coordination des actions de prévention des expulsions"
    CCAPEX_LOCALE = "ccapex_locale", "CCAPEX locale"
    CELLULE_DE_RELOGEMENT = "cellule_de_relogement", "Cellule de relogement"
    COMMISSION_AIDES = "commission_aides", "Commission des aides financières"
    ADMISSION = "admission", "Commission d’admission en structure"
    HABITAT_INDIGNE = "habitat_indigne", "Pôle de lutte contre l’habitat indigne"
    COMITE_TECHNIQUE = "comite_technique", "Comité technique"
    COMITE_RESPONSABLE = "comite_responsable", "Comité responsable"
    AUTRE = "autre", "Autre instance"


class ModeQuorum(TextChoices):
    """How the number of voting members needed is given."""

    AUCUN = "aucun", "Aucun quorum"
    NOMBRE = "nombre", "Un nombre de membres"
    FRACTION = "fraction", "Une fraction des membres"


class StatutSeance(TextChoices):
    PLANIFIEE = "planifiee", "Planifiée"
    CONVOQUEE = "convoquee", "Convoquée"
    OUVERTE = "ouverte", "Ouverte"
    CLOSE = "close", "Close"
    ANNULEE = "annulee", "Annulée"


class EtatPresence(TextChoices):
    PRESENT = "present", "Présent"
    POUVOIR = "pouvoir", "Représenté par pouvoir"
    EXCUSE = "excuse", "Excusé"
    ABSENT = "absent", "Absent"


class StatutPassage(TextChoices):
    """REPORTE: the session closed without examining the case; it goes to the next one."""

    INSCRIT = "inscrit", "Inscrit"
    EN_COURS = "en_cours", "En cours"
    DECIDE = "decide", "Décidé"
    AJOURNE = "ajourne", "Ajourné"
    REPORTE = "reporte", "Reporté"
    RETIRE = "retire", "Retiré"


class SensDecision(TextChoices):
    MAINTIEN = "maintien", "Maintien"
    RELOGEMENT = "relogement", "Relogement"
    AJOURNEMENT = "ajournement", "Ajournement"
    REFUS = "refus", "Refus"


class SensAvis(TextChoices):
    """What a member thinks of a case before the session."""

    FAVORABLE = "favorable", "Favorable"
    RESERVE = "reserve", "Réservé"
    DEFAVORABLE = "defavorable", "Défavorable"


# A passage in one of these states holds its case: it may not be on another agenda.
OUVERTS = frozenset({StatutPassage.INSCRIT, StatutPassage.EN_COURS})
EXAMINES = frozenset({StatutPassage.DECIDE, StatutPassage.AJOURNE})
# A session that still has to be held, or is being held.
A_TENIR = frozenset({StatutSeance.PLANIFIEE, StatutSeance.CONVOQUEE})
