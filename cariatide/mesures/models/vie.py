"""Renewals, suspensions and follow-up of a measure: level F."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from cariatide.comptes.models import Utilisateur
from cariatide.menages.acces import condition_rattache
from cariatide.menages.models import Menage
from cariatide.mesures.models.ecrits import Bilan
from cariatide.mesures.models.mesure import Mesure
from cariatide.mesures.statuts import (
    Maintien,
    MotifSuspension,
    QualiteContact,
    StatutRenouvellement,
)
from cariatide.socle.access import ModeleProtege
from cariatide.socle.contraintes import PeriodeOuverte, Point, fin_apres_debut
from cariatide.socle.perimetre import Perimetre


class Renouvellement(ModeleProtege):
    """A renewal: proposed by the social worker, validated by the head of service, granted."""

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    mesure = models.ForeignKey(Mesure, on_delete=models.PROTECT, related_name="renouvellements")
    bilan = models.ForeignKey(Bilan, on_delete=models.PROTECT, related_name="+")
    statut = models.CharField(
        max_length=8, choices=StatutRenouvellement, default=StatutRenouvellement.PROPOSE
    )
    mois = models.PositiveSmallIntegerField("durée")
    motif = models.CharField("motif", max_length=300)
    derogation = models.CharField("motif de la dérogation", max_length=300, blank=True)
    propose_le = models.DateField("proposé le")
    propose_par = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    valide_le = models.DateField("validé le", null=True, blank=True)
    valide_par = models.CharField(max_length=200, blank=True)
    decide_le = models.DateField("décidé le", null=True, blank=True)
    accord_reference = models.CharField("notification", max_length=120, blank=True)
    motif_refus = models.CharField("motif du refus", max_length=300, blank=True)
    fin_avant = models.DateField("terme avant")
    fin_apres = models.DateField("terme après")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mois__gte=1) & Q(fin_apres__gt=F("fin_avant")),
                name="renouvellement_allonge",
                violation_error_message="Un renouvellement reporte le terme de la mesure.",
            ),
            models.CheckConstraint(
                condition=Q(statut__in=["accorde", "refuse"], decide_le__isnull=False)
                | Q(statut__in=["propose", "valide"], decide_le__isnull=True),
                name="renouvellement_decision_datee",
                violation_error_message="Une décision de renouvellement porte sa date.",
            ),
            models.CheckConstraint(
                condition=~Q(statut="refuse") | ~Q(motif_refus=""),
                name="renouvellement_refus_motive",
                violation_error_message="Un refus de renouvellement dit pourquoi.",
            ),
            models.UniqueConstraint(
                fields=["mesure"],
                condition=Q(statut__in=["propose", "valide"]),
                name="renouvellement_un_a_la_fois",
                violation_error_message="Un renouvellement est déjà proposé pour cette mesure.",
            ),
        ]
        indexes = [models.Index(fields=["statut"])]

    def __str__(self) -> str:
        return f"renouvellement {self.pk}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre)


class Suspension(ModeleProtege):
    """The measure stops for a while. au: first day it goes on again; au_prevu: announced."""

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    mesure = models.ForeignKey(Mesure, on_delete=models.PROTECT, related_name="suspensions")
    motif = models.CharField(max_length=20, choices=MotifSuspension)
    precision = models.CharField("précision", max_length=300, blank=True)
    du = models.DateField("à partir du")
    au_prevu = models.DateField("reprise prévue le")
    au = models.DateField("reprise le", null=True, blank=True)

    class Meta:
        constraints = [
            fin_apres_debut("suspension_periode"),
            models.CheckConstraint(
                condition=Q(au_prevu__gt=F("du")),
                name="suspension_reprise_prevue",
                violation_error_message="La reprise prévue suit le début de la suspension.",
            ),
            models.CheckConstraint(
                condition=~Q(motif=MotifSuspension.AUTRE) | ~Q(precision=""),
                name="suspension_motif_precise",
                violation_error_message="Précisez le motif de la suspension.",
            ),
            ExclusionConstraint(
                name="suspension_sans_chevauchement",
                expressions=[
                    (Point("mesure_id"), RangeOperators.OVERLAPS),
                    (PeriodeOuverte("du", "au"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="La mesure est déjà suspendue à cette date.",
            ),
        ]

    def __str__(self) -> str:
        return f"suspension {self.du}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre)


class SuiviPosterieur(ModeleProtege):
    """What became of the household some months after the end. mois: 6 or 12 (a dated value)."""

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    mesure = models.ForeignKey(Mesure, on_delete=models.PROTECT, related_name="suivis")
    mois = models.PositiveSmallIntegerField()
    le = models.DateField("le")
    contact = models.CharField("contact", max_length=20, choices=QualiteContact)
    maintien = models.CharField("maintien", max_length=8, choices=Maintien)
    precision = models.CharField("précision", max_length=300, blank=True)
    auteur = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mesure", "mois"],
                name="suivi_un_par_echeance",
                violation_error_message="Cette évaluation est déjà faite.",
            )
        ]
        indexes = [models.Index(fields=["le"])]

    def __str__(self) -> str:
        return f"{self.mois} mois : {self.maintien}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre)
