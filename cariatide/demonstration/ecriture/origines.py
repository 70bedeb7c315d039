"""Who sends a saisine: a partner with an account, or the secretariat for one without."""

from dataclasses import dataclass
from random import Random

from cariatide.demonstration import distribution as d
from cariatide.demonstration.ecriture.contexte import Ecriture
from cariatide.demonstration.ecriture.seances import secretaire
from cariatide.demonstration.intrigue_saisines import INSTANCE_PAR_FAMILLE
from cariatide.demonstration.plan import PlanSaisine
from cariatide.demonstration.plume import Acteur
from cariatide.partenaires.models import Organisation

GROUPES = {"ccas": d.CCAS, "bailleurs": d.BAILLEURS, "epci": ("agglo", "cc")}
REDACTEURS = ("prescripteur", "charge_de_clientele")


@dataclass(frozen=True)
class Origine:
    """prescripteur_id and agent: one or the other, as demandes.actions._fill keeps them."""

    organisation: Organisation
    deposant: Acteur
    prescripteur_id: int | None
    agent: str


def find_origine(e: Ecriture, plan: PlanSaisine, h: Random) -> Origine:
    code = h.choice(GROUPES.get(plan.origine, (plan.origine,)))
    if plan.famille == "bailleur":
        code = "bailleur_helpe"
    if plan.phare:
        code = "ccas_forges"
    organisation = e.monde.organisations[code]
    people = [p for p in d.PERSONNES if p.organisation == code]
    writers = [(p.code, role) for p in people for role in p.roles if role in REDACTEURS]
    if plan.canal == "plateforme" and writers:
        acteur = e.monde.acteur(*h.choice(writers))
        return Origine(organisation, acteur, acteur.utilisateur_id, "")
    typed_by = secretaire(e, INSTANCE_PAR_FAMILLE[plan.famille])
    person = h.choice(people) if people else None
    return Origine(organisation, typed_by, None, f"{person.prenom} {person.nom}" if person else "")
