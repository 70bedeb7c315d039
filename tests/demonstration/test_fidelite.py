"""The same story by the real acts: the demonstration has written rows of exactly these shapes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cariatide.amelioration.actions import (
    DonneesActe,
    DonneesFinancement,
    DonneesOperation,
    advance_operation,
    open_operation,
    save_financement,
)
from cariatide.baux.actions import DonneesEntree, record_entree
from cariatide.commission.actions.agenda import inscribe_passages
from cariatide.commission.actions.decisions import record_decision, start_passage
from cariatide.commission.actions.papiers import issue_notifications
from cariatide.commission.actions.seances import (
    DonneesSeance,
    LignePresence,
    close_seance,
    convene_seance,
    open_seance,
    plan_seance,
    record_presences,
)
from cariatide.commission.models import Instance, MembreInstance
from cariatide.comptes.models import Utilisateur
from cariatide.demandes import actions as demandes
from cariatide.demandes.models import PieceSaisine
from cariatide.demonstration.distribution import DOMAINE
from cariatide.echeances.models import Echeance
from cariatide.journal.models import Evenement
from cariatide.menages.actions import DonneesDomicile, DonneesMenage, DonneesPersonne, save_social
from cariatide.menages.models import FaitParcours, Rattachement
from cariatide.mesures import actions as mesures
from cariatide.mesures.models import Mesure, Objectif
from cariatide.parc.actions import (
    DonneesDiagnostic,
    DonneesLogement,
    DonneesProprietaire,
    advance_offre,
    change_proprietaire,
    create_logement,
    create_proprietaire,
    open_offre,
    record_diagnostic,
)
from cariatide.partenaires.models import Convention, Organisation
from cariatide.partenaires.queries import build_perimetre
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import Perimetre, perimetre_systeme
from cariatide.territoire.models import Commune
from tests.demonstration.conftest import annulee
from tests.distribution import JOUR

RAISON = "essai de fidélité"
RACINE = Path(__file__).resolve().parents[2]
# Values whose keys are names: organisations, pieces.
LIBRES = {"seance.presences", "saisine.piece_recue", "saisine.pieces_completes"}


@contextmanager
def qui(code: str, jour: date = JOUR) -> Iterator[Perimetre]:
    perimetre = build_perimetre(Utilisateur.objects.get(email=f"{code}@{DOMAINE}"), jour)
    with ouvre_transaction(perimetre):
        yield perimetre


def muet(texte: str) -> str:
    """Without the numbers nor the names that a story draws."""
    texte = re.sub(r"(déposée par|version) .*", r"\1", texte)
    return re.sub(r"\d+", "#", texte)


def formes_evenements(rows: Any) -> set[tuple[Any, ...]]:
    found = set()
    for e in rows:
        if "champs" in e.donnees:
            cles: tuple[Any, ...] = ("champs",)
        elif e.nom in LIBRES:
            cles = ()
        else:
            cles = (tuple(sorted(e.donnees["avant"])), tuple(sorted(e.donnees["apres"])))
        found.add((e.nom, e.role, e.niveau, e.objet_type, e.menage_id is not None, *cles))
    return found


def formes_faits(rows: Any) -> set[tuple[Any, ...]]:
    return {
        (f.domaine, muet(f.titre), f.source_type, f.ton, f.niveau, bool(f.detail)) for f in rows
    }


def formes_liens(rows: Any) -> set[tuple[Any, ...]]:
    return {
        (r.motif, r.niveau, r.source_type, r.utilisateur_id is None, r.convention_id is None)
        for r in rows
    }


def formes_echeances(rows: Any) -> set[tuple[Any, ...]]:
    return {
        (
            e.code, muet(e.libelle), e.objet_type, e.alerte_jours, e.regle, muet(e.source),
            muet(e.url), e.utilisateur_id is None,
        )
        for e in rows
    }  # fmt: skip


def toutes() -> dict[str, tuple[Any, Any]]:
    """Rows of the four trails, and what tells their shape."""
    return {
        "evenements": (Evenement.objects.all(), formes_evenements),
        "faits": (FaitParcours.objects.unscoped(reason=RAISON), formes_faits),
        "liens": (Rattachement.objects.all(), formes_liens),
        "echeances": (Echeance.objects.unscoped(reason=RAISON), formes_echeances),
    }


def test_les_actes_reels_ecrivent_les_memes_lignes(demonstration: None) -> None:
    trails = toutes()
    before = {nom: list(rows.values_list("pk", flat=True)) for nom, (rows, _) in trails.items()}
    known = {nom: forme(rows) for nom, (rows, forme) in trails.items()}
    with annulee():
        Histoire().live()
        for nom, (rows, forme) in toutes().items():
            real = forme(rows.exclude(pk__in=before[nom]))
            assert real
            assert not real - known[nom], f"{nom} : {sorted(real - known[nom], key=str)}"


def test_chaque_evenement_ecrit_existe_dans_un_acte(demonstration: None) -> None:
    sources = "\n".join(
        path.read_text()
        for path in (RACINE / "cariatide").rglob("*.py")
        if "demonstration" not in path.parts
    )
    noms = set(Evenement.objects.order_by().values_list("nom", flat=True))
    assert len(noms) > 50
    prefixes = (
        "offre.",
        "travaux.",
        "occupation.",
    )  # these acts name their event by the state reached
    missing = {n for n in noms if f'"{n}"' not in sources and not n.startswith(prefixes)}
    assert not missing


class Histoire:
    """One household, from its saisine to the follow-up, by those who may do each act."""

    def live(self) -> None:
        self._deposit()
        self._session()
        self._open()
        self._run()
        self._home()
        self._end()

    def _deposit(self) -> None:
        commune = Commune.objects.get(code="59033", type="actuelle")
        convention = Convention.objects.get(intitule__startswith="MOUS habitat")
        with qui("paul.prevost") as paul:
            saisine = demandes.deposit_saisine(
                perimetre=paul,
                donnees=demandes.DonneesSaisine(
                    convention_id=convention.pk,
                    motifs=["suroccupation"],
                    date_saisine=JOUR,
                    information_menage_le=JOUR,
                    expose="Le ménage attend une réponse.",
                    pieces_recues=["identite", "composition", "occupation"],
                    menage=DonneesMenage(
                        personnes=[DonneesPersonne(nom="Essai", prenom="Fidèle")],
                        domicile=DonneesDomicile(
                            adresse="9 rue du Lavoir", code_postal="59620", commune_id=commune.pk
                        ),
                        telephone="0600009999",
                    ),
                ),
            )
        self.saisine_id, self.menage_id = saisine.pk, saisine.menage_id
        self.convention, self.commune = convention, commune
        with qui("dora.michel") as dora:
            demandes.request_pieces(
                perimetre=dora, saisine_id=saisine.pk, codes=["ressources"], attendue_le=JOUR
            )
            piece = PieceSaisine.objects.visible_to(dora).get(
                saisine_id=saisine.pk, code="ressources"
            )
        with qui("paul.prevost") as paul:
            demandes.receive_piece(
                perimetre=paul, saisine_id=saisine.pk, piece_id=piece.pk, recue_le=JOUR
            )
        with qui("dora.michel") as dora:
            saisine.refresh_from_db()
            demandes.declare_recevable(
                perimetre=dora, saisine_id=saisine.pk, version=saisine.version
            )

    def _session(self) -> None:
        instance = Instance.objects.get(nom="Groupe de pilotage MOUS et ASLL")
        with qui("dora.michel") as dora:
            seance = plan_seance(
                perimetre=dora,
                instance_id=instance.pk,
                donnees=DonneesSeance(JOUR, time(9), "Salle des commissions"),
            )
            (passage,) = inscribe_passages(
                perimetre=dora,
                seance_id=seance.pk,
                dossiers=[("demandes.saisine", self.saisine_id)],
            )
            convene_seance(perimetre=dora, seance_id=seance.pk)
            open_seance(perimetre=dora, seance_id=seance.pk)
            membres = MembreInstance.objects.filter(instance=instance)
            record_presences(
                perimetre=dora,
                seance_id=seance.pk,
                lignes=[LignePresence(m.organisation_id, "present") for m in membres],
            )
            passage = start_passage(perimetre=dora, passage_id=passage.pk)
            record_decision(
                perimetre=dora, passage_id=passage.pk, version=passage.version,
                sens="relogement", motif="Suroccupation constatée ; recherche d’un T3.",
            )  # fmt: skip
            close_seance(perimetre=dora, seance_id=seance.pk)
            issue_notifications(perimetre=dora, seance_id=seance.pk)

    def _open(self) -> None:
        with qui("alice.renard") as alice:
            mesure = mesures.create_mesure(
                perimetre=alice, saisine_id=self.saisine_id, duree_mois=12, intensite="moyenne"
            )
            self.mesure_id = pk = mesure.pk
            diagnostic = mesures.request_diagnostic(
                perimetre=alice, mesure_id=pk, motif="Diagnostic initial", le=JOUR
            )
            d = diagnostic.pk
            mesures.propose_rdv(perimetre=alice, diagnostic_id=d, rdv_le=JOUR)
            mesures.propose_mesure(perimetre=alice, mesure_id=pk, le=JOUR, signature_prevue_le=JOUR)
            mesures.record_visite(perimetre=alice, diagnostic_id=d, le=JOUR, duree_minutes=60)
            mesures.write_diagnostic(
                perimetre=alice, diagnostic_id=d,
                sections={"logement": "Humide.", "preconisations": "Reloger."},
            )  # fmt: skip
            mesures.finish_diagnostic(perimetre=alice, diagnostic_id=d)
            save_social(perimetre=alice, menage_id=self.menage_id, version=0, situation="Seul.")
        with qui("claire.fontaine") as claire:
            mesures.validate_diagnostic(perimetre=claire, diagnostic_id=d)
        with qui("alice.renard") as alice:
            mesures.transmit_diagnostic(
                perimetre=alice, diagnostic_id=d, destinataires="Département"
            )
            mesures.add_objectif(
                perimetre=alice, mesure_id=pk,
                donnees=mesures.DonneesObjectif("Visiter les logements", "recherche"),
            )  # fmt: skip
            mesures.sign_contrat(perimetre=alice, mesure_id=pk, le=JOUR)
            mesures.activate_mesure(perimetre=alice, mesure_id=pk, debut=JOUR)

    def _run(self) -> None:
        with qui("alice.renard") as alice:
            for type_, presence in (("vad", "absent"), ("telephone", "sans_objet")):
                mesures.record_intervention(
                    perimetre=alice, mesure_id=self.mesure_id,
                    donnees=mesures.DonneesIntervention(
                        type=type_, date=JOUR, presence=presence,
                        duree_minutes=10 if type_ == "telephone" else None,
                        note="" if presence == "absent" else "Point sur les démarches.",
                    ),
                )  # fmt: skip
        systeme = perimetre_systeme("travail quotidien", JOUR)
        with ouvre_transaction(systeme, systeme="essai"):
            mesures.mark_bilans_dus(JOUR + timedelta(days=340), systeme)
        self._review("intermediaire", "renouveler")
        with qui("alice.renard") as alice:
            renouvellement = mesures.propose_renouvellement(
                perimetre=alice, mesure_id=self.mesure_id, mois=6, motif="La recherche continue.",
                objectifs=[mesures.DonneesObjectif("Préparer le dossier d’entrée", "acces")],
            )  # fmt: skip
        with qui("claire.fontaine") as claire:
            mesures.validate_renouvellement(perimetre=claire, renouvellement_id=renouvellement.pk)
        with qui("fanny.roussel") as fanny:
            mesures.grant_renouvellement(
                perimetre=fanny, renouvellement_id=renouvellement.pk, le=JOUR,
                reference="Notification du 22/11/2026",
            )  # fmt: skip

    def _review(self, type_: str, suite: str) -> None:
        with qui("alice.renard") as alice:
            bilan = mesures.create_bilan(
                perimetre=alice, mesure_id=self.mesure_id, type_=type_, le=JOUR
            )
            objectifs = Objectif.objects.visible_to(alice).filter(mesure_id=self.mesure_id)
            mesures.write_bilan(
                perimetre=alice, bilan_id=bilan.pk,
                donnees=mesures.DonneesBilan(
                    evolution="Mieux.", conclusion="Poursuivre.", suite=suite,
                    atteintes={o.pk: 2 for o in objectifs},
                ),
            )  # fmt: skip
            mesures.submit_bilan(perimetre=alice, bilan_id=bilan.pk)
        with qui("claire.fontaine") as claire:
            mesures.validate_bilan(perimetre=claire, bilan_id=bilan.pk)
        with qui("alice.renard") as alice:
            mesures.transmit_bilan(perimetre=alice, bilan_id=bilan.pk, destinataires="Département")

    def _home(self) -> None:
        operateur = Organisation.objects.get(nom="Habitat Sambre").pk
        with qui("magali.petit") as magali:
            logement = create_logement(
                perimetre=magali, organisation_id=operateur,
                donnees=DonneesLogement(
                    adresse="900 rue du Chêne", code_postal="59620", commune_id=self.commune.pk,
                    type="t3", categorie="conventionne_social",
                ),
            )  # fmt: skip
            owner = create_proprietaire(
                perimetre=magali, organisation_id=operateur,
                donnees=DonneesProprietaire(nature="personne_physique", nom="Propriétaire d’essai"),
            )  # fmt: skip
            change_proprietaire(
                perimetre=magali, logement_id=logement.pk, proprietaire_id=owner.pk, du=JOUR,
                version=logement.version,
            )  # fmt: skip
            offre = open_offre(
                perimetre=magali, logement_id=logement.pk, reperee_le=JOUR,
                convention_id=self.convention.pk, source="Petite annonce",
            )  # fmt: skip
            for acte in ("visiter", "retenir", "capter"):
                offre = advance_offre(
                    perimetre=magali, offre_id=offre.pk, acte=acte, le=JOUR, version=offre.version
                )
        with qui("theo.tisserand") as theo:
            record_diagnostic(
                perimetre=theo, logement_id=logement.pk,
                donnees=DonneesDiagnostic(visite_le=JOUR, conclusion="À remettre aux normes."),
            )  # fmt: skip
        self._works(logement.pk)
        with qui("alice.renard") as alice:
            record_entree(
                perimetre=alice, menage_id=self.menage_id, logement_id=logement.pk,
                organisation_id=operateur,
                donnees=DonneesEntree(
                    nature="bail", date_signature=JOUR, entree_le=JOUR,
                    convention_id=self.convention.pk, mesure_id=self.mesure_id,
                ),
            )  # fmt: skip
        with qui("elodie.marchand") as elodie:
            self._advance(elodie, "louer")

    def _works(self, logement_id: int) -> None:
        cout = Decimal("12000")
        with qui("elodie.marchand") as elodie:
            self.operation = open_operation(
                perimetre=elodie, logement_id=logement_id,
                donnees=DonneesOperation(
                    convention_id=self.convention.pk, finalite="production",
                    maitre_ouvrage="prive", objet="Rénovation thermique", etudiee_le=JOUR,
                    cout=cout,
                ),
            )  # fmt: skip
            save_financement(
                perimetre=elodie, operation_id=self.operation.pk, version=self.operation.version,
                donnees=DonneesFinancement(
                    "apport", cout, libelle="Apport", accorde=cout, reponse_le=JOUR
                ),
            )  # fmt: skip
            for acte in ("financer", "commencer", "achever"):
                self._advance(elodie, acte)

    def _advance(self, perimetre: Perimetre, acte: str) -> None:
        self.operation.refresh_from_db()
        fin = JOUR + timedelta(days=60) if acte == "commencer" else None
        advance_operation(
            perimetre=perimetre, operation_id=self.operation.pk, acte=acte,
            version=self.operation.version, donnees=DonneesActe(JOUR, fin_prevue=fin),
        )  # fmt: skip

    def _end(self) -> None:
        self._review("final", "terminer")
        with qui("alice.renard") as alice:
            mesures.terminate_mesure(
                perimetre=alice, mesure_id=self.mesure_id, le=JOUR, issue="relogement"
            )
        for mois in (6, 12):
            le = JOUR + timedelta(days=31 * mois)
            with qui("alice.renard", le) as alice:
                mesures.record_suivi(
                    perimetre=alice, mesure_id=self.mesure_id, mois=mois, le=le,
                    contact="telephone", maintien="oui",
                )  # fmt: skip
        assert Mesure.objects.unscoped(reason=RAISON).get(pk=self.mesure_id).statut == "evaluee"


@pytest.mark.parametrize("texte, attendu", [("Saisine S-2026-00012 close", "Saisine S-#-# close")])
def test_une_forme_ne_garde_ni_nombre_ni_nom(texte: str, attendu: str) -> None:
    assert muet(texte) == attendu
