"""The rules on what partners have that ends: `partenaires` stands below and knows no alert."""

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse

from cariatide.alertes.ports import Gravite, Ligne, Reglages, Regle, select_cas
from cariatide.alertes.statuts import Responsable
from cariatide.partenaires.models import Agrement, Convention


def list_conventions(reglages: Reglages) -> QuerySet[Any]:
    """Signed agreements whose end comes; one that is renewed under another follows its own end."""
    rows = Convention.objects.filter(
        signee_le__isnull=False,
        au__gte=reglages.jour,
        au__lte=reglages.limite("commanditaire_id", 1),
    )
    return select_cas(
        rows, reglages, menage=None, organisation="commanditaire_id", depuis="au",
        reference="reference",
    )  # fmt: skip


def list_agrements(reglages: Reglages) -> QuerySet[Any]:
    """Approvals whose end comes, or passed less than the same delay ago, and not renewed."""
    suivants = Agrement.objects.filter(
        organisation_id=OuterRef("organisation_id"),
        libelle__iexact=OuterRef("libelle"),
        du__gt=OuterRef("du"),
    )
    rows = Agrement.objects.filter(
        ~Exists(suivants),
        organisation__au__isnull=True,
        au__gte=reglages.limite("organisation_id"),
        au__lte=reglages.limite("organisation_id", 1),
    )
    nom = Coalesce(NullIf(F("reference"), Value("")), F("libelle"))
    return select_cas(
        rows, reglages, menage=None, organisation="organisation_id", depuis="au", reference=nom
    )


def page_convention(ligne: Ligne) -> str:
    return reverse("partenaires:convention", args=[ligne["objet_id"]])


def page_agrement(ligne: Ligne) -> str:
    return reverse("partenaires:organisation", args=[ligne["organisation_id"]])


CONVENTION = Regle(
    libelle="Convention près de sa fin",
    phrase="Elle prend fin le {depuis}",
    aide="Préparez un avenant qui la prolonge, ou la convention qui la suit.",
    gravite=Gravite.MOYENNE,
    objet_type="partenaires.convention",
    responsables=(Responsable.CHARGE_DU_PLAN, Responsable.ADMINISTRATEUR),
    parametre="alertes.fin_de_convention",
    cas=list_conventions,
    page=page_convention,
)
AGREMENT = Regle(
    libelle="Agrément près de sa fin",
    phrase="Il prend fin le {depuis}",
    aide="Préparez son renouvellement, puis enregistrez-le sur la page de l’organisation.",
    gravite=Gravite.HAUTE,
    objet_type="partenaires.agrement",
    responsables=(Responsable.ADMINISTRATEUR, Responsable.CHEF_DE_SERVICE),
    parametre="alertes.fin_d_agrement",
    cas=list_agrements,
    page=page_agrement,
)
REGLES = {"partenaires.fin_de_convention": CONVENTION, "partenaires.fin_d_agrement": AGREMENT}
