"""Forms of works and their financing."""

from typing import Any

from django import forms

from cariatide.amelioration.actions import DonneesFinancement, DonneesOperation
from cariatide.amelioration.queries import Occupant
from cariatide.amelioration.statuts import (
    Finalite,
    MaitreOuvrage,
    NatureFinancement,
    StatutOperation,
)
from cariatide.parc.champs import CHOISIR, VIDE, ChampMontant, ChampsLogement
from cariatide.partenaires.models import Organisation
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.territoire.champs import ChampCommune


class FiltresTravaux(Formulaire):
    """Filters of the list."""

    q = forms.CharField(label="Référence, adresse ou ménage", required=False, max_length=100)
    statut = forms.ChoiceField(label="État", required=False, choices=VIDE + StatutOperation.choices)
    finalite = forms.ChoiceField(label="Finalité", required=False, choices=VIDE + Finalite.choices)
    maitre_ouvrage = forms.ChoiceField(
        label="Maître d’ouvrage", required=False, choices=VIDE + MaitreOuvrage.choices
    )
    convention = forms.ChoiceField(label="Convention", required=False)
    commune = ChampCommune(label="Commune", required=False, help_text="")
    logement_adapte = forms.BooleanField(label="Logement adapté", required=False)
    du = ChampDate(label="Étude ouverte depuis le", required=False)
    au = ChampDate(label="Étude ouverte jusqu’au", required=False)

    def __init__(self, *args: Any, conventions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["convention"].choices = VIDE + conventions  # type: ignore[attr-defined]


class ChampsTravaux(Formulaire):
    """What may change of works as long as they are not finished."""

    objet = forms.CharField(
        label="Travaux", max_length=200, help_text="En une ligne : toiture, salle d’eau adaptée…"
    )
    maitre_ouvrage = forms.ChoiceField(
        label="Maître d’ouvrage", choices=CHOISIR + MaitreOuvrage.choices
    )
    logement_adapte = forms.BooleanField(
        label="Logement adapté",
        required=False,
        help_text="Conçu ou transformé pour les besoins particuliers d’un ménage.",
    )
    cout = ChampMontant(label="Coût des travaux TTC (€)", required=False, max_digits=10)
    fin_prevue = ChampDate(label="Fin des travaux prévue le", required=False)


class FormulaireEtude(ChampsTravaux):
    """A study opened on a home of the stock."""

    convention = forms.ChoiceField(label="Convention")
    finalite = forms.ChoiceField(label="Finalité", choices=CHOISIR + Finalite.choices)
    menage = forms.ChoiceField(
        label="Ménage maintenu dans le logement",
        required=False,
        help_text="Les travaux s’inscrivent à son parcours ; votre équipe lit ses faits.",
    )
    etudiee_le = ChampDate(label="Étude ouverte le")
    field_order = (
        "convention", "finalite", "menage", "maitre_ouvrage", "objet", "logement_adapte", "cout",
        "etudiee_le", "fin_prevue",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        conventions: list[tuple[int, str]],
        occupants: list[Occupant],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["convention"].choices = CHOISIR + conventions  # type: ignore[attr-defined]
        self.fields["menage"].choices = [  # type: ignore[attr-defined]
            ("", "Aucun ménage de votre périmètre"),
            *[(o.menage_id, o.nom) for o in occupants],
        ]
        if not occupants:
            del self.fields["menage"]

    def to_operation(self) -> DonneesOperation:
        d = self.cleaned_data
        return DonneesOperation(
            convention_id=int(d["convention"]),
            finalite=d["finalite"],
            maitre_ouvrage=d["maitre_ouvrage"],
            objet=d["objet"],
            etudiee_le=d["etudiee_le"],
            menage_id=int(d["menage"]) if d.get("menage") else None,
            logement_adapte=d["logement_adapte"],
            cout=d["cout"],
            fin_prevue=d["fin_prevue"],
        )


class FormulaireEtudeMenage(ChampsTravaux, ChampsLogement):
    """Works for a household in a home that the stock does not hold yet."""

    convention = forms.ChoiceField(label="Convention")
    etudiee_le = ChampDate(label="Étude ouverte le")
    field_order = (
        "convention", "maitre_ouvrage", "objet", "logement_adapte", "cout", "etudiee_le",
        "fin_prevue", *ChampsLogement.base_fields,
    )  # fmt: skip

    def __init__(self, *args: Any, conventions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["convention"].choices = CHOISIR + conventions  # type: ignore[attr-defined]

    def to_operation(self, menage_id: int) -> DonneesOperation:
        d = self.cleaned_data
        return DonneesOperation(
            convention_id=int(d["convention"]),
            finalite=Finalite.MAINTIEN,
            maitre_ouvrage=d["maitre_ouvrage"],
            objet=d["objet"],
            etudiee_le=d["etudiee_le"],
            menage_id=menage_id,
            logement_adapte=d["logement_adapte"],
            cout=d["cout"],
            fin_prevue=d["fin_prevue"],
        )


class FormulaireFinancement(Formulaire):
    """One line of the plan; the answer comes later."""

    nature = forms.ChoiceField(label="Nature", choices=NatureFinancement.choices)
    financeur = forms.ModelChoiceField(
        label="Financeur",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Hors de la liste",
        error_messages={"invalid_choice": "Choisissez un financeur de la liste."},
    )
    libelle = forms.CharField(
        label="Intitulé", required=False, max_length=120, help_text="Aide, prêt, ou nom du payeur."
    )
    sollicite = ChampMontant(label="Montant sollicité (€)", max_digits=10)
    accorde = ChampMontant(
        label="Montant accordé (€)",
        required=False,
        max_digits=10,
        help_text="Vide tant que la réponse est attendue ; 0 pour un refus.",
    )
    reponse_le = ChampDate(label="Réponse du", required=False)

    def __init__(self, *args: Any, financeurs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["financeur"].queryset = financeurs  # type: ignore[attr-defined]

    def to_financement(self) -> DonneesFinancement:
        d = self.cleaned_data
        return DonneesFinancement(
            nature=d["nature"],
            financeur_id=d["financeur"].pk if d["financeur"] else None,
            libelle=d["libelle"],
            sollicite=d["sollicite"],
            accorde=d["accorde"],
            reponse_le=d["reponse_le"],
        )


class FormulaireActe(Formulaire):
    """The date of an act."""

    le = ChampDate(label="Date")


class FormulaireCommencer(FormulaireActe):
    """The works start."""

    fin_prevue = ChampDate(
        label="Fin prévue le", required=False, help_text="Elle devient une échéance de l’équipe."
    )


class FormulaireAchever(FormulaireActe):
    """The works are received."""

    reserves = forms.CharField(
        label="Réserves",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FormulaireAbandonner(FormulaireActe):
    """The works are given up, with the reason."""

    motif = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Refus d’un financeur, renoncement du propriétaire, départ du ménage…",
    )


class FormulaireLouer(Formulaire):
    """Nothing to type: the date is that of the entry."""
