"""What waits for me among the measures: blocks of « Ma journée »."""

from datetime import date

from django.urls import reverse

from cariatide.mesures.queries import (
    list_a_faire,
    list_bilans_a_valider,
    list_diagnostics_a_valider,
    list_mesures_a_accorder,
    list_orientees,
    list_renouvellements_a_accorder,
    list_renouvellements_a_valider,
    list_reorientations_a_decider,
)
from cariatide.mesures.statuts import StatutMesure
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date
from cariatide.socle.pages.journee import LIGNES_MAX, LigneJournee
from cariatide.socle.perimetre import Perimetre

# State → (what to do, route, label of the act).
ACTES = {
    StatutMesure.ACCORDEE: ("Mesure à proposer au ménage", "mesures:proposer", "Proposer"),
    StatutMesure.PROPOSEE: ("Contrat à faire signer", "mesures:adherer", "Enregistrer le contrat"),
    StatutMesure.ADHEREE: ("Accompagnement à commencer", "mesures:detail", "Ouvrir la mesure"),
    StatutMesure.BILAN_DU: ("Bilan de fin de période dû", "mesures:detail", "Ouvrir la mesure"),
}
# A contract takes up the objectives: they come first.
SANS_OBJECTIF = ("Objectifs à fixer avec le ménage", "mesures:objectif", "Ajouter un objectif")


def _ton(echeance: date | None, jour: date) -> str:
    if echeance is None:
        return ""
    return "bad" if echeance < jour else ""


class BlocOrientations:
    """What the sessions decided and nobody carries out yet, for the operator's team."""

    titre = "Orientations à mettre en œuvre"
    ordre = 10
    liste = "demandes:liste"
    roles = frozenset({str(Role.TRAVAILLEUR_SOCIAL), str(Role.CHEF_DE_SERVICE)})

    def lignes(self, perimetre: Perimetre) -> list[LigneJournee]:
        return [
            LigneJournee(
                titre=f"{saisine.get_decision_sens_display()}, décidé en séance",
                detail=f"{saisine.menage.nom_usage} · {saisine.reference} · "
                f"décision du {format_date(saisine.decidee_le)}",
                url=reverse("mesures:nouvelle", args=[saisine.pk]),
                libelle_acte="Ouvrir la mesure",
            )
            for saisine in list_orientees(perimetre)[:LIGNES_MAX]
            if saisine.menage is not None and saisine.decidee_le is not None
        ]


class BlocTravailleurSocial:
    """Contracts to sign, reviews due, measures to begin: those of the person."""

    titre = "Mes accompagnements"
    ordre = 20
    liste = "mesures:portefeuille"
    roles = frozenset({str(Role.TRAVAILLEUR_SOCIAL)})

    def lignes(self, perimetre: Perimetre) -> list[LigneJournee]:
        lines = []
        for mesure in list_a_faire(perimetre)[:LIGNES_MAX]:
            quoi, nom, acte = ACTES[StatutMesure(mesure.statut)]
            if mesure.statut == StatutMesure.PROPOSEE and not mesure.total_objectifs:
                quoi, nom, acte = SANS_OBJECTIF
            due = mesure.fin_prevue if mesure.statut == StatutMesure.BILAN_DU else None
            lines.append(
                LigneJournee(
                    titre=quoi,
                    detail=f"{mesure.menage.nom_usage} · {mesure.reference}",
                    url=reverse(nom, args=[mesure.pk]),
                    libelle_acte=acte,
                    echeance=due,
                    ton=_ton(due, perimetre.jour),
                )
            )
        return lines


class BlocChefDeService:
    """Reviews, diagnoses and renewals of the service."""

    titre = "À valider"
    ordre = 20
    liste = "mesures:decisions"
    roles = frozenset({str(Role.CHEF_DE_SERVICE)})

    def lignes(self, perimetre: Perimetre) -> list[LigneJournee]:
        lines = [
            LigneJournee(
                titre=f"{b.get_type_display()} à valider",
                detail=f"{b.menage.nom_usage} · {b.mesure.reference}",
                url=reverse("mesures:bilan", args=[b.pk]),
                libelle_acte="Relire",
                echeance=b.mesure.fin_prevue,
                ton=_ton(b.mesure.fin_prevue, perimetre.jour),
            )
            for b in list_bilans_a_valider(perimetre)[:LIGNES_MAX]
        ]
        lines += [
            LigneJournee(
                titre="Renouvellement à valider",
                detail=f"{r.menage.nom_usage} · {r.mesure.reference}",
                url=reverse("mesures:detail", args=[r.mesure_id]) + "#renouvellements",
                libelle_acte="Examiner",
                echeance=r.fin_avant,
                ton=_ton(r.fin_avant, perimetre.jour),
            )
            for r in list_renouvellements_a_valider(perimetre)[:LIGNES_MAX]
        ]
        lines += [
            LigneJournee(
                titre="Diagnostic social à valider",
                detail=f"{d.menage.nom_usage} · {d.mesure.reference}",
                url=reverse("mesures:diagnostic", args=[d.pk]),
                libelle_acte="Relire",
            )
            for d in list_diagnostics_a_valider(perimetre)[:LIGNES_MAX]
        ]
        lines.sort(key=lambda ligne: (ligne.echeance is None, ligne.echeance or date.max))
        return lines[:LIGNES_MAX]


class BlocFinanceur:
    """Measures and renewals that wait for one's accord."""

    titre = "Accords attendus"
    ordre = 20
    liste = "mesures:decisions"
    roles = frozenset({str(Role.FINANCEUR)})

    def lignes(self, perimetre: Perimetre) -> list[LigneJournee]:
        lines = [
            LigneJournee(
                titre="Renouvellement à accorder",
                detail=f"{r.menage.nom_usage} · {r.mois} mois · {r.mesure.reference}",
                url=reverse("mesures:renouvellement_accorder", args=[r.pk]),
                libelle_acte="Accorder",
                echeance=r.fin_avant,
                ton=_ton(r.fin_avant, perimetre.jour),
            )
            for r in list_renouvellements_a_accorder(perimetre)[:LIGNES_MAX]
        ]
        lines += [
            LigneJournee(
                titre="Mesure à accorder",
                detail=f"{m.menage.nom_usage} · {m.reference}",
                url=reverse("mesures:accorder", args=[m.pk]),
                libelle_acte="Accorder",
            )
            for m in list_mesures_a_accorder(perimetre)[:LIGNES_MAX]
        ]
        lines += [
            LigneJournee(
                titre="Réorientation à décider",
                detail=f"{r.menage.nom_usage} · vers {r.convention.operateur} · "
                f"{r.mesure.reference}",
                url=reverse("mesures:reorientation", args=[r.pk]),
                libelle_acte="Examiner",
            )
            for r in list_reorientations_a_decider(perimetre)[:LIGNES_MAX]
        ]
        return lines[:LIGNES_MAX]
