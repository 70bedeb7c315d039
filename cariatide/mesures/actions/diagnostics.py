"""The social diagnosis, from the request to what was done of it (domain model, section 4.3)."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from cariatide.journal.actions import record_evenement
from cariatide.menages.queries import find_niveau
from cariatide.mesures.actions.commun import (
    apply_objet,
    check_open,
    check_texte,
    consign,
    lock_mesure,
    lock_suite,
    require_equipe,
    save,
)
from cariatide.mesures.actions.suivi import DonneesIntervention, insert_intervention
from cariatide.mesures.lifecycle import CYCLE_DIAGNOSTIC
from cariatide.mesures.models import (
    DiagnosticSante,
    DiagnosticSocial,
    DiagnosticSocialContenu,
    Mesure,
)
from cariatide.mesures.queries import refuse_diagnostic, refuse_texte_diagnostic
from cariatide.mesures.rules import check_ecriture, check_passe, check_sections
from cariatide.mesures.statuts import Presence, QualiteContact, StatutDiagnostic, TypeIntervention
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

DIAGNOSTIC = "mesures.diagnosticsocial"
SECTIONS = ("composition", "ressources", "logement", "souhaits", "capacites", "preconisations")


def lock_diagnostic(
    perimetre: Perimetre, diagnostic_id: int, version: int | None = None
) -> tuple[DiagnosticSocial, Mesure]:
    """Lock a diagnosis and its measure for writing."""
    return lock_suite(DiagnosticSocial, perimetre, diagnostic_id, version, "ce diagnostic")


def _consign(
    nom: str,
    diagnostic: DiagnosticSocial,
    mesure: Mesure,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    titre: str,
    le: date,
    detail: str = "",
) -> None:
    consign(
        nom,
        mesure,
        perimetre,
        mandat,
        titre=titre,
        detail=detail,
        le=le,
        objet=(DIAGNOSTIC, diagnostic.pk),
        apres={"statut": diagnostic.statut},
    )


@transaction.atomic
def request_diagnostic(
    *,
    perimetre: Perimetre,
    mesure_id: int,
    motif: str,
    le: date,
    commanditaire_id: int | None = None,
) -> DiagnosticSocial:
    """Ask for a diagnosis; one at a time is being made for a measure."""
    mesure = lock_mesure(perimetre, mesure_id)
    mandat = require_equipe(mesure, perimetre, "demander un diagnostic")
    check_ecriture(mesure.statut, cloture=mesure.terminee_le or mesure.refusee_le)
    check_passe("le", le, perimetre.jour, depuis=mesure.ouverte_le, quoi="l’ouverture")
    if not motif.strip():
        raise ErreurMetier("Indiquez le motif.", {"motif": "Indiquez le motif du diagnostic."})
    check_open(refuse_diagnostic(mesure, perimetre))
    diagnostic = DiagnosticSocial(
        menage_id=mesure.menage_id,
        mesure=mesure,
        motif=motif.strip(),
        demande_le=le,
        commanditaire_id=commanditaire_id or mesure.convention.commanditaire_id,
        auteur_id=perimetre.utilisateur_id,
    )
    diagnostic.save(force_insert=True)
    DiagnosticSocialContenu(diagnostic=diagnostic, menage_id=mesure.menage_id).save(
        force_insert=True
    )
    _consign(
        "diagnostic.demande", diagnostic, mesure, perimetre, mandat, "Diagnostic social demandé", le
    )
    return diagnostic


@transaction.atomic
def propose_rdv(
    *, perimetre: Perimetre, diagnostic_id: int, rdv_le: date, version: int | None = None
) -> DiagnosticSocial:
    """Propose a dated meeting to the household."""
    diagnostic, mesure = lock_diagnostic(perimetre, diagnostic_id, version)
    mandat = apply_objet(CYCLE_DIAGNOSTIC, diagnostic, "proposer_rdv", perimetre)
    if rdv_le < diagnostic.demande_le:
        message = "Le rendez-vous suit la demande."
        raise ErreurMetier(message, {"rdv_le": message})
    diagnostic.rdv_le = rdv_le
    save(diagnostic, ["rdv_le"])
    _consign(
        "diagnostic.rdv_propose", diagnostic, mesure, perimetre, mandat,
        "Rendez-vous proposé pour le diagnostic social", perimetre.jour,
        f"Le {format_date(rdv_le)}",
    )  # fmt: skip
    return diagnostic


@transaction.atomic
def record_visite(
    *,
    perimetre: Perimetre,
    diagnostic_id: int,
    le: date,
    duree_minutes: int | None = None,
    version: int | None = None,
) -> DiagnosticSocial:
    """The visit took place: it is an intervention of the measure too, typed once."""
    diagnostic, mesure = lock_diagnostic(perimetre, diagnostic_id, version)
    mandat = apply_objet(CYCLE_DIAGNOSTIC, diagnostic, "constater_visite", perimetre)
    diagnostic.visite_le = le
    _insert_vad(mesure, perimetre, mandat, le, Presence.PRESENT, duree_minutes)
    save(diagnostic, ["visite_le"])
    _consign(
        "diagnostic.visite", diagnostic, mesure, perimetre, mandat,
        "Visite effectuée pour le diagnostic social", le,
    )  # fmt: skip
    return diagnostic


@transaction.atomic
def record_absence(
    *, perimetre: Perimetre, diagnostic_id: int, le: date, version: int | None = None
) -> DiagnosticSocial:
    """Nobody came, or the household refused: one more attempt without answer."""
    diagnostic, mesure = lock_diagnostic(perimetre, diagnostic_id, version)
    mandat = apply_objet(CYCLE_DIAGNOSTIC, diagnostic, "constater_absence", perimetre)
    diagnostic.tentatives += 1
    _insert_vad(mesure, perimetre, mandat, le, Presence.ABSENT, None)
    save(diagnostic, ["tentatives"])
    _consign(
        "diagnostic.absence", diagnostic, mesure, perimetre, mandat,
        "Visite sans réponse pour le diagnostic social", le, f"Tentative {diagnostic.tentatives}",
    )  # fmt: skip
    return diagnostic


def _insert_vad(
    mesure: Mesure,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    le: date,
    presence: Presence,
    duree: int | None,
) -> None:
    present = presence == Presence.PRESENT
    assert mandat is not None  # the system visits nobody
    check_ecriture(mesure.statut, cloture=mesure.terminee_le or mesure.refusee_le)
    try:
        insert_intervention(
            mesure,
            perimetre,
            mandat,
            DonneesIntervention(
                type=TypeIntervention.VAD,
                date=le,
                presence=presence,
                duree_minutes=duree,
                contact=QualiteContact.RENCONTRE if present else QualiteContact.VISITE_SANS_REPONSE,
            ),
        )
    except ErreurMetier as erreur:
        # The field of this form is named otherwise than that of a meeting.
        if "date" in erreur.champs:
            raise ErreurMetier(erreur.message, {"le": erreur.champs["date"]}) from erreur
        raise


@transaction.atomic
def write_diagnostic(
    *,
    perimetre: Perimetre,
    diagnostic_id: int,
    sections: Mapping[str, str],
    sante: str | None = None,
    version: int | None = None,
) -> DiagnosticSocial:
    """Write the sections (level S) and, for who may read it, health (level C).

    sante None leaves the confidential part as it is.
    """
    diagnostic, mesure = lock_diagnostic(perimetre, diagnostic_id, version)
    mandat = require_equipe(mesure, perimetre, "rédiger un diagnostic")
    check_open(refuse_texte_diagnostic(diagnostic))
    contenu: DiagnosticSocialContenu | None = (
        DiagnosticSocialContenu.objects.visible_to(perimetre).filter(diagnostic=diagnostic).first()
    )
    if contenu is None:
        raise ActeRefuse("Vos droits sur ce ménage n’ouvrent pas le contenu du diagnostic.")
    changed = [n for n in SECTIONS if n in sections and sections[n].strip() != getattr(contenu, n)]
    for nom in changed:
        setattr(contenu, nom, sections[nom].strip())
    contenu.save(update_fields=changed)
    if sante is not None:
        _write_sante(diagnostic, perimetre, sante)
    diagnostic.auteur_id = perimetre.utilisateur_id
    save(diagnostic, ["auteur"])
    record_evenement(
        "diagnostic.ecrit",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=DIAGNOSTIC,
        objet_id=diagnostic.pk,
        menage_id=mesure.menage_id,
        libelle=f"Mesure {mesure.reference}",
        niveau=Niveau.SOCIAL,
        apres=dict.fromkeys(changed, ""),
    )
    return diagnostic


def _write_sante(diagnostic: DiagnosticSocial, perimetre: Perimetre, texte: str) -> None:
    if find_niveau(perimetre, diagnostic.menage_id) < Niveau.CONFIDENTIEL:
        raise ActeRefuse("La partie santé est réservée au référent et au chef de service.")
    known = DiagnosticSante.objects.visible_to(perimetre).filter(diagnostic=diagnostic)
    if not texte.strip():
        known.delete()
        return
    if not known.update(texte=texte.strip()):
        DiagnosticSante(
            diagnostic=diagnostic, menage_id=diagnostic.menage_id, texte=texte.strip()
        ).save(force_insert=True)


@transaction.atomic
def finish_diagnostic(
    *, perimetre: Perimetre, diagnostic_id: int, version: int | None = None
) -> DiagnosticSocial:
    """The text is ready for the head of service."""
    diagnostic, mesure = lock_diagnostic(perimetre, diagnostic_id, version)
    carence = diagnostic.statut == StatutDiagnostic.ABSENCE
    mandat = apply_objet(CYCLE_DIAGNOSTIC, diagnostic, "rediger", perimetre)
    contenu = (
        DiagnosticSocialContenu.objects.visible_to(perimetre)
        .filter(diagnostic=diagnostic)
        .values(*SECTIONS)
        .first()
    )
    check_sections(contenu or {}, carence=carence)
    diagnostic.redige_le = perimetre.jour
    save(diagnostic, ["redige_le"])
    _consign(
        "diagnostic.redige", diagnostic, mesure, perimetre, mandat, "Diagnostic social rédigé",
        perimetre.jour,
    )  # fmt: skip
    return diagnostic


@transaction.atomic
def validate_diagnostic(
    *, perimetre: Perimetre, diagnostic_id: int, version: int | None = None
) -> DiagnosticSocial:
    """The head of service validates the text."""
    diagnostic, mesure = lock_diagnostic(perimetre, diagnostic_id, version)
    mandat = apply_objet(CYCLE_DIAGNOSTIC, diagnostic, "valider", perimetre)
    diagnostic.valide_le, diagnostic.valide_par = perimetre.jour, perimetre.utilisateur
    save(diagnostic, ["valide_le", "valide_par"])
    _consign(
        "diagnostic.valide", diagnostic, mesure, perimetre, mandat, "Diagnostic social validé",
        perimetre.jour,
    )  # fmt: skip
    return diagnostic


@transaction.atomic
def transmit_diagnostic(
    *, perimetre: Perimetre, diagnostic_id: int, destinataires: str, version: int | None = None
) -> DiagnosticSocial:
    """Say to whom the validated diagnosis went."""
    diagnostic, mesure = lock_diagnostic(perimetre, diagnostic_id, version)
    mandat = apply_objet(CYCLE_DIAGNOSTIC, diagnostic, "transmettre", perimetre)
    check_texte("destinataires", destinataires, "Nommez les destinataires.")
    diagnostic.transmis_le = perimetre.jour
    diagnostic.destinataires = destinataires.strip()
    save(diagnostic, ["transmis_le", "destinataires"])
    _consign(
        "diagnostic.transmis", diagnostic, mesure, perimetre, mandat, "Diagnostic social transmis",
        perimetre.jour, f"À {destinataires.strip()}",
    )  # fmt: skip
    return diagnostic


@transaction.atomic
def record_suites(
    *, perimetre: Perimetre, diagnostic_id: int, suites: str, version: int | None = None
) -> DiagnosticSocial:
    """What was done of the recommendations, as facts."""
    diagnostic, mesure = lock_diagnostic(perimetre, diagnostic_id, version)
    mandat = apply_objet(CYCLE_DIAGNOSTIC, diagnostic, "donner_suites", perimetre)
    check_texte("suites", suites, "Indiquez les suites données.")
    diagnostic.suites = suites.strip()
    save(diagnostic, ["suites"])
    _consign(
        "diagnostic.suites", diagnostic, mesure, perimetre, mandat,
        "Suites données au diagnostic social", perimetre.jour,
    )  # fmt: skip
    return diagnostic
