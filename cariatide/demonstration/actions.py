"""Load the demonstration département, in one transaction: the rows that its acts would write."""

from collections.abc import Callable
from datetime import date

from django.utils import timezone

from cariatide.demandes.models import Motif, PieceRequise
from cariatide.demonstration.ecriture.acces import write_acces
from cariatide.demonstration.ecriture.brouillons import write_brouillons
from cariatide.demonstration.ecriture.contexte import Ecriture
from cariatide.demonstration.ecriture.entrees import write_entree
from cariatide.demonstration.ecriture.mesures import write_mesures
from cariatide.demonstration.ecriture.ouvertures import assign_referents
from cariatide.demonstration.ecriture.papiers import write_papiers
from cariatide.demonstration.ecriture.parc import write_parc
from cariatide.demonstration.ecriture.phare import write_phare
from cariatide.demonstration.ecriture.reglages import write_reglages
from cariatide.demonstration.ecriture.saisines import write_saisines
from cariatide.demonstration.ecriture.seances import write_seances
from cariatide.demonstration.ecriture.travaux import write_travaux
from cariatide.demonstration.gestes import do_gestes
from cariatide.demonstration.intrigue_mesures import tell_mesures
from cariatide.demonstration.intrigue_parc import tell_parc
from cariatide.demonstration.intrigue_phare import tell_phare
from cariatide.demonstration.intrigue_saisines import tell_saisines, tell_seances
from cariatide.demonstration.models import Chargement
from cariatide.demonstration.monde import build_monde
from cariatide.demonstration.plan import Periode, Recit
from cariatide.demonstration.plume import Plume
from cariatide.demonstration.tampon import Tampon
from cariatide.journal.models import Evenement, Livraison
from cariatide.menages.models import FaitParcours, Menage, NatureBudget
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import perimetre_systeme

MOTIF = "démonstration"
GRAINE = 1


def tell(jour: date, graine: int, echelle: float = 1.0) -> Recit:
    """The whole story as values, without any database."""
    recit = Recit(Periode(jour, echelle))
    tell_seances(recit)
    tell_saisines(recit, graine)
    tell_phare(recit)
    tell_mesures(recit, graine)
    tell_parc(recit, graine)
    return recit


def find_chargement() -> Chargement | None:
    return Chargement.objects.order_by("-jour").first()


def is_vierge() -> bool:
    """No household yet: the demonstration never mixes with real data."""
    return not Menage.objects.unscoped(reason="la démonstration ne se charge que seule").exists()


def load(
    jour: date,
    graine: int = GRAINE,
    echelle: float = 1.0,
    dit: Callable[[str], None] = lambda texte: None,
) -> Chargement:
    """Write everything in one transaction; `dit` is told what is being done."""
    with ouvre_transaction(perimetre_systeme(MOTIF, jour), systeme=MOTIF):
        recit = tell(jour, graine, echelle)
        dit("Organisations, comptes, conventions et instances.")
        monde = build_monde(recit.periode, graine)
        tampon = Tampon(timezone.now())
        e = Ecriture(recit, monde, tampon, Plume(tampon, jour), graine)
        e.motifs = {m.code: m for m in Motif.objects.all()}
        e.natures = dict(NatureBudget.objects.values_list("code", "pk"))
        for piece in PieceRequise.objects.order_by("dispositif", "ordre", "id"):
            e.pieces.setdefault(piece.dispositif, []).append(piece)
        dit(f"{len(recit.saisines)} saisines et {len(recit.mesures)} mesures.")
        _write(e)
        dit("Enregistrement.")
        lignes = tampon.ecrit(sauf=(Evenement, FaitParcours, Livraison))
        dit("Papiers des dernières séances.")
        write_papiers(e)
        lignes |= _save_trace(tampon)
        dit("Doublons, transfert, filtres gardés.")
        do_gestes(e)
        return Chargement.objects.create(jour=jour, graine=graine, echelle=echelle, lignes=lignes)


def _write(e: Ecriture) -> None:
    write_reglages(e)
    write_seances(e)
    write_saisines(e)
    write_brouillons(e)
    assign_referents(e)
    write_mesures(e)
    maisons = []
    for plan, logement in write_parc(e):
        occupation = write_entree(e, plan, logement) if plan.entree_le else None
        maisons.append((plan, logement, occupation))
    write_travaux(e, maisons)
    write_phare(e)
    write_acces(e)


def _save_trace(tampon: Tampon) -> dict[str, int]:
    """Events and lines of the parcours, in the order of time, once the papers are issued too."""
    tampon.range(Evenement, lambda x: (x.horodatage, x.pk))
    tampon.range(FaitParcours, lambda x: (x.enregistre_le, x.pk))
    for livraison in tampon.lignes(Livraison):
        livraison.evenement_id = livraison.evenement.pk
    return tampon.ecrit()
