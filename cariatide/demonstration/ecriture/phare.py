"""The change of axis that Alice Renard asks for the household of the pictures."""

from cariatide.demandes.models import Reexamen
from cariatide.demonstration.ecriture.commun import finish
from cariatide.demonstration.ecriture.contexte import Ecriture
from cariatide.demonstration.ecriture.passages import Examen
from cariatide.socle.normalisation import typographie

MOTIF_REEXAMEN = typographie(
    "La taille du logement ne permet pas le maintien durable ; l’opérateur propose un relogement "
    "en T4 dans la commune, après régularisation de la dette."
)


def write_phare(e: Ecriture) -> None:
    """The request of a change of axis, then its place on the agenda."""
    plan = next(s for s in e.recit.saisines if s.phare)
    saisine, ecrit, le = e.saisines[plan.numero], e.menages[plan.foyer], plan.reexamen_le
    assert le is not None
    alice = e.monde.acteur("alice.renard")
    passage = next(p for p in plan.passages if p.reexamen)
    e.tampon.ajoute(
        Reexamen(
            saisine_id=saisine.pk, motif=MOTIF_REEXAMEN, demande_le=le, auteur=alice.nom,
            passage_id=e.passages[id(passage)].pk,
        )
    )  # fmt: skip
    finish(
        e, saisine, ecrit, "saisine.changement_axe_demande", saisine.statut, alice, le,
        f"Changement d’axe demandé pour la saisine {saisine.reference}",
        detail=MOTIF_REEXAMEN[:300],
    )  # fmt: skip
    Examen(e, plan, ecrit, saisine).write_one(passage)
