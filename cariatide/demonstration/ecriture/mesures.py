"""A measure from the household's answer to the follow-up, as mesures.actions writes it."""

from datetime import date
from typing import Any

from cariatide.demonstration.ecriture.contexte import Ecriture, number
from cariatide.demonstration.ecriture.ecrits import Ecrits
from cariatide.demonstration.ecriture.ouvertures import CHEFS, M, OuvertureMesure, close_saisine
from cariatide.demonstration.ecriture.reglages import MOIS
from cariatide.demonstration.hasard import pese
from cariatide.demonstration.plan import PlanMesure, PlanSaisine
from cariatide.demonstration.plume import Acteur
from cariatide.demonstration.textes.grammaire import varie
from cariatide.demonstration.textes.lexique import demandes as textes_demandes
from cariatide.demonstration.textes.lexique import suivi as textes
from cariatide.mesures.models import Renouvellement, SuiviPosterieur, Suspension
from cariatide.mesures.rules import compute_fin
from cariatide.mesures.statuts import (
    Adhesion,
    Contrat,
    IssueMesure,
    Maintien,
    QualiteContact,
    StatutRenouvellement,
)
from cariatide.socle.dates import add_months, format_date

SYSTEME = Acteur(None, "Système : travail quotidien")


def write_mesures(e: Ecriture) -> None:
    references = number("A", (m.ouverte_le for m in e.recit.mesures))
    for plan, reference in zip(e.recit.mesures, references, strict=True):
        VieMesure(e, plan, reference).write()
    for saisine in e.recit.saisines:
        if saisine.close_le and saisine.mesure is None:
            _close_without_mesure(e, saisine)


def _close_without_mesure(e: Ecriture, plan: PlanSaisine) -> None:
    """The operator ends an oriented saisine that needed no measure."""
    h = e.hasard("cloture", plan.numero)
    issue = pese(h, [("abandon", 3), ("sans_contact", 2), ("demenagement", 2), ("sans_objet", 3)])
    operateur = "operateur_littoral" if plan.famille == "avdl" else "operateur"
    assert plan.close_le
    close_saisine(
        e, e.saisines[plan.numero], e.menages[plan.foyer],
        e.monde.acteur(CHEFS[operateur], "chef_de_service"), plan.close_le, issue,
        textes_demandes.CLASSEMENTS[issue],
    )  # fmt: skip


