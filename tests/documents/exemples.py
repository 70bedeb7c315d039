"""One example of each context, as a real office would fill it. Invented persons and bodies."""

from datetime import UTC, date, datetime
from typing import Any

from cariatide.documents.contextes import accompagnement as acc
from cariatide.documents.contextes import base, commission, courriers
from cariatide.documents.contextes import releve as rel

EN_TETE = base.EnTete(
    organisation="Habitat Solidaire du Val d’Aubre",
    service="Pôle logement et accompagnement",
    adresse=("12, rue des Tanneurs", "03200 VICHY"),
    telephone="04 70 00 00 00",
    courriel="accueil@habitat-aubre.example",
    identifiant="Association loi 1901",
)
DESTINATAIRE = base.Destinataire(
    lignes=(
        "Madame Élodie GARNIER-LŒUILLET",
        "Appartement 14, escalier B",
        "Résidence Les Tilleuls",
        "27, avenue du Général-de-Gaulle",
        "03300 CUSSET",
    )
)
DIRECTRICE = base.Signature(qualite="La directrice", nom="Maud Ferrandier")
REFERENTE = base.Signature(qualite="La référente de la mesure", nom="Aline Castagnet")
MENAGE = base.Signature(qualite="Le ménage", mention="Lu et approuvé")
CHEF = base.Signature(qualite="Le chef de service", nom="Yann Le Goffic", signe_le=date(2026, 3, 6))
DEBUT = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)  # 9 h in Paris
FIN = datetime(2026, 3, 12, 10, 45, tzinfo=UTC)
COMMUN: dict[str, Any] = {
    "en_tete": EN_TETE,
    "reference": "DOC-2026-00123",
    "etabli_le": date(2026, 3, 13),
    "lieu": "Vichy",
}
LETTRE: dict[str, Any] = {
    **COMMUN,
    "destinataire": DESTINATAIRE,
    "civilite": "Madame",
    "signature": DIRECTRICE,
    "suivi_par": "Aline Castagnet, 04 70 00 00 12",
    "formule": ("Je vous prie d’agréer, Madame, l’expression de ma considération distinguée."),
}


def courrier_menage(**autres: Any) -> courriers.CourrierMenage:
    valeurs: dict[str, Any] = {
        **LETTRE,
        "objet": "Proposition de rendez-vous à votre domicile",
        "pieces_jointes": ("Plan d’accès", "Liste des documents à préparer"),
        "copies": ("Centre communal d’action sociale de Cusset",),
        "paragraphes": (
            "Vous bénéficiez depuis le 2 février 2026 d’un accompagnement pour votre recherche de "
            "logement. Je vous propose de nous rencontrer à votre domicile le jeudi 19 mars 2026 à "
            "14 h 30, afin de préparer ensemble votre dossier.",
            "Si cette date ne vous convient pas, vous pouvez m’appeler : nous en choisirons une "
            "autre. Vous pouvez être accompagnée de la personne de votre choix.",
            "Merci de préparer vos trois dernières quittances de loyer, votre dernier avis "
            "d’imposition et l’attestation de paiement de la caisse d’allocations familiales.",
        ),
    }
    return courriers.CourrierMenage(**valeurs | autres)


def notification_decision(**autres: Any) -> courriers.NotificationDecision:
    valeurs: dict[str, Any] = {
        **LETTRE,
        "objet": "Notification de la décision du groupe de pilotage de la MOUS",
        "vos_references": "Votre demande du 4 février 2026",
        "instance": "Groupe de pilotage de la MOUS",
        "seance_le": date(2026, 3, 12),
        "dossier_reference": "S-2026-00417",
        "menage": "votre ménage",
        "sens": "Orientation vers un relogement",
        "axe": "relogement",
        "motif": (
            "Le logement que vous occupez ne peut pas être rendu décent par des travaux d’un coût "
            "raisonnable. Sa surface est insuffisante pour quatre personnes."
        ),
        "conditions": (
            "Signature du contrat d’accompagnement dans le mois qui suit cette notification ;",
            "Dépôt ou renouvellement de la demande de logement social.",
        ),
        "suites": ("Une travailleuse sociale prendra contact avec vous avant le 27 mars 2026.",),
        "echeance": date(2026, 9, 12),
        "voies_recours": (
            "Texte des voies et délais de recours tel que l’instance l’a enregistré dans ses "
            "paramètres, avec l’autorité compétente et son adresse.",
        ),
        "copies": ("Service social départemental",),
    }
    return courriers.NotificationDecision(**valeurs | autres)


