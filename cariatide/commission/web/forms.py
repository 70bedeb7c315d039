"""Forms of the commission pages."""

from datetime import date
from typing import Any

from django import forms

from cariatide.commission.actions.instances import DonneesInstance, DonneesMembre
from cariatide.commission.actions.seances import DonneesSeance
from cariatide.commission.queries import list_instances, list_instances_tenues
from cariatide.commission.rules import RegleDeQuorum
from cariatide.commission.statuts import (
    ModeQuorum,
    SensAvis,
    SensDecision,
    StatutSeance,
    TypeInstance,
)
from cariatide.partenaires.queries import list_conventions, list_organisations
from cariatide.partenaires.statuts import Role
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.socle.perimetre import Perimetre


def list_secretariats(perimetre: Perimetre) -> list[tuple[int, str]]:
    """The organisations for which this person keeps a secretariat."""
    return sorted(
        {
            (m.organisation_id, m.organisation)
            for m in perimetre.mandats
            if m.role == Role.SECRETARIAT
        },
        key=lambda pair: pair[1],
    )


class FiltresSeances(Formulaire):
    """Filters of the calendar; an unknown value filters nothing."""

    instance = forms.ChoiceField(label="Instance", required=False)
    statut = forms.ChoiceField(
        label="État", required=False, choices=[("", "Tous"), *StatutSeance.choices]
    )
    du = ChampDate(label="À partir du", required=False)
    au = ChampDate(label="Jusqu’au", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Toutes")]
        choices += [(str(pk), nom) for pk, nom in list_instances().values_list("pk", "nom")]
        self.fields["instance"].choices = choices  # type: ignore[attr-defined]


class FormulaireQuorum(Formulaire):
    """How many voting members must be there."""

    mode = forms.ChoiceField(
        label="Quorum", choices=ModeQuorum.choices, widget=forms.RadioSelect, initial="fraction"
    )
    nombre = forms.IntegerField(
        label="Nombre de membres", required=False, min_value=1, max_value=99,
        help_text="Si le quorum est un nombre.",
    )  # fmt: skip
    numerateur = forms.IntegerField(
        label="Fraction : numérateur", required=False, min_value=1, max_value=99, initial=1
    )
    denominateur = forms.IntegerField(
        label="Fraction : dénominateur", required=False, min_value=1, max_value=99, initial=2,
        help_text="1 sur 2 : la moitié des membres ayant voix délibérative, arrondie au-dessus.",
    )  # fmt: skip
    pouvoirs_comptent = forms.BooleanField(
        label="Les membres représentés par pouvoir comptent", required=False, initial=True
    )
    seconde_convocation = forms.BooleanField(
        label="À la seconde convocation, les membres présents décident sans quorum",
        required=False,
        help_text="Seulement si le règlement intérieur de l’instance le prévoit.",
    )
    source = forms.CharField(
        label="Texte qui fixe ce quorum", required=False, max_length=200,
        help_text="Par exemple : règlement intérieur, article et date.",
    )  # fmt: skip

    def to_regle(self) -> RegleDeQuorum:
        d = self.cleaned_data
        return RegleDeQuorum(
            mode=d["mode"],
            nombre=d["nombre"],
            numerateur=d["numerateur"],
            denominateur=d["denominateur"],
            pouvoirs_comptent=d["pouvoirs_comptent"],
            seconde_convocation=d["seconde_convocation"],
        )


class FormulaireNouveauQuorum(FormulaireQuorum):
    du = ChampDate(label="En vigueur depuis le")


class FormulaireInstance(Formulaire):
    """Identity of an instance."""

    type = forms.ChoiceField(label="Type", choices=TypeInstance.choices)
    nom = forms.CharField(
        label="Nom", max_length=160, help_text="Tel qu’il figure sur les convocations."
    )
    convention = forms.ModelChoiceField(
        label="Convention", queryset=None, required=False, empty_label="Aucune",
        help_text="La convention dont l’instance oriente les ménages, s’il y en a une.",
    )  # fmt: skip
    presidence = forms.CharField(
        label="Présidence", required=False, max_length=160,
        help_text="Nom et qualité, repris dans le procès-verbal.",
    )  # fmt: skip
    lieu = forms.CharField(label="Lieu habituel", required=False, max_length=200)
    voies_recours = forms.CharField(
        label="Voies et délais de recours", required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Imprimé tel quel sur les notifications. Sans texte, la rubrique est absente.",
    )  # fmt: skip

    def __init__(self, *args: Any, perimetre: Perimetre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        conventions = list_conventions(perimetre.jour)
        self.fields["convention"].queryset = conventions  # type: ignore[attr-defined]

    def to_donnees(self) -> DonneesInstance:
        d = self.cleaned_data
        return DonneesInstance(
            type=d["type"],
            nom=d["nom"],
            presidence=d["presidence"],
            lieu=d["lieu"],
            voies_recours=d["voies_recours"],
            convention_id=d["convention"].pk if d["convention"] else None,
        )


class FormulaireNouvelleInstance(FormulaireInstance, FormulaireQuorum):
    """Identity and quorum at once: an instance cannot decide without one."""

    secretariat = forms.TypedChoiceField(label="Secrétariat", coerce=int)
    du = ChampDate(label="En vigueur depuis le")

    field_order = (
        "type", "nom", "secretariat", "du", "convention", "presidence", "lieu", "voies_recours",
        "mode", "nombre", "numerateur", "denominateur", "pouvoirs_comptent", "seconde_convocation",
        "source",
    )  # fmt: skip

    def __init__(self, *args: Any, perimetre: Perimetre, **kwargs: Any) -> None:
        super().__init__(*args, perimetre=perimetre, **kwargs)
        self.fields["secretariat"].choices = list_secretariats(perimetre)  # type: ignore[attr-defined]


class FormulaireMembre(Formulaire):
    """A seat."""

    organisation = forms.ModelChoiceField(
        label="Organisation", queryset=None, empty_label="Choisissez"
    )
    titulaire = forms.CharField(
        label="Titulaire", required=False, max_length=160, help_text="Nom et fonction."
    )
    suppleant = forms.CharField(label="Suppléant", required=False, max_length=160)
    voix = forms.BooleanField(label="Voix délibérative", required=False, initial=True)
    du = ChampDate(label="Siège depuis le")

    def __init__(self, *args: Any, jour: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = list_organisations(jour)  # type: ignore[attr-defined]

    def to_donnees(self) -> DonneesMembre:
        d = self.cleaned_data
        return DonneesMembre(
            organisation_id=d["organisation"].pk,
            titulaire=d["titulaire"],
            suppleant=d["suppleant"],
            voix=d["voix"],
            du=d["du"],
        )


class FormulaireSiege(Formulaire):
    """Who sits now for an organisation."""

    titulaire = forms.CharField(label="Titulaire", required=False, max_length=160)
    suppleant = forms.CharField(label="Suppléant", required=False, max_length=160)


class FormulaireFin(Formulaire):
    au = ChampDate(label="Dernier jour")


class FormulaireSeance(Formulaire):
    """Where and when."""

    le = ChampDate(label="Date")
    heure = forms.TimeField(
        label="Heure",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Cette heure n’existe pas. Écrivez-la sous la forme 09:30."},
    )
    lieu = forms.CharField(label="Lieu", max_length=200)
    visioconference = forms.URLField(
        label="Adresse de visioconférence",
        required=False,
        max_length=300,
        assume_scheme="https",
        error_messages={"invalid": "Cette adresse est incomplète : elle commence par https://."},
    )

    def to_donnees(self) -> DonneesSeance:
        d = self.cleaned_data
        return DonneesSeance(
            le=d["le"], heure=d["heure"], lieu=d["lieu"], visioconference=d["visioconference"]
        )


class FormulaireNouvelleSeance(FormulaireSeance):
    instance = forms.ModelChoiceField(
        label="Instance", queryset=None, empty_label="Choisissez une instance"
    )
    field_order = ("instance", "le", "heure", "lieu", "visioconference")

    def __init__(self, *args: Any, perimetre: Perimetre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tenues = list_instances_tenues(perimetre)
        self.fields["instance"].queryset = tenues  # type: ignore[attr-defined]


class FormulaireMotif(Formulaire):
    """A reason, for an act that needs one."""

    motif = forms.CharField(label="Motif", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class FormulaireCloture(Formulaire):
    points_divers = forms.CharField(
        label="Points divers, repris dans le procès-verbal",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FormulaireDecision(Formulaire):
    """What the instance decides about one case."""

    sens = forms.ChoiceField(
        label="Sens de la décision",
        choices=SensDecision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le sens de la décision."},
    )
    motif = forms.CharField(
        label="Motif, repris dans la notification",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "accesskey": "m"}),
        error_messages={
            "required": "Écrivez le motif : il est repris dans le procès-verbal et dans la "
            "notification."
        },
    )
    conditions = forms.CharField(
        label="Conditions",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Une par ligne.",
    )
    votes = forms.CharField(
        label="Votes",
        required=False,
        max_length=160,
        help_text="Par exemple : 5 pour, 1 abstention. Laissez vide s’il y a eu consensus.",
    )
    deports = forms.CharField(
        label="N’ont pas pris part à la décision",
        required=False,
        max_length=300,
        help_text="Une organisation par ligne ou séparées par des virgules.",
    )


class FormulaireAvis(Formulaire):
    """The opinion of one's organisation."""

    organisation = forms.TypedChoiceField(label="Organisation", coerce=int)
    sens = forms.ChoiceField(
        label="Avis", choices=SensAvis.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le sens de l’avis."},
    )  # fmt: skip
    texte = forms.CharField(
        label="Observation",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Lue par le secrétariat et par les membres. Aucune information de santé.",
    )

    def __init__(self, *args: Any, organisations: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = organisations  # type: ignore[attr-defined]
        if len(organisations) == 1:
            self.fields["organisation"].initial = organisations[0][0]
            self.fields["organisation"].widget = forms.HiddenInput()
