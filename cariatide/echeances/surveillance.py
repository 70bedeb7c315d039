"""Daily watch over what partners have that ends: approvals, agreements.

`partenaires` stands below and does not know delays; they are planned from here.
"""

from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from cariatide.echeances.actions import plan_echeance, settle_echeance
from cariatide.echeances.models import Echeance
from cariatide.journal.actions import record_evenement
from cariatide.journal.models import Evenement
from cariatide.partenaires.models import Agrement, Convention
from cariatide.partenaires.rules import AGREMENT_ALERTE_JOURS, CONVENTION_ALERTE_JOURS
from cariatide.socle.perimetre import perimetre_systeme

AGREMENT = "agrement.fin"
CONVENTION = "convention.fin"
_RAISON = "surveillance quotidienne des agréments et conventions"


def watch_partenaires(jour: date) -> None:
    """Plan a delay for what ends, settle those of what was renewed. Idempotent."""
    watch_agrements(jour)
    watch_conventions(jour)


def watch_agrements(jour: date) -> None:
    """One delay per approval with an end; a renewal of the same name settles it."""
    renewed = Agrement.objects.filter(
        organisation_id=OuterRef("organisation_id"),
        libelle__iexact=OuterRef("libelle"),
        du__gt=OuterRef("du"),
    )
    rows = Agrement.objects.filter(au__isnull=False, organisation__au__isnull=True)
    for agrement in rows.annotate(suivi=Exists(renewed)).order_by("pk"):
        objet = ("partenaires.agrement", agrement.pk)
        assert agrement.au is not None
        if agrement.suivi:
            settle_echeance(code=AGREMENT, objet=objet, le=jour)
        elif _needs_plan(AGREMENT, objet, agrement.au, jour):
            plan_echeance(
                code=AGREMENT,
                libelle=f"Renouveler l’agrément « {agrement.libelle} »"[:200],
                objet=objet,
                due_le=agrement.au,
                organisation_id=agrement.organisation_id,
                url=reverse("partenaires:organisation", args=[agrement.organisation_id]),
                source=agrement.reference,
                alerte_jours=AGREMENT_ALERTE_JOURS,
            )
        if not agrement.suivi and 0 <= (agrement.au - jour).days <= AGREMENT_ALERTE_JOURS:
            _warn_once(agrement, jour)


def _warn_once(agrement: Agrement, jour: date) -> None:
    """The event that `courriers` turns into notices; a changed end warns again."""
    valeurs = {"au": agrement.au}
    known = Evenement.objects.filter(
        nom="agrement.alerte",
        objet_type="partenaires.agrement",
        objet_id=agrement.pk,
        donnees__apres__au=str(agrement.au),
    )
    if not known.exists():
        record_evenement(
            "agrement.alerte",
            perimetre=perimetre_systeme("surveillance des agréments", jour),
            objet_type="partenaires.agrement",
            objet_id=agrement.pk,
            libelle=agrement.libelle,
            apres=valeurs,
        )


def watch_conventions(jour: date) -> None:
    """One delay per signed agreement that runs: its orderer prepares what follows."""
    rows = Convention.objects.filter(signee_le__isnull=False, au__gte=jour).order_by("pk")
    for convention in rows:
        objet = ("partenaires.convention", convention.pk)
        if _needs_plan(CONVENTION, objet, convention.au, jour):
            plan_echeance(
                code=CONVENTION,
                libelle=f"Fin de la convention {convention.reference}",
                objet=objet,
                due_le=convention.au,
                organisation_id=convention.commanditaire_id,
                url=reverse("partenaires:convention", args=[convention.pk]),
                source=convention.reference,
                alerte_jours=CONVENTION_ALERTE_JOURS,
            )


def _needs_plan(code: str, objet: tuple[str, int], due_le: date, jour: date) -> bool:
    """Whether the delay is missing or its computed date moved; long ended ones are left alone."""
    existing: Echeance | None = (
        Echeance.objects.unscoped(reason=_RAISON)
        .filter(code=code, objet_type=objet[0], objet_id=objet[1])
        .first()
    )
    if existing is None:
        return (jour - due_le).days <= 365
    return existing.due_calculee_le != due_le
