"""States and kinds of works: stored codes are ASCII, labels are French."""

from django.db.models import TextChoices

from cariatide.partenaires.statuts import Role


class StatutOperation(TextChoices):
    """Life of works led by the operator (domain inventory, C8)."""

    ETUDIEE = "etudiee", "À l’étude"
    FINANCEE = "financee", "Financée"
    EN_TRAVAUX = "en_travaux", "En travaux"
    ACHEVEE = "achevee", "Achevée"
    LOUEE = "louee", "Louée"
    ABANDONNEE = "abandonnee", "Abandonnée"


class MaitreOuvrage(TextChoices):
    """For whom the works are done."""

    PRIVE = "prive", "Propriétaire bailleur privé"
    COMMUNAL = "communal", "Commune"
    PROPRIETAIRE_OCCUPANT = "proprietaire_occupant", "Propriétaire occupant"
    BAILLEUR_SOCIAL = "bailleur_social", "Bailleur social"


class Finalite(TextChoices):
    """Why the works are done: the two axes of a MOUS."""

    MAINTIEN = "maintien", "Maintien d’un ménage dans son logement"
    PRODUCTION = "production", "Remise d’un logement sur le marché"


class NatureFinancement(TextChoices):
    SUBVENTION = "subvention", "Subvention"
    PRET = "pret", "Prêt"
    APPORT = "apport", "Apport du maître d’ouvrage"
    AUTRE = "autre", "Autre ressource"


S = StatutOperation
FINANCEES = frozenset({S.FINANCEE, S.EN_TRAVAUX, S.ACHEVEE, S.LOUEE})
COMMENCEES = frozenset({S.EN_TRAVAUX, S.ACHEVEE, S.LOUEE})
ACHEVEES = frozenset({S.ACHEVEE, S.LOUEE})
# Works whose financing plan may still change.
MODIFIABLES = frozenset({S.ETUDIEE, S.FINANCEE, S.EN_TRAVAUX})

# Who leads works at the operator's.
ROLES_TRAVAUX = frozenset(
    {
        Role.TECHNICIEN,
        Role.CONSEILLER_HABITAT,
        Role.CHARGE_DE_CLIENTELE,
        Role.CHEF_DE_SERVICE,
    }
)
# Who opens a study: the social worker sees the need first.
ROLES_ETUDE = ROLES_TRAVAUX | {Role.TRAVAILLEUR_SOCIAL}
# Who reads works; the rows are then those of the household or of the organisation.
ROLES_LECTURE = ROLES_ETUDE | {
    Role.CHARGE_DU_PLAN,
    Role.FINANCEUR,
    Role.SECRETARIAT,
    Role.PRESCRIPTEUR,
}
# Works without a household: the operator that leads them, the body that ordered them.
ROLES_ORGANISATION = ROLES_ETUDE | {Role.CHARGE_DU_PLAN, Role.FINANCEUR}
# Colour of a state, never its only sign.
TONS = {
    S.ETUDIEE: "neutre",
    S.FINANCEE: "info",
    S.EN_TRAVAUX: "warn",
    S.ACHEVEE: "ok",
    S.LOUEE: "ok",
    S.ABANDONNEE: "bad",
}
