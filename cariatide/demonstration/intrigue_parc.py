"""Homes of the MOUS: found, mended, let; the entries of the rehoused households."""

from datetime import date, timedelta
from random import Random

from cariatide.demonstration.hasard import chance, entre, moins, ouvre, plus, tirage
from cariatide.demonstration.plan import (
    ADAPTES,
    COMMUNAUX,
    PRIVES,
    PlanLogement,
    PlanMesure,
    PlanOperation,
    Recit,
)

PART_PRODUITS = 0.7  # of the households rehoused enter a home that the operator had mended
ECARTEES_PAR_AN, ABANDONS_PAR_AN = 9, 3
EN_COURS = {"etudiee": 6, "financee": 4, "en_travaux": 5}
MAINTIENS_EN_COURS = {"etudiee": 4, "financee": 2, "en_travaux": 3}
ETAPES = ("etudiee_le", "financee_le", "debut_travaux_le", "achevee_le")


def tell_parc(recit: Recit, graine: int) -> None:
    for annee, du, au, part in recit.periode.annees():
        _tell_entrees(recit, tirage(graine, "entrees", annee), annee, part)
        h = tirage(graine, "parc", annee)
        for _ in range(round(ECARTEES_PAR_AN * part * recit.periode.echelle)):
            recit.logements.append(_ecartee(h, entre(h, du, au), recit))
        for _ in range(round(ABANDONS_PAR_AN * part * recit.periode.echelle)):
            recit.logements.append(_abandonnee(h, entre(h, du, au), recit))
    for annee, du, au, part in recit.periode.annees():
        _complete(recit, tirage(graine, "livres", annee), annee, (du, au), part)
    _tell_maintiens(recit, tirage(graine, "maintiens"))
    _tell_en_cours(recit, tirage(graine, "chantiers"))
    recit.logements.sort(key=lambda x: (x.cree_le, x.categorie))


def _tell_entrees(recit: Recit, h: Random, annee: int, part: float) -> None:
    """Who enters what: an adapted home, another produced one, or one of a social landlord."""
    rehoused = [m for m in recit.mesures if m.entree_le and m.entree_le.year == annee]
    habitat = [m for m in rehoused if m.famille == "mous"]
    produits = h.sample(habitat, round(PART_PRODUITS * len(habitat)))
    adaptes = round(ADAPTES * part * recit.periode.echelle)
    for rang, mesure in enumerate(produits):
        assert mesure.entree_le
        achevee = moins(h, mesure.entree_le, 5, 30)
        logement = _produit(h, achevee, recit, adapte=rang < adaptes)
        assert logement.operation
        logement.operation.statut = "louee"
        logement.operation.dates["louee_le"] = mesure.entree_le
        logement.mesure, logement.entree_le = mesure, mesure.entree_le
        recit.logements.append(logement)
    for mesure in rehoused:
        if mesure not in produits:
            assert mesure.entree_le
            cree = moins(h, mesure.entree_le, 10, 40)
            recit.logements.append(
                PlanLogement(cree, "hlm", mesure=mesure, entree_le=mesure.entree_le)
            )


def _etapes(h: Random, achevee: date, recit: Recit) -> dict[str, date]:
    """Steps of works that end on a day, told backwards, none before the agreement."""
    debut = moins(h, achevee, 70, 150)
    financee = moins(h, debut, 20, 45)
    etudiee = moins(h, financee, 50, 100)
    premier = recit.periode.debut_mous
    if etudiee < premier:
        span = (achevee - premier).days
        etudiee, financee, debut = (
            ouvre(premier + timedelta(days=round(span * f))) for f in (0.05, 0.3, 0.4)
        )
    return dict(zip(ETAPES, (etudiee, financee, debut, achevee), strict=True))


def _offre(h: Random, etudiee: date) -> dict[str, date]:
    captee = moins(h, etudiee, 2, 10)
    conclue = moins(h, captee, 5, 20)
    visitee = moins(h, conclue, 3, 12)
    return {
        "reperee_le": moins(h, visitee, 3, 15),
        "visitee_le": visitee,
        "conclue_le": conclue,
        "captee_le": captee,
    }


def _produit(
    h: Random, achevee: date, recit: Recit, *, adapte: bool = False, communal: bool | None = None
) -> PlanLogement:
    dates = _etapes(h, achevee, recit)
    if communal is None:
        communal = chance(h, 0.25)
    offre = {} if communal else _offre(h, dates["etudiee_le"])
    cree = min([*offre.values(), dates["etudiee_le"]])
    categorie = "communal" if communal else h.choice(
        ("conventionne_social", "conventionne_social", "conventionne_tres_social")
    )  # fmt: skip
    maitre = "communal" if communal else "prive"
    operation = PlanOperation("production", maitre, "achevee", dates, adapte=adapte)
    return PlanLogement(cree, categorie, offre=offre, operation=operation)


