"""A kind of case over households alone, and a session ready for what a test is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from cariatide.commission.actions.agenda import inscribe_passages
from cariatide.commission.actions.decisions import record_decision
from cariatide.commission.actions.instances import (
    DonneesInstance,
    DonneesMembre,
    add_membre,
    create_instance,
)
from cariatide.commission.actions.seances import (
    DonneesSeance,
    LignePresence,
    convene_seance,
    open_seance,
    plan_seance,
    record_presences,
)
from cariatide.commission.models import Decision, Instance, Passage, Seance
from cariatide.commission.ports import AInscrire, DecisionPrise, Synthese, examinables
from cariatide.commission.rules import RegleDeQuorum
from cariatide.commission.statuts import SensDecision
from cariatide.menages.actions import attach
from cariatide.menages.models import Menage
from cariatide.menages.statuts import MotifRattachement
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import Niveau, Perimetre
from tests.distribution import JOUR, Monde, add_menage

TYPE = "tests.dossier"
MOITIE = RegleDeQuorum("fraction", numerateur=1, denominateur=2)
MOTIF = "Suroccupation constatée ; la dette est en voie d’apurement."


@dataclass
class Dossier:
    """What the fake owner knows of a case."""

    menage_id: int
    reference: str
    etat: str = "a_inscrire"
    urgent: bool = False
    provisoire: str = ""
    decisions: list[DecisionPrise] = field(default_factory=list)
    clotures: list[int] = field(default_factory=list)
    mots: str = ""


class FauxDossiers:
    """Cases whose whole state is in memory; the household is real."""

    libelle = "Dossier d’essai"

    def __init__(self) -> None:
        self.dossiers: dict[int, Dossier] = {}
        self.refuse = ""

    def list_a_inscrire(self, instance_id: int, perimetre: Perimetre) -> list[AInscrire]:
        noms = dict(Menage.objects.visible_to(perimetre).values_list("pk", "nom_usage"))
        return [
            AInscrire(
                objet_id=d.menage_id,
                reference=d.reference,
                libelle=noms[d.menage_id],
                menage_id=d.menage_id,
                depuis=date(2026, 5, 11),
                urgent=d.urgent,
                motif_urgence="Expulsion imminente" if d.urgent else "",
                ajourne=d.etat == "ajourne",
                provisoire=d.provisoire,
                origine="CCAS de test",
            )
            for d in self.dossiers.values()
            if d.etat in ("a_inscrire", "ajourne") and d.menage_id in noms
        ]

    def synthese(self, objet_id: int, perimetre: Perimetre) -> Synthese:
        menage = Menage.objects.find_visible(perimetre, objet_id)
        return Synthese(
            reference=self.dossiers[objet_id].reference,
            titre=f"Ménage {menage.nom_usage}",
            menage_id=menage.pk,
            faits=(
                ("Ménage", "2 adultes, 3 enfants"),
                ("Demande", "Maintien ou relogement, dette locative"),
                ("Origine", "CCAS de test, 11/05/2026"),
                ("Logement", "T2, 41 m², privé, étiquette F"),
                ("Procédure", "Assignation, audience 14/01"),
                ("Dette", "705,00 €, plan respecté"),
            ),
            texte=(
                "Le ménage souhaite rester dans la commune. La taille du logement ne permet pas "
                "le maintien durable ; l’opérateur propose un relogement en T4."
            ),
            origine="CCAS de test",
            alertes=("Audience le 14/01/2027",),
        )

    def on_inscription(
        self, *, objet_id: int, passage_id: int, seance_le: date, perimetre: Perimetre
    ) -> None:
        self.dossiers[objet_id].etat = "inscrit"

    def on_retrait(self, *, objet_id: int, passage_id: int, perimetre: Perimetre) -> None:
        self.dossiers[objet_id].etat = "a_inscrire"

    def on_decision(self, *, objet_id: int, decision: DecisionPrise, perimetre: Perimetre) -> None:
        if self.refuse:
            raise ActeRefuse(self.refuse)
        ajourne = decision.sens == SensDecision.AJOURNEMENT
        self.dossiers[objet_id].etat = "ajourne" if ajourne else "decide"
        self.dossiers[objet_id].decisions.append(decision)

    def on_cloture(self, *, objet_id: int, passage_id: int, perimetre: Perimetre) -> None:
        self.dossiers[objet_id].clotures.append(passage_id)

    def describe_sens(self, objet_id: int, sens: str, perimetre: Perimetre) -> str:
        return self.dossiers[objet_id].mots if sens == SensDecision.MAINTIEN else ""


@contextmanager
def register_faux() -> Iterator[FauxDossiers]:
    """The fake kind of case, alone in the registry for the time of a test."""
    known = dict(examinables._entries)
    faux = FauxDossiers()
    examinables._entries.clear()
    examinables.register(TYPE, faux)
    try:
        yield faux
    finally:
        examinables._entries.clear()
        examinables._entries.update(known)


def add_dossier(monde: Monde, faux: FauxDossiers, nom: str = "Lefèvre", **options: Any) -> Dossier:
    """A household that waits for a session, known to the secretariat."""
    menage = add_menage(monde, nom=nom)
    attach(
        menage_id=menage.pk,
        organisation_id=monde.departement.pk,
        niveau=Niveau.FACTUEL,
        motif=MotifRattachement.SECRETARIAT,
        source=("tests", menage.pk),
        du=date(2026, 5, 11),
    )
    numero = len(faux.dossiers) + 1
    dossier = Dossier(menage.pk, f"S-2026-{numero:05d}", **options)
    faux.dossiers[menage.pk] = dossier
    return dossier


def add_instance(
    monde: Monde, membres: tuple[str, ...] = ("prefecture", "ccas", "bailleur"), **options: Any
) -> Instance:
    """A steering group kept by the département, half of its voting members needed."""
    jour = options.pop("jour", JOUR)
    perimetre = monde.perimetre("dora", jour)
    instance = create_instance(
        perimetre=perimetre,
        secretariat_id=monde.departement.pk,
        donnees=DonneesInstance(
            type="groupe_de_pilotage",
            nom=options.pop("nom", "Groupe de pilotage MOUS"),
            presidence="Mme Anne Roussel, vice-présidente",
            lieu="Salle Jaurès, hôtel du Département",
        ),
        du=date(2026, 1, 1),
        quorum=options.pop("quorum", MOITIE),
    )
    for nom in membres:
        add_membre(
            perimetre=perimetre,
            instance_id=instance.pk,
            donnees=DonneesMembre(
                organisation_id=getattr(monde, nom).pk,
                titulaire=f"Titulaire {nom}",
                du=date(2026, 1, 1),
            ),
        )
    return instance


def plan(monde: Monde, instance: Instance, le: date = JOUR, **options: Any) -> Seance:
    return plan_seance(
        perimetre=monde.perimetre("dora", options.pop("jour", JOUR)),
        instance_id=instance.pk,
        donnees=DonneesSeance(le=le, heure=options.pop("heure", time(9, 30)), lieu="Salle Jaurès"),
        **options,
    )


def inscribe(monde: Monde, seance: Seance, *dossiers: Dossier, jour: date = JOUR) -> list[Passage]:
    return inscribe_passages(
        perimetre=monde.perimetre("dora", jour),
        seance_id=seance.pk,
        dossiers=[(TYPE, d.menage_id) for d in dossiers],
    )


def hold(
    monde: Monde, seance: Seance, presents: tuple[str, ...] = ("prefecture", "ccas")
) -> Seance:
    """Convene and open the session on its day, with these organisations in the room."""
    perimetre = monde.perimetre("dora", seance.le)
    convene_seance(perimetre=monde.perimetre("dora", min(JOUR, seance.le)), seance_id=seance.pk)
    open_seance(perimetre=perimetre, seance_id=seance.pk)
    record_presences(
        perimetre=perimetre,
        seance_id=seance.pk,
        lignes=[LignePresence(getattr(monde, nom).pk, "present") for nom in presents],
    )
    return Seance.objects.find_visible(perimetre, seance.pk)


def demain(n: int = 1) -> date:
    return JOUR + timedelta(days=n)


def hold_with(monde: Monde, faux: FauxDossiers, *noms: str) -> Seance:
    """A session open today, with a case of each name."""
    seance = plan(monde, add_instance(monde))
    inscribe(monde, seance, *(add_dossier(monde, faux, nom) for nom in noms))
    return hold(monde, seance)


def cases(monde: Monde, seance: Seance) -> list[Passage]:
    """What a session examines, in its order."""
    found = Passage.objects.visible_to(monde.perimetre("dora")).filter(seance_id=seance.pk)
    return list(found.order_by("ordre"))


def decide(monde: Monde, passage: Passage, sens: str = "relogement", **options: Any) -> Decision:
    values = {"motif": MOTIF, "version": passage.version} | options
    return record_decision(
        perimetre=monde.perimetre("dora"), passage_id=passage.pk, sens=sens, **values
    )
