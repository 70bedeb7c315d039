"""Sentences of the saisines and of the decisions."""

# Facts for the session, level F, by motive.
SITUATIONS = {
    "indigne": "Le logement présente {des infiltrations|une humidité importante|des moisissures} dans {les chambres|les pièces de vie|la salle d’eau}, et {l’installation électrique inquiète|le chauffage est insuffisant|la ventilation est absente}.",
    "non_decent": "Le logement {manque de chauffage fixe|n’a pas de ventilation|a des menuiseries qui ne ferment plus} ; {le propriétaire a été informé par courrier|un constat a été demandé|le propriétaire n’a pas répondu}.",
    "suroccupation": "Le logement est trop petit pour le ménage : {deux enfants dorment dans le séjour|les parents dorment dans le séjour|trois enfants partagent une chambre}.",
    "impaye": "Une dette locative {s’est formée depuis $mois mois|court depuis $mois mois|est apparue après une baisse de ressources}.",
    "commandement": "Un commandement de payer a été délivré ; {un plan d’apurement est proposé|le ménage souhaite reprendre le paiement}.",
    "assignation": "Une assignation a été reçue ; {l’audience est fixée|la date d’audience est connue} et le ménage {souhaite s’y présenter|demande à être accompagné}.",
    "concours_force_publique": "Un commandement de quitter les lieux a été délivré ; {aucune solution n’est trouvée à ce jour|une demande de délais est en cours}.",
    "cout_excessif": "Le loyer et les charges pèsent plus de {la moitié|40 %|45 %} des ressources, {depuis une séparation|depuis la fin d’un contrat de travail|surtout en hiver}.",
    "heberge": "Le ménage est hébergé par {un proche|de la famille|des amis}, qui {ne peut plus prolonger cet accueil|demande une autre solution}.",
    "sans_logement": "Le ménage n’a pas de logement {depuis plusieurs semaines|depuis la fin d’un hébergement} et {dort chez des connaissances|appelle le 115}.",
    "sortie_hebergement": "Le ménage quitte un hébergement et {est prêt à habiter un logement autonome|souhaite un logement de droit commun, avec un appui au début}.",
    "inadaptation": "Le logement n’est plus adapté : {l’escalier est un obstacle|la salle d’eau n’est pas accessible|l’étage sans ascenseur isole}.",
    "separation_violences": "Le ménage a dû quitter son logement et a besoin d’une adresse {stable|sûre}.",
    "voisinage": "Des difficultés de voisinage sont signalées ; {une médiation a été tentée|le ménage demande à changer de logement}.",
    "rupture_jeune": "Le ménage, jeune, {n’a pas de soutien familial|a de faibles ressources} et cherche un premier logement.",
    "demolition": "L’immeuble est promis à la démolition dans le cadre du renouvellement urbain.",
}
DEMARCHES = (
    "Une demande de logement social est {déposée|à jour|renouvelée}.",
    "Les droits {à l’aide au logement|aux prestations} {ont été vérifiés|sont en cours de révision}.",
    "Le ménage {souhaite rester dans la commune|accepte les communes voisines|cherche près de l’école des enfants|demande un logement avec un chauffage économe}.",
    "{Un premier rendez-vous a permis de faire le point.|Trois rencontres ont eu lieu.|Le ménage est venu de lui-même.}",
    "{Le propriétaire se dit prêt à des travaux.|Le propriétaire n’a pas donné suite.|Le bailleur souhaite une solution amiable.|Le bailleur a été informé de la démarche.}",
)
# Level S, read by those who accompany.
EXPOSES = (
    "Le ménage {fait face à|traverse} {une période difficile|une situation fragile|plusieurs changements} depuis {une séparation|la perte d’un emploi|un problème de santé dans la famille|un déménagement subi|une baisse d’heures de travail}.",
    "Les ressources sont composées {de prestations et d’un salaire partiel|du revenu de solidarité active|d’indemnités de chômage|d’une pension|d’un salaire modeste}.",
    "{Les enfants sont scolarisés dans la commune et y ont leurs repères.|La scolarité des enfants est suivie.|L’entourage familial est présent.|L’entourage est éloigné, le ménage se sent seul.}",
    "Le ménage {exprime de la lassitude mais reste mobilisé|tient bien ses démarches|a besoin d’être soutenu dans ses démarches|dit clairement ce qu’il souhaite}.",
    "{Un accompagnement permettrait de retrouver un équilibre.|Un appui au budget est demandé.|Le ménage attend une réponse pour se projeter.|Il demande à visiter avant de se décider.}",
)
URGENCES = (
    "Logement dangereux signalé par les services",
    "Fin d’hébergement dans moins de quinze jours",
    "Coupure d’énergie avec de jeunes enfants",
    "Audience proche",
    "Plafond effondré dans une chambre",
)
IRRECEVABLES = (
    "Le logement se trouve hors du territoire de la convention.",
    "Le ménage est déjà accompagné pour le même objet par un autre dispositif.",
    "Les pièces demandées n’ont pas été transmises dans le délai fixé.",
    "La demande relève du droit commun : une orientation vers le service social a été proposée.",
    "Le ménage a fait savoir qu’il ne souhaitait pas cette demande.",
)
CLASSEMENTS = {
    "sans_objet": "Le ménage a trouvé une solution par lui-même.",
    "abandon": "Le ménage ne souhaite plus donner suite.",
    "demenagement": "Le ménage a quitté le département.",
    "sans_contact": "Plusieurs relances sont restées sans réponse.",
}
MOTIFS_DECISION = {
    "maintien": (
        "Le logement {peut être mis aux normes|convient au ménage}, le ménage {souhaite y rester|y a ses repères} ; {un accompagnement au budget est nécessaire|des travaux sont à étudier avec le propriétaire|la dette peut être apurée}.",
        "Maintien {possible|souhaitable} avec {un accompagnement régulier|un plan d’apurement et un suivi|la reprise du paiement du loyer courant}.",
    ),
    "relogement": (
        "{Suroccupation constatée|Logement inadapté|Logement dégradé sans perspective de travaux|Absence de logement} ; recherche d’un {T2|T3|T4} {dans la commune|dans le secteur demandé|accessible}.",
        "Le maintien n’est pas {possible|raisonnable} ; le ménage {accepte un accompagnement à la recherche|est prêt à déménager} et {ses ressources permettent un loyer modéré|sa demande de logement social est à jour}.",
    ),
    "ajournement": (
        "{La visite technique n’a pas encore eu lieu|Un diagnostic social complémentaire est attendu|La position du propriétaire n’est pas connue} : dossier à revoir à la prochaine séance.",
        "Pièces à compléter sur {les ressources|le bail|l’état du logement} avant de décider.",
    ),
    "refus": (
        "La situation relève {d’une aide financière du fonds de solidarité|d’une demande de logement social classique|du service social de secteur}, vers lequel le ménage est orienté.",
        "Les conditions de la convention ne sont pas réunies : {le logement ne présente pas de désordre constaté|les ressources dépassent le plafond|l’accompagnement en cours répond à la demande}.",
    ),
}
CONDITIONS = (
    "Accepter les rendez-vous de l’accompagnement.",
    "Reprendre le paiement du loyer courant.",
    "Maintenir à jour la demande de logement social.",
    "Transmettre les justificatifs de ressources chaque trimestre.",
)
POINTS_DIVERS = (
    "Présentation du bilan trimestriel de la convention par l’opérateur.",
    "Rappel des pièces attendues dans les saisines.",
    "Point sur les logements communaux en cours de réhabilitation.",
    "Échange sur les délais de réponse des bailleurs.",
    "",
    "",
)
MOTIFS_PAR_FAMILLE = {
    "mous": (("suroccupation", 4), ("non_decent", 4), ("indigne", 3), ("cout_excessif", 3),
             ("inadaptation", 2), ("impaye", 2), ("separation_violences", 1), ("assignation", 0.7),
             ("concours_force_publique", 0.4), ("voisinage", 0.7), ("demolition", 0.5)),
    "insalubrite": (("indigne", 5), ("non_decent", 3), ("suroccupation", 1)),
    "asll": (("impaye", 5), ("cout_excessif", 3), ("commandement", 2), ("assignation", 1),
             ("rupture_jeune", 1)),
    "bailleur": (("impaye", 5), ("voisinage", 2), ("commandement", 2)),
    "avdl": (("sortie_hebergement", 4), ("rupture_jeune", 1)),
}  # fmt: skip
MOTIF_PAR_STATUT = {
    "heberge": "heberge",
    "sans_domicile": "sans_logement",
    "resident": "sortie_hebergement",
}
