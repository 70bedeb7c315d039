"""The links of households follow the organisation that succeeds another one."""

from datetime import date, timedelta

from django.db.models import Q

from cariatide.menages.models import Rattachement


class RepriseDesLiens:
    """Port `partenaires.reprises`: « Pourquoi vois-je ce dossier ? » stays true on every date."""

    def transfer(self, *, ancienne_id: int, nouvelle_id: int, le: date) -> int:
        """Split the links open on `le`: the former organisation until the eve, then the new one."""
        open_ones = Rattachement.objects.filter(
            Q(au__isnull=True) | Q(au__gte=le), organisation_id=ancienne_id
        )
        later, started = open_ones.filter(du__gte=le), open_ones.filter(du__lt=le)
        moved = later.update(organisation_id=nouvelle_id)
        suites = []
        for link in started.order_by("pk").iterator(chunk_size=2000):
            link.pk, link.organisation_id, link.du = None, nouvelle_id, le
            suites.append(link)
        started.update(au=le - timedelta(days=1))
        Rattachement.objects.bulk_create(suites, batch_size=1000)
        return moved + len(suites)