DOSSIERS_INSCRITS = (
    commission.DossierInscrit(
        rang=1,
        reference="S-2026-00417",
        menage="Ménage GARNIER-LŒUILLET",
        commune="Cusset",
        motif="Logement non décent ; suroccupation",
        presente_par="Habitat Solidaire du Val d’Aubre",
        passage="Première présentation",
    ),
    commission.DossierInscrit(
        rang=2,
        reference="S-2026-00398",
        menage="Ménage TOUSSAINT",
        commune="Bellerive-sur-Allier",
        motif="Coût excessif du logement",
        presente_par="Circonscription sociale de Vichy",
        passage="Ajourné le 12/02/2026",
    ),
)
POINTS = (
    commission.PointOrdreDuJour(
        libelle="Approbation du procès-verbal de la séance du 12 février 2026"
    ),
    commission.PointOrdreDuJour(libelle="Examen des dossiers", dossiers=DOSSIERS_INSCRITS),
    commission.PointOrdreDuJour(
        libelle="Questions diverses", detail="Calendrier des visites techniques du printemps."
    ),
)


def convocation(**autres: Any) -> courriers.Convocation:
    valeurs: dict[str, Any] = {
        **LETTRE,
        "destinataire": base.Destinataire(
            lignes=(
                "Monsieur Karim BELHADJ",
                "Service social départemental",
                "1, avenue Victor-Hugo",
                "03000 MOULINS",
            )
        ),
        "civilite": "Monsieur",
        "formule": "Je vous prie d’agréer, Monsieur, l’expression de mes salutations distinguées.",
        "objet": "Convocation à la séance du groupe de pilotage de la MOUS",
        "instance": "Groupe de pilotage de la MOUS",
        "debut": DEBUT,
        "fin_prevue": FIN,
        "lieu_seance": "Salle des Commissions, 12, rue des Tanneurs, Vichy",
        "visioconference": "Lien transmis par messagerie sécurisée",
        "points": POINTS,
        "reponse_avant": date(2026, 3, 5),
        "quorum": "La présence de quatre membres ayant voix délibérative est requise.",
        "etabli_le": date(2026, 2, 26),
    }
    return courriers.Convocation(**valeurs | autres)


def ordre_du_jour(**autres: Any) -> commission.OrdreDuJour:
    valeurs: dict[str, Any] = {
        **COMMUN,
        "instance": "Groupe de pilotage de la MOUS du Val d’Aubre",
        "debut": DEBUT,
        "lieu_seance": "Salle des Commissions, 12, rue des Tanneurs, Vichy",
        "president": "Maud Ferrandier",
        "points": POINTS,
    }
    return commission.OrdreDuJour(**valeurs | autres)


def proces_verbal(**autres: Any) -> commission.ProcesVerbal:
    membre = commission.Membre
    valeurs: dict[str, Any] = {
        **COMMUN,
        "instance": "Groupe de pilotage de la MOUS du Val d’Aubre",
        "debut": DEBUT,
        "fin": FIN,
        "lieu_seance": "Salle des Commissions, 12, rue des Tanneurs, Vichy",
        "president": base.Signature(qualite="La présidente de séance", nom="Maud Ferrandier"),
        "secretaire": base.Signature(qualite="La secrétaire de séance", nom="Inès Morvan"),
        "membres": (
            membre(
                organisation="Conseil départemental",
                representant="Karim Belhadj",
                qualite="chef du service logement",
                presence="Présent",
            ),
            membre(
                organisation="Direction départementale des territoires",
                representant="Solène Abgrall",
                presence="Présente",
            ),
            membre(
                organisation="Caisse d’allocations familiales",
                representant="Paul Chastang",
                presence="Représenté",
            ),
            membre(organisation="Communauté d’agglomération", presence="Excusée"),
            membre(
                organisation="Habitat Solidaire du Val d’Aubre",
                representant="Aline Castagnet",
                presence="Présente",
                voix=False,
            ),
        ),
        "quorum": commission.Quorum(requis=3, presents=3, membres=4),
        "ouverture": "La présidente rappelle l’obligation de discrétion qui s’impose à chacun.",
        "dossiers": (
            commission.DossierExamine(
                rang=1,
                reference="S-2026-00417",
                menage="Ménage GARNIER-LŒUILLET",
                commune="Cusset",
                presente_par="Habitat Solidaire du Val d’Aubre",
                synthese=(
                    "Couple avec deux enfants, locataire du parc privé depuis 2021 (T2 de 38 m²). "
                    "Diagnostic technique du 16 janvier 2026 : humidité, installation électrique "
                    "dangereuse. Demande de logement social déposée en novembre 2025."
                ),
                decision="Orientation vers un relogement",
                axe="relogement",
                motif="Logement non décent et trop petit ; travaux d’un coût disproportionné.",
                conditions=(
                    "Contrat d’accompagnement signé dans le mois.",
                    "Demande de logement social tenue à jour.",
                ),
                votes="3 pour",
            ),
            commission.DossierExamine(
                rang=2,
                reference="S-2026-00398",
                menage="Ménage TOUSSAINT",
                commune="Bellerive-sur-Allier",
                presente_par="Circonscription sociale de Vichy",
                synthese="Personne seule, locataire du parc privé, loyer de 560 € hors charges.",
                decision="Ajournement à la séance du 9 avril 2026",
                motif="Le diagnostic technique du logement n’est pas encore rendu.",
                non_participants=("Direction départementale des territoires",),
            ),
        ),
        "points_divers": "Le calendrier des visites techniques est adopté.",
        "prochaine_seance": datetime(2026, 4, 9, 7, 30, tzinfo=UTC),
    }
    return commission.ProcesVerbal(**valeurs | autres)


