"""Papers of the last months, rendered by the real templates and dated as they were issued."""

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from cariatide.commission.documents import (
    build_convocation,
    build_notification,
    build_ordre_du_jour,
    build_proces_verbal,
)
from cariatide.commission.models import Passage, Seance
from cariatide.commission.queries import list_membres
from cariatide.demonstration.ecriture.contexte import Ecriture, number
from cariatide.demonstration.ecriture.seances import OBJET, OBJET_PASSAGE, SECRETAIRES, secretaire
from cariatide.demonstration.hasard import ouvre
from cariatide.demonstration.plan import PlanSeance
from cariatide.demonstration.plume import Acteur
from cariatide.documents.contextes.base import Contexte
from cariatide.documents.modeles import find_modele
from cariatide.documents.models import FICHIERS, DocumentEmis
from cariatide.documents.moteur import to_donnees
from cariatide.menages.models import Menage
from cariatide.mesures.documents import build_bilan
from cariatide.mesures.models import Bilan
from cariatide.mesures.statuts import DestinataireBilan
from cariatide.partenaires.queries import build_perimetre
from cariatide.socle.dates import format_date
from cariatide.socle.normalisation import normalise

SEANCES_AVEC_PV = 4  # each case read for the minutes costs a dozen queries
INSTANCES_DE_DORA = ("pilotage", "insalubrite")


@dataclass(frozen=True)
class Papier:
    """One paper to issue; build makes its context from the rows already written."""

    le: date
    modele: str
    titre: str
    acteur: Acteur
    objet: tuple[str, int]
    build: Callable[[], Contexte]
    menage: Menage | None = None
    parcours: bool = False


def write_papiers(e: Ecriture) -> None:
    """In the order of their dates, so that references follow."""
    papiers = _of_seances(e) + _of_bilan(e)
    papiers.sort(key=lambda p: p.le)
    references = number("DOC", (p.le for p in papiers))
    for papier, reference in zip(papiers, references, strict=True):
        _issue(e, papier, reference)


def _of_seances(e: Ecriture) -> list[Papier]:
    found: list[Papier] = []
    for code in INSTANCES_DE_DORA:
        seances = e.recit.seances[code]
        tenues = [s for s in seances if s.statut == "close"]
        for plan in tenues[-e.recit.periode.nombre(SEANCES_AVEC_PV) :]:
            found.append(_minutes(e, plan))
            if plan.recente:
                found += _notifications(e, plan)
        found += [paper for s in seances if s.statut != "close" for paper in _convocations(e, s)]
    return found


def _perimetre(e: Ecriture, instance: str, le: date):  # type: ignore[no-untyped-def]
    return build_perimetre(e.monde.utilisateurs[SECRETAIRES[instance]], le)


def _find(e: Ecriture, plan: PlanSeance, perimetre) -> Seance:  # type: ignore[no-untyped-def]
    seances = Seance.objects.select_related("instance__secretariat", "instance__convention")
    seance: Seance = seances.find_visible(perimetre, e.seances[id(plan)].pk)
    return seance


def _minutes(e: Ecriture, plan: PlanSeance) -> Papier:
    perimetre = _perimetre(e, plan.instance, plan.le)
    return Papier(
        plan.le, "proces_verbal", f"Procès-verbal de la séance du {format_date(plan.le)}",
        secretaire(e, plan.instance), (OBJET, e.seances[id(plan)].pk),
        lambda: build_proces_verbal(perimetre, _find(e, plan, perimetre)),
    )  # fmt: skip


def _convocations(e: Ecriture, plan: PlanSeance) -> list[Papier]:
    """Agenda and one convocation a member, on the day they are convened."""
    le, objet = plan.agenda_le, (OBJET, e.seances[id(plan)].pk)
    perimetre, acteur = _perimetre(e, plan.instance, le), secretaire(e, plan.instance)
    seance = _find(e, plan, perimetre)
    quand = format_date(plan.le)
    papers = [
        Papier(
            le, "ordre_du_jour", f"Ordre du jour de la séance du {quand}", acteur, objet,
            lambda: build_ordre_du_jour(perimetre, seance),
        )
    ]  # fmt: skip
    for membre in list_membres(seance.instance_id, seance.le):
        papers.append(
            Papier(
                le, "convocation", f"Convocation du {quand}, {membre.organisation}", acteur, objet,
                lambda membre=membre: build_convocation(perimetre, seance, membre),  # type: ignore[misc]
            )
        )  # fmt: skip
    return papers


