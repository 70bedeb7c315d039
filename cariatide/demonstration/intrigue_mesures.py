"""The measures: opening, contract, reviews, renewals, end; homes entered and works done."""

from datetime import date, timedelta
from random import Random

from cariatide.demonstration.hasard import (
    chance,
    entre,
    moins,
    ouvre,
    ouvre_avant,
    pese,
    plus,
    tirage,
)
from cariatide.demonstration.intrigue_phare import make_mesure
from cariatide.demonstration.intrigue_saisines import PART_MESURES
from cariatide.demonstration.plan import (
    DUREES,
    MAINTIENS,
    RELOGEMENTS,
    RENOUVELLEMENTS,
    PlanMesure,
    PlanSaisine,
    Recit,
)
from cariatide.socle.dates import add_months

DUREE_MAXIMALE = {"mous": 24, "insalubrite": 24, "asll": 18, "bailleur": 12, "avdl": 18}
ALERTE = 30  # days: bareme bilan.alerte
ATTENTE_MAXIMALE = 340  # days from the saisine to the new home, or to the works
PART_EN_ATTENTE = 0.35  # of the cases that the last session oriented
SUSPENDUES = 3
RETARDS = 35  # days: what is late is not later than that
PART_RENOUVELLEMENTS = {"mous": 0.5, "insalubrite": 0.4, "asll": 0.45, "bailleur": 0.3, "avdl": 0.4}


def tell_mesures(recit: Recit, graine: int) -> None:
    """Open, then choose who is rehoused and whose home is mended, then tell the rest."""
    for s in recit.saisines:
        h = tirage(graine, "mesure", s.numero)
        if s.decidee_le is None and s.provisoire_le is None:
            continue
        if s.sens == "refus":
            continue
        if s.phare:
            recit.mesures.append(make_mesure(s, recit))
        else:
            _open(recit, s, h)
    recit.mesures.sort(key=lambda m: (m.ouverte_le, m.saisine.numero))
    for numero, mesure in enumerate(recit.mesures, 1):
        mesure.numero = numero
        if not mesure.saisine.phare:
            Debut(recit, mesure, tirage(graine, "debut", mesure.saisine.numero)).tell()
    _suspend(recit, graine)
    for famille in RELOGEMENTS:
        _choose(recit, graine, famille, "relogement", RELOGEMENTS[famille])
        _choose(recit, graine, famille, "maintien", MAINTIENS[famille])
    for mesure in recit.mesures:
        if mesure.activee_le and not (mesure.saisine.phare or mesure.suspendue):
            Suite(recit, mesure, tirage(graine, "suite", mesure.saisine.numero)).tell()
        mesure.actes.sort(key=lambda acte: acte[0])


def _suspend(recit: Recit, graine: int) -> None:
    """A few running measures stop for a while: these are neither rehoused nor ended meanwhile."""
    h, hier = tirage(graine, "suspensions"), recit.periode.hier
    running = [
        m
        for m in recit.mesures
        if m.activee_le
        and m.fin
        and not m.saisine.phare
        and m.activee_le <= hier - timedelta(days=60)
        and m.fin > hier + timedelta(days=ALERTE + 10)
    ]
    for mesure in h.sample(running, min(recit.periode.nombre(SUSPENDUES), len(running))):
        du = moins(h, hier, 8, 30)
        motif = pese(
            h, [("hospitalisation", 2), ("absence_prolongee", 1), ("demande_du_menage", 1)]
        )
        mesure.suspendue = True
        mesure.actes.append((du, "suspendre", {"motif": motif, "reprise": plus(h, hier, 10, 40)}))


def _open(recit: Recit, s: PlanSaisine, h: Random) -> None:
    hier = recit.periode.hier
    depuis = s.provisoire_le or s.decidee_le
    assert depuis is not None
    derniere = [x.le for x in recit.seances["pilotage"] if x.statut == "close"][-1]
    if s.decidee_le == derniere and not s.provisoire_le and chance(h, PART_EN_ATTENTE):
        return  # oriented, the operator has not begun yet
    if s.provisoire_le or chance(h, PART_MESURES):
        ouverte = plus(h, depuis, 1, 4) if s.provisoire_le else plus(h, depuis, 2, 16)
        if ouverte <= hier:
            s.mesure = PlanMesure(s, ouverte, DUREES[s.famille])
            recit.mesures.append(s.mesure)
    else:
        fin = plus(h, depuis, 10, 45)
        s.close_le = fin if fin <= hier else None


