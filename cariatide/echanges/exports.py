"""One page before a file leaves: columns, format, what for; the journal is written first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cariatide.echanges.actions import record_export
from cariatide.echanges.outils import read_requete
from cariatide.echanges.queries import find_choix
from cariatide.socle.erreurs import ErreurMetier, Introuvable
from cariatide.socle.pages.exports import FORMATS, choose_colonnes
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne


@dataclass(frozen=True)
class Fichier:
    """What may leave as a file.

    nom: under which the choice of columns is remembered. libelle: what the journal calls it.
    retour: the page it is taken from. send: writes the chosen columns in a format.
    menage_id: the household that every row is about, if there is one.
    """

    nom: str
    libelle: str
    niveau: Niveau
    colonnes: Sequence[Colonne]
    retour: str
    send: Callable[[Sequence[Colonne], str], HttpResponseBase]
    menage_id: int | None = None

    @property
    def is_personnel(self) -> bool:
        """Its rows are about people: whoever takes it says what for."""
        return self.niveau >= Niveau.FACTUEL


class FormulaireExport(Formulaire):
    """Columns, format, and what for when the list is about people."""

    colonnes = forms.MultipleChoiceField(
        label="Colonnes",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une colonne."},
    )
    format = forms.ChoiceField(
        label="Format",
        choices=[
            ("csv", "CSV, pour un autre logiciel"),
            ("xlsx", "XLSX, pour Excel"),
            ("ods", "ODS, pour LibreOffice"),
        ],
    )
    finalite = forms.CharField(
        label="À quoi servira ce fichier ?",
        max_length=300,
        help_text="Gardé au journal des consultations avec votre nom.",
    )

    def __init__(self, *args: Any, fichier: Fichier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = [(c.code, c.libelle) for c in fichier.colonnes]
        self.fields["colonnes"].choices = choix  # type: ignore[attr-defined]
        if not fichier.is_personnel:
            del self.fields["finalite"]


def run_export(request: HttpRequest, fichier: Fichier) -> HttpResponseBase:
    """The page on GET; on POST the file, once the journal holds who took it and what for."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    choix = find_choix(perimetre, fichier.nom)
    every = [c.code for c in fichier.colonnes]
    kept = [c for c in (choix.colonnes if choix else []) if c in every]
    initial = {"colonnes": kept or every, "format": choix.format if choix else FORMATS[1]}
    form = bind(FormulaireExport, request, fichier=fichier, initial=initial)
    if request.method == "POST":
        if form.is_valid():
            try:
                return _send(request, fichier, form.cleaned_data)
            except Introuvable:
                raise  # nothing leaves: what the journal was told of it is undone with the page
            except ErreurMetier as erreur:
                form.add_erreur_metier(erreur)
        form.mark_errors()
    statut = 422 if request.method == "POST" else 200
    contexte = {"form": form, "fichier": fichier}
    return rend(request, "echanges/exporter.html", contexte, statut=statut)


def _send(request: HttpRequest, fichier: Fichier, valeurs: dict[str, Any]) -> HttpResponseBase:
    colonnes = choose_colonnes(fichier.colonnes, valeurs["colonnes"])
    record_export(
        perimetre=request.perimetre,  # type: ignore[attr-defined]
        liste=fichier.nom,
        libelle=fichier.libelle,
        niveau=fichier.niveau,
        finalite=valeurs.get("finalite", ""),
        format_=valeurs["format"],
        colonnes=[c.code for c in colonnes],
        requete=read_requete(request),
        menage_id=fichier.menage_id,
    )
    return fichier.send(colonnes, valeurs["format"])
