"""A saisine from its deposit to the agenda, as demandes.actions writes it."""

from collections import defaultdict
from datetime import date

from cariatide.demandes.models import (
    MotifSaisine,
    Orientation,
    PieceSaisine,
    Saisine,
    SaisineSociale,
)
from cariatide.demandes.statuts import Axe, IssueSaisine, StatutSaisine
from cariatide.demonstration import distribution as d
from cariatide.demonstration.ecriture.commun import OBJET, finish
from cariatide.demonstration.ecriture.contexte import Ecriture, MenageEcrit, adresse, number
from cariatide.demonstration.ecriture.menages import create
from cariatide.demonstration.ecriture.origines import Origine, find_origine
from cariatide.demonstration.ecriture.passages import Examen
from cariatide.demonstration.ecriture.seances import secretaire
from cariatide.demonstration.foyers import Foyer, draw_foyer, make_phare
from cariatide.demonstration.hasard import chance, moins, pese, plus
from cariatide.demonstration.intrigue_saisines import INSTANCE_PAR_FAMILLE
from cariatide.demonstration.plan import PlanSaisine
from cariatide.demonstration.plume import Acteur
from cariatide.demonstration.textes.grammaire import phrases, varie
from cariatide.demonstration.textes.lexique import demandes as textes
from cariatide.socle.dates import format_date

S = StatutSaisine


def write_saisines(e: Ecriture) -> None:
    """Every saisine in the order of deposit; a household may come back with another one."""
    references = number("S", (s.deposee_le for s in e.recit.saisines))
    foyers = _draw_foyers(e)
    nouveaux = [s for s in e.recit.saisines if s.foyer == s.numero]
    numeros = number("M", (s.deposee_le for s in nouveaux))
    menages = dict(zip((s.numero for s in nouveaux), numeros, strict=True))
    for plan, reference in zip(e.recit.saisines, references, strict=True):
        Vie(e, plan, reference, foyers[plan.foyer], menages.get(plan.numero, "")).write()


def _draw_foyers(e: Ecriture) -> dict[int, Foyer]:
    """Who asks: mostly new households, sometimes one whose former request is over."""
    bailleurs = [e.monde.sigle(code) for code in d.BAILLEURS]
    foyers: dict[int, Foyer] = {}
    libres: dict[str, list[tuple[date, PlanSaisine]]] = defaultdict(list)
    for plan in e.recit.saisines:
        h = e.hasard("foyer", plan.numero)
        over = [x for x in libres[plan.origine] if x[0] < plan.date_saisine]
        if over and not plan.phare and chance(h, 0.14):
            chosen = h.choice(over)
            libres[plan.origine].remove(chosen)
            plan.foyer = chosen[1].foyer
        else:
            plan.foyer = plan.numero
            communes = e.monde.communes_voisines if plan.famille == "avdl" else e.monde.communes
            foyer = draw_foyer(h, plan.famille, communes, plan.date_saisine, bailleurs)
            if plan.phare:
                foyer = make_phare(e.jour, e.monde.communes)
            if plan.famille == "bailleur":
                foyer.bailleur = e.monde.sigle("bailleur_helpe")
            foyers[plan.numero] = foyer
        fin = plan.irrecevable_le or plan.classee_le or plan.close_le
        if plan.sens == "refus":
            fin = plan.decidee_le
        if fin and plan.famille != "avdl":
            libres[plan.origine].append((fin, plan))
    return foyers


