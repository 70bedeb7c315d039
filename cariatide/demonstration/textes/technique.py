"""Sentences of the technical side: homes, diagnoses, works, offers."""

CONCLUSIONS = (
    "Logement {à réhabiliter|à remettre aux normes} : {isolation et chauffage|électricité et ventilation|toiture et menuiseries} en priorité.",
    "État d’usage ; {une ventilation est à créer|l’électricité est à reprendre en partie|la salle d’eau est à adapter}.",
    "Bon état général, {petits travaux de remise en location|isolation des combles à prévoir}.",
)
OBSERVATIONS = {
    "mauvais": "{Ancien, à remplacer.|Traces d’infiltration.|Insuffisant pour la surface.}",
    "dangereux": "{Conducteurs apparents.|Risque de chute.|Appareil non raccordé à un conduit.}",
    "usage": "{Usure normale.|À surveiller.|}",
    "bon": "",
}
TRAVAUX_PRODUCTION = (
    "Réhabilitation complète d’un logement vacant",
    "Rénovation thermique et remise aux normes",
    "Création d’un logement dans un ancien local",
    "Remise en état avant relocation",
)
TRAVAUX_ADAPTES = (
    "Logement de plain-pied accessible en fauteuil",
    "Adaptation de la salle d’eau et des accès",
    "Réhabilitation en logement adapté pour une famille nombreuse",
)
TRAVAUX_MAINTIEN = (
    "Isolation, chauffage et ventilation du logement occupé",
    "Mise en sécurité électrique et reprise des menuiseries",
    "Sortie d’insalubrité : toiture, humidité, sanitaires",
    "Adaptation de la salle d’eau et remplacement du chauffage",
)
ABANDONS = (
    "Le propriétaire a vendu l’immeuble.",
    "Le reste à charge dépasse les moyens du maître d’ouvrage.",
    "Le bien est frappé d’alignement.",
)
ECARTS = (
    "Loyer demandé trop élevé pour le public.",
    "Travaux trop lourds au regard des financements.",
    "Logement loué entre-temps.",
    "Trop loin des transports et des écoles.",
)
SOURCES_OFFRES = (
    "Petite annonce",
    "Propriétaire venu à la permanence",
    "Commune",
    "Prospection de l’équipe",
    "Agence partenaire",
)
CHAUFFAGES = ("Gaz individuel", "Électrique", "Poêle à granulés", "Pompe à chaleur", "Fioul")
NOMS_SCI = ("SCI des Remparts", "SCI du Canal", "SCI des Trois Ponts", "SCI de la Verrerie", "SCI du Beffroi")
