"""Two households become one from a date: the reverse of a separation, undone if it was an error."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from cariatide.menages.actions.composition import list_members
from cariatide.menages.actions.liens import (
    lock_menage,
    record_menage,
    refresh_recherche,
    write_fait,
)
from cariatide.menages.actions.trace import Trace, undo_trace
from cariatide.menages.effacement import manager_of
from cariatide.menages.models import (
    Appartenance,
    Menage,
    Rattachement,
    Regroupement,
)
from cariatide.menages.rules import check_compositions, check_passe
from cariatide.menages.statuts import (
    MotifDeSortie,
    MotifRattachement,
    MotifRegroupement,
    RoleMenage,
)
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import Niveau, Perimetre

OBJET_REGROUPEMENT = "menages.regroupement"


@transaction.atomic
def join_menages(
    *,
    perimetre: Perimetre,
    menage_id: int,
    rejoint_id: int,
    le: date,
    motif: str,
    places: Mapping[int, str],
    version: int | None = None,
) -> Regroupement:
    """The people of one household enter the other on `le`; the file they leave keeps its history.

    places: membership of the household that joins → place in the other. Who followed them reads
    the household they join at level F alone: nobody gains what it told its own people.
    """
    if menage_id == rejoint_id:
        raise ErreurMetier("Un ménage ne rejoint pas lui-même.")
    if motif not in MotifRegroupement.values:
        raise ErreurMetier("Ce motif n’existe pas.", {"motif": "Choisissez un motif."})
    # In one order, so that two opposite acts never wait for each other.
    premiers = {pk: lock_menage(perimetre, pk) for pk in sorted((menage_id, rejoint_id))}
    menage = lock_menage(perimetre, menage_id, version)
    rejoint = premiers[rejoint_id]
    check_passe(le, perimetre.jour, "le")
    trace = Trace()
    _move_people(menage, rejoint, le, places, trace)
    _end_domicile(rejoint, le, trace)
    _copy_links(menage, rejoint, le, trace)
    _protect(menage, rejoint)
    regroupement = Regroupement(
        menage=menage, rejoint=rejoint, le=le, motif=motif, auteur=perimetre.utilisateur[:200],
        modifies=trace.modifies, crees=trace.crees,
    )  # fmt: skip
    regroupement.save(force_insert=True)
    _tell(perimetre, regroupement, MotifRegroupement(motif).label, le)
    return regroupement


def _present(menage_id: int) -> list[Appartenance]:
    rows = manager_of("menages.Appartenance").filter(menage_id=menage_id, au__isnull=True)
    return list(rows.select_related("personne").order_by("pk"))


def _move_people(
    menage: Menage, rejoint: Menage, le: date, places: Mapping[int, str], trace: Trace
) -> None:
    leaving = _present(rejoint.pk)
    if not leaving:
        raise ErreurMetier(f"Plus personne ne compose le ménage {rejoint.reference} à ce jour.")
    if any(a.du >= le for a in leaving):
        message = "Choisissez une date postérieure aux entrées dans les deux ménages."
        raise ErreurMetier(message, {"le": message})
    there = {a.personne_id for a in _present(menage.pk)}
    for ligne in leaving:
        place = places.get(ligne.pk, "")
        champ = f"place_{ligne.pk}"
        if ligne.personne_id not in there and place not in RoleMenage.values:
            raise ErreurMetier("Dites la place de chacun.", {champ: "Choisissez une place."})
        if place == RoleMenage.REFERENT:
            message = "Le ménage rejoint a déjà son référent ; vous le changerez ensuite."
            raise ErreurMetier(message, {champ: message})
        trace.change(
            ligne, au=le - timedelta(days=1), motif_sortie=MotifDeSortie.REGROUPEMENT.value
        )
        # A child of both households, in turn, is there already.
        if ligne.personne_id not in there:
            trace.create(
                Appartenance(menage=menage, personne_id=ligne.personne_id, role=place, du=le)
            )
    check_compositions(list_members(menage.pk), le)


def _end_domicile(rejoint: Menage, le: date, trace: Trace) -> None:
    rows = manager_of("menages.Domicile")
    for domicile in rows.filter(menage_id=rejoint.pk, au__isnull=True, du__lt=le):
        trace.change(domicile, au=le - timedelta(days=1))


def _copy_links(menage: Menage, rejoint: Menage, le: date, trace: Trace) -> None:
    """Whoever follows the people who join reads facts of the household where they are now."""
    open_ones = Rattachement.objects.filter(Q(au__isnull=True) | Q(au__gte=le))
    there = set(
        open_ones.filter(menage_id=menage.pk).values_list("organisation_id", "utilisateur_id")
    )
    cles = ("organisation_id", "utilisateur_id", "convention_id", "au")
    for link in open_ones.filter(menage_id=rejoint.pk).order_by("pk").values(*cles):
        who = (link["organisation_id"], link["utilisateur_id"])
        if who in there:
            continue
        there.add(who)
        trace.create(
            Rattachement(
                menage_id=menage.pk, niveau=int(Niveau.FACTUEL), du=le,
                motif=MotifRattachement.REGROUPEMENT, source_type=OBJET_REGROUPEMENT,
                source_id=rejoint.pk, **link,
            )
        )  # fmt: skip


def _protect(menage: Menage, rejoint: Menage) -> None:
    """An address that one of them hides is hidden for all; undoing never shows it again."""
    if rejoint.adresse_protegee and not menage.adresse_protegee:
        manager_of("menages.Menage").filter(pk=menage.pk).update(adresse_protegee=True)
        manager_of("menages.Domicile").filter(menage_id=menage.pk, au__isnull=True).update(
            protege=True
        )


def _tell(perimetre: Perimetre, regroupement: Regroupement, detail: str, le: date) -> None:
    """Both files say it, whether it was done or undone; versions only grow."""
    menage, rejoint = regroupement.menage, regroupement.rejoint
    defait = regroupement.defait_le is not None
    titres = {
        menage.pk: f"{rejoint.nom_usage} ({rejoint.reference}) rejoint ce ménage",
        rejoint.pk: f"Ce ménage rejoint {menage.nom_usage} ({menage.reference})",
    }
    rows = manager_of("menages.Menage")
    for pk, titre in titres.items():
        rows.filter(pk=pk).update(version=rows.get(pk=pk).version + 1)
        refresh_recherche(pk)
        write_fait(
            perimetre=perimetre,
            menage_id=pk,
            le=le,
            domaine="menages",
            titre="Regroupement défait" if defait else titre,
            detail=detail,
            source=(OBJET_REGROUPEMENT, regroupement.pk),
        )
        record_menage(
            "menage.regroupement_defait" if defait else "menage.regroupe",
            perimetre,
            menage if pk == menage.pk else rejoint,
            apres={
                "regroupement": regroupement.pk,
                "rejoint": rejoint.reference,
                "menage": menage.reference,
                "le": format_date(regroupement.le),
            },
        )


@transaction.atomic
def undo_regroupement(*, perimetre: Perimetre, regroupement_id: int, motif: str) -> Regroupement:
    """Two households again, as they were: for an entry made by mistake.

    When people have moved since, a separation says what happened, at its date.
    """
    regroupement: Regroupement = (
        Regroupement.objects.select_for_update(of=("self",))
        .select_related("menage", "rejoint")
        .find_visible(perimetre, regroupement_id)
    )
    for pk in sorted((regroupement.menage_id, regroupement.rejoint_id)):
        lock_menage(perimetre, pk)
    if regroupement.defait_le is not None:
        raise ActeRefuse("Ce regroupement est déjà défait.")
    entered = regroupement.crees.get("menages.Appartenance", [])
    still = manager_of("menages.Appartenance").filter(
        pk__in=entered, menage_id=regroupement.menage_id, au__isnull=True
    )
    back = manager_of("menages.Appartenance").filter(
        menage_id=regroupement.rejoint_id, du__gte=regroupement.le
    )
    if still.count() != len(entered) or back.exists():
        raise ActeRefuse(
            "La composition a changé depuis ce regroupement : enregistrez plutôt une séparation, "
            "à sa date."
        )
    undo_trace(regroupement.modifies, regroupement.crees)
    check_compositions(list_members(regroupement.menage_id), perimetre.jour)
    regroupement.defait_le, regroupement.motif_annulation = perimetre.jour, motif.strip()
    regroupement.save(update_fields=["defait_le", "motif_annulation"])
    _tell(perimetre, regroupement, regroupement.motif_annulation, perimetre.jour)
    return regroupement
