"""Snapshots of a household's income, expenses and debts (domain model, section 2). Level S."""

from django.db import models
from django.db.models import Q

from cariatide.comptes.models import Utilisateur
from cariatide.menages.acces import condition_rattache
from cariatide.menages.models.menage import Menage
from cariatide.menages.statuts import CalculBudget, SensBudget, Surendettement
from cariatide.partenaires.models import Organisation
from cariatide.socle.access import ModeleProtege
from cariatide.socle.contraintes import fin_apres_debut
from cariatide.socle.perimetre import Niveau, Perimetre


class NatureBudget(models.Model):
    """What a line of a budget is: one code for ever, a label, the dates between which it is used.

    calcul: the part it plays in the taux d'effort. a_preciser: its lines say what they are.
    """

    code = models.CharField(max_length=32, unique=True)
    sens = models.CharField(max_length=12, choices=SensBudget)
    libelle = models.CharField("libellé", max_length=120)
    calcul = models.CharField(max_length=20, choices=CalculBudget, blank=True)
    a_preciser = models.BooleanField(default=False)
    ordre = models.PositiveSmallIntegerField(default=100)
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)
    source = models.CharField("source", max_length=200)

    class Meta:
        constraints = [fin_apres_debut("nature_budget_periode")]

    def __str__(self) -> str:
        return self.libelle


class SituationFinanciere(ModeleProtege):
    """What was declared on one day. Another day is another row: nothing is written over.

    The table refuses a change of what was declared; a merge of two files moves the row alone.
    """

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="situations")
    le = models.DateField("relevée le")
    surendettement = models.CharField(
        "surendettement", max_length=12, choices=Surendettement, default=Surendettement.NEANT
    )
    remarque = models.TextField("remarque", blank=True)
    auteur = models.ForeignKey(Utilisateur, null=True, on_delete=models.PROTECT, related_name="+")
    auteur_nom = models.CharField(max_length=200)
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    enregistree_le = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["menage", "le", "id"], name="situation_par_menage")]

    def __str__(self) -> str:
        return f"situation {self.menage_id} au {self.le}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, Niveau.SOCIAL)


class LigneSituation(ModeleProtege):
    """One sum of a snapshot: by month for incomes and expenses, what is owed for a debt."""

    situation = models.ForeignKey(
        SituationFinanciere, on_delete=models.PROTECT, related_name="lignes"
    )
    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    nature = models.ForeignKey(NatureBudget, on_delete=models.PROTECT)
    precision = models.CharField("précision", max_length=120, blank=True)
    montant = models.DecimalField("montant", max_digits=10, decimal_places=2)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(montant__gte=0),
                name="ligne_situation_montant",
                violation_error_message="Un montant ne peut pas être négatif.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.nature_id} {self.montant}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, Niveau.SOCIAL)
