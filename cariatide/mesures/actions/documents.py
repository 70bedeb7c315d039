"""Papers of a measure, issued by an act and immutable: contract, review by recipient, diagnosis."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from cariatide.documents.actions import issue_document
from cariatide.documents.contextes.base import Contexte
from cariatide.documents.models import DocumentEmis
from cariatide.documents.queries import list_documents
from cariatide.menages.actions import write_fait
from cariatide.mesures.actions.bilans import lock_bilan, transmit_bilan
from cariatide.mesures.actions.commun import (
    OBJET,
    check_open,
    check_texte,
    lock_mesure,
    require_equipe,
)
from cariatide.mesures.actions.diagnostics import transmit_diagnostic
from cariatide.mesures.documents import (
    ENGAGEMENTS_MENAGE,
    ENGAGEMENTS_OPERATEUR,
    DonneesContrat,
    build_bilan,
    build_contrat,
    build_diagnostic,
)
from cariatide.mesures.models import Bilan, DiagnosticSocial, Mesure
from cariatide.mesures.queries import find_mesure, refuse_contrat
from cariatide.mesures.rules import compute_fin
from cariatide.mesures.statuts import DestinataireBilan, StatutBilan
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre


def _issue(
    mesure: Mesure,
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    modele: str,
    contexte: Contexte,
    titre: str,
    remplace_id: int | None = None,
) -> DocumentEmis:
    document = issue_document(
        perimetre=perimetre,
        mandat=mandat,
        modele=modele,
        contexte=contexte,
        organisation_id=mesure.operateur_id,
        objet=(OBJET, mesure.pk),
        menage_id=mesure.menage_id,
        titre=titre,
        remplace_id=remplace_id,
    )
    write_fait(
        perimetre=perimetre,
        menage_id=mesure.menage_id,
        le=perimetre.jour,
        domaine="documents",
        titre=f"{titre} établi",
        detail=f"Document {document.reference}",
        source=("documents.documentemis", document.pk),
    )
    return document


def _lignes(textes: Sequence[str]) -> tuple[str, ...]:
    return tuple(t.strip() for t in textes if t.strip())


@transaction.atomic
def issue_contrat(
    *, perimetre: Perimetre, mesure_id: int, debut: date, frequence: str,
    engagements_menage: Sequence[str] = ENGAGEMENTS_MENAGE,
    engagements_operateur: Sequence[str] = ENGAGEMENTS_OPERATEUR,
) -> DocumentEmis:  # fmt: skip
    """The contract to sign, from the objectives; a new one replaces the last."""
    lock_mesure(perimetre, mesure_id)
    mesure = find_mesure(perimetre, mesure_id)
    mandat = require_equipe(mesure, perimetre, "établir le contrat")
    check_open(refuse_contrat(mesure, perimetre))
    if mesure.accordee_le and debut < mesure.accordee_le:
        message = "Le début suit l’accord de la mesure."
        raise ErreurMetier(message, {"debut": message})
    check_texte("frequence", frequence, "Dites à quel rythme vous vous rencontrerez.")
    donnees = DonneesContrat(
        debut=debut,
        frequence=frequence.strip(),
        engagements_menage=_lignes(engagements_menage),
        engagements_operateur=_lignes(engagements_operateur),
    )
    contexte = build_contrat(mesure, donnees, compute_fin(debut, mesure.duree_mois or 0), perimetre)
    last = (
        list_documents(perimetre, objet=(OBJET, mesure.pk))
        .filter(modele="contrat_accompagnement", remplace_par__isnull=True)
        .first()
    )
    return _issue(
        mesure, perimetre, mandat, "contrat_accompagnement", contexte,
        f"Contrat d’accompagnement {mesure.reference}", last.pk if last else None,
    )  # fmt: skip


@transaction.atomic
def issue_bilan(
    *,
    perimetre: Perimetre,
    bilan_id: int,
    destinataires: Sequence[str],
    bailleur: str = "",
    version: int | None = None,
) -> list[DocumentEmis]:
    """One version of the review per recipient; the first time, the review is transmitted."""
    if not destinataires or set(destinataires) - set(DestinataireBilan.values):
        message = "Choisissez au moins un destinataire."
        raise ErreurMetier(message, {"destinataires": message})
    if DestinataireBilan.BAILLEUR in destinataires and not bailleur.strip():
        message = "Nommez le bailleur."
        raise ErreurMetier(message, {"bailleur": message})
    known, mesure = lock_bilan(perimetre, bilan_id, version)
    mandat = require_equipe(mesure, perimetre, "transmettre un bilan")
    if known.statut != StatutBilan.TRANSMIS:
        labels = ", ".join(DestinataireBilan(d).label.lower() for d in destinataires)
        transmit_bilan(perimetre=perimetre, bilan_id=bilan_id, destinataires=labels)
    bilan: Bilan = Bilan.objects.select_related(
        "mesure__convention__commanditaire", "mesure__operateur", "mesure__referent",
        "mesure__menage",
    ).find_visible(perimetre, bilan_id)  # fmt: skip
    return [
        _issue(
            bilan.mesure, perimetre, mandat, "bilan",
            build_bilan(bilan, destinataire, perimetre, bailleur=bailleur),
            f"{bilan.get_type_display()}, version {DestinataireBilan(destinataire).label.lower()}",
        )
        for destinataire in destinataires
    ]  # fmt: skip


@transaction.atomic
def issue_diagnostic(
    *, perimetre: Perimetre, diagnostic_id: int, destinataires: str, version: int | None = None
) -> DocumentEmis:
    """The validated diagnosis as a paper, and to whom it went."""
    transmit_diagnostic(
        perimetre=perimetre, diagnostic_id=diagnostic_id, destinataires=destinataires,
        version=version,
    )  # fmt: skip
    diagnostic: DiagnosticSocial = DiagnosticSocial.objects.select_related(
        "mesure__convention", "mesure__operateur", "mesure__referent", "mesure__menage",
        "commanditaire",
    ).find_visible(perimetre, diagnostic_id)  # fmt: skip
    mandat = require_equipe(diagnostic.mesure, perimetre, "transmettre un diagnostic")
    return _issue(
        diagnostic.mesure, perimetre, mandat, "diagnostic_social",
        build_diagnostic(diagnostic, perimetre), "Diagnostic social",
    )  # fmt: skip
