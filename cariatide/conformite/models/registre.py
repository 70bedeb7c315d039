"""The register of processing (RGPD, article 30): dated versions, never written over.

It speaks of no person: the roles of its routes say who reads it, whatever their organisation.
"""

from django.db import models
from django.db.models import Q

from cariatide.conformite.statuts import AnalyseDImpact
from cariatide.partenaires.models import Organisation


class Traitement(models.Model):
    """One processing: what never changes of it, and what its latest version says for the lists.

    source: the processing of the software it was prefilled from; empty when written by hand.
    """

    reference = models.CharField("référence", max_length=20, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.CharField("prérempli depuis", max_length=40, blank=True)
    nom = models.CharField("nom du traitement", max_length=160)
    nom_normalise = models.CharField(max_length=160, editable=False)
    cree_le = models.DateField("inscrit le")
    revu_le = models.DateField("relu le")
    a_completer = models.PositiveSmallIntegerField("rubriques à compléter", default=0)
    clos_le = models.DateField("clos le", null=True, blank=True)
    motif_cloture = models.CharField("motif de la clôture", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "organisation"],
                condition=~Q(source=""),
                name="traitement_une_source",
                violation_error_message="Ce traitement est déjà au registre.",
            ),
            models.CheckConstraint(
                condition=Q(clos_le__isnull=True, motif_cloture="")
                | (Q(clos_le__isnull=False) & ~Q(motif_cloture="")),
                name="traitement_clos_motive",
                violation_error_message="Une clôture porte une date et un motif.",
            ),
        ]
        indexes = [
            models.Index(fields=["nom_normalise", "id"], name="traitement_par_nom"),
            models.Index(fields=["revu_le", "id"], name="traitement_par_relecture"),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.reference})"


class VersionTraitement(models.Model):
    """What was declared on one day; the table refuses any change and any removal.

    An empty text is not known yet (« à compléter »): nothing is invented in its place.
    conservation_code: the dated parameter that holds the length, read at its date.
    """

    traitement = models.ForeignKey(Traitement, on_delete=models.PROTECT, related_name="versions")
    numero = models.PositiveIntegerField("version")
    le = models.DateField("déclarée le")
    auteur = models.CharField("déclarée par", max_length=200)
    motif = models.CharField("motif de la version", max_length=300)
    nom = models.CharField("nom du traitement", max_length=160)
    finalite = models.TextField("finalités", blank=True)
    base_legale = models.TextField("base légale", blank=True)
    personnes = models.TextField("catégories de personnes", blank=True)
    donnees = models.TextField("catégories de données", blank=True)
    destinataires = models.TextField("destinataires", blank=True)
    conservation_code = models.CharField("durée du barème", max_length=80, blank=True)
    conservation = models.TextField("conservation", blank=True)
    securite = models.TextField("mesures de sécurité", blank=True)
    transferts = models.TextField("transferts hors de l’Union européenne", blank=True)
    responsable = models.TextField("responsable du traitement", blank=True)
    conjoints = models.TextField("responsables conjoints", blank=True)
    contact_dpo = models.TextField("délégué à la protection des données", blank=True)
    aipd = models.CharField(
        "analyse d’impact (AIPD)", max_length=12, choices=AnalyseDImpact, blank=True
    )
    aipd_le = models.DateField("date de l’analyse, ou de la décision", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["traitement", "numero"], name="version_traitement_une"),
            models.CheckConstraint(
                condition=Q(aipd_le__isnull=True) | ~Q(aipd=""),
                name="version_traitement_aipd",
                violation_error_message="Une date d’analyse d’impact va avec une réponse.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom}, version {self.numero}"
