"""Legal holds, intermediate archives, purges: files that are kept, put away, made anonymous."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from cariatide.conformite.rules import ROLES_CONFORMITE
from cariatide.conformite.statuts import (
    Droit,
    NaturePurge,
    StatutDemande,
    StatutLignePurge,
    StatutPurge,
)
from cariatide.menages.models import Menage, Personne
from cariatide.partenaires.models import Organisation
from cariatide.socle.access import NOTHING, ModeleProtege
from cariatide.socle.contraintes import date_si_statut
from cariatide.socle.perimetre import Perimetre

_CONFIRMEES = frozenset({StatutPurge.CONFIRMEE, StatutPurge.TERMINEE})
_DATEE = "L’état d’une purge et ses dates se contredisent."


class GelConservation(ModeleProtege):
    """One hold, of the data-protection officer, with its reason and, once lifted, another one."""

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    motif = models.CharField("motif", max_length=300)
    pose_le = models.DateField("posé le")
    pose_par = models.CharField(max_length=200)
    leve_le = models.DateField("levé le", null=True, blank=True)
    leve_motif = models.CharField("motif de la levée", max_length=300, blank=True)
    leve_par = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(leve_le__isnull=True, leve_motif="", leve_par="")
                | (Q(leve_le__gte=F("pose_le")) & ~Q(leve_motif="") & ~Q(leve_par="")),
                name="gel_levee_motivee",
                violation_error_message="Une levée porte une date, un motif et un auteur.",
            ),
            models.CheckConstraint(
                condition=~Q(motif=""),
                name="gel_motive",
                violation_error_message="Un gel est motivé.",
            ),
        ]
        indexes = [models.Index(fields=["menage"], condition=Q(leve_le=None), name="gel_ouvert")]

    def __str__(self) -> str:
        return f"gel {self.menage_id} du {self.pose_le}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return Q() if perimetre.has_role(*ROLES_CONFORMITE) else NOTHING


class ArchiveDossier(ModeleProtege):
    """A file in the intermediate archive: why, and the links that its return gives back.

    The links leave menages_rattachement: access conditions and row rules close together.
    liens: their columns, ids and dates alone; emptied once the file is anonymous.
    """

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    le = models.DateField("archivé le")
    motif = models.CharField("motif", max_length=300)
    liens = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    rendu_le = models.DateField("rendu à la base active le", null=True, blank=True)
    rendu_motif = models.CharField("motif du retour", max_length=300, blank=True)
    rendu_par = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(motif=""),
                name="archive_motivee",
                violation_error_message="Une mise en archive est motivée.",
            ),
            models.CheckConstraint(
                condition=Q(rendu_le__isnull=True, rendu_motif="", rendu_par="")
                | (Q(rendu_le__isnull=False) & ~Q(rendu_motif="") & ~Q(rendu_par="")),
                name="archive_retour_motive",
                violation_error_message="Un retour porte une date, un motif et un auteur.",
            ),
            models.UniqueConstraint(
                fields=["menage"], condition=Q(rendu_le__isnull=True), name="archive_une_seule"
            ),
        ]

    def __str__(self) -> str:
        return f"archive {self.menage_id} du {self.le}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return Q() if perimetre.has_role(*ROLES_CONFORMITE) else NOTHING


class Purge(ModeleProtege):
    """One operation on files past their term: archive, or anonymity; previewed, confirmed, run.

    apercu, bilan: rows by model. Its lines forget their file once it is anonymous: what stays
    holds counts and no personal data.
    """

    reference = models.CharField("référence", max_length=20, unique=True)
    nature = models.CharField("nature", max_length=14, choices=NaturePurge)
    statut = models.CharField(max_length=10, choices=StatutPurge, default=StatutPurge.PREPAREE)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    motif = models.CharField("motif", max_length=300)
    fondement = models.CharField("durée appliquée", max_length=300)
    preparee_le = models.DateField("préparée le")
    preparee_par = models.CharField(max_length=200)
    confirmee_le = models.DateField("confirmée le", null=True, blank=True)
    confirmee_par = models.CharField(max_length=200, blank=True)
    terminee_le = models.DateField("terminée le", null=True, blank=True)
    annulee_le = models.DateField("annulée le", null=True, blank=True)
    apercu = models.JSONField(default=dict)
    bilan = models.JSONField(default=dict)
    document_id = models.BigIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            date_si_statut("purge_confirmee", "confirmee_le", _CONFIRMEES, _DATEE),
            date_si_statut(
                "purge_terminee", "terminee_le", frozenset({StatutPurge.TERMINEE}), _DATEE
            ),
            date_si_statut("purge_annulee", "annulee_le", frozenset({StatutPurge.ANNULEE}), _DATEE),
        ]
        indexes = [models.Index(fields=["preparee_le", "id"], name="purge_tri")]

    def __str__(self) -> str:
        return self.reference

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return Q() if perimetre.has_role(*ROLES_CONFORMITE) else NOTHING


class LignePurge(ModeleProtege):
    """One file of a purge: to do, done, or set aside because something came up since."""

    purge = models.ForeignKey(Purge, on_delete=models.PROTECT, related_name="lignes")
    menage = models.ForeignKey(
        Menage, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    statut = models.CharField(max_length=8, choices=StatutLignePurge)
    motif = models.CharField("motif de l’écart", max_length=300, blank=True)
    bilan = models.JSONField(default=dict)
    faite_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purge", "menage"], name="ligne_purge_un_dossier"),
            models.CheckConstraint(
                condition=Q(statut=StatutLignePurge.A_FAIRE, faite_le__isnull=True)
                | (~Q(statut=StatutLignePurge.A_FAIRE) & Q(faite_le__isnull=False)),
                name="ligne_purge_datee",
                violation_error_message="Une ligne faite ou écartée porte son heure.",
            ),
        ]
        indexes = [models.Index(fields=["purge", "statut", "id"], name="ligne_purge_suite")]

    def __str__(self) -> str:
        return f"{self.purge_id} {self.statut}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return Q() if perimetre.has_role(*ROLES_CONFORMITE) else NOTHING


class DemandeDroit(ModeleProtege):
    """Somebody asks for their right on their data: received, answered within its delay.

    identite: how we know who asks. demande, reponse: in words, read by the officers alone.
    """

    reference = models.CharField("référence", max_length=20, unique=True)
    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    personne = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="+")
    droit = models.CharField("droit", max_length=14, choices=Droit)
    statut = models.CharField(max_length=10, choices=StatutDemande, default=StatutDemande.RECUE)
    recue_le = models.DateField("reçue le")
    echeance_le = models.DateField("à répondre avant le")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    identite = models.CharField("identité vérifiée par", max_length=200)
    demande = models.TextField("demande")
    reponse = models.TextField("réponse", blank=True)
    close_le = models.DateField("répondue le", null=True, blank=True)
    close_par = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            date_si_statut(
                "demande_droit_close",
                "close_le",
                frozenset({StatutDemande.REPONDUE, StatutDemande.REJETEE}),
                "Une demande répondue porte la date de sa réponse.",
            ),
            models.CheckConstraint(
                condition=Q(close_le__isnull=True) | ~Q(reponse=""),
                name="demande_droit_motivee",
                violation_error_message="Une réponse est écrite, un rejet est motivé.",
            ),
        ]
        indexes = [
            models.Index(fields=["echeance_le", "id"], name="demande_droit_tri"),
            models.Index(fields=["menage"], name="demande_droit_menage"),
        ]

    def __str__(self) -> str:
        return self.reference

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return Q() if perimetre.has_role(*ROLES_CONFORMITE) else NOTHING
