"""Communes, groupings, dated zones and events, sectors: reference data, open to every member.

Rows of the official geographic code are written by `chargement.py` alone and never deleted: other
apps hold keys to them. What a new edition no longer lists is kept with `en_vigueur = False`.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from cariatide.socle.contraintes import fin_apres_debut
from cariatide.territoire.rules import format_bornes, format_date
from cariatide.territoire.statuts import NatureEpci, NatureEvenement, TypeCommune, Zonage


class Region(models.Model):
    code = models.CharField(primary_key=True, max_length=3)
    nom = models.CharField(max_length=100)
    chef_lieu = models.CharField(max_length=5)

    class Meta:
        verbose_name = "région"

    def __str__(self) -> str:
        return self.nom


class Departement(models.Model):
    code = models.CharField(primary_key=True, max_length=3)
    nom = models.CharField(max_length=100)
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    chef_lieu = models.CharField(max_length=5)

    class Meta:
        verbose_name = "département"

    def __str__(self) -> str:
        return self.nom


class Arrondissement(models.Model):
    code = models.CharField(primary_key=True, max_length=4)
    nom = models.CharField(max_length=100)
    departement = models.ForeignKey(Departement, on_delete=models.PROTECT)
    chef_lieu = models.CharField(max_length=5)

    def __str__(self) -> str:
        return self.nom


class Epci(models.Model):
    """Établissement public de coopération intercommunale à fiscalité propre; code = SIREN."""

    code = models.CharField(primary_key=True, max_length=9)
    nom = models.CharField(max_length=200)
    nature = models.CharField(max_length=5, choices=NatureEpci)
    en_vigueur = models.BooleanField(default=True)

    class Meta:
        verbose_name = "EPCI"

    def __str__(self) -> str:
        return self.nom


class Commune(models.Model):
    """One entry of the official geographic code, the key being (code, type).

    rattachement: the current commune that a delegated or associated commune, or a municipal
    arrondissement, is part of. population: None when the source gives none.
    """

    code = models.CharField("code INSEE", max_length=5)
    type = models.CharField(max_length=24, choices=TypeCommune)
    nom = models.CharField(max_length=100)
    nom_normalise = models.CharField(max_length=100)
    departement = models.ForeignKey(Departement, on_delete=models.PROTECT)
    arrondissement = models.ForeignKey(Arrondissement, null=True, on_delete=models.PROTECT)
    epci = models.ForeignKey(Epci, null=True, on_delete=models.PROTECT)
    population = models.PositiveIntegerField(null=True)
    siren = models.CharField(max_length=9, blank=True)
    rattachement = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="parties"
    )
    codes_postaux = ArrayField(models.CharField(max_length=5), default=list)
    millesime = models.PositiveSmallIntegerField("dernier millésime du COG")
    en_vigueur = models.BooleanField(default=True)

    class Meta:
        verbose_name = "commune"
        constraints = [
            models.UniqueConstraint(fields=["code", "type"], name="commune_code_type"),
            models.CheckConstraint(
                condition=Q(type=TypeCommune.ACTUELLE, rattachement__isnull=True)
                | (~Q(type=TypeCommune.ACTUELLE) & Q(rattachement__isnull=False)),
                name="commune_rattachement",
                violation_error_message="Seule une commune actuelle est sans rattachement.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["nom_normalise"], name="commune_nom_prefixe",
                opclasses=["text_pattern_ops"],
            ),
            models.Index(fields=["departement", "nom_normalise", "id"], name="commune_liste"),
            GinIndex(fields=["codes_postaux"], name="commune_codes_postaux"),
            # The two sorts of the page « Territoire ».
            models.Index(fields=["nom_normalise", "id"], name="commune_tri_nom"),
            models.Index(Coalesce("population", 0), "id", name="commune_tri_population"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.nom

    @property
    def libelle(self) -> str:
        """« Le Mans (72) »: the name alone does not say which commune."""
        return f"{self.nom} ({self.departement_id})"


class ZonageCommune(models.Model):
    """The zone of a commune, or of the former commune `code_source` it absorbed, from a date."""

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="zonages")
    zonage = models.CharField(max_length=3, choices=Zonage)
    zone = models.CharField(max_length=4)
    code_source = models.CharField(max_length=5)
    du = models.DateField()
    au = models.DateField(null=True)
    source = models.CharField(max_length=100)

    class Meta:
        verbose_name = "zone d’une commune"
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "zonage", "code_source", "du"], name="zonage_commune_cle"
            ),
            fin_apres_debut("zonage_commune_periode"),
        ]

    def __str__(self) -> str:
        return f"{self.get_zonage_display()} : {self.zone}"


class EvenementCommune(models.Model):
    """What became of a code or of a name: merger, change of code or name, re-creation.

    ancien_code → commune of today. date_effet None: the source gives no date (« date non
    fournie »); present_au and absent_au are then the two editions of the code that frame it.
    For a re-creation, ancien_code is the commune out of which this one came.
    """

    ancien_code = models.CharField(max_length=5)
    ancien_nom = models.CharField(max_length=100, blank=True)
    nom_normalise = models.CharField(max_length=100, blank=True)
    nature = models.CharField(max_length=20, choices=NatureEvenement)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="evenements")
    date_effet = models.DateField(null=True)
    present_au = models.DateField(null=True)
    absent_au = models.DateField(null=True)

    class Meta:
        verbose_name = "événement d’une commune"
        constraints = [
            models.CheckConstraint(
                condition=Q(date_effet__isnull=True) | Q(present_au__isnull=True),
                name="evenement_commune_date_ou_bornes",
                violation_error_message="Un événement daté n’a pas besoin de bornes.",
            )
        ]
        indexes = [
            models.Index(fields=["ancien_code"], name="evenement_commune_code"),
            models.Index(
                fields=["nom_normalise"], name="evenement_commune_nom",
                opclasses=["text_pattern_ops"],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.ancien_nom or self.ancien_code} : {self.get_nature_display()}"

    @property
    def quand(self) -> str:
        """« le 01/01/2016 », or « date non fournie » with the editions that frame it."""
        if self.date_effet:
            return f"le {format_date(self.date_effet)}"
        return format_bornes(self.present_au, self.absent_au)


class Secteur(models.Model):
    """A named set of communes in force between two dates: perimeter of an agreement, of a team.

    organisation_id: owner, a plain value since organisations stand above; None for a common one.
    """

    code = models.CharField(max_length=40)
    nom = models.CharField(max_length=150)
    organisation_id = models.BigIntegerField(null=True, blank=True)
    communes = models.ManyToManyField(Commune, related_name="secteurs")
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "secteur"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "code"],
                name="secteur_code",
                nulls_distinct=False,
                violation_error_message="Un secteur de cette organisation porte déjà ce code.",
            ),
            fin_apres_debut("secteur_periode"),
        ]
        indexes = [models.Index(fields=["organisation_id", "code"], name="secteur_organisation")]

    def __str__(self) -> str:
        return self.nom
