"""Who is told what of a measure. No name nor content: a reference and a link."""

from dataclasses import replace
from datetime import date

from django.urls import reverse

from cariatide.courriers.ports import Avis
from cariatide.journal.models import Evenement
from cariatide.mesures.models import Mesure
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date

_CHEFS = frozenset({str(Role.CHEF_DE_SERVICE)})
_FINANCEURS = frozenset({str(Role.FINANCEUR)})
_PRESCRIPTEURS = frozenset({str(Role.PRESCRIPTEUR)})
REFERENT, CHEF, FINANCEUR, PRESCRIPTEUR = "referent", "chef", "financeur", "prescripteur"
# Event → (who, title, text); {m} is the reference of the measure.
REGLES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "mesure.prescrite": (
        (FINANCEUR,),
        "La mesure {m} attend votre accord",
        "L’opérateur a ouvert cette mesure. Indiquez la durée et l’intensité accordées.",
    ),
    "mesure.accordee": (
        (REFERENT, PRESCRIPTEUR),
        "La mesure {m} est accordée",
        "L’accompagnement peut être proposé au ménage.",
    ),
    "mesure.refusee": (
        (REFERENT, PRESCRIPTEUR),
        "La mesure {m} n’aura pas lieu",
        "Le refus est inscrit au dossier, avec son motif.",
    ),
    "mesure.activee": (
        (PRESCRIPTEUR, FINANCEUR),
        "L’accompagnement {m} a commencé",
        "Le contrat est signé et l’accompagnement est en cours.",
    ),
    "mesure.bilan_du": (
        (REFERENT,),
        "Bilan dû pour la mesure {m}",
        "Établissez le bilan avant le terme, pour renouveler la mesure ou y mettre fin.",
    ),
    "mesure.referent": (
        (REFERENT,),
        "La mesure {m} vous est confiée",
        "Vous en êtes désormais le référent.",
    ),
    "diagnostic.redige": (
        (CHEF,),
        "Un diagnostic attend votre validation, mesure {m}",
        "Sa rédaction est terminée.",
    ),
    "diagnostic.valide": (
        (REFERENT,),
        "Le diagnostic de la mesure {m} est validé",
        "Il peut être transmis.",
    ),
    "bilan.soumis": (
        (CHEF,),
        "Un bilan attend votre validation, mesure {m}",
        "Relisez-le, puis validez-le ou renvoyez-le à son auteur.",
    ),
    "bilan.valide": ((REFERENT,), "Le bilan de la mesure {m} est validé", "Il peut être transmis."),
    "bilan.renvoye": (
        (REFERENT,),
        "Le bilan de la mesure {m} est à revoir",
        "Le chef de service dit ce qui est à changer.",
    ),
    "renouvellement.propose": (
        (CHEF,),
        "Un renouvellement attend votre validation, mesure {m}",
        "La proposition s’appuie sur un bilan validé et de nouveaux objectifs.",
    ),
    "renouvellement.valide": (
        (FINANCEUR,),
        "Un renouvellement attend votre accord, mesure {m}",
        "Le chef de service de l’opérateur a validé la proposition.",
    ),
    "renouvellement.refuse": (
        (REFERENT,),
        "Le renouvellement de la mesure {m} est refusé",
        "Le motif est inscrit sur la page de la mesure.",
    ),
    "mesure.renouvelee": (
        (REFERENT, PRESCRIPTEUR),
        "La mesure {m} est renouvelée",
        "Son nouveau terme est inscrit sur la page de la mesure.",
    ),
    "mesure.terminee": (
        (FINANCEUR, PRESCRIPTEUR),
        "La mesure {m} est terminée",
        "Son issue est inscrite sur la page de la mesure.",
    ),
}

# Both people are told of the whole, once: (title to who receives, title to who gives).
TRANSFERTS = {
    "portefeuille.transfere": (
        "{n} vous {sont} confiée{s}", "{n} {sont} passée{s} à un autre référent",
    ),
    "portefeuille.rendu": ("{n} vous {sont} rendue{s}", "{n} {sont} rendue{s} à leur référent"),
    "portefeuille.transfert_prevu": (
        "{n} vous {seront} confiée{s} le {du}", "{n} {passeront} à un autre référent le {du}",
    ),
    "portefeuille.transfert_annule": (
        "Le transfert prévu le {du} est annulé", "Le transfert prévu le {du} est annulé",
    ),
}  # fmt: skip
# The head of service is told of what could not be done.
ECHECS = {
    "portefeuille.transfert_impossible": "Un transfert de portefeuille n’a pas pu se faire",
    "portefeuille.retour_impossible": "Un portefeuille n’a pas pu être rendu",
}


