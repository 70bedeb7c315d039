"""The measure and its objectives: level F."""

from datetime import date

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from cariatide.comptes.models import Utilisateur
from cariatide.demandes.models import Saisine
from cariatide.demandes.statuts import Axe
from cariatide.menages.acces import condition_rattache
from cariatide.menages.models import Menage
from cariatide.mesures.statuts import (
    CLOSES,
    ENGAGEES,
    VIVANTES,
    Adhesion,
    Contrat,
    Intensite,
    IssueMesure,
    MotifSansContrat,
    StatutMesure,
    StatutObjectif,
    ThemeObjectif,
)
from cariatide.partenaires.models import Convention, Organisation
from cariatide.partenaires.statuts import TypeConvention
from cariatide.socle.access import ModeleProtege
from cariatide.socle.contraintes import date_si_statut
from cariatide.socle.perimetre import Perimetre

# Sorts last a measure whose term is not known yet.
SANS_TERME = date(9999, 12, 31)
_FINIES = CLOSES - {StatutMesure.REFUSEE}
# Explicit: a comparison with NULL lets a check through.
_ACCORD = Q(accordee_le__isnull=False, duree_mois__isnull=False, duree_mois__gte=1)
_ACCORDEES = frozenset(StatutMesure) - {StatutMesure.PRESCRITE, StatutMesure.REFUSEE}


def _si(statuts: frozenset[str], condition: Q) -> Q:
    return ~Q(statut__in=sorted(statuts)) | condition


