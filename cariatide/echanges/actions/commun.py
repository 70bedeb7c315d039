"""What every act on a batch does: find the mandate, lock, tell how far it is, write the event."""

from cariatide.echanges.models import LotImport
from cariatide.echanges.ports import ROLES_IMPORT
from cariatide.echanges.queries import sujet_of
from cariatide.journal.actions import record_evenement
from cariatide.socle.avancement import tell_avancement
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

OBJET = "echanges.lot"


def require_mandat(perimetre: Perimetre, organisation_id: int | None = None) -> MandatEnVigueur:
    """The mandate of the person who imports."""
    mandat = perimetre.find_mandat(ROLES_IMPORT, organisation_id)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet d’importer un fichier.")
    return mandat


def lock_lot(perimetre: Perimetre, lot_id: int) -> LotImport:
    """Lock a batch of the perimeter for writing."""
    lot: LotImport = LotImport.objects.select_for_update(of=("self",)).find_visible(
        perimetre, lot_id
    )
    return lot


def tell(perimetre: Perimetre, etape: str, fait: int, total: int) -> None:
    """Show on the pages of this person how far the act is."""
    tell_avancement(sujet_of(perimetre), etape, fait, total)


def record_lot(
    perimetre: Perimetre, mandat: MandatEnVigueur | None, lot: LotImport, nom: str, lignes: int
) -> None:
    """Write one event about a batch."""
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=lot.pk,
        libelle=lot.fichier,
        apres={"genre": lot.genre, "lignes": lignes},
    )