MEMBRES = (
    acc.MembreMenage(
        nom="GARNIER-LŒUILLET Élodie",
        lien="Personne référente",
        naissance=date(1988, 5, 1),
        situation="Salariée à temps partiel",
    ),
    acc.MembreMenage(
        nom="LŒUILLET Baptiste", lien="Conjoint", naissance=date(1986, 11, 23), situation="Artisan"
    ),
    acc.MembreMenage(nom="LŒUILLET Jade", lien="Enfant", naissance=date(2016, 2, 29)),
    acc.MembreMenage(nom="LŒUILLET Noé", lien="Enfant", naissance=date(2019, 8, 14)),
)
LOGEMENT = (
    base.Champ(libelle="Statut d’occupation", valeur="Locataire du parc privé"),
    base.Champ(libelle="Type et surface", valeur="T2, 38 m²"),
    base.Champ(libelle="Loyer et charges", valeur="485,00 € et 45,00 € par mois"),
    base.Champ(libelle="Classe énergétique", valeur="F"),
)


def fiche_saisine(**autres: Any) -> acc.FicheSaisine:
    valeurs: dict[str, Any] = {
        **COMMUN,
        "numero": "S-2026-00417",
        "deposee_le": date(2026, 2, 4),
        "statut": "Recevable",
        "dispositif": "Maîtrise d’œuvre urbaine et sociale (MOUS)",
        "origine": "Circonscription sociale de Vichy",
        "agent": "Inès Morvan",
        "canal": "Plateforme",
        "urgence": "Sans urgence",
        "motifs": ("Logement non décent", "Suroccupation"),
        "information_menage_le": date(2026, 2, 2),
        "menage_reference": "M-2026-00088",
        "membres": MEMBRES,
        "adresse": DESTINATAIRE.lignes[1:],
        "contact": (base.Champ(libelle="Téléphone", valeur="06 00 00 00 00"),),
        "logement": LOGEMENT,
        "demarches": "Demande de logement social déposée le 12 novembre 2025.",
        "pieces": (
            acc.PieceAttendue(
                libelle="Pièce d’identité", obligatoire=True, recue_le=date(2026, 2, 4)
            ),
            acc.PieceAttendue(libelle="Bail en cours", obligatoire=True),
            acc.PieceAttendue(libelle="Photographies du logement", obligatoire=False),
        ),
    }
    return acc.FicheSaisine(**valeurs | autres)


