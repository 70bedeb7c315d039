"""Many saisines of new households at once, as a file brings them: the rows of `deposit_saisine`.

tests/demandes/test_masse.py compares the two, table by table.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence

from django.db import transaction

from cariatide.commission.models import Instance
from cariatide.demandes.actions.commun import apply_act
from cariatide.demandes.actions.depot import build_draft, check_depot, fill_saisine, labels_of
from cariatide.demandes.actions.donnees import DonneesSaisine, DoublonPossible, Proche
from cariatide.demandes.models import MotifSaisine, PieceSaisine, Saisine
from cariatide.demandes.queries import (
    OBJET,
    find_communes_couvertes,
    list_motifs,
    list_pieces_requises,
)
from cariatide.demandes.statuts import StatutSaisine
from cariatide.journal.actions import record_serie
from cariatide.menages.actions import (
    DonneesPersonne,
    LienNouveau,
    attach_new,
    build_fait,
    create_menages,
    write_faits,
)
from cariatide.menages.doublons import GENRES_CERTAINS, find_doublons_of, identify
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.models import Convention, Organisation
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.masse import insert_columns, insert_many
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre
from cariatide.socle.references import reserve_references

Cadre = tuple[Convention, Instance]


class DepotRefuse(ErreurMetier):
    """One saisine of the series cannot be deposited: `rang` says which one, from 0."""

    def __init__(self, rang: int, erreur: ErreurMetier) -> None:
        detail = " ".join(dict.fromkeys(erreur.champs.values()))
        super().__init__(detail or erreur.message, erreur.champs)
        self.rang = rang


@transaction.atomic
def deposit_saisines(*, perimetre: Perimetre, donnees: Sequence[DonneesSaisine]) -> list[Saisine]:
    """Deposit a saisine for each new household described, all or none.

    Raises DepotRefuse for the first that cannot be. The social statement has no place in a file.
    """
    cadres = _check_all(donnees, perimetre)
    described = [d.menage for d in donnees if d.menage is not None]
    menages = create_menages(perimetre=perimetre, donnees=described)
    references = reserve_references("S", perimetre.jour.year, len(donnees))
    saisines: list[Saisine] = []
    mandats: list[MandatEnVigueur | None] = []
    for une, cadre, menage, reference in zip(donnees, cadres, menages, references, strict=True):
        saisine = build_draft(perimetre)
        fill_saisine(saisine, une, *cadre, menage, perimetre)
        mandats.append(apply_act(saisine, "deposer", perimetre))
        saisine.reference = reference
        saisine.version += 1  # as `finish` does
        saisines.append(saisine)
    insert_many(saisines)
    _write_suites(saisines, donnees, perimetre)
    _attach_all(saisines, cadres, perimetre)
    _tell_all(saisines, mandats, donnees, cadres, perimetre)
    return saisines


def _check_all(donnees: Sequence[DonneesSaisine], perimetre: Perimetre) -> list[Cadre]:
    """The agreement and the body of each; what the same file repeats is checked once."""
    known: dict[Hashable, Cadre] = {}
    cadres: list[Cadre] = []
    covered = _find_couvertes(donnees, perimetre)
    for rang, une in enumerate(donnees):
        if une.menage is None or une.expose:
            message = "Un dépôt en nombre porte sur des ménages nouveaux, sans exposé."
            raise DepotRefuse(rang, ErreurMetier(message))
        key = (
            une.convention_id, tuple(une.motifs), une.date_saisine, une.information_menage_le,
            une.urgence, une.motif_urgence, une.origine_id,
        )  # fmt: skip
        # A commune out of the territory is refused in the words of the ordinary deposit.
        if key not in known or (une.convention_id, _commune_id(une)) not in covered:
            try:
                known[key] = check_depot(une, perimetre)
            except ErreurMetier as erreur:
                raise DepotRefuse(rang, erreur) from erreur
        cadres.append(known[key])
    _check_doublons(donnees, perimetre)
    return cadres


def _commune_id(une: DonneesSaisine) -> int | None:
    return une.commune_id or (une.menage.domicile.commune_id if une.menage else None)


def _find_couvertes(
    donnees: Sequence[DonneesSaisine], perimetre: Perimetre
) -> set[tuple[int | None, int | None]]:
    """The pairs (agreement, commune) of the series that are within its territory."""
    asked: dict[int, set[int]] = defaultdict(set)
    for une in donnees:
        commune_id = _commune_id(une)
        if une.convention_id is not None and commune_id is not None:
            asked[une.convention_id].add(commune_id)
    return {
        (convention_id, commune_id)
        for convention_id, communes in asked.items()
        for commune_id in find_communes_couvertes(convention_id, perimetre.jour, communes)
    }


def _check_doublons(donnees: Sequence[DonneesSaisine], perimetre: Perimetre) -> None:
    """Surely known people stop the series, as they stop the deposit of one line of a file."""
    people = [(rang, identify(p)) for rang, une in enumerate(donnees) for p in _people(une)]
    identites = [identite for _, identite in people]
    found = find_doublons_of(perimetre, identites, genres=GENRES_CERTAINS)
    for (rang, _), proches in zip(people, found, strict=True):
        known = [
            Proche(
                row.appartenance.menage_id,
                row.appartenance.menage.reference,
                row.appartenance.menage.nom_usage,
                str(row.appartenance.personne),
                row.texte,
            )
            for row in proches
            if row.certain
        ]
        if known and not donnees[rang].doublon_confirme:
            raise DepotRefuse(rang, DoublonPossible(known))


def _people(une: DonneesSaisine) -> Sequence[DonneesPersonne]:
    return une.menage.personnes if une.menage else ()


def _write_suites(
    saisines: Sequence[Saisine], donnees: Sequence[DonneesSaisine], perimetre: Perimetre
) -> None:
    jour = perimetre.jour
    motifs = {m.code: m.pk for m in list_motifs(jour)}
    causes = [
        (saisine.pk, motifs[code])
        for saisine, une in zip(saisines, donnees, strict=True)
        for code in dict.fromkeys(une.motifs)
    ]
    insert_columns(
        MotifSaisine,
        len(causes),
        {"saisine_id": [c[0] for c in causes], "motif_id": [c[1] for c in causes]},
    )
    requises = {d: list(list_pieces_requises(d, jour)) for d in {s.dispositif for s in saisines}}
    pieces = [
        (saisine.pk, piece, jour if piece.code in une.pieces_recues else None)
        for saisine, une in zip(saisines, donnees, strict=True)
        for piece in requises[saisine.dispositif]
    ]
    insert_columns(
        PieceSaisine,
        len(pieces),
        {
            "saisine_id": [p[0] for p in pieces],
            "code": [p[1].code for p in pieces],
            "libelle": [p[1].libelle for p in pieces],
            "obligatoire": [p[1].obligatoire for p in pieces],
            "ordre": [p[1].ordre for p in pieces],
            "recue_le": [p[2] for p in pieces],
        },
    )


def _attach_all(saisines: Sequence[Saisine], cadres: Sequence[Cadre], perimetre: Perimetre) -> None:
    attach_new(
        [
            LienNouveau(
                menage_id=saisine.menage_id or 0,
                organisation_id=organisation_id,
                niveau=niveau,
                motif=motif,
                source=(OBJET, saisine.pk),
                du=perimetre.jour,
                convention_id=convention.pk,
            )
            for saisine, (convention, instance) in zip(saisines, cadres, strict=True)
            for organisation_id, motif, niveau in (
                (saisine.origine_organisation_id, MotifRattachement.PRESCRIPTION, Niveau.FACTUEL),
                (instance.secretariat_id, MotifRattachement.SECRETARIAT, Niveau.FACTUEL),
                (convention.operateur_id, MotifRattachement.INSTRUCTION, Niveau.SOCIAL),
            )
        ]
    )


def _tell_all(
    saisines: Sequence[Saisine],
    mandats: Sequence[MandatEnVigueur | None],
    donnees: Sequence[DonneesSaisine],
    cadres: Sequence[Cadre],
    perimetre: Perimetre,
) -> None:
    """One line of the parcours and one event of each."""
    labels: dict[tuple[str, ...], str] = {}
    faits = []
    origines = Organisation.objects.in_bulk({s.origine_organisation_id for s in saisines})
    for saisine, une, (convention, _) in zip(saisines, donnees, cadres, strict=True):
        codes = tuple(une.motifs)
        if codes not in labels:
            labels[codes] = ", ".join(labels_of(codes, perimetre.jour))
        faits.append(
            build_fait(
                perimetre=perimetre,
                menage_id=saisine.menage_id or 0,
                le=une.date_saisine,
                domaine="demandes",
                titre=f"Saisine {saisine} déposée par {origines[saisine.origine_organisation_id]}",
                detail=f"{convention.get_type_display()} : {labels[codes]}"[:300],
                source=(OBJET, saisine.pk),
            )
        )
    write_faits(faits)
    _record_all(saisines, mandats, cadres, perimetre)


def _record_all(
    saisines: Sequence[Saisine],
    mandats: Sequence[MandatEnVigueur | None],
    cadres: Sequence[Cadre],
    perimetre: Perimetre,
) -> None:
    """One event of each, under the mandate of its act."""
    for mandat in dict.fromkeys(mandats):
        mine = [
            (saisine, convention)
            for saisine, used, (convention, _) in zip(saisines, mandats, cadres, strict=True)
            if used == mandat
        ]
        record_serie(
            "saisine.deposee",
            perimetre=perimetre,
            mandat=mandat,
            objet_type=OBJET,
            objets=[saisine.pk for saisine, _ in mine],
            menages=[saisine.menage_id or 0 for saisine, _ in mine],
            libelles=[str(saisine) for saisine, _ in mine],
            avant={"statut": StatutSaisine.BROUILLON},
            apres=[
                {
                    "statut": saisine.statut,
                    "convention": convention.reference,
                    "menage_cree": True,
                }
                for saisine, convention in mine
            ],
        )
