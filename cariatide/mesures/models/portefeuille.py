"""A portfolio that changes hands on a coming date, and comes back."""

from django.db import models
from django.db.models import F, Q

from cariatide.comptes.models import Utilisateur
from cariatide.mesures.statuts import MotifTransfert, StatutTransfert
from cariatide.partenaires.models import Organisation
from cariatide.socle.access import ModeleProtege, any_of
from cariatide.socle.contraintes import fin_apres_debut
from cariatide.socle.perimetre import Perimetre


class TransfertProgramme(ModeleProtege):
    """From `du` until `au` (for good without an end), the measures of one go to another.

    mesures: ids chosen when it was planned; toutes: whatever the portfolio holds on `du`.
    passees: ids that did change hands, which come back the day after `au`.
    """

    operateur = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    de = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    vers = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    du = models.DateField("à partir du")
    au = models.DateField("jusqu’au", null=True, blank=True)
    motif = models.CharField(max_length=12, choices=MotifTransfert)
    statut = models.CharField(max_length=8, choices=StatutTransfert, default=StatutTransfert.PREVU)
    toutes = models.BooleanField(default=True)
    mesures = models.JSONField(default=list)
    passees = models.JSONField(default=list)
    auteur = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    suite = models.CharField("suite", max_length=300, blank=True)

    class Meta:
        constraints = [
            fin_apres_debut("transfert_periode"),
            models.CheckConstraint(
                condition=~Q(de=F("vers")),
                name="transfert_deux_personnes",
                violation_error_message="Un portefeuille se transfère à quelqu’un d’autre.",
            ),
        ]
        indexes = [models.Index(fields=["statut", "du"], name="transfert_a_faire")]

    def __str__(self) -> str:
        return f"{self.de_id} → {self.vers_id} ({self.du})"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        """The two people, and the head of service of the operator."""
        if not perimetre.mandats:
            return any_of([])
        mien = Q(de_id=perimetre.utilisateur_id) | Q(vers_id=perimetre.utilisateur_id)
        equipes = [Q(operateur_id=m.organisation_id) for m in perimetre.mandats if m.equipe]
        return any_of([mien, *equipes])
