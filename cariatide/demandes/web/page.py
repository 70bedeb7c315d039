"""The page of one saisine: what it says, its history, the acts open and refused with the reason."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cariatide.demandes.lifecycle import CYCLE, ORIENTEES
from cariatide.demandes.models import Saisine
from cariatide.demandes.presentation import describe_logement
from cariatide.demandes.queries import EncoreBrouillon, FicheSaisine, build_fiche
from cariatide.demandes.statuts import (
    A_INSCRIRE,
    A_RATIFIER,
    ROLES_OPERATEUR,
    Axe,
    Canal,
    StatutSaisine,
)
from cariatide.demandes.web import forms
from cariatide.partenaires.statuts import Role
from cariatide.socle.lifecycle import Contexte, Evaluation
from cariatide.socle.pages.formulaires import Formulaire
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.perimetre import Niveau, Perimetre

# Acts done on this page; the agenda and the decisions belong to the sessions.
ACTES = (
    "recevoir", "ecarter", "orienter_provisoirement", "classer", "demander_changement_axe", "clore",
)  # fmt: skip
FORMULAIRES: dict[str, type[Formulaire]] = {
    "ecarter": forms.FormulaireMotif,
    "orienter_provisoirement": forms.FormulaireProvisoire,
    "classer": forms.FormulaireClassement,
    "demander_changement_axe": forms.FormulaireMotif,
    "clore": forms.FormulaireCloture,
}
_PIECES = frozenset(
    {
        StatutSaisine.DEPOSEE,
        StatutSaisine.RECEVABLE,
        StatutSaisine.AJOURNEE,
        StatutSaisine.ORIENTEE_PROVISOIRE,
        StatutSaisine.INSCRITE,
    }
)
TONS = {
    "deposee": "info", "recevable": "info", "irrecevable": "bad", "inscrite": "info",
    "orientee_provisoire": "warn", "orientee_maintien": "ok", "orientee_relogement": "ok",
    "ajournee": "warn", "refusee": "bad", "en_mise_en_oeuvre": "ok", "close": "neutre",
    "brouillon": "neutre",
}  # fmt: skip
# The line of steps drawn at the top: what each one waits for.
ETAPES = (
    ("Déposée", frozenset({"deposee"})),
    ("Recevable", frozenset({"recevable", "irrecevable", "orientee_provisoire"})),
    ("En séance", frozenset({"inscrite", "ajournee"})),
    ("Décidée", frozenset({"orientee_maintien", "orientee_relogement", "refusee"})),
    ("Mise en œuvre", frozenset({"en_mise_en_oeuvre"})),
    ("Close", frozenset({"close"})),
)


def list_actes(fiche: FicheSaisine, perimetre: Perimetre) -> dict[str, Evaluation]:
    """Acts that a mandate of mine may do here, open or refused with the reason."""
    donnees = {"manquantes": fiche.manquantes}
    if fiche.reexamen:
        donnees["reexamen"] = [fiche.reexamen.motif]
    ctx = Contexte(perimetre, perimetre.jour, donnees)
    found = {e.transition.nom: e for e in CYCLE.evaluate(fiche.saisine, ctx)}
    return {nom: found[nom] for nom in ACTES if nom in found}


def may_receive(saisine: Saisine, perimetre: Perimetre) -> bool:
    """Whether a mandate of mine records the pieces of this saisine now."""
    if saisine.statut not in _PIECES:
        return False
    return holds_secretariat(saisine, perimetre) or bool(
        perimetre.find_mandat(
            {
                Role.PRESCRIPTEUR,
                Role.TRAVAILLEUR_SOCIAL,
                Role.CHEF_DE_SERVICE,
                Role.CHARGE_DE_CLIENTELE,
            },
            saisine.origine_organisation_id,
        )
    )


def holds_secretariat(saisine: Saisine, perimetre: Perimetre) -> bool:
    instance = saisine.instance
    return bool(instance and perimetre.find_mandat({Role.SECRETARIAT}, instance.secretariat_id))


def may_start(saisine: Saisine, perimetre: Perimetre) -> bool:
    """Whether my team carries it out now; an emergency does not wait for the session."""
    convention = saisine.convention
    if convention is None or saisine.mise_en_oeuvre_le is not None:
        return False
    ready = saisine.statut in ORIENTEES or (
        saisine.provisoire_le is not None and saisine.statut in A_RATIFIER
    )
    return ready and bool(perimetre.find_mandat(ROLES_OPERATEUR, convention.operateur_id))


def list_etapes(saisine: Saisine) -> list[tuple[str, str]]:
    """(label, state): done, current or to come."""
    rang = next((i for i, (_, s) in enumerate(ETAPES) if saisine.statut in s), 0)
    stopped = saisine.statut in ("irrecevable", "refusee")
    return [
        (libelle, "fait" if i < rang else ("arretee" if stopped else "actuel") if i == rang else "")
        for i, (libelle, _) in enumerate(ETAPES)
    ]


def show_saisine(
    request: HttpRequest,
    saisine_id: int,
    *,
    saisis: Mapping[str, Formulaire] | None = None,
    erreur: str = "",
    statut: int = 200,
) -> HttpResponse:
    """Render the page; `saisis` are forms sent back with their errors, by act."""
    perimetre: Perimetre = request.perimetre
    try:
        fiche = build_fiche(perimetre, saisine_id)
    except EncoreBrouillon:
        return redirect("demandes:brouillon", saisine_id)
    saisine = fiche.saisine
    a_demander = [(p.code, p.libelle) for p in fiche.pieces if p.recue_le is None]
    tient = holds_secretariat(saisine, perimetre)
    formulaires: dict[str, Formulaire] = {nom: f() for nom, f in FORMULAIRES.items()}
    formulaires["demander_pieces"] = forms.FormulairePieces(
        choix=a_demander, initial={"pieces": [p.code for p in fiche.pieces if _is_missing(p)]}
    )
    contexte = {
        "fiche": fiche,
        "saisine": saisine,
        "menage": saisine.menage,
        "actes": list_actes(fiche, perimetre),
        "formulaires": formulaires | dict(saisis or {}),
        "erreur": erreur,
        "envoi": uuid4(),
        "faits": _list_faits(fiche),
        "ton": TONS[saisine.statut],
        "etapes": list_etapes(saisine),
        "logement": [(k, v) for k, v in describe_logement(saisine) if v],
        "canal": Canal(saisine.canal).label,
        "axes": dict(Axe.choices),
        "peut_recevoir": may_receive(saisine, perimetre),
        "peut_demander": tient and saisine.statut in _PIECES and bool(a_demander),
        "a_mettre_en_oeuvre": may_start(saisine, perimetre),
        "a_inscrire": tient and saisine.statut in A_INSCRIRE,
    }
    return rend(request, "demandes/detail.html", contexte, statut=statut)


def _list_faits(fiche: FicheSaisine) -> list[dict[str, Any]]:
    return [
        {
            "date": f.date,
            "titre": f.titre,
            "texte": f.detail,
            "par": f.auteur,
            "ton": f.ton,
            "niveau": Niveau(f.niveau),
        }
        for f in fiche.faits
    ]


def _is_missing(piece: Any) -> bool:
    return bool(piece.obligatoire and piece.recue_le is None)
