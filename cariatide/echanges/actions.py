"""The only writes on batches: receive and check, integrate, cancel as a whole."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cariatide.echanges.lifecycle import CYCLE
from cariatide.echanges.models import CorrespondanceImport, LigneImport, LotImport
from cariatide.echanges.ports import ROLES_IMPORT, Importable, LigneLue, Verdict, importables
from cariatide.echanges.rules import match_headers, missing_fields
from cariatide.echanges.statuts import StatutLigne, StatutLot
from cariatide.journal.actions import record_evenement
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre
from cariatide.socle.tableurs.lecture import read_table
from cariatide.socle.tableurs.table import Table

OBJET = "echanges.lot"


@dataclass(frozen=True)
class Fichier:
    """What the sender uploaded."""

    nom: str
    contenu: bytes


def _mandat(perimetre: Perimetre) -> MandatEnVigueur:
    mandat = perimetre.find_mandat(ROLES_IMPORT)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet d’importer un fichier.")
    return mandat


def receive_lot(
    *,
    perimetre: Perimetre,
    genre: str,
    fichier: Fichier,
    options: Mapping[str, str],
    correspondance: Mapping[str, str] | None = None,
) -> LotImport:
    """Read a file and check every line; nothing of the domain is written.

    correspondance: header by field code, when the person matched them by hand; kept for the
    sender. Raises FichierRefuse or ErreurMetier, in words, and then keeps nothing.
    """
    mandat = _mandat(perimetre)
    importable = importables.get(genre)
    known = _known_headers(mandat.organisation_id, genre, correspondance)
    expected = [s for c in importable.champs for s in (c.libelle, *c.synonymes)]
    table = read_table(fichier.contenu, fichier.nom, entetes_attendus=[*expected, *known.values()])
    columns = match_headers(table.libelles, importable.champs, known)
    missing = missing_fields(importable.champs, columns)
    if missing:
        seen = ", ".join(f"« {h} »" for h in table.libelles if h)[:600] or "aucun"
        raise ErreurMetier(
            f"Colonnes introuvables : {', '.join(missing)}. En-têtes lus : {seen}.",
            {"fichier": f"Colonnes introuvables : {', '.join(missing)}."},
        )
    lignes = _read_lines(table, columns)
    if not lignes:
        raise ErreurMetier("Ce fichier ne contient aucune ligne à importer.", {"fichier": "Vide."})
    verdicts = importable.check(lignes, options, perimetre)
    return _save_lot(perimetre, mandat, genre, fichier, table, columns, options, lignes, verdicts)


def _known_headers(
    organisation_id: int, genre: str, correspondance: Mapping[str, str] | None
) -> dict[str, str]:
    saved = CorrespondanceImport.objects.filter(
        organisation_id=organisation_id, genre=genre
    ).first()
    return {**(saved.champs if saved else {}), **(correspondance or {})}


def _read_lines(table: Table, columns: Mapping[str, int]) -> list[LigneLue]:
    return [
        LigneLue(ligne.numero, {code: ligne.cellules[i].strip() for code, i in columns.items()})
        for ligne in table.donnees()
    ]


@transaction.atomic
def _save_lot(
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    genre: str,
    fichier: Fichier,
    table: Table,
    columns: Mapping[str, int],
    options: Mapping[str, str],
    lignes: list[LigneLue],
    verdicts: list[Verdict],
) -> LotImport:
    headers = {code: table.libelles[i] for code, i in columns.items()}
    CorrespondanceImport.objects.update_or_create(
        organisation_id=mandat.organisation_id, genre=genre, defaults={"champs": headers}
    )
    lot = LotImport(
        genre=genre,
        organisation_id=mandat.organisation_id,
        auteur=perimetre.utilisateur,
        fichier=fichier.nom[-200:],
        sha256=hashlib.sha256(fichier.contenu).hexdigest(),
        format=table.format,
        feuille=table.feuille[:120],
        entetes=list(table.libelles),
        correspondance=headers,
        options=dict(options),
        avertissements=list(table.avertissements),
    )
    lot.save(force_insert=True)
    LigneImport.objects.bulk_create(_build_lines(lot, lignes, verdicts), batch_size=2000)
    record_evenement(
        "import.verifie",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=lot.pk,
        libelle=lot.fichier,
        apres={"genre": genre, "lignes": len(lignes)},
    )
    return lot


def _build_lines(
    lot: LotImport, lignes: list[LigneLue], verdicts: list[Verdict]
) -> list[LigneImport]:
    """Lines with their verdict; one already integrated, or repeated in the file, is not taken."""
    integrees = set(
        LigneImport.objects.unscoped(reason="ré-import : clés déjà intégrées par l’expéditeur")
        .filter(
            statut=StatutLigne.INTEGREE,
            lot__organisation_id=lot.organisation_id,
            lot__genre=lot.genre,
            cle__in=[v.cle for v in verdicts],
        )
        .values_list("cle", flat=True)
    )
    done = set(integrees)
    built: list[LigneImport] = []
    for ligne, verdict in zip(lignes, verdicts, strict=True):
        statut, motifs = StatutLigne.VALIDE, list(verdict.motifs)
        if motifs and verdict.cle not in integrees:
            # A line taken from an earlier file is not refused for what it wrote itself.
            statut = StatutLigne.REJETEE
        elif verdict.cle in done:
            statut, motifs = StatutLigne.DEJA, ["Cette ligne est déjà importée."]
        else:
            done.add(verdict.cle)
        built.append(
            LigneImport(
                lot=lot,
                numero=verdict.numero,
                statut=statut,
                cle=verdict.cle,
                libelle=verdict.libelle[:200],
                valeurs=dict(ligne.valeurs),
                donnees=dict(verdict.donnees),
                motifs=motifs + list(verdict.avertissements),
            )
        )
    return built


def _lock(perimetre: Perimetre, lot_id: int) -> LotImport:
    lot: LotImport = LotImport.objects.select_for_update(of=("self",)).find_visible(
        perimetre, lot_id
    )
    return lot


@transaction.atomic
def integrate_lot(*, perimetre: Perimetre, lot_id: int) -> LotImport:
    """Write every valid line, all or nothing; a line refused meanwhile cancels the whole."""
    lot = _lock(perimetre, lot_id)
    mandat = CYCLE.apply(lot, "integrer", Contexte(perimetre, perimetre.jour))
    importable: Importable = importables.get(lot.genre)
    lignes = list(
        LigneImport.objects.visible_to(perimetre)
        .filter(lot_id=lot.pk, statut=StatutLigne.VALIDE)
        .order_by("numero")
    )
    if not lignes:
        raise ActeRefuse("Aucune ligne de ce fichier n’est à intégrer.")
    for ligne in lignes:
        verdict = Verdict(ligne.numero, ligne.cle, ligne.libelle, ligne.donnees)
        try:
            ligne.objet_type, ligne.objet_id = importable.apply(verdict, lot.options, perimetre)
        except ErreurMetier as error:
            raise ActeRefuse(
                f"Ligne {ligne.numero} : {error.message} Rien n’est intégré : corrigez le fichier."
            ) from error
        ligne.statut = StatutLigne.INTEGREE
    LigneImport.objects.visible_to(perimetre).bulk_update(
        lignes, ["statut", "objet_type", "objet_id"], batch_size=1000
    )
    lot.integre_le = timezone.now()
    lot.save(update_fields=["statut", "integre_le"])
    _record(perimetre, mandat, lot, "import.integre", len(lignes))
    return lot


@transaction.atomic
def cancel_lot(*, perimetre: Perimetre, lot_id: int) -> LotImport:
    """Give up a checked batch, or undo an integrated one as a whole."""
    lot = _lock(perimetre, lot_id)
    integrated = lot.statut == StatutLot.INTEGRE
    mandat = CYCLE.apply(lot, "annuler", Contexte(perimetre, perimetre.jour))
    lignes = LigneImport.objects.visible_to(perimetre).filter(
        lot_id=lot.pk, statut=StatutLigne.INTEGREE
    )
    if integrated:
        objets = list(lignes.order_by("-numero").values_list("objet_type", "objet_id"))
        importables.get(lot.genre).revert(objets, perimetre)
    count = lignes.update(statut=StatutLigne.ANNULEE)
    lot.annule_le = timezone.now()
    lot.save(update_fields=["statut", "annule_le"])
    _record(perimetre, mandat, lot, "import.annule", count)
    return lot


def _record(
    perimetre: Perimetre, mandat: MandatEnVigueur | None, lot: LotImport, nom: str, lignes: int
) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=lot.pk,
        libelle=lot.fichier,
        apres={"genre": lot.genre, "lignes": lignes},
    )
