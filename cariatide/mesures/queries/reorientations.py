"""Reads of reorientations: where a measure may go, who decides, what waits, the page and list."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf

from cariatide.commission.models import Instance
from cariatide.demandes.statuts import DISPOSITIFS, StatutSaisine
from cariatide.echeances.models import Echeance
from cariatide.menages.models import Menage
from cariatide.menages.queries import find_niveau, search_condition
from cariatide.mesures.lifecycle import CYCLE_REORIENTATION
from cariatide.mesures.models import (
    DiagnosticSocial,
    Mesure,
    Reorientation,
    ReorientationContenu,
)
from cariatide.mesures.queries.faits import is_accord_en_seance, load_faits
from cariatide.mesures.rules_reorientation import (
    REFUS_DEMANDEUR,
    find_demandeur,
    refuse_demande,
)
from cariatide.mesures.statuts import StatutDiagnostic, StatutReorientation
from cariatide.partenaires.models import Convention
from cariatide.partenaires.queries import en_vigueur, list_conventions
from cariatide.socle.dates import format_date
from cariatide.socle.lifecycle import Contexte, Evaluation
from cariatide.socle.pages.listes import Tri
from cariatide.socle.perimetre import Niveau, Perimetre

OBJET_REORIENTATION = "mesures.reorientation"
TRIS_REORIENTATIONS = (
    Tri("recentes", "Demandée, récente d’abord", ("demandee_le",), descendant=True),
    Tri("anciennes", "Demandée, ancienne d’abord", ("demandee_le",)),
)
CHAMPS_REORIENTATIONS = (
    "pk", "mesure_id", "mesure__reference", "menage__nom_usage", "statut", "motif__libelle",
    "demandee_le", "decidee_le", "avis_menage", "mesure__convention__reference",
    "mesure__operateur__nom", "convention__type", "convention__reference",
    "convention__operateur__nom", "decideur", "nouvelle__reference",
)  # fmt: skip
# What waits for a funder first, then for a session.
_DECIDEUR = Case(
    When(instance__isnull=False, then=F("instance__nom")),
    default=Coalesce(
        NullIf(F("mesure__convention__commanditaire__sigle"), Value("")),
        F("mesure__convention__commanditaire__nom"),
    ),
    output_field=CharField(),
)


@dataclass(frozen=True)
class FicheReorientation:
    """What the page of a reorientation shows, within the perimeter; expose: level S only."""

    reorientation: Reorientation
    niveau: Niveau
    expose: str
    actes: list[Evaluation]
    decideur: str
    reprises: list[tuple[date, str]]


# -- who asks, where to, who decides ---------------------------------------------------------


def refuse_reorientation(mesure: Mesure, perimetre: Perimetre) -> str:
    """Why no reorientation may be asked of this measure now; "" when it may."""
    if find_demandeur(mesure, perimetre) is None:
        return REFUS_DEMANDEUR
    faits = load_faits(mesure, perimetre)
    saisine = mesure.saisine
    return refuse_demande(
        statut=mesure.statut,
        cloture=mesure.terminee_le or mesure.refusee_le,
        ouverte=faits.reorientation,
        renouvellement=faits.renouvellement,
        mise_en_oeuvre=saisine is None or saisine.statut == StatutSaisine.EN_MISE_EN_OEUVRE,
    )


def find_instance(mesure: Mesure, jour: date) -> Instance | None:
    """Whose accord opens a measure decides again: the body in office, where a session grants."""
    saisine = mesure.saisine
    if saisine is None or saisine.instance_id is None or not is_accord_en_seance(mesure):
        return None
    return Instance.objects.filter(en_vigueur(jour), pk=saisine.instance_id).first()


def list_destinations(mesure: Mesure, jour: date) -> QuerySet[Convention]:
    """Agreements in force of the kinds a household is directed to, but for the measure's own."""
    memes = Q(type=mesure.dispositif, operateur_id=mesure.operateur_id)
    return list_conventions(jour, *DISPOSITIFS).exclude(memes).order_by("type", "reference")


def list_a_reprendre(mesure: Mesure, jour: date) -> list[dict[str, str]]:
    """What is planned from that day on, by date: the new team takes it up, or cancels it.

    Read whole, whoever decides: it is frozen with the decision, labels and dates alone.
    """
    prevu = "ce qui est prévu d’une mesure à réorienter : dates, pour qui décide"
    echeances = Echeance.objects.unscoped(reason=prevu).filter(
        objet_type="mesures.mesure", objet_id=mesure.pk, statut=Echeance.Statut.OUVERTE
    )
    rdv = DiagnosticSocial.objects.unscoped(reason=prevu).filter(
        mesure_id=mesure.pk, statut=StatutDiagnostic.RDV_PROPOSE, rdv_le__gte=jour
    )
    found = [(e.due_le, e.libelle) for e in echeances]
    found += [(d.rdv_le, "Rendez-vous du diagnostic social") for d in rdv if d.rdv_le]
    return [{"le": le.isoformat(), "quoi": quoi} for le, quoi in sorted(found)]


# -- page and list ---------------------------------------------------------------------------


