"""Who is told what: the prescriber at each step, the secretariat and the operator when they act."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from cariatide.courriers.ports import Avis
from cariatide.demandes.models import Saisine
from cariatide.demandes.statuts import SensOrientation
from cariatide.journal.models import Evenement
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date

_RAISON = "avis aux destinataires d’un acte, sans contenu"
_PRESCRIPTEURS = frozenset({Role.PRESCRIPTEUR, Role.CHARGE_DE_CLIENTELE})
_SECRETARIAT = frozenset({Role.SECRETARIAT})
_ENCADREMENT = frozenset({Role.CHEF_DE_SERVICE})


@dataclass(frozen=True)
class _Phrase:
    """Title and text of a notice; {s} is the reference of the saisine."""

    titre: str
    texte: str


AU_PRESCRIPTEUR = {
    "saisine.pieces_demandees": _Phrase(
        "Des pièces sont demandées pour la saisine {s}",
        "Le secrétariat attend des pièces. Ouvrez la saisine pour les transmettre.",
    ),
    "saisine.recevable": _Phrase(
        "La saisine {s} est recevable", "Elle attend d’être inscrite à une séance."
    ),
    "saisine.irrecevable": _Phrase(
        "La saisine {s} est irrecevable", "Ouvrez la saisine pour en lire le motif."
    ),
    "saisine.inscrite": _Phrase(
        "La saisine {s} est inscrite à une séance", "Elle sera examinée le {seance}."
    ),
    "saisine.retiree": _Phrase(
        "La saisine {s} est retirée de l’ordre du jour", "Elle sera inscrite à une autre séance."
    ),
    "saisine.orientee_provisoire": _Phrase(
        "La saisine {s} est orientée en urgence",
        "L’orientation est provisoire : la prochaine séance la ratifie.",
    ),
    "saisine.orientee": _Phrase(
        "La saisine {s} est validée", "L’instance l’a orientée vers {sens}."
    ),
    "saisine.ajournee": _Phrase(
        "La saisine {s} est ajournée",
        "Elle sera réexaminée à une prochaine séance. Ouvrez-la pour lire ce qui est attendu.",
    ),
    "saisine.refusee": _Phrase(
        "La saisine {s} est refusée", "Ouvrez la saisine pour en lire le motif."
    ),
    "saisine.axe_change": _Phrase(
        "La saisine {s} change d’axe", "L’instance l’a orientée vers {sens}."
    ),
    "saisine.mise_en_oeuvre": _Phrase(
        "La saisine {s} est mise en œuvre", "L’opérateur a commencé son intervention."
    ),
    "saisine.close": _Phrase("La saisine {s} est close", "Ouvrez la saisine pour en lire l’issue."),
}
AU_SECRETARIAT = {
    "saisine.deposee": _Phrase("Nouvelle saisine {s}", "Elle est à vérifier."),
    "saisine.pieces_completes": _Phrase(
        "Les pièces de la saisine {s} sont complètes", "Sa recevabilité peut être prononcée."
    ),
    "saisine.changement_axe_demande": _Phrase(
        "Un changement d’axe est demandé pour la saisine {s}",
        "La demande attend d’être inscrite à une séance.",
    ),
}
A_L_OPERATEUR = {
    "saisine.orientee_provisoire": _Phrase(
        "La saisine {s} est orientée en urgence", "Elle vous est confiée sans attendre la séance."
    ),
    "saisine.orientee": _Phrase("La saisine {s} vous est confiée", "Axe : {sens}."),
    "saisine.refusee": _Phrase(
        "La saisine {s} est refusée", "Ce qui avait commencé en urgence doit s’arrêter."
    ),
    "saisine.axe_change": _Phrase("La saisine {s} change d’axe", "Axe : {sens}."),
}
_SENS = {
    SensOrientation.MAINTIEN: "le maintien dans les lieux",
    SensOrientation.RELOGEMENT: "le relogement",
}


class AvisDesSaisines:
    """The rule registered with courriers."""

    libelle = "Saisines"

    def wants(self, nom: str) -> bool:
        return nom in AU_PRESCRIPTEUR or nom in AU_SECRETARIAT or nom in A_L_OPERATEUR

    def build(self, evenement_id: int) -> list[Avis]:
        """The notices of one event; whoever did the act is not told of it."""
        evenement = Evenement.objects.get(pk=evenement_id)
        saisine = (
            Saisine.objects.unscoped(reason=_RAISON)
            .select_related("convention", "instance", "prescripteur")
            .filter(pk=evenement.objet_id)
            .first()
        )
        if saisine is None:
            return []
        apres = evenement.donnees.get("apres", {})
        mots = {"s": str(saisine), "sens": _SENS.get(apres.get("sens"), ""), "seance": ""}
        if apres.get("seance_le"):
            mots["seance"] = format_date(date.fromisoformat(apres["seance_le"]))
        found = []
        if phrase := AU_PRESCRIPTEUR.get(evenement.nom):
            found += _to_prescripteur(saisine, phrase, mots, evenement)
        if (phrase := AU_SECRETARIAT.get(evenement.nom)) and saisine.instance:
            found.append(_to(saisine, phrase, mots, saisine.instance.secretariat_id, _SECRETARIAT))
        if (phrase := A_L_OPERATEUR.get(evenement.nom)) and _concerns_operateur(saisine, evenement):
            found.append(_to(saisine, phrase, mots, saisine.convention.operateur_id, _ENCADREMENT))
        return found


def _concerns_operateur(saisine: Saisine, evenement: Evenement) -> bool:
    """A refusal matters to the operator only when the case had begun in emergency."""
    if not saisine.convention_id:
        return False
    return evenement.nom != "saisine.refusee" or saisine.mise_en_oeuvre_le is not None


def _to_prescripteur(
    saisine: Saisine, phrase: _Phrase, mots: dict[str, str], evenement: Evenement
) -> list[Avis]:
    """The person who sent it, or the colleagues when that person is gone or had no account."""
    personne = saisine.prescripteur
    if personne and personne.is_active:
        if personne.pk == evenement.acteur_id:
            return []
        return [
            Avis(
                titre=phrase.titre.format(**mots),
                texte=phrase.texte.format(**mots),
                url=reverse("demandes:detail", args=[saisine.pk]),
                utilisateur_id=personne.pk,
            )
        ]
    return [_to(saisine, phrase, mots, saisine.origine_organisation_id, _PRESCRIPTEURS)]


def _to(
    saisine: Saisine,
    phrase: _Phrase,
    mots: dict[str, str],
    organisation_id: int,
    roles: frozenset[Role],
) -> Avis:
    return Avis(
        titre=phrase.titre.format(**mots),
        texte=phrase.texte.format(**mots),
        url=reverse("demandes:detail", args=[saisine.pk]),
        organisation_id=organisation_id,
        roles=frozenset(str(r) for r in roles),
    )
