"""Two files of one household made one, and the exact way back."""

from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q

from cariatide.menages.actions.liens import (
    lock_menage,
    record_menage,
    refresh_recherche,
    write_fait,
)
from cariatide.menages.actions.trace import Trace, undo_trace
from cariatide.menages.effacement import manager_of
from cariatide.menages.models import (
    Fusion,
    Menage,
    MenageConfidentiel,
    MenageSocial,
    Rattachement,
)
from cariatide.menages.ports import move_rows, rattachables, restore_rows
from cariatide.menages.statuts import RoleMenage
from cariatide.partenaires.statuts import Role
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

# The secretariat sees the files of several organisations; the head of service answers for a team.
ROLES_FUSION = frozenset({Role.CHEF_DE_SERVICE, Role.SECRETARIAT})
OBJET_FUSION = "menages.fusion"
_LOCAL = "menages"
_COMPLETES = ("telephone", "courriel", "commune_id")


@transaction.atomic
def merge_menages(
    *,
    perimetre: Perimetre,
    garde_id: int,
    absorbe_id: int,
    motif: str,
    memes: Mapping[int, int] | None = None,
    version: int | None = None,
) -> Fusion:
    """Everything of one file goes to the other, which is kept; the former stays read-only.

    memes: person of the absorbed file → the same person in the kept one. What cannot stand twice
    (the dwelling, the social part when both have one, the people found in both) stays with the
    former file, which leads to the kept one.
    """
    mandat = _require(perimetre)
    if garde_id == absorbe_id:
        raise ErreurMetier("Un ménage ne se fusionne pas avec lui-même.")
    # Always in the same order: two opposite merges at once wait for each other, never for ever.
    premiers = {pk: lock_menage(perimetre, pk) for pk in sorted((garde_id, absorbe_id))}
    garde = lock_menage(perimetre, garde_id, version)
    absorbe = premiers[absorbe_id]
    if manager_of("menages.Menage").filter(fusionne_dans_id=absorbe_id).exists():
        raise ActeRefuse(
            f"La fiche {absorbe.reference} en a déjà absorbé une autre : gardez-la, ou défaites "
            "d’abord cette fusion."
        )
    trace = Trace()
    # Rows of levels that this reader may not open move too: the row rules are told why.
    with ouvre_transaction(perimetre, systeme="fusion de deux fiches d’un même ménage"):
        _move_all(garde, absorbe, dict(memes or {}), perimetre.jour, trace)
    fusion = Fusion(
        garde=garde,
        absorbe=absorbe,
        le=perimetre.jour,
        auteur=perimetre.utilisateur,
        motif=motif.strip(),
        deplaces=trace.deplaces,
        modifies=trace.modifies,
        crees=trace.crees,
    )
    fusion.save(force_insert=True)
    _finish(perimetre, garde, fusion, mandat)
    return fusion


def _require(perimetre: Perimetre) -> MandatEnVigueur:
    mandat = perimetre.find_mandat(ROLES_FUSION)
    if mandat is None:
        raise ActeRefuse("Seuls un chef de service ou un secrétariat réunissent deux fiches.")
    return mandat


def _move_all(
    garde: Menage, absorbe: Menage, memes: dict[int, int], jour: date, trace: Trace
) -> None:
    _merge_personnes(garde, absorbe, memes, trace)
    _move_membres(garde, absorbe, memes, trace)
    ids = {"menages.FaitParcours": move_rows("menages.FaitParcours", absorbe.pk, garde.pk)}
    for modele in (MenageSocial, MenageConfidentiel):
        label = modele._meta.label
        if not manager_of(label).filter(menage_id=garde.pk).exists():
            ids[label] = move_rows(label, absorbe.pk, garde.pk)
    trace.deplaces[_LOCAL] = ids
    for code, port in rattachables.items():
        try:
            with transaction.atomic():
                trace.deplaces[code] = port.move(source_id=absorbe.pk, cible_id=garde.pk)
        except IntegrityError as error:
            raise ActeRefuse(
                f"Les deux fiches portent des éléments qui ne peuvent pas coexister ({code}) : "
                "terminez d’abord l’un des deux."
            ) from error
    _copy_liens(garde, absorbe, jour, trace)
    _complete(garde, absorbe, trace)


def _merge_personnes(garde: Menage, absorbe: Menage, memes: dict[int, int], trace: Trace) -> None:
    """The person kept gains what only the other file knew; other households follow it."""
    personnes = manager_of("menages.Personne")
    for absorbee_id, gardee_id in memes.items():
        absorbee = personnes.filter(pk=absorbee_id, appartenances__menage_id=absorbe.pk).first()
        gardee = personnes.filter(pk=gardee_id, appartenances__menage_id=garde.pk).first()
        if absorbee is None or gardee is None or len(set(memes.values())) != len(memes):
            raise ErreurMetier("Une des personnes rapprochées n’appartient pas à ces ménages.")
        if absorbee.pk == gardee.pk:
            continue
        manquants = {
            nom: getattr(absorbee, nom)
            for nom in ("naissance", "telephone", "courriel", "numero_allocataire", "deces_le")
            if not getattr(gardee, nom) and getattr(absorbee, nom)
        }
        if manquants:
            trace.change(gardee, **manquants)
        ailleurs = manager_of("menages.Appartenance").filter(personne_id=absorbee.pk)
        for ligne in ailleurs.exclude(menage_id=absorbe.pk):
            trace.change(ligne, personne_id=gardee.pk)


