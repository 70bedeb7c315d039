"""The alert of sessions: a decision that its household has not been told."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from cariatide.alertes.ports import Gravite, Ligne, Reglages, Regle, every_row, select_cas
from cariatide.alertes.statuts import Responsable
from cariatide.commission.models import Decision
from cariatide.commission.statuts import SensDecision

_SECRETARIAT = "passage__seance__instance__secretariat_id"


def list_non_notifiees(reglages: Reglages) -> QuerySet[Any]:
    """Decisions other than a postponement, taken and not notified."""
    rows = every_row(Decision).filter(
        notifiee_le__isnull=True, le__lte=reglages.limite(_SECRETARIAT)
    )
    return select_cas(
        rows.exclude(sens=SensDecision.AJOURNEMENT), reglages, organisation=_SECRETARIAT,
        menage="passage__menage_id", depuis="le", reference="passage__reference",
        objet="passage_id",
    )  # fmt: skip


def page_passage(ligne: Ligne) -> str:
    return reverse("commission:passage", args=[ligne["objet_id"]])


REGLES = {
    "commission.non_notifiee": Regle(
        libelle="Décision non notifiée",
        phrase="Décidée le {depuis}, elle n’a pas été notifiée au ménage",
        aide="Éditez la notification depuis la page de la séance.",
        gravite=Gravite.HAUTE,
        objet_type="commission.passage",
        responsables=(Responsable.SECRETARIAT,),
        parametre="alertes.decision_non_notifiee",
        cas=list_non_notifiees,
        page=page_passage,
    ),
}
