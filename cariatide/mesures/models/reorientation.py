"""A measure that should go on elsewhere: the request and its decision (F), what was said (S)."""

from django.db import models
from django.db.models import Q

from cariatide.bareme.models import LigneDeListe
from cariatide.commission.models import Instance
from cariatide.comptes.models import Utilisateur
from cariatide.menages.acces import condition_rattache
from cariatide.menages.models import Menage
from cariatide.mesures.models.mesure import Mesure
from cariatide.mesures.statuts import REORIENTATION_OUVERTE, AvisMenage, StatutReorientation
from cariatide.partenaires.models import Convention
from cariatide.socle.access import ModeleProtege
from cariatide.socle.contraintes import date_si_statut, fin_apres_debut
from cariatide.socle.perimetre import Niveau, Perimetre

R = StatutReorientation
_DECIDEES = frozenset({R.ACCEPTEE, R.REFUSEE})
# It waits for its decision, or for the close of the session that accepted it.
REORIENTATION_EN_COURS = Q(statut__in=sorted(REORIENTATION_OUVERTE)) | Q(
    statut=R.ACCEPTEE, effective_le__isnull=True
)


class MotifReorientation(LigneDeListe):
    """Why a household is taken elsewhere."""

    class Meta:
        constraints = [fin_apres_debut("motif_reorientation_periode")]


class Reorientation(ModeleProtege):
    """A request: toward which agreement (its kind, its operator), why, what the household says.

    instance: the body that decides in session; none when the funder does. passage_id: its place on
    an agenda (commission.Passage). effective_le, nouvelle: once the former measure has ended and
    the new one exists; reprises: what the former référent had planned, frozen then.
    """

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    mesure = models.ForeignKey(Mesure, on_delete=models.PROTECT, related_name="reorientations")
    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="+")
    instance = models.ForeignKey(
        Instance, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    passage_id = models.BigIntegerField(null=True, blank=True)
    statut = models.CharField(
        max_length=8, choices=StatutReorientation, default=StatutReorientation.DEMANDEE
    )
    motif = models.ForeignKey(MotifReorientation, on_delete=models.PROTECT, related_name="+")
    synthese = models.TextField("synthèse pour qui décide")
    avis_menage = models.CharField("avis du ménage", max_length=8, choices=AvisMenage)
    avis_le = models.DateField("avis donné le")
    demandee_le = models.DateField("demandée le")
    demandee_par = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    renvoi_motif = models.CharField("à compléter", max_length=300, blank=True)
    ajournee_le = models.DateField("ajournée le", null=True, blank=True)
    decidee_le = models.DateField("décidée le", null=True, blank=True)
    decidee_par = models.CharField("décidée par", max_length=200, blank=True)
    decision_motif = models.TextField("motif de la décision", blank=True)
    conditions = models.TextField("conditions", blank=True)
    axe = models.CharField("axe décidé", max_length=12, blank=True)
    retiree_le = models.DateField("retirée le", null=True, blank=True)
    retrait_motif = models.CharField("motif du retrait", max_length=300, blank=True)
    effective_le = models.DateField("en effet le", null=True, blank=True)
    nouvelle = models.OneToOneField(
        Mesure, null=True, blank=True, on_delete=models.PROTECT, related_name="issue_de"
    )
    reprises = models.JSONField("à reprendre", default=list)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            date_si_statut(
                "reorientation_decision_datee",
                "decidee_le",
                _DECIDEES,
                "Une réorientation décidée porte la date de sa décision.",
            ),
            date_si_statut(
                "reorientation_retrait_date",
                "retiree_le",
                frozenset({R.RETIREE}),
                "Une réorientation retirée porte la date du retrait.",
            ),
            models.CheckConstraint(
                condition=~Q(statut__in=sorted(_DECIDEES))
                | (~Q(decision_motif="") & ~Q(decidee_par="")),
                name="reorientation_decision_motivee",
                violation_error_message="Une décision de réorientation dit pourquoi et par qui.",
            ),
            models.CheckConstraint(
                condition=~Q(statut=R.RENVOYEE) | ~Q(renvoi_motif=""),
                name="reorientation_renvoi_motive",
                violation_error_message="Une demande renvoyée dit ce qui manque.",
            ),
            models.CheckConstraint(
                condition=Q(effective_le__isnull=True, nouvelle__isnull=True)
                | Q(statut=R.ACCEPTEE, effective_le__isnull=False, nouvelle__isnull=False),
                name="reorientation_effet",
                violation_error_message="Une réorientation en effet a sa nouvelle mesure.",
            ),
            models.UniqueConstraint(
                fields=["mesure"],
                condition=Q(statut__in=[R.ACCEPTEE, R.DEMANDEE, R.RENVOYEE]),
                name="reorientation_une_a_la_fois",
                violation_error_message="Une réorientation est déjà demandée pour cette mesure.",
            ),
        ]
        indexes = [
            models.Index(fields=["demandee_le", "id"]),
            models.Index(fields=["instance", "statut"]),
        ]

    def __str__(self) -> str:
        return f"réorientation {self.pk}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre)

    @property
    def is_en_cours(self) -> bool:
        """`REORIENTATION_EN_COURS`, of a row already read."""
        accepted = self.statut == R.ACCEPTEE and self.effective_le is None
        return accepted or self.statut in REORIENTATION_OUVERTE


class ReorientationContenu(ModeleProtege):
    """Level S: the situation as the référent explains it, for the two teams."""

    reorientation = models.OneToOneField(
        Reorientation, on_delete=models.PROTECT, related_name="contenu"
    )
    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    expose = models.TextField("exposé de la situation")

    def __str__(self) -> str:
        return f"exposé {self.reorientation_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, Niveau.SOCIAL)