class AvisDesMesures:
    """The rule registered with courriers."""

    libelle = "Mesures d’accompagnement"

    def wants(self, nom: str) -> bool:
        return nom in REGLES or nom in TRANSFERTS or nom in ECHECS

    def build(self, evenement_id: int) -> list[Avis]:
        """The notices of one event; whoever did the act is not told of it."""
        evenement = Evenement.objects.get(pk=evenement_id)
        if evenement.nom in TRANSFERTS:
            return _of_transfert(evenement)
        if evenement.nom in ECHECS:
            return [_of_echec(evenement)]
        who, titre, texte = REGLES[evenement.nom]
        apres = evenement.donnees.get("apres", {})
        mesure_id = apres.get("mesure_id")
        if apres.get("ensemble"):
            return []
        mesure = (
            Mesure.objects.unscoped(reason="avis sur une mesure, sans contenu")
            .select_related("convention")
            .filter(pk=mesure_id)
            .first()
        )
        if mesure is None:
            return []
        url = reverse("mesures:detail", args=[mesure.pk])
        avis = Avis(titre.format(m=mesure.reference), texte, url)
        found = [_to(code, mesure, avis) for code in who]
        return [
            a
            for a in found
            if a is not None
            and (a.utilisateur_id is None or a.utilisateur_id != evenement.acteur_id)
        ]


def _of_transfert(evenement: Evenement) -> list[Avis]:
    """One notice to each of the two people, whoever did it excepted."""
    avant, apres = evenement.donnees["avant"], evenement.donnees["apres"]
    une = apres["nombre"] == 1
    mots = {
        "n": "Une mesure" if une else f"{apres['nombre']} mesures",
        "sont": "est" if une else "sont",
        "seront": "sera" if une else "seront",
        "passeront": "passera" if une else "passeront",
        "s": "" if une else "s",
        "du": format_date(date.fromisoformat(apres["du"])) if apres.get("du") else "",
    }
    recoit, donne = TRANSFERTS[evenement.nom]
    fin = apres.get("au")
    retour = f" Retour prévu après le {format_date(date.fromisoformat(fin))}." if fin else ""
    url = reverse("mesures:portefeuille")
    found = [
        Avis(
            titre=recoit.format(**mots),
            texte="Les échéances suivent le portefeuille." + retour,
            url=url,
            utilisateur_id=apres["referent_id"],
        ),
        Avis(
            titre=donne.format(**mots),
            texte="Les échéances suivent le portefeuille." + retour,
            url=url,
            utilisateur_id=avant["referent_id"],
        ),
    ]
    return [a for a in found if a.utilisateur_id != evenement.acteur_id]


def _of_echec(evenement: Evenement) -> Avis:
    return Avis(
        titre=ECHECS[evenement.nom],
        texte="La personne n’est plus de l’équipe : répartissez ces mesures.",
        url=reverse("mesures:portefeuille"),
        organisation_id=evenement.donnees["apres"]["operateur_id"],
        roles=_CHEFS,
    )


def _to(code: str, mesure: Mesure, avis: Avis) -> Avis | None:
    """The notice, addressed; None when the measure has nobody of that kind."""
    match code:
        case "referent" if mesure.referent_id is not None:
            return replace(avis, utilisateur_id=mesure.referent_id)
        case "referent" | "chef":
            return replace(avis, organisation_id=mesure.operateur_id, roles=_CHEFS)
        case "financeur":
            commanditaire_id = mesure.convention.commanditaire_id
            return replace(avis, organisation_id=commanditaire_id, roles=_FINANCEURS)
        case _ if mesure.prescripteur_id is not None:
            return replace(avis, organisation_id=mesure.prescripteur_id, roles=_PRESCRIPTEURS)
        case _:
            return None
