"""What is done with the household: the fact (F), what was said (S), a personal note apart."""

from django.db import models
from django.db.models import Q

from cariatide.comptes.models import Utilisateur
from cariatide.menages.acces import condition_rattache
from cariatide.menages.models import Menage
from cariatide.mesures.models.mesure import Mesure
from cariatide.mesures.statuts import RENCONTRES, Presence, QualiteContact, TypeIntervention
from cariatide.socle.access import ModeleProtege
from cariatide.socle.chiffrement import TexteChiffre
from cariatide.socle.perimetre import Niveau, Perimetre


class Intervention(ModeleProtege):
    """A visit, an interview, a call, a step: when, where, how long, whether the household came."""

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    mesure = models.ForeignKey(Mesure, on_delete=models.PROTECT, related_name="interventions")
    type = models.CharField(max_length=16, choices=TypeIntervention)
    date = models.DateField("date")
    heure = models.TimeField("heure", null=True, blank=True)
    duree_minutes = models.PositiveSmallIntegerField("durée", null=True, blank=True)
    lieu = models.CharField("lieu", max_length=160, blank=True)
    presence = models.CharField("présence", max_length=12, choices=Presence)
    contact = models.CharField("contact", max_length=20, choices=QualiteContact, blank=True)
    auteur = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(duree_minutes__isnull=True)
                | (Q(duree_minutes__gte=1) & Q(duree_minutes__lte=1440)),
                name="intervention_duree",
                violation_error_message="Une durée va de 1 minute à 24 heures.",
            ),
            models.CheckConstraint(
                condition=Q(type__in=sorted(RENCONTRES))
                | ~Q(presence__in=[Presence.ABSENT, Presence.EXCUSE]),
                name="intervention_presence",
                violation_error_message="Seule une rencontre peut être manquée.",
            ),
        ]
        indexes = [
            models.Index(fields=["mesure", "date", "id"]),
            models.Index(fields=["auteur", "date"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} du {self.date}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre)


class InterventionNote(ModeleProtege):
    """Level S: what was said and agreed, for the people who accompany the household."""

    intervention = models.OneToOneField(
        Intervention, on_delete=models.PROTECT, related_name="note_partagee"
    )
    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    texte = models.TextField("synthèse")
    suites = models.TextField("suites", blank=True)

    def __str__(self) -> str:
        return f"note {self.intervention_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, Niveau.SOCIAL)


class NotePersonnelle(ModeleProtege):
    """Level C, its author's alone: never printed, exported, nor shown to a head of service."""

    niveau_du_contenu = Niveau.CONFIDENTIEL
    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    mesure = models.ForeignKey(Mesure, on_delete=models.PROTECT, related_name="+")
    intervention = models.ForeignKey(
        Intervention, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    auteur = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    texte = TexteChiffre("note personnelle")
    cree_le = models.DateTimeField(auto_now_add=True)
    modifiee_le = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["intervention", "auteur"],
                condition=Q(intervention__isnull=False),
                name="note_personnelle_une_par_entretien",
            )
        ]
        indexes = [models.Index(fields=["mesure", "auteur", "id"])]

    def __str__(self) -> str:
        return f"note personnelle {self.pk}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return Q(auteur_id=perimetre.utilisateur_id) & condition_rattache(perimetre)
