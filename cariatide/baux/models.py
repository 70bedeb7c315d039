"""Dated occupation of homes by households, under a title."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from cariatide.baux.statuts import MotifFin, NatureTitre
from cariatide.menages.acces import condition_rattache
from cariatide.menages.models import Menage
from cariatide.parc.models import Logement
from cariatide.partenaires.models import Convention, Organisation
from cariatide.socle.access import ModeleProtege
from cariatide.socle.contraintes import PeriodeOuverte, Point, fin_apres_debut
from cariatide.socle.perimetre import Niveau, Perimetre


def condition_occupation(perimetre: Perimetre, menage: str = "menage") -> Q:
    """Links of the household; the home of a protected household is as secret as its address.

    Who reads level C reads every home.
    """
    rattache, cle = condition_rattache, f"{menage}_id"
    connue = Q(**{f"{menage}__adresse_protegee": False}) & rattache(perimetre, champ=cle)
    return connue | rattache(perimetre, Niveau.CONFIDENTIEL, champ=cle)


class Occupation(ModeleProtege):
    """A household entered a home on a date, under a title: what rehousing indicators read.

    entree_le included, sortie_le excluded: the day of exit belongs to the next occupant.
    mesure_id, saisine_id: plain ids of what led there (those apps stand above).
    est_relogement: a new home found for the household, as opposed to a title recorded as it was.
    """

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="occupations")
    logement = models.ForeignKey(Logement, on_delete=models.PROTECT, related_name="occupations")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="enregistrée par"
    )
    convention = models.ForeignKey(Convention, null=True, blank=True, on_delete=models.PROTECT)
    nature = models.CharField("titre", max_length=24, choices=NatureTitre)
    est_relogement = models.BooleanField("relogement", default=True)
    date_signature = models.DateField("signé le")
    entree_le = models.DateField("entrée le")
    sortie_le = models.DateField("sortie le", null=True, blank=True)
    motif_fin = models.CharField("motif de la sortie", max_length=20, choices=MotifFin, blank=True)
    loyer = models.DecimalField("loyer", max_digits=8, decimal_places=2, null=True, blank=True)
    charges = models.DecimalField("charges", max_digits=8, decimal_places=2, null=True, blank=True)
    mesure_id = models.BigIntegerField(null=True, blank=True)
    saisine_id = models.BigIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            fin_apres_debut("occupation_periode", "entree_le", "sortie_le"),
            models.CheckConstraint(
                condition=Q(date_signature__lte=F("entree_le")),
                name="occupation_signee_avant_entree",
                violation_error_message="Le titre est signé au plus tard le jour de l’entrée.",
            ),
            models.CheckConstraint(
                condition=Q(sortie_le__isnull=True, motif_fin="")
                | (Q(sortie_le__isnull=False) & ~Q(motif_fin="")),
                name="occupation_sortie_motivee",
                violation_error_message="Une sortie porte une date et un motif.",
            ),
            models.CheckConstraint(
                condition=(Q(loyer__isnull=True) | Q(loyer__gte=0))
                & (Q(charges__isnull=True) | Q(charges__gte=0)),
                name="occupation_montants",
                violation_error_message="Loyer et charges ne peuvent pas être négatifs.",
            ),
            ExclusionConstraint(
                name="occupation_une_par_logement",
                expressions=[
                    (Point("logement_id"), RangeOperators.OVERLAPS),
                    (PeriodeOuverte("entree_le", "sortie_le"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Ce logement est déjà occupé à cette date.",
            ),
            ExclusionConstraint(
                name="occupation_une_par_menage",
                expressions=[
                    (Point("menage_id"), RangeOperators.OVERLAPS),
                    (PeriodeOuverte("entree_le", "sortie_le"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Ce ménage occupe déjà un logement à cette date.",
            ),
        ]
        indexes = [
            models.Index(fields=["entree_le", "id"]),
            models.Index(fields=["convention", "entree_le"]),
            models.Index(fields=["saisine_id"]),
            models.Index(fields=["mesure_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.menage_id} → {self.logement_id} ({self.entree_le})"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_occupation(perimetre)
