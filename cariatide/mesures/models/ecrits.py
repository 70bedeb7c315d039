"""Diagnosis and review: state and dates at level F, content at S, health at C."""

from django.db import models
from django.db.models import F, Q

from cariatide.comptes.models import Utilisateur
from cariatide.menages.acces import condition_rattache
from cariatide.menages.models import Menage
from cariatide.mesures.models.mesure import Mesure, Objectif
from cariatide.mesures.statuts import (
    DIAGNOSTIC_ECRIT,
    StatutBilan,
    StatutDiagnostic,
    SuiteProposee,
    TypeBilan,
)
from cariatide.partenaires.models import Organisation
from cariatide.socle.access import ModeleProtege
from cariatide.socle.chiffrement import TexteChiffre
from cariatide.socle.perimetre import Niveau, Perimetre

_TRANSMIS = {StatutDiagnostic.TRANSMIS, StatutDiagnostic.SUITES_DONNEES}
_VALIDES = sorted(_TRANSMIS | {StatutDiagnostic.VALIDE})


class DiagnosticSocial(ModeleProtege):
    """A diagnosis, from the request to what was done of it (domain model, section 4.3)."""

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    mesure = models.ForeignKey(Mesure, on_delete=models.PROTECT, related_name="diagnostics")
    commanditaire = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    motif = models.CharField("motif", max_length=200)
    statut = models.CharField(
        max_length=16, choices=StatutDiagnostic, default=StatutDiagnostic.DEMANDE
    )
    demande_le = models.DateField("demandé le")
    rdv_le = models.DateField("rendez-vous proposé pour le", null=True, blank=True)
    tentatives = models.PositiveSmallIntegerField("tentatives sans réponse", default=0)
    visite_le = models.DateField("visite effectuée le", null=True, blank=True)
    redige_le = models.DateField("rédigé le", null=True, blank=True)
    valide_le = models.DateField("validé le", null=True, blank=True)
    valide_par = models.CharField(max_length=200, blank=True)
    transmis_le = models.DateField("transmis le", null=True, blank=True)
    destinataires = models.CharField("destinataires", max_length=300, blank=True)
    suites = models.CharField("suites données", max_length=300, blank=True)
    auteur = models.ForeignKey(
        Utilisateur, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(statut__in=sorted(DIAGNOSTIC_ECRIT), redige_le__isnull=False)
                | (~Q(statut__in=sorted(DIAGNOSTIC_ECRIT)) & Q(redige_le__isnull=True)),
                name="diagnostic_redige_date",
                violation_error_message="Un diagnostic rédigé porte sa date.",
            ),
            models.CheckConstraint(
                condition=(Q(statut__in=_VALIDES, valide_le__isnull=False) & ~Q(valide_par=""))
                | (~Q(statut__in=_VALIDES) & Q(valide_le__isnull=True)),
                name="diagnostic_valide_date",
                violation_error_message="Un diagnostic validé dit par qui et quand.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(statut__in=sorted(_TRANSMIS), transmis_le__isnull=False)
                    & ~Q(destinataires="")
                )
                | (~Q(statut__in=sorted(_TRANSMIS)) & Q(transmis_le__isnull=True)),
                name="diagnostic_transmis_date",
                violation_error_message="Un diagnostic transmis dit à qui et quand.",
            ),
        ]
        indexes = [models.Index(fields=["mesure", "id"]), models.Index(fields=["statut"])]

    def __str__(self) -> str:
        return f"diagnostic {self.pk}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre)


class DiagnosticSocialContenu(ModeleProtege):
    """Level S: the sections of the diagnosis."""

    diagnostic = models.OneToOneField(
        DiagnosticSocial, on_delete=models.PROTECT, related_name="contenu"
    )
    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    composition = models.TextField("composition et histoire du ménage", blank=True)
    ressources = models.TextField("ressources, charges et dettes", blank=True)
    logement = models.TextField("logement", blank=True)
    souhaits = models.TextField("souhaits du ménage", blank=True)
    capacites = models.TextField("capacités et points d’appui", blank=True)
    preconisations = models.TextField("préconisations", blank=True)

    def __str__(self) -> str:
        return f"contenu {self.diagnostic_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, Niveau.SOCIAL)


