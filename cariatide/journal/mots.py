"""Codes said in French: the journal keeps ASCII names, its readers see words with their accents."""

import re
from datetime import date
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from cariatide.socle.dates import format_date
from cariatide.socle.normalisation import normalise

# One spelling a code; « valide » or « propose » only ever stand for the participle here.
_ACCENTUES = """
abandonnée acceptée commencé donné orientée accordé accordée achevée achevées activée adapté
adhésion agrément agréments ajourné ajournée ajouté année annulé annulée aperçu arrêté barème
barèmes capacités captée changé clé complètes complément complétude confirmé connecté consignée
convoquée corrigé corrigée créé créée demandé demandée demandées dernière début décès décidée
décision décisions définition démarches démonstration dénominateur département déplacé déports
déposée dépôt désactivé détail difficultés durée enregistré entrée entrées envoyé envoyée examiné
écart écarter écartée échanges échelle échéance échéances écrit écrite éléments émis énergie
équipe établi étage état étudiée évaluation évaluée événement fermée fermées figé figée financée
fixé générée incomplète initiée intensité intégré intégrée intégrés irrecevabilité levée libellé
liée louée maître ménage ménages modifié modifiée modifiées motivé négocié nommé notifiée
numérateur numéro opérateur opération opérée paramètre partagée période pièce pièces planifiée
postérieur préconisations préfecture préférence préfixe prénom préparer présence présences présent
présents présidence président prévu prévue procédure proposé proposée propriétaire propriété
protégée purgés qualité reçu reçue refusé refusée relancée relancées renouvelé renouvelée renvoyé
renvoyée repérée replanifiée reporté reportée représentant retiré retirée règle réactiver réactivé
rédaction rédiger rédigé réexamen référence référent région réponse réserves rôle salarié santé
secrétariat séance séparation séparé signé signée sollicité succédé supprimé synthèse terminé
terminée télécharger téléphone thème transférée unité validé validée vérifié visioconférence
visitée vulnérabilités œuvre ajoutée révisée réinitialisé clés gelée infectée défaite fusionné
transféré exportée gardés retirés identité déliée émetteur relevée réuni réunion
rejeté archivée anonymisée rectifiée confirmée préparée caviardé accès révisé financière
laissée réglée remontées préparé révoqué réorientation réorientée complétée désinscrite
""".split()  # noqa: SIM905  a list of words to read, one spelling each
_MOTS = {normalise(mot): mot for mot in _ACCENTUES}
_MOTS |= {
    "rdv": "rendez-vous",
    "du": "dû",
    "epci": "EPCI",
    "siret": "SIRET",
    "dpe": "DPE",
    "pdf": "PDF",
    "le": "date",
}
# Names that no spelling makes clear.
_ACTES = {
    "menage.social_ecrit": "situation sociale écrite",
    "menage.confidentiel_ecrit": "rubrique confidentielle écrite",
    "menage.situation_relevee": "situation financière relevée",
}
# What a class is called; the name of its code would read as a table's.
_OBJETS = {
    "alertes.gestealerte": "suite donnée à une alerte",
    "amelioration.financementtravaux": "financement des travaux",
    "amelioration.operationtravaux": "opération de travaux",
    "commission.avismembre": "avis d’un membre",
    "commission.membreinstance": "membre d’une instance",
    "commission.reglequorum": "règle de quorum",
    "conformite.archivedossier": "archive d’un dossier",
    "conformite.demandedroit": "demande d’une personne",
    "conformite.gelconservation": "gel de la conservation",
    "conformite.lignepurge": "ligne d’une purge",
    "conformite.versiontraitement": "version d’un traitement",
    "demandes.motifsaisine": "motif d’une saisine",
    "demandes.piecesaisine": "pièce d’une saisine",
    "demandes.saisinesociale": "exposé social d’une saisine",
    "echanges.choixexport": "choix d’un export",
    "echanges.correspondanceimport": "correspondance d’un import",
    "echanges.ligneimport": "ligne d’un import",
    "echanges.lotimport": "lot d’import",
    "journal.attentescelle": "événement à sceller",
    "journal.tetedechaine": "tête de chaîne",
    "menages.faitparcours": "fait du parcours",
    "menages.lignesituation": "ligne de situation financière",
    "menages.menageconfidentiel": "rubrique confidentielle du ménage",
    "menages.menagesocial": "situation sociale du ménage",
    "menages.naturebudget": "nature de budget",
    "mesures.bilancontenu": "texte d’un bilan",
    "mesures.diagnosticsante": "rubrique santé d’un diagnostic",
    "mesures.diagnosticsocialcontenu": "texte d’un diagnostic social",
    "mesures.evaluationobjectif": "évaluation d’un objectif",
    "mesures.interventionnote": "note d’une intervention",
    "mesures.motifreorientation": "motif de réorientation",
    "mesures.reorientationcontenu": "exposé d’une réorientation",
    "mesures.transfertprogramme": "transfert programmé",
    "parc.elementdiagnostic": "élément d’un diagnostic technique",
    "parc.offrelogement": "offre de logement",
    "partenaires.changementobjectif": "changement d’objectif",
    "partenaires.communedeconvention": "commune d’une convention",
    "partenaires.contactorganisation": "contact d’une organisation",
    "poste.fichierlot": "fichier d’un lot postal",
}
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_JOUR = re.compile(r"\d{4}-\d{2}-\d{2}")
# The page of an object bears the name of its app; other routes add what they do.
_PAGES = {"detail": "dossier", "logement": "dossier", "operation": "dossier"}