class Debut:
    """From the opening to the first day of accompaniment, cut at the eve of the day."""

    def __init__(self, recit: Recit, mesure: PlanMesure, h: Random) -> None:
        self.m, self.h, self.hier = mesure, h, recit.periode.hier
        self.fini = False

    def acte(self, le: date, nom: str, /, **donnees: object) -> bool:
        """Add an act if its day has come; after the first that has not, nothing follows."""
        if self.fini or le > self.hier:
            self.fini = True
            return False
        self.m.actes.append((le, nom, donnees))
        return True

    def tell(self) -> None:
        h, m = self.h, self.m
        s = m.saisine
        self.acte(m.ouverte_le, "ouvrir")
        if m.famille in ("mous", "insalubrite") and s.decidee_le and s.decidee_le <= m.ouverte_le:
            accord = m.ouverte_le
            self.acte(accord, "accorder_en_seance", le=s.decidee_le)
        elif m.famille in ("mous", "insalubrite"):
            # Opened in an emergency: granted once the session has ratified.
            if s.decidee_le is None:
                self.fini = True
                return
            accord = plus(h, s.decidee_le, 1, 3)
            self.acte(accord, "accorder_en_seance", le=s.decidee_le)
        else:
            accord = plus(h, m.ouverte_le, 4, 18)
            if chance(h, 0.03):
                self.acte(accord, "rejeter")
                self.fini = True
                return
            self.acte(accord, "accorder", le=accord)
        redige = self._diagnostic(accord)
        proposee = plus(h, accord, 2, 9)
        signature = plus(h, proposee, 5, 14)
        self.acte(proposee, "proposer", signature=signature)
        if chance(h, 0.09):
            self.acte(plus(h, signature, 3, 20), "refuser", refus=chance(h, 0.55))
            self.fini = True
            return
        signe = signature if chance(h, 0.75) else plus(h, signature, 2, 12)
        self.acte(signe, "fixer_objectifs", nombre=h.randint(2, 4))
        self.acte(signe, "signer")
        activee = ouvre(max(signe, redige) + timedelta(days=h.randint(0, 4)))
        if self.acte(activee, "activer"):
            m.activee_le = activee
            m.fin = add_months(activee, m.duree) - timedelta(days=1)

    def _diagnostic(self, accord: date) -> date:
        """The diagnosis goes on beside the rest; returns the day it is written."""
        h = self.h
        fini = self.fini
        demande = accord
        rdv = plus(h, demande, 4, 12)
        self.acte(demande, "diagnostic_demander")
        self.acte(demande, "diagnostic_rdv", rdv=rdv)
        if chance(h, 0.14):
            self.acte(rdv, "diagnostic_absence")
            suivant = plus(h, rdv, 5, 10)
            self.acte(plus(h, rdv, 0, 1), "diagnostic_rdv", rdv=suivant)
            rdv = suivant
        self.acte(rdv, "diagnostic_visite", duree=h.choice((45, 60, 75, 90)))
        redige = plus(h, rdv, 2, 10)
        self.acte(redige, "diagnostic_rediger")
        valide = plus(h, redige, 0, 5)
        self.acte(valide, "diagnostic_valider")
        if chance(h, 0.6):
            transmis = plus(h, valide, 0, 4)
            self.acte(transmis, "diagnostic_transmettre")
            if chance(h, 0.5):
                self.acte(plus(h, transmis, 20, 50), "diagnostic_suites")
        self.fini = fini
        return redige


def _choose(recit: Recit, graine: int, famille: str, axe: str, par_an: int) -> None:
    """Give the facts of a year to measures that are ready, the longest waiting first.

    A day without anyone ready is told later in the year, so that a full year keeps its number.
    """
    p = recit.periode
    h = tirage(graine, "faits", famille, axe)
    libres = [m for m in recit.mesures if m.famille == famille and m.saisine.axe == axe]
    libres = [m for m in libres if m.activee_le and not (m.saisine.phare or m.suspendue)]
    for _annee, du, au, part in p.annees():
        nombre = round((par_an + h.choice((-1, 0, 0, 1)) * (par_an >= 4)) * part * p.echelle)
        for le in sorted(entre(h, du, au) for _ in range(nombre)):
            _assign(libres, h, le, au, axe)


def _assign(libres: list[PlanMesure], h: Random, le: date, limite: date, axe: str) -> None:
    delai = 25 if axe == "relogement" else 70
    while le <= limite:
        prets = [
            m
            for m in libres
            if m.activee_le
            and m.activee_le + timedelta(days=delai) <= le
            and (le - m.saisine.date_saisine).days <= ATTENTE_MAXIMALE
            and le < add_months(m.activee_le, DUREE_MAXIMALE[m.famille] - 4)
        ]
        if prets:
            chosen = h.choice(prets)
            libres.remove(chosen)
            if axe == "relogement":
                chosen.entree_le = le
            else:
                chosen.travaux_acheves_le = le
            return
        le = ouvre(le + timedelta(days=7))


