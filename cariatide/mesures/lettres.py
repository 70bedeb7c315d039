"""Letters to a household about its measure, as frozen contexts: facts alone."""

from cariatide.documents.contextes.base import Destinataire, Signature
from cariatide.documents.contextes.courriers import CourrierMenage
from cariatide.mesures.documents import make_en_tete, read_adresse
from cariatide.mesures.models import Reorientation
from cariatide.mesures.queries import describe_destination
from cariatide.mesures.statuts import StatutReorientation
from cariatide.socle.dates import format_date
from cariatide.socle.perimetre import Perimetre


def build_lettre_reorientation(
    reorientation: Reorientation, perimetre: Perimetre
) -> CourrierMenage:
    """What the funder decided of a reorientation, and what follows for the household."""
    mesure = reorientation.mesure
    commanditaire = mesure.convention.commanditaire
    nom = f"Ménage {mesure.menage.nom_usage}"
    adresse = read_adresse(mesure.menage_id, perimetre)
    return CourrierMenage(
        en_tete=make_en_tete(commanditaire),
        reference=f"{mesure.reference}/reorientation",
        etabli_le=perimetre.jour,
        lieu=commanditaire.ville,
        destinataire=Destinataire(
            lignes=(nom, *(adresse or ("À remettre par le référent du ménage",)))
        ),
        objet="Décision sur la suite de votre accompagnement",
        vos_references=mesure.reference,
        signature=Signature(qualite=f"Pour {commanditaire.nom}", nom=perimetre.utilisateur),
        paragraphes=tuple(_paragraphes(reorientation)),
    )


def _paragraphes(reorientation: Reorientation) -> list[str]:
    mesure, vers = reorientation.mesure, reorientation.convention
    lines = [
        f"{mesure.operateur.nom} vous accompagne dans le cadre de la mesure {mesure.reference} "
        f"({mesure.get_dispositif_display()}). Le {format_date(reorientation.demandee_le)}, une "
        f"réorientation a été demandée vers : {describe_destination(reorientation)}.",
    ]
    if reorientation.statut == StatutReorientation.ACCEPTEE:
        lines.append(
            f"Cette réorientation est acceptée. Votre accompagnement par {mesure.operateur.nom} "
            f"prend fin le {format_date(reorientation.decidee_le)}. {vers.operateur.nom} prendra "
            "contact avec vous pour vous proposer un nouvel accompagnement."
        )
    else:
        lines.append(
            "Cette réorientation n’est pas acceptée. Votre accompagnement se poursuit avec "
            f"{mesure.operateur.nom}."
        )
    lines.append(f"Motif de la décision : {reorientation.decision_motif}")
    if reorientation.conditions:
        lines.append(f"Conditions : {reorientation.conditions}")
    return lines
