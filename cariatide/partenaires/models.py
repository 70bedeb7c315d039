"""Organisations, their people and mandates, agreements between them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from cariatide.comptes.models import Utilisateur
from cariatide.partenaires.rules import ROLES_DETENTEUR, ROLES_EXCEPTION
from cariatide.partenaires.statuts import Role, TypeConvention, TypeOrganisation, UniteObjectif
from cariatide.socle.access import ModeleProtege
from cariatide.socle.contraintes import PeriodeDeDates, Point, PointTexte, fin_apres_debut
from cariatide.socle.perimetre import Perimetre
from cariatide.territoire.models import Commune, Secteur


class Organisation(models.Model):
    """A body in force between two dates; a reform ends it and a successor takes over."""

    type = models.CharField(max_length=24, choices=TypeOrganisation)
    nom = models.CharField("nom", max_length=200)
    nom_normalise = models.CharField(max_length=200, editable=False)
    sigle = models.CharField("sigle", max_length=30, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    adresse = models.CharField("adresse", max_length=200, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    ville = models.CharField("ville", max_length=80, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    du = models.DateField("en vigueur depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            fin_apres_debut("organisation_periode"),
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret=""),
                name="organisation_siret_unique",
                violation_error_message="Une organisation porte déjà ce SIRET.",
            ),
        ]
        indexes = [models.Index(fields=["nom_normalise", "id"])]

    def __str__(self) -> str:
        return self.sigle or self.nom


class Succession(models.Model):
    """One organisation took over from another: several merge into one, one may be shared out."""

    ancienne = models.ForeignKey(
        Organisation,
        verbose_name="organisation qui prend fin",
        on_delete=models.PROTECT,
        related_name="successions",
    )
    nouvelle = models.ForeignKey(
        Organisation,
        verbose_name="organisation qui succède",
        on_delete=models.PROTECT,
        related_name="reprises",
    )
    le = models.DateField("à partir du")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ancienne", "nouvelle"],
                name="succession_unique",
                violation_error_message="Cette succession est déjà enregistrée.",
            ),
            models.CheckConstraint(
                condition=~Q(ancienne=F("nouvelle")),
                name="succession_entre_deux",
                violation_error_message="Une organisation ne succède pas à elle-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ancienne_id} → {self.nouvelle_id}"


class ContactOrganisation(models.Model):
    """Someone to call in an organisation, who need not have an account."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="contacts"
    )
    nom = models.CharField("nom", max_length=120)
    fonction = models.CharField("fonction", max_length=120, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField("courriel", blank=True)

    def __str__(self) -> str:
        return self.nom


class Convention(models.Model):
    """An agreement: who orders, who operates, where, until when, for how much."""

    type = models.CharField(max_length=24, choices=TypeConvention)
    reference = models.CharField("référence", max_length=40, unique=True)
    intitule = models.CharField("intitulé", max_length=200)
    commanditaire = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="conventions_commandees"
    )
    operateur = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="conventions_operees"
    )
    # Who signed, once another organisation has taken over: what is printed keeps that name.
    commanditaire_signataire = models.ForeignKey(
        Organisation, null=True, blank=True, editable=False, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    operateur_signataire = models.ForeignKey(
        Organisation, null=True, blank=True, editable=False, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    du = models.DateField("début")
    au = models.DateField("fin")
    signee_le = models.DateField("signée le", null=True, blank=True)
    secteur = models.ForeignKey(
        Secteur, verbose_name="territoire", null=True, blank=True, on_delete=models.PROTECT
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [fin_apres_debut("convention_periode")]
        indexes = [
            models.Index(fields=["type", "du"]),
            # The sorts of the list, beside the unique reference.
            models.Index(fields=["du", "id"], name="convention_tri_debut"),
            models.Index(fields=["au", "id"], name="convention_tri_fin"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.intitule}"


class Financement(models.Model):
    """What one funder brings to an agreement: an amount a year, a rate, or both."""

    convention = models.ForeignKey(
        Convention, on_delete=models.CASCADE, related_name="financements"
    )
    financeur = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    montant_annuel = models.DecimalField(
        "montant annuel", max_digits=12, decimal_places=2, null=True, blank=True
    )
    taux = models.DecimalField("taux", max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "financeur"], name="financement_un_par_financeur"
            ),
            models.CheckConstraint(
                condition=Q(montant_annuel__gte=0) | Q(montant_annuel__isnull=True),
                name="financement_montant_positif",
                violation_error_message="Un financement ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=Q(taux__isnull=True) | (Q(taux__gte=0) & Q(taux__lte=100)),
                name="financement_taux_pourcent",
                violation_error_message="Un taux va de 0 à 100 %.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention_id} ← {self.financeur_id}"


class Objectif(models.Model):
    """A yearly target of an agreement: a minimum, and a maximum where the text gives a range."""

    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="objectifs")
    unite = models.CharField(max_length=24, choices=UniteObjectif)
    minimum = models.PositiveIntegerField("minimum par an")
    maximum = models.PositiveIntegerField("maximum par an", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["convention", "unite"], name="objectif_un_par_unite"),
            models.CheckConstraint(
                condition=Q(maximum__isnull=True) | Q(maximum__gte=F("minimum")),
                name="objectif_fourchette",
                violation_error_message="Le maximum est inférieur au minimum.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minimum}–{self.maximum or ''} {self.unite}"


class Avenant(models.Model):
    """A signed change of an agreement; the changed values are kept as before and after."""

    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="avenants")
    numero = models.PositiveSmallIntegerField("numéro")
    signe_le = models.DateField("signé le")
    objet = models.TextField("objet")
    fin_avant = models.DateField("fin avant l’avenant")
    fin_apres = models.DateField("fin après l’avenant")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["convention", "numero"], name="avenant_numero_unique")
        ]

    def __str__(self) -> str:
        return f"Avenant {self.numero}"


class ChangementObjectif(models.Model):
    """What an amendment did to one yearly target: None before is a new one, None after ends it."""

    avenant = models.ForeignKey(Avenant, on_delete=models.CASCADE, related_name="changements")
    unite = models.CharField(max_length=24, choices=UniteObjectif)
    minimum_avant = models.PositiveIntegerField(null=True)
    maximum_avant = models.PositiveIntegerField(null=True)
    minimum_apres = models.PositiveIntegerField(null=True)
    maximum_apres = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["avenant", "unite"], name="changement_objectif_unique"),
            models.CheckConstraint(
                condition=Q(minimum_avant__isnull=False) | Q(minimum_apres__isnull=False),
                name="changement_objectif_reel",
                violation_error_message="Un changement d’objectif a un avant ou un après.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unite} : {self.minimum_avant} → {self.minimum_apres}"


class Agrement(models.Model):
    """An approval of an operator that expires: an alert comes before."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="agrements"
    )
    libelle = models.CharField("agrément", max_length=120)
    reference = models.CharField("référence", max_length=80, blank=True)
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        constraints = [fin_apres_debut("agrement_periode")]

    def __str__(self) -> str:
        return self.libelle


class Mandat(models.Model):
    """A person acts for an organisation, in a role, within a territory or an agreement, for a time.

    No limit of territory means: wherever the organisation is attached to a household.
    """

    utilisateur = models.ForeignKey(Utilisateur, on_delete=models.CASCADE, related_name="mandats")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandats")
    role = models.CharField(max_length=32, choices=Role)
    secteur = models.ForeignKey(
        Secteur, verbose_name="territoire", null=True, blank=True, on_delete=models.PROTECT
    )
    convention = models.ForeignKey(Convention, null=True, blank=True, on_delete=models.PROTECT)
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        constraints = [
            fin_apres_debut("mandat_periode"),
            ExclusionConstraint(
                name="mandat_sans_chevauchement",
                expressions=[
                    (Point("utilisateur_id"), RangeOperators.OVERLAPS),
                    (Point("organisation_id"), RangeOperators.OVERLAPS),
                    (PointTexte("role"), RangeOperators.OVERLAPS),
                    (Point("secteur_id"), RangeOperators.OVERLAPS),
                    (Point("convention_id"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates("du", "au"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette personne a déjà ce mandat sur cette période.",
            ),
        ]
        indexes = [models.Index(fields=["utilisateur", "du"])]

    def __str__(self) -> str:
        return f"{self.utilisateur_id} {self.role} {self.organisation_id}"


class Invitation(models.Model):
    """A colleague is invited with a mandate to come; the link works once and for a time."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    courriel = models.EmailField("courriel")
    prenom = models.CharField("prénom", max_length=80)
    nom = models.CharField("nom", max_length=80)
    role = models.CharField("rôle", max_length=32, choices=Role)
    invite_par = models.ForeignKey(Utilisateur, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)
    expire_le = models.DateTimeField()
    acceptee_le = models.DateTimeField(null=True, blank=True)
    annulee_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(acceptee_le__isnull=True) | Q(annulee_le__isnull=True),
                name="invitation_une_fin",
                violation_error_message="Cette invitation a déjà pris fin.",
            ),
            models.UniqueConstraint(
                "organisation_id",
                Lower("courriel"),
                condition=Q(acceptee_le__isnull=True, annulee_le__isnull=True),
                name="invitation_en_attente_unique",
                violation_error_message="Une invitation attend déjà cette personne.",
            ),
        ]

    def __str__(self) -> str:
        return self.courriel


