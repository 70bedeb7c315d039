"""The form of a snapshot: rows made from the last one, and a few empty ones in each part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField

from cariatide.menages.actions import DonneesLigne
from cariatide.menages.models import LigneSituation, NatureBudget
from cariatide.menages.statuts import SensBudget, Surendettement
from cariatide.socle.pages.formulaires import ChampDate, Formulaire

VIDES = 3  # empty rows after those of the last snapshot
RANGEES_MAX = 30
_ERREURS = {"invalid": "Écrivez un montant en euros.", "min_value": "Un montant n’est pas négatif."}
_PRECISIONS = {SensBudget.DETTE: "Créancier"}


@dataclass(frozen=True)
class Rangee:
    """The three bound fields of one line."""

    nature: BoundField
    precision: BoundField
    montant: BoundField


class FormulaireSituation(Formulaire):
    """Dates and state; the rows are fields that `for_rangees` adds, as many as are needed."""

    le = ChampDate(label="Relevée le")
    surendettement = forms.ChoiceField(
        label="Surendettement", choices=Surendettement.choices, initial=Surendettement.NEANT
    )
    remarque = forms.CharField(
        label="Remarque", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    rangees_par_sens: Mapping[str, int] = {}

    @classmethod
    def for_rangees(
        cls, natures: list[NatureBudget], lignes: Iterable[LigneSituation], recu: Mapping[str, Any]
    ) -> type["FormulaireSituation"]:
        """The class of the form: the rows of these lines, or as many as were sent."""
        champs: dict[str, Any] = {}
        nombres: dict[str, int] = {}
        connues = [ligne.nature.sens for ligne in lignes]
        for sens in SensBudget:
            choix = [("", "—"), *((n.pk, n.libelle) for n in natures if n.sens == sens)]
            nombres[sens] = max(connues.count(sens) + VIDES, _count_sent(recu, sens))
            for rang in range(min(nombres[sens], RANGEES_MAX)):
                champs |= _build_champs(sens, rang, choix)
            nombres[sens] = min(nombres[sens], RANGEES_MAX)
        return type("SituationEnRangees", (cls,), {**champs, "rangees_par_sens": nombres})

    @property
    def parties(self) -> list[tuple[str, str, list[Rangee]]]:
        """(title, what the second column is, rows) of each part."""
        return [
            (
                sens.label,
                _PRECISIONS.get(sens, "Précision"),
                [
                    Rangee(*(self[f"{sens}_{rang}_{nom}"] for nom in _NOMS))
                    for rang in range(self.rangees_par_sens[sens])
                ],
            )
            for sens in SensBudget
        ]

    def clean(self) -> dict[str, Any]:
        """A row has a nature and a sum, or nothing at all."""
        d = self.cleaned_data
        for sens, rang in self._list_rangees():
            nature, precision, montant = (d.get(f"{sens}_{rang}_{nom}") for nom in _NOMS)
            if montant is not None and not nature:
                self.add_error(f"{sens}_{rang}_nature", "Choisissez la nature de ce montant.")
            elif (
                (nature or precision)
                and montant is None
                and not self.errors.get(f"{sens}_{rang}_montant")
            ):
                self.add_error(f"{sens}_{rang}_montant", "Écrivez le montant, ou videz la ligne.")
        return d

    def to_lignes(self) -> list[DonneesLigne]:
        """The rows that were filled."""
        d = self.cleaned_data
        return [
            DonneesLigne(
                nature_id=int(d[f"{sens}_{rang}_nature"]),
                montant=d[f"{sens}_{rang}_montant"],
                precision=d[f"{sens}_{rang}_precision"],
                champ=f"{sens}_{rang}_precision",
            )
            for sens, rang in self._list_rangees()
            if d[f"{sens}_{rang}_nature"]
        ]

    def _list_rangees(self) -> list[tuple[str, int]]:
        return [(s, rang) for s, nombre in self.rangees_par_sens.items() for rang in range(nombre)]


_NOMS = ("nature", "precision", "montant")


def _build_champs(sens: SensBudget, rang: int, choix: list[Any]) -> dict[str, forms.Field]:
    suite = f", {sens.label.lower()}, ligne {rang + 1}"
    return {
        f"{sens}_{rang}_nature": forms.ChoiceField(
            label=f"Nature{suite}", choices=choix, required=False
        ),
        f"{sens}_{rang}_precision": forms.CharField(
            label=f"{_PRECISIONS.get(sens, 'Précision')}{suite}", required=False, max_length=120
        ),
        f"{sens}_{rang}_montant": forms.DecimalField(
            label=f"Montant en euros{suite}", required=False, min_value=Decimal(0), max_digits=10,
            decimal_places=2, localize=True, error_messages=_ERREURS,
        ),
    }  # fmt: skip


def _count_sent(recu: Mapping[str, Any], sens: str) -> int:
    """Rows that the page which was sent had."""
    rangs = [nom.split("_")[1] for nom in recu if nom.startswith(f"{sens}_")]
    return max((int(r) + 1 for r in rangs if r.isascii() and r.isdigit() and len(r) < 3), default=0)


def initial_of(lignes: Iterable[LigneSituation]) -> dict[str, Any]:
    """The lines of the last snapshot, as the start of the next one."""
    valeurs: dict[str, Any] = {}
    rangs = dict.fromkeys(SensBudget, 0)
    for ligne in lignes:
        sens = SensBudget(ligne.nature.sens)
        if rangs[sens] < RANGEES_MAX:
            cle = f"{sens}_{rangs[sens]}"
            valeurs |= {
                f"{cle}_nature": ligne.nature_id,
                f"{cle}_precision": ligne.precision,
                f"{cle}_montant": ligne.montant,
            }
            rangs[sens] += 1
    return valeurs