class DiagnosticSante(ModeleProtege):
    """Level C: health, for the référent and the head of service."""

    diagnostic = models.OneToOneField(
        DiagnosticSocial, on_delete=models.PROTECT, related_name="sante"
    )
    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    texte = TexteChiffre("santé")

    def __str__(self) -> str:
        return f"santé {self.diagnostic_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, Niveau.CONFIDENTIEL)


class Bilan(ModeleProtege):
    """A review over a period. synthese_partenaires: what funder and landlord may read.

    Sums are facts (level F): the debt at the beginning and at the end of the period.
    """

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    mesure = models.ForeignKey(Mesure, on_delete=models.PROTECT, related_name="bilans")
    type = models.CharField(max_length=16, choices=TypeBilan)
    statut = models.CharField(max_length=12, choices=StatutBilan, default=StatutBilan.BROUILLON)
    du = models.DateField("du")
    le = models.DateField("établi le")
    dette_initiale = models.DecimalField(
        "dette au début", max_digits=10, decimal_places=2, null=True, blank=True
    )
    dette_actuelle = models.DecimalField(
        "dette à la fin", max_digits=10, decimal_places=2, null=True, blank=True
    )
    synthese_partenaires = models.TextField("synthèse pour les partenaires", blank=True)
    suite = models.CharField("suite proposée", max_length=12, choices=SuiteProposee, blank=True)
    auteur = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    soumis_le = models.DateField(null=True, blank=True)
    valide_le = models.DateField("validé le", null=True, blank=True)
    valide_par = models.CharField(max_length=200, blank=True)
    transmis_le = models.DateField("transmis le", null=True, blank=True)
    motif_renvoi = models.CharField("à revoir", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(du__lte=F("le")),
                name="bilan_periode",
                violation_error_message="La période du bilan finit avant de commencer.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(statut__in=["valide", "transmis"], valide_le__isnull=False)
                    & ~Q(valide_par="")
                )
                | Q(statut__in=["brouillon", "soumis"], valide_le__isnull=True),
                name="bilan_valide_date",
                violation_error_message="Un bilan validé dit par qui et quand.",
            ),
            models.CheckConstraint(
                condition=Q(statut="transmis", transmis_le__isnull=False)
                | (~Q(statut="transmis") & Q(transmis_le__isnull=True)),
                name="bilan_transmis_date",
                violation_error_message="Un bilan transmis porte sa date.",
            ),
            models.CheckConstraint(
                condition=(Q(dette_initiale__isnull=True) | Q(dette_initiale__gte=0))
                & (Q(dette_actuelle__isnull=True) | Q(dette_actuelle__gte=0)),
                name="bilan_dettes",
                violation_error_message="Une dette ne peut pas être négative.",
            ),
        ]
        indexes = [models.Index(fields=["mesure", "le", "id"]), models.Index(fields=["statut"])]

    def __str__(self) -> str:
        return f"{self.get_type_display()} du {self.le}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre)


class BilanContenu(ModeleProtege):
    """Level S: the narrative. commentaires: remark on each objective, by its id."""

    bilan = models.OneToOneField(Bilan, on_delete=models.PROTECT, related_name="contenu")
    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    evolution = models.TextField("évolution de la situation", blank=True)
    actions_menees = models.TextField("actions menées", blank=True)
    difficultes = models.TextField("difficultés rencontrées", blank=True)
    conclusion = models.TextField("conclusion", blank=True)
    commentaires = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"contenu {self.bilan_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, Niveau.SOCIAL)


class EvaluationObjectif(ModeleProtege):
    """How far an objective was reached on the day of a review."""

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    bilan = models.ForeignKey(Bilan, on_delete=models.PROTECT, related_name="evaluations")
    objectif = models.ForeignKey(Objectif, on_delete=models.PROTECT, related_name="evaluations")
    atteinte = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bilan", "objectif"], name="evaluation_une_par_objectif"
            ),
            models.CheckConstraint(
                condition=Q(atteinte__lte=4),
                name="evaluation_atteinte",
                violation_error_message="Le degré d’atteinte va de 0 à 4.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objectif_id} : {self.atteinte}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre)
