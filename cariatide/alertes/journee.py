"""The most serious of my alerts: a block of « Ma journée »."""

from cariatide.alertes.ports import Gravite
from cariatide.alertes.queries import list_blocs_miennes
from cariatide.alertes.statuts import ROLES_DES_ALERTES
from cariatide.socle.pages.journee import LigneJournee
from cariatide.socle.perimetre import Perimetre

LIGNES = 5  # they stand beside what is due: the list has the others


class BlocAlertes:
    """Those that wait for the person, or for a role of theirs."""

    titre = "Mes alertes"
    ordre = 15
    liste = "alertes:liste"
    roles = frozenset(str(r) for r in ROLES_DES_ALERTES)

    def lignes(self, perimetre: Perimetre) -> list[LigneJournee]:
        return [
            LigneJournee(
                titre=f"{ligne['libelle']}, {ligne['menage_nom'] or ligne['reference']}",
                detail=f"{ligne['cause']} · {ligne['reference']}",
                url=ligne["url"],
                libelle_acte="Ouvrir",
                ton="bad" if ligne["gravite"] == Gravite.HAUTE else "",
            )
            for ligne in list_blocs_miennes(perimetre, LIGNES)
        ]
