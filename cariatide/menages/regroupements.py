"""Regroupings as the household's page and a merge of two files need them."""

from django.db.models import F, Q

from cariatide.menages.effacement import Effacement, manager_of
from cariatide.menages.models import Menage, Regroupement
from cariatide.menages.ports import RattachableSimple
from cariatide.socle.perimetre import Perimetre

_REJOINT = "menages.Regroupement.rejoint"


class RattachableRegroupements(RattachableSimple):
    """A merge moves both ends: the household joined, and the one that joined it."""

    def __init__(self) -> None:
        # Who moved in with whom goes with the names; so does what undoing would bring back.
        label = "menages.Regroupement"
        super().__init__(label, effacements=(Effacement(label, supprime=True),))

    def move(self, *, source_id: int, cible_id: int) -> dict[str, list[int]]:
        rows = manager_of("menages.Regroupement")
        entre = Q(menage_id=source_id, rejoint_id=cible_id)
        entre |= Q(menage_id=cible_id, rejoint_id=source_id)
        # Between the two files themselves, the row stays as it was written.
        ids = {
            label: list(
                rows.filter(**{champ: source_id}).exclude(entre).values_list("pk", flat=True)
            )
            for label, champ in (("menages.Regroupement", "menage_id"), (_REJOINT, "rejoint_id"))
        }
        rows.filter(pk__in=ids["menages.Regroupement"]).update(menage_id=cible_id)
        rows.filter(pk__in=ids[_REJOINT]).update(rejoint_id=cible_id)
        return ids

    def move_back(self, *, source_id: int, moved: dict[str, list[int]]) -> None:
        rows = manager_of("menages.Regroupement")
        rows.filter(pk__in=moved["menages.Regroupement"]).update(menage_id=source_id)
        rows.filter(pk__in=moved[_REJOINT]).update(rejoint_id=source_id)


def list_regroupements(perimetre: Perimetre, menage_id: int) -> list[Regroupement]:
    """Those of a household, on either side, latest first."""
    found = Regroupement.objects.visible_to(perimetre).filter(
        Q(menage_id=menage_id) | Q(rejoint_id=menage_id)
    )
    return list(found.select_related("menage", "rejoint").order_by("-pk"))


def list_apparentes(perimetre: Perimetre, menage: Menage) -> list[Menage]:
    """Households of the perimeter that this one comes from, or that come from it."""
    found = Menage.objects.visible_to(perimetre).filter(
        Q(issu_de_id=menage.pk) | Q(pk=menage.issu_de_id), fusionne_dans__isnull=True
    )
    return list(found.exclude(pk=menage.pk).order_by(F("cree_le").desc(), "pk")[:20])
