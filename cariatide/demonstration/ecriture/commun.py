"""The end of every act on a saisine or a case, as the acts of these domains share it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cariatide.demandes.models import Saisine
from cariatide.demonstration.ecriture.contexte import Ecriture, MenageEcrit
from cariatide.demonstration.ecriture.seances import OBJET_PASSAGE, describe
from cariatide.demonstration.plan import PlanPassage
from cariatide.demonstration.plume import Acteur

OBJET = "demandes.saisine"


def finish(
    e: Ecriture,
    saisine: Saisine,
    ecrit: MenageEcrit,
    nom: str,
    statut: str,
    acteur: Acteur,
    le: date,
    titre: str = "",
    *,
    detail: str = "",
    ton: str = "",
    fait_le: date | None = None,
    avant: str = "",
    apres: Mapping[str, Any] | None = None,
) -> None:
    """demandes.actions.commun.finish: state, version, line of the parcours, event."""
    avant = avant or saisine.statut
    saisine.statut = statut
    saisine.version += 1
    if titre:
        e.plume.fait(
            ecrit.menage, acteur, fait_le or le, "demandes", titre, (OBJET, saisine.pk),
            detail=detail, ton=ton,
        )  # fmt: skip
    saisine.modifiee_le = e.plume.instant(le)
    e.plume.evenement(
        nom, acteur, le, (OBJET, saisine.pk), menage_id=ecrit.menage.pk,
        libelle=saisine.reference or "", avant={"statut": str(avant)},
        apres={"statut": str(statut), **(apres or {})},
    )  # fmt: skip


def tell_passage(
    e: Ecriture,
    nom: str,
    acteur: Acteur,
    plan: PlanPassage,
    ecrit: MenageEcrit,
    le: date,
    *,
    titre: str = "",
    ton: str = "",
    avant: Mapping[str, Any] | None = None,
    apres: Mapping[str, Any] | None = None,
) -> None:
    """commission.actions.commun.tell_passage: event, and a line when it concerns the household."""
    passage = e.passages[id(plan)]
    objet = (OBJET_PASSAGE, passage.pk)
    seance = describe(e, plan.seance)
    e.plume.evenement(
        nom, acteur, le, objet, menage_id=ecrit.menage.pk,
        libelle=f"{passage.reference}, {seance}", avant=avant, apres=apres,
    )  # fmt: skip
    if titre:
        e.plume.fait(ecrit.menage, acteur, le, "commission", titre, objet, detail=seance, ton=ton)
