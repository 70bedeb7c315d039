"""A form sent twice acts once: each page carries a key, kept with the act that it did."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.http import HttpRequest

from cariatide.socle.models import EnvoiRecu

CONSERVATION = timedelta(days=7)  # a browser tries again within seconds; a tab may sleep for days


def read_cle(request: HttpRequest) -> UUID | None:
    """The key of this very sending; None when the page carried none.

    What was typed and who sends it are part of the key: a page reached again by « Précédent » and
    filled otherwise is another sending.
    """
    try:
        page = UUID(request.POST.get("envoi", ""))
    except ValueError:
        return None
    champs = {k: v for k, v in sorted(request.POST.lists()) if k != "csrfmiddlewaretoken"}
    fichiers = [
        (nom, f.name, f.size) for nom in sorted(request.FILES) for f in request.FILES.getlist(nom)
    ]
    qui = str(request.user.pk)
    return uuid5(page, json.dumps([request.path, qui, champs, fichiers]))


def find_adresse(request: HttpRequest) -> str | None:
    """Where this very sending led, when its act was done already."""
    cle = read_cle(request)
    recus = EnvoiRecu.objects.filter(cle=cle) if cle else EnvoiRecu.objects.none()
    return recus.values_list("adresse", flat=True).first()


@transaction.atomic
def act_once(request: HttpRequest, envoi: Callable[[], str]) -> str | None:
    """Call `envoi`, which returns where to go, and return None; where to go if it was done before.

    The key is written before the act and in the same savepoint: a refused act forgets it, and the
    second of two simultaneous sendings waits for the first.
    """
    cle = read_cle(request)
    if cle is None:
        envoi()
        return None
    recu, is_new = EnvoiRecu.objects.get_or_create(cle=cle)
    if not is_new:
        return recu.adresse
    recu.adresse = envoi()
    recu.save(update_fields=["adresse"])
    return None


def purge_envois(jour: date) -> None:
    """Forget the keys that no browser sends again."""
    EnvoiRecu.objects.filter(recu_le__date__lt=jour - CONSERVATION).delete()
