"""Forms of the directory and of the teams."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q

from cariatide.partenaires.models import Convention, Organisation
from cariatide.partenaires.queries import list_organisations
from cariatide.partenaires.rules import list_grantable
from cariatide.partenaires.statuts import TypeOrganisation
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.socle.perimetre import Perimetre
from cariatide.territoire.queries import list_secteurs

VIDE = ("", "—")
COURRIEL_INVALIDE = {"invalid": "Cette adresse électronique est incomplète."}


class ChampOrganisation(forms.TypedChoiceField):
    """Choice among the organisations in force on a day; cleans to an id or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **kwargs)

    def fill(self, jour: date, *types: str, sauf: int | None = None) -> None:
        rows = list_organisations(jour, *types)
        self.choices = [VIDE, *((o.pk, _nom(o)) for o in rows if o.pk != sauf)]


def _nom(organisation: Organisation) -> str:
    return f"{organisation.nom} ({organisation.sigle})" if organisation.sigle else organisation.nom


class FiltresAnnuaire(Formulaire):
    q = forms.CharField(label="Nom, sigle ou ville", required=False, max_length=100)
    type = forms.ChoiceField(
        label="Type", required=False, choices=[("", "Tous"), *TypeOrganisation.choices]
    )
    etat = forms.ChoiceField(
        label="Existence",
        required=False,
        choices=[("", "En vigueur"), ("anciennes", "Qui ont pris fin"), ("toutes", "Toutes")],
    )


class CoordonneesOrganisation(Formulaire):
    """What an organisation's own administrator corrects."""

    sigle = forms.CharField(label="Sigle", required=False, max_length=30)
    adresse = forms.CharField(label="Adresse", required=False, max_length=200)
    code_postal = forms.CharField(label="Code postal", required=False, max_length=10)
    ville = forms.CharField(label="Ville", required=False, max_length=80)
    telephone = forms.CharField(label="Téléphone", required=False, max_length=30)
    courriel = forms.EmailField(label="Courriel", required=False, error_messages=COURRIEL_INVALIDE)


class FicheOrganisation(CoordonneesOrganisation):
    """The whole sheet, for the technical administrator."""

    type = forms.ChoiceField(label="Type", choices=[VIDE, *TypeOrganisation.choices])
    nom = forms.CharField(label="Nom", max_length=200)
    siret = forms.CharField(
        label="SIRET", required=False, max_length=20, help_text="Quatorze chiffres."
    )
    field_order = ["type", "nom", "sigle", "siret"]


class NouvelleOrganisation(FicheOrganisation):
    du = ChampDate(label="En vigueur depuis le")


