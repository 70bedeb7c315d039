"""Letters of the last sessions, posted by the secretariat by the real acts."""

from cariatide.poste.actions import post_lot, prepare_lot, record_retour
from cariatide.poste.queries import list_envois, read_choix
from cariatide.poste.statuts import ModeEnvoi, MotifRetour
from cariatide.socle.perimetre import Perimetre


def post_letters(perimetre: Perimetre) -> None:
    """A batch posted, with a letter that came back, another one to print; the others wait."""
    organisation_id = perimetre.mandats[0].organisation_id
    lettres = [x.document_id for x in read_choix(perimetre, organisation_id, {}).lettres]
    lots = [
        prepare_lot(perimetre=perimetre, organisation_id=organisation_id, documents=documents)
        for documents in (lettres[:3], lettres[3:5])
        if documents
    ]
    if not lots:
        return
    post_lot(
        perimetre=perimetre, lot_postal_id=lots[0].pk, version=lots[0].version, le=perimetre.jour,
        mode=ModeEnvoi.SIMPLE,
    )  # fmt: skip
    envoi = list_envois(perimetre, lots[0].pk).first()
    if envoi is not None:
        record_retour(
            perimetre=perimetre, envoi_id=envoi.pk, le=perimetre.jour, motif=MotifRetour.NPAI
        )
