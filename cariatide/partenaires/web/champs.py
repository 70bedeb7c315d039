"""A form field for a set of communes: names, codes, or a whole grouping, one a line."""

import re
from typing import Any

from django import forms

from cariatide.socle.normalisation import normalise
from cariatide.territoire.models import Arrondissement, Commune, Epci
from cariatide.territoire.queries import (
    CommuneInconnue,
    CommunesAmbigues,
    communes_of,
    resolve_commune,
)

_ARRONDISSEMENT = re.compile(r"^arrondissement\s+(?:de\s+|du\s+|d\s+|des\s+)?(.+)$")


class ChampCommunes(forms.CharField):
    """Cleans to the ids of current communes, without doubles, in the order they were typed."""

    widget = forms.Textarea(attrs={"rows": 8})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20_000)
        kwargs.setdefault(
            "help_text",
            "Une par ligne : nom, code INSEE ou code postal d’une commune, nom ou SIREN d’une "
            "intercommunalité, ou « arrondissement d’Avesnes-sur-Helpe ».",
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[int]:
        texte = super().clean(value)
        found: dict[int, None] = {}
        refusees: list[forms.ValidationError] = []
        for ligne in re.split(r"[\n;]+", texte):
            if not ligne.strip():
                continue
            try:
                found.update(dict.fromkeys(c.pk for c in resolve_ensemble(ligne.strip())))
            except forms.ValidationError as erreur:
                refusees.append(erreur)
        if refusees:
            raise forms.ValidationError([e.messages[0] for e in refusees[:10]])
        return list(found)


def resolve_ensemble(texte: str) -> list[Commune]:
    """The communes that one line names; raises ValidationError in words."""
    groupe = _find_groupe(normalise(texte))
    if groupe is not None:
        return list(communes_of(groupe))
    try:
        found = resolve_commune(texte)
    except CommuneInconnue as erreur:
        raise forms.ValidationError(erreur.message, code="inconnue") from erreur
    if isinstance(found, CommunesAmbigues):
        raise forms.ValidationError(f"{texte} : {found.avertissement}", code="ambigue")
    return [found.commune]


def _find_groupe(plain: str) -> Epci | Arrondissement | None:
    """An EPCI by SIREN or exact name, an arrondissement said as one."""
    chiffres = plain.replace(" ", "")
    if chiffres.isdigit() and len(chiffres) == 9:
        return Epci.objects.filter(code=chiffres, en_vigueur=True).first()
    nomme = _ARRONDISSEMENT.match(plain)
    if nomme:
        return _only(Arrondissement.objects.all(), nomme.group(1))
    return _only(Epci.objects.filter(en_vigueur=True), plain)


def _only(rows: Any, plain: str) -> Any:
    same = [r for r in rows if normalise(r.nom) == plain]
    return same[0] if len(same) == 1 else None
