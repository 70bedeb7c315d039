"""The case of a household on an agenda, on its page; its move when two households merge."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from cariatide.commission.models import Passage
from cariatide.commission.queries import OBJET_SEANCE
from cariatide.commission.statuts import OUVERTS, StatutSeance
from cariatide.documents.actions import purge_papiers
from cariatide.documents.queries import papiers_of
from cariatide.menages.effacement import Effacement, manager_of
from cariatide.menages.ports import EnCours, LectureEnCours, RattachableSimple
from cariatide.socle.dates import format_date
from cariatide.socle.pages.adresses import adresse
from cariatide.socle.perimetre import Perimetre


def find_seances(menage_ids: Sequence[int]) -> list[int]:
    """Sessions that examined nobody else who still has a name: their papers name only them."""
    ids = list(menage_ids)
    passages = manager_of("commission.Passage").filter(seance_id=OuterRef("pk"))
    seances = manager_of("commission.Seance").filter(
        Exists(passages.filter(menage_id__in=ids)),
        ~Exists(passages.filter(menage__anonymise_le__isnull=True).exclude(menage_id__in=ids)),
    )
    return sorted(seances.values_list("pk", flat=True))


class PassagesDuMenage(RattachableSimple):
    """Registered under « commission »: the decisions follow their passage."""

    def __init__(self) -> None:
        super().__init__(
            "commission.Passage",
            effacements=(
                Effacement(
                    "commission.AvisMembre",
                    efface=("texte",),
                    garde=("auteur",),
                    chemin="passage__menage_id",
                ),
                Effacement(
                    "commission.Decision",
                    efface=("motif", "conditions"),
                    garde=("votes", "deports", "auteur"),
                    chemin="passage__menage_id",
                ),
                Effacement(
                    "commission.Passage",
                    efface=("libelle", "motif_urgence", "motif_retrait"),
                    garde=("objet_type", "origine"),
                    references=("reference",),
                ),
            ),
            ouverts={
                "commission.Passage": (
                    "est inscrit à une séance", Q(statut__in=sorted(OUVERTS))
                )
            },
        )  # fmt: skip

    def count_purge(self, menage_ids: Sequence[int]) -> dict[str, int]:
        papiers = papiers_of([], {OBJET_SEANCE: find_seances(menage_ids)})
        seances = {"commission.Seance": sum(rows.count() for rows in papiers.values())}
        return {**super().count_purge(menage_ids), **seances}

    def purge(self, menage_ids: Sequence[int], perimetre: Perimetre) -> dict[str, int]:
        seances = find_seances(menage_ids)
        effaces = purge_papiers(perimetre=perimetre, menage_ids=[], objets={OBJET_SEANCE: seances})
        Effacement("commission.Seance", efface=("points_divers",)).empty(seances)
        return {
            **super().purge(menage_ids, perimetre), "commission.Seance": sum(effaces.values())
        }  # fmt: skip

    def read_en_cours(self, menage_id: int, perimetre: Perimetre) -> LectureEnCours:
        rows = (
            Passage.objects.visible_to(perimetre)
            .filter(menage_id=menage_id, statut__in=OUVERTS)
            .select_related("seance__instance")
            .order_by("seance__le", "pk")
        )
        return LectureEnCours(
            rows,
            lambda p: EnCours(
                titre=f"Séance du {format_date(p.seance.le)}",
                detail=f"{p.seance.instance.nom}, dossier {p.reference}",
                url=adresse("commission:passage", p.pk),
                echeance=p.seance.le,
                echeance_libelle="examen en séance",
                ton="late" if p.urgent else "",
                suite=(
                    "En cours d’examen" if p.seance.statut == StatutSeance.OUVERTE else "Inscrit"
                ),
            ),
        )
