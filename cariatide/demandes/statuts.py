"""States and nomenclatures of the saisine: stored codes are ASCII, labels are French."""

from django.db.models import TextChoices

from cariatide.partenaires.statuts import Role, TypeConvention


class StatutSaisine(TextChoices):
    """Domain model, section 4.1."""

    BROUILLON = "brouillon", "Brouillon"
    DEPOSEE = "deposee", "Déposée"
    RECEVABLE = "recevable", "Recevable"
    IRRECEVABLE = "irrecevable", "Irrecevable"
    INSCRITE = "inscrite", "Inscrite à une séance"
    ORIENTEE_PROVISOIRE = "orientee_provisoire", "Orientée à titre provisoire"
    ORIENTEE_MAINTIEN = "orientee_maintien", "Orientée vers le maintien"
    ORIENTEE_RELOGEMENT = "orientee_relogement", "Orientée vers le relogement"
    AJOURNEE = "ajournee", "Ajournée"
    REFUSEE = "refusee", "Refusée"
    EN_MISE_EN_OEUVRE = "en_mise_en_oeuvre", "En mise en œuvre"
    CLOSE = "close", "Close"


class Axe(TextChoices):
    """The two axes of a MOUS (inventory C3)."""

    MAINTIEN = "maintien", "Maintien dans les lieux"
    RELOGEMENT = "relogement", "Relogement"


class SensOrientation(TextChoices):
    """What was decided of a saisine; the codes are those of commission.SensDecision."""

    MAINTIEN = "maintien", "Maintien dans les lieux"
    RELOGEMENT = "relogement", "Relogement"
    AJOURNEMENT = "ajournement", "Ajournement"
    REFUS = "refus", "Refus"


class Canal(TextChoices):
    """How the saisine reached the instance."""

    PLATEFORME = "plateforme", "Plateforme"
    COURRIER = "courrier", "Courrier"
    COURRIEL = "courriel", "Courriel"
    TELEPHONE = "telephone", "Téléphone"
    ACCUEIL = "accueil", "Accueil physique"
    FICHIER = "fichier", "Fichier transmis"


class IssueSaisine(TextChoices):
    """How a saisine ends: the issue of its measure, or the end of the request before one."""

    OBJECTIFS_ATTEINTS = "objectifs_atteints", "Objectifs atteints"
    PARTIELLEMENT = "partiellement", "Objectifs atteints en partie"
    RELOGEMENT = "relogement", "Relogement"
    MAINTIEN = "maintien", "Maintien dans les lieux"
    ACCES_AUTONOME = "acces_autonome", "Accès à un logement autonome"
    HEBERGEMENT = "hebergement", "Hébergement ou structure"
    ABANDON = "abandon", "Abandon par le ménage"
    SANS_CONTACT = "sans_contact", "Sans contact"
    DEMENAGEMENT = "demenagement", "Déménagement"
    RELAIS = "relais", "Relais vers le droit commun"
    DECES = "deces", "Décès"
    SANS_OBJET = "sans_objet", "Demande devenue sans objet"


class TypeLogement(TextChoices):
    CHAMBRE = "chambre", "Chambre"
    T1 = "t1", "T1"
    T2 = "t2", "T2"
    T3 = "t3", "T3"
    T4 = "t4", "T4"
    T5 = "t5", "T5"
    T6 = "t6", "T6 et plus"
    CARAVANE = "caravane", "Caravane ou habitat mobile"
    AUTRE = "autre", "Autre"


# Kinds of agreements that a saisine may ask for; the others are joined by other doors.
DISPOSITIFS = (
    TypeConvention.MOUS,
    TypeConvention.ASLL,
    TypeConvention.AVDL,
    TypeConvention.IML,
    TypeConvention.SUIVI_BAILLEUR,
)

# Who writes and sends a saisine for their organisation.
ROLES_REDACTEURS = frozenset(
    {
        Role.PRESCRIPTEUR,
        Role.TRAVAILLEUR_SOCIAL,
        Role.CHEF_DE_SERVICE,
        Role.CHARGE_DE_CLIENTELE,
        Role.SECRETARIAT,
    }
)
# Who opens the list and the page of a saisine (the links of the household then choose the rows).
ROLES_LECTEURS = ROLES_REDACTEURS | {
    Role.MEMBRE_COMMISSION,
    Role.FINANCEUR,
    Role.CHARGE_DU_PLAN,
}
# Who carries it out at the operator's.
ROLES_OPERATEUR = frozenset({Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE})

# A first decision other than a postponement was taken.
DECIDES = frozenset(
    {
        StatutSaisine.ORIENTEE_MAINTIEN,
        StatutSaisine.ORIENTEE_RELOGEMENT,
        StatutSaisine.REFUSEE,
        StatutSaisine.EN_MISE_EN_OEUVRE,
    }
)
FINAUX = frozenset({StatutSaisine.IRRECEVABLE, StatutSaisine.REFUSEE, StatutSaisine.CLOSE})
# Waits for an agenda.
A_INSCRIRE = frozenset(
    {StatutSaisine.RECEVABLE, StatutSaisine.AJOURNEE, StatutSaisine.ORIENTEE_PROVISOIRE}
)
# Where a provisional orientation waits for its ratification.
A_RATIFIER = frozenset(
    {StatutSaisine.ORIENTEE_PROVISOIRE, StatutSaisine.INSCRITE, StatutSaisine.AJOURNEE}
)
EN_COURS = frozenset(StatutSaisine) - FINAUX - {StatutSaisine.BROUILLON}

# Who keeps the lists of motives and required pieces, common to the whole département.
ROLES_LISTES = frozenset({Role.CHARGE_DU_PLAN, Role.ADMINISTRATEUR_TECHNIQUE})
