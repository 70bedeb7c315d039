"""Forms of the agreements."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from cariatide.partenaires.actions import ChangementDemande
from cariatide.partenaires.models import Convention, Objectif
from cariatide.partenaires.statuts import TypeConvention, UniteObjectif
from cariatide.partenaires.web.champs import ChampCommunes
from cariatide.partenaires.web.forms import VIDE, ChampOrganisation
from cariatide.socle.pages.formulaires import ChampDate, Formulaire

ENTIER = {"invalid": "Écrivez un nombre entier.", "min_value": "Ce nombre ne peut être négatif."}
NOMBRE = {
    "invalid": "Écrivez un nombre, avec une virgule pour les décimales.",
    "max_digits": "Ce nombre est trop grand.",
    "max_decimal_places": "Deux décimales au plus.",
    "max_whole_digits": "Ce nombre est trop grand.",
}


class ChampNombre(forms.DecimalField):
    """A decimal as French people type it: comma, spaces between thousands."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            for espace in (" ", "\u00a0", "\u202f"):
                value = value.replace(espace, "")
            value = value.replace(",", ".")
        return super().to_python(value)


class FiltresConventions(Formulaire):
    q = forms.CharField(label="Référence ou intitulé", required=False, max_length=100)
    type = forms.ChoiceField(
        label="Type", required=False, choices=[("", "Tous"), *TypeConvention.choices]
    )
    etat = forms.ChoiceField(
        label="Période",
        required=False,
        choices=[
            ("", "En vigueur"),
            ("a_venir", "À venir"),
            ("passees", "Passées"),
            ("toutes", "Toutes"),
        ],
    )
    organisation = ChampOrganisation(label="Partie", required=False)

    def __init__(self, *args: Any, jour: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["organisation"]
        assert isinstance(champ, ChampOrganisation)
        champ.fill(jour)


class FormulaireConvention(Formulaire):
    type = forms.ChoiceField(label="Type", choices=[VIDE, *TypeConvention.choices])
    reference = forms.CharField(label="Référence", max_length=40)
    intitule = forms.CharField(label="Intitulé", max_length=200)
    commanditaire = ChampOrganisation(label="Commanditaire")
    operateur = ChampOrganisation(label="Opérateur")
    du = ChampDate(label="Début")
    au = ChampDate(label="Fin")

    def __init__(
        self, *args: Any, jour: date, commanditaires: list[int] | None, **kwargs: Any
    ) -> None:
        """commanditaires: those this person may choose, None for all."""
        super().__init__(*args, **kwargs)
        for nom in ("commanditaire", "operateur"):
            champ = self.fields[nom]
            assert isinstance(champ, ChampOrganisation)
            champ.fill(jour)
            if nom == "commanditaire" and commanditaires is not None:
                champ.choices = [c for c in champ.choices if c[0] in ("", *commanditaires)]


class FormulaireSignature(Formulaire):
    le = ChampDate(label="Signée le")


class FormulaireFinancement(Formulaire):
    financeur = ChampOrganisation(label="Financeur")
    montant_annuel = ChampNombre(
        label="Montant annuel, en euros", required=False, max_digits=12, decimal_places=2,
        error_messages=NOMBRE,
    )  # fmt: skip
    taux = ChampNombre(
        label="Taux, en %", required=False, max_digits=5, decimal_places=2, error_messages=NOMBRE
    )

    def __init__(self, *args: Any, jour: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["financeur"]
        assert isinstance(champ, ChampOrganisation)
        champ.fill(jour)


class FormulaireObjectif(Formulaire):
    unite = forms.ChoiceField(label="Ce qui est compté", choices=[VIDE, *UniteObjectif.choices])
    minimum = forms.IntegerField(label="Minimum par an", min_value=0, error_messages=ENTIER)
    maximum = forms.IntegerField(
        label="Maximum par an", required=False, min_value=0, error_messages=ENTIER
    )


class FormulaireTerritoire(Formulaire):
    communes = ChampCommunes(label="Communes")


class FormulaireAvenant(Formulaire):
    """One page for what an amendment changes; what stays as it is changes nothing."""

    signe_le = ChampDate(label="Signé le")
    objet = forms.CharField(label="Objet", widget=forms.Textarea(attrs={"rows": 3}))
    fin = ChampDate(label="Fin de la convention après l’avenant")
    communes = ChampCommunes(label="Communes ajoutées", required=False)

    def __init__(self, *args: Any, convention: Convention, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fin"].initial = convention.au
        self.objectifs = {o.unite: o for o in Objectif.objects.filter(convention=convention)}
        for unite, libelle in UniteObjectif.choices:
            courant = self.objectifs.get(unite)
            for borne in ("minimum", "maximum"):
                self.fields[f"{unite}_{borne}"] = forms.IntegerField(
                    label=f"{str(libelle)[0].upper()}{str(libelle)[1:]} : {borne} par an",
                    required=False,
                    min_value=0,
                    initial=getattr(courant, borne) if courant else None,
                    error_messages=ENTIER,
                    widget=forms.NumberInput(attrs={"class": "form-control"}),
                )

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        for unite in UniteObjectif.values:
            if donnees.get(f"{unite}_maximum") is not None and (
                donnees.get(f"{unite}_minimum") is None
            ):
                self.add_error(f"{unite}_minimum", "Un maximum s’accompagne d’un minimum.")
        return donnees

    def list_changements(self) -> list[ChangementDemande]:
        """Targets whose values differ from those in force."""
        demandes = []
        for unite in UniteObjectif.values:
            courant = self.objectifs.get(unite)
            avant = (courant.minimum, courant.maximum) if courant else (None, None)
            apres = tuple(self.cleaned_data[f"{unite}_{b}"] for b in ("minimum", "maximum"))
            if apres != avant:
                demandes.append(ChangementDemande(unite, apres[0], apres[1]))
        return demandes

    def list_champs_objectifs(self, *, courants: bool) -> list[Any]:
        """Bound fields of the targets in force, or of those that the agreement does not have."""
        unites = [u for u in UniteObjectif.values if (u in self.objectifs) is courants]
        return [self[f"{u}_{b}"] for u in unites for b in ("minimum", "maximum")]
