"""Reads of organisations, their people, their agreements."""

from cariatide.partenaires.queries.annuaire import (
    ETAT_TOUTES,
    TRIS_ORGANISATIONS,
    build_fiche_organisation,
    chain_of_succession,
    find_organisation,
    list_agrements,
    list_annuaire,
    list_predecesseurs,
    organisation_name_at,
)
from cariatide.partenaires.queries.conventions import (
    TRIS_CONVENTIONS,
    build_fiche_convention,
    find_convention_editable,
    list_page_conventions,
)
from cariatide.partenaires.queries.equipe import (
    TRIS_COMPTES,
    find_personne,
    list_comptes,
    list_equipe,
    list_invitations,
    list_mandats,
)
from cariatide.partenaires.queries.perimetre import (
    build_perimetre,
    en_cours,
    en_vigueur,
    list_conventions,
    list_organisations,
)

__all__ = [
    "ETAT_TOUTES",
    "TRIS_COMPTES",
    "TRIS_CONVENTIONS",
    "TRIS_ORGANISATIONS",
    "build_fiche_convention",
    "build_fiche_organisation",
    "build_perimetre",
    "chain_of_succession",
    "en_cours",
    "en_vigueur",
    "find_convention_editable",
    "find_organisation",
    "find_personne",
    "list_agrements",
    "list_annuaire",
    "list_comptes",
    "list_conventions",
    "list_equipe",
    "list_invitations",
    "list_mandats",
    "list_organisations",
    "list_page_conventions",
    "list_predecesseurs",
    "organisation_name_at",
]
