"""The only writes on organisations, their people and their agreements."""

from cariatide.partenaires.actions.avenants import ChangementDemande, add_avenant
from cariatide.partenaires.actions.conventions import (
    DonneesConvention,
    create_convention,
    remove_financement,
    remove_objectif,
    set_financement,
    set_objectif,
    set_secteur,
    sign_convention,
    update_convention,
)
from cariatide.partenaires.actions.equipe import (
    deactivate_personne,
    end_mandat,
    grant_mandat,
    reactivate_personne,
    reset_facteur_personne,
)
from cariatide.partenaires.actions.exceptions import (
    close_session_exception,
    open_session_exception,
)
from cariatide.partenaires.actions.invitations import (
    accept_invitation,
    cancel_invitation,
    invite_collegue,
    resend_invitation,
)
from cariatide.partenaires.actions.organisations import (
    DonneesContact,
    DonneesOrganisation,
    add_agrement,
    create_organisation,
    end_agrement,
    remove_contact,
    save_contact,
    update_organisation,
)
from cariatide.partenaires.actions.succession import end_organisation, record_succession

__all__ = [
    "ChangementDemande",
    "DonneesContact",
    "DonneesConvention",
    "DonneesOrganisation",
    "accept_invitation",
    "add_agrement",
    "add_avenant",
    "cancel_invitation",
    "close_session_exception",
    "create_convention",
    "create_organisation",
    "deactivate_personne",
    "end_agrement",
    "end_mandat",
    "end_organisation",
    "grant_mandat",
    "invite_collegue",
    "open_session_exception",
    "reactivate_personne",
    "record_succession",
    "remove_contact",
    "remove_financement",
    "remove_objectif",
    "resend_invitation",
    "reset_facteur_personne",
    "save_contact",
    "set_financement",
    "set_objectif",
    "set_secteur",
    "sign_convention",
    "update_convention",
    "update_organisation",
]
