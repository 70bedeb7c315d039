"""The values that the département of the demonstration fixed for itself.

No national text gives them: without a local decision no measure may be suspended. These decisions
are invented, and say so.
"""

from cariatide.bareme.models import ParametreLocal
from cariatide.bareme.queries import find_parametre
from cariatide.demonstration.ecriture.contexte import Ecriture

MOIS = 3
# Code → value, decision. Of the whole platform: every commanditaire of the story follows them.
REGLAGES = {
    "mesure.suspension_maximale": (
        MOIS,
        "Règlement intérieur de démonstration du fonds de solidarité",
    ),
    "rgpd.archive_intermediaire": (1, "Décision de démonstration du comité responsable"),
    "registre.relecture": (12, "Décision de démonstration du comité responsable"),
    "alertes.portefeuille": (20, "Note de service de démonstration : mesures d’un portefeuille"),
    "commission.quorum": (3, "Règlement intérieur type de démonstration des instances"),
}


def write_reglages(e: Ecriture) -> None:
    """bareme.actions.set_parametre_local, by the plan officer."""
    le, bob = e.recit.periode.debut, e.monde.acteur("bob.lambert")
    for code, (valeur, motif) in REGLAGES.items():
        locale = e.tampon.ajoute(
            ParametreLocal(
                code=code,
                valeur=valeur,
                du=le,
                motif=motif,
                auteur=bob.nom,
                created_at=e.plume.instant(le),
            )
        )
        e.plume.evenement(
            "parametre_local.fixe",
            bob,
            le,
            ("bareme.parametrelocal", locale.pk),
            libelle=find_parametre(code).libelle,
            apres={"code": code, "valeur": valeur, "du": le, "motif": motif},
        )
