"""Forms of the saisines: the saisine itself in sections, the acts, the filters."""

from datetime import date
from typing import Any

from django import forms

from cariatide.demandes.queries import (
    list_conventions_ouvertes,
    list_motifs,
    list_pieces_requises,
)
from cariatide.demandes.statuts import (
    DISPOSITIFS,
    Axe,
    Canal,
    IssueSaisine,
    StatutSaisine,
    TypeLogement,
)
from cariatide.menages.actions import DonneesPersonne
from cariatide.menages.statuts import Civilite, Origine, RoleMenage, StatutOccupation
from cariatide.partenaires.models import Convention
from cariatide.partenaires.queries import list_organisations
from cariatide.partenaires.statuts import Role, TypeConvention
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.socle.perimetre import Perimetre
from cariatide.territoire.champs import SaisieDeCommune

VIDE = [("", "—")]
_MONTANT = {"required": False, "min_value": 0, "max_digits": 8, "decimal_places": 2}


def _texte(lignes: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": lignes, **attrs})


class FiltresSaisines(Formulaire):
    """Filters of the list; an unknown value filters nothing."""

    q = forms.CharField(label="Ménage ou n° de saisine", required=False, max_length=100)
    statut = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "Tous"), *[c for c in StatutSaisine.choices if c[0] != "brouillon"]],
    )
    dispositif = forms.ChoiceField(
        label="Dispositif",
        required=False,
        choices=[("", "Tous"), *[(d.value, d.label) for d in DISPOSITIFS]],
    )
    origine = forms.ChoiceField(label="Origine", required=False)
    commune = forms.CharField(label="Commune", required=False, max_length=80)
    du = ChampDate(label="Depuis le", required=False)
    au = ChampDate(label="Jusqu’au", required=False)
    urgence = forms.BooleanField(label="Urgentes", required=False)
    en_cours = forms.BooleanField(label="En cours", required=False)
    mes_saisines = forms.BooleanField(label="Déposées par moi", required=False)

    def __init__(self, *args: Any, origines: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Toutes"), *((str(pk), nom) for pk, nom in origines)]
        self.fields["origine"].choices = choices  # type: ignore[attr-defined]


class PiecesJointes(forms.MultipleChoiceField):
    """Ticked pieces; the deposit keeps those that the kind of agreement asks for."""

    def valid_value(self, value: Any) -> bool:
        return True


class FormulairePersonne(Formulaire):
    """One person of the household that the saisine describes."""

    role = forms.ChoiceField(label="Place dans le ménage", choices=RoleMenage.choices)
    civilite = forms.ChoiceField(
        label="Civilité", choices=Civilite.choices, initial=Civilite.NON_PRECISEE
    )
    prenom = forms.CharField(label="Prénom", max_length=80)
    nom = forms.CharField(label="Nom", max_length=80)
    naissance = ChampDate(label="Date de naissance", required=False)

    def to_personne(self) -> DonneesPersonne:
        return DonneesPersonne(**self.cleaned_data)


class FormulaireSaisine(Formulaire):
    """Everything but the people; nothing is required here: a draft is incomplete, the deposit
    says what lacks (demandes.actions)."""

    date_saisine = ChampDate(label="Date de la saisine", required=False)
    origine = forms.ChoiceField(
        label="Organisation qui saisit",
        required=False,
        help_text="Pour une demande reçue par courrier, par téléphone ou à l’accueil.",
    )
    agent = forms.CharField(label="Agent qui l’a rédigée", required=False, max_length=120)
    canal = forms.ChoiceField(label="Reçue par", required=False, choices=Canal.choices)

    telephone = forms.CharField(label="Téléphone", required=False, max_length=20)
    courriel = forms.EmailField(
        label="Courriel",
        required=False,
        error_messages={"invalid": "Cette adresse électronique est incomplète."},
    )
    public_plan = forms.BooleanField(label="Le ménage relève du plan départemental", required=False)
    adresse_protegee = forms.BooleanField(
        label="Adresse protégée",
        required=False,
        help_text="L’adresse sera cachée partout, sauf à la personne référente et à sa hiérarchie.",
    )

    adresse = forms.CharField(label="Adresse", required=False, max_length=200)
    complement = forms.CharField(label="Complément d’adresse", required=False, max_length=120)
    commune_saisie = forms.CharField(
        label="Code postal et commune",
        required=False,
        max_length=120,
        widget=SaisieDeCommune,
        help_text="Exemples : 59600 Maubeuge, Maubeuge (59), ou 59600.",
    )
    statut_occupation = forms.ChoiceField(
        label="Statut d’occupation", required=False, choices=VIDE + StatutOccupation.choices
    )
    origine_menage = forms.ChoiceField(
        label="D’où vient le ménage", required=False, choices=VIDE + Origine.choices
    )
    type_logement = forms.ChoiceField(
        label="Type de logement", required=False, choices=VIDE + TypeLogement.choices
    )
    surface = forms.DecimalField(
        label="Surface (m²)", required=False, min_value=1, max_digits=6, decimal_places=1
    )
    loyer = forms.DecimalField(label="Loyer mensuel (€)", **_MONTANT)
    charges = forms.DecimalField(label="Charges mensuelles (€)", **_MONTANT)
    bailleur = forms.CharField(label="Propriétaire ou bailleur", required=False, max_length=160)

    convention = forms.ChoiceField(label="Dispositif demandé", required=False)
    motifs = forms.MultipleChoiceField(
        label="Motifs de la saisine", required=False, widget=forms.CheckboxSelectMultiple
    )
    urgence = forms.BooleanField(label="La situation est urgente", required=False)
    motif_urgence = forms.CharField(
        label="Pourquoi est-ce urgent ?",
        required=False,
        max_length=300,
        help_text="Nécessaire si la situation est urgente : l’instance l’examine en premier.",
    )
    demarches = forms.CharField(
        label="Situation et démarches engagées",
        required=False,
        widget=_texte(5),
        help_text="Des faits, sans élément de santé : les membres de l’instance les liront.",
    )
    expose = forms.CharField(
        label="Exposé social",
        required=False,
        widget=_texte(6),
        help_text="Lu par l’équipe d’accompagnement de l’opérateur, et par vous.",
    )
    pieces = PiecesJointes(
        label="Pièces jointes à la saisine", required=False, widget=forms.CheckboxSelectMultiple
    )
    information_menage_le = ChampDate(
        label="Ménage informé le",
        required=False,
        help_text="Le ménage doit savoir que sa situation est transmise, à qui et pourquoi.",
    )
    doublon_confirme = forms.BooleanField(
        label="J’ai vérifié : ce n’est ni la même personne, ni la même demande", required=False
    )

    def __init__(
        self, *args: Any, perimetre: Perimetre, convention: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        jour = perimetre.jour
        conventions = list(list_conventions_ouvertes(jour))
        self.fields["convention"].choices = group_conventions(conventions)  # type: ignore[attr-defined]
        self.fields["motifs"].choices = [(m.code, m.libelle) for m in list_motifs(jour)]  # type: ignore[attr-defined]
        self.fields["pieces"].choices = list_choix_pieces(conventions, convention, jour)  # type: ignore[attr-defined]
        if perimetre.has_role(Role.SECRETARIAT):
            organisations = [(str(o.pk), str(o)) for o in list_organisations(jour)]
            self.fields["origine"].choices = [("", "Mon organisation"), *organisations]  # type: ignore[attr-defined]
        else:
            for nom in ("origine", "agent", "canal"):
                del self.fields[nom]


def group_conventions(conventions: list[Convention]) -> list[tuple[str, Any]]:
    """Options of the agreements, grouped by kind."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for convention in conventions:
        label = TypeConvention(convention.type).label
        nom = f"{convention.intitule}, {convention.operateur}"
        groups.setdefault(label, []).append((str(convention.pk), nom))
    return [("", "Choisissez un dispositif"), *groups.items()]


def list_choix_pieces(
    conventions: list[Convention], choisie: str, jour: date
) -> list[tuple[str, str]]:
    """Pieces of the kind of agreement chosen; none before."""
    dispositif = next((c.type for c in conventions if str(c.pk) == choisie), "")
    if not dispositif:
        return []
    return [
        (p.code, f"{p.libelle}{' (obligatoire)' if p.obligatoire else ''}")
        for p in list_pieces_requises(dispositif, jour)
    ]


# -- acts --------------------------------------------------------------------------------------


class FichierJoint(forms.FileField):
    """A file; its size and kind are read by documents.actions."""

    default_error_messages = {"empty": "Ce fichier est vide."}


class FormulaireMotif(Formulaire):
    motif = forms.CharField(
        label="Motif",
        max_length=500,
        widget=_texte(4),
        help_text="Ce texte est lu par l’organisation qui a saisi l’instance.",
    )


class FormulaireProvisoire(FormulaireMotif):
    axe = forms.ChoiceField(label="Axe", choices=Axe.choices, widget=forms.RadioSelect)
    field_order = ("axe", "motif")


class FormulaireClassement(FormulaireMotif):
    issue = forms.ChoiceField(label="Issue", choices=[("", "Choisissez"), *IssueSaisine.choices])
    field_order = ("issue", "motif")


class FormulaireCloture(Formulaire):
    issue = forms.ChoiceField(label="Issue", choices=[("", "Choisissez"), *IssueSaisine.choices])
    le = ChampDate(label="Date de la fin")
    motif = forms.CharField(label="Précision", required=False, max_length=500, widget=_texte(3))


class FormulairePieces(Formulaire):
    """Ask for missing pieces."""

    pieces = forms.MultipleChoiceField(
        label="Pièces à demander",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une pièce."},
    )
    attendue_le = ChampDate(label="À transmettre pour le")

    def __init__(self, *args: Any, choix: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pieces"].choices = choix  # type: ignore[attr-defined]
