"""Instances with their dated composition, sessions, agenda, decisions.

A session holds no household's data: it is a date, a place and people who sit. The cases are in
Passage, read through the links of their household (written for the members, J−7 to J+30).
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from cariatide.commission.statuts import (
    OUVERTS,
    EtatPresence,
    ModeQuorum,
    SensAvis,
    SensDecision,
    StatutPassage,
    StatutSeance,
    TypeInstance,
)
from cariatide.menages.acces import condition_rattache
from cariatide.menages.models import Menage
from cariatide.partenaires.models import Convention, Organisation
from cariatide.partenaires.statuts import Role
from cariatide.socle.access import ModeleProtege, any_of
from cariatide.socle.contraintes import PeriodeDeDates, Point, date_si_statut, fin_apres_debut
from cariatide.socle.perimetre import Perimetre


class Instance(models.Model):
    """A body that examines cases and decides, in force between two dates."""

    type = models.CharField(max_length=24, choices=TypeInstance)
    nom = models.CharField("nom", max_length=160)
    secretariat = models.ForeignKey(
        Organisation,
        verbose_name="secrétariat",
        on_delete=models.PROTECT,
        related_name="instances_tenues",
    )
    convention = models.ForeignKey(
        Convention, null=True, blank=True, on_delete=models.PROTECT, related_name="instances"
    )
    presidence = models.CharField("présidence", max_length=160, blank=True)
    lieu = models.CharField("lieu habituel", max_length=200, blank=True)
    # Printed on notifications exactly as the instance wrote it; never a default text.
    voies_recours = models.TextField("voies et délais de recours", blank=True)
    du = models.DateField("en vigueur depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            fin_apres_debut("instance_periode"),
            models.UniqueConstraint(
                fields=["secretariat", "nom"],
                name="instance_nom_unique",
                violation_error_message="Une instance de ce secrétariat porte déjà ce nom.",
            ),
        ]
        indexes = [models.Index(fields=["nom", "id"])]

    def __str__(self) -> str:
        return self.nom


class RegleQuorum(models.Model):
    """How many voting members an instance needs to decide, between two dates.

    seconde_convocation: when it failed for want of quorum, the same agenda called a second time is
    decided by those present.
    """

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="quorums")
    mode = models.CharField(max_length=10, choices=ModeQuorum)
    nombre = models.PositiveSmallIntegerField("nombre de membres", null=True, blank=True)
    numerateur = models.PositiveSmallIntegerField("numérateur", null=True, blank=True)
    denominateur = models.PositiveSmallIntegerField("dénominateur", null=True, blank=True)
    pouvoirs_comptent = models.BooleanField("les pouvoirs comptent", default=True)
    seconde_convocation = models.BooleanField("seconde convocation sans quorum", default=False)
    source = models.CharField("texte", max_length=200, blank=True)
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        constraints = [
            fin_apres_debut("quorum_periode"),
            models.CheckConstraint(
                condition=Q(
                    mode=ModeQuorum.AUCUN,
                    nombre__isnull=True,
                    numerateur__isnull=True,
                    denominateur__isnull=True,
                )
                | Q(
                    mode=ModeQuorum.NOMBRE,
                    nombre__gte=1,
                    numerateur__isnull=True,
                    denominateur__isnull=True,
                )
                | Q(
                    mode=ModeQuorum.FRACTION,
                    nombre__isnull=True,
                    numerateur__gte=1,
                    denominateur__gte=F("numerateur"),
                ),
                name="quorum_mode_valeurs",
                violation_error_message="Le quorum est un nombre, ou une fraction inférieure à 1.",
            ),
            ExclusionConstraint(
                name="quorum_un_a_la_fois",
                expressions=[
                    (Point("instance_id"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates("du", "au"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="L’instance a déjà une règle de quorum à cette date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instance_id} {self.mode} {self.du}"


class MembreInstance(models.Model):
    """An organisation sits in an instance between two dates, with or without a vote."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="membres")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    titulaire = models.CharField("titulaire", max_length=160, blank=True)
    suppleant = models.CharField("suppléant", max_length=160, blank=True)
    voix = models.BooleanField("voix délibérative", default=True)
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        constraints = [
            fin_apres_debut("membre_instance_periode"),
            ExclusionConstraint(
                name="membre_instance_un_siege",
                expressions=[
                    (Point("instance_id"), RangeOperators.OVERLAPS),
                    (Point("organisation_id"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates("du", "au"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette organisation siège déjà sur cette période.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} ∈ {self.instance_id}"


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
        """The calendar: the secretariat's own sessions, and those where my organisation sits.

        The cases of a session open later, within its reading window (queries.find_seance).
        """
        condition = any_of(
            Q(instance__secretariat_id=m.organisation_id)
            & (Q(instance__convention_id=m.convention_id) if m.convention_id else Q())
            for m in perimetre.mandats
            if m.role == Role.SECRETARIAT
        )
        membres = [m.organisation_id for m in perimetre.mandats if m.role == Role.MEMBRE_COMMISSION]
        if membres:
            sieges = MembreInstance.objects.filter(
                organisation_id__in=membres,
                instance_id=models.OuterRef("instance_id"),
                du__lte=models.OuterRef("le"),
            ).filter(Q(au__isnull=True) | Q(au__gte=models.OuterRef("le")))
            condition |= Q(models.Exists(sieges))
        return condition


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
