"""The invented organisations and people of the demonstration. No one here exists."""

from dataclasses import dataclass

from cariatide.partenaires.statuts import Role as R
from cariatide.partenaires.statuts import TypeOrganisation as T

DOMAINE = "exemple.invalid"
MOT_DE_PASSE = "demonstration-cariatide"


@dataclass(frozen=True)
class Fiche:
    """An organisation: code, kind, full name, short name, town of its address."""

    code: str
    type: str
    nom: str
    sigle: str = ""


@dataclass(frozen=True)
class Personne:
    """A person: code, name, organisation, roles, job; vitrine: shown on the page of roles."""

    code: str
    prenom: str
    nom: str
    organisation: str
    roles: tuple[str, ...]
    fonction: str
    vitrine: int = 0

    @property
    def courriel(self) -> str:
        return f"{self.code}@{DOMAINE}"


ORGANISATIONS = (
    Fiche("operateur", T.OPERATEUR, "Habitat Sambre"),
    Fiche("operateur_littoral", T.OPERATEUR, "Abri du Littoral"),
    Fiche("departement", T.DEPARTEMENT, "Conseil départemental de démonstration", "Département"),
    Fiche("service_social", T.DEPARTEMENT, "Unité territoriale d’action sociale", "Action sociale"),
    Fiche("prefecture", T.PREFECTURE, "Préfecture de démonstration", "Préfecture"),
    Fiche(
        "ddets", T.DDETS,
        "Direction de l’emploi, du travail et des solidarités de démonstration", "DDETS",
    ),
    Fiche("ddt", T.DDT, "Direction des territoires de démonstration", "DDT"),
    Fiche("ars", T.ARS, "Agence de santé de démonstration", "ARS"),
    Fiche("caf", T.CAF, "Caisse d’allocations familiales de démonstration", "CAF"),
    Fiche("anah", T.ANAH, "Délégation locale de l’amélioration de l’habitat", "Délégation habitat"),
    Fiche("agglo", T.EPCI, "Communauté d’agglomération des Deux Helpes", "Agglo des Deux Helpes"),
    Fiche("cc", T.EPCI, "Communauté de communes du Haut Bocage", "CC du Haut Bocage"),
    Fiche("ccas_forges", T.CCAS, "CCAS de la ville des Forges", "CCAS des Forges"),
    Fiche("ccas_vallee", T.CCAS, "CCAS de la Vallée", "CCAS de la Vallée"),
    Fiche("ccas_bocage", T.CCAS, "CCAS intercommunal du Bocage", "CCAS du Bocage"),
    Fiche("ccas_marche", T.CCAS, "CCAS du Vieux Marché", "CCAS du Vieux Marché"),
    Fiche("bailleur_val", T.BAILLEUR_SOCIAL, "Habitat du Val"),
    Fiche("bailleur_helpe", T.BAILLEUR_SOCIAL, "Toits de l’Helpe"),
    Fiche("bailleur_vallons", T.BAILLEUR_SOCIAL, "Logis des Trois Vallons"),
    Fiche("bailleur_bocage", T.BAILLEUR_SOCIAL, "Foyer du Bocage"),
    Fiche("bailleur_forge", T.BAILLEUR_SOCIAL, "Résidences de la Forge"),
    Fiche("association", T.ASSOCIATION, "Le Relais des Deux Rives", "Relais des Deux Rives"),
    Fiche("association_littoral", T.ASSOCIATION, "La Passerelle des Dunes"),
    Fiche("siao", T.SIAO, "Service intégré d’accueil et d’orientation", "SIAO"),
    Fiche("mission_locale", T.MISSION_LOCALE, "Mission locale du Bocage"),
)  # fmt: skip
BAILLEURS = (
    "bailleur_val",
    "bailleur_helpe",
    "bailleur_vallons",
    "bailleur_bocage",
    "bailleur_forge",
)
CCAS = ("ccas_forges", "ccas_vallee", "ccas_bocage", "ccas_marche")
# The bailiff's body that a reform replaced: history keeps its name.
ANCIENNE_DDETS = Fiche("ddcs", T.DDETS, "Direction de la cohésion sociale de démonstration", "DDCS")

