"""What the acts on an organisation have in common on their pages."""

from typing import Any

from django.urls import reverse

from cariatide.partenaires.models import Organisation
from cariatide.partenaires.queries import find_organisation
from cariatide.partenaires.rules import find_administration
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.actes import PageActe
from cariatide.socle.perimetre import Perimetre


def find_administree(perimetre: Perimetre, organisation_id: int) -> Organisation:
    """The organisation that this person administers; another one answers 404."""
    if find_administration(perimetre, organisation_id) is None:
        raise Introuvable("Cette organisation n’est pas la vôtre.")
    return find_organisation(organisation_id)


def organisation_url(organisation_id: int) -> str:
    return reverse("partenaires:organisation", args=[organisation_id])


def page_organisation(organisation: Organisation, titre: str, **plus: Any) -> PageActe:
    """The page of an act on an organisation."""
    adresse = organisation_url(organisation.pk)
    fil = [("Annuaire", reverse("partenaires:annuaire")), (str(organisation), adresse)]
    return PageActe(titre, **{"retour": adresse, "fil": fil, **plus})
