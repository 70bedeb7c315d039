"""The seats of an organisation go on with the one that succeeds it."""

from datetime import date, timedelta

from django.db.models import Q

from cariatide.commission.models import MembreInstance


class RepriseDesSieges:
    """Port `partenaires.reprises`: two members that merge hold one seat of an instance."""

    def transfer(self, *, ancienne_id: int, nouvelle_id: int, le: date) -> int:
        """Split the seats held on `le`: the former organisation until the eve, then the new one."""
        held = MembreInstance.objects.filter(
            Q(au__isnull=True) | Q(au__gte=le), organisation_id=ancienne_id
        )
        sieges = list(held.select_for_update(of=("self",)).order_by("pk"))
        for siege in sieges:
            suite = MembreInstance(
                instance_id=siege.instance_id, organisation_id=nouvelle_id,
                titulaire=siege.titulaire, suppleant=siege.suppleant, voix=siege.voix,
                du=max(siege.du, le), au=siege.au,
            )  # fmt: skip
            if siege.du >= le:
                siege.delete()
            else:
                siege.au = le - timedelta(days=1)
                siege.save(update_fields=["au"])
            _seat(suite)
        return len(sieges)


def _seat(suite: MembreInstance) -> None:
    """Take the seat, unless the successor sits there already: a vote among the two is kept."""
    already = MembreInstance.objects.filter(
        Q(au__isnull=True) | Q(au__gte=suite.du),
        instance_id=suite.instance_id,
        organisation_id=suite.organisation_id,
    )
    if suite.au is not None:
        already = already.filter(du__lte=suite.au)
    if not already.exists():
        suite.save(force_insert=True)
    elif suite.voix:
        already.update(voix=True)
