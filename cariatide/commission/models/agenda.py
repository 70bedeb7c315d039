"""Cases on an agenda, decisions, opinions of the members."""

from django.db import models
from django.db.models import F, Q

from cariatide.commission.models.seances import Seance
from cariatide.commission.statuts import (
    OUVERTS,
    SensAvis,
    SensDecision,
    StatutPassage,
)
from cariatide.menages.acces import condition_rattache
from cariatide.menages.models import Menage
from cariatide.partenaires.models import Organisation
from cariatide.socle.access import ModeleProtege
from cariatide.socle.perimetre import Perimetre


class Passage(ModeleProtege):
    """A case on the agenda of a session; what it is stays with its owner (ports.Examinable).

    ordre: unique in the session, gaps allowed; pages show the rank.
    sens_provisoire: emergency orientation taken by delegation, that this session ratifies or not.
    """

    seance = models.ForeignKey(Seance, on_delete=models.PROTECT, related_name="passages")
    ordre = models.PositiveIntegerField()
    objet_type = models.CharField(max_length=60)
    objet_id = models.BigIntegerField()
    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="passages")
    reference = models.CharField(max_length=24)
    libelle = models.CharField(max_length=200)
    origine = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(default=False)
    motif_urgence = models.CharField(max_length=300, blank=True)
    sens_provisoire = models.CharField(max_length=12, choices=SensDecision, blank=True)
    reporte_de = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reporte_a"
    )
    statut = models.CharField(max_length=10, choices=StatutPassage, default=StatutPassage.INSCRIT)
    motif_retrait = models.CharField(max_length=300, blank=True)
    inscrit_le = models.DateField("inscrit le")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seance", "ordre"],
                name="passage_ordre",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["objet_type", "objet_id"],
                condition=Q(statut__in=sorted(OUVERTS)),
                name="passage_un_ordre_du_jour",
                violation_error_message="Ce dossier est déjà inscrit à une séance.",
            ),
            models.UniqueConstraint(
                fields=["seance"],
                condition=Q(statut=StatutPassage.EN_COURS),
                name="passage_un_en_cours",
                violation_error_message="Un autre dossier de la séance est en cours d’examen.",
            ),
            models.CheckConstraint(
                condition=(Q(statut=StatutPassage.RETIRE) & ~Q(motif_retrait=""))
                | (~Q(statut=StatutPassage.RETIRE) & Q(motif_retrait="")),
                name="passage_retrait_motive",
                violation_error_message="Un dossier retiré de l’ordre du jour porte un motif.",
            ),
        ]
        indexes = [models.Index(fields=["objet_type", "objet_id"])]

    def __str__(self) -> str:
        return f"{self.reference} {self.libelle}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre)


class Decision(ModeleProtege):
    """What the instance decided about one case: always with a reason."""

    passage = models.OneToOneField(Passage, on_delete=models.PROTECT, related_name="decision")
    sens = models.CharField(max_length=12, choices=SensDecision)
    motif = models.TextField("motif")
    conditions = models.TextField("conditions", blank=True)
    votes = models.CharField("votes", max_length=160, blank=True)
    deports = models.CharField("n’ont pas pris part", max_length=300, blank=True)
    le = models.DateField("date")
    auteur = models.CharField(max_length=200)
    notifiee_le = models.DateField("notifiée le", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(motif=""),
                name="decision_motivee",
                violation_error_message="Une décision porte un motif.",
            ),
            models.CheckConstraint(
                condition=Q(notifiee_le__isnull=True) | Q(notifiee_le__gte=F("le")),
                name="decision_notifiee_apres",
                violation_error_message="Une décision ne se notifie pas avant d’être prise.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.passage_id} {self.sens}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, champ="passage__menage_id")


class AvisMembre(ModeleProtege):
    """What one member organisation thinks of a case, written before the decision."""

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="avis")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sens = models.CharField(max_length=12, choices=SensAvis)
    texte = models.CharField("observation", max_length=500, blank=True)
    auteur = models.CharField(max_length=200)
    le = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["passage", "organisation"], name="avis_un_par_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.sens}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, champ="passage__menage_id")
