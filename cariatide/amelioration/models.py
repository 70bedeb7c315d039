"""Works on homes, and who pays for them."""

from django.db import models
from django.db.models import F, Q

from cariatide.amelioration.statuts import (
    ACHEVEES,
    COMMENCEES,
    FINANCEES,
    ROLES_ORGANISATION,
    Finalite,
    MaitreOuvrage,
    NatureFinancement,
    StatutOperation,
)
from cariatide.baux.models import Occupation, condition_occupation
from cariatide.menages.models import Menage
from cariatide.parc.models import Logement
from cariatide.partenaires.models import Convention, Organisation
from cariatide.socle.access import ModeleProtege, any_of
from cariatide.socle.contraintes import date_si_statut
from cariatide.socle.perimetre import Perimetre
from cariatide.territoire.models import Secteur

S = StatutOperation


def condition_operation(perimetre: Perimetre, operation: str = "") -> Q:
    """Works of a household follow its links; the others are read by operator and commanditaire.

    `operation`: path to the works, ended by __.
    """
    of_organisations = []
    for mandat in perimetre.mandats:
        if mandat.role not in ROLES_ORGANISATION:
            continue
        condition = Q(**{f"{operation}organisation_id": mandat.organisation_id}) | Q(
            **{f"{operation}convention__commanditaire_id": mandat.organisation_id}
        )
        if mandat.convention_id:
            condition &= Q(**{f"{operation}convention_id": mandat.convention_id})
        if mandat.secteur_id:
            rows = Secteur.communes.through.objects.filter(secteur_id=mandat.secteur_id)
            communes = rows.values("commune_id")
            condition &= Q(**{f"{operation}logement__commune_id__in": communes})
        of_organisations.append(condition)
    without = Q(**{f"{operation}menage__isnull": True})
    return (without & any_of(of_organisations)) | condition_occupation(
        perimetre, f"{operation}menage"
    )


def _financee() -> Q:
    """Financed in these states; works given up may have been financed or not."""
    return (
        Q(statut__in=sorted(FINANCEES), financee_le__isnull=False, cout__isnull=False)
        | Q(statut=S.ETUDIEE, financee_le__isnull=True)
        | Q(statut=S.ABANDONNEE)
    )


def _commencee() -> Q:
    return (
        Q(statut__in=sorted(COMMENCEES), debut_travaux_le__isnull=False)
        | Q(statut__in=(S.ETUDIEE, S.FINANCEE), debut_travaux_le__isnull=True)
        | Q(statut=S.ABANDONNEE)
    )


def _apres(champ: str, avant: str) -> Q:
    return (
        Q(**{f"{champ}__isnull": True})
        | Q(**{f"{avant}__isnull": True})
        | Q(**{f"{champ}__gte": F(avant)})
    )