def _move_membres(garde: Menage, absorbe: Menage, memes: dict[int, int], trace: Trace) -> None:
    """The people of the other file alone enter the kept one, at the dates they had."""
    rows = manager_of("menages.Appartenance")
    known = set(rows.filter(menage_id=garde.pk).values_list("personne_id", flat=True))
    referents = list(
        rows.filter(menage_id=garde.pk, role=RoleMenage.REFERENT).values_list(
            "personne__naissance", flat=True
        )
    )
    for ligne in rows.filter(menage_id=absorbe.pk).select_related("personne").order_by("pk"):
        if ligne.personne_id in known or ligne.personne_id in memes:
            continue
        naissance = ligne.personne.naissance
        older = naissance and any(r and naissance <= r for r in referents)
        # The kept file has its référent already; a child cannot be older than that person.
        garde_role = ligne.role == RoleMenage.ENFANT and not older
        trace.change(ligne, menage_id=garde.pk, role=ligne.role if garde_role else RoleMenage.AUTRE)


def _copy_liens(garde: Menage, absorbe: Menage, jour: date, trace: Trace) -> None:
    """Whoever read one file reads the household; the sources end both links together."""
    champs = (
        "organisation_id", "utilisateur_id", "convention_id", "niveau", "motif", "source_type",
        "source_id", "du", "au",
    )  # fmt: skip
    open_ones = Q(au__isnull=True) | Q(au__gte=jour)
    there = set(Rattachement.objects.filter(menage_id=garde.pk).values_list(*champs))
    for valeurs in Rattachement.objects.filter(open_ones, menage_id=absorbe.pk).order_by("pk"):
        row = tuple(getattr(valeurs, champ) for champ in champs)
        if row not in there:
            copie = Rattachement(menage_id=garde.pk, **dict(zip(champs, row, strict=True)))
            copie.save(force_insert=True)
            trace.crees[Rattachement._meta.label].append(copie.pk)


def _complete(garde: Menage, absorbe: Menage, trace: Trace) -> None:
    """What the kept file lacks; a protected address of either protects the household."""
    valeurs = {
        nom: getattr(absorbe, nom)
        for nom in _COMPLETES
        if not getattr(garde, nom) and getattr(absorbe, nom)
    }
    valeurs["dernier_contact_le"] = max(garde.dernier_contact_le, absorbe.dernier_contact_le)
    valeurs["cree_le"] = min(garde.cree_le, absorbe.cree_le)
    valeurs["public_plan"] = garde.public_plan or absorbe.public_plan
    valeurs["adresse_protegee"] = garde.adresse_protegee or absorbe.adresse_protegee
    valeurs["recherche"] = garde.recherche
    trace.change(garde, **valeurs)
    if absorbe.adresse_protegee and not garde.adresse_protegee:
        for domicile in manager_of("menages.Domicile").filter(menage_id=garde.pk, protege=False):
            trace.change(domicile, protege=True)
    trace.change(absorbe, fusionne_dans_id=garde.pk, recherche="")
    refresh_recherche(garde.pk)


def _finish(
    perimetre: Perimetre,
    menage: Menage,
    fusion: Fusion,
    mandat: MandatEnVigueur,
) -> None:
    autre = fusion.absorbe
    for pk in (fusion.garde_id, fusion.absorbe_id):
        each = manager_of("menages.Menage").get(pk=pk)
        manager_of("menages.Menage").filter(pk=pk).update(version=each.version + 1)
    defaite = fusion.defaite_le is not None
    write_fait(
        perimetre=perimetre,
        menage_id=menage.pk,
        le=perimetre.jour,
        domaine="menages",
        titre=f"{'Séparé de nouveau de' if defaite else 'Réuni avec'} la fiche {autre.reference}",
        detail=fusion.motif_annulation if defaite else fusion.motif,
        source=(OBJET_FUSION, fusion.pk),
    )
    record_menage(
        "menage.fusion_defaite" if defaite else "menage.fusionne",
        perimetre,
        menage,
        mandat=mandat,
        apres={"fusion": fusion.pk, "absorbe": autre.reference, "le": format_date(fusion.le)},
    )


# -- the way back ------------------------------------------------------------------------------


@transaction.atomic
def unmerge_menages(*, perimetre: Perimetre, fusion_id: int, motif: str) -> Fusion:
    """Every row named by the merge goes back, with the values it had; the rest stays.

    The latest merge of a file is undone first. What was written since stays with the kept file.
    """
    mandat = _require(perimetre)
    fusion: Fusion = (
        Fusion.objects.select_for_update(of=("self",))
        .select_related("garde", "absorbe")
        .find_visible(perimetre, fusion_id)
    )
    garde = lock_menage(perimetre, fusion.garde_id)
    if fusion.defaite_le is not None:
        raise ActeRefuse("Cette fusion est déjà défaite.")
    later = manager_of("menages.Fusion").filter(
        garde_id=garde.pk, defaite_le__isnull=True, pk__gt=fusion.pk
    )
    if later.exists():
        raise ActeRefuse("Une fusion plus récente de cette fiche est à défaire d’abord.")
    with ouvre_transaction(perimetre, systeme="retour sur la fusion de deux fiches"):
        for code, moved in fusion.deplaces.items():
            if code == _LOCAL:
                for label, ids in moved.items():
                    restore_rows(label, ids, fusion.absorbe_id)
            else:
                rattachables.get(code).move_back(source_id=fusion.absorbe_id, moved=moved)
        undo_trace(fusion.modifies, fusion.crees)
    fusion.defaite_le, fusion.motif_annulation = perimetre.jour, motif.strip()
    fusion.save(update_fields=["defaite_le", "motif_annulation"])
    _finish(perimetre, garde, fusion, mandat)
    return fusion
