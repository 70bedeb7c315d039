"""Pure rules of sessions: quorum, reading window, reasons of decisions; "today" is an argument.

No text fixes the quorum of these bodies: each one's own rules do (dated data, RegleQuorum).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cariatide.commission.statuts import EtatPresence, ModeQuorum, SensDecision
from cariatide.socle.erreurs import ErreurMetier

MOTIF_MINIMUM = 10  # characters: shorter is not a reason that a household can read
HORIZON = 730  # days: a session planned further away is a typing error


@dataclass(frozen=True)
class RegleDeQuorum:
    """The rule of an instance on the day of a session."""

    mode: str
    nombre: int | None = None
    numerateur: int | None = None
    denominateur: int | None = None
    pouvoirs_comptent: bool = True
    seconde_convocation: bool = False


@dataclass(frozen=True)
class Siege:
    """A seat as the count needs it."""

    voix: bool
    etat: str


@dataclass(frozen=True)
class EtatQuorum:
    """The count on the members who vote.

    dispense: called a second time after a failure, the same cases are decided without quorum.
    """

    requis: int
    presents: int
    membres: int
    connu: bool = True
    dispense: bool = False

    @property
    def is_atteint(self) -> bool:
        return self.connu and self.presents >= self.requis

    @property
    def phrase(self) -> str:
        """« quorum atteint (6 sur 8) », as the head of the session says it."""
        if not self.connu:
            return "aucune règle de quorum à cette date"
        compte = f"{self.presents} sur {self.membres}"
        if self.is_atteint:
            return f"quorum atteint ({compte})"
        if self.dispense:
            return f"seconde convocation, sans quorum ({compte})"
        return f"quorum non atteint ({compte}, il en faut {self.requis})"


def count_presents(sieges: Iterable[Siege], pouvoirs_comptent: bool) -> int:
    """Voting members present, or represented when the rule counts proxies."""
    counted = {EtatPresence.PRESENT, EtatPresence.POUVOIR} if pouvoirs_comptent else {
        EtatPresence.PRESENT
    }  # fmt: skip
    return sum(s.voix and s.etat in counted for s in sieges)


def compute_requis(regle: RegleDeQuorum, membres: int) -> int:
    """How many voting members are needed: at least one, whatever the rule.

    A fraction is rounded up: half of 7 is 4.
    """
    if regle.mode == ModeQuorum.NOMBRE:
        return max(1, regle.nombre or 1)
    if regle.mode == ModeQuorum.FRACTION:
        num, den = regle.numerateur or 1, regle.denominateur or 1
        return max(1, -(-membres * num // den))
    return 1


def compute_quorum(
    regle: RegleDeQuorum | None, sieges: Iterable[Siege], seconde: bool = False
) -> EtatQuorum:
    """Count a session. regle None: no rule covers its date, and nothing can be decided."""
    seats = list(sieges)
    membres = sum(s.voix for s in seats)
    if regle is None:
        return EtatQuorum(0, count_presents(seats, True), membres, connu=False)
    return EtatQuorum(
        requis=compute_requis(regle, membres),
        presents=count_presents(seats, regle.pouvoirs_comptent),
        membres=membres,
        dispense=seconde and regle.seconde_convocation,
    )


def refuse_decision(quorum: EtatQuorum, deja_convoque: bool = False) -> str | None:
    """Why the instance cannot decide now, or None.

    deja_convoque: the case was on the agenda of the session that failed, called again.
    """
    if not quorum.connu:
        return "Aucune règle de quorum n’est enregistrée pour la date de la séance."
    if quorum.presents == 0:
        return "Aucun membre ayant voix délibérative n’est présent : la séance ne peut pas décider."
    if quorum.is_atteint or (quorum.dispense and deja_convoque):
        return None
    manque = quorum.requis - quorum.presents
    membres = "un membre" if manque == 1 else f"{manque} membres"
    if quorum.dispense:
        return (
            f"Il manque {membres} pour atteindre le quorum, et ce dossier n’était pas à l’ordre du "
            "jour de la première convocation : il ne peut être examiné que pour information."
        )
    return (
        f"Le quorum n’est pas atteint : il manque {membres} ayant voix délibérative. "
        "Le dossier peut être examiné pour information, sans décision."
    )


def describe_regle(regle: RegleDeQuorum) -> str:
    """« la moitié des membres ayant voix délibérative »."""
    suite = [] if regle.pouvoirs_comptent else ["pouvoirs non comptés"]
    if regle.seconde_convocation:
        suite.append("sans quorum à la seconde convocation")
    if regle.mode == ModeQuorum.AUCUN:
        return "aucun quorum"
    if regle.mode == ModeQuorum.NOMBRE:
        texte = f"{regle.nombre} membre{'s' if (regle.nombre or 0) > 1 else ''}"
    else:
        known = {(1, 2): "la moitié", (1, 3): "le tiers", (2, 3): "les deux tiers"}
        pair = (regle.numerateur or 1, regle.denominateur or 1)
        texte = f"{known.get(pair, f'{pair[0]}/{pair[1]}')} des membres"
    return ", ".join([f"{texte} ayant voix délibérative", *suite])


def compute_fenetre(le: date, avant: int, apres: int) -> tuple[date, date]:
    """First and last day on which members read the cases of a session held on `le`."""
    return le - timedelta(days=avant), le + timedelta(days=apres)


def is_lisible(lecture_du: date, lecture_au: date, jour: date) -> bool:
    """Whether members may read on `jour`, both ends included."""
    return lecture_du <= jour <= lecture_au


def check_date_seance(le: date, jour: date) -> None:
    """Refuse a session in the past or more than two years ahead."""
    if le < jour:
        message = "La date de la séance est passée."
        raise ErreurMetier(message, {"le": message})
    if (le - jour).days > HORIZON:
        message = "La date de la séance est à plus de deux ans : vérifiez l’année."
        raise ErreurMetier(message, {"le": message})


def check_decision(sens: str, motif: str, conditions: str) -> None:
    """Refuse a decision without direction or reason: every decision is reasoned."""
    champs = {}
    if sens not in SensDecision.values:
        champs["sens"] = "Choisissez le sens de la décision."
    if len(motif.strip()) < MOTIF_MINIMUM:
        champs["motif"] = (
            "Écrivez le motif : il est repris dans le procès-verbal et dans la notification."
        )
    if sens in (SensDecision.AJOURNEMENT, SensDecision.REFUS) and conditions.strip():
        champs["conditions"] = (
            "Un ajournement ou un refus n’a pas de conditions : dites-le dans le motif."
        )
    if champs:
        raise ErreurMetier("La décision est incomplète.", champs)


def check_pouvoirs(etats: Mapping[int, str], pouvoirs: Mapping[int, int | None]) -> None:
    """Refuse a proxy given to nobody, to oneself or to someone who is not there.

    etats: state by organisation; pouvoirs: who holds the proxy of an organisation.
    """
    for organisation_id, etat in etats.items():
        holder = pouvoirs.get(organisation_id)
        champ = f"pouvoir_{organisation_id}"
        if etat == EtatPresence.POUVOIR and holder is None:
            raise _pouvoir("Dites à quelle organisation le pouvoir est donné.", champ)
        if etat == EtatPresence.POUVOIR and holder == organisation_id:
            raise _pouvoir("Une organisation ne se donne pas pouvoir à elle-même.", champ)
        if etat == EtatPresence.POUVOIR and etats.get(holder or 0) != EtatPresence.PRESENT:
            raise _pouvoir("Le pouvoir est donné à une organisation qui n’est pas présente.", champ)


def _pouvoir(message: str, champ: str) -> ErreurMetier:
    return ErreurMetier(message, {champ: message})


def split_lignes(texte: str) -> tuple[str, ...]:
    """One item a line, bullets removed, empty lines left out."""
    lignes = (ligne.strip().lstrip("-•·–").strip() for ligne in texte.splitlines())
    return tuple(ligne for ligne in lignes if ligne)
