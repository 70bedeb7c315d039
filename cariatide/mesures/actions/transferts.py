"""A portfolio handed over from a coming date, and given back by itself: leave, departure."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from cariatide.comptes.models import Utilisateur
from cariatide.journal.actions import record_evenement
from cariatide.mesures.actions.vie import give_mesure, lock_for_daily, may_assign
from cariatide.mesures.models import Mesure, TransfertProgramme
from cariatide.mesures.queries import list_portefeuille, list_referents
from cariatide.mesures.statuts import CLOSES, MotifTransfert, StatutTransfert
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import Perimetre

OBJET_TRANSFERT = "mesures.transfertprogramme"
AVANCE_MAX = 366  # days: a transfer planned further is a typing error


@transaction.atomic
def plan_transfert(
    *,
    perimetre: Perimetre,
    de_id: int,
    vers_id: int,
    mesures: Sequence[int],
    motif: str,
    du: date,
    au: date | None = None,
) -> TransfertProgramme:
    """Plan it; one that begins today is done at once. Whole portfolios are read again on `du`."""
    _check(perimetre, motif, du, au)
    siennes = list(list_portefeuille(perimetre, de_id).order_by("pk"))
    choisies = [m for m in siennes if m.pk in set(mesures)]
    if not choisies or len(choisies) != len(set(mesures)):
        message = "Choisissez des mesures de ce portefeuille : il a pu changer entre-temps."
        raise ErreurMetier(message, {"mesures": message})
    operateurs = {m.operateur_id for m in choisies}
    if len(operateurs) > 1:
        message = "Ces mesures relèvent de deux opérateurs : programmez un transfert pour chacun."
        raise ErreurMetier(message, {"mesures": message})
    operateur_id = operateurs.pop()
    if not list_referents(operateur_id, du).filter(pk=vers_id).exists() or vers_id == de_id:
        message = "Cette personne n’est pas de l’équipe d’accompagnement à cette date."
        raise ErreurMetier(message, {"vers": message})
    may_assign(choisies[0], perimetre)
    assert perimetre.utilisateur_id is not None  # the act asked for a mandate
    transfert = TransfertProgramme(
        operateur_id=operateur_id, de_id=de_id, vers_id=vers_id, du=du, au=au, motif=motif,
        toutes=len(choisies) == len(siennes), mesures=[m.pk for m in choisies],
        auteur_id=perimetre.utilisateur_id,
    )  # fmt: skip
    transfert.save(force_insert=True)
    _record("portefeuille.transfert_prevu", transfert, perimetre)
    if du <= perimetre.jour:
        _begin(transfert, perimetre)
    return transfert


def _check(perimetre: Perimetre, motif: str, du: date, au: date | None) -> None:
    if motif not in MotifTransfert.values:
        raise ErreurMetier("Ce motif n’existe pas.", {"motif": "Choisissez un motif."})
    if du < perimetre.jour:
        message = "Un transfert commence aujourd’hui ou plus tard."
        raise ErreurMetier(message, {"du": message})
    if (du - perimetre.jour).days > AVANCE_MAX:
        message = "Un transfert se programme un an à l’avance, au plus."
        raise ErreurMetier(message, {"du": message})
    if au is not None and au < du:
        message = "Le dernier jour précède le premier."
        raise ErreurMetier(message, {"au": message})


@transaction.atomic
def stop_transfert(*, perimetre: Perimetre, transfert_id: int) -> TransfertProgramme:
    """Cancel one that has not begun, or give the measures back today."""
    transfert: TransfertProgramme = TransfertProgramme.objects.select_for_update(
        of=("self",)
    ).find_visible(perimetre, transfert_id)
    chef = any(m.equipe and m.organisation_id == transfert.operateur_id for m in perimetre.mandats)
    if not chef and transfert.de_id != perimetre.utilisateur_id:
        raise ActeRefuse("La personne absente ou son chef de service arrête ce transfert.")
    if transfert.statut == StatutTransfert.PREVU:
        transfert.statut = StatutTransfert.ANNULE
        transfert.suite = f"Annulé par {perimetre.utilisateur}"[:300]
        transfert.save(update_fields=["statut", "suite"])
        _record("portefeuille.transfert_annule", transfert, perimetre)
    elif transfert.statut == StatutTransfert.EN_COURS:
        _give_back(transfert, perimetre)
    else:
        raise ActeRefuse("Ce transfert est déjà achevé.")
    return transfert


def run_transferts(jour: date, perimetre: Perimetre) -> int:
    """Daily job: begin those whose day has come, give back those whose end has passed.

    A day missed is caught up; nothing is done twice, since the state says what was.
    """
    rows = TransfertProgramme.objects.unscoped(
        reason="transferts prévus dont le jour est venu, travail quotidien"
    ).select_for_update(of=("self",))
    done = 0
    for transfert in rows.filter(statut=StatutTransfert.EN_COURS, au__lt=jour).order_by("pk"):
        _give_back(transfert, perimetre)
        done += 1
    for transfert in rows.filter(statut=StatutTransfert.PREVU, du__lte=jour).order_by("pk"):
        _begin(transfert, perimetre)
        done += 1
    return done


def _lock(ids: Sequence[int] | None, referent_id: int, operateur_id: int) -> list[Mesure]:
    """Open measures that this person still holds, among those ids or all of them."""
    rows = (
        lock_for_daily()
        .filter(referent_id=referent_id, operateur_id=operateur_id)
        .exclude(statut__in=CLOSES)
    )
    return list((rows if ids is None else rows.filter(pk__in=ids)).order_by("pk"))


def _in_team(transfert: TransfertProgramme, utilisateur_id: int, jour: date) -> bool:
    return list_referents(transfert.operateur_id, jour).filter(pk=utilisateur_id).exists()


def _begin(transfert: TransfertProgramme, perimetre: Perimetre) -> None:
    if transfert.au is not None and transfert.au < perimetre.jour:
        transfert.statut, transfert.suite = StatutTransfert.TERMINE, "Période passée sans effet"
    elif not _in_team(transfert, transfert.vers_id, perimetre.jour):
        transfert.statut = StatutTransfert.ANNULE
        transfert.suite = "La personne qui devait reprendre n’est plus de l’équipe"
        _record("portefeuille.transfert_impossible", transfert, perimetre)
    else:
        ids = None if transfert.toutes else transfert.mesures
        passees = _lock(ids, transfert.de_id, transfert.operateur_id)
        for mesure in passees:
            give_mesure(mesure, transfert.vers_id, perimetre, None, ensemble=True)
        transfert.passees = [m.pk for m in passees]
        transfert.statut = (
            StatutTransfert.TERMINE if transfert.au is None else StatutTransfert.EN_COURS
        )
        _record("portefeuille.transfere", transfert, perimetre, len(passees))
    transfert.save(update_fields=["statut", "suite", "passees"])


def _give_back(transfert: TransfertProgramme, perimetre: Perimetre) -> None:
    """Those that changed hands and are still there; the others went elsewhere meanwhile."""
    transfert.statut = StatutTransfert.TERMINE
    if not _in_team(transfert, transfert.de_id, perimetre.jour):
        transfert.suite = "Sans retour : la personne n’est plus de l’équipe"
        _record("portefeuille.retour_impossible", transfert, perimetre)
    else:
        rendues = _lock(transfert.passees, transfert.vers_id, transfert.operateur_id)
        for mesure in rendues:
            give_mesure(mesure, transfert.de_id, perimetre, None, ensemble=True)
        transfert.suite = f"{len(rendues)} rendue(s) sur {len(transfert.passees)}"
        _record("portefeuille.rendu", transfert, perimetre, len(rendues))
    transfert.save(update_fields=["statut", "suite"])


def _record(
    nom: str, transfert: TransfertProgramme, perimetre: Perimetre, nombre: int | None = None
) -> None:
    """The event that courriers turns into notices to both people (or to the head of service)."""
    connu = len(transfert.mesures) if nombre is None else nombre
    rendu = nom == "portefeuille.rendu"
    avant, apres = (
        (transfert.vers_id, transfert.de_id) if rendu else (transfert.de_id, transfert.vers_id)
    )
    record_evenement(
        nom,
        perimetre=perimetre,
        objet_type=OBJET_TRANSFERT,
        objet_id=transfert.pk,
        libelle=f"Portefeuille de {Utilisateur.objects.get(pk=transfert.de_id).nom_complet}",
        avant={"referent_id": avant},
        apres={
            "referent_id": apres,
            "nombre": connu,
            "motif": transfert.motif,
            "du": transfert.du,
            "au": transfert.au,
            "operateur_id": transfert.operateur_id,
        },
    )
