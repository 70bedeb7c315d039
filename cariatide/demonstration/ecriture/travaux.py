"""Works with their financing plan, as amelioration.actions writes them."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from cariatide.amelioration.actions import OBJET
from cariatide.amelioration.models import FinancementTravaux, OperationTravaux
from cariatide.baux.models import Occupation
from cariatide.demonstration.ecriture.contexte import Ecriture, MenageEcrit, adresse, number
from cariatide.demonstration.hasard import chance, moins
from cariatide.demonstration.plan import PlanLogement, PlanOperation
from cariatide.demonstration.plume import Acteur
from cariatide.demonstration.textes.lexique import technique as textes
from cariatide.parc.models import Logement
from cariatide.socle.dates import add_months

Maison = tuple[PlanLogement, Logement, Occupation | None]
CONSEILLERS = ("elodie.marchand", "yves.cordier", "theo.tisserand")
FIN_PREVUE = "travaux.fin_prevue"
ACTES = {
    "financee_le": ("financee", "Travaux financés", "ok"),
    "debut_travaux_le": ("en_travaux", "Travaux commencés", ""),
    "achevee_le": ("achevee", "Travaux achevés", "ok"),
    "louee_le": ("louee", "Logement loué après travaux", "ok"),
    "abandonnee_le": ("abandonnee", "Travaux abandonnés", "bad"),
}


def write_travaux(e: Ecriture, maisons: list[Maison]) -> None:
    rows = [(p.operation, p, x, o) for p, x, o in maisons if p.operation is not None]
    rows.sort(key=lambda row: (row[0].dates["etudiee_le"], row[2].reference))
    references = number("T", (row[0].dates["etudiee_le"] for row in rows))
    for (operation, plan, logement, occupation), reference in zip(rows, references, strict=True):
        Chantier(e, operation, plan, logement, reference).write(occupation)


class Chantier:
    """One operation, step after step."""

    def __init__(
        self, e: Ecriture, plan: PlanOperation, maison: PlanLogement, logement: Logement,
        reference: str,
    ) -> None:  # fmt: skip
        self.e, self.plan, self.logement, self.reference = e, plan, logement, reference
        self.h: Random = e.hasard("travaux", reference)
        self.acteur: Acteur = e.monde.acteur(self.h.choice(CONSEILLERS))
        maintien = plan.finalite == "maintien"
        self.ecrit: MenageEcrit | None = (
            e.menages[maison.mesure.saisine.foyer] if maintien and maison.mesure else None
        )
        self.operation: OperationTravaux

    def write(self, occupation: Occupation | None) -> None:
        self._open()
        self._finance()
        for nom, (statut, titre, ton) in ACTES.items():
            if nom in self.plan.dates:
                self._advance(nom, statut, titre, ton, occupation)

    def _open(self) -> None:
        e, plan, h = self.e, self.plan, self.h
        le = plan.dates["etudiee_le"]
        convention = e.monde.conventions[plan.famille]
        objets = textes.TRAVAUX_MAINTIEN if self.ecrit else textes.TRAVAUX_PRODUCTION
        objet = h.choice(textes.TRAVAUX_ADAPTES if plan.adapte else objets)
        # A study not financed yet may not know its cost.
        known = len(plan.dates) > 1 or chance(h, 0.5)
        donnees: dict[str, Any] = {
            "convention_id": convention.pk,
            "finalite": plan.finalite,
            "maitre_ouvrage": plan.maitre_ouvrage,
            "objet": objet,
            "etudiee_le": le,
            "menage_id": self.ecrit.menage.pk if self.ecrit else None,
            "logement_adapte": plan.adapte,
            "cout": Decimal(h.randint(80, 640)) * 100 if known else None,
            "fin_prevue": None,
        }
        self.operation = e.tampon.ajoute(
            OperationTravaux(
                reference=self.reference,
                organisation_id=self.logement.organisation_id,
                logement_id=self.logement.pk,
                **donnees,
            )
        )
        if self.ecrit:
            e.plume.lien(
                self.ecrit.menage.pk, self.logement.organisation_id, 1, "travaux",
                (OBJET, self.operation.pk), le, au=max(convention.au, le),
                convention_id=convention.pk,
            )  # fmt: skip
        self._line(le, "Étude de travaux ouverte", objet)
        self._journal("etudiee", le, {}, donnees)

    def _line(self, le: date, titre: str, detail: str, ton: str = "") -> None:
        if self.ecrit:
            self.e.plume.fait(
                self.ecrit.menage, self.acteur, le, "amelioration", titre,
                (OBJET, self.operation.pk), detail=detail, ton=ton,
            )  # fmt: skip

    def _journal(self, nom: str, le: date, avant: dict[str, Any], apres: dict[str, Any]) -> None:
        self.e.plume.evenement(
            f"travaux.{nom}", self.acteur, le, (OBJET, self.operation.pk),
            menage_id=self.operation.menage_id, libelle=self.reference, avant=avant, apres=apres,
        )  # fmt: skip

    def _finance(self) -> None:
        """The plan covers exactly the cost once it is financed; before, answers are awaited."""
        op, h, o = self.operation, self.h, self.e.monde.organisations
        if op.cout is None:
            return
        financee = self.plan.dates.get("financee_le")
        aide = (op.cout * h.randint(35, 55) / 100).quantize(Decimal("1"))
        local = (op.cout * h.randint(10, 20) / 100).quantize(Decimal("1"))
        lignes = [
            ("subvention", o["anah"].pk, "", aide),
            ("subvention", o["agglo"].pk, "", local),
            ("apport", None, "Apport du maître d’ouvrage", op.cout - aide - local),
        ]
        for nature, financeur, libelle, montant in lignes:
            asked = min(op.etudiee_le + timedelta(days=h.randint(5, 20)), self.e.recit.periode.hier)
            answered = moins(h, financee, 1, 12) if financee else None
            reponse = max(answered, op.etudiee_le) if answered else None
            donnees: dict[str, Any] = {
                "nature": nature,
                "sollicite": montant,
                "financeur_id": financeur,
                "libelle": libelle,
                "accorde": montant if reponse else None,
                "reponse_le": reponse,
            }
            self.e.tampon.ajoute(FinancementTravaux(operation_id=op.pk, **donnees))
            op.version += 1
            self._journal(
                "financement", asked, {}, {**donnees, "accorde": None, "reponse_le": None}
            )
            if reponse:
                op.version += 1
                self._journal(
                    "financement", max(reponse, asked),
                    {**donnees, "accorde": None, "reponse_le": None}, donnees,
                )  # fmt: skip

    def _advance(
        self, nom: str, statut: str, titre: str, ton: str, occupation: Occupation | None
    ) -> None:
        e, op, le = self.e, self.operation, self.plan.dates[nom]
        avant, motif, detail = op.statut, "", op.objet
        op.statut = statut
        setattr(op, nom, le)
        if nom == "debut_travaux_le":
            op.fin_prevue = self.plan.dates.get("achevee_le") or add_months(
                le, self.h.choice((3, 4, 5))
            )
            e.plume.echeance(
                FIN_PREVUE, f"Fin prévue des travaux {self.reference}", (OBJET, op.pk),
                op.fin_prevue, organisation_id=op.organisation_id,
                utilisateur_id=self.acteur.utilisateur_id,
                url=adresse("amelioration:operation", op.pk),
                menage=self.ecrit.menage if self.ecrit else None,
                menage_libelle=self.ecrit.menage.reference if self.ecrit else "",
                source="Date donnée au commencement des travaux", alerte_jours=14,
            )  # fmt: skip
        elif nom == "achevee_le":
            e.plume.solde(FIN_PREVUE, (OBJET, op.pk), le)
            if chance(self.h, 0.15):
                op.reserves = "Reprise de peinture dans l’entrée."
                detail = f"{op.objet}, avec réserves"
        elif nom == "louee_le":
            assert occupation is not None
            op.occupation_id = occupation.pk
        elif nom == "abandonnee_le":
            motif = detail = op.motif_abandon = self.h.choice(textes.ABANDONS)
            e.plume.annule((OBJET, op.pk), le)
            e.plume.detache((OBJET, op.pk), le)
        op.version += 1
        self._line(le, titre, detail, ton)
        self._journal(statut, le, {"statut": avant}, {"statut": statut, "le": le, "motif": motif})