def _complete(recit: Recit, h: Random, annee: int, bornes: tuple[date, date], part: float) -> None:
    """Homes delivered to other households, up to what a year produces."""
    livres = [
        x.operation.maitre_ouvrage
        for x in recit.logements
        if x.operation
        and x.operation.finalite == "production"
        and (achevee := x.operation.dates.get("achevee_le"))
        and achevee.year == annee
    ]
    for maitre, cible in (("prive", PRIVES), ("communal", COMMUNAUX)):
        nombre = round((cible + h.choice((-1, 0, 1))) * part * recit.periode.echelle)
        for _ in range(max(0, nombre - livres.count(maitre))):
            recit.logements.append(
                _produit(h, entre(h, *bornes), recit, communal=maitre == "communal")
            )


def _ecartee(h: Random, le: date, recit: Recit) -> PlanLogement:
    reperee = moins(h, le, 4, 20)
    offre = {"reperee_le": reperee, "conclue_le": le}
    if chance(h, 0.7):
        offre["visitee_le"] = entre(h, reperee, le)
    return PlanLogement(reperee, "prive_libre", offre=offre, ecartee=True)


def _abandonnee(h: Random, le: date, recit: Recit) -> PlanLogement:
    etudiee = max(moins(h, le, 60, 160), ouvre(recit.periode.debut_mous))
    operation = PlanOperation(
        "production", "prive", "abandonnee", {"etudiee_le": etudiee, "abandonnee_le": le}
    )
    offre = _offre(h, etudiee)
    return PlanLogement(offre["reperee_le"], "prive_libre", offre=offre, operation=operation)


def _maitre(h: Random, mesure: PlanMesure) -> str:
    return "proprietaire_occupant" if chance(h, 0.35) else "prive"


def _tell_maintiens(recit: Recit, h: Random) -> None:
    """Works that keep a household in its home, within the time of its measure."""
    for mesure in recit.mesures:
        achevee = mesure.travaux_acheves_le
        if achevee is None or mesure.activee_le is None:
            continue
        span = (achevee - mesure.activee_le).days
        jours = [mesure.activee_le + timedelta(days=round(span * f)) for f in (0.05, 0.4, 0.6)]
        dates = dict(zip(ETAPES, [*(ouvre(j) for j in jours), achevee], strict=True))
        operation = PlanOperation(
            "maintien", _maitre(h, mesure), "achevee", dates, famille=mesure.famille
        )
        recit.logements.append(
            PlanLogement(dates["etudiee_le"], "prive_libre", operation=operation, mesure=mesure)
        )
    libres = [
        m
        for m in recit.mesures
        if m.famille in ("mous", "insalubrite")
        and m.saisine.axe == "maintien"
        and m.activee_le
        and m.terminee_le is None
        and m.travaux_acheves_le is None
        and (recit.periode.hier - m.activee_le).days > 45
        and not (m.saisine.phare or m.suspendue)
    ]
    for statut, nombre in MAINTIENS_EN_COURS.items():
        for mesure in h.sample(libres, min(recit.periode.nombre(nombre), len(libres))):
            libres.remove(mesure)
            assert mesure.activee_le
            depuis = plus(h, mesure.activee_le, 5, 12)
            dates = _avance(h, depuis, recit.periode.hier, statut)
            if dates:
                operation = PlanOperation(
                    "maintien", _maitre(h, mesure), statut, dates, famille=mesure.famille
                )
                recit.logements.append(
                    PlanLogement(depuis, "prive_libre", operation=operation, mesure=mesure)
                )


def _avance(h: Random, etudiee: date, hier: date, statut: str) -> dict[str, date]:
    """Steps already done of works that go on; empty when time is too short for that state."""
    rangs = {"etudiee": 1, "financee": 2, "en_travaux": 3}[statut]
    span = (hier - etudiee).days
    if span < 12 * rangs:
        return {}
    jours = sorted(h.sample(range(3, span), rangs - 1)) if rangs > 1 else []
    suivantes = [min(ouvre(etudiee + timedelta(days=j)), hier) for j in jours]
    return dict(zip(ETAPES, [etudiee, *suivantes], strict=False))


def _tell_en_cours(recit: Recit, h: Random) -> None:
    """Works under way, and homes just found."""
    hier = recit.periode.hier
    for statut, nombre in EN_COURS.items():
        for _ in range(recit.periode.nombre(nombre)):
            recul = {"etudiee": (20, 60), "financee": (80, 140), "en_travaux": (140, 220)}[statut]
            etudiee = moins(h, hier, *recul)
            communal = chance(h, 0.25)
            dates = _avance(h, etudiee, hier, statut)
            offre = {} if communal else _offre(h, etudiee)
            maitre = "communal" if communal else "prive"
            operation = PlanOperation("production", maitre, statut, dates, adapte=chance(h, 0.3))
            recit.logements.append(
                PlanLogement(
                    min([*offre.values(), etudiee]),
                    "communal" if communal else "prive_libre",
                    offre=offre, operation=operation,
                )
            )  # fmt: skip
    for rang in range(recit.periode.nombre(6)):
        reperee = moins(h, hier, 2, 25)
        offre = {"reperee_le": reperee}
        if rang % 2:
            offre["visitee_le"] = entre(h, reperee, hier)
        if rang % 3 == 2 and "visitee_le" in offre:
            offre["conclue_le"] = entre(h, offre["visitee_le"], hier)
        recit.logements.append(PlanLogement(reperee, "prive_libre", offre=offre))
