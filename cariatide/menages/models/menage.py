"""Persons, households, their dated composition and dwelling; the links that give rights on them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from cariatide.comptes.models import Utilisateur
from cariatide.menages.acces import condition_menage, condition_rattache
from cariatide.menages.champs import courriel_cle_field, telephone_cle_field
from cariatide.menages.statuts import (
    Civilite,
    MotifDeSortie,
    MotifRattachement,
    Origine,
    RoleMenage,
    StatutOccupation,
)
from cariatide.partenaires.models import Convention, Organisation
from cariatide.socle.access import ModeleProtege
from cariatide.socle.chiffrement import TexteChiffre
from cariatide.socle.contraintes import PeriodeDeDates, Point, fin_apres_debut
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.territoire.models import Commune


class Menage(ModeleProtege):
    """A household. Its address is in Domicile, its social and confidential fields in other tables.

    A split creates a new household with `issu_de`; nobody is ever deleted because of it.
    """

    reference = models.CharField(max_length=20, unique=True)
    nom_usage = models.CharField("nom du ménage", max_length=160)
    nom_normalise = models.CharField(max_length=160, editable=False)
    # Names, reference, telephones and address (never a protected one), normalised by
    # menages.actions.refresh_recherche: the global search reads this column alone.
    recherche = models.TextField(blank=True, editable=False)
    mots = models.GeneratedField(
        expression=SearchVector("recherche", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    commune = models.ForeignKey(Commune, null=True, blank=True, on_delete=models.PROTECT)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    telephone_cle = telephone_cle_field()
    courriel = models.EmailField("courriel", blank=True)
    courriel_cle = courriel_cle_field()
    adresse_protegee = models.BooleanField("adresse protégée", default=False)
    public_plan = models.BooleanField("relève du plan départemental", default=False)
    issu_de = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="issus"
    )
    # The file kept when this one turned out to be a second file of the same household.
    fusionne_dans = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbes"
    )
    # Intermediate archive: nobody reads it but through its return; then nothing names the people.
    archive_le = models.DateField("archivé le", null=True, blank=True)
    anonymise_le = models.DateField("anonymisé le", null=True, blank=True)
    dernier_contact_le = models.DateField("dernier contact le")
    cree_le = models.DateField("suivi depuis le")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(issu_de__isnull=True) | ~Q(issu_de=F("id")),
                name="menage_pas_issu_de_lui_meme",
                violation_error_message="Un ménage n’est pas issu de lui-même.",
            ),
            models.CheckConstraint(
                condition=Q(fusionne_dans__isnull=True) | ~Q(fusionne_dans=F("id")),
                name="menage_pas_fusionne_dans_lui_meme",
                violation_error_message="Un ménage ne se fusionne pas avec lui-même.",
            ),
            models.CheckConstraint(
                condition=Q(anonymise_le__isnull=True) | Q(anonymise_le__gte=F("archive_le")),
                name="menage_archive_puis_anonyme",
                violation_error_message="Un dossier est archivé avant d’être anonymisé.",
            ),
        ]
        indexes = [
            models.Index(fields=["nom_normalise", "id"]),
            models.Index(fields=["dernier_contact_le", "id"]),
            models.Index(fields=["cree_le", "id"]),
            GinIndex(fields=["mots"], name="menage_mots"),
            models.Index(fields=["telephone_cle"], name="menage_telephone"),
            models.Index(fields=["courriel_cle"], name="menage_courriel"),
            models.Index(
                fields=["archive_le", "id"],
                condition=Q(archive_le__isnull=False),
                name="menage_archive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom_usage} ({self.reference})"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_menage(perimetre, Niveau.FACTUEL)


class Personne(ModeleProtege):
    """A person, seen through the households they belong or belonged to."""

    civilite = models.CharField(
        "civilité", max_length=16, choices=Civilite, default=Civilite.NON_PRECISEE
    )
    nom = models.CharField("nom", max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    nom_normalise = models.CharField(max_length=180, editable=False)
    # socle.phonetique, written with the name: near spellings are found by equality.
    cle_phonetique = models.CharField(max_length=170, blank=True, editable=False)
    naissance = models.DateField("date de naissance", null=True, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    telephone_cle = telephone_cle_field()
    courriel = models.EmailField("courriel", blank=True)
    courriel_cle = courriel_cle_field()
    numero_allocataire = models.CharField("n° d’allocataire", max_length=15, blank=True)
    deces_le = models.DateField("décès le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(deces_le__isnull=True)
                | Q(naissance__isnull=True)
                | Q(deces_le__gte=F("naissance")),
                name="personne_deces_apres_naissance",
                violation_error_message="Le décès précède la naissance.",
            )
        ]
        indexes = [
            models.Index(fields=["nom_normalise", "naissance"]),
            # Equality lookups of menages.doublons.
            models.Index(fields=["cle_phonetique", "naissance"], name="personne_phonetique"),
            models.Index(fields=["telephone_cle"], name="personne_telephone"),
            models.Index(fields=["courriel_cle"], name="personne_courriel"),
            models.Index(fields=["numero_allocataire"], name="personne_allocataire"),
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        menages = Appartenance.objects.visible_to(perimetre).values("personne_id")
        return Q(pk__in=menages)


class Appartenance(ModeleProtege):
    """A person belongs to a household between two dates, in a role."""

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="appartenances")
    personne = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="appartenances")
    role = models.CharField("place dans le ménage", max_length=12, choices=RoleMenage)
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)
    motif_sortie = models.CharField(max_length=16, choices=MotifDeSortie, blank=True)

    class Meta:
        constraints = [
            fin_apres_debut("appartenance_periode"),
            models.CheckConstraint(
                condition=Q(au__isnull=True, motif_sortie="")
                | (Q(au__isnull=False) & ~Q(motif_sortie="")),
                name="appartenance_sortie_motivee",
                violation_error_message="Une sortie du ménage porte une date et un motif.",
            ),
            ExclusionConstraint(
                name="appartenance_sans_chevauchement",
                expressions=[
                    (Point("personne_id"), RangeOperators.OVERLAPS),
                    (Point("menage_id"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates("du", "au"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette personne fait déjà partie du ménage à cette date.",
            ),
            ExclusionConstraint(
                name="appartenance_un_referent",
                expressions=[
                    (Point("menage_id"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates("du", "au"), RangeOperators.OVERLAPS),
                ],
                condition=Q(role=RoleMenage.REFERENT),
                violation_error_message="Le ménage a déjà un référent à cette date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.personne_id} ∈ {self.menage_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre)


class Domicile(ModeleProtege):
    """Where the household lives, from when, and how; a protected address is read at level C."""

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="domiciles")
    adresse = models.CharField("adresse", max_length=200, blank=True)
    complement = models.CharField("complément", max_length=120, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    commune = models.ForeignKey(Commune, null=True, blank=True, on_delete=models.PROTECT)
    statut_occupation = models.CharField(
        "statut d’occupation", max_length=24, choices=StatutOccupation, blank=True
    )
    origine = models.CharField("origine", max_length=16, choices=Origine, blank=True)
    protege = models.BooleanField("adresse protégée", default=False)
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        constraints = [
            fin_apres_debut("domicile_periode"),
            ExclusionConstraint(
                name="domicile_un_a_la_fois",
                expressions=[
                    (Point("menage_id"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates("du", "au"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Le ménage a déjà un domicile à cette date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.menage_id} {self.du}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        """A protected one at level C alone."""
        connu = Q(protege=False) & condition_rattache(perimetre)
        return connu | condition_rattache(perimetre, Niveau.CONFIDENTIEL)


class MenageSocial(ModeleProtege):
    """Level S: what the people who accompany the household know of its situation.

    Sums are in SituationFinanciere: dated, line by line, never overwritten.
    """

    menage = models.OneToOneField(Menage, on_delete=models.PROTECT, related_name="social")
    situation = models.TextField("situation sociale", blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"social {self.menage_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, Niveau.SOCIAL)


class MenageConfidentiel(ModeleProtege):
    """Level C: health, violence, what only the référent and the head of service read."""

    menage = models.OneToOneField(Menage, on_delete=models.PROTECT, related_name="confidentiel")
    vulnerabilites = TexteChiffre("vulnérabilités", blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"confidentiel {self.menage_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, Niveau.CONFIDENTIEL)


class Rattachement(models.Model):
    """Why someone may see a household: the only source of rights on it, written by the acts.

    utilisateur absent: everybody of the organisation whose role reaches the level.
    source: the object whose act wrote the link, as a type code and an id.
    """

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="rattachements")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    utilisateur = models.ForeignKey(Utilisateur, null=True, blank=True, on_delete=models.PROTECT)
    convention = models.ForeignKey(Convention, null=True, blank=True, on_delete=models.PROTECT)
    niveau = models.PositiveSmallIntegerField()
    motif = models.CharField(max_length=16, choices=MotifRattachement)
    source_type = models.CharField(max_length=60)
    source_id = models.BigIntegerField()
    du = models.DateField()
    au = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            fin_apres_debut("rattachement_periode"),
            models.CheckConstraint(
                condition=Q(niveau__gte=1) & Q(niveau__lte=3), name="rattachement_niveau"
            ),
            # The row rules of levels S and C read these links: an exception opens neither.
            models.CheckConstraint(
                condition=~Q(motif=MotifRattachement.EXCEPTION)
                | Q(niveau=1, utilisateur__isnull=False, au__isnull=False),
                name="rattachement_exception",
                violation_error_message="Un accès d’exception est celui d’une personne, pour un "
                "temps, au niveau factuel.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "niveau", "menage"], name="rattachement_par_organisation"
            ),
            models.Index(fields=["source_type", "source_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.menage_id} → {self.organisation_id} ({self.motif})"


class Fusion(ModeleProtege):
    """Two files of one household made one: what moved and what changed, to undo it exactly.

    deplaces: ids by port and model. modifies: [model, id, {field: former value}]. crees: ids by
    model. Ids and factual values only: what is of level S or C moves without being copied here.
    """

    garde = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="fusions")
    absorbe = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    le = models.DateField()
    auteur = models.CharField(max_length=200)
    motif = models.CharField("motif", max_length=500)
    deplaces = models.JSONField()
    modifies = models.JSONField(encoder=DjangoJSONEncoder)
    crees = models.JSONField()
    defaite_le = models.DateField(null=True)
    motif_annulation = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(defaite_le__isnull=True, motif_annulation="")
                | (Q(defaite_le__isnull=False) & ~Q(motif_annulation="")),
                name="fusion_defaite_motivee",
                violation_error_message="Une fusion défaite porte une date et un motif.",
            ),
            models.UniqueConstraint(
                fields=["absorbe"], condition=Q(defaite_le__isnull=True), name="fusion_une_seule"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbe_id} → {self.garde_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre, champ="garde_id")


class FaitParcours(ModeleProtege):
    """One dated line of a household's parcours, written by the act of any domain.

    The title is factual. What was said stays in the domain's own table; `niveau` tells who may
    know that the fact exists at all.
    """

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="parcours")
    date = models.DateField()
    enregistre_le = models.DateTimeField(auto_now_add=True)
    domaine = models.CharField(max_length=24)
    titre = models.CharField(max_length=200)
    detail = models.CharField(max_length=300, blank=True)
    auteur = models.CharField(max_length=200)
    niveau = models.PositiveSmallIntegerField(default=int(Niveau.FACTUEL))
    source_type = models.CharField(max_length=60)
    source_id = models.BigIntegerField()
    ton = models.CharField(max_length=8, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["menage", "date", "id"]),
            # The latest facts of all one's files, without reading every fact of the département.
            models.Index(fields=["-date", "-id"], name="fait_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.titre}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        """Each level to who reads it; who reads level C reads them all."""
        return (
            (Q(niveau=1) & condition_rattache(perimetre))
            | (Q(niveau=2) & condition_rattache(perimetre, Niveau.SOCIAL))
            | condition_rattache(perimetre, Niveau.CONFIDENTIEL)
        )
