"""What the household page and a merge of households ask of the occupations."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from cariatide.baux.models import Occupation
from cariatide.baux.rules import describe_periode
from cariatide.menages.effacement import Effacement
from cariatide.menages.ports import EnCours, LectureEnCours, RattachableSimple
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.pages.adresses import adresse
from cariatide.socle.perimetre import Perimetre


class OccupationsDuMenage(RattachableSimple):
    """The present home as a card; a merge that would house one household twice is refused."""

    def __init__(self) -> None:
        super().__init__(
            "baux.Occupation",
            effacements=(Effacement("baux.Occupation"),),
            ouverts={"baux.Occupation": ("occupe un logement", Q(sortie_le__isnull=True))},
        )

    def read_en_cours(self, menage_id: int, perimetre: Perimetre) -> LectureEnCours:
        found = (
            Occupation.objects.visible_to(perimetre)
            .filter(menage_id=menage_id, sortie_le__isnull=True)
            .select_related("logement", "logement__commune")
        )
        return LectureEnCours(
            found,
            lambda o: EnCours(
                titre=f"Logé {describe_periode(o.entree_le, None)}",
                detail=(
                    f"{o.get_nature_display()}, {o.logement.get_type_display()}, "
                    f"{o.logement.commune.nom}"
                ),
                url=adresse("baux:occupation", o.pk),
            ),
        )

    def move(self, *, source_id: int, cible_id: int) -> dict[str, list[int]]:
        try:
            with transaction.atomic():
                return super().move(source_id=source_id, cible_id=cible_id)
        except IntegrityError as error:
            raise ErreurMetier(
                "Les deux ménages occupent chacun un logement à la même date : "
                "enregistrez d’abord la sortie de l’un des deux."
            ) from error
