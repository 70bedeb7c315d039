"""Forms of homes, owners, diagnoses and offers."""

from typing import Any

from django import forms
from django.utils.html import format_html

from cariatide.parc.actions import DonneesDiagnostic, DonneesProprietaire, ElementVu
from cariatide.parc.champs import VIDE, ChampMontant, ChampsLogement
from cariatide.parc.statuts import (
    ELEMENTS,
    Categorie,
    ClasseEnergie,
    EtatElement,
    NatureProprietaire,
    StatutOffre,
    TypeLogement,
)
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.territoire.champs import ChampCommune


class FiltresLogements(Formulaire):
    """Filters of the list of homes."""

    q = forms.CharField(label="Adresse ou référence", required=False, max_length=100)
    commune = ChampCommune(label="Commune", required=False, help_text="")
    type = forms.ChoiceField(label="Type", required=False, choices=VIDE + TypeLogement.choices)
    categorie = forms.ChoiceField(
        label="Catégorie", required=False, choices=VIDE + Categorie.choices
    )
    dpe = forms.ChoiceField(
        label="Étiquette énergie", required=False, choices=VIDE + ClasseEnergie.choices
    )
    loyer_maximum = ChampMontant(label="Loyer jusqu’à", required=False)
    accessible = forms.BooleanField(label="Accessible en fauteuil", required=False)


class FiltresOffres(Formulaire):
    """Filters of the board of offers."""

    statut = forms.ChoiceField(label="État", required=False, choices=VIDE + StatutOffre.choices)
    convention = forms.ChoiceField(label="Convention", required=False)
    commune = ChampCommune(label="Commune", required=False, help_text="")
    type = forms.ChoiceField(label="Type", required=False, choices=VIDE + TypeLogement.choices)
    du = ChampDate(label="Repérée depuis le", required=False)
    au = ChampDate(label="Repérée jusqu’au", required=False)

    def __init__(self, *args: Any, conventions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["convention"].choices = VIDE + conventions  # type: ignore[attr-defined]


class FormulaireLogement(ChampsLogement):
    """A home, created or corrected."""


class FormulaireProprietaire(Formulaire):
    """An owner, created or corrected."""

    nature = forms.ChoiceField(label="Nature", choices=NatureProprietaire.choices)
    nom = forms.CharField(label="Nom", max_length=160)
    adresse = forms.CharField(label="Adresse", required=False, max_length=200)
    code_postal = forms.RegexField(
        r"^\d{5}$",
        label="Code postal",
        required=False,
        error_messages={"invalid": "Un code postal a cinq chiffres."},
    )
    ville = forms.CharField(label="Ville", required=False, max_length=80)
    telephone = forms.CharField(label="Téléphone", required=False, max_length=20)
    courriel = forms.EmailField(
        label="Courriel",
        required=False,
        error_messages={"invalid": "Cette adresse électronique est incomplète."},
    )

    def to_proprietaire(self, bailleur_id: int | None = None) -> DonneesProprietaire:
        d = self.cleaned_data
        return DonneesProprietaire(
            bailleur_id=bailleur_id, **{nom: d[nom] for nom in CHAMPS_PROPRIETAIRE}
        )


CHAMPS_PROPRIETAIRE = (
    "nature", "nom", "adresse", "code_postal", "ville", "telephone", "courriel",
)  # fmt: skip


class FormulaireChangementProprietaire(FormulaireProprietaire):
    """The owner from a date: one already known, or a new one described below."""

    proprietaire = forms.ChoiceField(label="Propriétaire connu", required=False)
    du = ChampDate(label="Propriétaire depuis le")
    field_order = ("proprietaire", "du", *CHAMPS_PROPRIETAIRE)

    def __init__(self, *args: Any, connus: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proprietaire"].choices = [  # type: ignore[attr-defined]
            ("", "Un nouveau propriétaire, décrit plus bas"),
            *connus,
        ]
        for nom in ("nature", "nom"):
            self.fields[nom].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("proprietaire") and not data.get("nom"):
            self.add_error("nom", "Choisissez un propriétaire connu, ou nommez le nouveau.")
        if data.get("proprietaire") and data.get("nom"):
            self.add_error(
                "nom", "Choisissez un propriétaire connu ou décrivez-en un nouveau, pas les deux."
            )
        data["nature"] = data.get("nature") or NatureProprietaire.PERSONNE_PHYSIQUE
        return data


class FormulaireDiagnostic(Formulaire):
    """A technical visit: the grid element by element, then what to conclude."""

    visite_le = ChampDate(label="Date de la visite")
    cout_estime = ChampMontant(
        label="Coût estimé des travaux TTC (€)", required=False, max_digits=10
    )
    conclusion = forms.CharField(
        label="Conclusion",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = [("", "Non examiné"), *EtatElement.choices]
        for code, libelle in ELEMENTS:
            etat = forms.ChoiceField(label=libelle, required=False, choices=choix)
            etat.widget.attrs["class"] = "form-select"
            note = forms.CharField(
                label=format_html(
                    'Observation<span class="visually-hidden"> sur : {}</span>', libelle
                ),
                required=False,
                max_length=300,
            )
            note.widget.attrs["class"] = "form-control"
            self.fields[f"etat_{code}"], self.fields[f"note_{code}"] = etat, note

    def rows(self) -> list[tuple[str, Any, Any]]:
        """The grid as the page shows it."""
        return [(libelle, self[f"etat_{c}"], self[f"note_{c}"]) for c, libelle in ELEMENTS]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for code, _ in ELEMENTS:
            etat, note = data.get(f"etat_{code}"), data.get(f"note_{code}", "")
            if note and not etat:
                self.add_error(f"etat_{code}", "Indiquez l’état de cet élément.")
            if etat == EtatElement.DANGEREUX and not note.strip():
                self.add_error(f"note_{code}", "Dites en quoi cet élément est dangereux.")
        return data

    def to_diagnostic(self) -> DonneesDiagnostic:
        d = self.cleaned_data
        return DonneesDiagnostic(
            visite_le=d["visite_le"],
            conclusion=d["conclusion"],
            cout_estime=d["cout_estime"],
            elements=[
                ElementVu(libelle, d[f"etat_{code}"], d[f"note_{code}"])
                for code, libelle in ELEMENTS
                if d[f"etat_{code}"]
            ],
        )


class FormulaireOffre(Formulaire):
    """A home found for the public of an agreement."""

    reperee_le = ChampDate(label="Repérée le")
    convention = forms.ChoiceField(label="Pour la convention", required=False)
    source = forms.CharField(
        label="Trouvée par",
        required=False,
        max_length=160,
        help_text="Annonce, agence, mairie, propriétaire, bouche-à-oreille…",
    )

    def __init__(self, *args: Any, conventions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["convention"].choices = VIDE + conventions  # type: ignore[attr-defined]


class FormulaireActe(Formulaire):
    """The date of an act."""

    le = ChampDate(label="Date")


class FormulaireEcart(FormulaireActe):
    """An offer set aside, with the reason."""

    motif = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="État du logement, loyer, refus du propriétaire, déjà loué…",
    )