_TS = (R.TRAVAILLEUR_SOCIAL,)
PERSONNES = (
    # Habitat Sambre: nineteen staff.
    Personne("helene.vasseur", "Hélène", "Vasseur", "operateur", (R.ADMINISTRATEUR,), "Directrice"),
    Personne("claire.fontaine", "Claire", "Fontaine", "operateur", (R.CHEF_DE_SERVICE,),
             "Cheffe de service social", 3),
    Personne("alice.renard", "Alice", "Renard", "operateur", _TS, "Travailleuse sociale", 2),
    Personne("agnes.colin", "Agnès", "Colin", "operateur", _TS, "Conseillère en économie sociale"),
    Personne("karim.benali", "Karim", "Benali", "operateur", _TS, "Assistant social"),
    Personne("sophie.delattre", "Sophie", "Delattre", "operateur", _TS, "Travailleuse sociale"),
    Personne("julien.lemaire", "Julien", "Lemaire", "operateur", _TS, "Éducateur spécialisé"),
    Personne("nadege.carlier", "Nadège", "Carlier", "operateur", _TS, "Travailleuse sociale"),
    Personne("thomas.wattel", "Thomas", "Wattel", "operateur", _TS, "Conseiller social"),
    Personne("theo.tisserand", "Théo", "Tisserand", "operateur", (R.TECHNICIEN,),
             "Technicien santé et habitat", 4),
    Personne("bruno.leclerc", "Bruno", "Leclerc", "operateur", (R.TECHNICIEN,),
             "Technicien santé et habitat"),
    Personne("farida.mansour", "Farida", "Mansour", "operateur", (R.TECHNICIEN,),
             "Technicienne santé et habitat"),
    Personne("magali.petit", "Magali", "Petit", "operateur", (R.CHARGE_DE_CLIENTELE,),
             "Chargée de clientèle", 6),
    Personne("sandrine.leroux", "Sandrine", "Leroux", "operateur", (R.CHARGE_DE_CLIENTELE,),
             "Chargée de clientèle"),
    Personne("maud.caron", "Maud", "Caron", "operateur", (R.CHARGE_DE_CLIENTELE,),
             "Chargée de clientèle"),
    Personne("elodie.marchand", "Élodie", "Marchand", "operateur", (R.CONSEILLER_HABITAT,),
             "Conseillère habitat", 5),
    Personne("yves.cordier", "Yves", "Cordier", "operateur", (R.CONSEILLER_HABITAT,),
             "Conseiller habitat"),
    Personne("lucie.haussy", "Lucie", "Haussy", "operateur", (R.CONSEILLER_HABITAT,),
             "Chargée de mission santé et habitat"),
    Personne("aude.bertin", "Aude", "Bertin", "operateur", (R.ADMINISTRATEUR,),
             "Assistante de direction, administratrice des comptes", 12),
    # Département
    Personne("dora.michel", "Dora", "Michel", "departement", (R.SECRETARIAT,),
             "Secrétariat du groupe de pilotage", 1),
    Personne("bob.lambert", "Bob", "Lambert", "departement", (R.CHARGE_DU_PLAN,),
             "Chargé du plan départemental", 9),
    Personne("fanny.roussel", "Fanny", "Roussel", "departement", (R.FINANCEUR,),
             "Gestionnaire du fonds de solidarité", 8),
    Personne("denise.garnier", "Denise", "Garnier", "departement", (R.PROTECTION_DES_DONNEES,),
             "Déléguée à la protection des données", 11),
    Personne("gilles.aubert", "Gilles", "Aubert", "departement", (R.MEMBRE_COMMISSION,),
             "Responsable du service habitat"),
    Personne("remi.technique", "Rémi", "Payen", "departement", (R.ADMINISTRATEUR_TECHNIQUE,),
             "Administrateur technique", 13),
    # Who sends saisines
    Personne("paul.prevost", "Paul", "Prévost", "ccas_forges", (R.PRESCRIPTEUR,),
             "Travailleur social du CCAS", 0),
    Personne("irene.baudry", "Irène", "Baudry", "ccas_vallee", (R.PRESCRIPTEUR,),
             "Responsable de l’action sociale"),
    Personne("sonia.hubert", "Sonia", "Hubert", "ccas_bocage", (R.PRESCRIPTEUR,),
             "Travailleuse sociale"),
    Personne("eric.poulain", "Éric", "Poulain", "ccas_marche", (R.PRESCRIPTEUR,),
             "Travailleur social"),
    Personne("anne.delcourt", "Anne", "Delcourt", "service_social", (R.PRESCRIPTEUR,),
             "Assistante sociale de secteur"),
    Personne("marc.hennion", "Marc", "Hennion", "service_social", (R.PRESCRIPTEUR,),
             "Assistant social de secteur"),
    Personne("celine.thiery", "Céline", "Thiery", "caf", (R.PRESCRIPTEUR, R.MEMBRE_COMMISSION),
             "Travailleuse sociale, impayés de logement"),
    Personne("nora.saidi", "Nora", "Saïdi", "association", (R.PRESCRIPTEUR,),
             "Éducatrice du centre d’hébergement"),
    Personne("luc.ferrand", "Luc", "Ferrand", "siao", (R.PRESCRIPTEUR,), "Coordinateur"),
    Personne("rose.martel", "Rose", "Martel", "association_littoral", (R.PRESCRIPTEUR,),
             "Travailleuse sociale"),
    Personne("pascale.lenoir", "Pascale", "Lenoir", "bailleur_val", (R.CHARGE_DE_CLIENTELE,),
             "Conseillère sociale"),
    Personne("hugo.vidal", "Hugo", "Vidal", "bailleur_helpe",
             (R.CHARGE_DE_CLIENTELE, R.SECRETARIAT), "Responsable du contentieux"),
    Personne("ines.gallet", "Inès", "Gallet", "bailleur_helpe", (R.FINANCEUR, R.MEMBRE_COMMISSION),
             "Directrice de la clientèle"),
    Personne("odile.masson", "Odile", "Masson", "bailleur_vallons", (R.CHARGE_DE_CLIENTELE,),
             "Conseillère sociale"),
    Personne("kevin.brunet", "Kévin", "Brunet", "bailleur_bocage", (R.CHARGE_DE_CLIENTELE,),
             "Chargé de pré-contentieux"),
    Personne("laure.pasquier", "Laure", "Pasquier", "bailleur_forge", (R.CHARGE_DE_CLIENTELE,),
             "Conseillère sociale"),
    # Members of the sessions
    Personne("manon.sellier", "Manon", "Sellier", "prefecture", (R.MEMBRE_COMMISSION,),
             "Bureau du logement", 7),
    Personne("serge.bailly", "Serge", "Bailly", "prefecture", (R.PREFECTURE_EXPULSIONS,),
             "Bureau des expulsions", 10),
    Personne("yasmine.kaci", "Yasmine", "Kaci", "ddets",
             (R.MEMBRE_COMMISSION, R.FINANCEUR, R.SECRETARIAT), "Inspectrice"),
    Personne("denis.royer", "Denis", "Royer", "ddt", (R.MEMBRE_COMMISSION,), "Chef de bureau"),
    Personne("carole.verdier", "Carole", "Verdier", "agglo", (R.MEMBRE_COMMISSION,),
             "Chargée de l’habitat"),
    Personne("michel.dumas", "Michel", "Dumas", "cc", (R.MEMBRE_COMMISSION,), "Vice-président"),
    Personne("estelle.roche", "Estelle", "Roche", "ars", (R.MEMBRE_COMMISSION,),
             "Ingénieure d’études sanitaires"),
    # The other operator
    Personne("charlie.maes", "Charlie", "Maes", "operateur_littoral", _TS,
             "Travailleur social, autre territoire", 14),
    Personne("brigitte.daems", "Brigitte", "Daems", "operateur_littoral", (R.CHEF_DE_SERVICE,),
             "Cheffe de service"),
    # An account that no organisation has given a mandate to yet
    Personne("eve.morin", "Ève", "Morin", "", (), "Compte sans mandat", 15),
)  # fmt: skip
VITRINE_PREMIER = "paul.prevost"
EQUIPE = tuple(p.code for p in PERSONNES if p.organisation == "operateur" and p.roles == _TS)
TECHNICIENS = tuple(p.code for p in PERSONNES if R.TECHNICIEN in p.roles)

