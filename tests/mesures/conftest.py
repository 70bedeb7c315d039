"""Measures of the tests in each state, opened from a decided saisine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest

from cariatide.bareme.models import ParametreLocal
from cariatide.commission.models import Instance
from cariatide.commission.statuts import TypeInstance
from cariatide.demandes.models import Saisine
from cariatide.demandes.statuts import StatutSaisine
from cariatide.menages.actions import attach
from cariatide.menages.statuts import MotifRattachement
from cariatide.mesures import actions
from cariatide.mesures.actions import DonneesBilan, DonneesIntervention, DonneesObjectif
from cariatide.mesures.models import Bilan, DiagnosticSocial, Mesure, Objectif
from cariatide.partenaires.models import Convention
from cariatide.partenaires.statuts import TypeConvention
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import Niveau, Perimetre
from tests.distribution import DEBUT, JOUR, Monde, add_menage

DECISION = date(2026, 5, 4)
DEPOT = date(2026, 4, 20)


class Fabrique:
    """`fabrique.active()`: measures pushed through the acts named, each by who may."""

    def __init__(self, monde: Monde) -> None:
        self.monde = monde

    def jour(self, qui: str, jour: date = JOUR) -> Perimetre:
        return self.monde.perimetre(qui, jour)

    @contextmanager
    def au_nom_de(self, qui: str, jour: date = JOUR) -> Iterator[Perimetre]:
        perimetre = self.jour(qui, jour)
        with ouvre_transaction(perimetre):
            yield perimetre

    def saisine(
        self, *, nom: str = "Lefèvre", convention: Any = None, sens: str = "maintien"
    ) -> Saisine:
        """A decided saisine whose operator sees the household at level F alone."""
        monde = self.monde
        convention = convention or monde.convention
        menage = add_menage(monde, "prescripteur", nom, Niveau.FACTUEL, le=DEPOT)
        instance, _ = Instance.objects.get_or_create(
            nom="Groupe de pilotage",
            defaults={
                "type": TypeInstance.GROUPE_DE_PILOTAGE,
                "secretariat": monde.departement,
                "convention": monde.convention,
                "du": DEBUT,
            },
        )
        saisine = Saisine(
            reference=f"S-2026-{menage.pk:05d}",
            statut=StatutSaisine(f"orientee_{sens}"),
            date_saisine=DEPOT,
            deposee_le=DEPOT,
            information_menage_le=DEPOT,
            recevable_le=DEPOT,
            redaction=monde.ccas,
            origine_organisation=monde.ccas,
            prescripteur=monde.prescripteur,
            dispositif=convention.type,
            convention=convention,
            instance=instance,
            menage=menage,
            commune=monde.commune,
            decidee_le=DECISION,
            decision_sens=sens,
        )
        saisine.save(force_insert=True)
        attach(
            menage_id=menage.pk,
            organisation_id=convention.operateur_id,
            niveau=Niveau.FACTUEL,
            motif=MotifRattachement.OPERATEUR,
            source=("demandes.saisine", saisine.pk),
            du=DECISION,
        )
        return saisine

    def convention_asll(self) -> Convention:
        """An agreement whose kind has a maximum duration, and no accord in session."""
        return Convention.objects.create(
            type=TypeConvention.ASLL,
            reference="ASLL-2026",
            intitule="Accompagnement social 2026",
            commanditaire=self.monde.departement,
            operateur=self.monde.operateur,
            du=date(2025, 1, 1),
            au=date(2028, 12, 31),
        )

    def prescrite(self, **options: Any) -> Mesure:
        saisine = self.saisine(**options)
        with self.au_nom_de("alice", DECISION) as perimetre:
            mesure = actions.create_mesure(perimetre=perimetre, saisine_id=saisine.pk)
        return mesure

    def accordee(self, mois: int = 6, **options: Any) -> Mesure:
        mesure = self.prescrite(**options)
        with self.au_nom_de("financeur", DECISION) as perimetre:
            return actions.grant_mesure(
                perimetre=perimetre, mesure_id=mesure.pk, le=DECISION, duree_mois=mois,
                intensite="moyenne", reference="Notification 2026-12",
            )  # fmt: skip

    def proposee(self, **options: Any) -> Mesure:
        mesure = self.accordee(**options)
        with self.au_nom_de("alice", DECISION) as perimetre:
            return actions.propose_mesure(
                perimetre=perimetre, mesure_id=mesure.pk, le=DECISION,
                signature_prevue_le=DECISION + timedelta(days=10),
            )  # fmt: skip

    def adheree(self, **options: Any) -> Mesure:
        mesure = self.proposee(**options)
        self.objectif(mesure)
        with self.au_nom_de("alice", DECISION) as perimetre:
            return actions.sign_contrat(perimetre=perimetre, mesure_id=mesure.pk, le=DECISION)

    def active(self, **options: Any) -> Mesure:
        mesure = self.adheree(**options)
        self.diagnostic_redige(mesure)
        with self.au_nom_de("alice", DECISION) as perimetre:
            return actions.activate_mesure(perimetre=perimetre, mesure_id=mesure.pk, debut=DECISION)

    def bilan_du(self, **options: Any) -> Mesure:
        mesure = self.active(**options)
        with self.au_nom_de("alice") as perimetre:
            return actions.request_bilan(perimetre=perimetre, mesure_id=mesure.pk)

    def terminee(self, le: date = JOUR, issue: str = "maintien", **options: Any) -> Mesure:
        mesure = self.bilan_du(**options)
        self.bilan_valide(mesure, "final", le)
        with self.au_nom_de("alice") as perimetre:
            return actions.terminate_mesure(
                perimetre=perimetre, mesure_id=mesure.pk, le=le, issue=issue
            )

    # -- what hangs from a measure

    def objectif(self, mesure: Mesure, jour: date = DECISION) -> Objectif:
        with self.au_nom_de("alice", jour) as perimetre:
            return actions.add_objectif(
                perimetre=perimetre,
                mesure_id=mesure.pk,
                donnees=DonneesObjectif("Reprendre le paiement du loyer", "impayes"),
            )

    def diagnostic_redige(self, mesure: Mesure, jour: date = DECISION) -> DiagnosticSocial:
        with self.au_nom_de("alice", jour) as perimetre:
            diagnostic = actions.request_diagnostic(
                perimetre=perimetre, mesure_id=mesure.pk, motif="Diagnostic initial", le=jour
            )
            pk = diagnostic.pk
            actions.propose_rdv(perimetre=perimetre, diagnostic_id=pk, rdv_le=jour)
            actions.record_visite(perimetre=perimetre, diagnostic_id=pk, le=jour)
            actions.write_diagnostic(
                perimetre=perimetre,
                diagnostic_id=pk,
                sections={"logement": "T3 humide", "preconisations": "Accompagner le maintien"},
            )
            return actions.finish_diagnostic(perimetre=perimetre, diagnostic_id=pk)

    def visite(self, mesure: Mesure, le: date = DECISION, **options: Any) -> Any:
        qui = options.pop("qui", "alice")
        donnees = DonneesIntervention(
            **{"type": "vad", "date": le, "presence": "present", "duree_minutes": 50} | options
        )
        with self.au_nom_de(qui) as perimetre:
            return actions.record_intervention(
                perimetre=perimetre, mesure_id=mesure.pk, donnees=donnees
            )

    def bilan_valide(
        self, mesure: Mesure, type_: str, le: date = JOUR, suite: str = "terminer"
    ) -> Bilan:
        with self.au_nom_de("alice") as perimetre:
            bilan = actions.create_bilan(
                perimetre=perimetre, mesure_id=mesure.pk, type_=type_, le=le
            )
            atteintes = {
                o.pk: 3
                for o in Objectif.objects.visible_to(perimetre).filter(
                    mesure_id=mesure.pk, fixe_le__lte=le
                )
            }
            actions.write_bilan(
                perimetre=perimetre,
                bilan_id=bilan.pk,
                donnees=DonneesBilan(
                    evolution="Le loyer est repris.",
                    conclusion="Situation stable.",
                    synthese_partenaires="Loyer repris depuis juillet.",
                    suite=suite,
                    atteintes=atteintes,
                ),
            )
            actions.submit_bilan(perimetre=perimetre, bilan_id=bilan.pk)
        with self.au_nom_de("chef") as perimetre:
            return actions.validate_bilan(perimetre=perimetre, bilan_id=bilan.pk)

    def fixe_suspension(self, mois: int = 3) -> None:
        """The local text of the département bounds a suspension."""
        ParametreLocal.objects.create(
            code="mesure.suspension_maximale", valeur=mois, du=DEBUT,
            motif="Règlement intérieur de test", auteur="Test",
            organisation_id=self.monde.departement.pk,
        )  # fmt: skip


@pytest.fixture
def fabrique(monde: Monde) -> Fabrique:
    return Fabrique(monde)


def reload(objet: Any) -> Any:
    return type(objet).objects.unscoped(reason="test").get(pk=objet.pk)
