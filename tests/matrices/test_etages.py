"""Floors: keys point downwards only, and every key to a household is covered by a port.

import-linter sees imports; `ForeignKey("app.Modele")` is a text that it cannot see.
"""

import tomllib
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import Field, Model

from cariatide.menages.models import Menage
from cariatide.menages.ports import rattachables
from tests.bases import ROOT


def read_etages() -> dict[str, int]:
    """App label → height, from the contract of pyproject.toml: one list for both checks."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contrats = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    couches = next(c["layers"] for c in contrats if c["id"] == "etages")
    return {
        app.strip(" ()"): hauteur
        for hauteur, ligne in enumerate(reversed(couches))
        for app in ligne.split("|")
    }


ETAGES = read_etages()


def list_modeles() -> list[type[Model]]:
    """Models of the product, the automatic ones of many-to-many links included."""
    return [
        m
        for config in apps.get_app_configs()
        if config.name.startswith("cariatide.")
        for m in config.get_models(include_auto_created=True)
    ]


def list_cles(modele: type[Model]) -> Iterator[tuple[Field, type[Model]]]:
    """Keys of a model towards another model of the product."""
    for field in modele._meta.get_fields():
        cible = getattr(field, "related_model", None)
        if (
            isinstance(field, Field)
            and isinstance(cible, type)
            and cible.__module__.startswith("cariatide.")
        ):
            yield field, cible


def test_chaque_app_a_son_etage() -> None:
    labels = {m._meta.app_label for m in list_modeles()}
    assert labels <= ETAGES.keys(), f"sans étage : {sorted(labels - ETAGES.keys())}"


@pytest.mark.parametrize("modele", list_modeles(), ids=lambda m: m._meta.label)
def test_les_cles_descendent(modele: type[Model]) -> None:
    ici = modele._meta.app_label
    montent = [
        f"{modele._meta.label}.{field.name} → {cible._meta.label}"
        for field, cible in list_cles(modele)
        if cible._meta.app_label != ici and ETAGES[cible._meta.app_label] >= ETAGES[ici]
    ]
    assert not montent, "clés vers le haut ou vers un voisin : " + ", ".join(montent)


def test_les_voisins_partagent_un_etage() -> None:
    assert ETAGES["echeances"] == ETAGES["courriers"]
    assert ETAGES["socle"] < ETAGES["partenaires"] < ETAGES["menages"] < ETAGES["demandes"]


def test_tout_ce_qui_pend_a_un_menage_est_couvert() -> None:
    """Merge, split and purge know it; those of `menages` itself are its own acts' business."""
    pendus = {
        m._meta.label
        for m in list_modeles()
        if m._meta.app_label != "menages" and not m._meta.auto_created
        for _, cible in list_cles(m)
        if cible is Menage
    }
    assert pendus, "the matrix reads nothing"
    couverts = {label for port in rattachables for label in port.modeles}
    assert not pendus - couverts, f"sans port : {sorted(pendus - couverts)}"


def test_les_ports_nomment_des_modeles_qui_existent() -> None:
    labels = {m._meta.label for m in list_modeles()}
    for code, port in rattachables.items():
        assert port.modeles <= labels, (code, sorted(port.modeles - labels))
        for label in port.modeles:
            champs = {f.name for f in apps.get_model(label)._meta.get_fields()}
            assert champs & {"menage", "menage_id"}, label
