"""Pure rules of mandates and agreements; "today" is an argument."""

from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.fr import siret as numero_siret

from cariatide.partenaires.statuts import Role
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

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
# Who administers organisations and their people.
ROLES_ADMINISTRATION = frozenset({Role.ADMINISTRATEUR, Role.ADMINISTRATEUR_TECHNIQUE})
# Who must prove who they are twice: whoever reads social content, or grants the right to. The
# data-protection officer has no level, yet hands over whole files, level S and C included.
ROLES_SECOND_FACTEUR = ROLES_SOCIAUX | ROLES_ADMINISTRATION | {Role.PROTECTION_DES_DONNEES}
# Who writes the agreements that their organisation orders.
ROLES_CONVENTION = frozenset(
    {Role.ADMINISTRATEUR, Role.CHARGE_DU_PLAN, Role.ADMINISTRATEUR_TECHNIQUE}
)
# They reach beyond the organisation that holds them: only a technical administrator grants them.
ROLES_RESERVES = frozenset(
    {
        Role.ADMINISTRATEUR_TECHNIQUE,
        Role.PROTECTION_DES_DONNEES,
        Role.CHARGE_DU_PLAN,
        Role.PREFECTURE_EXPULSIONS,
    }
)
# Who opens a household's file by exception: « logs, samples motivated » (domain model, section 6).
ROLES_EXCEPTION = frozenset({Role.PROTECTION_DES_DONNEES})
# Who is told of it and may end it, for the organisation that holds the file.
ROLES_DETENTEUR = frozenset({Role.CHEF_DE_SERVICE})
INVITATION_JOURS = 7  # days a link works
AGREMENT_ALERTE_JOURS = 180  # days: a renewal file takes months
CONVENTION_ALERTE_JOURS = 180


def is_in_force(du: date, au: date | None, jour: date) -> bool:
    """Whether a dated right covers `jour`, both ends included."""
    return du <= jour and (au is None or jour <= au)


def find_administration(perimetre: Perimetre, organisation_id: int) -> MandatEnVigueur | None:
    """The mandate that administers this organisation: its own administrator's, or a technical one.

    The organisation's own comes first, so that the journal names the closest right.
    """
    return perimetre.find_mandat({Role.ADMINISTRATEUR}, organisation_id) or perimetre.find_mandat(
        {Role.ADMINISTRATEUR_TECHNIQUE}
    )


def find_mandat_convention(perimetre: Perimetre, commanditaire_id: int) -> MandatEnVigueur | None:
    """The mandate that writes an agreement: of the organisation that orders it, or technical."""
    return perimetre.find_mandat(
        {Role.ADMINISTRATEUR, Role.CHARGE_DU_PLAN}, commanditaire_id
    ) or perimetre.find_mandat({Role.ADMINISTRATEUR_TECHNIQUE})


def list_grantable(perimetre: Perimetre, organisation_id: int) -> list[Role]:
    """Roles that this person may give in that organisation, in the order of their declaration."""
    if perimetre.has_role(Role.ADMINISTRATEUR_TECHNIQUE):
        return list(Role)
    if perimetre.find_mandat({Role.ADMINISTRATEUR}, organisation_id):
        return [r for r in Role if r not in ROLES_RESERVES]
    return []


def clean_siret(texte: str) -> str:
    """The fourteen digits of a SIRET, spaces removed; "" stays "". Raises ValueError in words."""
    chiffres = "".join(texte.split())
    if not chiffres:
        return ""
    try:
        return str(numero_siret.validate(chiffres))
    except ValidationError:
        raise ValueError(
            "Ce SIRET est faux : il a quatorze chiffres, dont une clé. Relisez-le."
        ) from None
