"""Pure rules of a reorientation: when it may be asked, and checks of what is asked.

Its guards stand beside its life (lifecycle.py).
"""

from datetime import date
from typing import Any

from cariatide.mesures.rules import check_passe
from cariatide.mesures.statuts import (
    CLOSES,
    RENOUVELLEMENT_OUVERT,
    AvisMenage,
    StatutMesure,
)
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

SYNTHESE_MAX = 1500
REFUS_DEMANDEUR = "Le référent de la mesure, ou son chef de service, demande une réorientation."


def find_demandeur(mesure: Any, perimetre: Perimetre) -> MandatEnVigueur | None:
    """The mandate that asks: the head of service's, or that of the référent of the measure."""
    roles = {Role.CHEF_DE_SERVICE}
    if mesure.referent_id in (None, perimetre.utilisateur_id):
        roles.add(Role.TRAVAILLEUR_SOCIAL)
    return perimetre.find_mandat(roles, mesure.operateur_id)


def refuse_demande(
    *, statut: str, cloture: date | None, ouverte: bool, renouvellement: str, mise_en_oeuvre: bool
) -> str:
    """Why no reorientation may be asked of a measure now; "" when it may."""
    if statut in CLOSES:
        label = StatutMesure(statut).label.lower()
        quand = f" le {format_date(cloture)}" if cloture else ""
        return f"Cette mesure a été {label}{quand} : elle ne se réoriente plus."
    if ouverte:
        return "Une réorientation est déjà demandée pour cette mesure."
    if renouvellement in RENOUVELLEMENT_OUVERT:
        return "Un renouvellement attend une décision : faites-le refuser d’abord."
    if not mise_en_oeuvre:
        return (
            "La séance n’a pas encore ratifié l’orientation provisoire : la réorientation se "
            "demande ensuite."
        )
    return ""


def check_demande(
    *, synthese: str, expose: str, avis: str, avis_le: date, ouverte_le: date, jour: date
) -> None:
    """What is said of the situation, and what the household answered, with its day."""
    if not synthese.strip():
        raise _champ("synthese", "Dites pourquoi la mesure doit se poursuivre ailleurs.")
    if len(synthese) > SYNTHESE_MAX:
        raise _champ("synthese", f"La synthèse tient en {SYNTHESE_MAX} signes.")
    if not expose.strip():
        raise _champ("expose", "Exposez la situation à l’équipe qui prendrait la suite.")
    if avis not in AvisMenage.values:
        raise _champ("avis_menage", "Indiquez ce qu’en dit le ménage.")
    check_passe("avis_le", avis_le, jour, depuis=ouverte_le, quoi="l’ouverture de la mesure")


def check_destination(*, memes: bool, du: date, au: date, jour: date, reference: str) -> None:
    """Elsewhere is another kind of agreement or another operator, in force that day."""
    if memes:
        raise _champ(
            "convention",
            "Ce dispositif et cet opérateur sont ceux de la mesure : choisissez une autre "
            "convention.",
        )
    if not du <= jour <= au:
        raise _champ(
            "convention",
            f"La convention {reference} n’est pas en vigueur le {format_date(jour)}.",
        )


def _champ(nom: str, message: str) -> ErreurMetier:
    return ErreurMetier(message, {nom: message})
