"""Alerts, what was done of them, and how organisations set their rules. Level F throughout."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from cariatide.alertes.ports import Gravite, regles_alerte
from cariatide.alertes.statuts import (
    FinAlerte,
    MotifCloture,
    MotifReport,
    NatureGeste,
    Responsable,
    StatutAlerte,
)
from cariatide.comptes.models import Utilisateur
from cariatide.menages.acces import condition_rattache
from cariatide.menages.models import Menage
from cariatide.partenaires.models import Organisation
from cariatide.partenaires.statuts import Role
from cariatide.socle.access import ModeleProtege, any_of
from cariatide.socle.contraintes import (
    PeriodeDeDates,
    Point,
    PointTexte,
    date_si_statut,
    fin_apres_debut,
)
from cariatide.socle.perimetre import Perimetre

S = StatutAlerte
# A closed alert whose cause still lasts keeps the rule silent on that object.
VIVE = Q(cause_finie_le__isnull=True)


class Alerte(ModeleProtege):
    """One rule met by one object, from the day the job saw it to the day its cause ended.

    depuis: the day that the cause dates from. responsable: role that answers, or the référent;
    utilisateur: the person that it names today. revenue_le: end of its last postponement.
    remontee_rang: which computation of that day escalated it, for its notice to be sent once.
    """

    regle = models.CharField("règle", max_length=60)
    objet_type = models.CharField(max_length=60)
    objet_id = models.BigIntegerField()
    menage = models.ForeignKey(
        Menage, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reference = models.CharField("référence", max_length=120)
    gravite = models.PositiveSmallIntegerField("gravité", choices=Gravite)
    depuis = models.DateField("depuis le")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    responsable = models.CharField(max_length=32, choices=Responsable)
    utilisateur = models.ForeignKey(
        Utilisateur, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    statut = models.CharField("état", max_length=8, choices=S, default=S.OUVERTE)
    ouverte_le = models.DateField("ouverte le")
    prise_par = models.ForeignKey(
        Utilisateur, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    prise_le = models.DateField("prise en charge le", null=True, blank=True)
    reportee_au = models.DateField("reportée au", null=True, blank=True)
    revenue_le = models.DateField("revenue le", null=True, blank=True)
    remontee_le = models.DateField("remontée le", null=True, blank=True)
    remontee_rang = models.PositiveSmallIntegerField(null=True, blank=True)
    close_le = models.DateField("close le", null=True, blank=True)
    fin = models.CharField(max_length=8, choices=FinAlerte, blank=True)
    cause_finie_le = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["regle", "objet_id"],
                condition=VIVE,
                name="alerte_une_par_cause",
                violation_error_message="Cette alerte est déjà ouverte.",
            ),
            date_si_statut(
                "alerte_close_datee",
                "close_le",
                frozenset({S.CLOSE}),
                "Une alerte close porte sa date.",
            ),
            date_si_statut(
                "alerte_report_date",
                "reportee_au",
                frozenset({S.REPORTEE}),
                "Une alerte reportée porte le jour où elle revient.",
            ),
            models.CheckConstraint(
                condition=(Q(statut=S.CLOSE) & ~Q(fin="")) | (~Q(statut=S.CLOSE) & Q(fin="")),
                name="alerte_close_pourquoi",
                violation_error_message="Une alerte close dit comment elle l’a été.",
            ),
            models.CheckConstraint(
                condition=Q(cause_finie_le__isnull=True) | Q(statut=S.CLOSE),
                name="alerte_cause_finie",
                violation_error_message="Une alerte dont la cause a pris fin est close.",
            ),
            models.CheckConstraint(
                condition=Q(statut=S.PRISE, prise_par__isnull=False, prise_le__isnull=False)
                | (~Q(statut=S.PRISE) & Q(prise_par__isnull=True, prise_le__isnull=True)),
                name="alerte_prise_par",
                violation_error_message="Une alerte prise en charge dit par qui et quand.",
            ),
        ]
        indexes = [
            # The sorts of the lists.
            models.Index(fields=["gravite", "depuis", "id"], name="alerte_tri_gravite"),
            models.Index(fields=["depuis", "id"], name="alerte_tri_depuis"),
            models.Index(fields=["ouverte_le", "id"], name="alerte_tri_ouverte"),
            # What waits for a person, or for an organisation.
            models.Index(
                fields=["utilisateur", "gravite", "depuis", "id"],
                condition=~Q(statut="close"),
                name="alerte_de_la_personne",
            ),
            models.Index(
                fields=["organisation", "gravite", "depuis", "id"],
                condition=~Q(statut="close"),
                name="alerte_de_l_equipe",
            ),
            models.Index(fields=["objet_type", "objet_id"], name="alerte_objet"),
        ]

    def __str__(self) -> str:
        return f"{self.regle} {self.reference}"

    @property
    def fermable(self) -> bool:
        """Whether its rule lets a person close it; one that no longer exists always does."""
        regle = regles_alerte.find(self.regle)
        return regle is None or regle.fermable

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        """Whoever sees the household; without one, the organisation that answers.

        The data-protection officer reads no household: the alerts of that role, by reference.
        """
        conditions = [condition_rattache(perimetre)]
        for mandat in perimetre.mandats:
            mine = Q(organisation_id=mandat.organisation_id)
            sans = mine & Q(menage__isnull=True)
            if mandat.role == Role.PROTECTION_DES_DONNEES:
                conditions.append(mine & Q(responsable=Responsable.PROTECTION_DES_DONNEES))
            elif mandat.equipe:
                conditions.append(sans)
            else:
                own = Q(utilisateur_id=perimetre.utilisateur_id) | Q(responsable=mandat.role)
                conditions.append(sans & own)
        return any_of(conditions)


class GesteAlerte(ModeleProtege):
    """What somebody did of an alert, and why: never rewritten."""

    alerte = models.ForeignKey(Alerte, on_delete=models.PROTECT, related_name="gestes")
    nature = models.CharField(max_length=8, choices=NatureGeste)
    le = models.DateField("le")
    auteur = models.CharField(max_length=200)
    motif = models.CharField(
        max_length=16, blank=True,
        choices=[*MotifReport.choices, *(c for c in MotifCloture.choices if c[0] != "autre")],
    )  # fmt: skip
    precision = models.CharField("précision", max_length=300, blank=True)
    au = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(nature__in=["reportee", "close"]) | ~Q(motif=""),
                name="geste_alerte_motive",
                violation_error_message="Un report ou une clôture porte son motif.",
            ),
        ]
        indexes = [models.Index(fields=["alerte", "id"])]

    def __str__(self) -> str:
        return f"{self.alerte_id} {self.nature}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        """Through its alert."""
        return Q(alerte__in=Alerte.objects.visible_to(perimetre).order_by().values("pk"))


class ReglageAlerte(models.Model):
    """How a rule works from a day on: the delay itself is a dated value of `bareme`.

    organisation None: for every organisation that set nothing. responsable '': the rule's own.
    """

    regle = models.CharField("règle", max_length=60)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    active = models.BooleanField("en service")
    responsable = models.CharField(max_length=32, choices=Responsable, blank=True)
    escalade_jours = models.PositiveSmallIntegerField("remontée après", null=True, blank=True)
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)
    motif = models.CharField(max_length=500)
    auteur = models.CharField(max_length=200)

    class Meta:
        verbose_name = "réglage d’alerte"
        constraints = [
            fin_apres_debut("reglage_alerte_periode"),
            models.CheckConstraint(
                condition=~Q(motif=""),
                name="reglage_alerte_motif",
                violation_error_message="Une règle se règle avec un motif.",
            ),
            ExclusionConstraint(
                name="reglage_alerte_sans_chevauchement",
                expressions=[
                    (PointTexte("regle"), RangeOperators.OVERLAPS),
                    (Point("organisation_id"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates("du", "au"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Un autre réglage est déjà en vigueur sur cette période.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.regle} depuis le {self.du:%d/%m/%Y}"
