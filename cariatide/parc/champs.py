"""The fields of a home, for every form that describes one (parc, baux, amelioration)."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from cariatide.parc.actions import DonneesLogement
from cariatide.parc.statuts import Categorie, ClasseEnergie, TypeLogement
from cariatide.socle.money import NombreIllisible, parse_nombre
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.territoire.champs import ChampCommune

CHOISIR = [("", "À choisir")]
VIDE = [("", "—")]
CHAMPS_LOGEMENT = (
    "adresse", "complement", "code_postal", "commune", "type", "categorie", "surface", "etage",
    "annee_construction", "chauffage", "dpe", "dpe_le", "loyer", "charges", "accessible",
)  # fmt: skip
CHAMPS_MINIMUM = ("adresse", "code_postal", "commune", "type", "categorie")


class ChampMontant(forms.DecimalField):
    """A sum in euros, French errors, never negative."""

    def __init__(self, *, max_digits: int = 8, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("localize", True)
        super().__init__(max_digits=max_digits, decimal_places=2, **kwargs)
        self.error_messages.update(
            invalid="Écrivez un montant en euros, par exemple 450,00.",
            max_decimal_places="Un montant a deux décimales au plus.",
        )
        self.widget.attrs["inputmode"] = "decimal"

    def to_python(self, value: Any) -> Any:
        """As people write it: « 1 234,56 € »."""
        if isinstance(value, str) and value.strip():
            try:
                value = str(parse_nombre(value))
            except NombreIllisible as error:
                raise forms.ValidationError(self.error_messages["invalid"]) from error
        return super().to_python(value)


class ChampsLogement(Formulaire):
    """A home; `facultatif` in a subclass makes it optional as a whole (all or nothing)."""

    facultatif = False

    adresse = forms.CharField(label="Adresse", max_length=160, help_text="Numéro et voie.")
    complement = forms.CharField(
        label="Complément", required=False, max_length=80, help_text="Bâtiment, étage, porte."
    )
    code_postal = forms.RegexField(
        r"^\d{5}$",
        label="Code postal",
        error_messages={"invalid": "Un code postal a cinq chiffres."},
    )
    commune = ChampCommune(label="Commune")
    type = forms.ChoiceField(label="Type", choices=CHOISIR + TypeLogement.choices)
    categorie = forms.ChoiceField(label="Catégorie", choices=CHOISIR + Categorie.choices)
    surface = forms.DecimalField(
        label="Surface habitable (m²)",
        required=False,
        max_digits=6,
        decimal_places=2,
        min_value=1,
        localize=True,
    )
    etage = forms.IntegerField(
        label="Étage",
        required=False,
        validators=[MinValueValidator(-5), MaxValueValidator(60)],
        help_text="0 pour le rez-de-chaussée.",
    )
    annee_construction = forms.IntegerField(label="Année de construction", required=False)
    chauffage = forms.CharField(label="Chauffage", required=False, max_length=80)
    dpe = forms.ChoiceField(
        label="Étiquette énergie (DPE)", required=False, choices=VIDE + ClasseEnergie.choices
    )
    dpe_le = ChampDate(label="Diagnostic énergie du", required=False)
    loyer = ChampMontant(label="Loyer mensuel (€)", required=False)
    charges = ChampMontant(label="Charges mensuelles (€)", required=False)
    accessible = forms.BooleanField(label="Accessible en fauteuil roulant", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.facultatif:
            for nom in CHAMPS_MINIMUM:
                self.fields[nom].required = False

    def check_complet(self) -> None:
        """When the home is optional: ask for what it lacks, beside each field."""
        for nom in CHAMPS_MINIMUM:
            if not self.cleaned_data.get(nom) and nom not in self.errors:
                self.add_error(nom, "Ce champ est nécessaire pour créer le logement.")

    def to_logement(self) -> DonneesLogement:
        """The validated home."""
        d = self.cleaned_data
        return DonneesLogement(
            commune_id=d["commune"].pk,
            **{nom: d[nom] for nom in CHAMPS_LOGEMENT if nom != "commune"},
        )
