"""What an accepted reorientation does, in the transaction that gives it effect.

The former measure ends, the new one is open for the new operator, links and saisine follow.
"""

from cariatide.demandes.actions import hand_over_saisine
from cariatide.demandes.statuts import StatutSaisine
from cariatide.echeances.actions import cancel_echeances
from cariatide.menages.actions import detach
from cariatide.mesures.actions.commun import OBJET, consign, save
from cariatide.mesures.actions.ouverture import attach_all
from cariatide.mesures.actions.vie import end_suspension
from cariatide.mesures.lifecycle import CYCLE
from cariatide.mesures.models import Mesure, Reorientation
from cariatide.mesures.queries import describe_destination, list_a_reprendre, read_mois_suivis
from cariatide.mesures.statuts import EN_COURS, IssueMesure
from cariatide.socle.dates import add_months
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre, perimetre_systeme
from cariatide.socle.references import next_reference


def carry_out(
    reorientation: Reorientation,
    mesure: Mesure,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
) -> Mesure:
    """Give effect to an accepted request, both rows locked; returns the new measure."""
    jour = perimetre.jour
    reorientation.reprises = list_a_reprendre(mesure, jour)
    vers = describe_destination(reorientation)
    _end(mesure, vers, perimetre)
    nouvelle = _open(reorientation, mesure, perimetre)
    _move_links(mesure, nouvelle, perimetre)
    saisine = mesure.saisine
    if saisine is not None and saisine.statut == StatutSaisine.EN_MISE_EN_OEUVRE:
        hand_over_saisine(
            perimetre=perimetre, saisine_id=saisine.pk, convention_id=nouvelle.convention_id,
            axe=nouvelle.axe,
        )  # fmt: skip
    reorientation.effective_le, reorientation.nouvelle = jour, nouvelle
    save(reorientation, ["effective_le", "nouvelle", "reprises"])
    consign(
        "mesure.reorientee", mesure, perimetre, mandat,
        titre="Mesure réorientée", detail=f"{vers}, mesure {nouvelle.reference}", le=jour,
        apres={
            "reorientee_le": jour, "nouvelle_id": nouvelle.pk,
            "reorientation_id": reorientation.pk,
        },
    )  # fmt: skip
    consign(
        "mesure.poursuivie", nouvelle, perimetre, mandat,
        titre=f"Mesure {nouvelle.get_dispositif_display()} ouverte par réorientation",
        detail=f"Référence {nouvelle.reference}, à la suite de {mesure.reference}", le=jour,
        apres={"reference": nouvelle.reference, "precedente_id": mesure.pk, "axe": nouvelle.axe},
    )  # fmt: skip
    return nouvelle


def _end(mesure: Mesure, vers: str, perimetre: Perimetre) -> None:
    """A begun measure ends by relay; one that had not begun does not take place."""
    jour = perimetre.jour
    systeme = perimetre_systeme("réorientation décidée", jour)
    ctx = Contexte(systeme, jour, {"reorientation_acceptee": True})
    mesure.reorientee_le = jour
    if mesure.statut in EN_COURS:
        CYCLE.apply(mesure, "reorienter", ctx)
        end_suspension(mesure, perimetre, jour)
        mesure.terminee_le, mesure.issue = jour, IssueMesure.RELAIS
        mesure.relais = vers[:200]
        save(mesure, ["reorientee_le", "terminee_le", "issue", "relais"])
    else:
        CYCLE.apply(mesure, "reorienter_avant_debut", ctx)
        mesure.refusee_le, mesure.motif_refus = jour, f"Réorientée vers : {vers}"[:300]
        save(mesure, ["reorientee_le", "refusee_le", "motif_refus"])
    cancel_echeances(objet=(OBJET, mesure.pk), le=jour)


def _open(reorientation: Reorientation, mesure: Mesure, perimetre: Perimetre) -> Mesure:
    """It waits for the accord of its own funder, as any measure; its head of service assigns it."""
    convention = reorientation.convention
    nouvelle = Mesure(
        reference=next_reference("A", perimetre.jour.year),
        menage=mesure.menage,
        convention=convention,
        saisine=mesure.saisine,
        dispositif=convention.type,
        axe=reorientation.axe,
        operateur_id=convention.operateur_id,
        prescripteur_id=mesure.prescripteur_id,
        precedente=mesure,
        seance_le=reorientation.decidee_le if reorientation.passage_id else None,
        ouverte_le=perimetre.jour,
    )
    nouvelle.save(force_insert=True)
    return nouvelle


def _move_links(mesure: Mesure, nouvelle: Mesure, perimetre: Perimetre) -> None:
    """The former team's links by this measure end; its funder reads on as after any measure.

    Links of other sources (another measure, the saisine it examined) stay: each has its own end.
    """
    jour, source = perimetre.jour, (OBJET, mesure.pk)
    detach(source=source, au=jour, organisation_id=mesure.operateur_id)
    begun = mesure.terminee_le is not None
    mois = max(read_mois_suivis(mesure, jour), default=0) if begun else 0
    detach(source=source, au=add_months(jour, mois))
    attach_all(nouvelle, perimetre)