class OperationTravaux(ModeleProtege):
    """Works on one home under an agreement: studied, financed, done, let.

    menage: the household that stays in its home thanks to the works (finalite « maintien » alone);
    a produced home meets its household by a baux.Occupation, named here once it is let.
    """

    reference = models.CharField(max_length=20, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="opérateur"
    )
    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="travaux")
    logement = models.ForeignKey(Logement, on_delete=models.PROTECT, related_name="travaux")
    menage = models.ForeignKey(
        Menage, null=True, blank=True, on_delete=models.PROTECT, related_name="travaux"
    )
    finalite = models.CharField("finalité", max_length=12, choices=Finalite)
    maitre_ouvrage = models.CharField("maître d’ouvrage", max_length=24, choices=MaitreOuvrage)
    objet = models.CharField("travaux", max_length=200)
    logement_adapte = models.BooleanField("logement adapté", default=False)
    statut = models.CharField(max_length=12, choices=S, default=S.ETUDIEE)
    cout = models.DecimalField(
        "coût des travaux (TTC)", max_digits=10, decimal_places=2, null=True, blank=True
    )
    etudiee_le = models.DateField("étude ouverte le")
    financee_le = models.DateField("financée le", null=True, blank=True)
    debut_travaux_le = models.DateField("travaux commencés le", null=True, blank=True)
    fin_prevue = models.DateField("fin des travaux prévue le", null=True, blank=True)
    achevee_le = models.DateField("achevée le", null=True, blank=True)
    reserves = models.CharField("réserves", max_length=500, blank=True)
    louee_le = models.DateField("louée le", null=True, blank=True)
    occupation = models.ForeignKey(
        Occupation, null=True, blank=True, on_delete=models.PROTECT, related_name="travaux"
    )
    abandonnee_le = models.DateField("abandonnée le", null=True, blank=True)
    motif_abandon = models.CharField("motif de l’abandon", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(menage__isnull=True) | Q(finalite=Finalite.MAINTIEN),
                name="operation_menage_maintenu",
                violation_error_message="Seuls des travaux de maintien portent un ménage.",
            ),
            models.CheckConstraint(
                condition=_financee(),
                name="operation_financee_datee",
                violation_error_message="Une opération financée porte sa date et son coût.",
            ),
            models.CheckConstraint(
                condition=_commencee(),
                name="operation_commencee_datee",
                violation_error_message="Des travaux commencés portent leur date.",
            ),
            date_si_statut(
                "operation_achevee_datee",
                "achevee_le",
                ACHEVEES,
                "Une opération achevée porte la date de la réception.",
            ),
            models.CheckConstraint(
                condition=Q(
                    statut=S.LOUEE,
                    finalite=Finalite.PRODUCTION,
                    louee_le__isnull=False,
                    occupation__isnull=False,
                )
                | (~Q(statut=S.LOUEE) & Q(louee_le__isnull=True, occupation__isnull=True)),
                name="operation_louee_datee",
                violation_error_message="Une opération louée porte l’entrée d’un ménage.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(statut=S.ABANDONNEE, abandonnee_le__isnull=False) & ~Q(motif_abandon="")
                )
                | (~Q(statut=S.ABANDONNEE) & Q(abandonnee_le__isnull=True, motif_abandon="")),
                name="operation_abandon_motive",
                violation_error_message="Un abandon porte sa date et son motif.",
            ),
            models.CheckConstraint(
                condition=_apres("financee_le", "etudiee_le")
                & _apres("debut_travaux_le", "financee_le")
                & _apres("achevee_le", "debut_travaux_le")
                & _apres("louee_le", "achevee_le")
                & _apres("abandonnee_le", "etudiee_le"),
                name="operation_dates_dans_l_ordre",
                violation_error_message="Étude, financement, travaux et location se suivent.",
            ),
            models.CheckConstraint(
                condition=Q(cout__isnull=True) | Q(cout__gt=0),
                name="operation_cout_positif",
                violation_error_message="Le coût des travaux est supérieur à zéro.",
            ),
        ]
        indexes = [
            models.Index(fields=["etudiee_le", "id"]),
            models.Index(fields=["reference", "id"]),
            models.Index(fields=["statut", "etudiee_le", "id"]),
            models.Index(fields=["convention", "achevee_le"]),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.objet}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_operation(perimetre)


class FinancementTravaux(ModeleProtege):
    """One line of the financing plan: asked to whom, how much, granted how much and when."""

    operation = models.ForeignKey(
        OperationTravaux, on_delete=models.CASCADE, related_name="financements"
    )
    nature = models.CharField("nature", max_length=12, choices=NatureFinancement)
    financeur = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    libelle = models.CharField("intitulé", max_length=120, blank=True)
    sollicite = models.DecimalField("montant sollicité", max_digits=10, decimal_places=2)
    accorde = models.DecimalField(
        "montant accordé", max_digits=10, decimal_places=2, null=True, blank=True
    )
    reponse_le = models.DateField("réponse du", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(financeur__isnull=False) | ~Q(libelle=""),
                name="financement_travaux_nomme",
                violation_error_message="Un financement nomme son financeur.",
            ),
            models.CheckConstraint(
                condition=Q(sollicite__gt=0) & (Q(accorde__isnull=True) | Q(accorde__gte=0)),
                name="financement_travaux_montants",
                violation_error_message="Un montant ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=Q(accorde__isnull=True, reponse_le__isnull=True)
                | Q(accorde__isnull=False, reponse_le__isnull=False),
                name="financement_travaux_reponse",
                violation_error_message="Un montant accordé porte la date de la réponse.",
            ),
        ]
        indexes = [models.Index(fields=["operation", "id"])]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.nature} {self.sollicite}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_operation(perimetre, "operation__")