def contrat_accompagnement(**autres: Any) -> acc.ContratAccompagnement:
    valeurs: dict[str, Any] = {
        **COMMUN,
        "dispositif": "Maîtrise d’œuvre urbaine et sociale (MOUS)",
        "axe": "relogement",
        "mesure_reference": "MES-2026-00052",
        "convention": "MOUS départementale 2025-2027",
        "financeur": "Conseil départemental, avec le soutien de l’État",
        "menage": ("Mme Élodie GARNIER-LŒUILLET", "M. Baptiste LŒUILLET", *DESTINATAIRE.lignes[1:]),
        "referent": "Aline Castagnet",
        "debut": date(2026, 4, 1),
        "fin": date(2027, 3, 31),
        "duree": "douze mois",
        "frequence": "Une rencontre au moins toutes les deux semaines, à domicile ou au bureau.",
        "objectifs": (
            acc.ObjectifContrat(
                intitule="Constituer et tenir à jour la demande de logement social",
                moyens="Aide à la constitution du dossier ; contact avec les bailleurs",
                echeance=date(2026, 5, 15),
            ),
            acc.ObjectifContrat(
                intitule="Préparer le budget du futur logement",
                moyens="Atelier budget ; simulation de l’aide au logement",
                echeance=date(2026, 7, 1),
            ),
            acc.ObjectifContrat(intitule="Accéder à un logement adapté à quatre personnes"),
        ),
        "engagements_menage": (
            "Honorer les rendez-vous ou prévenir en cas d’empêchement ;",
            "Transmettre les documents nécessaires aux démarches ;",
            "Payer le loyer et les charges du logement occupé.",
        ),
        "engagements_operateur": (
            "Rencontrer le ménage à la fréquence convenue ;",
            "Rechercher des logements correspondant à ses besoins et à ses ressources ;",
            "Ne rien transmettre à un tiers sans que le ménage en soit informé.",
        ),
        "droit_arret": (
            "Le ménage peut mettre fin à l’accompagnement à tout moment, par simple écrit, sans "
            "avoir à donner de motif."
        ),
        "information_rgpd": (
            "Les informations recueillies servent à la mise en œuvre de l’accompagnement et au "
            "suivi anonyme du plan départemental. Elles sont lues par les seules personnes dont "
            "la mission l’exige.",
            "Vous pouvez demander à les consulter, à les faire rectifier ou effacer, en écrivant "
            "à la personne déléguée à la protection des données de l’organisme.",
        ),
        "signatures": (
            base.Signature(qualite="Mme Élodie GARNIER-LŒUILLET", mention="Lu et approuvé"),
            base.Signature(qualite="M. Baptiste LŒUILLET", mention="Lu et approuvé"),
            REFERENTE,
            CHEF,
        ),
    }
    return acc.ContratAccompagnement(**valeurs | autres)


def bilan(**autres: Any) -> acc.Bilan:
    valeurs: dict[str, Any] = {
        **COMMUN,
        "type_bilan": "Bilan intermédiaire",
        "destinataire_document": "Conseil départemental, service logement",
        "partiel": True,
        "mesure_reference": "MES-2026-00052",
        "dispositif": "MOUS",
        "axe": "relogement",
        "menage": "Ménage GARNIER-LŒUILLET",
        "referent": "Aline Castagnet",
        "du": date(2026, 4, 1),
        "au": date(2026, 9, 30),
        "interventions": (
            base.Champ(libelle="Visites à domicile", valeur="6"),
            base.Champ(libelle="Entretiens", valeur="4"),
            base.Champ(libelle="Démarches", valeur="11"),
        ),
        "objectifs": tuple(
            acc.ObjectifEvalue(intitule=intitule, atteinte=atteinte, commentaire=commentaire)
            for intitule, atteinte, commentaire in (
                ("Demande de logement social", 4, "Dossier complet et enregistré."),
                ("Budget du futur logement", 3, "Simulation faite ; épargne commencée."),
                ("Accéder à un logement adapté", 2, "Deux propositions visitées."),
                ("Apurer la dette d’énergie", 1, ""),
                ("Inscription à l’école", 0, "En attente de l’adresse définitive."),
            )
        ),
        "rubriques": (
            base.Rubrique(
                titre="Évolution de la situation",
                texte=(
                    "Le ménage s’est pleinement saisi de l’accompagnement. Les deux visites de "
                    "logement ont permis de préciser le secteur recherché.\n\nLe retard de loyer "
                    "constaté en mai est soldé."
                ),
            ),
            base.Rubrique(titre="Difficultés rencontrées", texte="Peu d’offres de T4 à Cusset."),
        ),
        "conclusion": "Les objectifs restent pertinents ; le relogement est proche.",
        "suite_proposee": "Poursuite de la mesure jusqu’à son terme",
        "signatures": (REFERENTE, CHEF),
    }
    return acc.Bilan(**valeurs | autres)


