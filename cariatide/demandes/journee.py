"""What waits for me among the saisines: blocks of « Ma journée »."""

from datetime import date

from django.db.models import Q
from django.urls import reverse

from cariatide.demandes.models import Saisine
from cariatide.demandes.queries import list_a_traiter, list_brouillons
from cariatide.demandes.statuts import ROLES_REDACTEURS, StatutSaisine
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date
from cariatide.socle.pages.journee import LIGNES_MAX, LigneJournee
from cariatide.socle.perimetre import Perimetre


class BlocPrescripteur:
    """Pieces that the secretariat asks me for, and my unfinished drafts."""

    titre = "Mes saisines"
    ordre = 20
    liste = "demandes:liste"
    roles = frozenset(str(r) for r in ROLES_REDACTEURS - {Role.SECRETARIAT})

    def lignes(self, perimetre: Perimetre) -> list[LigneJournee]:
        asked = (
            Saisine.objects.visible_to(perimetre)
            .filter(
                Q(prescripteur_id=perimetre.utilisateur_id)
                | Q(
                    prescripteur__isnull=True,
                    origine_organisation_id__in=perimetre.organisation_ids,
                ),
                pieces__attendue_le__isnull=False,
                pieces__recue_le__isnull=True,
                statut__in=[StatutSaisine.DEPOSEE, StatutSaisine.AJOURNEE],
            )
            .order_by("pieces__attendue_le", "id")
            .values_list("pk", "reference", "menage__nom_usage", "pieces__attendue_le")
            .distinct()[:LIGNES_MAX]
        )
        lignes = [
            LigneJournee(
                titre=f"Pièces à transmettre, {nom}",
                detail=f"Saisine {reference}",
                url=reverse("demandes:detail", args=[pk]),
                libelle_acte="Transmettre",
                echeance=attendue_le,
                ton="bad" if attendue_le < perimetre.jour else "",
            )
            for pk, reference, nom, attendue_le in asked
        ]
        drafts = list_brouillons(perimetre).filter(prescripteur_id=perimetre.utilisateur_id)
        lignes += [
            LigneJournee(
                titre=f"Brouillon de saisine, {draft_label(draft)}",
                detail=f"Enregistré le {format_date(_day(draft))}",
                url=reverse("demandes:brouillon", args=[draft.pk]),
                libelle_acte="Reprendre",
            )
            for draft in drafts[: LIGNES_MAX - len(lignes)]
        ]
        return lignes


class BlocSecretariat:
    """Saisines to check, urgent ones first."""

    titre = "Saisines à vérifier"
    ordre = 10
    liste = "demandes:liste?statut=deposee"
    roles = frozenset({str(Role.SECRETARIAT)})

    def lignes(self, perimetre: Perimetre) -> list[LigneJournee]:
        return [
            LigneJournee(
                titre=f"{'Urgent : ' if ligne.urgence else ''}{ligne.menage}",
                detail=(
                    f"Saisine {ligne.reference}, {ligne.origine_sigle or ligne.origine}, "
                    f"{_pieces(ligne.manquantes)}"
                ),
                url=reverse("demandes:detail", args=[ligne.pk]),
                libelle_acte="Vérifier",
                ton="bad" if ligne.urgence else "",
            )
            for ligne in list_a_traiter(perimetre, LIGNES_MAX)
        ]


def _pieces(manquantes: int) -> str:
    if not manquantes:
        return "pièces complètes"
    return "une pièce manquante" if manquantes == 1 else f"{manquantes} pièces manquantes"


def _day(draft: Saisine) -> date:
    return draft.modifiee_le.date()


def draft_label(draft: Saisine) -> str:
    """The name typed so far, or that nothing is."""
    saisie = draft.saisie if isinstance(draft.saisie, dict) else {}
    noms = [p.get("nom", "") for p in saisie.get("personnes", []) if isinstance(p, dict)]
    return str(saisie.get("menage_nom") or next((n for n in noms if n), "") or "ménage à préciser")
