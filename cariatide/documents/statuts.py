"""Kinds of pieces, and what the scanner said of them; stored codes are ASCII, labels are French."""

from django.db.models import TextChoices


class TypePiece(TextChoices):
    """What a piece proves. The list of the pieces that an act requires belongs to its domain."""

    IDENTITE = "identite", "Pièce d’identité ou de séjour"
    FAMILLE = "famille", "Situation familiale"
    RESSOURCES = "ressources", "Justificatif de ressources"
    CHARGES = "charges", "Justificatif de charges ou de dettes"
    BAIL = "bail", "Bail ou titre d’occupation"
    QUITTANCE = "quittance", "Quittance ou avis d’échéance"
    DEMANDE_LOGEMENT = "demande_logement", "Demande de logement social"
    DECISION = "decision", "Décision ou acte de procédure"
    DIAGNOSTIC = "diagnostic", "Diagnostic ou rapport de visite"
    PHOTO = "photo", "Photographie"
    DEVIS = "devis", "Devis ou facture"
    SIGNE = "signe", "Document signé"
    COURRIER = "courrier", "Courrier reçu"
    AUTRE = "autre", "Autre pièce"


class Analyse(TextChoices):
    """What the scanner said of a piece."""

    NON_ANALYSEE = "non_analysee", "Non analysée"
    EN_ATTENTE = "en_attente", "En quarantaine, analyse en cours"
    SAINE = "saine", "Analysée, saine"
    INFECTEE = "infectee", "En quarantaine, virus trouvé"
    IMPOSSIBLE = "impossible", "En quarantaine, analyse impossible"


# Not downloadable: the scanner did not say that the content is safe.
QUARANTAINE = frozenset({Analyse.EN_ATTENTE, Analyse.INFECTEE, Analyse.IMPOSSIBLE})
