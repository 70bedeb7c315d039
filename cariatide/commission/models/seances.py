"""Sessions and who was there."""

from django.db import models
from django.db.models import F, Q

from cariatide.commission.models.instances import Instance, MembreInstance
from cariatide.commission.statuts import (
    EtatPresence,
    StatutSeance,
)
from cariatide.partenaires.models import Organisation
from cariatide.partenaires.statuts import Role
from cariatide.socle.access import ModeleProtege, any_of
from cariatide.socle.contraintes import date_si_statut, fin_apres_debut
from cariatide.socle.perimetre import Perimetre


class Seance(ModeleProtege):
    """One meeting of an instance.

    lecture_du, lecture_au: days between which members read the cases (rules.compute_fenetre).
    seconde_de: the session that failed for want of quorum and that this one calls again.
    quorum_*: as counted when it closed, for the minutes.
    """

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="seances")
    le = models.DateField("date")
    heure = models.TimeField("heure")
    lieu = models.CharField("lieu", max_length=200)
    visioconference = models.URLField("adresse de visioconférence", max_length=300, blank=True)
    statut = models.CharField(max_length=12, choices=StatutSeance, default=StatutSeance.PLANIFIEE)
    seconde_de = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="seconde"
    )
    lecture_du = models.DateField()
    lecture_au = models.DateField()
    president = models.CharField("présidence de séance", max_length=160, blank=True)
    convoquee_le = models.DateField("convoquée le", null=True, blank=True)
    ouverte_a = models.DateTimeField("ouverte", null=True, blank=True)
    close_a = models.DateTimeField("close", null=True, blank=True)
    annulee_le = models.DateField("annulée le", null=True, blank=True)
    motif_annulation = models.CharField("motif de l’annulation", max_length=300, blank=True)
    points_divers = models.TextField("points divers", blank=True)
    quorum_requis = models.PositiveSmallIntegerField(null=True, blank=True)
    quorum_presents = models.PositiveSmallIntegerField(null=True, blank=True)
    quorum_membres = models.PositiveSmallIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(statut=StatutSeance.PLANIFIEE, convoquee_le__isnull=True)
                | Q(
                    statut__in=[StatutSeance.CONVOQUEE, StatutSeance.OUVERTE, StatutSeance.CLOSE],
                    convoquee_le__isnull=False,
                )
                | Q(statut=StatutSeance.ANNULEE),
                name="seance_convoquee_le",
                violation_error_message="Une séance convoquée porte la date de sa convocation.",
            ),
            date_si_statut(
                "seance_ouverte_a",
                "ouverte_a",
                frozenset({StatutSeance.OUVERTE, StatutSeance.CLOSE}),
                "Une séance ouverte porte l’heure de son ouverture.",
            ),
            date_si_statut(
                "seance_close_a",
                "close_a",
                frozenset({StatutSeance.CLOSE}),
                "Une séance close porte l’heure de sa clôture.",
            ),
            date_si_statut(
                "seance_annulee_le",
                "annulee_le",
                frozenset({StatutSeance.ANNULEE}),
                "Une séance annulée porte la date de son annulation.",
            ),
            models.CheckConstraint(
                condition=~Q(statut=StatutSeance.ANNULEE) | ~Q(motif_annulation=""),
                name="seance_annulation_motivee",
                violation_error_message="L’annulation d’une séance porte un motif.",
            ),
            models.CheckConstraint(
                condition=Q(close_a__isnull=True) | Q(close_a__gte=F("ouverte_a")),
                name="seance_close_apres_ouverture",
                violation_error_message="Une séance ne peut pas se clore avant de s’ouvrir.",
            ),
            fin_apres_debut("seance_lecture", "lecture_du", "lecture_au"),
            models.UniqueConstraint(
                fields=["instance", "le", "heure"],
                condition=~Q(statut=StatutSeance.ANNULEE),
                name="seance_une_a_la_fois",
                violation_error_message="Cette instance a déjà une séance à cette heure.",
            ),
            models.UniqueConstraint(
                fields=["instance"],
                condition=Q(statut=StatutSeance.OUVERTE),
                name="seance_une_ouverte",
                violation_error_message="Une séance de cette instance est déjà ouverte.",
            ),
        ]
        indexes = [models.Index(fields=["le", "id"])]

    def __str__(self) -> str:
        return f"{self.instance_id} {self.le}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        """The calendar: sessions of mine, and every date for who follows the plan.

        The cases of a session open later, within its reading window (queries.find_seance).
        """
        suivies = any_of(
            Q(instance__convention_id=m.convention_id) if m.convention_id else Q(pk__isnull=False)
            for m in perimetre.mandats
            if m.role == Role.CHARGE_DU_PLAN
        )
        return cls.condition_tenue(perimetre) | cls.condition_siege(perimetre) | suivies

    @staticmethod
    def condition_tenue(perimetre: Perimetre) -> Q:
        """The sessions that this person keeps."""
        return Instance.condition_tenue(perimetre, "instance__")

    @staticmethod
    def condition_siege(perimetre: Perimetre) -> Q:
        """The sessions where the organisation of this person sits on the day."""
        membres = [m.organisation_id for m in perimetre.mandats if m.role == Role.MEMBRE_COMMISSION]
        sieges = MembreInstance.objects.filter(
            organisation_id__in=membres,
            instance_id=models.OuterRef("instance_id"),
            du__lte=models.OuterRef("le"),
        ).filter(Q(au__isnull=True) | Q(au__gte=models.OuterRef("le")))
        return Q(models.Exists(sieges))


class Presence(models.Model):
    """An organisation of the composition at one session; voix is copied from its seat."""

    seance = models.ForeignKey(Seance, on_delete=models.CASCADE, related_name="presences")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    representant = models.CharField("représentant", max_length=160, blank=True)
    voix = models.BooleanField(default=True)
    etat = models.CharField(max_length=8, choices=EtatPresence, default=EtatPresence.ABSENT)
    pouvoir_a = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seance", "organisation"], name="presence_une_par_organisation"
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatPresence.POUVOIR, pouvoir_a__isnull=False)
                | (~Q(etat=EtatPresence.POUVOIR) & Q(pouvoir_a__isnull=True)),
                name="presence_pouvoir",
                violation_error_message="Un pouvoir est donné à une organisation présente.",
            ),
            models.CheckConstraint(
                condition=Q(pouvoir_a__isnull=True) | ~Q(pouvoir_a=F("organisation")),
                name="presence_pouvoir_autre",
                violation_error_message="Une organisation ne se donne pas pouvoir à elle-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.etat}"