# Composition of the sessions: (organisation, has a vote, who sits).
COMPOSITIONS: dict[str, tuple[tuple[str, bool, str], ...]] = {
    "pilotage": (
        ("departement", True, "Gilles Aubert"), ("prefecture", True, "Manon Sellier"),
        ("ddets", True, "Yasmine Kaci"), ("ddt", True, "Denis Royer"),
        ("caf", True, "Céline Thiery"), ("agglo", True, "Carole Verdier"),
        ("cc", True, "Michel Dumas"), ("bailleur_helpe", True, "Inès Gallet"),
        ("operateur", False, "Claire Fontaine"), ("ccas_forges", False, "Paul Prévost"),
    ),
    "insalubrite": (
        ("departement", True, "Gilles Aubert"), ("ars", True, "Estelle Roche"),
        ("ddt", True, "Denis Royer"), ("agglo", True, "Carole Verdier"),
        ("prefecture", True, "Manon Sellier"), ("operateur", False, "Claire Fontaine"),
    ),
    "bailleur": (
        ("bailleur_helpe", True, "Inès Gallet"), ("departement", True, "Gilles Aubert"),
        ("caf", True, "Céline Thiery"), ("operateur", False, "Claire Fontaine"),
    ),
    "avdl": (
        ("ddets", True, "Yasmine Kaci"), ("prefecture", True, "Manon Sellier"),
        ("operateur_littoral", False, "Brigitte Daems"),
    ),
}  # fmt: skip