class Suite:
    """From the first day to the end: reviews, renewals, outcome, follow-up."""

    def __init__(self, recit: Recit, mesure: PlanMesure, h: Random) -> None:
        self.m, self.h = mesure, h
        self.hier = recit.periode.hier
        self.attend = False

    def acte(self, le: date, nom: str, /, **donnees: object) -> bool:
        if le > self.hier:
            return False
        self.m.actes.append((le, nom, donnees))
        return True

    def tell(self) -> None:
        m, h = self.m, self.h
        assert m.activee_le and m.fin
        fait = m.entree_le or m.travaux_acheves_le
        mois = m.duree
        while True:
            if fait and add_months(fait, 2) <= m.fin:
                # The aim is reached: the measure goes on a few months, then ends.
                self._end(min(plus(h, fait, 60, 150), ouvre_avant(m.fin)), reussie=True)
                return
            if not fait and chance(h, 0.06):
                milieu = m.activee_le + (m.fin - m.activee_le) / 2
                self._end(plus(h, max(milieu, m.fin - timedelta(days=150)), 0, 60), reussie=False)
                return
            suite = mois + RENOUVELLEMENTS[m.famille] <= DUREE_MAXIMALE[m.famille]
            wanted = fait is not None or chance(h, PART_RENOUVELLEMENTS[m.famille])
            if not (suite and wanted) or not self._renew():
                break
            mois += RENOUVELLEMENTS[m.famille]
        if m.terminee_le is None and m.fin <= self.hier + timedelta(days=ALERTE):
            self._expire(reussie=fait is not None or chance(h, 0.7))

    def _bilan(self, le: date, type_: str, suite: str) -> tuple[bool, date]:
        """Begin, write, submit, validate a review; returns whether it is validated, and when."""
        h = self.h
        soumis = plus(h, le, 1, 4)
        valide = plus(h, soumis, 0, 4)
        done = self.acte(le, "bilan_commencer", type=type_, suite=suite)
        done = done and self.acte(soumis, "bilan_soumettre")
        done = done and self.acte(valide, "bilan_valider")
        if done:
            self.acte(plus(h, valide, 0, 3), "bilan_transmettre")
        return done, valide

    def _renew(self) -> bool:
        """A renewal before the term; False when it has not been granted yet."""
        m, h = self.m, self.h
        assert m.fin
        alerte = m.fin - timedelta(days=ALERTE)
        if not self.acte(alerte, "echoir"):
            return False
        done, valide = self._bilan(plus(h, alerte, 1, 4), "intermediaire", "renouveler")
        propose = plus(h, valide, 0, 2)
        mois = RENOUVELLEMENTS[m.famille]
        done = done and self.acte(propose, "renouveler_proposer", mois=mois)
        confirme = plus(h, propose, 0, 3)
        done = done and self.acte(confirme, "renouveler_valider")
        accord = plus(h, confirme, 1, 5)
        if not (done and self.acte(accord, "renouveler_accorder", le=accord)):
            self.attend = True
            return False
        m.fin = add_months(m.fin + timedelta(days=1), mois) - timedelta(days=1)
        return True

    def _expire(self, reussie: bool) -> None:
        m, h = self.m, self.h
        assert m.fin
        if self.attend:
            return  # a renewal is being examined
        alerte = m.fin - timedelta(days=ALERTE)
        if not self.acte(alerte, "echoir"):
            return
        if m.fin > self.hier - timedelta(days=25) and chance(h, 0.25):
            return  # the review is late: the head of service sees it
        self._finish(plus(h, alerte, 2, 14), ouvre_avant(m.fin), reussie)

    def _end(self, le: date, reussie: bool) -> None:
        """An end before the term: the team prepares the review ahead."""
        m = self.m
        assert m.fin
        le = min(le, ouvre_avant(m.fin))
        debut_bilan = moins(self.h, le, 10, 18)
        alerte = m.fin - timedelta(days=ALERTE)
        if debut_bilan >= alerte and not self.acte(alerte, "echoir"):
            return
        self._finish(debut_bilan, le, reussie)

    def _finish(self, debut_bilan: date, fin: date, reussie: bool) -> None:
        m, h = self.m, self.h
        done, valide = self._bilan(debut_bilan, "final", "terminer")
        fin = max(fin, valide)
        issue = self._issue(reussie)
        if not (done and self.acte(fin, "terminer", issue=issue)):
            return
        m.terminee_le = fin
        for mois in (6, 12):
            le = plus(h, add_months(fin, mois), 0, 20)
            if (self.hier - le).days < RETARDS and chance(h, 0.3):
                break  # the call is late
            if not self.acte(
                le, "suivi", mois=mois,
                maintien=pese(h, [("oui", 8), ("non", 1), ("inconnu", 1.5)]),
            ):  # fmt: skip
                break

    def _issue(self, reussie: bool) -> str:
        m, h = self.m, self.h
        if m.entree_le:
            return "relogement"
        if m.travaux_acheves_le:
            return "maintien"
        if not reussie:
            return pese(
                h, [("sans_contact", 3), ("abandon", 3), ("demenagement", 3), ("relais", 2)]
            )
        if m.saisine.axe == "maintien":
            return pese(h, [("maintien", 5), ("objectifs_atteints", 3), ("partiellement", 3)])
        return pese(
            h,
            [("acces_autonome", 3), ("partiellement", 3), ("hebergement", 1), ("relais", 2)],
        )
