"""Letters to households of the operator, ready to be posted."""

from typing import Any

from cariatide.documents.contextes.base import Destinataire
from cariatide.documents.models import DocumentEmis
from cariatide.menages.models import Menage
from cariatide.poste.actions import post_lot, prepare_lot
from cariatide.poste.models import LotPostal
from cariatide.socle.contexte import ouvre_transaction
from tests.distribution import JOUR, Monde, add_menage
from tests.documents import exemples
from tests.documents.test_actions import issue

RUE = ("3 impasse du Moulin", "59600 Maubeuge")


def write(monde: Monde, menage: Menage, *, rue: tuple[str, ...] = RUE, **autres: Any) -> Any:
    """A letter as it is issued, to the address of the household."""
    lignes = (f"Ménage {menage.nom_usage}", *rue)
    options = {k: autres.pop(k) for k in ("qui", "remplace_id", "titre") if k in autres}
    contexte = exemples.courrier_menage(
        destinataire=Destinataire(lignes=lignes), etabli_le=JOUR, **autres
    )
    return issue(monde, menage_id=menage.pk, contexte=contexte, **options)


def letter(monde: Monde, nom: str = "Lefèvre", **autres: Any) -> DocumentEmis:
    document: DocumentEmis = write(monde, add_menage(monde, nom=nom), **autres)
    return document


def prepare(monde: Monde, *documents: DocumentEmis, **options: Any) -> LotPostal:
    perimetre = monde.perimetre(options.pop("qui", "chef"))
    with ouvre_transaction(perimetre):
        return prepare_lot(
            perimetre=perimetre,
            organisation_id=monde.operateur.pk,
            documents=[d.pk for d in documents],
            **options,
        )


def post(monde: Monde, lot: LotPostal, mode: str = "simple", **options: Any) -> LotPostal:
    perimetre = monde.perimetre("chef")
    with ouvre_transaction(perimetre):
        return post_lot(
            perimetre=perimetre, lot_postal_id=lot.pk, version=options.pop("version", lot.version),
            le=options.pop("le", JOUR), mode=mode, **options,
        )  # fmt: skip
