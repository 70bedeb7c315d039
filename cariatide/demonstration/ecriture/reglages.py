"""The values that the département of the demonstration fixed for itself."""

from cariatide.bareme.models import ParametreLocal
from cariatide.bareme.queries import find_parametre
from cariatide.demonstration.ecriture.contexte import Ecriture

SUSPENSION = "mesure.suspension_maximale"
MOIS = 3
MOTIF = "Règlement intérieur de démonstration du fonds de solidarité"


def write_reglages(e: Ecriture) -> None:
    """bareme.actions.set_parametre_local: without it no measure may be suspended."""
    le, bob = e.recit.periode.debut, e.monde.acteur("bob.lambert")
    locale = e.tampon.ajoute(
        ParametreLocal(
            code=SUSPENSION,
            organisation_id=bob.organisation_id,
            valeur=MOIS,
            du=le,
            motif=MOTIF,
            auteur=bob.nom,
            created_at=e.plume.instant(le),
        )
    )
    e.plume.evenement(
        "parametre_local.fixe",
        bob,
        le,
        ("bareme.parametrelocal", locale.pk),
        libelle=find_parametre(SUSPENSION).libelle,
        apres={"code": SUSPENSION, "valeur": MOIS, "du": le, "motif": MOTIF},
    )
