"""Forms of the register: its filters, a version of a record, the reason of a closure."""

from typing import Any

from django import forms

from cariatide.bareme.fichiers import load_baremes
from cariatide.conformite.models import VersionTraitement
from cariatide.conformite.statuts import AnalyseDImpact
from cariatide.socle.pages.formulaires import ChampDate, Formulaire

_DUREES = ("rgpd.conservation", "rgpd.archive")  # the codes that say how long
_AIDES = {
    "base_legale": "Le texte, et l’article du RGPD sur lequel repose le traitement.",
    "personnes": "De qui les données parlent.",
    "donnees": "Par niveau : factuel, social, confidentiel.",
    "destinataires": "Qui les lit, à quel titre.",
    "conservation": "Ce que la durée du barème ne dit pas : archive, destruction, exceptions.",
    "transferts": "Écrivez « Aucun » quand il n’y en a pas.",
    "conjoints": "Écrivez « Aucun » quand il n’y en a pas.",
}


class FiltresRegistre(Formulaire):
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            ("", "En vigueur"),
            ("a_completer", "À compléter"),
            ("a_revoir", "À revoir"),
            ("clos", "Clos"),
        ],
    )
    q = forms.CharField(label="Nom du traitement", required=False, max_length=100)


def _texte(nom: str, lignes: int = 3) -> forms.CharField:
    libelle = str(VersionTraitement._meta.get_field(nom).verbose_name)  # type: ignore[union-attr]
    return forms.CharField(
        label=libelle[:1].upper() + libelle[1:],
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": lignes}),
        help_text=_AIDES.get(nom, ""),
    )


def _count_rows(texte: str) -> int:
    """The lines that a text takes in its field."""
    return sum(1 + len(ligne) // 80 for ligne in texte.splitlines())


class FormulaireTraitement(Formulaire):
    """The fields bear the names of those of a version; what stays empty is « à compléter »."""

    nom = forms.CharField(label="Nom du traitement", max_length=160)
    finalite = _texte("finalite")
    base_legale = _texte("base_legale")
    personnes = _texte("personnes", 2)
    donnees = _texte("donnees", 6)
    destinataires = _texte("destinataires", 6)
    conservation_code = forms.ChoiceField(label="Durée du barème", required=False)
    conservation = _texte("conservation", 2)
    securite = _texte("securite", 6)
    transferts = _texte("transferts", 2)
    responsable = _texte("responsable", 2)
    conjoints = _texte("conjoints", 2)
    contact_dpo = _texte("contact_dpo", 2)
    aipd = forms.ChoiceField(
        label="Analyse d’impact (AIPD)",
        required=False,
        choices=[("", "À compléter"), *AnalyseDImpact.choices],
    )
    aipd_le = ChampDate(label="Date de l’analyse, ou de la décision", required=False)
    motif = forms.CharField(
        label="Motif de cette version",
        max_length=300,
        help_text="Ce qui change et pourquoi. Les versions précédentes restent lisibles.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom, champ in self.fields.items():
            # What stays empty is not optional: the register says « à compléter ».
            champ.sans_mention = True  # type: ignore[attr-defined]
            if isinstance(champ.widget, forms.Textarea):
                rows = _count_rows(str(self.get_initial_for_field(champ, nom) or ""))
                champ.widget.attrs["rows"] = max(champ.widget.attrs["rows"], min(rows, 16))
        durees = [
            (p.code, f"{p.libelle} ({p.regle})")
            for p in sorted(load_baremes().values(), key=lambda p: p.libelle)
            if p.code.startswith(_DUREES)
        ]
        self.fields["conservation_code"].choices = [  # type: ignore[attr-defined]
            ("", "Aucune"), *durees
        ]  # fmt: skip


class FormulaireCloture(Formulaire):
    motif = forms.CharField(
        label="Motif", max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Pourquoi ce traitement prend fin. Il reste au registre.",
    )  # fmt: skip