class Mesure(ModeleProtege):
    """One measure for one household under one agreement.

    Two axes apart from the state: `contrat` (the paper) and `adhesion` (the answer).
    duree_mois: what the funder granted at first; renewals are rows of Renouvellement.
    """

    reference = models.CharField(max_length=20, unique=True)
    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="mesures")
    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="mesures")
    saisine = models.ForeignKey(
        Saisine, null=True, blank=True, on_delete=models.PROTECT, related_name="mesures"
    )
    dispositif = models.CharField(max_length=24, choices=TypeConvention)
    axe = models.CharField(max_length=12, choices=Axe)
    intensite = models.CharField("intensité", max_length=12, choices=Intensite, blank=True)
    statut = models.CharField(max_length=12, choices=StatutMesure, default=StatutMesure.PRESCRITE)
    adhesion = models.CharField(max_length=12, choices=Adhesion, default=Adhesion.A_PROPOSER)
    contrat = models.CharField(max_length=12, choices=Contrat, default=Contrat.A_SIGNER)
    sans_contrat_motif = models.CharField(max_length=24, choices=MotifSansContrat, blank=True)
    sans_contrat_precision = models.CharField(max_length=300, blank=True)
    operateur = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    referent = models.ForeignKey(
        Utilisateur, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    prescripteur = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ouverte_le = models.DateField("ouverte le")
    accordee_le = models.DateField("accordée le", null=True, blank=True)
    accord_reference = models.CharField("notification", max_length=120, blank=True)
    duree_mois = models.PositiveSmallIntegerField("durée accordée", null=True, blank=True)
    proposee_le = models.DateField("proposée le", null=True, blank=True)
    reponse_le = models.DateField("réponse du ménage le", null=True, blank=True)
    contrat_signe_le = models.DateField("contrat signé le", null=True, blank=True)
    debut = models.DateField("début", null=True, blank=True)
    fin_prevue = models.DateField("fin prévue", null=True, blank=True)
    terminee_le = models.DateField("terminée le", null=True, blank=True)
    issue = models.CharField(max_length=20, choices=IssueMesure, blank=True)
    relais = models.CharField("relais", max_length=200, blank=True)
    refusee_le = models.DateField("refusée le", null=True, blank=True)
    motif_refus = models.CharField("motif du refus", max_length=300, blank=True)
    # Where it comes from by reorientation, and the day of the session when one decided it.
    precedente = models.ForeignKey(
        "mesures.Mesure", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seance_le = models.DateField("orientée en séance le", null=True, blank=True)
    # The accompaniment went on elsewhere: another measure carries the same saisine from that day.
    reorientee_le = models.DateField("réorientée le", null=True, blank=True)
    terme = models.GeneratedField(
        expression=Coalesce("fin_prevue", Value(SANS_TERME)),
        output_field=models.DateField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_si(_ACCORDEES, _ACCORD)
                & (~Q(statut=StatutMesure.PRESCRITE) | Q(accordee_le__isnull=True)),
                name="mesure_accord_date",
                violation_error_message="Une mesure accordée porte la date et la durée accordées.",
            ),
            models.CheckConstraint(
                condition=Q(statut__in=sorted(ENGAGEES), debut__isnull=False)
                & Q(fin_prevue__isnull=False)
                | ~Q(statut__in=sorted(ENGAGEES)) & Q(debut__isnull=True, fin_prevue__isnull=True),
                name="mesure_debut_date",
                violation_error_message="Une mesure active porte son début et son terme.",
            ),
            date_si_statut(
                "mesure_fin_datee",
                "terminee_le",
                frozenset(_FINIES),
                "Une mesure terminée porte sa date de fin.",
            ),
            models.CheckConstraint(
                condition=Q(reorientee_le__isnull=True) | Q(statut__in=sorted(CLOSES)),
                name="mesure_reorientee_close",
                violation_error_message="Une mesure réorientée a pris fin.",
            ),
            date_si_statut(
                "mesure_refus_date",
                "refusee_le",
                frozenset({StatutMesure.REFUSEE}),
                "Une mesure refusée porte la date du refus.",
            ),
            models.CheckConstraint(
                condition=Q(terminee_le__isnull=True, issue="")
                | (Q(terminee_le__isnull=False) & ~Q(issue="")),
                name="mesure_issue_de_fin",
                violation_error_message="Une mesure terminée porte son issue.",
            ),
            models.CheckConstraint(
                condition=~Q(issue=IssueMesure.RELAIS) | ~Q(relais=""),
                name="mesure_relais_nomme",
                violation_error_message="Nommez l’organisme qui prend le relais.",
            ),
            models.CheckConstraint(
                condition=Q(contrat=Contrat.SIGNE, contrat_signe_le__isnull=False)
                | (~Q(contrat=Contrat.SIGNE) & Q(contrat_signe_le__isnull=True)),
                name="mesure_contrat_date",
                violation_error_message="Un contrat signé porte sa date.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(contrat=Contrat.SANS_CONTRAT)
                    & ~Q(sans_contrat_motif="")
                    & ~Q(sans_contrat_precision="")
                )
                | (~Q(contrat=Contrat.SANS_CONTRAT) & Q(sans_contrat_motif="")),
                name="mesure_sans_contrat_motive",
                violation_error_message="Une mesure sans contrat dit pourquoi.",
            ),
            models.CheckConstraint(
                condition=_si(ENGAGEES, ~Q(contrat=Contrat.A_SIGNER)),
                name="mesure_active_avec_contrat",
                violation_error_message="Une mesure n’est pas active sans contrat.",
            ),
            models.CheckConstraint(
                condition=(Q(fin_prevue__isnull=True) | Q(fin_prevue__gt=F("debut")))
                & (Q(terminee_le__isnull=True) | Q(terminee_le__gte=F("debut")))
                & (Q(debut__isnull=True) | Q(debut__gte=F("accordee_le"))),
                name="mesure_dates_en_ordre",
                violation_error_message="Les dates de la mesure ne se suivent pas.",
            ),
        ]
        indexes = [
            models.Index(fields=["ouverte_le", "id"]),
            models.Index(fields=["terme", "id"]),
            # The list as it opens: what is alive, the nearest term first.
            models.Index(
                fields=["terme", "id"],
                condition=models.Q(statut__in=VIVANTES),
                name="mesure_vivante_terme",
            ),
            models.Index(fields=["referent", "statut"]),
            models.Index(fields=["convention", "statut"]),
            models.Index(fields=["terminee_le"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre)

    @property
    def is_close(self) -> bool:
        return self.statut in CLOSES


class Objectif(ModeleProtege):
    """What the household and the operator agreed to reach. atteinte: 0 (not begun) to 4.

    renouvellement: the renewal that brought it, if any.
    """

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    mesure = models.ForeignKey(Mesure, on_delete=models.PROTECT, related_name="objectifs")
    renouvellement = models.ForeignKey(
        "mesures.Renouvellement", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    libelle = models.CharField("objectif", max_length=200)
    moyens = models.CharField("moyens", max_length=300, blank=True)
    theme = models.CharField("thème", max_length=24, choices=ThemeObjectif)
    echeance = models.DateField("échéance", null=True, blank=True)
    atteinte = models.PositiveSmallIntegerField("degré d’atteinte", default=0)
    statut = models.CharField(
        max_length=12, choices=StatutObjectif, default=StatutObjectif.EN_COURS
    )
    fixe_le = models.DateField("fixé le")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(atteinte__lte=4),
                name="objectif_mesure_atteinte",
                violation_error_message="Le degré d’atteinte va de 0 à 4.",
            ),
            models.CheckConstraint(
                condition=~Q(statut=StatutObjectif.ATTEINT) | Q(atteinte=4),
                name="objectif_mesure_atteint",
                violation_error_message="Un objectif atteint l’est au degré 4.",
            ),
        ]
        indexes = [models.Index(fields=["mesure", "id"])]

    def __str__(self) -> str:
        return self.libelle

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre)
