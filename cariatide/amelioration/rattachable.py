"""The works that keep a household in its home, on its page."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from cariatide.amelioration.models import OperationTravaux
from cariatide.amelioration.statuts import MODIFIABLES
from cariatide.menages.effacement import Effacement, manager_of
from cariatide.menages.ports import EnCours, LectureEnCours, RattachableSimple
from cariatide.socle.pages.adresses import adresse
from cariatide.socle.perimetre import Perimetre

_LOGEMENT = "parc.Logement"


def find_domiciles(menage_ids: Sequence[int]) -> list[int]:
    """Homes recorded for the works of these households alone: their address is theirs.

    A home of the stock (offered, or where another household lived) keeps its own.
    """
    ids = list(menage_ids)
    autres = ~Q(menage_id__in=ids)
    travaux = manager_of("amelioration.OperationTravaux").filter(logement_id=OuterRef("pk"))
    occupations = manager_of("baux.Occupation").filter(logement_id=OuterRef("pk"))
    offres = manager_of("parc.OffreLogement").filter(logement_id=OuterRef("pk"))
    logements = manager_of(_LOGEMENT).filter(
        Exists(travaux.filter(menage_id__in=ids)),
        ~Exists(travaux.filter(autres | Q(menage_id__isnull=True))),
        ~Exists(occupations.filter(autres)),
        ~Exists(offres),
    )
    return sorted(logements.values_list("pk", flat=True))


class TravauxDuMenage(RattachableSimple):
    """Works under study or under way, with their planned end."""

    def __init__(self) -> None:
        super().__init__(
            "amelioration.OperationTravaux",
            effacements=(
                Effacement(
                    "amelioration.FinancementTravaux",
                    efface=("libelle",),
                    chemin="operation__menage_id",
                ),
                Effacement(
                    "amelioration.OperationTravaux",
                    efface=("objet", "reserves", "motif_abandon"),
                    references=("reference",),
                ),
            ),
            ouverts={
                "amelioration.OperationTravaux": (
                    "des travaux sont à l’étude ou en cours",
                    Q(statut__in=sorted(MODIFIABLES)),
                )
            },
        )

    def count_purge(self, menage_ids: Sequence[int]) -> dict[str, int]:
        return {**super().count_purge(menage_ids), _LOGEMENT: len(find_domiciles(menage_ids))}

    def purge(self, menage_ids: Sequence[int], perimetre: Perimetre) -> dict[str, int]:
        logements = Effacement(_LOGEMENT, efface=("adresse", "adresse_normalisee", "complement"))
        return {
            _LOGEMENT: logements.empty(find_domiciles(menage_ids)),
            **super().purge(menage_ids, perimetre),
        }

    def read_en_cours(self, menage_id: int, perimetre: Perimetre) -> LectureEnCours:
        found = OperationTravaux.objects.visible_to(perimetre).filter(
            menage_id=menage_id, statut__in=sorted(MODIFIABLES)
        )
        return LectureEnCours(
            found.order_by("-etudiee_le", "-id"),
            lambda o: EnCours(
                titre=f"Travaux {o.reference}",
                detail=f"{o.objet}, {o.get_statut_display().lower()}",
                url=adresse("amelioration:operation", o.pk),
                echeance=o.fin_prevue,
                echeance_libelle="fin prévue" if o.fin_prevue else "",
                ton="late" if o.fin_prevue and o.fin_prevue < perimetre.jour else "",
            ),
        )
