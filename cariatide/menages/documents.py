"""The household's timeline on paper, as the reader's rights show it."""

from cariatide.documents.contextes.accompagnement import LigneParcours, ParcoursMenage
from cariatide.documents.contextes.base import EnTete
from cariatide.documents.modeles import find_modele
from cariatide.menages.models import Menage
from cariatide.menages.queries import find_niveau, list_parcours
from cariatide.socle.perimetre import Perimetre

LIGNES_MAX = 2000


def build_parcours_pdf(perimetre: Perimetre, menage_id: int) -> tuple[str, bytes]:
    """File name and PDF of the timeline; its level is the highest that the reader has."""
    menage: Menage = Menage.objects.find_visible(perimetre, menage_id)
    organisation = perimetre.mandats[0].organisation if perimetre.mandats else ""
    contexte = ParcoursMenage(
        en_tete=EnTete(organisation=organisation),
        reference=menage.reference,
        etabli_le=perimetre.jour,
        niveau=find_niveau(perimetre, menage_id),
        menage=menage.nom_usage,
        menage_reference=menage.reference,
        lecteur=perimetre.utilisateur,
        lignes=tuple(
            LigneParcours(
                le=f.date, libelle=f.titre, detail=f.detail, source=f.domaine, auteur=f.auteur
            )
            for f in list_parcours(perimetre, menage_id)[:LIGNES_MAX]
        ),
    )
    titre = f"Parcours du ménage {menage.nom_usage}"
    pdf = find_modele("parcours").render(contexte, titre=titre)
    return f"parcours-{menage.reference}.pdf", pdf
