"""The opening of a measure, as mesures.actions writes it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from cariatide.demandes.models import Saisine
from cariatide.demandes.statuts import IssueSaisine, StatutSaisine
from cariatide.demonstration import distribution as d
from cariatide.demonstration.ecriture.commun import OBJET as OBJET_SAISINE
from cariatide.demonstration.ecriture.commun import finish
from cariatide.demonstration.ecriture.contexte import Ecriture, MenageEcrit, adresse
from cariatide.demonstration.hasard import pese
from cariatide.demonstration.plan import PlanMesure
from cariatide.demonstration.plume import Acteur
from cariatide.mesures.models import Mesure
from cariatide.mesures.statuts import Adhesion, StatutMesure
from cariatide.socle.dates import format_date

OBJET = "mesures.mesure"
M = StatutMesure
ALERTE = 30  # days: bareme bilan.alerte
CHEFS = {"operateur": "claire.fontaine", "operateur_littoral": "brigitte.daems"}
FINANCEURS = {
    "departement": "fanny.roussel",
    "bailleur_helpe": "ines.gallet",
    "ddets": "yasmine.kaci",
}
EQUIPES = {"operateur": d.EQUIPE, "operateur_littoral": ("charlie.maes",)}


def assign_referents(e: Ecriture) -> None:
    """Each new measure goes to the social worker who has the fewest that day."""
    charges: dict[str, list[date]] = {code: [] for codes in EQUIPES.values() for code in codes}
    for plan in e.recit.mesures:
        equipe = EQUIPES["operateur_littoral" if plan.famille == "avdl" else "operateur"]
        if plan.saisine.phare:
            plan.referent = "alice.renard"
        else:
            plan.referent = min(
                equipe, key=lambda c: (sum(f > plan.ouverte_le for f in charges[c]), c)
            )
        refus = [le for le, nom, _ in plan.actes if nom in ("refuser", "rejeter")]
        fin = plan.terminee_le or (refus[0] if refus else e.jour + timedelta(days=365))
        charges[plan.referent].append(fin)


def close_saisine(
    e: Ecriture,
    saisine: Saisine,
    ecrit: MenageEcrit,
    acteur: Acteur,
    le: date,
    issue: str,
    motif: str = "",
) -> None:
    """demandes.actions.close_saisine."""
    saisine.close_le, saisine.issue, saisine.motif_cloture = le, issue, motif
    finish(
        e, saisine, ecrit, "saisine.close", StatutSaisine.CLOSE, acteur, le,
        f"Saisine {saisine.reference} close : {IssueSaisine(issue).label.lower()}", detail=motif,
        apres={"issue": issue},
    )  # fmt: skip
    e.plume.annule((OBJET_SAISINE, saisine.pk), le)


class OuvertureMesure:
    """The row of a measure from its opening to the accord, and what every act on it shares."""

    def __init__(self, e: Ecriture, plan: PlanMesure, reference: str) -> None:
        self.e, self.plan, self.reference = e, plan, reference
        self.h = e.hasard("ecrit", plan.saisine.numero)
        self.saisine = e.saisines[plan.saisine.numero]
        self.ecrit = e.menages[plan.saisine.foyer]
        self.menage = self.ecrit.menage
        self.convention = e.monde.conventions[plan.famille]
        operateur = "operateur_littoral" if plan.famille == "avdl" else "operateur"
        self.referent = e.monde.acteur(plan.referent, "travailleur_social")
        self.chef = e.monde.acteur(CHEFS[operateur], "chef_de_service")
        commanditaire = next(
            c for c, o in e.monde.organisations.items() if o.pk == self.convention.commanditaire_id
        )
        self.financeur = e.monde.acteur(FINANCEURS[commanditaire], "financeur")
        self.visites: list[date] = []
        self.mesure: Mesure

    @property
    def objet(self) -> tuple[str, int]:
        return (OBJET, self.mesure.pk)

    def consign(
        self,
        nom: str,
        acteur: Acteur,
        le: date,
        titre: str,
        *,
        fait_le: date | None = None,
        objet: tuple[str, int] | None = None,
        detail: str = "",
        ton: str = "",
        contact: bool = False,
        apres: Mapping[str, Any] | None = None,
    ) -> None:
        """mesures.actions.commun.consign."""
        objet = objet or self.objet
        self.e.plume.evenement(
            nom, acteur, le, objet, menage_id=self.menage.pk, libelle=f"Mesure {self.reference}",
            apres={"mesure_id": self.mesure.pk, **(apres or {})},
        )  # fmt: skip
        self.e.plume.fait(
            self.menage, acteur, fait_le or le, "mesures", titre, objet, detail=detail, ton=ton,
            contact=contact,
        )  # fmt: skip

    def plan_echeance(
        self, code: str, libelle: str, due: date, source: str, regle: str = ""
    ) -> None:
        self.e.plume.echeance(
            code, libelle, self.objet, due, organisation_id=self.mesure.operateur_id,
            utilisateur_id=self.mesure.referent_id, menage=self.menage,
            menage_libelle=self.menage.nom_usage, url=adresse("mesures:detail", self.mesure.pk),
            source=source, regle=regle, alerte_jours=ALERTE,
        )  # fmt: skip

    def passe(self, statut: str | None = None) -> None:
        """One save of the row: next version, and the state that the act gives."""
        self.mesure.version += 1
        if statut is not None:
            self.mesure.statut = statut

    # -- opening -------------------------------------------------------------------------------

    def ouvrir(self, le: date) -> None:
        e, convention = self.e, self.convention
        self.mesure = e.tampon.ajoute(
            Mesure(
                reference=self.reference,
                menage_id=self.menage.pk,
                convention_id=convention.pk,
                saisine_id=self.saisine.pk,
                dispositif=convention.type,
                axe=self.saisine.decision_sens or self.saisine.provisoire_sens,
                operateur_id=convention.operateur_id,
                referent_id=self.referent.utilisateur_id,
                prescripteur_id=self.saisine.origine_organisation_id,
                ouverte_le=le,
            )
        )
        e.mesures[self.plan.saisine.numero] = self.mesure
        for organisation_id, niveau, motif, personne in (
            (convention.operateur_id, 2, "operateur", None),
            (convention.commanditaire_id, 1, "financeur", None),
            (convention.operateur_id, 3, "referent", self.referent.utilisateur_id),
        ):
            e.plume.lien(
                self.menage.pk, organisation_id, niveau, motif, self.objet, le,
                utilisateur_id=personne, convention_id=convention.pk,
            )  # fmt: skip
        self._start_saisine(le)
        self.consign(
            "mesure.prescrite", self.referent, le,
            f"Mesure {convention.get_type_display()} ouverte",
            detail=f"Référence {self.reference}, axe {self.mesure.get_axe_display().lower()}",
            apres={"reference": self.reference, "axe": self.mesure.axe,
                   "convention_id": convention.pk},
        )  # fmt: skip

    def _start_saisine(self, le: date) -> None:
        """demandes.actions.start_mise_en_oeuvre; in an emergency the state waits."""
        saisine = self.saisine
        saisine.mise_en_oeuvre_le = le
        urgence = saisine.decidee_le is None or le < saisine.decidee_le
        statut = saisine.statut if urgence else StatutSaisine.EN_MISE_EN_OEUVRE
        finish(
            self.e, saisine, self.ecrit, "saisine.mise_en_oeuvre", statut, self.referent, le,
            f"Saisine {saisine.reference} mise en œuvre",
            detail="Commencée en urgence, avant la séance" if urgence else "",
            apres={"source": list(self.objet)},
        )  # fmt: skip

    def accorder_en_seance(self, acte_le: date, *, le: date) -> None:
        self._grant(self.referent, acte_le, le, "Décision de séance")

    def accorder(self, acte_le: date, *, le: date) -> None:
        reference = f"Notification du {format_date(le)}"
        self._grant(self.financeur, acte_le, le, reference)

    def _grant(self, acteur: Acteur, acte_le: date, le: date, reference: str) -> None:
        m = self.mesure
        m.accordee_le, m.duree_mois, m.accord_reference = le, self.plan.duree, reference
        m.intensite = pese(self.h, [("legere", 3), ("moyenne", 5), ("renforcee", 2)])
        self.passe(M.ACCORDEE)
        self.consign(
            "mesure.accordee", acteur, acte_le, f"Mesure accordée pour {m.duree_mois} mois",
            fait_le=le, ton="ok",
            detail=f"{reference}, intensité {m.get_intensite_display().lower()}",
            apres={"accordee_le": le, "duree_mois": m.duree_mois, "intensite": m.intensite},
        )  # fmt: skip

    def rejeter(self, le: date) -> None:
        self._refuse(
            le, self.financeur, "Accord refusé par le financeur",
            "Crédits de l’année entièrement engagés.", "",
        )  # fmt: skip

    def refuser(self, le: date, *, refus: bool) -> None:
        self.mesure.adhesion = Adhesion.REFUS if refus else Adhesion.SANS_REPONSE
        self.mesure.reponse_le = le
        titre = "Mesure refusée par le ménage" if refus else "Mesure restée sans réponse du ménage"
        motif = (
            "Le ménage préfère poursuivre seul ses démarches."
            if refus
            else "Deux courriers et trois appels sont restés sans réponse."
        )
        self._refuse(le, self.referent, titre, motif, "abandon" if refus else "sans_contact")

    def _refuse(self, le: date, acteur: Acteur, titre: str, motif: str, issue: str) -> None:
        m = self.mesure
        m.refusee_le, m.motif_refus = le, motif
        self.passe(M.REFUSEE)
        self.e.plume.annule(self.objet, le)
        self.consign(
            "mesure.refusee", acteur, le, titre, ton="bad",
            apres={"refusee_le": le, "adhesion": m.adhesion},
        )  # fmt: skip
        if issue:
            self._end_saisine(acteur, le, issue)
        self.e.plume.detache(self.objet, le)

    def _end_saisine(self, acteur: Acteur, le: date, issue: str) -> None:
        if self.saisine.statut == StatutSaisine.EN_MISE_EN_OEUVRE:
            close_saisine(self.e, self.saisine, self.ecrit, acteur, le, issue)
