"""Who reads the reports of purges: the data-protection officers, whatever their organisation."""

from django.db.models import Q

from cariatide.conformite.rules import ROLES_CONFORMITE
from cariatide.socle.access import NOTHING
from cariatide.socle.perimetre import Niveau, Perimetre

OBJET_PURGE = "conformite.purge"


class AccesProcesVerbaux:
    """Port `documents.acces_objets`. They count, and name nobody: no factual mandate is needed."""

    niveau = Niveau.AGREGE

    def condition(self, perimetre: Perimetre) -> Q:
        return Q() if perimetre.has_role(*ROLES_CONFORMITE) else NOTHING
