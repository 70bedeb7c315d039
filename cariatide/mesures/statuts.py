"""States and nomenclatures of accompaniment: stored codes are ASCII, labels are French."""

from django.db.models import TextChoices


class StatutMesure(TextChoices):
    """Life of a measure (domain model, section 4.2)."""

    PRESCRITE = "prescrite", "Prescrite"
    ACCORDEE = "accordee", "Accordée"
    PROPOSEE = "proposee", "Proposée au ménage"
    REFUSEE = "refusee", "Refusée"
    ADHEREE = "adheree", "Adhérée"
    ACTIVE = "active", "Active"
    SUSPENDUE = "suspendue", "Suspendue"
    BILAN_DU = "bilan_du", "Bilan dû"
    RENOUVELEE = "renouvelee", "Renouvelée"
    TERMINEE = "terminee", "Terminée"
    EVALUEE = "evaluee", "Évaluée"


EN_COURS = frozenset(
    {
        StatutMesure.ACTIVE,
        StatutMesure.SUSPENDUE,
        StatutMesure.BILAN_DU,
        StatutMesure.RENOUVELEE,
    }
)
ENGAGEES = EN_COURS | {StatutMesure.TERMINEE, StatutMesure.EVALUEE}
CLOSES = frozenset({StatutMesure.REFUSEE, StatutMesure.TERMINEE, StatutMesure.EVALUEE})
# In a fixed order: an index and the list that uses it spell the same condition.
VIVANTES = tuple(s for s in StatutMesure if s not in CLOSES)
# The operator works with the household: meetings may be written.
OUVERTES = frozenset(
    {StatutMesure.ACCORDEE, StatutMesure.PROPOSEE, StatutMesure.ADHEREE, *EN_COURS}
)


class Intensite(TextChoices):
    """R-ASLL-2; the local rules say what each one means."""

    LEGERE = "legere", "Légère"
    MOYENNE = "moyenne", "Moyenne"
    RENFORCEE = "renforcee", "Renforcée"


class Adhesion(TextChoices):
    """What the household answered: an axis apart from the contract."""

    A_PROPOSER = "a_proposer", "À proposer"
    PROPOSEE = "proposee", "Proposée"
    OUI = "oui", "Adhésion"
    REFUS = "refus", "Refus"
    SANS_REPONSE = "sans_reponse", "Sans réponse"


class Contrat(TextChoices):
    """The other axis: the paper."""

    A_SIGNER = "a_signer", "À signer"
    SIGNE = "signe", "Signé"
    SANS_CONTRAT = "sans_contrat", "Sans contrat"


class MotifSansContrat(TextChoices):
    """The only two cases where a measure goes on without a contract (domain model, 4.2)."""

    DIAGNOSTIC_MANDATE = "diagnostic_mandate", "Diagnostic mandaté par l’agence de santé"
    OBLIGATION_DE_RELOGER = "obligation_de_reloger", "Obligation de reloger (rénovation urbaine)"


class ThemeObjectif(TextChoices):
    """Axes of accompaniment (R-ASLL-2) and themes of individual support (inventory, A9)."""

    ACCES = "acces", "Accès au logement"
    INSTALLATION = "installation", "Installation"
    MAITRISE_DES_CHARGES = "maitrise_des_charges", "Maîtrise du loyer et des charges"
    APPROPRIATION = "appropriation", "Appropriation du logement"
    RECHERCHE = "recherche", "Recherche de logement"
    IMPAYES = "impayes", "Impayés et budget"
    TRAVAUX = "travaux", "Travaux et état du logement"
    DROITS = "droits", "Accès aux droits"
    COMPORTEMENT = "comportement", "Relations avec le voisinage ou le bailleur"
    AUTRE = "autre", "Autre"


class StatutObjectif(TextChoices):
    EN_COURS = "en_cours", "En cours"
    ATTEINT = "atteint", "Atteint"
    ABANDONNE = "abandonne", "Abandonné"


class TypeIntervention(TextChoices):
    VAD = "vad", "Visite à domicile"
    RDV = "rdv", "Rendez-vous"
    TELEPHONE = "telephone", "Appel téléphonique"
    COURRIER = "courrier", "Courrier ou message"
    DEMARCHE = "demarche", "Démarche"
    PARTENAIRE = "partenaire", "Échange avec un partenaire"
    VISITE_LOGEMENT = "visite_logement", "Visite d’un logement proposé"


# The household is expected: presence means something.
RENCONTRES = frozenset(
    {TypeIntervention.VAD, TypeIntervention.RDV, TypeIntervention.VISITE_LOGEMENT}
)


class Presence(TextChoices):
    PRESENT = "present", "Présent"
    ABSENT = "absent", "Absent"
    EXCUSE = "excuse", "Excusé"
    SANS_OBJET = "sans_objet", "Sans objet"


class QualiteContact(TextChoices):
    """Quality of contact (domain model, 4bis)."""

    JAMAIS_CONTACTE = "jamais_contacte", "Jamais contacté"
    ECRIT = "ecrit", "Contact par écrit"
    TELEPHONE = "telephone", "Contact par téléphone"
    VISITE_SANS_REPONSE = "visite_sans_reponse", "Visite sans réponse"
    RENCONTRE = "rencontre", "Rencontré"
    REFUS = "refus", "Refus de contact"


