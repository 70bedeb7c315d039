"""Instances, their seats and their quorum, dated."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from cariatide.commission.statuts import (
    ModeQuorum,
    TypeInstance,
)
from cariatide.partenaires.models import Convention, Organisation
from cariatide.partenaires.statuts import Role
from cariatide.socle.access import any_of
from cariatide.socle.contraintes import PeriodeDeDates, Point, fin_apres_debut
from cariatide.socle.perimetre import Perimetre


class Instance(models.Model):
    """A body that examines cases and decides, in force between two dates."""

    type = models.CharField(max_length=24, choices=TypeInstance)
    nom = models.CharField("nom", max_length=160)
    secretariat = models.ForeignKey(
        Organisation,
        verbose_name="secrétariat",
        on_delete=models.PROTECT,
        related_name="instances_tenues",
    )
    convention = models.ForeignKey(
        Convention, null=True, blank=True, on_delete=models.PROTECT, related_name="instances"
    )
    presidence = models.CharField("présidence", max_length=160, blank=True)
    lieu = models.CharField("lieu habituel", max_length=200, blank=True)
    # Printed on notifications exactly as the instance wrote it; never a default text.
    voies_recours = models.TextField("voies et délais de recours", blank=True)
    du = models.DateField("en vigueur depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            fin_apres_debut("instance_periode"),
            models.UniqueConstraint(
                fields=["secretariat", "nom"],
                name="instance_nom_unique",
                violation_error_message="Une instance de ce secrétariat porte déjà ce nom.",
            ),
        ]
        indexes = [models.Index(fields=["nom", "id"])]

    def __str__(self) -> str:
        return self.nom

    @staticmethod
    def condition_tenue(perimetre: Perimetre, prefix: str = "") -> Q:
        """Instances that this person keeps; `prefix` ends with __ for a related model."""
        return any_of(
            Q(**{f"{prefix}secretariat_id": m.organisation_id})
            & (Q(**{f"{prefix}convention_id": m.convention_id}) if m.convention_id else Q())
            for m in perimetre.mandats
            if m.role == Role.SECRETARIAT
        )


class RegleQuorum(models.Model):
    """How many voting members an instance needs to decide, between two dates.

    seconde_convocation: when it failed for want of quorum, the same agenda called a second time is
    decided by those present.
    """

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="quorums")
    mode = models.CharField(max_length=10, choices=ModeQuorum)
    nombre = models.PositiveSmallIntegerField("nombre de membres", null=True, blank=True)
    numerateur = models.PositiveSmallIntegerField("numérateur", null=True, blank=True)
    denominateur = models.PositiveSmallIntegerField("dénominateur", null=True, blank=True)
    pouvoirs_comptent = models.BooleanField("les pouvoirs comptent", default=True)
    seconde_convocation = models.BooleanField("seconde convocation sans quorum", default=False)
    source = models.CharField("texte", max_length=200, blank=True)
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        constraints = [
            fin_apres_debut("quorum_periode"),
            models.CheckConstraint(
                condition=Q(
                    mode=ModeQuorum.AUCUN,
                    nombre__isnull=True,
                    numerateur__isnull=True,
                    denominateur__isnull=True,
                )
                | Q(
                    mode=ModeQuorum.NOMBRE,
                    nombre__gte=1,
                    numerateur__isnull=True,
                    denominateur__isnull=True,
                )
                | Q(
                    mode=ModeQuorum.FRACTION,
                    nombre__isnull=True,
                    numerateur__gte=1,
                    denominateur__gte=F("numerateur"),
                ),
                name="quorum_mode_valeurs",
                violation_error_message="Le quorum est un nombre, ou une fraction inférieure à 1.",
            ),
            ExclusionConstraint(
                name="quorum_un_a_la_fois",
                expressions=[
                    (Point("instance_id"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates("du", "au"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="L’instance a déjà une règle de quorum à cette date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instance_id} {self.mode} {self.du}"


class MembreInstance(models.Model):
    """An organisation sits in an instance between two dates, with or without a vote."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="membres")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    titulaire = models.CharField("titulaire", max_length=160, blank=True)
    suppleant = models.CharField("suppléant", max_length=160, blank=True)
    voix = models.BooleanField("voix délibérative", default=True)
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        constraints = [
            fin_apres_debut("membre_instance_periode"),
            ExclusionConstraint(
                name="membre_instance_un_siege",
                expressions=[
                    (Point("instance_id"), RangeOperators.OVERLAPS),
                    (Point("organisation_id"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates("du", "au"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette organisation siège déjà sur cette période.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} ∈ {self.instance_id}"
