"""Sentences of the meetings, of the objectives and of the reviews."""

NOTES = {
    "vad": (
        "{Visite au domicile|Rencontre au domicile} : le ménage {nous reçoit volontiers|nous attendait|est présent au complet}.",
        "Le point est fait sur {le budget du mois|les factures d’énergie|les démarches en cours|l’état du logement}.",
        "{Le loyer du mois est réglé.|Le loyer courant est payé, la mensualité du plan aussi.|Un retard de quelques jours est signalé au bailleur.|Une facture imprévue a déséquilibré le mois.}",
        "{L’humidité a diminué depuis l’aération quotidienne.|Le chauffage fonctionne de nouveau.|Une fuite est signalée au propriétaire.|Le logement est bien tenu.}",
        "Le ménage {évoque ses projets|parle de la scolarité des enfants|dit se sentir mieux|exprime son inquiétude pour l’hiver|souhaite avancer dans sa recherche}.",
    ),
    "rdv": (
        "Rendez-vous {au bureau|en permanence|à la mairie} : {le dossier de demande est complété|les justificatifs sont triés ensemble|le courrier au bailleur est préparé}.",
        "Le ménage {a apporté les pièces demandées|a noté ses questions|souhaite comprendre sa facture}.",
        "{Un classement simple des papiers est proposé.|Le calendrier des paiements est affiché à la maison.|Les droits à l’aide au logement sont simulés ensemble.}",
    ),
    "telephone": (
        "Appel {du ménage|au ménage} : {point sur les démarches|confirmation du rendez-vous|nouvelles après la visite}.",
        "{Le paiement a bien été enregistré.|Le rendez-vous est confirmé.|Une réponse du bailleur est attendue cette semaine.}",
    ),
    "demarche": (
        "{Dossier transmis|Relance faite|Courrier envoyé} {au bailleur|à la caisse|au fournisseur d’énergie|au propriétaire}.",
        "{La réponse est attendue sous quinzaine.|L’accord a été obtenu.|Une pièce reste à fournir.}",
    ),
    "partenaire": (
        "Échange avec {le service social|le bailleur|la commune|le technicien} sur {la suite à donner|la date des travaux|la proposition de logement}.",
        "{Les rôles de chacun sont rappelés.|Une rencontre commune est prévue.|Le partenaire partage le constat.}",
    ),
    "visite_logement": (
        "Visite d’un logement proposé : {un T3 au rez-de-chaussée|un T4 avec jardin|un T2 rénové|une maison de village}.",
        "{Le ménage se projette et donne son accord de principe.|Le ménage préfère attendre, le logement est loin de l’école.|Le loyer est compatible avec les ressources.}",
    ),
}
SUITES = (
    "Prochain rendez-vous {dans quinze jours|dans trois semaines|le mois prochain}.",
    "Le ménage envoie {les quittances|l’attestation|les factures} avant la prochaine rencontre.",
    "Relancer {le propriétaire|le bailleur|la caisse} {cette semaine|en fin de mois}.",
    "Préparer {le bilan|la demande d’aide|le dossier de logement} ensemble.",
    "",
)
PERSONNELLES = (
    "Penser à demander des nouvelles de la recherche d’emploi, sujet sensible.",
    "Prévoir plus de temps la prochaine fois, beaucoup de choses à dire.",
    "Me renseigner sur l’atelier énergie de la commune avant le prochain rendez-vous.",
    "En parler en réunion d’équipe pour avoir un autre regard.",
)
LIEUX = {"vad": "Domicile", "rdv": "Bureau", "visite_logement": "Logement proposé"}
# (theme, objective, means) by axis.
OBJECTIFS = {
    "maintien": (
        ("impayes", "Reprendre le paiement du loyer courant", "Point mensuel sur le budget"),
        ("impayes", "Apurer la dette selon un plan tenable", "Plan signé avec le bailleur"),
        ("maitrise_des_charges", "Réduire la dépense d’énergie", "Atelier et relevé des compteurs"),
        ("travaux", "Obtenir les travaux nécessaires", "Courriers et visite du technicien"),
        ("droits", "Ouvrir les droits qui manquent", "Dossier préparé ensemble"),
        ("appropriation", "Entretenir et aérer le logement", "Conseils pratiques à domicile"),
        ("comportement", "Apaiser les relations de voisinage", "Rencontre avec le bailleur"),
    ),
    "relogement": (
        ("recherche", "Déposer et suivre les demandes de logement", "Tableau des demandes"),
        ("recherche", "Visiter les logements proposés", "Visites accompagnées"),
        ("acces", "Préparer le dossier d’entrée", "Liste des pièces et aide au dépôt de garantie"),
        ("installation", "Réussir l’installation", "Contrats d’énergie, assurance, mobilier"),
        ("maitrise_des_charges", "Préparer le budget du nouveau logement", "Simulation partagée"),
        ("droits", "Mettre à jour les droits au changement d’adresse", "Déclarations en ligne"),
    ),
}  # fmt: skip
DIAGNOSTIC = {
    "composition": "Le ménage compte $composition. {Il vit dans la commune depuis plusieurs années.|Il est arrivé récemment dans la commune.|Les liens avec la famille sont réguliers.}",
    "ressources": "Ressources mensuelles : $ressources €. {Les charges fixes sont connues et suivies.|Le budget est serré en fin de mois.|Une partie des charges n’est pas maîtrisée.} $dette",
    "logement": "{Logement ancien, mal isolé.|Logement correct mais trop petit.|Logement humide, à l’aération insuffisante.|Logement entretenu avec soin.|Absence de logement personnel.}",
    "souhaits": "Le ménage souhaite {rester dans le quartier|un logement plus grand|un logement économe|se rapprocher de la famille|retrouver la tranquillité}.",
    "capacites": "{Le ménage gère son quotidien et tient ses rendez-vous.|Les démarches en ligne restent difficiles.|Le ménage sait demander de l’aide.|L’organisation des papiers est à soutenir.}",
    "preconisations": "{Accompagnement régulier à domicile.|Appui au budget et à la recherche.|Suivi des travaux avec le technicien.|Recherche d’un logement adapté, puis appui à l’installation.} {Bilan à mi-parcours.|Point trimestriel avec le partenaire.}",
}
SANTE = (
    "Un suivi médical régulier est en cours ; le logement doit rester accessible et chauffé.",
    "La fatigue limite les démarches : préférer des rendez-vous courts, à domicile.",
    "Le médecin recommande un logement sans escalier.",
)
CONFIDENTIELS = (
    "Situation de violences passée : ne pas communiquer l’adresse, appeler avant de venir.",
    "Fragilité psychique, suivi en cours : annoncer chaque changement à l’avance.",
    "Grossesse non annoncée à l’entourage.",
)
BILAN = {
    "evolution": (
        "{La situation s’est stabilisée.|La situation s’améliore.|La situation reste fragile.}",
        "{Le loyer courant est payé chaque mois.|Les démarches sont tenues.|Le ménage a repris confiance.|Les relations avec le bailleur sont apaisées.}",
        "{Une baisse de ressources a ralenti le plan.|L’arrivée dans le nouveau logement s’est bien passée.|Les travaux ont amélioré le confort.|Les recherches sont actives.}",
    ),
    "difficultes": "{Les délais de réponse des organismes.|Le coût de l’énergie en hiver.|La mobilité, sans véhicule.|La compréhension des courriers.|Aucune difficulté particulière sur la période.}",
    "conclusion": {
        "renouveler": "Poursuivre l’accompagnement {pour consolider les acquis|jusqu’au relogement|le temps d’apurer la dette}.",
        "terminer": "{Les objectifs sont atteints pour l’essentiel|Le ménage poursuit seul ses démarches|Le relais est passé au service social} : fin de la mesure proposée.",
        "poursuivre": "Poursuivre jusqu’au terme prévu.",
    },
    "synthese": "{Accompagnement suivi|Rendez-vous tenus|Mesure bien engagée} : {loyer courant payé|démarches à jour|recherche de logement active}.",
}
MOTIFS_RENOUVELLEMENT = (
    "La recherche de logement se poursuit, deux propositions sont attendues.",
    "Le plan d’apurement n’est pas terminé.",
    "L’installation dans le nouveau logement demande encore un appui.",
    "Les travaux sont programmés, le ménage doit être accompagné pendant leur durée.",
)
PRECISIONS_SUIVI = ("Le ménage va bien et paie son loyer.", "Message laissé, rappel du ménage.", "")
