"""Forms of occupations."""

from typing import Any

from django import forms

from cariatide.baux.actions import ChoixLogement, CorrectionEntree, DonneesEntree
from cariatide.baux.queries import Cadre, Groupe
from cariatide.baux.statuts import MotifFin, NatureTitre
from cariatide.parc.champs import (
    CHAMPS_LOGEMENT,
    CHOISIR,
    VIDE,
    ChampMontant,
    ChampsLogement,
)
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.territoire.champs import ChampCommune

OUI_NON = [("", "—"), ("oui", "Relogements"), ("non", "Titres enregistrés")]


class FiltresOccupations(Formulaire):
    """Filters of the list."""

    q = forms.CharField(label="Ménage, adresse ou référence", required=False, max_length=100)
    nature = forms.ChoiceField(label="Titre", required=False, choices=VIDE + NatureTitre.choices)
    relogement = forms.ChoiceField(label="Entrées", required=False, choices=OUI_NON)
    convention = forms.ChoiceField(label="Convention", required=False)
    commune = ChampCommune(label="Commune", required=False, help_text="")
    du = ChampDate(label="Entrées depuis le", required=False)
    au = ChampDate(label="Entrées jusqu’au", required=False)
    en_cours = forms.BooleanField(label="En cours seulement", required=False)

    def __init__(self, *args: Any, conventions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["convention"].choices = VIDE + conventions  # type: ignore[attr-defined]


class FormulaireEntree(ChampsLogement):
    """The home (chosen, or described), the title, the dates, the agreement."""

    facultatif = True

    logement = forms.ChoiceField(label="Logement", required=False)
    nature = forms.ChoiceField(label="Titre d’occupation", choices=CHOISIR + NatureTitre.choices)
    date_signature = ChampDate(label="Titre signé le")
    entree_le = ChampDate(label="Entrée dans le logement le")
    convention = forms.ChoiceField(
        label="Dans le cadre de",
        required=False,
        help_text="Les résultats de la convention comptent les entrées qui la nomment.",
    )
    est_relogement = forms.BooleanField(
        label="C’est un relogement",
        required=False,
        help_text="À décocher si le ménage habitait déjà là et que son titre seul est enregistré.",
    )
    cloture_precedente = forms.BooleanField(
        label="Le ménage quitte ce jour-là le logement qu’il occupe", required=False
    )
    domicile_suit = forms.BooleanField(
        label="Ce logement devient le domicile du ménage", required=False
    )

    def __init__(
        self, *args: Any, choix: list[Groupe], cadres: list[Cadre], loge: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["logement"].choices = [  # type: ignore[attr-defined]
            ("", "Un autre logement, décrit plus bas"),
            *choix,
        ]
        self.fields["convention"].choices = [  # type: ignore[attr-defined]
            *[(c.convention_id, c.libelle) for c in cadres],
            ("", "Hors convention"),
        ]
        self.cadres = {c.convention_id: c for c in cadres}
        if not loge:
            del self.fields["cloture_precedente"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        described = any(data.get(n) for n in ("adresse", "code_postal", "commune", "type"))
        if not data.get("logement"):
            self.check_complet()
        elif described:
            self.add_error(
                "logement", "Choisissez un logement ou décrivez-en un autre, pas les deux."
            )
        return data

    def to_choix(self) -> ChoixLogement:
        """The home as the form names it."""
        sort, _, pk = self.cleaned_data["logement"].partition("-")
        if sort == "offre":
            return ChoixLogement(offre_id=int(pk))
        if sort == "logement":
            return ChoixLogement(logement_id=int(pk))
        return ChoixLogement(nouveau=self.to_logement())

    def to_entree(self) -> DonneesEntree:
        """The title and the dates, with the measure and the saisine of the agreement chosen."""
        d = self.cleaned_data
        cadre = self.cadres.get(int(d["convention"])) if d["convention"] else None
        return DonneesEntree(
            nature=d["nature"],
            date_signature=d["date_signature"],
            entree_le=d["entree_le"],
            convention_id=cadre.convention_id if cadre else None,
            est_relogement=d["est_relogement"],
            loyer=d["loyer"],
            charges=d["charges"],
            mesure_id=cadre.mesure_id if cadre else None,
            saisine_id=cadre.saisine_id if cadre else None,
            domicile_suit=d["domicile_suit"],
            cloture_precedente=d.get("cloture_precedente", False),
        )

    def champs_du_logement(self) -> list[Any]:
        """Fields that describe a new home; its rent is that of the title."""
        return [self[nom] for nom in CHAMPS_LOGEMENT if nom not in ("loyer", "charges")]


class FormulaireSortie(Formulaire):
    """The household leaves."""

    sortie_le = ChampDate(label="Sortie du logement le")
    motif = forms.ChoiceField(label="Motif", choices=CHOISIR + MotifFin.choices)


class FormulaireCorrection(Formulaire):
    """A mistake of typing, with its reason."""

    nature = forms.ChoiceField(label="Titre d’occupation", choices=NatureTitre.choices)
    date_signature = ChampDate(label="Titre signé le")
    entree_le = ChampDate(label="Entrée dans le logement le")
    convention = forms.ChoiceField(label="Dans le cadre de", required=False)
    est_relogement = forms.BooleanField(label="C’est un relogement", required=False)
    loyer = ChampMontant(label="Loyer mensuel (€)", required=False)
    charges = ChampMontant(label="Charges mensuelles (€)", required=False)
    motif = forms.CharField(
        label="Pourquoi cette correction", max_length=300, help_text="Inscrit au parcours."
    )

    def __init__(self, *args: Any, conventions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["convention"].choices = [  # type: ignore[attr-defined]
            ("", "Hors convention"),
            *conventions,
        ]

    def to_correction(self) -> CorrectionEntree:
        d = self.cleaned_data
        return CorrectionEntree(
            nature=d["nature"],
            date_signature=d["date_signature"],
            entree_le=d["entree_le"],
            convention_id=int(d["convention"]) if d["convention"] else None,
            est_relogement=d["est_relogement"],
            loyer=d["loyer"],
            charges=d["charges"],
        )
