"""What is written in a measure: diagnosis, objectives, reviews, meetings."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cariatide.demonstration.ecriture.entretiens import write_entretiens, write_intervention
from cariatide.demonstration.ecriture.menages import write_social
from cariatide.demonstration.hasard import chance
from cariatide.demonstration.plume import Acteur
from cariatide.demonstration.textes.grammaire import phrases, varie
from cariatide.demonstration.textes.lexique import suivi as textes
from cariatide.menages.models import MenageSocial
from cariatide.menages.rules import Membre, describe_composition
from cariatide.mesures.models import (
    Bilan,
    BilanContenu,
    DiagnosticSante,
    DiagnosticSocial,
    DiagnosticSocialContenu,
    EvaluationObjectif,
    Objectif,
)
from cariatide.mesures.statuts import StatutBilan, StatutDiagnostic, StatutObjectif, TypeBilan
from cariatide.socle.dates import format_date
from cariatide.socle.money import format_nombre

D = StatutDiagnostic
OBJET_DIAGNOSTIC, OBJET_BILAN = "mesures.diagnosticsocial", "mesures.bilan"
MOTIFS_DIAGNOSTIC = {
    "mous": "Bilan diagnostic des besoins du ménage",
    "insalubrite": "Diagnostic social en habitat indigne",
    "asll": "Diagnostic initial de l’accompagnement",
    "bailleur": "Diagnostic à la demande du bailleur",
    "avdl": "Diagnostic initial de l’accompagnement",
}


class Ecrits:
    """Beside a measure; `vie` runs the acts of the measure itself."""

    def __init__(self, vie: Any) -> None:
        self.vie, self.e, self.h = vie, vie.e, vie.e.hasard("ecrits", vie.plan.saisine.numero)
        self.fixes: list[Objectif] = []
        self.notes: dict[int, int] = {}  # degree by objective, in the current review
        self.dernier_bilan: date | None = None
        self.bilan: Bilan
        self.diagnostic: DiagnosticSocial

    def write_interventions(self) -> None:
        write_entretiens(self.vie)

    # -- diagnosis -----------------------------------------------------------------------------

    def _tell_diagnostic(
        self, nom: str, acteur: Acteur, le: date, titre: str, detail: str = ""
    ) -> None:
        self.vie.consign(
            nom, acteur, le, titre, objet=(OBJET_DIAGNOSTIC, self.diagnostic.pk), detail=detail,
            apres={"statut": self.diagnostic.statut},
        )  # fmt: skip

    def diagnostic_demander(self, le: date) -> None:
        vie = self.vie
        self.diagnostic = self.e.tampon.ajoute(
            DiagnosticSocial(
                menage_id=vie.menage.pk, mesure_id=vie.mesure.pk,
                commanditaire_id=vie.convention.commanditaire_id,
                motif=MOTIFS_DIAGNOSTIC[vie.plan.famille], demande_le=le,
                auteur_id=vie.referent.utilisateur_id,
            )
        )  # fmt: skip
        self.contenu = self.e.tampon.ajoute(
            DiagnosticSocialContenu(diagnostic_id=self.diagnostic.pk, menage_id=vie.menage.pk)
        )
        self._tell_diagnostic("diagnostic.demande", vie.referent, le, "Diagnostic social demandé")

    def diagnostic_rdv(self, le: date, *, rdv: date) -> None:
        self._pass(D.RDV_PROPOSE)
        self.diagnostic.rdv_le = rdv
        self._tell_diagnostic(
            "diagnostic.rdv_propose", self.vie.referent, le,
            "Rendez-vous proposé pour le diagnostic social", f"Le {format_date(rdv)}",
        )  # fmt: skip

    def _pass(self, statut: str) -> None:
        self.diagnostic.statut = statut
        self.diagnostic.version += 1

    def diagnostic_absence(self, le: date) -> None:
        self._pass(D.ABSENCE)
        self.diagnostic.tentatives += 1
        write_intervention(self.vie, le, "vad", "absent", contact="visite_sans_reponse")
        self._tell_diagnostic(
            "diagnostic.absence", self.vie.referent, le,
            "Visite sans réponse pour le diagnostic social",
            f"Tentative {self.diagnostic.tentatives}",
        )  # fmt: skip

    def diagnostic_visite(self, le: date, *, duree: int) -> None:
        self._pass(D.VISITE)
        self.diagnostic.visite_le = le
        write_intervention(self.vie, le, "vad", "present", contact="rencontre", duree=duree)
        self._tell_diagnostic(
            "diagnostic.visite", self.vie.referent, le,
            "Visite effectuée pour le diagnostic social",
        )  # fmt: skip

    def diagnostic_rediger(self, le: date) -> None:
        """The text (levels S and C), then its end; the household's situation comes with it."""
        vie, e = self.vie, self.e
        sections = self._draw_sections(le)
        for nom, texte in sections.items():
            setattr(self.contenu, nom, texte)
        self.diagnostic.version += 1
        e.plume.evenement(
            "diagnostic.ecrit", vie.referent, le, (OBJET_DIAGNOSTIC, self.diagnostic.pk),
            menage_id=vie.menage.pk, libelle=f"Mesure {vie.reference}", niveau=2, apres=sections,
        )  # fmt: skip
        if chance(self.h, 0.05):
            e.tampon.ajoute(
                DiagnosticSante(
                    diagnostic_id=self.diagnostic.pk, menage_id=vie.menage.pk,
                    texte=varie(self.h, self.h.choice(textes.SANTE)),
                )
            )  # fmt: skip
        self._pass(D.REDIGE)
        self.diagnostic.redige_le = le
        self._tell_diagnostic("diagnostic.redige", vie.referent, le, "Diagnostic social rédigé")
        if not any(s.menage_id == vie.menage.pk for s in e.tampon.lignes(MenageSocial)):
            write_social(e, vie.ecrit, vie.referent, le, sections["composition"])

    def _draw_sections(self, le: date) -> dict[str, str]:
        foyer = self.vie.ecrit.foyer
        membres = [Membre(m.role, m.naissance, le) for m in foyer.membres]
        dette = f"Dettes : {format_nombre(foyer.dettes)} €." if foyer.dettes else ""
        valeurs = {
            "composition": describe_composition(membres, le),
            "ressources": format_nombre(foyer.ressources),
            "dette": dette,
        }
        return {nom: varie(self.h, texte, **valeurs) for nom, texte in textes.DIAGNOSTIC.items()}

    def diagnostic_valider(self, le: date) -> None:
        self._pass(D.VALIDE)
        self.diagnostic.valide_le, self.diagnostic.valide_par = le, self.vie.chef.nom
        self._tell_diagnostic("diagnostic.valide", self.vie.chef, le, "Diagnostic social validé")

    def diagnostic_transmettre(self, le: date) -> None:
        self._pass(D.TRANSMIS)
        destinataire = str(self.vie.convention.commanditaire)
        self.diagnostic.transmis_le, self.diagnostic.destinataires = le, destinataire
        self._tell_diagnostic(
            "diagnostic.transmis", self.vie.referent, le, "Diagnostic social transmis",
            f"À {destinataire}",
        )  # fmt: skip

    def diagnostic_suites(self, le: date) -> None:
        self._pass(D.SUITES_DONNEES)
        self.diagnostic.suites = "Préconisations reprises dans le contrat d’accompagnement."
        self._tell_diagnostic(
            "diagnostic.suites", self.vie.referent, le, "Suites données au diagnostic social"
        )

    # -- objectives ----------------------------------------------------------------------------

    def fixer_objectifs(self, le: date, *, nombre: int) -> None:
        for objectif in self.insert_objectifs(le, nombre):
            self.vie.consign(
                "objectif.fixe", self.vie.referent, le, "Objectif fixé",
                detail=objectif.get_theme_display(), objet=("mesures.objectif", objectif.pk),
                apres={"theme": objectif.theme},
            )  # fmt: skip

    def insert_objectifs(
        self, le: date, nombre: int, renouvellement_id: int | None = None
    ) -> list[Objectif]:
        vie, known = self.vie, {o.libelle for o in self.fixes}
        libres = [o for o in textes.OBJECTIFS[vie.mesure.axe] if o[1] not in known]
        written = []
        for theme, libelle, moyens in self.h.sample(libres, min(nombre, len(libres))):
            echeance = le + timedelta(days=self.h.choice((90, 120, 180)))
            objectif = Objectif(
                menage_id=vie.menage.pk, mesure_id=vie.mesure.pk, libelle=libelle, moyens=moyens,
                theme=theme, fixe_le=le, echeance=echeance,
                renouvellement_id=renouvellement_id,
            )  # fmt: skip
            written.append(self.e.tampon.ajoute(objectif))
        self.fixes += written
        return written

    # -- reviews -------------------------------------------------------------------------------

    def bilan_commencer(self, le: date, *, type: str, suite: str) -> None:
        """Begun and written the same day: the text is the author's until it is submitted."""
        vie, e, h = self.vie, self.e, self.h
        debut = self.dernier_bilan + timedelta(days=1) if self.dernier_bilan else vie.mesure.debut
        foyer = vie.ecrit.foyer
        dette = foyer.dettes
        self.bilan = e.tampon.ajoute(
            Bilan(
                menage_id=vie.menage.pk, mesure_id=vie.mesure.pk, type=type, du=min(debut, le),
                le=le, auteur_id=vie.referent.utilisateur_id, suite=suite,
                synthese_partenaires=varie(h, textes.BILAN["synthese"]),
                dette_initiale=dette,
                dette_actuelle=(dette * Decimal(h.randint(20, 95)) / 100).quantize(Decimal("0.01"))
                if dette
                else None,
            )
        )  # fmt: skip
        self.dernier_bilan = le
        if type == TypeBilan.FINAL and vie.mesure.statut in ("active", "renouvelee"):
            vie.passe("bilan_du")
        vie.consign(
            "bilan.commence", vie.referent, le, f"{self.bilan.get_type_display()} commencé",
            objet=(OBJET_BILAN, self.bilan.pk),
            apres={"type": type, "statut_mesure": vie.mesure.statut},
        )  # fmt: skip
        self._write_bilan(le, suite)

    def _write_bilan(self, le: date, suite: str) -> None:
        vie, e, h = self.vie, self.e, self.h
        visites = sum(1 for jour in vie.visites if self.bilan.du <= jour <= le)
        menees = f"{visites} rencontres sur la période, démarches et appels réguliers."
        champs = {
            "evolution": phrases(h, textes.BILAN["evolution"], 2),
            "actions_menees": menees,
            "difficultes": varie(h, textes.BILAN["difficultes"]),
            "conclusion": varie(h, textes.BILAN["conclusion"][suite]),
        }
        e.tampon.ajoute(BilanContenu(bilan_id=self.bilan.pk, menage_id=vie.menage.pk, **champs))
        self.notes = {}
        for objectif in self.fixes:
            atteinte = h.choice((1, 2, 2, 3)) if suite == "renouveler" else h.choice((2, 3, 4, 4))
            self.notes[objectif.pk] = atteinte
            e.tampon.ajoute(
                EvaluationObjectif(
                    menage_id=vie.menage.pk, bilan_id=self.bilan.pk, objectif_id=objectif.pk,
                    atteinte=atteinte,
                )
            )  # fmt: skip
        self.bilan.version += 1
        e.plume.evenement(
            "bilan.ecrit", vie.referent, le, (OBJET_BILAN, self.bilan.pk),
            menage_id=vie.menage.pk, libelle=f"Mesure {vie.reference}", niveau=2, apres=champs,
        )  # fmt: skip

    def _tell_bilan(self, nom: str, acteur: Acteur, le: date, verbe: str, detail: str = "") -> None:
        self.bilan.version += 1
        self.vie.consign(
            nom, acteur, le, f"{self.bilan.get_type_display()} {verbe}",
            objet=(OBJET_BILAN, self.bilan.pk), detail=detail,
            apres={"statut": self.bilan.statut, "type": self.bilan.type},
        )  # fmt: skip

    def bilan_soumettre(self, le: date) -> None:
        self.bilan.statut, self.bilan.soumis_le = StatutBilan.SOUMIS, le
        self._tell_bilan("bilan.soumis", self.vie.referent, le, "soumis au chef de service")

    def bilan_valider(self, le: date) -> None:
        chef = self.vie.chef
        self.bilan.statut, self.bilan.valide_le = StatutBilan.VALIDE, le
        self.bilan.valide_par = chef.nom
        for objectif in self.fixes:
            if objectif.pk in self.notes:
                objectif.atteinte = self.notes[objectif.pk]
                atteint = objectif.atteinte == 4
                objectif.statut = StatutObjectif.ATTEINT if atteint else StatutObjectif.EN_COURS
        if self.vie.mesure.statut == "bilan_du":
            self.e.plume.solde("mesure.bilan", self.vie.objet, le)
        self._tell_bilan("bilan.valide", chef, le, "validé")

    def bilan_transmettre(self, le: date) -> None:
        self.bilan.statut, self.bilan.transmis_le = StatutBilan.TRANSMIS, le
        destinataire = str(self.vie.convention.commanditaire)
        self._tell_bilan("bilan.transmis", self.vie.referent, le, "transmis", f"À {destinataire}")
