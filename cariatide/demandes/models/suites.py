"""What hangs from a saisine: motives, social statement, pieces, decisions, request of an axis."""

from django.db import models
from django.db.models import Q

from cariatide.comptes.models import Utilisateur
from cariatide.demandes.models.reference import Motif
from cariatide.demandes.models.saisine import Saisine
from cariatide.demandes.statuts import SensOrientation
from cariatide.menages.acces import condition_rattache
from cariatide.socle.access import ModeleProtege
from cariatide.socle.perimetre import Niveau, Perimetre


class MotifSaisine(ModeleProtege):
    """One motive of one saisine."""

    saisine = models.ForeignKey(Saisine, on_delete=models.CASCADE, related_name="motifs")
    motif = models.ForeignKey(Motif, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["saisine", "motif"], name="motif_saisine_unique")
        ]

    def __str__(self) -> str:
        return f"{self.saisine_id} {self.motif_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, champ="saisine__menage_id")


class SaisineSociale(ModeleProtege):
    """Level S: the social statement of a saisine, one per author, from the draft on.

    The prescriber's role stops at level F, yet they wrote it: its author reads it too, and nobody
    else as long as there is no household. Its household is that of the saisine: no key of its
    own, since whoever deposits a colleague's draft could not write it on a row they do not see.
    """

    niveau_du_contenu = Niveau.SOCIAL
    saisine = models.ForeignKey(Saisine, on_delete=models.CASCADE, related_name="exposes")
    auteur = models.ForeignKey(Utilisateur, null=True, blank=True, on_delete=models.PROTECT)
    expose = models.TextField("exposé de la situation sociale")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["saisine", "auteur"], name="expose_un_par_auteur")
        ]

    def __str__(self) -> str:
        return f"social {self.saisine_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        linked = condition_rattache(perimetre, Niveau.SOCIAL, champ="saisine__menage_id")
        if perimetre.utilisateur_id is None:
            return linked
        return linked | Q(auteur_id=perimetre.utilisateur_id)


class PieceSaisine(ModeleProtege):
    """A piece that a saisine carries: expected, asked for, received.

    document_id: the uploaded documents.Piece, when there is one.
    """

    saisine = models.ForeignKey(Saisine, on_delete=models.CASCADE, related_name="pieces")
    code = models.CharField(max_length=32)
    libelle = models.CharField("pièce", max_length=160)
    obligatoire = models.BooleanField(default=False)
    ordre = models.PositiveSmallIntegerField(default=100)
    demandee_le = models.DateField("demandée le", null=True, blank=True)
    attendue_le = models.DateField("attendue pour le", null=True, blank=True)
    recue_le = models.DateField("reçue le", null=True, blank=True)
    document_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["saisine", "code"], name="piece_saisine_unique")
        ]

    def __str__(self) -> str:
        return f"{self.saisine_id} {self.libelle}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, champ="saisine__menage_id")


class Orientation(ModeleProtege):
    """A decision on a saisine, kept for ever: provisional, postponed, ratified, changed axis.

    passage_id: the passage of commission that gave it; none for a provisional one.
    """

    saisine = models.ForeignKey(Saisine, on_delete=models.CASCADE, related_name="orientations")
    sens = models.CharField(max_length=12, choices=SensOrientation)
    provisoire = models.BooleanField(default=False)
    motif = models.TextField("motif")
    conditions = models.TextField("conditions", blank=True)
    le = models.DateField("date")
    auteur = models.CharField(max_length=200)
    passage_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(motif=""),
                name="orientation_motivee",
                violation_error_message="Une décision porte un motif.",
            ),
            models.CheckConstraint(
                condition=Q(provisoire=True, passage_id__isnull=True)
                | Q(provisoire=False, passage_id__isnull=False),
                name="orientation_en_seance",
                violation_error_message="Une orientation est provisoire ou prise en séance.",
            ),
            models.UniqueConstraint(fields=["passage_id"], name="orientation_une_par_passage"),
        ]
        indexes = [models.Index(fields=["saisine", "le"])]

    def __str__(self) -> str:
        return f"{self.saisine_id} {self.sens} {self.le}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, champ="saisine__menage_id")


class Reexamen(ModeleProtege):
    """The operator asks the instance to change the axis; the case stays carried out meanwhile."""

    saisine = models.ForeignKey(Saisine, on_delete=models.CASCADE, related_name="reexamens")
    motif = models.TextField("motif")
    demande_le = models.DateField("demandé le")
    auteur = models.CharField(max_length=200)
    passage_id = models.BigIntegerField(null=True, blank=True)
    decide_le = models.DateField("décidé le", null=True, blank=True)
    accepte = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decide_le__isnull=True, accepte__isnull=True)
                | Q(decide_le__isnull=False, accepte__isnull=False),
                name="reexamen_decide",
                violation_error_message="Un réexamen décidé porte sa date et son sens.",
            ),
            models.UniqueConstraint(
                fields=["saisine"],
                condition=Q(decide_le__isnull=True),
                name="reexamen_un_ouvert",
                violation_error_message="Un changement d’axe est déjà demandé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.saisine_id} {self.demande_le}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, champ="saisine__menage_id")
