"""Kinds of pieces; stored codes are ASCII, labels are French."""

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
