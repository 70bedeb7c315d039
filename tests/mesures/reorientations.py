"""A reorientation asked by Alice toward another operator, decided by the funder or a session."""

from datetime import date, timedelta
from typing import Any

from cariatide.commission.actions.agenda import inscribe_passages
from cariatide.commission.actions.instances import DonneesMembre, add_membre, set_quorum
from cariatide.commission.models import Instance, Passage, Seance
from cariatide.commission.rules import RegleDeQuorum
from cariatide.mesures import actions
from cariatide.mesures.actions import DonneesReorientation
from cariatide.mesures.models import Mesure, MotifReorientation, Reorientation
from cariatide.partenaires.models import Convention, Mandat
from cariatide.partenaires.statuts import Role, TypeConvention
from tests.commission.fabrique import hold, plan
from tests.distribution import DEBUT, JOUR, add_personne
from tests.mesures.conftest import Fabrique

EXPOSE = "Monsieur ne supporte plus les visites."


class Ailleurs:
    """Where the household could go: an agreement of the other operator, with its team."""

    def __init__(self, fabrique: Fabrique, *, en_seance: bool = False) -> None:
        self.fabrique, self.monde = fabrique, fabrique.monde
        self.convention = self.add_convention()
        self.monde.personnes["chef_autre"] = add_personne("Cora", "Autre")
        Mandat.objects.create(
            utilisateur=self.monde.personnes["chef_autre"],
            organisation=self.monde.autre_operateur, role=Role.CHEF_DE_SERVICE, du=DEBUT,
        )  # fmt: skip
        self.en_seance = en_seance

    def add_convention(self, **options: Any) -> Convention:
        valeurs = {
            "type": TypeConvention.ASLL,
            "reference": "ASLL-AUTRE",
            "intitule": "Accompagnement par Toits d’ailleurs",
            "commanditaire": self.monde.departement,
            "operateur": self.monde.autre_operateur,
            "du": date(2025, 1, 1),
            "au": date(2028, 12, 31),
        }
        return Convention.objects.create(**(valeurs | options))

    def active(self, **options: Any) -> Mesure:
        mesure = self.fabrique.active(**options)
        self.sans_instance()
        return mesure

    def sans_instance(self) -> None:
        """The body that directed the case is no longer in office: the funder decides."""
        if not self.en_seance:
            Instance.objects.update(au=JOUR - timedelta(days=1))

    def donnees(self, **options: Any) -> DonneesReorientation:
        valeurs = {
            "convention_id": self.convention.pk,
            "motif_id": MotifReorientation.objects.get(code="autre_dispositif").pk,
            "synthese": "Le ménage relève d’un accompagnement au logement.",
            "expose": EXPOSE,
            "avis_menage": "accord",
            "avis_le": JOUR,
        }
        return DonneesReorientation(**(valeurs | options))

    def demande(
        self, mesure: Mesure, qui: str = "alice", version: int | None = None, **options: Any
    ) -> Reorientation:
        with self.fabrique.au_nom_de(qui) as perimetre:
            return actions.request_reorientation(
                perimetre=perimetre, mesure_id=mesure.pk, donnees=self.donnees(**options),
                version=version,
            )  # fmt: skip

    def acte(self, qui: str, nom: str, demande: Reorientation, **options: Any) -> Any:
        with self.fabrique.au_nom_de(qui) as perimetre:
            return getattr(actions, nom)(
                perimetre=perimetre, reorientation_id=demande.pk, **options
            )

    def accepte(self, demande: Reorientation, **options: Any) -> Mesure:
        options = {"motif": "Situation conforme"} | options
        found = self.acte("financeur", "accept_reorientation", demande, **options)
        nouvelle: Mesure = found.nouvelle
        return nouvelle

    # -- in session

    def seance(self, demande: Reorientation) -> tuple[Seance, Passage]:
        """The session of the body, open today, with the request on its agenda."""
        dora = self.fabrique.jour("dora")
        instance = Instance.objects.get()
        add_membre(
            perimetre=dora, instance_id=instance.pk,
            donnees=DonneesMembre(self.monde.prefecture.pk, titulaire="Préfecture", du=DEBUT),
        )  # fmt: skip
        set_quorum(
            perimetre=dora, instance_id=instance.pk, quorum=RegleDeQuorum("aucun"), du=DEBUT,
            source="Règlement de test",
        )  # fmt: skip
        seance = plan(self.monde, instance)
        with self.fabrique.au_nom_de("dora"):
            inscribe_passages(
                perimetre=dora, seance_id=seance.pk,
                dossiers=[("mesures.reorientation", demande.pk)],
            )  # fmt: skip
            seance = hold(self.monde, seance, ("prefecture",))
            return seance, Passage.objects.visible_to(dora).get(seance=seance)


def fresh(modele: Any, pk: int) -> Any:
    return modele.objects.unscoped(reason="test").get(pk=pk)