class Vie:
    """The life of one saisine; the row changes state as in the acts."""

    def __init__(
        self, e: Ecriture, plan: PlanSaisine, reference: str, foyer: Foyer | None, menage: str
    ) -> None:
        self.e, self.plan, self.reference = e, plan, reference
        self.foyer, self.reference_menage = foyer, menage
        self.h = e.hasard("saisine", plan.numero)
        self.convention = e.monde.conventions[plan.famille]
        self.code_instance = INSTANCE_PAR_FAMILLE[plan.famille]
        self.instance = e.monde.instances[self.code_instance]
        self.secretaire = secretaire(e, self.code_instance)
        self.origine: Origine = find_origine(e, plan, self.h)
        self.ecrit: MenageEcrit
        self.saisine: Saisine

    def write(self) -> None:
        plan = self.plan
        self._deposit()
        self._pieces()
        if plan.irrecevable_le:
            self._refuse_recevabilite(plan.irrecevable_le)
        if plan.recevable_le:
            self.saisine.recevable_le = plan.recevable_le
            self.e.plume.solde("saisine.pieces", self.objet, plan.recevable_le)
            self._finish(
                "saisine.recevable", S.RECEVABLE, self.secretaire, plan.recevable_le,
                f"Saisine {self.reference} déclarée recevable", ton="ok",
            )  # fmt: skip
        if plan.classee_le:
            self._dismiss(plan.classee_le)
        if plan.provisoire_le:
            self._orient_provisoirement(plan.provisoire_le)
        Examen(self.e, plan, self.ecrit, self.saisine).write()

    @property
    def objet(self) -> tuple[str, int]:
        return (OBJET, self.saisine.pk)

    def _finish(
        self,
        nom: str,
        statut: str,
        acteur: Acteur,
        le: date,
        titre: str,
        *,
        detail: str = "",
        ton: str = "",
        apres: dict[str, object] | None = None,
    ) -> None:
        finish(self.e, self.saisine, self.ecrit, nom, statut, acteur, le, titre,
               detail=detail, ton=ton, apres=apres)  # fmt: skip

    # -- deposit -------------------------------------------------------------------------------

    def _deposit(self) -> None:
        e, plan = self.e, self.plan
        le, deposant = plan.deposee_le, self.origine.deposant
        known = e.menages.get(plan.foyer)
        if known is None:
            assert self.foyer is not None
            known = create(e, self.foyer, self.reference_menage, le, deposant)
            e.menages[plan.foyer] = known
        self.ecrit = known
        foyer = known.foyer
        motifs = self._draw_motifs(foyer)
        self.saisine = self._row(foyer, motifs)
        e.saisines[plan.numero] = self.saisine
        self._write_suites(motifs, le)
        self._attach_all(le)
        labels = ", ".join(e.motifs[code].libelle for code in motifs)
        finish(
            e, self.saisine, known, "saisine.deposee", S.DEPOSEE, deposant, le,
            f"Saisine {self.reference} déposée par {self.origine.organisation}",
            detail=f"{self.convention.get_type_display()} : {labels}"[:300],
            fait_le=plan.date_saisine, avant=S.BROUILLON,
            apres={
                "convention": self.convention.reference,
                "menage_cree": self.foyer is not None and plan.foyer == plan.numero,
            },
        )  # fmt: skip

    def _row(self, foyer: Foyer, motifs: list[str]) -> Saisine:
        """demandes.actions._fill."""
        e, plan, h, menage = self.e, self.plan, self.h, self.ecrit.menage
        le = plan.deposee_le
        return e.tampon.ajoute(
            Saisine(
                reference=self.reference,
                statut=S.DEPOSEE,
                date_saisine=plan.date_saisine,
                deposee_le=le,
                redaction_id=self.origine.deposant.organisation_id,
                origine_organisation_id=self.origine.organisation.pk,
                prescripteur_id=self.origine.prescripteur_id,
                agent=self.origine.agent,
                canal=plan.canal,
                dispositif=self.convention.type,
                convention_id=self.convention.pk,
                instance_id=self.instance.pk,
                menage_id=menage.pk,
                urgence=plan.urgence,
                motif_urgence=h.choice(textes.URGENCES) if plan.urgence else "",
                information_menage_le=min(moins(h, plan.date_saisine, 0, 8), le),
                commune_id=menage.commune_id,
                statut_occupation=foyer.statut_occupation,
                origine_menage=foyer.origine,
                type_logement=foyer.type_logement,
                surface=foyer.surface,
                loyer=foyer.loyer,
                charges=foyer.charges,
                bailleur=foyer.bailleur,
                demarches=self._tell_demarches(motifs),
                modifiee_le=e.plume.instant(le),
            )
        )

    def _draw_motifs(self, foyer: Foyer) -> list[str]:
        h = self.h
        if self.plan.phare:
            return ["suroccupation", "impaye"]
        choix = list(textes.MOTIFS_PAR_FAMILLE[self.plan.famille])
        chosen = {pese(h, choix)}
        if chance(h, 0.45):
            chosen.add(pese(h, choix))
        forced = textes.MOTIF_PAR_STATUT.get(foyer.statut_occupation)
        if forced:
            chosen = {forced}
        return sorted(chosen, key=lambda code: self.e.motifs[code].ordre)

    def _tell_demarches(self, motifs: list[str]) -> str:
        situations = [
            varie(self.h, textes.SITUATIONS[code], mois=self.h.randint(2, 9)) for code in motifs
        ]
        return " ".join([*situations, phrases(self.h, textes.DEMARCHES, 2)])

    def _write_suites(self, motifs: list[str], le: date) -> None:
        e, plan = self.e, self.plan
        for code in motifs:
            e.tampon.ajoute(MotifSaisine(saisine_id=self.saisine.pk, motif_id=e.motifs[code].pk))
        manque = plan.pieces_demandees_le is not None
        for piece in e.pieces[self.convention.type]:
            absente = manque and piece.code in ("ressources", "occupation")
            recue = not absente and (piece.obligatoire or chance(self.h, 0.6))
            e.tampon.ajoute(
                PieceSaisine(
                    saisine_id=self.saisine.pk, code=piece.code, libelle=piece.libelle,
                    obligatoire=piece.obligatoire, ordre=piece.ordre,
                    recue_le=le if recue else None,
                )
            )  # fmt: skip
        if self.origine.deposant.utilisateur_id:
            e.tampon.ajoute(
                SaisineSociale(
                    saisine_id=self.saisine.pk,
                    auteur_id=self.origine.deposant.utilisateur_id,
                    expose=phrases(self.h, textes.EXPOSES, 3),
                )
            )

    def _attach_all(self, le: date) -> None:
        links = (
            (self.origine.organisation.pk, 1, "prescription"),
            (self.instance.secretariat_id, 1, "secretariat"),
            (self.convention.operateur_id, 2, "instruction"),
        )
        for organisation_id, niveau, motif in links:
            self.e.plume.lien(
                self.ecrit.menage.pk, organisation_id, niveau, motif, self.objet, le,
                convention_id=self.convention.pk,
            )  # fmt: skip

    # -- before the session --------------------------------------------------------------------

    def _pieces(self) -> None:
        e, plan = self.e, self.plan
        if plan.pieces_demandees_le is None:
            return
        le = plan.pieces_demandees_le
        attendue = plus(self.h, le, 12, 18)
        manquantes = [
            p
            for p in e.tampon.lignes(PieceSaisine)[-12:]
            if p.saisine_id == self.saisine.pk and p.obligatoire and p.recue_le is None
        ]
        for piece in manquantes:
            piece.demandee_le, piece.attendue_le = le, attendue
        e.plume.echeance(
            "saisine.pieces", f"Pièces à transmettre pour la saisine {self.reference}", self.objet,
            attendue, organisation_id=self.origine.organisation.pk,
            utilisateur_id=self.origine.prescripteur_id, menage=self.ecrit.menage,
            menage_libelle=str(self.ecrit.menage),
            url=adresse("demandes:detail", self.saisine.pk),
            source=f"Demande de pièces du {format_date(le)}",
        )  # fmt: skip
        libelles = ", ".join(p.libelle for p in manquantes)
        self._finish(
            "saisine.pieces_demandees", self.saisine.statut, self.secretaire, le,
            f"Pièces demandées pour la saisine {self.reference}",
            detail=f"{libelles}, pour le {format_date(attendue)}",
            apres={"pieces": [p.code for p in manquantes], "attendue_le": attendue},
        )  # fmt: skip
        if plan.pieces_recues_le:
            self._receive(manquantes, plan.pieces_recues_le)

    def _receive(self, manquantes: list[PieceSaisine], le: date) -> None:
        acteur = self.origine.deposant
        for rang, piece in enumerate(manquantes, 1):
            piece.recue_le = le
            complete = rang == len(manquantes)
            if complete:
                self.e.plume.solde("saisine.pieces", self.objet, le)
            self.e.plume.fait(
                self.ecrit.menage, acteur, le, "demandes",
                f"Pièce reçue pour la saisine {self.reference}", self.objet, detail=piece.libelle,
            )  # fmt: skip
            self.e.plume.evenement(
                "saisine.pieces_completes" if complete else "saisine.piece_recue", acteur, le,
                self.objet, menage_id=self.ecrit.menage.pk, libelle=self.reference,
                avant={piece.code: None}, apres={piece.code: le},
            )  # fmt: skip

    def _refuse_recevabilite(self, le: date) -> None:
        motif = self.h.choice(textes.IRRECEVABLES)
        self.saisine.irrecevable_le, self.saisine.motif_irrecevabilite = le, motif
        self.e.plume.detache(self.objet, le, "instruction")
        self._finish(
            "saisine.irrecevable", S.IRRECEVABLE, self.secretaire, le,
            f"Saisine {self.reference} déclarée irrecevable", detail=motif, ton="bad",
        )  # fmt: skip
        self.e.plume.annule(self.objet, le)

    def _dismiss(self, le: date) -> None:
        issue = self.h.choice(sorted(textes.CLASSEMENTS))
        motif = textes.CLASSEMENTS[issue]
        self.saisine.close_le, self.saisine.issue = le, issue
        self.saisine.motif_cloture = motif
        self.e.plume.detache(self.objet, le, "instruction")
        self._finish(
            "saisine.close", S.CLOSE, self.secretaire, le,
            f"Saisine {self.reference} classée sans suite",
            detail=f"{IssueSaisine(issue).label}. {motif}"[:300], apres={"issue": issue},
        )  # fmt: skip
        self.e.plume.annule(self.objet, le)

    def _orient_provisoirement(self, le: date) -> None:
        axe, motif = self.plan.axe, "Situation qui ne peut attendre la prochaine séance."
        self.saisine.provisoire_le, self.saisine.provisoire_sens = le, axe
        self.e.tampon.ajoute(
            Orientation(
                saisine_id=self.saisine.pk, sens=axe, provisoire=True, motif=motif, le=le,
                auteur=f"{self.secretaire.nom}, par délégation",
            )
        )  # fmt: skip
        self._finish(
            "saisine.orientee_provisoire", S.ORIENTEE_PROVISOIRE, self.secretaire, le,
            f"Orientation provisoire : {Axe(axe).label.lower()}",
            detail=f"Saisine {self.reference}, à ratifier à la prochaine séance. {motif}"[:300],
            apres={"sens": axe},
        )  # fmt: skip
