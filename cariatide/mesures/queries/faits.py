"""Dated local values and facts that the guards and the acts read."""

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum

from cariatide.bareme.queries import DateNonCouverte, value
from cariatide.comptes.models import Utilisateur
from cariatide.demandes.models import Saisine
from cariatide.mesures.models import (
    REORIENTATION_EN_COURS,
    Bilan,
    DiagnosticSocial,
    Intervention,
    InterventionNote,
    Mesure,
    Objectif,
    Renouvellement,
    Reorientation,
    SuiviPosterieur,
)
from cariatide.mesures.rules import (
    BILAN_ALERTE,
    BILAN_ANCIENNETE,
    CODES_DUREE,
    SUIVIS,
    SUSPENSION_MAXIMALE,
    FaitsMesure,
    Renouvelable,
    expects_suivi,
)
from cariatide.mesures.statuts import (
    BILAN_VALIDE,
    CLOSES,
    DIAGNOSTIC_ECRIT,
    RENOUVELLEMENT_OUVERT,
    Presence,
    StatutObjectif,
    StatutRenouvellement,
    TypeBilan,
)
from cariatide.partenaires.models import Convention, Mandat
from cariatide.partenaires.queries import en_vigueur
from cariatide.partenaires.statuts import Role, TypeConvention
from cariatide.socle.dates import format_date
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import Perimetre

# -- dated local values ----------------------------------------------------------------------


def find_duree_maximale(mesure: Mesure, le: date) -> int | None:
    """Total duration of the local text, in months; None where the kind has none of its own."""
    codes = CODES_DUREE.get(mesure.dispositif)
    return read_entier(codes[2], mesure, le) if codes else None


def find_duree_courante(convention: Convention, le: date) -> int | None:
    """First duration that the local text gives, to prefill the grant."""
    codes = CODES_DUREE.get(convention.type)
    if codes is None:
        return None
    return value(codes[0], le=le, organisation_id=convention.commanditaire_id).entier


def find_duree_renouvellement(mesure: Mesure, le: date) -> int | None:
    codes = CODES_DUREE.get(mesure.dispositif)
    return read_entier(codes[1], mesure, le) if codes else None


def read_entier(code: str, mesure: Mesure, le: date) -> int:
    """A whole number of the bareme, as the agreement's commanditaire fixed it."""
    return value(code, le=le, organisation_id=mesure.convention.commanditaire_id).entier


def read_alertes_bilan(le: date) -> dict[int, int]:
    """Days before the term when a review is asked for, by commanditaire of an agreement."""
    commanditaires = Convention.objects.order_by().values_list("commanditaire_id", flat=True)
    return {
        commanditaire_id: value(BILAN_ALERTE, le=le, organisation_id=commanditaire_id).entier
        for commanditaire_id in commanditaires.distinct()
    }


def read_suivis(mesure: Mesure, le: date) -> tuple[int, ...]:
    """Months after the end when the household is called again: by whoever carried it to its end."""
    if mesure.reorientee_le is not None or not expects_suivi(mesure.issue):
        return ()
    return read_mois_suivis(mesure, le)


def read_mois_suivis(mesure: Mesure, le: date) -> tuple[int, ...]:
    """The months of the dated value, whatever became of the measure."""
    return value(SUIVIS, le=le, organisation_id=mesure.convention.commanditaire_id).liste


def find_suspension_maximale(mesure: Mesure, le: date) -> int | None:
    """Months; None as long as no local text fixes it."""
    try:
        return read_entier(SUSPENSION_MAXIMALE, mesure, le)
    except DateNonCouverte:
        return None


# -- facts for the guards --------------------------------------------------------------------


def load_faits(mesure: Mesure, perimetre: Perimetre) -> FaitsMesure:
    """What the guards of the lifecycle read, in one query (plus the dated values)."""
    of_it = {"mesure": OuterRef("pk")}
    row = (
        Mesure.objects.visible_to(perimetre)
        .filter(pk=mesure.pk)
        .values(
            diagnostic=Exists(
                DiagnosticSocial.objects.filter(statut__in=DIAGNOSTIC_ECRIT, **of_it)
            ),
            objectif=Exists(Objectif.objects.filter(statut=StatutObjectif.EN_COURS, **of_it)),
            bilan_final=Exists(
                Bilan.objects.filter(type=TypeBilan.FINAL, statut__in=BILAN_VALIDE, **of_it)
            ),
            renouvellement=Subquery(
                Renouvellement.objects.filter(statut__in=RENOUVELLEMENT_OUVERT, **of_it)
                .order_by()
                .values("statut")[:1]
            ),
            reorientation=Exists(Reorientation.objects.filter(REORIENTATION_EN_COURS, **of_it)),
            suivis_faits=ArraySubquery(
                SuiviPosterieur.objects.filter(**of_it).order_by().values("mois")
            ),
        )
        .first()
    )
    facts: dict[str, Any] = row or {}
    le = perimetre.jour
    return FaitsMesure(
        has_diagnostic=bool(facts.get("diagnostic")),
        has_objectifs=bool(facts.get("objectif")),
        bilan_final_valide=bool(facts.get("bilan_final")),
        renouvellement=facts.get("renouvellement") or "",
        reorientation=bool(facts.get("reorientation")),
        suivis_faits=frozenset(facts.get("suivis_faits") or ()),
        suivis_attendus=read_suivis(mesure, mesure.terminee_le) if mesure.terminee_le else (),
        alerte_jours=read_entier(BILAN_ALERTE, mesure, le),
        suspension_maximale=find_suspension_maximale(mesure, le),
        decision_vaut_accord=is_accord_en_seance(mesure),
    )


