"""Kinds of organisations, agreements and roles: stored codes are ASCII, labels are French."""

from django.db.models import TextChoices


class TypeOrganisation(TextChoices):
    """Who works on the files (domain inventory, section 6)."""

    PREFECTURE = "prefecture", "Préfecture"
    DDT = "ddt", "Direction départementale des territoires"
    DDETS = "ddets", "Direction départementale de l’emploi, du travail et des solidarités"
    DREAL = "dreal", "Direction régionale du logement"
    DREETS = "dreets", "Direction régionale des solidarités"
    ARS = "ars", "Agence régionale de santé"
    DEPARTEMENT = "departement", "Conseil départemental"
    REGION = "region", "Conseil régional"
    EPCI = "epci", "Intercommunalité"
    COMMUNE = "commune", "Commune"
    CCAS = "ccas", "Centre communal d’action sociale"
    SCHS = "schs", "Service communal d’hygiène et de santé"
    CAF = "caf", "Caisse d’allocations familiales"
    MSA = "msa", "Mutualité sociale agricole"
    ANAH = "anah", "Agence nationale de l’habitat"
    ACTION_LOGEMENT = "action_logement", "Action Logement"
    BANQUE_DES_TERRITOIRES = "cdc", "Caisse des dépôts"
    CAISSE_RETRAITE = "caisse_retraite", "Caisse de retraite"
    OPERATEUR = "operateur", "Opérateur"
    GESTIONNAIRE = "gestionnaire", "Gestionnaire de structure"
    BAILLEUR_SOCIAL = "bailleur_social", "Bailleur social"
    BAILLEUR_PRIVE = "bailleur_prive", "Bailleur privé"
    JUSTICE = "justice", "Juridiction"
    COMMISSAIRE = "commissaire", "Commissaire de justice"
    BANQUE_DE_FRANCE = "banque_de_france", "Banque de France"
    SANTE = "sante", "Équipe mobile de santé"
    SIAO = "siao", "Service intégré d’accueil et d’orientation"
    MISSION_LOCALE = "mission_locale", "Mission locale"
    ASSOCIATION = "association", "Association partenaire"
    PROPRIETAIRES = "proprietaires", "Organisation de propriétaires"
    OBSERVATOIRE = "observatoire", "Observatoire"


class Role(TextChoices):
    """Roles of a mandate (domain model, section 6). Levels are in NIVEAU_MAX."""

    PRESCRIPTEUR = "prescripteur", "Prescripteur"
    TRAVAILLEUR_SOCIAL = "travailleur_social", "Travailleur social"
    CHEF_DE_SERVICE = "chef_de_service", "Chef de service social"
    CHARGE_DE_CLIENTELE = "charge_de_clientele", "Chargé de clientèle"
    TECHNICIEN = "technicien", "Technicien"
    CONSEILLER_HABITAT = "conseiller_habitat", "Conseiller habitat"
    SECRETARIAT = "secretariat", "Secrétariat de commission"
    MEMBRE_COMMISSION = "membre_commission", "Membre de commission"
    FINANCEUR = "financeur", "Gestionnaire du financeur"
    CHARGE_DU_PLAN = "charge_du_plan", "Chargé du plan"
    PREFECTURE_EXPULSIONS = "prefecture_expulsions", "Bureau des expulsions"
    PROTECTION_DES_DONNEES = "protection_des_donnees", "Délégué à la protection des données"
    ADMINISTRATEUR = "administrateur", "Administrateur de l’organisation"
    ADMINISTRATEUR_TECHNIQUE = "administrateur_technique", "Administrateur technique"


class TypeConvention(TextChoices):
    MOUS = "mous", "Maîtrise d’œuvre urbaine et sociale"
    IML = "iml", "Intermédiation locative"
    ASLL = "asll", "Accompagnement social lié au logement"
    AVDL = "avdl", "Accompagnement vers et dans le logement"
    SUIVI_BAILLEUR = "suivi_bailleur", "Suivi pour un bailleur"
    DIAGNOSTIC_SANITAIRE = "diagnostic_sanitaire", "Diagnostics pour l’agence de santé"
    DECENCE = "decence", "Contrôles de décence"
    PIG = "pig", "Programme d’intérêt général"
    OPAH = "opah", "Opération programmée d’amélioration de l’habitat"
    GESTION = "gestion", "Gestion locative"
    FOYER = "foyer", "Convention de foyer"
    APPEL_A_PROJETS = "appel_a_projets", "Appel à projets"


class UniteObjectif(TextChoices):
    MENAGES = "menages", "ménages relogés ou logements améliorés"
    LOGEMENTS_ADAPTES = "logements_adaptes", "logements adaptés"
    LOGEMENTS = "logements", "logements"
    MESURES = "mesures", "mesures"
    PLACES = "places", "places"
    DIAGNOSTICS = "diagnostics", "diagnostics"
    SEANCES = "seances", "séances"
