"""Pure rules of mandates and agreements; "today" is an argument."""

from datetime import date

from cariatide.partenaires.statuts import Role
from cariatide.socle.perimetre import Niveau

# Highest level that a role may read, whatever links it has (domain model, section 6).
NIVEAU_MAX: dict[Role, Niveau] = {
    Role.PRESCRIPTEUR: Niveau.FACTUEL,
    Role.TRAVAILLEUR_SOCIAL: Niveau.CONFIDENTIEL,
    Role.CHEF_DE_SERVICE: Niveau.CONFIDENTIEL,
    Role.CHARGE_DE_CLIENTELE: Niveau.FACTUEL,
    Role.TECHNICIEN: Niveau.FACTUEL,
    Role.CONSEILLER_HABITAT: Niveau.FACTUEL,
    Role.SECRETARIAT: Niveau.FACTUEL,
    Role.MEMBRE_COMMISSION: Niveau.FACTUEL,
    Role.FINANCEUR: Niveau.SOCIAL,
    Role.CHARGE_DU_PLAN: Niveau.FACTUEL,
    Role.PREFECTURE_EXPULSIONS: Niveau.FACTUEL,
    Role.PROTECTION_DES_DONNEES: Niveau.AGREGE,
    Role.ADMINISTRATEUR: Niveau.AGREGE,
    Role.ADMINISTRATEUR_TECHNIQUE: Niveau.AGREGE,
}
# Roles that read what is attached to any member of their organisation.
ROLES_EQUIPE = frozenset({Role.CHEF_DE_SERVICE})
# Roles that open a household's page.
ROLES_DOSSIER = frozenset(r for r, n in NIVEAU_MAX.items() if n >= Niveau.FACTUEL)
# Roles that read social content.
ROLES_SOCIAUX = frozenset(r for r, n in NIVEAU_MAX.items() if n >= Niveau.SOCIAL)
TOUS_LES_ROLES = frozenset(Role)


def is_in_force(du: date, au: date | None, jour: date) -> bool:
    """Whether a dated right covers `jour`, both ends included."""
    return du <= jour and (au is None or jour <= au)