class StatutDiagnostic(TextChoices):
    """Life of a social diagnosis (domain model, 4.3)."""

    DEMANDE = "demande", "Demandé"
    RDV_PROPOSE = "rdv_propose", "Rendez-vous proposé"
    VISITE = "visite", "Visite effectuée"
    ABSENCE = "absence", "Refus ou absence"
    REDIGE = "redige", "Rédigé"
    VALIDE = "valide", "Validé"
    TRANSMIS = "transmis", "Transmis"
    SUITES_DONNEES = "suites_donnees", "Suites données"


DIAGNOSTIC_ECRIT = frozenset(
    {
        StatutDiagnostic.REDIGE,
        StatutDiagnostic.VALIDE,
        StatutDiagnostic.TRANSMIS,
        StatutDiagnostic.SUITES_DONNEES,
    }
)
# Its text may change until the head of service validates it.
DIAGNOSTIC_MODIFIABLE = frozenset(StatutDiagnostic) - {
    StatutDiagnostic.VALIDE,
    StatutDiagnostic.TRANSMIS,
    StatutDiagnostic.SUITES_DONNEES,
}


class TypeBilan(TextChoices):
    INTERMEDIAIRE = "intermediaire", "Bilan intermédiaire"
    FINAL = "final", "Bilan final"
    SIX_MOIS = "six_mois", "Bilan à 6 mois"
    DOUZE_MOIS = "douze_mois", "Bilan à 12 mois"


class StatutBilan(TextChoices):
    BROUILLON = "brouillon", "En préparation"
    SOUMIS = "soumis", "À valider"
    VALIDE = "valide", "Validé"
    TRANSMIS = "transmis", "Transmis"


BILAN_VALIDE = frozenset({StatutBilan.VALIDE, StatutBilan.TRANSMIS})


class SuiteProposee(TextChoices):
    POURSUIVRE = "poursuivre", "Poursuivre jusqu’au terme"
    RENOUVELER = "renouveler", "Renouveler la mesure"
    TERMINER = "terminer", "Mettre fin à la mesure"


class DestinataireBilan(TextChoices):
    """Who a review is printed for: each reads the parts meant for them."""

    EQUIPE = "equipe", "Équipe d’accompagnement"
    MENAGE = "menage", "Ménage"
    FINANCEUR = "financeur", "Financeur"
    BAILLEUR = "bailleur", "Bailleur"


class StatutRenouvellement(TextChoices):
    PROPOSE = "propose", "À valider par le chef de service"
    VALIDE = "valide", "À accorder par le financeur"
    ACCORDE = "accorde", "Accordé"
    REFUSE = "refuse", "Refusé"


RENOUVELLEMENT_OUVERT = frozenset({StatutRenouvellement.PROPOSE, StatutRenouvellement.VALIDE})


class MotifSuspension(TextChoices):
    HOSPITALISATION = "hospitalisation", "Hospitalisation"
    ABSENCE_PROLONGEE = "absence_prolongee", "Absence prolongée"
    DETENTION = "detention", "Détention"
    DEMANDE_DU_MENAGE = "demande_du_menage", "Demande du ménage"
    ATTENTE_DE_TRAVAUX = "attente_de_travaux", "Attente de travaux ou d’un logement"
    AUTRE = "autre", "Autre motif"


class IssueMesure(TextChoices):
    """How a measure ends (domain model, 4bis); the codes of demandes.IssueSaisine."""

    OBJECTIFS_ATTEINTS = "objectifs_atteints", "Objectifs atteints"
    PARTIELLEMENT = "partiellement", "Objectifs atteints en partie"
    RELOGEMENT = "relogement", "Relogement"
    MAINTIEN = "maintien", "Maintien dans les lieux"
    ACCES_AUTONOME = "acces_autonome", "Accès à un logement autonome"
    HEBERGEMENT = "hebergement", "Hébergement ou structure"
    ABANDON = "abandon", "Abandon"
    SANS_CONTACT = "sans_contact", "Sans contact"
    DEMENAGEMENT = "demenagement", "Déménagement"
    RELAIS = "relais", "Relais vers le droit commun"
    DECES = "deces", "Décès"


class Maintien(TextChoices):
    """Whether the household still lives in the dwelling, 6 and 12 months later."""

    OUI = "oui", "Oui"
    NON = "non", "Non"
    INCONNU = "inconnu", "Inconnu"


class MotifTransfert(TextChoices):
    """Why a portfolio changes hands."""

    ABSENCE = "absence", "Congé ou absence"
    DEPART = "depart", "Départ du service"
    REPARTITION = "repartition", "Répartition de la charge"


class StatutTransfert(TextChoices):
    """Where a planned transfer stands."""

    PREVU = "prevu", "Prévu"
    EN_COURS = "en_cours", "En cours"
    TERMINE = "termine", "Terminé"
    ANNULE = "annule", "Annulé"


class StatutReorientation(TextChoices):
    """Where a request to take the household elsewhere stands."""

    DEMANDEE = "demandee", "Demandée"
    RENVOYEE = "renvoyee", "À compléter"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"
    RETIREE = "retiree", "Retirée"


REORIENTATION_OUVERTE = frozenset({StatutReorientation.DEMANDEE, StatutReorientation.RENVOYEE})


class AvisMenage(TextChoices):
    """What the household says of going elsewhere; it binds nobody, everybody reads it."""

    INFORME = "informe", "Informé, sans avis exprimé"
    ACCORD = "accord", "D’accord"
    REFUS = "refus", "Pas d’accord"
