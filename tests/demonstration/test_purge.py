"""Every file of the demonstration made anonymous: nobody is named anywhere, no indicator moves."""

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from cariatide.journal.caviardage import redact
from cariatide.journal.models import Chaine
from cariatide.journal.scelle import seal_all, verify
from cariatide.menages.actions import count_purge, put_away, wipe
from cariatide.menages.effacement import EFFACE
from cariatide.menages.models import Domicile, Menage, Personne
from cariatide.parc.models import Logement
from cariatide.socle.indicateurs import COLONNES, indicateurs
from tests.demonstration.conftest import annulee, en_systeme
from tests.distribution import JOUR

RAISON = "essai de purge"
# What a row of facts may not keep: the words that name a case.
_MOTS = {"libelle"}
SPECIMEN = 12


def faits() -> dict[str, list[Any]]:
    """Every fact of every indicator of the register, its words aside."""
    photo = {}
    with connection.cursor() as cursor:
        for code, indicateur in indicateurs.items():
            requete = indicateur.faits(date(2015, 1, 1), JOUR)
            cursor.execute(requete.sql, list(requete.params))
            gardes = [i for i, nom in enumerate(COLONNES) if nom not in _MOTS]
            photo[code] = sorted(
                (tuple(row[i] for i in gardes) for row in cursor.fetchall()), key=repr
            )
    return photo


def secrets(menage_ids: list[int]) -> set[str]:
    """Words that name these people, long enough to be nobody else's."""
    found: set[str] = set()
    personnes = Personne.objects.unscoped(reason=RAISON).filter(
        appartenances__menage_id__in=menage_ids
    )
    for p in personnes:
        found |= {f"{p.prenom} {p.nom}", p.telephone, p.courriel, p.numero_allocataire}
    for m in Menage.objects.unscoped(reason=RAISON).filter(pk__in=menage_ids):
        found |= {m.reference, m.telephone, m.courriel}
    for d in Domicile.objects.unscoped(reason=RAISON).filter(menage_id__in=menage_ids):
        found.add(d.adresse)
    # Free texts: the start of each, as it stands in the base.
    for label, champ in (
        ("demandes.SaisineSociale", "expose"), ("mesures.InterventionNote", "texte"),
        ("mesures.BilanContenu", "conclusion"), ("commission.Decision", "motif"),
    ):  # fmt: skip
        rows = apps.get_model(label)._base_manager.order_by("pk").values_list(champ, flat=True)
        found |= {texte[:60] for texte in rows[:40]}
    return {mot for mot in found if len(mot) >= 8 and mot != EFFACE}


def where(mots: set[str]) -> dict[str, list[str]]:
    """Table.column → the words found there; every column of every table, encrypted ones opened."""
    found: dict[str, list[str]] = {}
    for modele in apps.get_models():
        if not modele._meta.managed or not modele.__module__.startswith("cariatide"):
            continue
        for champ in modele._meta.concrete_fields:
            if champ.get_internal_type() not in {
                "CharField", "TextField", "JSONField", "EmailField", "TexteChiffre", "JSONChiffre",
            }:  # fmt: skip
                continue
            rows = modele._base_manager.order_by("pk").values_list(champ.attname, flat=True)
            tas = "\n".join(str(valeur) for valeur in rows if valeur)
            if vus := sorted(mot for mot in mots if mot in tas):
                found[f"{modele._meta.label}.{champ.name}"] = vus
    return found


@pytest.fixture(scope="module")
def purgee(demonstration: None) -> Any:
    """All the households of the demonstration, purged, in a savepoint."""
    with annulee(), en_systeme() as perimetre:
        menage_ids = list(
            Menage.objects.unscoped(reason=RAISON).order_by("pk").values_list("pk", flat=True)
        )
        avant, mots, apercu = faits(), secrets(menage_ids), count_purge(menage_ids)
        presents = where(mots)
        seal_all()
        put_away(perimetre=perimetre, menage_ids=menage_ids)
        bilan = wipe(perimetre=perimetre, menage_ids=menage_ids)
        bilan |= redact(perimetre=perimetre, menage_ids=menage_ids)
        seal_all()
        yield {"avant": avant, "mots": mots, "presents": presents, "bilan": bilan,
               "apercu": apercu}  # fmt: skip


def test_chaque_indicateur_garde_chaque_fait(purgee: Any) -> None:
    assert {"C-I1", "C-I2", "C-I3a", "C-I3b", "C-I4", "C-I4a", "C-I4b"} <= set(purgee["avant"])
    assert sum(len(rows) for rows in purgee["avant"].values()) > 25
    apres = faits()
    for code, rows in purgee["avant"].items():
        assert apres[code] == rows, code


def test_aucun_mot_ne_reste(purgee: Any) -> None:
    assert len(purgee["mots"]) > 100
    assert {
        "menages.Menage.reference",
        "menages.Domicile.adresse",
        "journal.Evenement.libelle",
    } <= (set(purgee["presents"]))
    # A home of the stock keeps its address: it was offered before, and will be after.
    parc = set(Logement.objects.unscoped(reason=RAISON).values_list("adresse", flat=True))
    assert where(purgee["mots"] - parc) == {}
    assert EFFACE in parc


def test_le_journal_se_verifie(purgee: Any) -> None:
    with connection.cursor() as cursor:
        assert [str(r) for chaine in Chaine if (r := verify(cursor, chaine))] == []
    assert purgee["bilan"]["journal.actes"] > 100


def test_l_apercu_disait_ce_qui_est_parti(purgee: Any) -> None:
    """The preview counts what the purge touches; notices and delays go from the archive on."""
    assert purgee["apercu"]["menages.Personne"] == purgee["bilan"]["menages.Personne"]
    for label in ("demandes.Saisine", "mesures.Mesure", "documents.DocumentEmis"):
        assert purgee["apercu"][label] == purgee["bilan"][label], label
