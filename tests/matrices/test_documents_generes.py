"""docs/acces.md, actes.md and cycles are those of the code; the command says what to run if not."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cariatide.partenaires.statuts import Role
from cariatide.socle.cycles import cycles
from cariatide.web.documentation import (
    ABREGES,
    build_acces,
    build_actes,
    build_documents,
    list_levees,
    list_nus,
    list_routes,
)
from cariatide.web.management.commands import docs_generes
from tests.bases import ROOT

LEVEES_MAX = 57  # 38 and 21 of the plain manager, which were not counted until then


def test_tous_les_roles_ont_une_colonne() -> None:
    assert set(ABREGES) == set(Role)
    assert len(set(ABREGES.values())) == len(Role)


def test_ecrit_puis_compare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = build_documents()  # once: somebody may be editing the code meanwhile
    monkeypatch.setattr(docs_generes, "build_documents", lambda: documents)
    call_command("docs_generes", dossier=tmp_path)
    call_command("docs_generes", check=True, dossier=tmp_path)
    assert (tmp_path / "cycles" / "mesure.mmd").read_text().startswith("stateDiagram-v2")
    (tmp_path / "acces.md").write_text("autre chose")
    (tmp_path / "cycles" / "disparu.mmd").write_text("x")
    with pytest.raises(CommandError, match=r"acces\.md, cycles/disparu\.mmd"):
        call_command("docs_generes", check=True, dossier=tmp_path)
    call_command("docs_generes", dossier=tmp_path)
    assert not (tmp_path / "cycles" / "disparu.mmd").exists()


def test_les_leves_de_portee_ont_un_motif(tmp_path: Path) -> None:
    levees = list_levees(ROOT)
    assert levees
    assert not [x for x in levees if x.motif == "sans motif" or len(x.motif) < 8]
    source = tmp_path / "cariatide" / "essai.py"
    source.parent.mkdir()
    source.write_text(
        'MOTIF = "une raison écrite"\n\n'
        "a = M.objects.unscoped(reason=MOTIF)\nb = M.objects.unscoped()\n"
        'c = lift_scope("app.M", reason="un motif")\nd = M._base_manager.filter(pk=1)\n'
    )
    assert [(x.fichier, x.ligne, x.motif) for x in list_levees(tmp_path)] == [
        ("cariatide/essai.py", 3, "une raison écrite"),
        ("cariatide/essai.py", 4, "sans motif"),
        ("cariatide/essai.py", 5, "un motif"),
    ]
    assert list_nus(tmp_path) == ["cariatide/essai.py:6"]


def test_aucune_requete_ne_passe_a_cote_de_la_liste() -> None:
    """The manager of Django asks for no perimeter and gives no reason: `lift_scope` does."""
    assert list_nus(ROOT) == []


def test_leur_nombre_ne_fait_que_baisser() -> None:
    """A query outside the perimeter is a way round the first lock: lower this, never raise it."""
    assert len(list_levees(ROOT)) <= LEVEES_MAX


def test_contenu() -> None:
    acces = build_documents()["acces.md"]
    assert "partenaires:equipe" in acces and "Requêtes hors périmètre" in acces


def test_la_page_dit_qui_ouvre_chaque_adresse() -> None:
    """A route opened or closed to a role is a decision: the page is changed with it."""
    written = (ROOT / "docs" / "acces.md").read_text(encoding="utf-8")
    adresses = build_acces(list_routes(), []).partition("## Requêtes hors périmètre")[0]
    assert len(adresses.splitlines()) > 200
    assert written.startswith(adresses)


def test_la_page_dit_qui_fait_chaque_acte() -> None:
    """Roles, organisation and guards of an act: what opens one more changes the page."""
    written = (ROOT / "docs" / "actes.md").read_text(encoding="utf-8")
    actes = build_actes([cycle for _, cycle in sorted(cycles.items())])
    assert len(actes.splitlines()) > 100
    assert written == actes
