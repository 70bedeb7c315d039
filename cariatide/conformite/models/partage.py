"""Sharings: elements of a file, copied for an organisation or somebody in it, for a time."""

from django.db import models
from django.db.models import F, Q

from cariatide.bareme.statuts import Confiance
from cariatide.comptes.models import Utilisateur
from cariatide.conformite.acces import condition_destinataire
from cariatide.conformite.rules import ROLES_CONFORMITE
from cariatide.menages.acces import condition_rattache
from cariatide.menages.models import Menage
from cariatide.partenaires.models import Organisation
from cariatide.socle.access import NOTHING, ModeleProtege
from cariatide.socle.contraintes import fin_apres_debut
from cariatide.socle.perimetre import Niveau, Perimetre


class BaseLegale(models.Model):
    """A text that allows a sharing: one code for ever, its source, how sure we are of it.

    accord: rests on the agreement of the person, whose day and manner are then asked.
    """

    code = models.CharField(max_length=32, unique=True)
    libelle = models.CharField("libellé", max_length=200)
    portee = models.CharField("ce que le texte permet", max_length=400)
    source = models.CharField("source", max_length=200)
    confiance = models.CharField(max_length=1, choices=Confiance)
    accord = models.BooleanField(default=False)
    ordre = models.PositiveSmallIntegerField(default=100)
    du = models.DateField("depuis le", null=True, blank=True)
    au = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "base légale"
        constraints = [fin_apres_debut("base_legale_periode")]

    def __str__(self) -> str:
        return self.libelle


class Partage(ModeleProtege):
    """What was shared (titles alone), with whom, on what ground, what for, until when.

    base_libelle, base_source, base_confiance: the basis as it read on that day. elements: title and
    level of each; the copies themselves go at the term (efface_le), these stay.
    """

    reference = models.CharField("référence", max_length=20, unique=True)
    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, verbose_name="partagé par", on_delete=models.PROTECT, related_name="+"
    )
    auteur = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    auteur_nom = models.CharField("auteur", max_length=200)
    destinataire = models.ForeignKey(
        Organisation, verbose_name="partagé avec", on_delete=models.PROTECT, related_name="+"
    )
    utilisateur = models.ForeignKey(
        Utilisateur, verbose_name="personne destinataire", null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    niveau = models.PositiveSmallIntegerField("niveau le plus haut")
    elements = models.JSONField("éléments partagés", default=list)
    finalite = models.CharField("finalité", max_length=500)
    base = models.ForeignKey(BaseLegale, on_delete=models.PROTECT, related_name="+")
    base_libelle = models.CharField("base légale", max_length=200)
    base_source = models.CharField("source de la base légale", max_length=200)
    base_confiance = models.CharField("confiance", max_length=1, choices=Confiance)
    accord_le = models.DateField("accord donné le", null=True, blank=True)
    accord_comment = models.CharField("accord donné comment", max_length=300, blank=True)
    informe_le = models.DateField("ménage informé le")
    informe_comment = models.CharField("ménage informé comment", max_length=300)
    du = models.DateField("partagé le")
    au = models.DateField("jusqu’au")
    revoque_le = models.DateField("arrêté le", null=True, blank=True)
    revoque_par = models.CharField("arrêté par", max_length=200, blank=True)
    motif_fin = models.CharField("motif de l’arrêt", max_length=300, blank=True)
    efface_le = models.DateField("copies effacées le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            fin_apres_debut("partage_periode"),
            models.CheckConstraint(
                condition=Q(niveau__gte=1) & Q(niveau__lte=2),
                name="partage_jamais_confidentiel",
                violation_error_message="Le confidentiel ne se partage pas.",
            ),
            models.CheckConstraint(
                condition=~Q(destinataire=F("organisation")),
                name="partage_avec_une_autre",
                violation_error_message="Un partage se fait avec une autre organisation.",
            ),
            models.CheckConstraint(
                condition=Q(revoque_le__isnull=True, revoque_par="", motif_fin="")
                | (Q(revoque_le__isnull=False) & ~Q(revoque_par="") & ~Q(motif_fin="")),
                name="partage_arret_motive",
                violation_error_message="Un partage arrêté porte une date, un motif et un auteur.",
            ),
            models.CheckConstraint(
                condition=Q(accord_le__isnull=True, accord_comment="")
                | (Q(accord_le__isnull=False) & ~Q(accord_comment="")),
                name="partage_accord_date",
                violation_error_message="Un accord dit quand et comment il a été donné.",
            ),
        ]
        indexes = [
            models.Index(fields=["menage"], name="partage_menage"),
            models.Index(fields=["du", "id"], name="partage_par_date"),
            models.Index(fields=["au", "id"], name="partage_par_terme"),
            models.Index(fields=["destinataire", "au"], name="partage_destinataire"),
        ]

    def __str__(self) -> str:
        return self.reference

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        """Who reads the file, who it was made for, the officer."""
        if perimetre.has_role(*ROLES_CONFORMITE):
            return Q()
        return condition_rattache(perimetre) | condition_destinataire(perimetre)


class _Element(ModeleProtege):
    """One element as it read on the day of the sharing. lignes: [label, value] pairs.

    porte_adresse: holds where the household lives; nobody reads it once the address is protected.
    """

    partage = models.ForeignKey(Partage, on_delete=models.PROTECT, related_name="+")
    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=80)
    titre = models.CharField(max_length=200)
    lignes = models.JSONField(default=list)
    porte_adresse = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.titre

    @classmethod
    def _condition(cls, perimetre: Perimetre, niveau: Niveau) -> Q:
        if not perimetre.may_read(niveau):
            return NOTHING
        lisible = condition_rattache(perimetre, niveau) | condition_destinataire(
            perimetre, niveau, "partage__"
        )
        return lisible & (Q(porte_adresse=False) | Q(menage__adresse_protegee=False))


class ElementPartage(_Element):
    """Level F."""

    class Meta:
        verbose_name = "élément partagé"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return cls._condition(perimetre, Niveau.FACTUEL)


class ElementPartageSocial(_Element):
    """Level S, under row rules of its own: the links of the household, or the sharing in force."""

    class Meta:
        verbose_name = "élément social partagé"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return cls._condition(perimetre, Niveau.SOCIAL)
