"""A saisine as the commission engine examines it (port commission.ports.Examinable)."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from cariatide.commission.ports import AInscrire, DecisionPrise, Synthese
from cariatide.demandes.actions import apply_decision, enter_seance, leave_seance
from cariatide.demandes.models import Reexamen, Saisine
from cariatide.demandes.presentation import describe_agent, describe_faits, list_alertes
from cariatide.demandes.queries import build_fiche
from cariatide.demandes.statuts import (
    A_INSCRIRE,
    StatutSaisine,
)
from cariatide.socle.perimetre import Perimetre


class SaisineExaminable:
    """Registered under « demandes.saisine »."""

    libelle = "Saisine"

    def list_a_inscrire(self, instance_id: int, perimetre: Perimetre) -> list[AInscrire]:
        """Saisines that wait for an agenda of that instance, and changes of axis asked for."""
        asked = Reexamen.objects.filter(
            saisine_id=OuterRef("pk"), decide_le__isnull=True, passage_id__isnull=True
        )
        found = (
            Saisine.objects.visible_to(perimetre)
            .annotate(changement=Exists(asked))
            .filter(
                Q(statut__in=sorted(A_INSCRIRE))
                | Q(statut=StatutSaisine.EN_MISE_EN_OEUVRE, changement=True),
                instance_id=instance_id,
            )
            .select_related("menage", "origine_organisation")
            .order_by("-urgence", "-ajournements", "date_saisine", "id")
        )
        return [self._a_inscrire(saisine) for saisine in found]

    @staticmethod
    def _a_inscrire(saisine: Saisine) -> AInscrire:
        menage = saisine.menage
        changement = saisine.statut == StatutSaisine.EN_MISE_EN_OEUVRE
        libelle = menage.nom_usage if menage else ""
        assert saisine.menage_id is not None  # check constraint saisine_deposee_complete
        return AInscrire(
            objet_id=saisine.pk,
            reference=str(saisine),
            libelle=f"{libelle}, changement d’axe" if changement else libelle,
            menage_id=saisine.menage_id,
            depuis=saisine.date_saisine,
            urgent=saisine.urgence,
            motif_urgence=saisine.motif_urgence,
            ajourne=saisine.statut == StatutSaisine.AJOURNEE,
            provisoire=saisine.provisoire_sens if not changement else "",
            origine=str(saisine.origine_organisation),
        )

    def synthese(self, objet_id: int, perimetre: Perimetre) -> Synthese:
        """One factual page; raises Introuvable outside the perimeter."""
        fiche = build_fiche(perimetre, objet_id)
        saisine = fiche.saisine
        assert saisine.menage_id is not None and saisine.menage is not None
        return Synthese(
            reference=str(saisine),
            titre=saisine.menage.nom_usage,
            menage_id=saisine.menage_id,
            faits=tuple((k, v) for k, v in describe_faits(fiche) if v),
            texte=saisine.demarches,
            origine=", ".join(
                part
                for part in (str(saisine.origine_organisation), describe_agent(saisine))
                if part
            ),
            alertes=tuple(list_alertes(fiche)),
        )

    def on_inscription(
        self, *, objet_id: int, passage_id: int, seance_le: date, perimetre: Perimetre
    ) -> None:
        enter_seance(
            perimetre=perimetre, saisine_id=objet_id, passage_id=passage_id, seance_le=seance_le
        )

    def on_retrait(self, *, objet_id: int, passage_id: int, perimetre: Perimetre) -> None:
        leave_seance(perimetre=perimetre, saisine_id=objet_id, passage_id=passage_id)

    def on_decision(self, *, objet_id: int, decision: DecisionPrise, perimetre: Perimetre) -> None:
        apply_decision(perimetre=perimetre, saisine_id=objet_id, decision=decision)

    def on_cloture(self, *, objet_id: int, passage_id: int, perimetre: Perimetre) -> None:
        """Nothing: a saisine follows its decision at once."""

    def describe_sens(self, objet_id: int, sens: str, perimetre: Perimetre) -> str:
        return ""
