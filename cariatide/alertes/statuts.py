"""States and nomenclatures of alerts: stored codes are ASCII, labels are French."""

from django.db.models import TextChoices

from cariatide.partenaires.statuts import Role


class StatutAlerte(TextChoices):
    OUVERTE = "ouverte", "À traiter"
    PRISE = "prise", "Prise en charge"
    REPORTEE = "reportee", "Reportée"
    CLOSE = "close", "Close"


A_TRAITER = (StatutAlerte.OUVERTE, StatutAlerte.PRISE)
EN_COURS = (*A_TRAITER, StatutAlerte.REPORTEE)


class FinAlerte(TextChoices):
    """Why an alert is closed: its cause ended, or somebody said why it does not apply."""

    CAUSE = "cause", "Close d’elle-même"
    PERSONNE = "personne", "Close avec un motif"


class Responsable(TextChoices):
    """Who answers for the alerts of a rule: the codes of roles, and the référent of the object."""

    REFERENT = "referent", "Référent"
    CHEF_DE_SERVICE = Role.CHEF_DE_SERVICE.value, "Chef de service"
    SECRETARIAT = Role.SECRETARIAT.value, "Secrétariat"
    FINANCEUR = Role.FINANCEUR.value, "Financeur"
    CHARGE_DU_PLAN = Role.CHARGE_DU_PLAN.value, "Chargé du plan"
    ADMINISTRATEUR = Role.ADMINISTRATEUR.value, "Administrateur de l’organisation"
    PROTECTION_DES_DONNEES = (
        Role.PROTECTION_DES_DONNEES.value,
        "Délégué à la protection des données",
    )


class NatureGeste(TextChoices):
    """What somebody did of an alert; its history."""

    PRISE = "prise", "Prise en charge"
    LAISSEE = "laissee", "Rendue"
    REPORTEE = "reportee", "Reportée"
    REPRISE = "reprise", "Reprise avant la date"
    CLOSE = "close", "Close"


class MotifReport(TextChoices):
    CONTACT_PREVU = "contact_prevu", "Un contact est prévu avec le ménage"
    PARTENAIRE = "partenaire", "Réponse attendue d’un partenaire"
    PIECE = "piece", "Pièce ou document attendu"
    DECISION = "decision", "Décision ou séance à venir"
    ABSENCE = "absence", "Absence de la personne qui en répond"
    AUTRE = "autre", "Autre motif"


class MotifCloture(TextChoices):
    SANS_OBJET = "sans_objet", "L’alerte ne s’applique pas à cette situation"
    AILLEURS = "ailleurs", "Traitée hors de la plateforme"
    DONNEE = "donnee", "Donnée erronée, correction demandée"
    AUTRE = "autre", "Autre motif"


# Who works on the alerts of their organisation, each on those they see.
ROLES_DES_ALERTES = frozenset(
    {
        Role.TRAVAILLEUR_SOCIAL,
        Role.CHEF_DE_SERVICE,
        Role.SECRETARIAT,
        Role.FINANCEUR,
        Role.CHARGE_DU_PLAN,
        Role.ADMINISTRATEUR,
        Role.PROTECTION_DES_DONNEES,
    }
)
# Who reads the alerts of a whole team.
ROLES_EQUIPE = frozenset({Role.CHEF_DE_SERVICE})
# Who reads the rules; those of `bareme` set them.
ROLES_DES_REGLES = frozenset(
    {
        Role.CHEF_DE_SERVICE,
        Role.ADMINISTRATEUR,
        Role.ADMINISTRATEUR_TECHNIQUE,
        Role.CHARGE_DU_PLAN,
    }
)
