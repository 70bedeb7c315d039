"""Homes, their owners, their technical state, the offers that the operator finds."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from cariatide.parc.statuts import (
    CONCLUES,
    ROLES_PARC,
    Categorie,
    ClasseEnergie,
    EtatElement,
    NatureProprietaire,
    StatutOffre,
    TypeLogement,
)
from cariatide.partenaires.models import Convention, Organisation
from cariatide.socle.access import ModeleProtege, any_of
from cariatide.socle.contraintes import (
    PeriodeDeDates,
    Point,
    date_si_statut,
    fin_apres_debut,
)
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.territoire.models import Commune, Secteur


def condition_parc(perimetre: Perimetre, logement: str = "") -> Q:
    """Homes are the working stock of the organisation that recorded them, for its housing roles.

    `logement`: path to the home, ended by __. A mandate with a territory opens its homes alone.
    Nothing of a household is in here: who lives there is read in baux.
    """
    conditions = []
    for mandat in perimetre.mandats:
        if mandat.role not in ROLES_PARC or mandat.niveau_max < Niveau.FACTUEL:
            continue
        condition = Q(**{f"{logement}organisation_id": mandat.organisation_id})
        if mandat.secteur_id:
            communes = Secteur.communes.through.objects.filter(secteur_id=mandat.secteur_id)
            condition &= Q(**{f"{logement}commune_id__in": communes.values("commune_id")})
        conditions.append(condition)
    return any_of(conditions)


class Proprietaire(ModeleProtege):
    """Who owns homes: a person, a company, a social landlord, a commune."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="recensé par"
    )
    nature = models.CharField("nature", max_length=20, choices=NatureProprietaire)
    nom = models.CharField("nom", max_length=160)
    nom_normalise = models.CharField(max_length=160, editable=False)
    bailleur = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    adresse = models.CharField("adresse", max_length=200, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    ville = models.CharField("ville", max_length=80, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["nom_normalise", "id"])]

    def __str__(self) -> str:
        return self.nom

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        """The owners that the organisation knows; an owner has no territory of its own."""
        return any_of(
            Q(organisation_id=m.organisation_id)
            for m in perimetre.mandats
            if m.role in ROLES_PARC and m.niveau_max >= Niveau.FACTUEL
        )


