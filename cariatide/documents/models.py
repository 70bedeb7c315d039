"""Issued documents, uploaded pieces, and their files, one table per level of secrecy.

Files are rows (bytea), not a folder: they are written and lost with their transaction, saved with
the database, and the row rules of PostgreSQL guard them like the rest. Twenty megabytes at most.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from cariatide.documents.acces import condition_documents
from cariatide.documents.statuts import QUARANTAINE, Analyse, TypePiece
from cariatide.partenaires.models import Organisation
from cariatide.socle.access import ModeleProtege
from cariatide.socle.chiffrement import JSONChiffre, OctetsChiffres
from cariatide.socle.money import NBSP, format_nombre
from cariatide.socle.perimetre import Niveau, Perimetre

_JUGEES = [Analyse.IMPOSSIBLE, Analyse.INFECTEE, Analyse.SAINE]
_NIVEAUX = [(int(n), n.libelle) for n in Niveau if n >= Niveau.FACTUEL]


class Classable(ModeleProtege):
    """What both have: about what (type code and id), for which household, by whom, at what level.

    Households live above: `menage_id` is a plain id. Content of level S or C is always a
    household's: the row rules read its links.
    """

    niveau = models.PositiveSmallIntegerField("niveau", choices=_NIVEAUX)
    menage_id = models.BigIntegerField(null=True, blank=True)
    objet_type = models.CharField(max_length=60)
    objet_id = models.BigIntegerField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    auteur_id = models.BigIntegerField(null=True, blank=True)
    auteur = models.CharField("auteur", max_length=200)
    taille = models.PositiveIntegerField("taille")  # bytes
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_documents(perimetre)

    @property
    def niveau_de_lecture(self) -> Niveau:
        return Niveau(self.niveau)

    @property
    def taille_lisible(self) -> str:
        """« 31 ko », « 1,4 Mo »."""
        if self.taille < 1_000_000:
            return f"{max(1, round(self.taille / 1000))}{NBSP}ko"
        return f"{format_nombre(round(self.taille / 1_000_000, 1))}{NBSP}Mo"


class DocumentEmis(Classable):
    """A paper as it was issued. Never changed: a correction is another one, that replaces it."""

    reference = models.CharField("référence", max_length=20, unique=True)
    modele = models.CharField("modèle", max_length=40)
    modele_version = models.PositiveSmallIntegerField()
    titre = models.CharField("titre", max_length=200)
    titre_normalise = models.CharField(max_length=200, editable=False)
    etabli_le = models.DateField("établi le")
    emis_le = models.DateTimeField("émis le")
    remplace = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="remplace_par"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(niveau=int(Niveau.FACTUEL)) | Q(menage_id__isnull=False),
                name="document_restreint_d_un_menage",
                violation_error_message="Un document social ou confidentiel concerne un ménage.",
            ),
            models.CheckConstraint(
                condition=Q(niveau__gte=int(Niveau.FACTUEL), niveau__lte=int(Niveau.CONFIDENTIEL)),
                name="document_niveau",
                violation_error_message="Ce niveau n’existe pas.",
            ),
        ]
        indexes = [
            models.Index(fields=["menage_id", "id"]),
            models.Index(fields=["objet_type", "objet_id"]),
            models.Index(fields=["emis_le", "id"]),
            models.Index(fields=["titre_normalise", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.titre} ({self.reference})"

    @property
    def nom_fichier(self) -> str:
        return f"{self.modele.replace('_', '-')}-{self.reference}.pdf"


class Piece(Classable):
    """A file brought by a person. A withdrawn one keeps its line, not its content.

    type_mime: what the content is, never what it was said to be.
    """

    type = models.CharField("type de pièce", max_length=20, choices=TypePiece)
    libelle = models.CharField("libellé", max_length=160)
    nom_fichier = models.CharField("nom du fichier", max_length=160)
    type_mime = models.CharField(max_length=100)
    obligatoire = models.BooleanField("obligatoire", default=False)
    recue_le = models.DateField("reçue le")
    deposee_le = models.DateTimeField("déposée le")
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)
    retiree_motif = models.CharField("motif du retrait", max_length=200, blank=True)
    retiree_par = models.CharField(max_length=200, blank=True)
    # What the scanner said, and when it is asked again after a failure.
    analyse = models.CharField(
        "analyse", max_length=16, choices=Analyse, default=Analyse.NON_ANALYSEE
    )
    analysee_le = models.DateTimeField("analysée le", null=True, blank=True)
    analyse_detail = models.CharField(max_length=200, blank=True)
    analyse_tentatives = models.PositiveSmallIntegerField(default=0)
    analyse_apres = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(niveau=int(Niveau.FACTUEL)) | Q(menage_id__isnull=False),
                name="piece_restreinte_d_un_menage",
                violation_error_message="Une pièce sociale ou confidentielle concerne un ménage.",
            ),
            models.CheckConstraint(
                condition=Q(niveau__gte=int(Niveau.FACTUEL), niveau__lte=int(Niveau.CONFIDENTIEL)),
                name="piece_niveau",
                violation_error_message="Ce niveau n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(retiree_le__isnull=True, retiree_motif="", retiree_par="")
                | (Q(retiree_le__isnull=False) & ~Q(retiree_motif="") & ~Q(retiree_par="")),
                name="piece_retrait_motive",
                violation_error_message="Un retrait porte une date, un motif et un auteur.",
            ),
            models.CheckConstraint(
                condition=Q(analyse__in=_JUGEES, analysee_le__isnull=False)
                | (~Q(analyse__in=_JUGEES) & Q(analysee_le__isnull=True)),
                name="piece_analysee_datee",
                violation_error_message="Un verdict d’analyse porte sa date.",
            ),
            models.UniqueConstraint(
                fields=["objet_type", "objet_id", "niveau", "sha256"],
                condition=Q(retiree_le__isnull=True),
                name="piece_deposee_une_fois",
                violation_error_message="Ce fichier est déjà joint.",
            ),
        ]
        indexes = [
            models.Index(fields=["menage_id", "id"]),
            models.Index(fields=["objet_type", "objet_id"]),
            models.Index(
                fields=["id"],
                condition=Q(analyse__in=[Analyse.EN_ATTENTE, Analyse.NON_ANALYSEE]),
                name="piece_a_analyser",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle

    @property
    def en_quarantaine(self) -> bool:
        """Not downloadable until the scanner says that it is safe."""
        return self.analyse in QUARANTAINE


class Fichier(ModeleProtege):
    """The content of one document or of one piece; `contexte` is what the template received."""

    document = models.OneToOneField(
        DocumentEmis, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    piece = models.OneToOneField(
        Piece, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    menage_id = models.BigIntegerField(null=True, blank=True)
    contexte = models.JSONField(null=True, blank=True)
    octets = models.BinaryField()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False, piece__isnull=True, contexte__isnull=False)
                | Q(document__isnull=True, piece__isnull=False, contexte__isnull=True),
                name="%(class)s_d_un_document_ou_d_une_piece",
            )
        ]

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        documents = DocumentEmis.objects.visible_to(perimetre).values("pk")
        pieces = Piece.objects.visible_to(perimetre).values("pk")
        return Q(document_id__in=documents) | Q(piece_id__in=pieces)


class FichierFactuel(Fichier):
    """Content of level F."""

    def __str__(self) -> str:
        return f"fichier factuel {self.pk}"


class FichierSocial(Fichier):
    """Content of level S, under row rules."""

    niveau_du_contenu = Niveau.SOCIAL

    def __str__(self) -> str:
        return f"fichier social {self.pk}"


class FichierConfidentiel(Fichier):
    """Content of level C, encrypted, under row rules."""

    niveau_du_contenu = Niveau.CONFIDENTIEL
    contexte = JSONChiffre(null=True, blank=True)
    octets = OctetsChiffres()

    def __str__(self) -> str:
        return f"fichier confidentiel {self.pk}"


FICHIERS: dict[Niveau, type[Any]] = {
    Niveau.FACTUEL: FichierFactuel,
    Niveau.SOCIAL: FichierSocial,
    Niveau.CONFIDENTIEL: FichierConfidentiel,
}
