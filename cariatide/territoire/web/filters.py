"""Filters of the page « Territoire »: those of a département appear once it is chosen."""

from typing import Any

from django import forms

from cariatide.socle.pages.formulaires import Formulaire
from cariatide.territoire.models import Arrondissement, Departement, Epci
from cariatide.territoire.statuts import ZONES_ADMISES, Zonage

TOUS = ("", "Tous")


class FiltresCommunes(Formulaire):
    # Taken off, it stays off: the page would put its own département back.
    defauts = ("departement",)
    q = forms.CharField(label="Commune", required=False, max_length=100)
    departement = forms.ChoiceField(label="Département", required=False)
    arrondissement = forms.ChoiceField(label="Arrondissement", required=False)
    epci = forms.ChoiceField(label="Intercommunalité", required=False)
    zone_apl = forms.ChoiceField(
        label="Zone APL",
        required=False,
        choices=[("", "Toutes"), *((z, z) for z in ZONES_ADMISES[Zonage.APL])],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departements = Departement.objects.order_by("code").values_list("code", "nom")
        self._choose("departement", [(code, f"{code} {nom}") for code, nom in departements])
        departement = self.data.get("departement") or ""
        if not departement:
            del self.fields["arrondissement"], self.fields["epci"]
            return
        arrondissements = Arrondissement.objects.filter(departement_id=departement)
        self._choose(
            "arrondissement", list(arrondissements.order_by("nom").values_list("code", "nom"))
        )
        epci = Epci.objects.filter(en_vigueur=True, commune__departement_id=departement)
        self._choose("epci", list(epci.order_by("nom").distinct().values_list("code", "nom")))

    def _choose(self, nom: str, choix: list[tuple[str, str]]) -> None:
        champ = self.fields[nom]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = [TOUS, *choix]