def _notifications(e: Ecriture, plan: PlanSeance) -> list[Papier]:
    le = ouvre(plan.le + timedelta(days=3))
    perimetre, acteur = _perimetre(e, plan.instance, le), secretaire(e, plan.instance)
    if le > e.recit.periode.hier:
        return []
    passages = (
        Passage.objects.visible_to(perimetre)
        .filter(seance_id=e.seances[id(plan)].pk, decision__isnull=False)
        .select_related("decision", "menage", "seance__instance__secretariat")
        .order_by("ordre")
    )
    return [
        Papier(
            le, "notification_decision", f"Notification de la décision du {format_date(plan.le)}",
            acteur, (OBJET_PASSAGE, passage.pk),
            lambda passage=passage: build_notification(perimetre, passage, passage.decision),  # type: ignore[misc]
            menage=passage.menage,
        )
        for passage in passages
    ]  # fmt: skip


def _of_bilan(e: Ecriture) -> list[Papier]:
    """The review of the flagship household, for the team and for the funder."""
    saisine = next(s for s in e.recit.saisines if s.phare)
    mesure, menage = e.mesures[saisine.numero], e.menages[saisine.foyer].menage
    perimetre = build_perimetre(e.monde.utilisateurs["alice.renard"], e.recit.periode.hier)
    bilan = (
        Bilan.objects.visible_to(perimetre)
        .filter(mesure_id=mesure.pk, transmis_le__isnull=False)
        .select_related(
            "mesure__convention__commanditaire", "mesure__operateur", "mesure__referent",
            "mesure__menage",
        )
        .first()
    )  # fmt: skip
    if bilan is None:
        return []
    return [
        Papier(
            bilan.transmis_le or bilan.le, "bilan",
            f"{bilan.get_type_display()}, version {DestinataireBilan(qui).label.lower()}",
            e.monde.acteur("alice.renard"), ("mesures.mesure", mesure.pk),
            lambda qui=qui: build_bilan(bilan, qui, perimetre),  # type: ignore[misc]
            menage=menage, parcours=True,
        )
        for qui in (DestinataireBilan.EQUIPE, DestinataireBilan.FINANCEUR)
    ]  # fmt: skip


def _issue(e: Ecriture, papier: Papier, reference: str) -> None:
    """documents.actions.issue_document."""
    contexte = dataclasses.replace(papier.build(), reference=reference, etabli_le=papier.le)
    modele, niveau = find_modele(papier.modele), contexte.niveau
    titre = papier.titre[:200]
    octets = modele.render(contexte, titre=titre)
    menage_id = papier.menage.pk if papier.menage else None
    document = e.tampon.ajoute(
        DocumentEmis(
            reference=reference, modele=modele.code, modele_version=modele.version, titre=titre,
            titre_normalise=normalise(titre)[:200], niveau=int(niveau), menage_id=menage_id,
            objet_type=papier.objet[0], objet_id=papier.objet[1],
            organisation_id=papier.acteur.organisation_id, auteur_id=papier.acteur.utilisateur_id,
            auteur=papier.acteur.nom, etabli_le=papier.le, emis_le=e.plume.instant(papier.le),
            taille=len(octets), sha256=hashlib.sha256(octets).hexdigest(),
        )
    )  # fmt: skip
    e.tampon.ajoute(
        FICHIERS[niveau](
            document_id=document.pk, menage_id=menage_id, contexte=to_donnees(contexte),
            octets=octets,
        )
    )  # fmt: skip
    e.plume.evenement(
        "document.emis", papier.acteur, papier.le, ("documents.documentemis", document.pk),
        menage_id=menage_id, niveau=int(niveau), libelle=f"{modele.libelle} {reference}",
        apres={"modele": modele.code, "titre": titre, "sha256": document.sha256},
    )  # fmt: skip
    if papier.parcours and papier.menage is not None:
        e.plume.fait(
            papier.menage, papier.acteur, papier.le, "documents", f"{titre} établi",
            ("documents.documentemis", document.pk), detail=f"Document {reference}",
        )  # fmt: skip
