"""The report of a purge: what was done, on what ground, how much; nobody is named in it."""

from datetime import date

from cariatide.conformite.models import Purge
from cariatide.conformite.queries import describe_modeles
from cariatide.conformite.statuts import NaturePurge
from cariatide.documents.contextes.base import Champ, EnTete
from cariatide.documents.contextes.releve import Partie, Releve
from cariatide.socle.dates import format_date

MODELE_PV = "releve"
TITRE_PV = "Procès-verbal de purge"
_EFFETS = {
    NaturePurge.ARCHIVAGE: "Ces dossiers ne s’ouvrent plus à personne. Ils reviennent en base "
    "active par un acte motivé du délégué à la protection des données, si le ménage revient.",
    NaturePurge.ANONYMISATION: "Les noms, dates de naissance, adresses, coordonnées, textes, "
    "pièces et documents de ces dossiers ont été effacés, ainsi que ce qui les nommait au journal. "
    "Les faits datés sans nom restent : ce sont eux que lisent les indicateurs. Rien ne rétablit "
    "un dossier anonymisé.",
}


def build_pv(purge: Purge, jour: date) -> Releve:
    """The context of the report."""
    bilan = purge.bilan
    ecartees: list[str] = bilan["ecartees"]
    return Releve(
        en_tete=EnTete(organisation=purge.organisation.nom),
        reference="",
        etabli_le=jour,
        sous_titre=str(NaturePurge(purge.nature).label),
        avertissement="Ce procès-verbal compte des dossiers et des lignes. Il ne nomme personne.",
        champs=(
            Champ(libelle="Purge", valeur=purge.reference),
            Champ(libelle="Durée appliquée", valeur=purge.fondement),
            Champ(libelle="Motif", valeur=purge.motif),
            Champ(
                libelle="Préparée",
                valeur=f"le {format_date(purge.preparee_le)} par {purge.preparee_par}",
            ),
            Champ(
                libelle="Confirmée",
                valeur=f"le {format_date(purge.confirmee_le)} par {purge.confirmee_par}"
                if purge.confirmee_le
                else "",
            ),
            Champ(libelle="Dossiers traités", valeur=str(bilan["dossiers"])),
            Champ(libelle="Dossiers écartés", valeur=str(len(ecartees))),
        ),
        parties=(
            Partie(
                titre="Ce qui a été fait",
                texte=_EFFETS[NaturePurge(purge.nature)],
                colonnes=("Données", "Lignes"),
                lignes=tuple(
                    (libelle, str(nombre)) for libelle, nombre in describe_modeles(bilan["modeles"])
                ),
            ),
            Partie(
                titre="Dossiers écartés",
                texte="" if ecartees else "Aucun dossier n’a été écarté.",
                colonnes=("Motif", "Dossiers"),
                lignes=tuple(
                    (motif, str(ecartees.count(motif))) for motif in sorted(set(ecartees))
                ),
            ),
        ),
    )
