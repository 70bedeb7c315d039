"""The only writes on saisines."""

from cariatide.demandes.actions.depot import (
    deposit_saisine,
    discard_brouillon,
    find_proches,
    save_brouillon,
)
from cariatide.demandes.actions.donnees import (
    DonneesLogement,
    DonneesSaisine,
    DoublonPossible,
    Proche,
)
from cariatide.demandes.actions.instruction import (
    declare_irrecevable,
    declare_recevable,
    dismiss_saisine,
    orient_provisoirement,
    receive_piece,
    request_pieces,
)
from cariatide.demandes.actions.masse import DepotRefuse, deposit_saisines
from cariatide.demandes.actions.papiers import issue_fiche, send_piece
from cariatide.demandes.actions.reference import (
    add_motif,
    add_piece_requise,
    end_motif,
    end_piece_requise,
    revise_piece_requise,
    update_motif,
)
from cariatide.demandes.actions.seance import apply_decision, enter_seance, leave_seance
from cariatide.demandes.actions.suites import (
    close_saisine,
    hand_over_saisine,
    request_changement_axe,
    start_mise_en_oeuvre,
)

__all__ = [
    "DepotRefuse",
    "DonneesLogement",
    "DonneesSaisine",
    "DoublonPossible",
    "Proche",
    "add_motif",
    "add_piece_requise",
    "apply_decision",
    "close_saisine",
    "declare_irrecevable",
    "declare_recevable",
    "deposit_saisine",
    "deposit_saisines",
    "discard_brouillon",
    "dismiss_saisine",
    "end_motif",
    "end_piece_requise",
    "enter_seance",
    "find_proches",
    "hand_over_saisine",
    "issue_fiche",
    "leave_seance",
    "orient_provisoirement",
    "receive_piece",
    "request_changement_axe",
    "request_pieces",
    "revise_piece_requise",
    "save_brouillon",
    "send_piece",
    "start_mise_en_oeuvre",
    "update_motif",
]
