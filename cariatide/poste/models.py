"""Batches of letters for the post office, what became of each letter, and the file of a batch."""

from django.db import models
from django.db.models import F, Q

from cariatide.documents.models import DocumentEmis
from cariatide.menages.acces import condition_rattache
from cariatide.menages.models import Menage
from cariatide.partenaires.models import Organisation
from cariatide.poste.rules import NUMERO_MAX, ROLES_POSTE
from cariatide.poste.statuts import ModeEnvoi, MotifRetour, StatutLot
from cariatide.socle.access import ModeleProtege
from cariatide.socle.contraintes import date_si_statut
from cariatide.socle.perimetre import Perimetre

_POSTE = frozenset({StatutLot.POSTE})
_DATE = "L’état d’un lot et ses dates se contredisent."


def list_bureaux(perimetre: Perimetre) -> tuple[int, ...]:
    """Organisations whose letters this person posts."""
    return tuple(sorted({m.organisation_id for m in perimetre.mandats if m.role in ROLES_POSTE}))


def condition_bureau(perimetre: Perimetre) -> Q:
    return Q(organisation_id__in=list_bureaux(perimetre))


class LotPostal(ModeleProtege):
    """Letters printed together. It names nobody: its letters do."""

    reference = models.CharField("référence", max_length=20, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    statut = models.CharField(
        "état", max_length=16, choices=StatutLot, default=StatutLot.EN_PREPARATION
    )
    recto_verso = models.BooleanField("recto verso", default=False)
    nombre = models.PositiveIntegerField("lettres")
    pages = models.PositiveIntegerField("pages", null=True, blank=True)
    cree_le = models.DateTimeField("préparé le")
    auteur = models.CharField("préparé par", max_length=200)
    echec = models.CharField("pourquoi le fichier est impossible", max_length=300, blank=True)
    poste_le = models.DateField("posté le", null=True, blank=True)
    mode = models.CharField("mode d’envoi", max_length=16, choices=ModeEnvoi, blank=True)
    annule_le = models.DateField("annulé le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            date_si_statut("lot_postal_poste", "poste_le", _POSTE, _DATE),
            date_si_statut("lot_postal_annule", "annule_le", frozenset({StatutLot.ANNULE}), _DATE),
            models.CheckConstraint(
                condition=Q(poste_le__isnull=True, mode="")
                | (Q(poste_le__isnull=False) & ~Q(mode="")),
                name="lot_postal_mode",
                violation_error_message="Un lot posté porte son mode d’envoi.",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["cree_le", "id"], name="lot_postal_tri"),
            models.Index(
                fields=["id"],
                condition=Q(statut=StatutLot.EN_PREPARATION),
                name="lot_postal_a_faire",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_bureau(perimetre)


class Envoi(ModeleProtege):
    """One letter in a batch, or sent by itself (without a batch).

    annule: its batch was given up. A letter that came back may be sent again, by another row.
    """

    document = models.ForeignKey(DocumentEmis, on_delete=models.PROTECT, related_name="+")
    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(
        LotPostal, null=True, blank=True, on_delete=models.PROTECT, related_name="envois"
    )
    rang = models.PositiveIntegerField(null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    mode = models.CharField("mode d’envoi", max_length=16, choices=ModeEnvoi, blank=True)
    parti_le = models.DateField("envoyé le", null=True, blank=True)
    numero = models.CharField("numéro", max_length=NUMERO_MAX, blank=True)
    revenu_le = models.DateField("revenu le", null=True, blank=True)
    motif_retour = models.CharField(
        "pourquoi il est revenu", max_length=16, choices=MotifRetour, blank=True
    )
    annule = models.BooleanField(default=False)
    auteur = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(annule=False, revenu_le__isnull=True),
                name="envoi_un_seul_vivant",
                violation_error_message="Ce courrier est déjà dans un lot, ou déjà envoyé.",
            ),
            models.UniqueConstraint(fields=["lot", "rang"], name="envoi_rang"),
            models.CheckConstraint(
                condition=Q(lot__isnull=True, rang__isnull=True, parti_le__isnull=False)
                | Q(lot__isnull=False, rang__isnull=False),
                name="envoi_en_lot_ou_parti",
                violation_error_message="Un envoi est celui d’un lot, ou porte sa date.",
            ),
            models.CheckConstraint(
                condition=Q(parti_le__isnull=True, mode="", numero="", revenu_le__isnull=True)
                | (Q(parti_le__isnull=False, annule=False) & ~Q(mode="")),
                name="envoi_parti",
                violation_error_message="Un courrier envoyé porte sa date et son mode d’envoi.",
            ),
            models.CheckConstraint(
                condition=Q(revenu_le__isnull=True, motif_retour="")
                | (Q(revenu_le__gte=F("parti_le")) & ~Q(motif_retour="")),
                name="envoi_revenu",
                violation_error_message="Un courrier revient après son envoi, pour un motif.",
            ),
        ]
        indexes = [models.Index(fields=["menage", "id"], name="envoi_menage")]

    def __str__(self) -> str:
        return f"envoi {self.document_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_bureau(perimetre) & condition_rattache(perimetre)


class FichierLot(ModeleProtege):
    """What is printed: the slip, then each letter as it was issued (level F alone)."""

    lot = models.OneToOneField(LotPostal, on_delete=models.PROTECT, related_name="+")
    taille = models.PositiveIntegerField("taille")
    sha256 = models.CharField(max_length=64)
    octets = models.BinaryField()

    def __str__(self) -> str:
        return f"fichier du lot {self.lot_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return Q(lot_id__in=LotPostal.objects.visible_to(perimetre).values("pk"))
