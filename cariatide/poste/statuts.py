"""States of a batch, how a letter leaves, why it comes back; codes are ASCII, labels are French."""

from django.db.models import TextChoices


class StatutLot(TextChoices):
    EN_PREPARATION = "en_preparation", "En préparation"
    PRET = "pret", "Prêt à imprimer"
    IMPOSSIBLE = "impossible", "Fichier impossible"
    POSTE = "poste", "Posté"
    ANNULE = "annule", "Annulé"


class ModeEnvoi(TextChoices):
    """How a letter reached the household, or left for it."""

    SIMPLE = "simple", "Lettre simple"
    SUIVIE = "suivie", "Lettre suivie"
    RECOMMANDEE = "recommandee_ar", "Lettre recommandée avec avis de réception"
    MAIN_PROPRE = "main_propre", "Remis en main propre"
    A_PART = "a_part", "Posté à part"


class MotifRetour(TextChoices):
    """What the post office wrote on a letter that came back."""

    NPAI = "npai", "N’habite pas à l’adresse indiquée"
    NON_RECLAME = "non_reclame", "Pli avisé et non réclamé"
    REFUSE = "refuse", "Pli refusé par le destinataire"


class EtatCourrier(TextChoices):
    """Where an issued letter stands, as the list says it."""

    A_POSTER = "a_poster", "À poster"
    EN_LOT = "en_lot", "Dans un lot"
    ENVOYE = "envoye", "Envoyé"
    REVENU = "revenu", "Revenu"


# A whole batch leaves by the post office; the others are ways of one letter.
MODES_LOT = (ModeEnvoi.SIMPLE, ModeEnvoi.SUIVIE, ModeEnvoi.RECOMMANDEE)
MODES_SEUL = (ModeEnvoi.MAIN_PROPRE, ModeEnvoi.A_PART)
# Their letters bear a number each.
MODES_NUMEROTES = (ModeEnvoi.SUIVIE, ModeEnvoi.RECOMMANDEE)
# Its letters may not be in another batch.
VIVANTS = frozenset({StatutLot.EN_PREPARATION, StatutLot.PRET, StatutLot.IMPOSSIBLE})
