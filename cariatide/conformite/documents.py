"""Papers of the officer: report of a purge (nobody is named), file of a person, register."""

from datetime import date

from cariatide.conformite.models import DemandeDroit, Purge, Traitement, VersionTraitement
from cariatide.conformite.queries import describe_modeles, describe_version
from cariatide.conformite.statuts import NaturePurge
from cariatide.documents.contextes.base import Champ, EnTete
from cariatide.documents.contextes.releve import Partie, Releve
from cariatide.menages.export_personne import ExportPersonne
from cariatide.socle.dates import format_date
from cariatide.socle.perimetre import Niveau

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


def build_releve_personne(demande: DemandeDroit, export: ExportPersonne, jour: date) -> Releve:
    """The person's file on paper; each row is a line of labels and values."""
    parties = [
        Partie(
            titre=f"{partie['titre']} ({partie['niveau'].lower()})",
            texte="\n\n".join(
                " ; ".join(f"{nom} : {valeur}" for nom, valeur in ligne.items())
                for ligne in partie["lignes"]
            ),
        )
        for partie in export.parties
    ]
    ecartes = "\n\n".join(export.ecartes) or "Rien n’a été laissé de côté."
    return Releve(
        en_tete=EnTete(organisation=demande.organisation.nom),
        reference=demande.reference,
        etabli_le=jour,
        niveau=Niveau.CONFIDENTIEL,
        sous_titre="Réponse à une demande d’accès (RGPD, article 15)",
        avertissement="Ce document est remis à la personne seule. Le contenu des documents et des "
        "pièces lui est remis à part.",
        parties=(*parties, Partie(titre="Ce qui a été laissé de côté", texte=ecartes)),
    )


def build_registre(traitements: list[tuple[Traitement, VersionTraitement]], jour: date) -> Releve:
    """The register in force: one part a processing, its headings in the order of article 30."""
    organisations = sorted({t.organisation.nom for t, _ in traitements})
    return Releve(
        en_tete=EnTete(organisation=", ".join(organisations)),
        reference="",
        etabli_le=jour,
        sous_titre="Registre des activités de traitement (RGPD, article 30)",
        avertissement="Ce qui n’est pas encore connu est marqué « à compléter ».",
        champs=(Champ(libelle="Traitements en vigueur", valeur=str(len(traitements))),),
        parties=tuple(
            Partie(
                titre=f"{version.nom} ({traitement.reference})",
                texte=f"Version {version.numero}, déclarée le {format_date(version.le)} par "
                f"{version.auteur}. Relue le {format_date(traitement.revu_le)}.",
                colonnes=("Rubrique", "Déclaration"),
                lignes=tuple(describe_version(version, jour)),
            )
            for traitement, version in traitements
        ),
    )
