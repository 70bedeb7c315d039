"""Closed by default: whatever hangs from a household says what becomes of it at the purge."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from cariatide.menages.actions.conservation import _PERSONNE, EFFACEMENTS
from cariatide.menages.effacement import Effacement, empty_value
from cariatide.menages.models import Menage, Personne
from cariatide.menages.ports import rattachables

# Written by wipe itself, field by field; links go with the archive.
A_LA_MAIN = {
    "menages.Menage", "menages.Personne", "menages.Appartenance", "menages.Rattachement",
}  # fmt: skip
# Sealed rows: erased by the database's own function (journal.caviardage), plain ids.
JOURNAL = {"journal.Evenement", "journal.Consultation", "journal.Livraison"}
TEXTES = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


def declared() -> dict[str, Effacement]:
    every = [*EFFACEMENTS, *(e for port in rattachables for e in port.effacements)]
    assert len({e.modele for e in every}) == len(every), "said twice"
    return {e.modele: e for e in every}


def hanging() -> set[str]:
    """Models that lead to a household or a person by keys, or name one by a plain column."""
    found: set[type[models.Model]] = {Menage, Personne}
    grown = True
    while grown:
        grown = False
        for modele in apps.get_models():
            if modele in found or not modele.__module__.startswith("cariatide"):
                continue
            noms = {f.attname for f in modele._meta.concrete_fields}
            keys = {f.related_model for f in modele._meta.concrete_fields if f.is_relation}
            if keys & found or "menage_id" in noms:
                found.add(modele)
                grown = True
    return {modele._meta.label for modele in found}


def test_rien_n_echappe_a_la_purge() -> None:
    assert hanging() - set(declared()) - A_LA_MAIN - JOURNAL == set()


@pytest.mark.parametrize("label", sorted(declared()))
def test_chaque_texte_garde_est_nomme(label: str) -> None:
    effacement = declared()[label]
    modele = apps.get_model(label)
    assert not effacement.supprime or not (effacement.efface or effacement.garde)
    if effacement.supprime:
        return
    dits = {*effacement.efface, *effacement.garde, *effacement.references}
    textes = {
        champ.name
        for champ in modele._meta.concrete_fields
        if isinstance(champ, TEXTES) and not champ.choices and not champ.generated
    }
    assert textes - dits == set(), f"{label} : effacer, ou dire que ces textes ne nomment personne"
    noms = {champ.name for champ in modele._meta.concrete_fields}
    assert {nom.removesuffix("_id") for nom in dits} <= {nom.removesuffix("_id") for nom in noms}
    for nom in effacement.efface:
        empty_value(modele, nom)


def test_une_personne_perd_tout_ce_qui_la_nomme() -> None:
    gardes = {"id", "version", "telephone_cle", "courriel_cle"}
    assert {f.name for f in Personne._meta.concrete_fields} - gardes == set(_PERSONNE)


def test_un_port_oublie_serait_vu(monkeypatch: Any) -> None:
    """The test above can fail: without one port, its models are named."""
    port = rattachables.get("demandes")
    monkeypatch.setattr(port, "effacements", ())
    assert "demandes.Saisine" in hanging() - set(declared())