def find_reorientation(perimetre: Perimetre, reorientation_id: int) -> Reorientation:
    """One reorientation with what its page names; Introuvable outside the perimeter."""
    rows = Reorientation.objects.select_related(
        "menage", "motif", "instance", "demandee_par", "convention", "mesure",
        "mesure__convention", "mesure__saisine", "nouvelle",
    )  # fmt: skip
    # The organisations apart: with them the plan of fifteen joined tables took 40 ms to choose.
    found: Reorientation = rows.prefetch_related(
        "convention__operateur", "convention__commanditaire", "mesure__operateur",
        "mesure__convention__commanditaire", "nouvelle__operateur",
    ).find_visible(perimetre, reorientation_id)  # fmt: skip
    return found


def describe_decideur(reorientation: Reorientation) -> str:
    """Who decides, as the page says it."""
    if reorientation.instance is not None:
        return f"{reorientation.instance.nom}, en séance"
    return str(reorientation.mesure.convention.commanditaire)


def build_fiche_reorientation(perimetre: Perimetre, reorientation_id: int) -> FicheReorientation:
    """Read a reorientation for its page; raises Introuvable outside the perimeter."""
    reorientation = find_reorientation(perimetre, reorientation_id)
    niveau = find_niveau(perimetre, reorientation.menage_id)
    contenu = None
    if niveau >= Niveau.SOCIAL:
        rows = ReorientationContenu.objects.visible_to(perimetre)
        contenu = rows.filter(reorientation=reorientation).first()
    ctx = Contexte(perimetre, perimetre.jour)
    return FicheReorientation(
        reorientation=reorientation,
        niveau=niveau,
        expose=contenu.expose if contenu else "",
        actes=[
            e
            for e in CYCLE_REORIENTATION.evaluate(reorientation, ctx)
            if not e.transition.nom.endswith("_en_seance")
        ],
        decideur=describe_decideur(reorientation),
        reprises=[(date.fromisoformat(r["le"]), r["quoi"]) for r in reorientation.reprises],
    )


def list_de_la_mesure(perimetre: Perimetre, mesure_id: int) -> list[Reorientation]:
    """Those asked of a measure, and the one it comes from."""
    return list(
        Reorientation.objects.visible_to(perimetre)
        .filter(Q(mesure_id=mesure_id) | Q(nouvelle_id=mesure_id))
        .select_related("motif", "convention__operateur", "mesure", "mesure__operateur", "nouvelle")
        .order_by("-pk")
    )


def list_reorientations(perimetre: Perimetre, filtres: dict[str, Any]) -> QuerySet[Reorientation]:
    """Reorientations of the perimeter that pass the filters of the list."""
    found: QuerySet[Reorientation] = Reorientation.objects.visible_to(perimetre).annotate(
        decideur=_DECIDEUR
    )
    if filtres.get("q"):
        condition = search_condition(filtres["q"])
        if condition is None:
            return found.none()
        menages = Menage.objects.visible_to(perimetre).filter(condition)
        reference = Q(mesure__reference__iexact=filtres["q"].strip())
        found = found.filter(Q(menage__in=menages) | reference)
    if filtres.get("statut") == "a_decider":
        found = found.filter(statut=StatutReorientation.DEMANDEE)
    elif filtres.get("statut"):
        found = found.filter(statut=filtres["statut"])
    if filtres.get("motif"):
        found = found.filter(motif_id=filtres["motif"])
    if filtres.get("dispositif"):
        found = found.filter(convention__type=filtres["dispositif"])
    if filtres.get("depuis"):
        found = found.filter(demandee_le__gte=filtres["depuis"])
    return found


def list_reorientations_a_decider(perimetre: Perimetre) -> QuerySet[Reorientation]:
    """Requests that wait for one's organisation as the funder."""
    found: QuerySet[Reorientation] = (
        Reorientation.objects.visible_to(perimetre)
        .filter(
            statut=StatutReorientation.DEMANDEE,
            instance__isnull=True,
            mesure__convention__commanditaire_id__in=perimetre.organisation_ids,
        )
        .select_related("mesure", "menage", "motif", "convention__operateur")
        .order_by("demandee_le", "id")
    )
    return found


def list_reorientations_a_inscrire(
    perimetre: Perimetre, instance_id: int
) -> QuerySet[Reorientation]:
    """Requests that wait for an agenda of that body."""
    found: QuerySet[Reorientation] = (
        Reorientation.objects.visible_to(perimetre)
        .filter(
            statut=StatutReorientation.DEMANDEE, instance_id=instance_id, passage_id__isnull=True
        )
        .select_related("mesure__operateur", "menage", "convention__operateur")
        .order_by("demandee_le", "id")
    )
    return found


def describe_destination(reorientation: Reorientation) -> str:
    """« Accompagnement social lié au logement, Toits d’ailleurs »."""
    convention = reorientation.convention
    return f"{convention.get_type_display()}, {convention.operateur.nom}"


def describe_faits_reorientation(reorientation: Reorientation) -> tuple[tuple[str, str], ...]:
    """What a member of the session reads: facts, nothing of level S."""
    mesure = reorientation.mesure
    terme = format_date(mesure.fin_prevue) if mesure.fin_prevue else ""
    return (
        ("Mesure actuelle", f"{mesure.reference}, {mesure.get_dispositif_display()}"),
        ("Opérateur", str(mesure.operateur)),
        ("Terme", terme),
        ("Destination", describe_destination(reorientation)),
        ("Convention", reorientation.convention.reference),
        ("Motif", reorientation.motif.libelle),
        (
            "Avis du ménage",
            f"{reorientation.get_avis_menage_display()}, le {format_date(reorientation.avis_le)}",
        ),
    )
