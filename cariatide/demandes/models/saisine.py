"""The saisine itself: everything in it is factual (level F)."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from cariatide.commission.models import Instance
from cariatide.comptes.models import Utilisateur
from cariatide.demandes.statuts import (
    DECIDES,
    ROLES_REDACTEURS,
    Axe,
    Canal,
    IssueSaisine,
    SensOrientation,
    StatutSaisine,
    TypeLogement,
)
from cariatide.menages.acces import condition_rattache
from cariatide.menages.models import Menage
from cariatide.menages.statuts import Origine, StatutOccupation
from cariatide.partenaires.models import Convention, Organisation
from cariatide.partenaires.statuts import TypeConvention
from cariatide.socle.access import ModeleProtege, RequeteProtegee, any_of
from cariatide.socle.contraintes import date_si_statut
from cariatide.socle.perimetre import Perimetre
from cariatide.territoire.models import Commune

S = StatutSaisine
BROUILLON = Q(statut=S.BROUILLON)


def _money(nom: str) -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(nom, max_digits=8, decimal_places=2, null=True, blank=True)


class RequeteSaisines(RequeteProtegee):
    """Adds the scope of the lists, which never hold a draft."""

    def sent_to(self, perimetre: Perimetre) -> Self:
        """Visible saisines without the drafts: PostgreSQL reads one page of an index, no OR."""
        sent = self.filter(~BROUILLON, condition_rattache(perimetre))
        sent._portee = "perimetre"
        return sent


class Saisine(ModeleProtege):
    """A partner asks an instance to examine a household's situation under an agreement.

    redaction: organisation that writes it, owner of the draft; origine_organisation: the one it
    comes from (another one when a secretariat types a letter). saisie: the form of a draft as it
    was typed, empty once deposited; its social statement is in SaisineSociale from the start.
    decidee_le, decision_sens: first decision other than a postponement; a change of axis replaces
    the sense, never the date (Orientation keeps every decision).
    """

    reference = models.CharField(max_length=20, unique=True, null=True, blank=True)
    statut = models.CharField(max_length=20, choices=S, default=S.BROUILLON)
    date_saisine = models.DateField("date de la saisine")
    deposee_le = models.DateField("déposée le", null=True, blank=True)
    redaction = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    origine_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="saisines"
    )
    prescripteur = models.ForeignKey(
        Utilisateur, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Who wrote it there, when it came on paper from someone without an account.
    agent = models.CharField("agent", max_length=120, blank=True)
    canal = models.CharField(max_length=12, choices=Canal, default=Canal.PLATEFORME)
    dispositif = models.CharField(max_length=24, choices=TypeConvention, blank=True)
    convention = models.ForeignKey(Convention, null=True, blank=True, on_delete=models.PROTECT)
    # Under which agreement the case goes on since a reorientation; the one asked for stays.
    convention_suivie = models.ForeignKey(
        Convention, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    instance = models.ForeignKey(Instance, null=True, blank=True, on_delete=models.PROTECT)
    menage = models.ForeignKey(
        Menage, null=True, blank=True, on_delete=models.PROTECT, related_name="saisines"
    )
    urgence = models.BooleanField("urgence", default=False)
    motif_urgence = models.CharField("motif de l’urgence", max_length=300, blank=True)
    information_menage_le = models.DateField("ménage informé le", null=True, blank=True)
    # Where the household lives on that day: facts of the request, the address stays in Domicile.
    commune = models.ForeignKey(Commune, null=True, blank=True, on_delete=models.PROTECT)
    statut_occupation = models.CharField(
        "statut d’occupation", max_length=24, choices=StatutOccupation, blank=True
    )
    origine_menage = models.CharField("origine", max_length=16, choices=Origine, blank=True)
    type_logement = models.CharField(max_length=12, choices=TypeLogement, blank=True)
    surface = models.DecimalField(
        "surface (m²)", max_digits=6, decimal_places=1, null=True, blank=True
    )
    loyer = _money("loyer mensuel")
    charges = _money("charges mensuelles")
    bailleur = models.CharField("bailleur", max_length=160, blank=True)
    demarches = models.TextField("situation et démarches engagées", blank=True)
    saisie = models.JSONField(default=dict, blank=True)
    recevable_le = models.DateField("recevable le", null=True, blank=True)
    irrecevable_le = models.DateField("irrecevable le", null=True, blank=True)
    motif_irrecevabilite = models.CharField(max_length=500, blank=True)
    provisoire_le = models.DateField("orientée à titre provisoire le", null=True, blank=True)
    provisoire_sens = models.CharField(max_length=12, choices=Axe, blank=True)
    ajournements = models.PositiveSmallIntegerField(default=0)
    decidee_le = models.DateField("décidée le", null=True, blank=True)
    decision_sens = models.CharField(max_length=12, choices=SensOrientation, blank=True)
    mise_en_oeuvre_le = models.DateField("mise en œuvre le", null=True, blank=True)
    close_le = models.DateField("close le", null=True, blank=True)
    issue = models.CharField(max_length=24, choices=IssueSaisine, blank=True)
    motif_cloture = models.CharField(max_length=500, blank=True)
    modifiee_le = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)

    objects = RequeteSaisines.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(BROUILLON & Q(deposee_le__isnull=True, reference__isnull=True))
                | (
                    ~BROUILLON
                    & Q(
                        deposee_le__isnull=False,
                        reference__isnull=False,
                        menage__isnull=False,
                        information_menage_le__isnull=False,
                    )
                ),
                name="saisine_deposee_complete",
                violation_error_message=(
                    "Une saisine déposée porte sa date, son numéro, son ménage et la date à "
                    "laquelle il a été informé."
                ),
            ),
            models.CheckConstraint(
                condition=BROUILLON
                | Q(date_saisine__lte=F("deposee_le"), information_menage_le__lte=F("deposee_le")),
                name="saisine_dates_avant_depot",
                violation_error_message="La saisine et l’information précèdent le dépôt.",
            ),
            models.CheckConstraint(
                condition=BROUILLON | Q(urgence=False) | ~Q(motif_urgence=""),
                name="saisine_urgence_motivee",
                violation_error_message="Une urgence porte son motif.",
            ),
            date_si_statut(
                "saisine_irrecevable_le",
                "irrecevable_le",
                frozenset({S.IRRECEVABLE}),
                "Une saisine irrecevable porte la date de cette décision.",
            ),
            date_si_statut(
                "saisine_close_le",
                "close_le",
                frozenset({S.CLOSE}),
                "Une saisine close porte la date de sa clôture.",
            ),
            models.CheckConstraint(
                condition=(Q(statut=S.CLOSE) & ~Q(issue="")) | (~Q(statut=S.CLOSE) & Q(issue="")),
                name="saisine_close_issue",
                violation_error_message="Une saisine close porte son issue.",
            ),
            models.CheckConstraint(
                condition=Q(decidee_le__isnull=True, decision_sens="")
                | Q(
                    decidee_le__gte=F("date_saisine"),
                    decision_sens__in=["maintien", "relogement", "refus"],
                ),
                name="saisine_decision_datee",
                violation_error_message="Une décision porte son sens et sa date.",
            ),
            models.CheckConstraint(
                condition=Q(statut__in=sorted(DECIDES), decidee_le__isnull=False)
                | Q(statut=S.CLOSE)
                | (~Q(statut__in=sorted(DECIDES | {S.CLOSE})) & Q(decidee_le__isnull=True)),
                name="saisine_decidee_le",
                violation_error_message="L’état de la saisine et sa décision se contredisent.",
            ),
            models.CheckConstraint(
                condition=(~Q(statut=S.ORIENTEE_MAINTIEN) | Q(decision_sens="maintien"))
                & (~Q(statut=S.ORIENTEE_RELOGEMENT) | Q(decision_sens="relogement"))
                & (~Q(statut=S.REFUSEE) | Q(decision_sens="refus")),
                name="saisine_sens_de_l_etat",
                violation_error_message="L’état de la saisine et le sens se contredisent.",
            ),
            models.CheckConstraint(
                condition=Q(provisoire_le__isnull=True, provisoire_sens="")
                & ~Q(statut=S.ORIENTEE_PROVISOIRE)
                | Q(provisoire_le__isnull=False, provisoire_sens__in=["maintien", "relogement"]),
                name="saisine_provisoire_datee",
                violation_error_message="Une orientation provisoire porte son axe et sa date.",
            ),
            models.CheckConstraint(
                condition=~Q(statut=S.EN_MISE_EN_OEUVRE) | Q(mise_en_oeuvre_le__isnull=False),
                name="saisine_mise_en_oeuvre_le",
                violation_error_message="Une saisine mise en œuvre porte sa date.",
            ),
            models.CheckConstraint(
                condition=(Q(loyer__isnull=True) | Q(loyer__gte=0))
                & (Q(charges__isnull=True) | Q(charges__gte=0))
                & (Q(surface__isnull=True) | Q(surface__gt=0)),
                name="saisine_montants",
                violation_error_message="Un montant ou une surface ne peut pas être négatif.",
            ),
        ]
        indexes = [
            models.Index(fields=["date_saisine", "id"]),
            models.Index(fields=["statut", "date_saisine", "id"]),
            models.Index(fields=["instance", "statut"]),
            models.Index(
                fields=["redaction", "modifiee_le"], condition=BROUILLON, name="saisine_brouillons"
            ),
        ]

    def __str__(self) -> str:
        return self.reference or "Brouillon de saisine"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        """Through the household; a draft has none yet: it belongs to those who write it."""
        drafts = any_of(
            BROUILLON & Q(redaction_id=m.organisation_id)
            for m in perimetre.mandats
            if m.role in ROLES_REDACTEURS
        )
        return condition_rattache(perimetre) | drafts
