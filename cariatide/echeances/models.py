"""What falls due, with its owner and the text it comes from."""

from datetime import date

from django.db import models
from django.db.models import Q

from cariatide.comptes.models import Utilisateur
from cariatide.partenaires.models import Organisation
from cariatide.socle.access import ModeleProtege, any_of
from cariatide.socle.perimetre import Niveau, Perimetre


class Echeance(ModeleProtege):
    """One delay of one object: due, done or cancelled. Factual: no content of levels S or C.

    menage_id is a plain id (households stand above); `code` and the object make it unique.
    """

    class Statut(models.TextChoices):
        OUVERTE = "ouverte", "À faire"
        FAITE = "faite", "Faite"
        ANNULEE = "annulee", "Sans objet"

    code = models.CharField(max_length=60)
    libelle = models.CharField(max_length=200)
    objet_type = models.CharField(max_length=60)
    objet_id = models.BigIntegerField()
    menage_id = models.BigIntegerField(null=True)
    menage_libelle = models.CharField(max_length=200, blank=True)
    due_le = models.DateField()
    alerte_jours = models.PositiveSmallIntegerField(default=30)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    utilisateur = models.ForeignKey(Utilisateur, null=True, blank=True, on_delete=models.PROTECT)
    url = models.CharField(max_length=200)
    source = models.CharField("texte", max_length=200, blank=True)
    regle = models.CharField(max_length=60, blank=True)
    statut = models.CharField(max_length=8, choices=Statut, default=Statut.OUVERTE)
    close_le = models.DateField(null=True, blank=True)
    # A motivated override keeps the computed date and says why.
    due_calculee_le = models.DateField()
    motif_report = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "objet_type", "objet_id"], name="echeance_une_par_objet"
            ),
            models.CheckConstraint(
                condition=Q(statut="ouverte", close_le__isnull=True)
                | (~Q(statut="ouverte") & Q(close_le__isnull=False)),
                name="echeance_close_datee",
                violation_error_message="Une échéance faite ou sans objet porte une date.",
            ),
            models.CheckConstraint(
                condition=Q(due_le=models.F("due_calculee_le")) | ~Q(motif_report=""),
                name="echeance_report_motive",
                violation_error_message="Le report d’une échéance demande un motif.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "due_le", "id"],
                condition=Q(statut="ouverte"),
                name="echeance_ouverte",
            ),
            models.Index(fields=["objet_type", "objet_id"]),
            # The sort of the page.
            models.Index(
                fields=["due_le", "id"], condition=Q(statut="ouverte"), name="echeance_tri_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.libelle} ({self.due_le})"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        """One's own, those of one's organisations without owner, a head of service's whole team.

        A role that reads no household reads the delays of its organisation that concern none.
        """
        conditions = [Q(utilisateur_id=perimetre.utilisateur_id)] if perimetre.mandats else []
        for mandat in perimetre.mandats:
            mine = Q(organisation_id=mandat.organisation_id)
            if mandat.niveau_max < Niveau.FACTUEL:
                conditions.append(mine & Q(utilisateur_id__isnull=True, menage_id__isnull=True))
                continue
            conditions.append(mine if mandat.equipe else mine & Q(utilisateur_id__isnull=True))
        return any_of(conditions)

    def days_left(self, jour: date) -> int:
        """Negative when it is late."""
        return (self.due_le - jour).days
