"""Forms of sharings: the filters, the recipient, what is shared and why."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cariatide.bareme.statuts import Confiance
from cariatide.conformite.models import BaseLegale
from cariatide.conformite.ports import Item
from cariatide.conformite.queries import list_bases, list_gens, list_organisations_destinataires
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.socle.perimetre import Perimetre


class FiltresPartages(Formulaire):
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "En cours"), ("termines", "Terminés ou arrêtés"), ("tous", "Tous")],
    )
    menage = forms.CharField(label="Référence du ménage", required=False, max_length=20)


class FiltresRecus(Formulaire):
    pass


class FormulaireDestinataire(Formulaire):
    organisation = forms.ChoiceField(
        label="Organisation destinataire",
        help_text="Une organisation où quelqu’un ouvre des dossiers. La vôtre lit par ses mandats.",
    )

    def __init__(self, *args: Any, perimetre: Perimetre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list_organisations_destinataires(perimetre)
        self.fields["organisation"].choices = [  # type: ignore[attr-defined]
            ("", "À choisir"), *((str(o.pk), str(o)) for o in rows)
        ]  # fmt: skip


class FormulairePartage(Formulaire):
    """The elements offered are those that the person may share today."""

    utilisateur = forms.ChoiceField(
        label="Personne",
        required=False,
        help_text="De préférence quelqu’un : sinon, tous ceux de l’organisation dont le rôle lit "
        "ce niveau.",
    )
    codes = forms.MultipleChoiceField(
        label="Ce qui est partagé",
        widget=forms.CheckboxSelectMultiple,
        help_text="Le strictement nécessaire. Le destinataire lira une copie d’aujourd’hui, et "
        "rien d’autre du dossier.",
    )
    finalite = forms.CharField(
        label="Finalité",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="À quoi cela servira, en une phrase. Le destinataire la lit.",
    )
    base = forms.ChoiceField(label="Base légale")
    accord_le = ChampDate(label="Accord de la personne donné le", required=False)
    accord_comment = forms.CharField(
        label="Accord donné comment",
        required=False,
        max_length=300,
        help_text="Seulement quand la base légale est l’accord de la personne.",
    )
    au = ChampDate(label="Jusqu’au")
    informe_le = ChampDate(label="Ménage informé le")
    informe_comment = forms.CharField(
        label="Ménage informé comment",
        max_length=300,
        help_text="En entretien, par courrier, avec quel document.",
    )

    def __init__(
        self,
        *args: Any,
        perimetre: Perimetre,
        organisation_id: int,
        items: Sequence[Item],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        gens = list_gens(perimetre.jour, organisation_id)
        choices = {
            "utilisateur": [("", "Toute l’organisation"), *((str(u.pk), str(u)) for u in gens)],
            "codes": [(i.code, _label_item(i)) for i in items],
            "base": [("", "À choisir"),
                     *((str(b.pk), _label_base(b)) for b in list_bases(perimetre.jour))],
        }  # fmt: skip
        self.fields["base"].help_text = " ".join(
            f"{b.libelle} : {b.portee}" for b in list_bases(perimetre.jour)
        )
        for nom, valeurs in choices.items():
            self.fields[nom].choices = valeurs  # type: ignore[attr-defined]


def _label_item(item: Item) -> str:
    titre = item.titre if item.titre.startswith(item.section) else f"{item.section} : {item.titre}"
    return f"{titre} (niveau {item.niveau.libelle.lower()})"


def _label_base(base: BaseLegale) -> str:
    doute = " (à vérifier)" if base.confiance == Confiance.A_VERIFIER else ""
    return f"{base.libelle}, {base.source}{doute}"


class FormulaireArret(Formulaire):
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Le destinataire et ceux qui suivent le ménage le liront.",
    )
