"""Sessions: planned, convened, held, closed; the place of each case on the agenda."""

from datetime import datetime, time, timedelta

from cariatide.commission.models import Passage, Presence, Seance
from cariatide.commission.rules import RegleDeQuorum, Siege, compute_fenetre, compute_quorum
from cariatide.commission.statuts import EtatPresence, StatutSeance
from cariatide.demonstration import distribution as d
from cariatide.demonstration.ecriture.contexte import Ecriture
from cariatide.demonstration.hasard import chance
from cariatide.demonstration.monde import INSTANCES
from cariatide.demonstration.plan import PlanPassage, PlanSeance
from cariatide.demonstration.plume import PARIS, Acteur
from cariatide.demonstration.textes.lexique import demandes
from cariatide.socle.dates import format_date

OBJET, OBJET_PASSAGE = "commission.seance", "commission.passage"
SECRETAIRES = {
    "pilotage": "dora.michel",
    "insalubrite": "dora.michel",
    "bailleur": "hugo.vidal",
    "avdl": "yasmine.kaci",
}
REGLE = RegleDeQuorum(mode="fraction", numerateur=1, denominateur=2, seconde_convocation=True)
LECTURE_AVANT, LECTURE_APRES = 7, 30  # bareme: commission.lecture_avant, commission.lecture_apres


def secretaire(e: Ecriture, instance: str) -> Acteur:
    return e.monde.acteur(SECRETAIRES[instance], "secretariat")


def describe(e: Ecriture, plan: PlanSeance) -> str:
    return f"{e.monde.instances[plan.instance].nom}, séance du {format_date(plan.le)}"


def write_seances(e: Ecriture) -> None:
    """Every session with its presences, and every place on an agenda; decisions come later."""
    for code, plans in e.recit.seances.items():
        for plan in plans:
            _write(e, code, plan)
    for code, plans in e.recit.seances.items():
        for plan in plans:
            _number(e, plan, code)


def _write(e: Ecriture, code: str, plan: PlanSeance) -> None:
    instance = e.monde.instances[code]
    du, au = compute_fenetre(plan.le, LECTURE_AVANT, LECTURE_APRES)
    seance = Seance(
        instance_id=instance.pk,
        le=plan.le,
        heure=time(plan.heure),
        lieu=instance.lieu,
        statut=StatutSeance.CONVOQUEE,
        lecture_du=du,
        lecture_au=au,
        convoquee_le=plan.agenda_le,
        version=2,
    )
    e.tampon.ajoute(seance)
    e.seances[id(plan)] = seance
    acteur = secretaire(e, code)
    objet, libelle = (OBJET, seance.pk), describe(e, plan)
    e.plume.evenement(
        "seance.planifiee", acteur, plan.planifiee_le, objet, libelle=libelle,
        apres={"le": plan.le, "heure": f"{seance.heure:%H:%M:%S}", "lieu": seance.lieu},
    )  # fmt: skip
    e.plume.evenement(
        "seance.convoquee", acteur, plan.agenda_le, objet, libelle=libelle,
        apres={"membres": len(d.COMPOSITIONS[code])},
    )  # fmt: skip
    if plan.statut == "close":
        _hold(e, code, plan, seance, acteur)


def _hold(e: Ecriture, code: str, plan: PlanSeance, seance: Seance, acteur: Acteur) -> None:
    h = e.hasard("tenue", code, plan.le)
    presences = _draw_presences(e, code, h, seance)
    sieges = [Siege(p.voix, p.etat) for p in presences]
    quorum = compute_quorum(REGLE, sieges)
    debut = datetime.combine(plan.le, seance.heure, tzinfo=PARIS)
    seance.statut = StatutSeance.CLOSE
    seance.president = INSTANCES[code][4]
    seance.ouverte_a = debut + timedelta(minutes=h.randint(2, 9))
    seance.close_a = debut + timedelta(minutes=40 + 6 * max(1, len(plan.passages)))
    seance.points_divers = h.choice(demandes.POINTS_DIVERS)
    seance.quorum_requis, seance.quorum_presents = quorum.requis, quorum.presents
    seance.quorum_membres = quorum.membres
    seance.version = 5
    objet, libelle = (OBJET, seance.pk), describe(e, plan)
    e.plume.evenement(
        "seance.ouverte", acteur, plan.le, objet, libelle=libelle,
        apres={"president": seance.president},
    )  # fmt: skip
    sieges_et_presences = zip(d.COMPOSITIONS[code], presences, strict=True)
    etats = {e.monde.sigle(o): p.etat for (o, *_), p in sieges_et_presences}
    e.plume.evenement(
        "seance.presences", acteur, plan.le, objet, libelle=libelle,
        avant=dict.fromkeys(etats, str(EtatPresence.ABSENT)),
        apres={**etats, "quorum": quorum.phrase},
    )  # fmt: skip
    e.plume.evenement(
        "seance.close", acteur, plan.le, objet, libelle=libelle, apres={"quorum": quorum.phrase}
    )


def _draw_presences(e: Ecriture, code: str, h, seance: Seance) -> list[Presence]:  # type: ignore[no-untyped-def]
    """Most of them are there; the quorum is always reached."""
    composition = d.COMPOSITIONS[code]
    etats: list[str] = [EtatPresence.PRESENT] * len(composition)
    votants = [i for i, (_, voix, _) in enumerate(composition) if voix]
    libres = [i for i in range(1, len(composition)) if chance(h, 0.22)]
    for i in libres[: max(1, len(votants) // 2 - 1)]:
        etats[i] = EtatPresence.EXCUSE
    if len(votants) > 4 and chance(h, 0.3) and etats[votants[-1]] == EtatPresence.PRESENT:
        etats[votants[-1]] = EtatPresence.POUVOIR
    presences = []
    for (organisation, voix, titulaire), etat in zip(composition, etats, strict=True):
        pouvoir = etat == EtatPresence.POUVOIR
        presences.append(
            Presence(
                seance_id=seance.pk,
                organisation_id=e.monde.organisations[organisation].pk,
                representant=titulaire,
                voix=voix,
                etat=etat,
                pouvoir_a_id=e.monde.organisations[composition[0][0]].pk if pouvoir else None,
            )
        )
        e.tampon.ajoute(presences[-1])
    return presences


def _number(e: Ecriture, plan: PlanSeance, code: str) -> None:
    """Postponed cases first, then emergencies, then by age, as the secretariat chooses."""
    plan.passages.sort(
        key=lambda x: (
            x.inscrit_le, not x.saisine.urgence, x.saisine.passages[0] is x, x.saisine.numero,
        )
    )  # fmt: skip
    for ordre, passage in enumerate(plan.passages, 1):
        e.passages[id(passage)] = _passage(e, passage, ordre)


def _passage(e: Ecriture, plan: PlanPassage, ordre: int) -> Passage:
    """The row alone: household, reference and state are filled when the saisine is written."""
    return e.tampon.ajoute(
        Passage(
            seance_id=e.seances[id(plan.seance)].pk,
            ordre=ordre,
            objet_type="demandes.saisine",
            inscrit_le=plan.inscrit_le,
        )
    )