class CommuneDeConvention(models.Model):
    """Communes added to an agreement beside its sector (an amendment of perimeter)."""

    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="communes")
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT)
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        constraints = [
            fin_apres_debut("commune_convention_periode"),
            models.UniqueConstraint(
                fields=["convention", "commune", "du"], name="commune_convention_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention_id} {self.commune_id}"


class SessionException(ModeleProtege):
    """One household's file opened for a time to somebody whose mandates do not open it.

    A plain id and a reference: this floor knows no household. detenteurs: the organisations that
    hold the file, told at once; their heads of service see the session and may end it.
    """

    utilisateur = models.ForeignKey(Utilisateur, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    menage_id = models.BigIntegerField()
    reference = models.CharField("dossier", max_length=20)
    motif = models.CharField("motif", max_length=500)
    detenteurs = ArrayField(models.BigIntegerField(), default=list)
    ouverte_le = models.DateTimeField("ouverte le")
    terme = models.DateTimeField("terme")
    close_le = models.DateTimeField("close le", null=True, blank=True)
    close_par = models.CharField("close par", max_length=200, blank=True)

    class Meta:
        verbose_name = "session d’exception"
        verbose_name_plural = "sessions d’exception"
        constraints = [
            models.CheckConstraint(
                condition=Q(terme__gt=F("ouverte_le")) & ~Q(motif=""),
                name="exception_motivee_et_bornee",
                violation_error_message="Un accès d’exception porte un motif et un terme.",
            ),
            models.CheckConstraint(
                condition=Q(close_le__isnull=True, close_par="")
                | (Q(close_le__gte=F("ouverte_le")) & ~Q(close_par="")),
                name="exception_close_par",
                violation_error_message="Un accès clos porte une date et un auteur.",
            ),
        ]
        indexes = [
            models.Index(fields=["ouverte_le", "id"], name="exception_par_date"),
            models.Index(fields=["utilisateur", "terme"], name="exception_en_cours"),
        ]

    def __str__(self) -> str:
        return f"accès d’exception {self.reference}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        """The data-protection officer, and the heads of service of those who hold the file."""
        if perimetre.has_role(*ROLES_EXCEPTION):
            return Q()
        miens = [m.organisation_id for m in perimetre.mandats if m.role in ROLES_DETENTEUR]
        return Q(detenteurs__overlap=miens)