class VieMesure(OuvertureMesure):
    """Runs the acts of the plan, each one by the method of its name."""

    def __init__(self, e: Ecriture, plan: PlanMesure, reference: str) -> None:
        super().__init__(e, plan, reference)
        self.ecrits = Ecrits(self)
        self.renouvellement: Renouvellement | None = None

    def write(self) -> None:
        for le, nom, donnees in self.plan.actes:
            target: Any = self if hasattr(self, nom) else self.ecrits
            getattr(target, nom)(le, **donnees)
            if nom == "activer":
                # The reviews that follow count these meetings.
                self.ecrits.write_interventions()

    # -- adhesion ------------------------------------------------------------------------------

    def proposer(self, le: date, *, signature: date) -> None:
        self.mesure.proposee_le, self.mesure.adhesion = le, Adhesion.PROPOSEE
        self.passe(M.PROPOSEE)
        self.plan_echeance(
            "mesure.contrat", "Contrat d’accompagnement à signer", signature,
            "Date convenue avec le ménage",
        )  # fmt: skip
        self.consign(
            "mesure.proposee", self.referent, le, "Mesure proposée au ménage", contact=True,
            detail=f"Signature prévue le {format_date(signature)}", apres={"proposee_le": le},
        )  # fmt: skip

    def signer(self, le: date) -> None:
        m = self.mesure
        m.contrat, m.contrat_signe_le = Contrat.SIGNE, le
        m.adhesion, m.reponse_le = Adhesion.OUI, m.reponse_le or le
        self.passe(M.ADHEREE)
        self.e.plume.solde("mesure.contrat", self.objet, le)
        self.consign(
            "mesure.contrat_signe", self.referent, le, "Contrat d’accompagnement signé", ton="ok",
            contact=True, apres={"contrat_signe_le": le},
        )  # fmt: skip

    def activer(self, le: date) -> None:
        m = self.mesure
        m.debut = le
        m.fin_prevue = compute_fin(le, m.duree_mois or 1)
        self.passe(M.ACTIVE)
        self._plan_terme()
        self.consign(
            "mesure.activee", self.referent, le, "Accompagnement commencé", ton="ok",
            detail=f"Terme prévu le {format_date(m.fin_prevue)}",
            apres={"debut": le, "fin_prevue": m.fin_prevue},
        )  # fmt: skip

    def _plan_terme(self) -> None:
        m = self.mesure
        assert m.fin_prevue
        self.plan_echeance(
            "mesure.bilan", "Bilan à établir avant le terme", m.fin_prevue,
            "Bilan écrit avant chaque renouvellement et à la fin",
            "R-ASLL-1" if m.dispositif == "asll" else "PLATEFORME-MESURES",
        )  # fmt: skip
        self.plan_echeance(
            "mesure.fin", "Terme de la mesure", m.fin_prevue,
            f"Durée accordée, {m.accord_reference}",
        )  # fmt: skip

    def suspendre(self, le: date, *, motif: str, reprise: date) -> None:
        self.e.tampon.ajoute(
            Suspension(
                menage_id=self.menage.pk, mesure_id=self.mesure.pk, motif=motif, du=le,
                au_prevu=reprise,
            )
        )  # fmt: skip
        self.passe(M.SUSPENDUE)
        self.plan_echeance(
            "mesure.reprise", "Reprise prévue de la mesure", reprise,
            f"Suspension de {MOIS} mois au plus", "PLATEFORME-MESURES",
        )  # fmt: skip
        self.consign(
            "mesure.suspendue", self.referent, le, "Mesure suspendue",
            detail=f"Reprise prévue le {format_date(reprise)}",
            apres={"du": le, "au_prevu": reprise, "motif": motif},
        )  # fmt: skip

    # -- renewal, end --------------------------------------------------------------------------

    def echoir(self, le: date) -> None:
        self.passe(M.BILAN_DU)
        self.consign("mesure.bilan_du", SYSTEME, le, "Bilan dû")

    def renouveler_proposer(self, le: date, *, mois: int) -> None:
        m, e = self.mesure, self.e
        assert m.fin_prevue and m.debut and m.duree_mois
        deja = sum(
            r.mois
            for r in e.tampon.lignes(Renouvellement)
            if r.mesure_id == m.pk and r.statut == StatutRenouvellement.ACCORDE
        )
        self.renouvellement = r = e.tampon.ajoute(
            Renouvellement(
                menage_id=self.menage.pk, mesure_id=m.pk, bilan_id=self.ecrits.bilan.pk, mois=mois,
                motif=self.h.choice(textes.MOTIFS_RENOUVELLEMENT), propose_le=le,
                propose_par_id=self.referent.utilisateur_id, fin_avant=m.fin_prevue,
                fin_apres=compute_fin(m.debut, m.duree_mois + deja + mois),
            )
        )  # fmt: skip
        self.ecrits.insert_objectifs(le, 1, renouvellement_id=r.pk)
        self.passe()
        self._tell_renouvellement(
            "renouvellement.propose", self.referent, le, f"Renouvellement de {mois} mois proposé"
        )

    def _tell_renouvellement(
        self, nom: str, acteur: Acteur, le: date, titre: str, **options: Any
    ) -> None:
        r = self.renouvellement
        assert r is not None
        self.consign(
            nom, acteur, le, titre, objet=("mesures.renouvellement", r.pk),
            apres={"statut": r.statut, "mois": r.mois}, **options,
        )  # fmt: skip

    def renouveler_valider(self, le: date) -> None:
        r = self.renouvellement
        assert r is not None
        r.statut, r.valide_le, r.valide_par = StatutRenouvellement.VALIDE, le, self.chef.nom
        r.version += 1
        self._tell_renouvellement(
            "renouvellement.valide", self.chef, le, "Proposition de renouvellement validée"
        )

    def renouveler_accorder(self, acte_le: date, *, le: date) -> None:
        r, m = self.renouvellement, self.mesure
        assert r is not None
        r.statut, r.decide_le = StatutRenouvellement.ACCORDE, le
        r.accord_reference = f"Notification du {format_date(le)}"
        r.version += 1
        m.fin_prevue = r.fin_apres
        self.passe(M.RENOUVELEE)
        self._plan_terme()
        self._tell_renouvellement(
            "mesure.renouvelee", self.financeur, acte_le, f"Mesure renouvelée pour {r.mois} mois",
            fait_le=le, ton="ok", detail=f"Nouveau terme le {format_date(r.fin_apres)}",
        )  # fmt: skip

    def terminer(self, le: date, *, issue: str) -> None:
        m, e = self.mesure, self.e
        m.terminee_le, m.issue = le, issue
        m.relais = "Service social de secteur" if issue == IssueMesure.RELAIS else ""
        self.passe(M.TERMINEE)
        for code in ("mesure.bilan", "mesure.fin"):
            e.plume.solde(code, self.objet, le)
        e.plume.annule(self.objet, le)
        for mois in (6, 12):
            self.plan_echeance(
                f"mesure.suivi_{mois}", f"Évaluation à {mois} mois", add_months(le, mois),
                "Suivi après la fin de la mesure", "PLATEFORME-MESURES",
            )  # fmt: skip
        relais = f", relais : {m.relais}" if m.relais else ""
        self.consign(
            "mesure.terminee", self.referent, le, "Mesure terminée", ton="ok",
            detail=f"{m.get_issue_display()}{relais}", apres={"terminee_le": le, "issue": issue},
        )  # fmt: skip
        self._end_saisine(self.referent, le, issue)

    def suivi(self, le: date, *, mois: int, maintien: str) -> None:
        e, m = self.e, self.mesure
        contact = QualiteContact.ECRIT if maintien == "inconnu" else QualiteContact.TELEPHONE
        e.tampon.ajoute(
            SuiviPosterieur(
                menage_id=self.menage.pk, mesure_id=m.pk, mois=mois, le=le, contact=contact,
                maintien=maintien, precision=varie(self.h, self.h.choice(textes.PRECISIONS_SUIVI)),
                auteur_id=self.referent.utilisateur_id,
            )
        )  # fmt: skip
        e.plume.solde(f"mesure.suivi_{mois}", self.objet, le)
        last = mois == 12
        self.passe(M.EVALUEE if last else None)
        self.consign(
            "mesure.evaluee" if last else "mesure.suivi", self.referent, le,
            f"Évaluation à {mois} mois", contact=contact == QualiteContact.TELEPHONE,
            detail=f"Maintien dans le logement : {Maintien(maintien).label.lower()}",
            apres={"mois": mois, "maintien": maintien, "contact": contact},
        )  # fmt: skip
        if last:
            e.plume.annule(self.objet, le)
            e.plume.detache(self.objet, le)