class FormulaireSuccession(FicheOrganisation):
    """The successor is chosen among those known, or described."""

    le = ChampDate(
        label="À partir du",
        help_text="Ce jour ou un jour passé. L’organisation actuelle prend fin la veille ; ses "
        "mandats et ses dossiers passent à celle qui lui succède.",
    )
    nouvelle = ChampOrganisation(label="Organisation qui succède", required=False)
    field_order = ["le", "nouvelle", "type", "nom", "sigle", "siret"]

    def __init__(self, *args: Any, organisation: Organisation, jour: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["nouvelle"]
        assert isinstance(champ, ChampOrganisation)
        champ.fill(jour, sauf=organisation.pk)
        for nom in ("type", "nom"):
            self.fields[nom].required = False

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if not donnees.get("nouvelle") and not (donnees.get("nom") and donnees.get("type")):
            self.add_error(
                "nouvelle", "Choisissez l’organisation qui succède, ou donnez son type et son nom."
            )
        return donnees


class FinOrganisation(Formulaire):
    au = ChampDate(label="Dernier jour")
    motif = forms.CharField(label="Motif", max_length=300)


class FormulaireContact(Formulaire):
    nom = forms.CharField(label="Nom", max_length=120)
    fonction = forms.CharField(label="Fonction", required=False, max_length=120)
    telephone = forms.CharField(label="Téléphone", required=False, max_length=30)
    courriel = forms.EmailField(label="Courriel", required=False, error_messages=COURRIEL_INVALIDE)


class FormulaireAgrement(Formulaire):
    libelle = forms.CharField(
        label="Agrément",
        max_length=120,
        help_text="Le même intitulé qu’un agrément existant enregistre son renouvellement.",
    )
    reference = forms.CharField(label="Référence de l’arrêté", required=False, max_length=80)
    du = ChampDate(label="Depuis le")
    au = ChampDate(label="Jusqu’au", required=False)


class FinAgrement(Formulaire):
    au = ChampDate(label="Dernier jour de l’agrément")


class FormulaireMandat(Formulaire):
    role = forms.ChoiceField(label="Rôle")
    du = ChampDate(label="Depuis le")
    au = ChampDate(label="Jusqu’au", required=False)
    convention = forms.TypedChoiceField(
        label="Limité à la convention", required=False, coerce=int, empty_value=None
    )
    secteur = forms.TypedChoiceField(
        label="Limité au territoire", required=False, coerce=int, empty_value=None
    )

    def __init__(
        self, *args: Any, perimetre: Perimetre, organisation_id: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        grantable = list_grantable(perimetre, organisation_id)
        self._choose("role", [VIDE, *((r.value, str(r.label)) for r in grantable)])
        parties = Convention.objects.filter(
            Q(commanditaire_id=organisation_id) | Q(operateur_id=organisation_id)
        ).order_by("-du")
        self._choose("convention", [("", "Aucune limite"), *((c.pk, str(c)) for c in parties)])
        secteurs = list_secteurs(le=perimetre.jour, organisation_ids=[organisation_id])
        self._choose("secteur", [("", "Aucune limite"), *((s.pk, s.nom) for s in secteurs)])

    def _choose(self, nom: str, choix: list[tuple[Any, str]]) -> None:
        champ = self.fields[nom]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = choix


class NouveauMandat(FormulaireMandat):
    """A technical administrator gives a mandate to any account, by its address."""

    courriel = forms.EmailField(
        label="Adresse électronique du compte", error_messages=COURRIEL_INVALIDE
    )
    field_order = ["courriel", "role", "du", "au"]


class FormulaireInvitation(Formulaire):
    prenom = forms.CharField(label="Prénom", max_length=80)
    nom = forms.CharField(label="Nom", max_length=80)
    courriel = forms.EmailField(
        label="Adresse électronique professionnelle", error_messages=COURRIEL_INVALIDE
    )
    role = forms.ChoiceField(label="Rôle")

    def __init__(
        self, *args: Any, perimetre: Perimetre, organisation_id: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["role"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = [
            VIDE,
            *((r.value, str(r.label)) for r in list_grantable(perimetre, organisation_id)),
        ]


class FinMandat(Formulaire):
    au = ChampDate(label="Dernier jour du mandat")


class FormulaireMotif(Formulaire):
    motif = forms.CharField(label="Motif", max_length=300)


class FiltresComptes(Formulaire):
    q = forms.CharField(label="Nom ou adresse", required=False, max_length=100)
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            ("", "Tous"),
            ("actifs", "Actifs"),
            ("sans_mandat", "Actifs sans mandat en vigueur"),
            ("desactives", "Désactivés"),
        ],
    )


class AccepteInvitation(Formulaire):
    """The account of somebody who joins."""

    prenom = forms.CharField(label="Prénom", max_length=80)
    nom = forms.CharField(label="Nom", max_length=80)
    mot_de_passe = forms.CharField(
        label="Mot de passe",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    confirmation = forms.CharField(
        label="Mot de passe, une seconde fois",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if donnees.get("mot_de_passe") != donnees.get("confirmation"):
            self.add_error("confirmation", "Les deux mots de passe diffèrent.")
        return donnees
