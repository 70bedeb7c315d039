"""Forms of sharings: the filters, the recipient, what is shared and why."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cariatide.bareme.statuts import Confiance
from cariatide.conformite.models import BaseLegale
from cariatide.conformite.ports import Item
from cariatide.conformite.queries import list_bases, list_gens, list_organisations_destinataires
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.socle.perimetre import Niveau, Perimetre


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
    base = forms.ChoiceField(
        label="Base légale", help_text="Le texte qui permet ce partage, ou l’accord de la personne."
    )
    accord_le = ChampDate(
        label="Accord de la personne donné le",
        required=False,
        help_text="Seulement quand la base légale est l’accord de la personne.",
    )
    accord_comment = forms.CharField(
        label="Accord donné comment",
        required=False,
        max_length=300,
        help_text="Par écrit, en entretien, avec qui.",
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
            "codes": _group_items(items),
            "base": [("", "À choisir"),
                     *((str(b.pk), _label_base(b)) for b in list_bases(perimetre.jour))],
        }  # fmt: skip
        for nom, valeurs in choices.items():
            self.fields[nom].choices = valeurs  # type: ignore[attr-defined]
        for nom in ("utilisateur", "accord_le", "accord_comment"):
            # Nothing to choose is a choice too; their help says when the others are needed.
            self.fields[nom].sans_mention = True  # type: ignore[attr-defined]


def _group_items(items: Sequence[Item]) -> list[tuple[str, list[tuple[str, str]]]]:
    """By part of the file, in the order given; only what is not factual says its level."""
    groupes: dict[str, list[tuple[str, str]]] = {}
    for i in items:
        niveau = f" (niveau {i.niveau.libelle.lower()})" if i.niveau > Niveau.FACTUEL else ""
        groupes.setdefault(i.section, []).append((i.code, f"{i.titre}{niveau}"))
    return list(groupes.items())


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
