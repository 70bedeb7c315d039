"""Forms of the household pages."""

from typing import Any

from django import forms

from cariatide.menages.actions import DonneesDomicile, DonneesPersonne
from cariatide.menages.statuts import (
    Civilite,
    MotifDeSortie,
    MotifRegroupement,
    Origine,
    RoleMenage,
    StatutOccupation,
)
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.territoire.models import Commune
from cariatide.territoire.recherche import search_communes

VIDE = [("", "—")]


class FiltresMenages(Formulaire):
    """Filters of the list; an unknown value filters nothing."""

    q = forms.CharField(
        label="Nom, référence, téléphone ou adresse", required=False, max_length=100
    )
    commune = forms.CharField(label="Commune", required=False, max_length=80)
    public_plan = forms.BooleanField(label="Relève du plan départemental", required=False)
    sans_contact_depuis = ChampDate(label="Sans contact depuis le", required=False)


class FormulairePersonne(Formulaire):
    """One person of a household."""

    civilite = forms.ChoiceField(label="Civilité", choices=Civilite.choices)
    prenom = forms.CharField(label="Prénom", max_length=80)
    nom = forms.CharField(label="Nom", max_length=80)
    naissance = ChampDate(label="Date de naissance", required=False)
    telephone = forms.CharField(label="Téléphone", required=False, max_length=20)
    courriel = forms.EmailField(
        label="Courriel",
        required=False,
        error_messages={"invalid": "Cette adresse électronique est incomplète."},
    )
    numero_allocataire = forms.CharField(label="N° d’allocataire", required=False, max_length=15)

    def to_personne(self, role: str) -> DonneesPersonne:
        """The validated person, in that place of the household."""
        d = self.cleaned_data
        return DonneesPersonne(
            nom=d["nom"],
            prenom=d["prenom"],
            role=role,
            civilite=d["civilite"],
            naissance=d["naissance"],
            telephone=d["telephone"],
            courriel=d["courriel"],
            numero_allocataire=d["numero_allocataire"],
        )


class AvecCommune(Formulaire):
    """A form with a commune written as people write it: name, name and département, postal code."""

    commune = forms.CharField(
        label="Commune",
        required=False,
        max_length=100,
        help_text="Nom, ou code postal. Exemple : Maubeuge, ou 59600.",
    )

    def clean_commune(self) -> Commune | None:
        texte = self.cleaned_data["commune"].strip()
        if not texte:
            return None
        found = search_communes(texte, limit=6)
        exact = [c for c in found if c.libelle.lower() == texte.lower()]
        if exact or len(found) == 1:
            return (exact or found)[0]
        if not found:
            raise forms.ValidationError(
                "Cette commune est inconnue. Vérifiez son nom, ou écrivez son code postal."
            )
        names = ", ".join(c.libelle for c in found)
        raise forms.ValidationError(f"Plusieurs communes répondent : précisez parmi {names}.")


class FormulaireDomicile(AvecCommune):
    """Where the household lives."""

    adresse = forms.CharField(label="Adresse", required=False, max_length=200)
    complement = forms.CharField(label="Complément", required=False, max_length=120)
    code_postal = forms.RegexField(
        r"^\d{5}$",
        label="Code postal",
        required=False,
        error_messages={"invalid": "Un code postal a cinq chiffres."},
    )
    statut_occupation = forms.ChoiceField(
        label="Statut d’occupation", required=False, choices=VIDE + StatutOccupation.choices
    )
    origine = forms.ChoiceField(label="Origine", required=False, choices=VIDE + Origine.choices)
    protege = forms.BooleanField(
        label="Adresse protégée",
        required=False,
        help_text="Cachée partout, sauf pour la personne référente et sa hiérarchie.",
    )
    field_order = (
        "adresse", "complement", "code_postal", "commune", "statut_occupation", "origine",
        "protege",
    )  # fmt: skip

    def to_domicile(self) -> DonneesDomicile:
        d = self.cleaned_data
        return DonneesDomicile(
            adresse=d["adresse"],
            complement=d["complement"],
            code_postal=d["code_postal"],
            commune_id=d["commune"].pk if d["commune"] else None,
            statut_occupation=d["statut_occupation"],
            origine=d["origine"],
        )


class FormulaireChangementDomicile(FormulaireDomicile):
    du = ChampDate(label="Depuis le")
    field_order = ("du", *FormulaireDomicile.field_order)


