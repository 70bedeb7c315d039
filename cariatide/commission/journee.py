"""What waits for me among the sessions: blocks of « Ma journée »."""

from django.urls import reverse

from cariatide.commission.models import Decision, Seance
from cariatide.commission.queries import (
    find_mandat_secretariat,
    list_a_inscrire,
    list_instances_tenues,
    list_prochaines,
)
from cariatide.commission.rules import is_lisible
from cariatide.commission.statuts import StatutSeance
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date
from cariatide.socle.pages.journee import LIGNES_MAX, LigneJournee
from cariatide.socle.perimetre import Perimetre


class BlocSecretariat:
    """Sessions to hold, cases without an agenda, decisions not notified yet."""

    titre = "Commissions"
    ordre = 15
    liste = "commission:seances"
    roles = frozenset({str(Role.SECRETARIAT)})

    def lignes(self, perimetre: Perimetre) -> list[LigneJournee]:
        seances = [
            s for s in list_prochaines(perimetre) if find_mandat_secretariat(perimetre, s.instance)
        ]
        lignes = [_seance(s, perimetre) for s in seances[:5]]
        lignes += _a_notifier(perimetre)
        lignes += _a_inscrire(perimetre, seances)
        return lignes[:LIGNES_MAX]


def _seance(seance: Seance, perimetre: Perimetre) -> LigneJournee:
    ouverte = seance.statut == StatutSeance.OUVERTE
    passee = seance.le < perimetre.jour
    return LigneJournee(
        titre=f"{seance.instance.nom}, {format_date(seance.le)}",
        detail=f"{'Séance ouverte' if ouverte else seance.get_statut_display()}, {seance.lieu}",
        url=reverse("commission:en_seance" if ouverte else "commission:seance", args=[seance.pk]),
        libelle_acte="Tenir la séance" if ouverte else "Préparer",
        echeance=seance.le,
        ton="late" if passee else "",
    )


def _a_notifier(perimetre: Perimetre) -> list[LigneJournee]:
    rows = (
        Decision.objects.visible_to(perimetre)
        .filter(notifiee_le__isnull=True, passage__seance__statut=StatutSeance.CLOSE)
        .values_list(
            "passage__seance_id", "passage__seance__le", "passage__seance__instance__nom",
            "passage__seance__instance__secretariat_id",
        )
        .order_by("passage__seance__le", "pk")
    )  # fmt: skip
    mine = {m.organisation_id for m in perimetre.mandats if m.role == Role.SECRETARIAT}
    counts: dict[tuple[int, object, str], int] = {}
    for seance_id, le, nom, secretariat_id in rows:
        if secretariat_id in mine:
            counts[(seance_id, le, nom)] = counts.get((seance_id, le, nom), 0) + 1
    return [
        LigneJournee(
            titre=f"{nombre} décision{'s' if nombre > 1 else ''} à notifier",
            detail=f"{nom}, séance du {le:%d/%m/%Y}",
            url=reverse("commission:seance", args=[seance_id]),
            libelle_acte="Notifier",
            ton="soon",
        )
        for (seance_id, le, nom), nombre in counts.items()
    ]


def _a_inscrire(perimetre: Perimetre, seances: list[Seance]) -> list[LigneJournee]:
    lignes = []
    for instance in list_instances_tenues(perimetre):
        waiting = list_a_inscrire(perimetre, instance.pk)
        if not waiting:
            continue
        prochaine = next(
            (
                s
                for s in seances
                if s.instance_id == instance.pk and s.statut != StatutSeance.OUVERTE
            ),
            None,
        )
        urgents = sum(1 for x in waiting if x.dossier.urgent or x.dossier.provisoire)
        detail = instance.nom
        if urgents:
            detail += f", dont {urgents} urgent{'s' if urgents > 1 else ''}"
        planifier = f"{reverse('commission:nouvelle_seance')}?instance={instance.pk}"
        url = reverse("commission:seance", args=[prochaine.pk]) if prochaine else planifier
        nombre = len(waiting)
        lignes.append(
            LigneJournee(
                titre=f"{nombre} dossier{'s' if nombre > 1 else ''} à inscrire à une séance",
                detail=detail,
                url=url,
                libelle_acte="Inscrire" if prochaine else "Planifier une séance",
                ton="late" if urgents else "",
            )
        )
    return lignes


class BlocMembre:
    """Sessions where my organisation sits, to read before going."""

    titre = "Mes séances"
    ordre = 15
    liste = "commission:seances"
    roles = frozenset({str(Role.MEMBRE_COMMISSION)})

    def lignes(self, perimetre: Perimetre) -> list[LigneJournee]:
        lignes = []
        for seance in list_prochaines(perimetre):
            ouverte = seance.statut == StatutSeance.OUVERTE
            lisible = is_lisible(seance.lecture_du, seance.lecture_au, perimetre.jour)
            url = reverse("commission:seances")
            if lisible:
                nom = "commission:en_seance" if ouverte else "commission:seance"
                url = reverse(nom, args=[seance.pk])
            acte = "Suivre la séance" if ouverte else "Lire les dossiers"
            lignes.append(
                LigneJournee(
                    titre=f"{seance.instance.nom}, {format_date(seance.le)}",
                    detail=(
                        f"{seance.heure:%H h %M}, {seance.lieu}"
                        if lisible
                        else f"Dossiers lisibles à partir du {format_date(seance.lecture_du)}"
                    ),
                    url=url,
                    libelle_acte=acte if lisible else "Voir le calendrier",
                    echeance=seance.le,
                )
            )
        return lignes