def find_decision_en_seance(mesure: Mesure) -> date | None:
    """The day a session directed the household to this measure: of the saisine, or since then."""
    if mesure.precedente_id is not None:
        return mesure.seance_le
    return mesure.saisine.decidee_le if mesure.saisine else None


def is_accord_en_seance(mesure: Mesure) -> bool:
    """The session of a MOUS decided the case: its members are the funders of the agreement."""
    saisine: Saisine | None = mesure.saisine
    return (
        saisine is not None
        and mesure.dispositif == TypeConvention.MOUS
        and find_decision_en_seance(mesure) is not None
        and saisine.decision_sens in ("maintien", "relogement")
    )


def make_contexte(mesure: Mesure, perimetre: Perimetre, **donnees: Any) -> Contexte:
    """The context of an act on this measure, facts loaded."""
    return Contexte(perimetre, perimetre.jour, {"faits": load_faits(mesure, perimetre), **donnees})


def find_mesure(perimetre: Perimetre, mesure_id: int) -> Mesure:
    """One measure with what its page names; Introuvable outside the perimeter."""
    found: Mesure = (
        Mesure.objects.select_related(
            "menage", "menage__commune", "convention", "convention__commanditaire", "operateur",
            "referent", "prescripteur", "saisine",
        )
        .find_visible(perimetre, mesure_id)
    )  # fmt: skip
    return found


def count_mois_accordes(mesure: Mesure, perimetre: Perimetre) -> int:
    """Months granted so far: the first duration and the granted renewals."""
    total: int | None = (
        Renouvellement.objects.visible_to(perimetre)
        .filter(mesure=mesure, statut=StatutRenouvellement.ACCORDE)
        .aggregate(total=Sum("mois"))["total"]
    )
    return (mesure.duree_mois or 0) + (total or 0)


def load_renouvelable(
    mesure: Mesure, perimetre: Perimetre, *, nouveaux_objectifs: int, bilan: Bilan | None = None
) -> Renouvelable:
    """What a renewal is measured against."""
    bilan = bilan or find_bilan_recent(mesure, perimetre)
    return Renouvelable(
        fin_prevue=mesure.fin_prevue or perimetre.jour,
        mois_accordes=count_mois_accordes(mesure, perimetre),
        maximum=find_duree_maximale(mesure, mesure.accordee_le or perimetre.jour),
        bilan_le=bilan.le if bilan else None,
        anciennete_maximale=read_entier(BILAN_ANCIENNETE, mesure, perimetre.jour),
        nouveaux_objectifs=nouveaux_objectifs,
    )


def find_bilan_recent(mesure: Mesure, perimetre: Perimetre) -> Bilan | None:
    """The last validated review of the accompaniment itself."""
    found: Bilan | None = (
        Bilan.objects.visible_to(perimetre)
        .filter(
            mesure=mesure,
            statut__in=BILAN_VALIDE,
            type__in=[TypeBilan.INTERMEDIAIRE, TypeBilan.FINAL],
        )
        .order_by("-le", "-id")
        .first()
    )
    return found


# -- people ----------------------------------------------------------------------------------


def list_referents(organisation_id: int, jour: date) -> QuerySet[Utilisateur]:
    """Social workers in office at the operator."""
    mandats = Mandat.objects.filter(
        en_vigueur(jour),
        organisation_id=organisation_id,
        role__in=[Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE],
    )
    return Utilisateur.objects.filter(
        is_active=True, pk__in=mandats.values("utilisateur_id")
    ).order_by("nom", "prenom", "id")


def list_portefeuille(perimetre: Perimetre, referent_id: int) -> QuerySet[Mesure]:
    """The open measures of a référent that this person may hand over: one's own, or the team's."""
    operateurs = [
        m.organisation_id
        for m in perimetre.mandats
        if m.role == Role.CHEF_DE_SERVICE
        or (m.role == Role.TRAVAILLEUR_SOCIAL and referent_id == perimetre.utilisateur_id)
    ]
    found: QuerySet[Mesure] = (
        Mesure.objects.visible_to(perimetre)
        .exclude(statut__in=CLOSES)
        .filter(referent_id=referent_id, operateur_id__in=operateurs)
        .select_related("menage")
        .order_by("menage__nom_usage", "reference", "pk")
    )
    return found


def describe_visites(mesure_id: int, perimetre: Perimetre, du: date, au: date) -> str:
    """The meetings of a period with their shared notes, one line each: what prefills a review."""
    notes = dict(
        InterventionNote.objects.visible_to(perimetre)
        .filter(intervention__mesure_id=mesure_id)
        .order_by()
        .values_list("intervention_id", "texte")
    )
    lines = []
    for visite in (
        Intervention.objects.visible_to(perimetre)
        .filter(mesure_id=mesure_id, date__gte=du, date__lte=au)
        .order_by("date", "id")
    ):
        absent = visite.presence in (Presence.ABSENT, Presence.EXCUSE)
        quoi = f"{visite.get_type_display()}{', ménage absent' if absent else ''}"
        note = " ".join(str(notes.get(visite.pk, "")).split())
        lines.append(f"{format_date(visite.date)}, {quoi}{' : ' + note if note else ''}")
    return "\n".join(lines)
