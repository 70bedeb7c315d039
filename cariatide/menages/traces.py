"""What a household leaves here and below: budgets, papers, delays, notices, drafts, lines of files.

The apps below know no household but by a plain id, so their side of the port is written here.
"""

from collections.abc import Iterable, Sequence

from django.apps import apps

from cariatide.comptes.actions import list_brouillons
from cariatide.courriers.actions import list_notifications_menages
from cariatide.documents.actions import purge_papiers
from cariatide.documents.queries import papiers_of
from cariatide.echeances.actions import forget_menages
from cariatide.menages.effacement import Effacement, manager_of
from cariatide.menages.pieces import MODELES_DOCUMENTS
from cariatide.menages.ports import RattachableSimple, rattachables
from cariatide.socle.perimetre import Perimetre

_MENAGE = "menages.menage"


def find_objets(menage_ids: Sequence[int]) -> dict[str, list[int]]:
    """Every object of these households, by type code: what others name by (type, id)."""
    found = {_MENAGE: list(menage_ids)}
    for port in rattachables:
        for label in sorted(port.modeles):
            rows = manager_of(label).filter(menage_id__in=list(menage_ids))
            if pks := list(rows.order_by("pk").values_list("pk", flat=True)):
                found[code_of(label)] = pks
    return found


def code_of(label: str) -> str:
    """« mesures.Mesure » → « mesures.mesure », as acts and imports name their objects."""
    return apps.get_model(label)._meta.label_lower


class PapiersDuMenage(RattachableSimple):
    """Issued documents and pieces go, files with them."""

    en_premier = 1

    def __init__(self) -> None:
        super().__init__(
            *MODELES_DOCUMENTS,
            effacements=tuple(Effacement(label, supprime=True) for label in MODELES_DOCUMENTS),
        )

    def count_purge(self, menage_ids: Sequence[int]) -> dict[str, int]:
        papiers = papiers_of(menage_ids, find_objets(menage_ids))
        return {modele._meta.label: rows.count() for modele, rows in papiers.items()}

    def purge(self, menage_ids: Sequence[int], perimetre: Perimetre) -> dict[str, int]:
        return purge_papiers(
            perimetre=perimetre, menage_ids=menage_ids, objets=find_objets(menage_ids)
        )


class EcheancesDuMenage(RattachableSimple):
    """Delays are read by their owner, not through the links: they close with the archive."""

    def __init__(self) -> None:
        super().__init__(
            "echeances.Echeance", effacements=(Effacement("echeances.Echeance", supprime=True),)
        )

    def archive(self, menage_ids: Sequence[int], perimetre: Perimetre) -> None:
        forget_menages(menage_ids=menage_ids, le=perimetre.jour)


class NotificationsDuMenage(RattachableSimple):
    """What people were told: gone with the archive, since they read it without the links."""

    def archive(self, menage_ids: Sequence[int], perimetre: Perimetre) -> None:
        list_notifications_menages(menage_ids).delete()

    def count_purge(self, menage_ids: Sequence[int]) -> dict[str, int]:
        return {"courriers.Notification": list_notifications_menages(menage_ids).count()}

    def purge(self, menage_ids: Sequence[int], perimetre: Perimetre) -> dict[str, int]:
        return {"courriers.Notification": list_notifications_menages(menage_ids).delete()[0]}


class BrouillonsDuMenage(RattachableSimple):
    """What was typed in a form and never sent; the key of a form names its object."""

    en_premier = 1

    def archive(self, menage_ids: Sequence[int], perimetre: Perimetre) -> None:
        self.purge(menage_ids, perimetre)

    def count_purge(self, menage_ids: Sequence[int]) -> dict[str, int]:
        return {"comptes.Brouillon": list_brouillons(_cles(menage_ids)).count()}

    def purge(self, menage_ids: Sequence[int], perimetre: Perimetre) -> dict[str, int]:
        return {"comptes.Brouillon": list_brouillons(_cles(menage_ids)).delete()[0]}


def _cles(menage_ids: Sequence[int]) -> Iterable[str]:
    for code, pks in find_objets(menage_ids).items():
        nom = code.rpartition(".")[2]
        for pk in pks:
            yield from (f"{nom}-{pk}", f"mesure-nouvelle-{pk}", f"decision-{pk}")


class LignesImportees(RattachableSimple):
    """Lines of the files that gave the household, or one of its objects."""

    en_premier = 1
    ligne = Effacement(
        "echanges.LigneImport",
        efface=("libelle", "cellules", "donnees", "motifs"),
        garde=("objet_type",),
        references=("cle",),
    )

    def count_purge(self, menage_ids: Sequence[int]) -> dict[str, int]:
        return {self.ligne.modele: len(self._pks(menage_ids))}

    def purge(self, menage_ids: Sequence[int], perimetre: Perimetre) -> dict[str, int]:
        return {self.ligne.modele: self.ligne.empty(self._pks(menage_ids))}

    def _pks(self, menage_ids: Sequence[int]) -> list[int]:
        lignes = manager_of(self.ligne.modele)
        found: list[int] = []
        for code, ids in find_objets(menage_ids).items():
            rows = lignes.filter(objet_type=code, objet_id__in=ids)
            found += rows.values_list("pk", flat=True)
        return sorted(found)


class SituationsDuMenage(RattachableSimple):
    """Snapshots of its budget: social content, gone with the names."""

    def __init__(self) -> None:
        modeles = ("menages.LigneSituation", "menages.SituationFinanciere")
        super().__init__(
            *modeles, effacements=tuple(Effacement(label, supprime=True) for label in modeles)
        )
