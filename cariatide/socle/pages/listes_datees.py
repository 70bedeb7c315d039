"""Pages of a dated list: its lines are added, corrected and ended by the forms declared here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.socle.pages.actes import ActeSimple, Fait, run_acte
from cariatide.socle.pages.formulaires import ChampDate, Formulaire, bind
from cariatide.socle.pages.routes import route

AIDE_CODE = "En minuscules sans accent : « sortie_hebergement ». Il ne change plus."
AIDE_ORDRE = "Les plus petits rangs viennent d’abord."


class FormulaireLigne(Formulaire):
    libelle = forms.CharField(label="Libellé", max_length=120)
    ordre = forms.IntegerField(
        label="Rang", min_value=0, max_value=9999, initial=100, help_text=AIDE_ORDRE
    )
    source = forms.CharField(
        label="Source", required=False, max_length=200,
        help_text="La décision ou le texte qui retient ce motif.",
    )  # fmt: skip


class FormulaireLigneNouvelle(FormulaireLigne):
    code = forms.CharField(label="Code", max_length=32, help_text=AIDE_CODE)
    du = ChampDate(label="Proposé à partir du")
    field_order = ("libelle", "code", "du", "ordre", "source")


class FormulaireDernierJour(Formulaire):
    au = ChampDate(label="Dernier jour")


@dataclass(frozen=True)
class PagesDeListe:
    """The acts of a list that `retour` shows; `surtitre` says what its line is, "" for none."""

    roles: Iterable[str]
    retour: str
    titre: str
    surtitre: Callable[[Any], str]

    def vue(
        self,
        acte: ActeSimple,
        cle: str = "",
        find: Callable[[int], Any] | None = None,
        initial: tuple[str, ...] = (),
    ) -> Callable[..., HttpResponse]:
        """The page of an act on the list, or on its line that `cle` names in the address.

        `{}` in the title is the label of the line; `initial`, the fields that start as recorded.
        """

        @route(*self.roles)
        def vue(request: HttpRequest, **ids: int) -> HttpResponse:
            perimetre = request.perimetre  # type: ignore[attr-defined]
            objet = find(ids[cle]) if find else None
            valeurs = {champ: getattr(objet, champ) for champ in initial}
            form = bind(acte.formulaire, request, initial={acte.jour: perimetre.jour, **valeurs})

            def envoi(form: Formulaire) -> Fait:
                acte.action(perimetre=perimetre, **ids, **form.cleaned_data)
                return Fait(acte.fait)

            retour = reverse(self.retour)
            surtitre = self.surtitre(objet) if objet is not None else ""
            page = acte.page(retour, surtitre=surtitre, fil=[(self.titre, retour)])
            titre = acte.titre.format(objet.libelle if objet is not None else "")
            return run_acte(request, form, replace(page, titre=titre), envoi)

        return vue
