"""The instance of the tests and saisines in each state."""

from collections.abc import Callable
from datetime import date
from typing import Any
from zlib import crc32

import pytest

from cariatide.commission.models import Instance
from cariatide.commission.ports import DecisionPrise
from cariatide.commission.statuts import TypeInstance
from cariatide.demandes import actions
from cariatide.demandes.actions import DonneesLogement, DonneesSaisine
from cariatide.demandes.models import PieceSaisine, Saisine
from cariatide.menages.actions import DonneesDomicile, DonneesMenage, DonneesPersonne
from cariatide.socle.contexte import ouvre_transaction
from tests.distribution import DEBUT, JOUR, Monde

PIECES = ("identite", "composition", "ressources", "occupation")


@pytest.fixture
def instance(monde: Monde) -> Instance:
    return Instance.objects.create(
        type=TypeInstance.GROUPE_DE_PILOTAGE,
        nom="Groupe de pilotage MOUS",
        secretariat=monde.departement,
        convention=monde.convention,
        du=DEBUT,
    )


def donnees_saisine(monde: Monde, **options: Any) -> DonneesSaisine:
    """A complete saisine for a new household."""
    nom = options.pop("nom", "Marchetti")
    valeurs: dict[str, Any] = {
        "convention_id": monde.convention.pk,
        "motifs": ["suroccupation", "non_decent"],
        "date_saisine": date(2026, 11, 16),
        "information_menage_le": date(2026, 11, 14),
        "menage": DonneesMenage(
            personnes=[
                DonneesPersonne(nom=nom, prenom="Lina", naissance=date(1988, 2, 9)),
                DonneesPersonne(nom=nom, prenom="Noé", role="enfant", naissance=date(2015, 7, 1)),
            ],
            domicile=DonneesDomicile(
                adresse="8 rue des Tanneurs", code_postal="59600", commune_id=monde.commune.pk
            ),
            telephone=f"06{crc32(nom.encode()) % 10**8:08d}",
        ),
        "commune_id": monde.commune.pk,
        "logement": DonneesLogement(statut_occupation="locataire_prive", type_logement="t2"),
        "demarches": "Demande de logement social déposée en mars.",
        "expose": "Le couple s’est séparé, la mère élève seule son fils.",
        "pieces_recues": list(PIECES),
    }
    return DonneesSaisine(**(valeurs | options))


Depose = Callable[..., Saisine]


@pytest.fixture
def depose(monde: Monde, instance: Instance) -> Depose:
    """`depose(qui="prescripteur", **champs)`: a deposited saisine."""

    def deposit(qui: str = "prescripteur", **options: Any) -> Saisine:
        perimetre = monde.perimetre(qui)
        with ouvre_transaction(perimetre):
            return actions.deposit_saisine(
                perimetre=perimetre, donnees=donnees_saisine(monde, **options)
            )

    return deposit


def reload(saisine: Saisine) -> Saisine:
    return Saisine.objects.unscoped(reason="test").get(pk=saisine.pk)


def pieces_of(saisine: Saisine) -> dict[str, PieceSaisine]:
    rows = PieceSaisine.objects.unscoped(reason="test").filter(saisine=saisine).order_by("id")
    return {p.code: p for p in rows}


def decision(sens: str, passage: int = 1, motif: str = "Situation examinée en séance.") -> Any:
    return DecisionPrise(
        passage_id=passage, seance_id=1, instance_id=1, le=JOUR, sens=sens, motif=motif
    )


def avance(monde: Monde, saisine: Saisine, *etapes: str, passage: int = 1) -> Saisine:
    """Push a saisine through the acts named, each by who may."""
    dora, alice = monde.perimetre("dora"), monde.perimetre("alice")
    pk = saisine.pk
    for etape in etapes:
        version = reload(saisine).version
        match etape:
            case "recevable":
                actions.declare_recevable(perimetre=dora, saisine_id=pk, version=version)
            case "provisoire":
                actions.orient_provisoirement(
                    perimetre=dora, saisine_id=pk, axe="relogement", motif="Péril", version=version
                )
            case "inscrite":
                actions.enter_seance(
                    perimetre=dora, saisine_id=pk, passage_id=passage, seance_le=JOUR
                )
            case "mise_en_oeuvre":
                actions.start_mise_en_oeuvre(
                    perimetre=alice, saisine_id=pk, source=("mesures.mesure", 1)
                )
            case "close":
                actions.close_saisine(perimetre=alice, saisine_id=pk, issue="relogement")
            case _:
                actions.apply_decision(
                    perimetre=dora, saisine_id=pk, decision=decision(etape, passage)
                )
    return reload(saisine)