def diagnostic_social(**autres: Any) -> acc.DiagnosticSocial:
    ligne = acc.LigneBudget
    valeurs: dict[str, Any] = {
        **COMMUN,
        "commanditaire": "Conseil départemental",
        "motif": "Entrée dans la mesure",
        "menage": "Ménage GARNIER-LŒUILLET",
        "menage_reference": "M-2026-00088",
        "referent": "Aline Castagnet",
        "visite_le": date(2026, 3, 3),
        "membres": MEMBRES,
        "ressources": (
            ligne(libelle="Salaire", montant="1 012,00 €"),
            ligne(libelle="Revenus d’artisan", montant="860,00 €"),
            ligne(libelle="Prestations familiales", montant="148,52 €"),
        ),
        "charges": (
            ligne(libelle="Loyer et charges", montant="530,00 €"),
            ligne(libelle="Énergie et eau", montant="184,00 €"),
            ligne(libelle="Crédit automobile", montant="210,00 €"),
        ),
        "synthese_budget": (
            base.Champ(libelle="Taux d’effort", valeur="26,2 %"),
            base.Champ(libelle="Reste à vivre", valeur="9,15 € par personne et par jour"),
        ),
        "logement": LOGEMENT,
        "rubriques": (
            base.Rubrique(
                titre="Souhaits du ménage",
                texte="Un T4 à Cusset ou à Vichy, proche de l’école et des transports.",
            ),
            base.Rubrique(
                titre="Capacités à habiter",
                texte="Le logement est bien tenu malgré son état. Les loyers sont payés.",
            ),
        ),
        "preconisations": (
            "Relogement dans le parc social, T4, loyer inférieur à 520 € ;",
            "Accompagnement au budget pendant six mois.",
        ),
        "valide_par": "Yann Le Goffic",
        "valide_le": date(2026, 3, 6),
        "signatures": (REFERENTE, CHEF),
    }
    return acc.DiagnosticSocial(**valeurs | autres)


def parcours(**autres: Any) -> acc.ParcoursMenage:
    ligne = acc.LigneParcours
    valeurs: dict[str, Any] = {
        **COMMUN,
        "menage": "Ménage GARNIER-LŒUILLET",
        "menage_reference": "M-2026-00088",
        "lecteur": "Aline Castagnet, Habitat Solidaire du Val d’Aubre",
        "filtre": "Toutes les sources, depuis l’origine",
        "lignes": (
            ligne(
                le=date(2026, 3, 12),
                libelle="Orientation vers un relogement",
                detail="Groupe de pilotage de la MOUS, séance du 12 mars 2026",
                source="Commission",
                auteur="Inès Morvan",
            ),
            ligne(le=date(2026, 3, 3), libelle="Visite à domicile", source="Mesure"),
            ligne(
                le=date(2026, 2, 4),
                libelle="Saisine déposée",
                detail="S-2026-00417",
                source="Demande",
            ),
            ligne(le=date(2025, 11, 12), libelle="Demande de logement social", source="Demande"),
        ),
    }
    return acc.ParcoursMenage(**valeurs | autres)


def releve(**autres: Any) -> rel.Releve:
    valeurs: dict[str, Any] = {
        **COMMUN,
        "sous_titre": "Ménage GARNIER-LŒUILLET · M-2026-00088",
        "avertissement": "Ce relevé est remis à la personne qui l’a demandé.",
        "champs": (base.Champ(libelle="Demandé le", valeur="12 mars 2026"),),
        "parties": (
            rel.Partie(titre="Origine des données", texte="La saisine du 4 février 2026."),
            rel.Partie(
                titre="Composition",
                colonnes=("Personne", "Place"),
                lignes=(("Zoé GARNIER", "Référente"), ("Noé LŒUILLET", "Enfant")),
            ),
        ),
    }
    return rel.Releve(**valeurs | autres)


EXEMPLES = {
    "releve": releve,
    "courrier_menage": courrier_menage,
    "notification_decision": notification_decision,
    "convocation": convocation,
    "ordre_du_jour": ordre_du_jour,
    "proces_verbal": proces_verbal,
    "fiche_saisine": fiche_saisine,
    "contrat_accompagnement": contrat_accompagnement,
    "bilan": bilan,
    "diagnostic_social": diagnostic_social,
    "parcours": parcours,
}
