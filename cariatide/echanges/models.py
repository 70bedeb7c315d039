"""Batches received from partners, their lines, and the headers each sender uses."""

from django.db import models
from django.db.models import Q

from cariatide.comptes.models import Utilisateur
from cariatide.echanges.ports import ROLES_IMPORT
from cariatide.echanges.statuts import StatutLigne, StatutLot
from cariatide.partenaires.models import Organisation
from cariatide.socle.access import ModeleProtege, any_of
from cariatide.socle.perimetre import Perimetre


def condition_lot(perimetre: Perimetre, champ: str = "organisation_id") -> Q:
    """A batch belongs to the organisation that sent it, for the roles that import."""
    return any_of(
        Q(**{champ: m.organisation_id}) for m in perimetre.mandats if m.role in ROLES_IMPORT
    )


class LotImport(ModeleProtege):
    """One file, read and checked; then integrated or cancelled as a whole."""

    genre = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    auteur = models.CharField(max_length=200)
    fichier = models.CharField("fichier", max_length=200)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=8)
    feuille = models.CharField(max_length=120, blank=True)
    statut = models.CharField(max_length=8, choices=StatutLot, default=StatutLot.VERIFIE)
    entetes = models.JSONField(default=list)
    correspondance = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    avertissements = models.JSONField(default=list)
    recu_le = models.DateTimeField(auto_now_add=True)
    integre_le = models.DateTimeField(null=True, blank=True)
    annule_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(statut="integre") | Q(integre_le__isnull=False),
                name="lot_integre_date",
                violation_error_message="Un lot intégré porte la date de son intégration.",
            ),
            models.CheckConstraint(
                condition=Q(statut="annule", annule_le__isnull=False)
                | (~Q(statut="annule") & Q(annule_le__isnull=True)),
                name="lot_annule_date",
                violation_error_message="Un lot annulé porte la date de son annulation.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-recu_le", "-id"]),
            models.Index(fields=["recu_le", "id"], name="lot_import_recu_le"),
        ]

    def __str__(self) -> str:
        return self.fichier

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_lot(perimetre)


class LigneImport(ModeleProtege):
    """One line of a batch: as read, its verdict, and the object it became.

    cle: of the fact, its sender and its kind: integrated once at most, whatever is sent again.
    cellules: every cell of the sender's line, in the order of `lot.entetes`; emptied as soon as
    nothing has to be sent back.
    """

    lot = models.ForeignKey(LotImport, on_delete=models.CASCADE, related_name="lignes")
    numero = models.PositiveIntegerField()
    statut = models.CharField(max_length=8, choices=StatutLigne)
    cle = models.CharField(max_length=64)
    libelle = models.CharField(max_length=200, blank=True)
    cellules = models.JSONField(default=list)
    donnees = models.JSONField(default=dict)
    motifs = models.JSONField(default=list)
    objet_type = models.CharField(max_length=60, blank=True)
    objet_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "numero"], name="ligne_numero_unique"),
            models.CheckConstraint(
                condition=Q(statut__in=("integree", "annulee")) ^ Q(objet_id__isnull=True),
                name="ligne_integree_objet",
            ),
            models.UniqueConstraint(
                fields=["cle"],
                condition=Q(statut="integree"),
                name="ligne_integree_une_fois",
                violation_error_message="Cette ligne est déjà importée.",
            ),
        ]
        indexes = [
            models.Index(fields=["lot", "statut", "numero"]),
        ]

    def __str__(self) -> str:
        return f"ligne {self.numero}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_lot(perimetre, "lot__organisation_id")


class CorrespondanceImport(models.Model):
    """The headers of one sender, as they were matched last time."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    genre = models.CharField(max_length=40)
    champs = models.JSONField(default=dict)
    modifiee_le = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "genre"], name="correspondance_une_par_genre"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.genre}"


class ChoixExport(models.Model):
    """The columns and the format that a person took last for one list."""

    utilisateur = models.ForeignKey(Utilisateur, on_delete=models.CASCADE)
    liste = models.CharField(max_length=40)
    colonnes = models.JSONField(default=list)
    format = models.CharField(max_length=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["utilisateur", "liste"], name="choix_un_par_liste")
        ]

    def __str__(self) -> str:
        return f"{self.liste} {self.format}"


class FiltreEnregistre(ModeleProtege):
    """Filters of one list under a name: of one person, or shared with their organisation.

    requete: the query string of the list. organisation_id: whom it is shared with; a plain id,
    since a shared filter says nothing of the organisation itself.
    """

    utilisateur = models.ForeignKey(Utilisateur, on_delete=models.CASCADE)
    organisation_id = models.BigIntegerField(null=True, blank=True)
    liste = models.CharField(max_length=40)
    nom = models.CharField("nom", max_length=60)
    requete = models.CharField(max_length=2000)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "liste", "nom"],
                name="filtre_nom_unique",
                violation_error_message="Vous avez déjà des filtres de ce nom pour cette liste.",
            )
        ]
        indexes = [models.Index(fields=["organisation_id", "liste"])]

    def __str__(self) -> str:
        return self.nom

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        """Mine, and those that my organisations share."""
        return Q(utilisateur_id=perimetre.utilisateur_id) | Q(
            organisation_id__in=sorted(perimetre.organisation_ids)
        )