def francise(code: str) -> str:
    """« mise_en_oeuvre » → « mise en œuvre »."""
    mots = re.split(r"[_ ]+", code)
    return " ".join(_MOTS.get(mot, mot) for mot in mots if mot)


def describe_acte(nom: str) -> str:
    """« mesure.bilan_du » → « Mesure : bilan dû »."""
    objet, _, acte = nom.partition(".")
    acte = _ACTES.get(nom) or francise(acte)
    return _capitalise(f"{francise(objet)} : {acte}" if acte else francise(objet))


def code_acte(texte: str) -> str:
    """What was typed, as the beginning of a name: « mesure accordée » → « mesure.accordee »."""
    if "." in texte:
        return texte.strip().lower()
    mots = re.findall(r"[a-z0-9]+", normalise(texte))
    return f"{mots[0]}.{'_'.join(mots[1:])}" if mots else ""


def describe_page(route: str) -> str:
    """« menages:parcours_pdf » → « Ménages : parcours PDF »."""
    app, _, nom = route.partition(":")
    found = next((c for c in apps.get_app_configs() if c.label == app), None)
    prefixe = str(found.verbose_name) if found else francise(app)
    return f"{prefixe} : {_PAGES.get(nom) or francise(nom)}" if nom else prefixe


def describe_objet(objet_type: str) -> str:
    """« mesures.mesure » → « Mesure »."""
    if objet_type in _OBJETS:
        return _capitalise(_OBJETS[objet_type])
    modele = _find_modele(objet_type)
    nom = str(modele._meta.verbose_name) if modele else objet_type.rpartition(".")[2]
    return _capitalise(francise(nom))


def describe_roles(codes: str) -> str:
    """« chef_de_service, financeur » → « Chef de service social, Gestionnaire du financeur »."""
    mots = (describe_valeur("partenaires.mandat", "role", c.strip()) for c in codes.split(","))
    return ", ".join(mots) if codes else ""


def describe_champ(objet_type: str, champ: str) -> str:
    """The name of a field: the model's own when it gives one, else the code in words."""
    field = _find_champ(objet_type, champ)
    if field is not None and field.verbose_name != field.name.replace("_", " "):
        return str(field.verbose_name)
    debut, _, fin = champ.rpartition("_")
    return f"{francise(debut)} le" if debut and fin == "le" else francise(champ)


def describe_valeur(objet_type: str, champ: str, valeur: Any) -> str:
    """A value in words: labels of choices, French dates."""
    if valeur is None or valeur == "":
        return "—"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(describe_valeur(objet_type, champ, v) for v in valeur) or "—"
    if isinstance(valeur, dict):
        mots = (f"{francise(k)} {describe_valeur(objet_type, k, v)}" for k, v in valeur.items())
        return ", ".join(mots) or "—"
    field = _find_champ(objet_type, champ)
    labels = dict(field.flatchoices) if field is not None and field.choices else {}
    if valeur in labels:
        return str(labels[valeur])
    texte = str(valeur)
    if _JOUR.fullmatch(texte):
        return format_date(date.fromisoformat(texte))
    return francise(texte) if _CODE.fullmatch(texte) else texte


def _capitalise(texte: str) -> str:
    return texte[:1].upper() + texte[1:]


def _find_modele(objet_type: str) -> type[models.Model] | None:
    try:
        return apps.get_model(objet_type)
    except (LookupError, ValueError):
        return None


def _find_champ(objet_type: str, champ: str) -> "models.Field[Any, Any] | None":
    modele = _find_modele(objet_type)
    if modele is None:
        return None
    try:
        field = modele._meta.get_field(champ)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None
