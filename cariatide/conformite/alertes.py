"""The alert of retention: a file past its term that nobody put away."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, IntegerField, Min, OuterRef, QuerySet, Subquery
from django.urls import reverse

from cariatide.alertes.ports import Gravite, Ligne, Reglages, Regle, every_row, select_cas
from cariatide.alertes.statuts import Responsable
from cariatide.conformite.models import GelConservation
from cariatide.conformite.rules import ROLES_CONFORMITE, find_butoir
from cariatide.menages.models import Menage
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.queries import en_vigueur


def list_echus(reglages: Reglages) -> QuerySet[Any]:
    """Files of the active base past their term, not held; one officer's organisation answers."""
    ans = reglages.commun.valeur
    gels = every_row(GelConservation).filter(menage_id=OuterRef("pk"), leve_le__isnull=True)
    officiers = (
        Mandat.objects.filter(en_vigueur(reglages.jour), role__in=sorted(ROLES_CONFORMITE))
        .order_by()
        .values("role")
        .annotate(m=Min("organisation_id"))
        .values("m")[:1]
    )
    rows = every_row(Menage).filter(
        ~Exists(gels),
        fusionne_dans__isnull=True,
        archive_le__isnull=True,
        dernier_contact_le__lte=find_butoir(reglages.jour, ans.entier if ans else 0),
    )
    rows = rows.annotate(officier_id=Subquery(officiers, output_field=IntegerField()))
    return select_cas(
        rows, reglages, menage="pk", organisation="officier_id", depuis="dernier_contact_le",
        reference="reference",
    )  # fmt: skip


def page_conservation(ligne: Ligne) -> str:
    return f"{reverse('conformite:liste')}?{urlencode({'reference': ligne['reference']})}"


REGLES = {
    "conformite.terme_echu": Regle(
        libelle="Dossier au-delà de sa durée de conservation",
        phrase="Dernier contact le {depuis} : le terme est passé",
        aide="Préparez l’archivage des dossiers échus, ou gelez celui-ci avec un motif.",
        gravite=Gravite.HAUTE,
        objet_type="menages.menage",
        responsables=(Responsable.PROTECTION_DES_DONNEES,),
        parametre="rgpd.conservation_active",
        cas=list_echus,
        page=page_conservation,
        fermable=False,
    ),
}
