"""Forms of the acts on a measure: shapes and labels, never a rule of business."""

from typing import Any

from django import forms

from cariatide.demandes.statuts import Axe
from cariatide.mesures.actions import DonneesIntervention, DonneesObjectif
from cariatide.mesures.statuts import (
    Adhesion,
    DestinataireBilan,
    Intensite,
    IssueMesure,
    Maintien,
    MotifSansContrat,
    MotifSuspension,
    MotifTransfert,
    Presence,
    QualiteContact,
    StatutMesure,
    StatutObjectif,
    ThemeObjectif,
    TypeBilan,
    TypeIntervention,
)
from cariatide.partenaires.statuts import TypeConvention
from cariatide.socle.pages.formulaires import ChampDate, Formulaire

VIDE = [("", "—")]
NOTE_FACTUELLE = "Restez factuel : les partenaires du dossier lisent ce champ."


def texte(label: str, *, requis: bool = False, lignes: int = 4, aide: str = "") -> forms.CharField:
    """A free text of several lines."""
    return forms.CharField(
        label=label,
        required=requis,
        max_length=20_000,
        help_text=aide,
        widget=forms.Textarea(attrs={"rows": lignes}),
    )


def mois(label: str = "Durée en mois") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=60,
        error_messages={"min_value": "Un mois au moins.", "invalid": "Écrivez un nombre de mois."},
    )


def choix(label: str, choices: Any, *, requis: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[*VIDE, *choices], required=requis)


