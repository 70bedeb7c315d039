"""What was done and what was read. Labels are plain values, no foreign key: it survives a purge."""

from django.db import models

from cariatide.socle.perimetre import Niveau


class Evenement(models.Model):
    """One write: who, under which mandate, on what; the outbox of the background consumers.

    donnees holds before/after values at levels A and F, field names alone at S and C.
    """

    nom = models.CharField(max_length=80)
    horodatage = models.DateTimeField(auto_now_add=True)
    acteur_id = models.BigIntegerField(null=True)
    acteur = models.CharField(max_length=200)
    organisation_id = models.BigIntegerField(null=True)
    organisation = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=40, blank=True)
    objet_type = models.CharField(max_length=60)
    objet_id = models.BigIntegerField()
    libelle = models.CharField(max_length=300, blank=True)
    menage_id = models.BigIntegerField(null=True)
    niveau = models.PositiveSmallIntegerField(default=int(Niveau.FACTUEL))
    donnees = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["objet_type", "objet_id"]),
            models.Index(fields=["menage_id", "id"]),
            models.Index(fields=["horodatage", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.nom} {self.objet_type}#{self.objet_id}"


class Livraison(models.Model):
    """One event for one consumer: done once, retried with a growing delay, or a dead letter."""

    class Statut(models.TextChoices):
        A_FAIRE = "a_faire", "À faire"
        FAITE = "faite", "Faite"
        ABANDONNEE = "abandonnee", "Abandonnée"

    evenement = models.ForeignKey(Evenement, on_delete=models.CASCADE)
    consommateur = models.CharField(max_length=60)
    statut = models.CharField(max_length=12, choices=Statut, default=Statut.A_FAIRE)
    tentatives = models.PositiveSmallIntegerField(default=0)
    prochaine_tentative = models.DateTimeField()
    erreur = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evenement", "consommateur"], name="livraison_une_par_consommateur"
            )
        ]
        indexes = [
            models.Index(
                fields=["prochaine_tentative"],
                condition=models.Q(statut="a_faire"),
                name="livraison_a_faire",
            ),
            models.Index(
                fields=["evenement", "id"],
                condition=models.Q(statut="abandonnee"),
                name="livraison_abandonnee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consommateur} ← {self.evenement_id}"


class Consultation(models.Model):
    """One read of a household's data, written before the page was sent."""

    horodatage = models.DateTimeField(auto_now_add=True)
    acteur_id = models.BigIntegerField(null=True)
    acteur = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=200, blank=True)
    objet_type = models.CharField(max_length=60)
    objet_id = models.BigIntegerField()
    libelle = models.CharField(max_length=300, blank=True)
    menage_id = models.BigIntegerField(null=True)
    niveau = models.PositiveSmallIntegerField()
    route = models.CharField(max_length=100)
    motif = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["menage_id", "id"]),
            models.Index(fields=["horodatage", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.acteur} → {self.objet_type}#{self.objet_id}"


class Chaine(models.TextChoices):
    """Two chains of hashes: what was done, what was read."""

    ACTES = "actes", "Actes"
    CONSULTATIONS = "consultations", "Consultations"


class Maillon(models.Model):
    """The seal of one row of the journal: the hash of its content, chained to the one before.

    The application may insert it and nothing else; so for the rows that it seals. sel: drawn at
    the seal, erased with the row's personal data, so that its hash confirms no guess of them.
    """

    chaine = models.CharField(max_length=14, choices=Chaine)
    rang = models.BigIntegerField()
    objet_id = models.BigIntegerField()
    sel = models.BinaryField(max_length=16, default=bytes)
    contenu = models.BinaryField(max_length=32)
    empreinte = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chaine", "rang"], name="maillon_un_par_rang"),
            models.UniqueConstraint(fields=["chaine", "objet_id"], name="maillon_un_par_ligne"),
        ]

    def __str__(self) -> str:
        return f"{self.chaine} {self.rang}"


class AttenteScelle(models.Model):
    """A row of the journal not sealed yet: written by the database with the row itself."""

    chaine = models.CharField(max_length=14, choices=Chaine)
    objet_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.chaine} {self.objet_id}"


class TeteDeChaine(models.Model):
    """The head of a chain on a day: kept elsewhere too, it proves what came before it."""

    jour = models.DateField()
    chaine = models.CharField(max_length=14, choices=Chaine)
    rang = models.BigIntegerField()
    empreinte = models.BinaryField(max_length=32)
    cree_le = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jour", "chaine"], name="tete_du_jour")]

    def __str__(self) -> str:
        return f"{self.chaine} {self.jour}"


class Battement(models.Model):
    """A worker is alive; without a beat for a while, its running tasks go back to the queue."""

    travailleur = models.CharField(max_length=64, unique=True)
    vu_le = models.DateTimeField()

    def __str__(self) -> str:
        return self.travailleur


class TravailQuotidien(models.Model):
    """A daily job was done on that day: never twice."""

    code = models.CharField(max_length=60)
    jour = models.DateField()
    fait_le = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "jour"], name="travail_une_fois")]

    def __str__(self) -> str:
        return f"{self.code} {self.jour}"