class Logement(ModeleProtege):
    """A home: address, size, rent, energy class, dated owner."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="recensé par"
    )
    reference = models.CharField(max_length=20, unique=True)
    adresse = models.CharField("adresse", max_length=200)
    adresse_normalisee = models.CharField(max_length=200, editable=False)
    complement = models.CharField("complément", max_length=120, blank=True)
    code_postal = models.CharField("code postal", max_length=5)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT)
    type = models.CharField("type", max_length=8, choices=TypeLogement)
    categorie = models.CharField("catégorie", max_length=32, choices=Categorie)
    surface = models.DecimalField(
        "surface habitable (m²)", max_digits=6, decimal_places=2, null=True, blank=True
    )
    etage = models.SmallIntegerField("étage", null=True, blank=True)
    annee_construction = models.PositiveSmallIntegerField(
        "année de construction", null=True, blank=True
    )
    chauffage = models.CharField("chauffage", max_length=80, blank=True)
    dpe = models.CharField("étiquette énergie", max_length=1, choices=ClasseEnergie, blank=True)
    dpe_le = models.DateField("diagnostic énergie du", null=True, blank=True)
    loyer = models.DecimalField(
        "loyer mensuel", max_digits=8, decimal_places=2, null=True, blank=True
    )
    charges = models.DecimalField(
        "charges mensuelles", max_digits=8, decimal_places=2, null=True, blank=True
    )
    accessible = models.BooleanField("accessible en fauteuil", default=False)
    cree_le = models.DateField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(surface__isnull=True) | Q(surface__gt=0))
                & (Q(loyer__isnull=True) | Q(loyer__gte=0))
                & (Q(charges__isnull=True) | Q(charges__gte=0)),
                name="logement_montants",
                violation_error_message="Surface, loyer et charges ne peuvent pas être négatifs.",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "adresse_normalisee", "id"]),
            models.Index(fields=["adresse_normalisee", "id"]),
            models.Index(fields=["cree_le", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()}, {self.adresse}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_parc(perimetre)


class Propriete(ModeleProtege):
    """An owner (or the body that several co-owners form) owns a home between two dates."""

    logement = models.ForeignKey(Logement, on_delete=models.CASCADE, related_name="proprietes")
    proprietaire = models.ForeignKey(
        Proprietaire, on_delete=models.PROTECT, related_name="proprietes"
    )
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        constraints = [
            fin_apres_debut("propriete_periode"),
            ExclusionConstraint(
                name="propriete_un_a_la_fois",
                expressions=[
                    (Point("logement_id"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates("du", "au"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Ce logement a déjà un propriétaire à cette date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.logement_id} ← {self.proprietaire_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_parc(perimetre, "logement__")


class DiagnosticTechnique(ModeleProtege):
    """A technician's visit of a home: what is wrong, what it would cost."""

    logement = models.ForeignKey(Logement, on_delete=models.CASCADE, related_name="diagnostics")
    visite_le = models.DateField("visite du")
    technicien = models.CharField("technicien", max_length=160)
    conclusion = models.TextField("conclusion", blank=True)
    cout_estime = models.DecimalField(
        "coût estimé des travaux", max_digits=10, decimal_places=2, null=True, blank=True
    )

    class Meta:
        indexes = [models.Index(fields=["logement", "-visite_le"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(cout_estime__isnull=True) | Q(cout_estime__gte=0),
                name="diagnostic_cout",
                violation_error_message="Un coût ne peut pas être négatif.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.logement_id} {self.visite_le}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_parc(perimetre, "logement__")


class ElementDiagnostic(ModeleProtege):
    """One element looked at during the visit."""

    diagnostic = models.ForeignKey(
        DiagnosticTechnique, on_delete=models.CASCADE, related_name="elements"
    )
    libelle = models.CharField("élément", max_length=120)
    etat = models.CharField("état", max_length=12, choices=EtatElement)
    observation = models.CharField("observation", max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["diagnostic", "libelle"],
                name="element_une_fois",
                violation_error_message="Cet élément figure déjà dans le diagnostic.",
            )
        ]

    def __str__(self) -> str:
        return self.libelle

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_parc(perimetre, "diagnostic__logement__")


class OffreLogement(ModeleProtege):
    """A home found for the public of an agreement: found, visited, kept or set aside, taken."""

    logement = models.ForeignKey(Logement, on_delete=models.PROTECT, related_name="offres")
    convention = models.ForeignKey(Convention, null=True, blank=True, on_delete=models.PROTECT)
    statut = models.CharField(max_length=10, choices=StatutOffre, default=StatutOffre.REPEREE)
    reperee_le = models.DateField("repérée le")
    visitee_le = models.DateField("visitée le", null=True, blank=True)
    conclue_le = models.DateField("retenue ou écartée le", null=True, blank=True)
    captee_le = models.DateField("captée le", null=True, blank=True)
    motif_ecart = models.CharField("motif", max_length=300, blank=True)
    source = models.CharField("trouvée par", max_length=160, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(statut="ecartee") ^ Q(motif_ecart=""),
                name="offre_ecart_motive",
                violation_error_message="Une offre écartée porte un motif.",
            ),
            models.CheckConstraint(
                condition=Q(statut="captee", captee_le__isnull=False)
                | (~Q(statut="captee") & Q(captee_le__isnull=True)),
                name="offre_captee_datee",
                violation_error_message="Une offre captée porte sa date.",
            ),
            models.CheckConstraint(
                condition=Q(statut__in=("reperee", "ecartee")) | Q(visitee_le__isnull=False),
                name="offre_visitee_datee",
                violation_error_message="Une offre visitée porte la date de la visite.",
            ),
            date_si_statut(
                "offre_conclue_datee",
                "conclue_le",
                frozenset(CONCLUES),
                "Une offre retenue ou écartée porte la date de ce choix.",
            ),
            models.CheckConstraint(
                condition=(Q(visitee_le__isnull=True) | Q(visitee_le__gte=F("reperee_le")))
                & (Q(conclue_le__isnull=True) | Q(conclue_le__gte=F("reperee_le")))
                & (
                    Q(conclue_le__isnull=True)
                    | Q(visitee_le__isnull=True)
                    | Q(conclue_le__gte=F("visitee_le"))
                )
                & (Q(captee_le__isnull=True) | Q(captee_le__gte=F("conclue_le"))),
                name="offre_dates_dans_l_ordre",
                violation_error_message="Repérage, visite, choix et captation se suivent.",
            ),
            models.UniqueConstraint(
                fields=["logement"],
                condition=Q(statut__in=("reperee", "visitee", "retenue")),
                name="offre_une_ouverte",
                violation_error_message="Une offre est déjà en cours pour ce logement.",
            ),
        ]
        indexes = [
            models.Index(fields=["reperee_le", "id"]),
            models.Index(fields=["statut", "reperee_le", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.logement_id} {self.statut}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_parc(perimetre, "logement__")