class FormulaireNouveauMenage(FormulairePersonne, FormulaireDomicile):
    """The référent and the dwelling; other people are added from the household's page."""

    public_plan = forms.BooleanField(label="Relève du plan départemental", required=False)
    confirme = forms.BooleanField(
        label="Ce n’est pas le même ménage : créer une nouvelle fiche", required=False
    )
    field_order = (
        "civilite", "prenom", "nom", "naissance", "telephone", "courriel", "numero_allocataire",
        *FormulaireDomicile.field_order, "public_plan", "confirme",
    )  # fmt: skip


class FormulaireMembre(FormulairePersonne):
    role = forms.ChoiceField(
        label="Place dans le ménage",
        choices=[c for c in RoleMenage.choices if c[0] != RoleMenage.REFERENT],
    )
    du = ChampDate(label="Dans le ménage depuis le")
    confirme = forms.BooleanField(
        label="Ce n’est pas la même personne : l’ajouter à ce ménage", required=False
    )
    field_order = (
        "role", "du", "civilite", "prenom", "nom", "naissance", "telephone", "courriel",
        "numero_allocataire", "confirme",
    )  # fmt: skip


class FormulaireSortie(Formulaire):
    au = ChampDate(label="Dernier jour dans le ménage")
    motif = forms.ChoiceField(
        label="Motif",
        choices=[c for c in MotifDeSortie.choices if c[0] != MotifDeSortie.REGROUPEMENT],
    )


class FormulaireReferent(Formulaire):
    appartenance = forms.ChoiceField(label="Nouveau référent")
    le = ChampDate(label="À partir du")

    def __init__(self, *args: Any, membres: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appartenance"].choices = membres  # type: ignore[attr-defined]


class FormulaireSeparation(Formulaire):
    membres = forms.MultipleChoiceField(
        label="Personnes qui partent",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une personne."},
    )
    referent = forms.ChoiceField(label="Référent du nouveau ménage")
    le = ChampDate(label="Date de la séparation")
    motif = forms.ChoiceField(
        label="Motif",
        choices=[
            (m.value, m.label) for m in (MotifDeSortie.SEPARATION, MotifDeSortie.DECOHABITATION)
        ],
    )

    def __init__(self, *args: Any, membres: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom in ("membres", "referent"):
            self.fields[nom].choices = membres  # type: ignore[attr-defined]


class FormulaireRegroupement(Formulaire):
    """When, why, and the place of each person in the household they join."""

    le = ChampDate(label="Ensemble depuis le")
    motif = forms.ChoiceField(label="Motif", choices=MotifRegroupement.choices)

    def __init__(self, *args: Any, personnes: list[tuple[int, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [c for c in RoleMenage.choices if c[0] != RoleMenage.REFERENT]
        for pk, libelle, place in personnes:
            self.fields[f"place_{pk}"] = forms.ChoiceField(
                label=f"Place de {libelle}",
                choices=places,
                initial=place,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def to_places(self) -> dict[int, str]:
        """Membership of the household that joins → place in the other."""
        return {
            int(nom.removeprefix("place_")): valeur
            for nom, valeur in self.cleaned_data.items()
            if nom.startswith("place_")
        }


class FormulaireMotifFusion(Formulaire):
    motif = forms.CharField(label="Motif", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class FormulaireFusion(FormulaireMotifFusion):
    """Why, and for each person of the other file, who they are in the file kept."""

    def __init__(
        self,
        *args: Any,
        deux: tuple[list[tuple[int, str]], list[tuple[int, str]]],
        paires: dict[int, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        autres, gardes = deux
        choices = [("", "Une autre personne : elle rejoint la fiche gardée"), *gardes]
        for pk, libelle in autres:
            self.fields[f"personne_{pk}"] = forms.ChoiceField(
                label=f"{libelle} est", choices=choices, required=False, initial=paires.get(pk, "")
            )

    def to_memes(self) -> dict[int, int]:
        """Person of the other file → the same person of the file kept."""
        return {
            int(nom.removeprefix("personne_")): int(valeur)
            for nom, valeur in self.cleaned_data.items()
            if nom.startswith("personne_") and valeur
        }


class FormulaireSocial(Formulaire):
    """Level S."""

    situation = forms.CharField(
        label="Situation sociale", required=False, widget=forms.Textarea(attrs={"rows": 8})
    )


class FormulaireConfidentiel(Formulaire):
    """Level C."""

    vulnerabilites = forms.CharField(
        label="Vulnérabilités", required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