class FiltresMesures(Formulaire):
    """Filters of the list; an unknown value filters nothing."""

    q = forms.CharField(label="Ménage, référence ou téléphone", required=False, max_length=100)
    statut = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            ("", "Ouvertes"),
            ("en_cours", "En cours"),
            ("toutes", "Toutes, closes comprises"),
            *StatutMesure.choices,
        ],
    )
    referent = forms.ChoiceField(label="Référent", required=False, choices=[("", "Tous")])
    axe = choix("Axe", Axe.choices, requis=False)
    dispositif = choix("Dispositif", TypeConvention.choices, requis=False)
    convention = forms.ChoiceField(label="Convention", required=False, choices=[("", "Toutes")])
    commune = forms.CharField(label="Commune", required=False, max_length=80)
    terme_avant = ChampDate(label="Terme au plus tard le", required=False)

    def __init__(self, *args: Any, referents: Any = (), conventions: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["referent"].choices = [("", "Tous"), *referents]
        self.fields["convention"].choices = [("", "Toutes"), *conventions]


class OuvrirForm(Formulaire):
    """Open a measure from a decided saisine."""

    convention = forms.ChoiceField(label="Convention")
    referent = forms.ChoiceField(label="Référent", required=False)
    duree_mois = mois()
    intensite = choix("Intensité", Intensite.choices)

    def __init__(
        self, *args: Any, referents: Any, conventions: Any, accord_en_seance: bool, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.fields["referent"].choices = [("", "À désigner"), *referents]
        self.fields["convention"].choices = conventions
        if not accord_en_seance:
            for nom in ("duree_mois", "intensite"):
                del self.fields[nom]


class AccorderForm(Formulaire):
    le = ChampDate(label="Date de l’accord")
    reference = forms.CharField(
        label="Notification",
        max_length=120,
        help_text="Référence de la notification : courrier, décision, procès-verbal.",
    )
    duree_mois = mois()
    intensite = choix("Intensité", Intensite.choices)


class AccorderEnSeanceForm(Formulaire):
    duree_mois = mois()
    intensite = choix("Intensité", Intensite.choices)


class MotifForm(Formulaire):
    motif = forms.CharField(
        label="Motif", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=NOTE_FACTUELLE,
    )  # fmt: skip


class ProposerForm(Formulaire):
    le = ChampDate(label="Proposée le")
    signature_prevue_le = ChampDate(
        label="Signature du contrat prévue le",
        help_text="Le jour convenu avec le ménage : un rappel vous préviendra.",
    )


class DateForm(Formulaire):
    le = ChampDate(label="Date")


class ContratForm(Formulaire):
    """What the contract says beside the measure; its objectives come by themselves."""

    debut = ChampDate(label="Début prévu")
    frequence = forms.CharField(
        label="Rythme des rencontres",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Par exemple : une visite à domicile par quinzaine, puis une par mois.",
    )
    engagements_menage = texte(
        "Engagements du ménage", lignes=5, aide="Un engagement par ligne.", requis=True
    )
    engagements_operateur = texte(
        "Engagements de l’opérateur", lignes=5, aide="Un engagement par ligne.", requis=True
    )

    def clean_engagements_menage(self) -> list[str]:
        return self.cleaned_data["engagements_menage"].splitlines()

    def clean_engagements_operateur(self) -> list[str]:
        return self.cleaned_data["engagements_operateur"].splitlines()


class SansContratForm(Formulaire):
    sans_contrat_motif = choix("Motif", MotifSansContrat.choices)
    sans_contrat_precision = forms.CharField(
        label="Mandat ou obligation", max_length=300, help_text=NOTE_FACTUELLE
    )


class RefuserForm(Formulaire):
    adhesion = forms.ChoiceField(
        label="Réponse du ménage",
        choices=[
            (Adhesion.REFUS, "Le ménage refuse ou se retire"),
            (Adhesion.SANS_REPONSE, "Le ménage ne répond pas"),
        ],
        widget=forms.RadioSelect,
    )
    le = ChampDate(label="Le")
    motif = forms.CharField(label="Précision", max_length=300, help_text=NOTE_FACTUELLE)


class ActiverForm(Formulaire):
    debut = ChampDate(label="Début de l’accompagnement")


class SuspendreForm(Formulaire):
    motif = choix("Motif", MotifSuspension.choices)
    precision = forms.CharField(
        label="Précision", required=False, max_length=300, help_text=NOTE_FACTUELLE
    )
    du = ChampDate(label="À partir du")
    au_prevu = ChampDate(label="Reprise prévue le")


class TerminerForm(Formulaire):
    le = ChampDate(label="Date de fin")
    issue = choix("Issue", IssueMesure.choices)
    relais = forms.CharField(
        label="Organisme qui prend le relais", required=False, max_length=200,
        help_text="Nécessaire quand l’issue est un relais vers le droit commun.",
    )  # fmt: skip


class SuiviForm(Formulaire):
    mois = forms.TypedChoiceField(label="Évaluation", coerce=int)
    le = ChampDate(label="Faite le")
    contact = choix("Contact", QualiteContact.choices)
    maintien = forms.ChoiceField(
        label="Le ménage habite-t-il toujours le logement ?",
        choices=Maintien.choices,
        widget=forms.RadioSelect,
    )
    precision = forms.CharField(
        label="Précision", required=False, max_length=300, help_text=NOTE_FACTUELLE
    )

    def __init__(self, *args: Any, attendus: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["mois"].choices = [(m, f"À {m} mois") for m in attendus]


class ReferentForm(Formulaire):
    referent = forms.TypedChoiceField(label="Référent", coerce=int)

    def __init__(self, *args: Any, referents: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["referent"].choices = [*VIDE, *referents]


class TransfertForm(Formulaire):
    """Who takes which measures, and why."""

    vers = forms.TypedChoiceField(label="Nouveau référent", coerce=int)
    motif = forms.ChoiceField(label="Motif", choices=[*VIDE, *MotifTransfert.choices])
    du = ChampDate(
        label="À partir du", help_text="Un jour à venir : le transfert se fait seul, ce jour-là."
    )
    au = ChampDate(
        label="Jusqu’au",
        required=False,
        help_text="Dernier jour d’absence ; les mesures reviennent le lendemain.",
    )
    mesures = forms.TypedMultipleChoiceField(
        label="Mesures", coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, referents: Any, siennes: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["vers"].choices = [*VIDE, *referents]
        self.fields["mesures"].choices = siennes


class EntretienForm(Formulaire):
    """A meeting: what a social worker types between two visits, on a telephone."""

    type = forms.ChoiceField(
        label="Nature", choices=TypeIntervention.choices, widget=forms.RadioSelect
    )
    date = ChampDate(label="Date")
    heure = forms.TimeField(
        label="Heure",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Écrivez l’heure sous la forme 14:30."},
    )
    duree_minutes = forms.IntegerField(
        label="Durée en minutes", required=False, min_value=1, max_value=1440,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    presence = forms.ChoiceField(
        label="Présence du ménage", choices=Presence.choices, widget=forms.RadioSelect
    )
    contact = choix("Qualité du contact", QualiteContact.choices, requis=False)
    lieu = forms.CharField(label="Lieu", required=False, max_length=160)
    note = texte("Synthèse partagée", lignes=6)
    suites = texte("Suites à donner", lignes=2)
    personnelle = texte("Note personnelle", lignes=3)

    def to_donnees(self) -> DonneesIntervention:
        return DonneesIntervention(**self.cleaned_data)


class NoteForm(Formulaire):
    texte = texte("Note personnelle", lignes=8)


class ObjectifForm(Formulaire):
    libelle = forms.CharField(label="Objectif", max_length=200, help_text=NOTE_FACTUELLE)
    theme = choix("Thème", ThemeObjectif.choices)
    moyens = forms.CharField(label="Moyens", required=False, max_length=300)
    echeance = ChampDate(label="Échéance", required=False)

    def to_donnees(self) -> DonneesObjectif:
        d = self.cleaned_data
        return DonneesObjectif(d["libelle"], d["theme"], d["moyens"], d["echeance"])


DEGRES = [
    (0, "0 · Non engagé"),
    (1, "1 · Engagé"),
    (2, "2 · En partie atteint"),
    (3, "3 · Largement atteint"),
    (4, "4 · Atteint"),
]


class ModifierObjectifForm(ObjectifForm):
    atteinte = forms.TypedChoiceField(label="Degré d’atteinte", choices=DEGRES, coerce=int)
    statut = forms.ChoiceField(label="État", choices=StatutObjectif.choices)


class DiagnosticForm(Formulaire):
    motif = forms.CharField(label="Motif", max_length=200, help_text=NOTE_FACTUELLE)
    le = ChampDate(label="Demandé le")
    commanditaire = forms.TypedChoiceField(
        label="Demandé par", coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, commanditaires: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["commanditaire"].choices = commanditaires


class RdvForm(Formulaire):
    rdv_le = ChampDate(label="Rendez-vous proposé pour le")


class VisiteForm(Formulaire):
    le = ChampDate(label="Visite effectuée le")
    duree_minutes = forms.IntegerField(
        label="Durée en minutes", required=False, min_value=1, max_value=1440
    )


class SectionsForm(Formulaire):
    """The diagnosis by sections; health only for who reads the confidential level."""

    composition = texte("Composition et histoire du ménage")
    ressources = texte("Ressources, charges et dettes")
    logement = texte("Logement")
    souhaits = texte("Souhaits du ménage")
    capacites = texte("Capacités et points d’appui")
    preconisations = texte("Préconisations", aide="Une préconisation par ligne.")
    sante = texte("Santé", aide="Niveau confidentiel : le référent et le chef de service.")

    def __init__(self, *args: Any, confidentiel: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not confidentiel:
            del self.fields["sante"]


class DestinatairesForm(Formulaire):
    destinataires = forms.CharField(
        label="Destinataires", max_length=300,
        help_text="Organismes et personnes, séparés par des virgules.",
    )  # fmt: skip


class SuitesForm(Formulaire):
    suites = forms.CharField(label="Suites données", max_length=300, help_text=NOTE_FACTUELLE)


class NouveauBilanForm(Formulaire):
    type = forms.ChoiceField(label="Type", choices=TypeBilan.choices, widget=forms.RadioSelect)
    le = ChampDate(label="Établi le")


class TransmettreBilanForm(Formulaire):
    destinataires = forms.MultipleChoiceField(
        label="Établir une version pour",
        choices=DestinataireBilan.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un destinataire."},
    )
    bailleur = forms.CharField(label="Nom du bailleur", required=False, max_length=120)


class AccorderRenouvellementForm(Formulaire):
    le = ChampDate(label="Date de l’accord")
    reference = forms.CharField(label="Notification", max_length=120)
    derogation = forms.CharField(
        label="Motif de la dérogation", required=False, max_length=300,
        help_text="Nécessaire après le terme, ou au-delà de la durée maximale.",
    )  # fmt: skip
