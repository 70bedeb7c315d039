"""The PDF engine: accessible and archivable files, same bytes, text never read as markup."""

import dataclasses
import hashlib
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cariatide.documents import moteur
from cariatide.documents.contextes import accompagnement, base
from cariatide.documents.couverture import (
    INCONNU,
    is_couvert,
    to_imprimable,
    to_latin,
    to_sans_marques,
)
from cariatide.documents.modeles import Modele, find_modele, list_modeles, register_modele
from cariatide.documents.moteur import DocumentImpossible, canonical_json, render_pdf, to_donnees
from cariatide.socle.perimetre import Niveau
from tests.documents import exemples
from tests.documents.conformite import assert_conforme
from tests.documents.exemples import EXEMPLES
from tests.documents.lecture_pdf import compact, read_text

HOSTILES = {
    "markup": '#read("/etc/passwd") #import "x.typ": * $x^2$ *gras* _it_ = Titre @ref <lab> \\ `c`',
    "json": '"},{"a":"b\\"\\u0000 \\n \\\\',
    "html": "<script>alert(1)</script> &amp; {{ 7*7 }} {% raw %}",
    "rtl": "שלום עולם مرحبا بالعالم",
    "emoji": "Famille 👩‍👩‍👧 🇫🇷 😀 très 日本",
    "controle": "a\x00b\x07c\u202ed\ufeffe\ue000f\ud800g",
    "combine": "e\u0301\u0651 Z\u0335\u0336\u0489 ﷽ ₿",
    "long": "A" * 1_500,
    "phrases": "Une phrase ordinaire, sans rien de particulier. " * 30,
}


def replace_texts(valeur: Any, texte: str) -> Any:
    """The same context with that text in every text field."""
    if isinstance(valeur, str):
        return texte
    if isinstance(valeur, tuple):
        return tuple(replace_texts(v, texte) for v in valeur)
    if dataclasses.is_dataclass(valeur) and not isinstance(valeur, type):
        champs = {f.name: getattr(valeur, f.name) for f in dataclasses.fields(valeur)}
        return dataclasses.replace(
            valeur, **{nom: replace_texts(v, texte) for nom, v in champs.items()}
        )
    return valeur


def empty_optionals(contexte: Any) -> Any:
    """The same context without what a person may leave out."""
    vides = {}
    for champ in dataclasses.fields(contexte):
        if champ.default is not dataclasses.MISSING:
            vides[champ.name] = champ.default
        elif isinstance(getattr(contexte, champ.name), tuple):
            vides[champ.name] = ()
    return dataclasses.replace(contexte, **vides)


def test_every_template_has_an_example() -> None:
    assert set(list_modeles()) == set(EXEMPLES), "un modèle sans exemple n’est jugé par personne"
    assert {m.chemin for m in list_modeles().values() if m.chemin.startswith("documents/")} == {
        f"documents/typst/{code}.typ" for code in EXEMPLES
    }


@pytest.mark.parametrize("code", EXEMPLES)
def test_template_is_accessible_and_archivable(code: str) -> None:
    modele = find_modele(code)
    pdf = modele.render(EXEMPLES[code]())
    assert_conforme(pdf)
    lu = compact(read_text(pdf))
    assert compact("Habitat Solidaire du Val d’Aubre") in lu
    assert compact("DOC-2026-00123") in lu
    assert f">{modele.libelle}</rdf:li>".encode() in pdf  # the title that a reader announces
    assert b"<dc:language><rdf:Bag><rdf:li>fr" in pdf.replace(b"\n", b"")


@pytest.mark.parametrize("code", EXEMPLES)
def test_template_without_its_optional_parts(code: str) -> None:
    contexte = empty_optionals(EXEMPLES[code]())
    assert_conforme(find_modele(code).render(contexte))


@pytest.mark.parametrize("code", EXEMPLES)
@pytest.mark.parametrize("cas", HOSTILES)
def test_hostile_text_stays_text(code: str, cas: str) -> None:
    """In every text field at once; the long ones make some thirty pages."""
    texte = HOSTILES[cas]
    contexte = replace_texts(EXEMPLES[code](), texte)
    pdf = find_modele(code).render(contexte, titre=texte[:200])
    assert_conforme(pdf)
    lu = compact(read_text(pdf))
    assert "root:" not in lu
    if cas in ("markup", "html", "long", "phrases"):
        assert compact(texte) in lu


@pytest.mark.parametrize("texte", ["A" * 10_000, "Une phrase assez ordinaire. " * 360])
@pytest.mark.parametrize("code", EXEMPLES)
def test_ten_thousand_characters_in_one_field(code: str, texte: str) -> None:
    contexte = EXEMPLES[code]()
    longs = {
        champ.name: texte
        for champ in dataclasses.fields(contexte)
        if isinstance(getattr(contexte, champ.name), str) and champ.name not in ("reference",)
    }
    for nom in sorted(longs)[-3:]:
        pdf = find_modele(code).render(dataclasses.replace(contexte, **{nom: texte}))
        signe = compact(texte[:25])  # footers come between pages: count, do not search whole
        lu = compact(read_text(pdf))
        assert lu.count(signe) >= compact(texte).count(signe) - 20, nom


def test_a_document_without_end_is_refused() -> None:
    paragraphes = ("Une phrase assez ordinaire. " * 3_000,) * 5
    with pytest.raises(DocumentImpossible, match="trop long"):
        find_modele("courrier_menage").render(exemples.courrier_menage(paragraphes=paragraphes))


def test_what_no_font_draws_becomes_a_box() -> None:
    assert to_imprimable("Léa 😀") == f"Léa {INCONNU}"
    assert to_imprimable("a\u202eb\x00c\tD\r\nE\u2028F") == "abc D\nE\nF"
    assert to_imprimable("« Oui » : 5 % !") == "«\u00a0Oui\u00a0»\u00a0: 5\u00a0%\u00a0!"
    assert to_imprimable("e\u0301") == "é"
    assert to_sans_marques("é\u0651\u0651 Z\u0335") == f"é{INCONNU} Z{INCONNU}"
    assert to_latin("Łucja שלום — 5 €") == f"Łucja {INCONNU} — 5\u00a0€"


def test_usual_letters_of_civil_status_are_drawn() -> None:
    noms = "Œ œ Ÿ ß Ł ń ş ğ İ ı Ż ő ñ ã Ơ ư ễ Č š Ё Ж Ω א ت ՝ ქ ’ – — … € ² №"
    assert [c for c in noms if not is_couvert(c)] == []
    assert INCONNU not in to_imprimable(noms)


def test_the_table_of_glyphs_agrees_with_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each character said to be drawn is drawn: no render falls back on a box."""

    monkeypatch.setattr(moteur, "REPLIS", moteur.REPLIS[:1])
    couverts = [chr(c) for c in range(0x20, 0x1F900) if is_couvert(chr(c))]
    assert len(couverts) > 5_000
    lignes = tuple(" ".join(couverts[i : i + 60]) for i in range(0, len(couverts), 60))
    pdf = find_modele("courrier_menage").render(exemples.courrier_menage(paragraphes=lignes))
    assert pdf.startswith(b"%PDF-1.")


def test_same_context_same_bytes() -> None:
    modele = find_modele("notification_decision")
    premiers = [modele.render(exemples.notification_decision()) for _ in range(3)]
    assert len(set(premiers)) == 1
    autre = modele.render(exemples.notification_decision(motif="Un autre motif."))
    assert autre != premiers[0]
    code = (
        "import sys, hashlib; from django.conf import settings;"
        "settings.configure(USE_TZ=True, TIME_ZONE='Europe/Paris');"
        "from tests.documents import exemples; from cariatide.documents.modeles import find_modele;"
        "pdf = find_modele('notification_decision').render(exemples.notification_decision());"
        "print(hashlib.sha256(pdf).hexdigest())"
    )
    ailleurs = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(moteur.__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ailleurs.stdout.strip() == hashlib.sha256(premiers[0]).hexdigest()


def test_threads_render_side_by_side() -> None:
    modele = find_modele("bilan")
    attendu = modele.render(exemples.bilan())
    with ThreadPoolExecutor(4) as fils:
        rendus = list(fils.map(lambda _: modele.render(exemples.bilan()), range(24)))
    assert set(rendus) == {attendu}


def test_creation_date_is_the_document_s() -> None:
    pdf = find_modele("parcours").render(exemples.parcours(etabli_le=date(2031, 5, 1)))
    assert b"2031-05-01T12:00:00" in pdf


def test_canonical_values() -> None:
    @dataclasses.dataclass(frozen=True)
    class Exemple:
        jour: date = date(2026, 5, 1)
        instant: datetime = datetime(2026, 3, 12, 13, 5, tzinfo=UTC)
        heure: time = time(9, 0)
        somme: Decimal = Decimal("1234.50")
        niveau: Niveau = Niveau.SOCIAL
        vide: None = None
        suite: tuple[int, ...] = (1, 2)

    assert json.loads(canonical_json(to_donnees(Exemple()))) == {
        "jour": {
            "iso": "2026-05-01",
            "court": "01/05/2026",
            "texte": "1er\u00a0mai\u00a02026",
            "long": "vendredi 1er\u00a0mai\u00a02026",
        },
        "instant": {
            "iso": "2026-03-12T14:05+01:00",
            "court": "12/03/2026",
            "texte": "12\u00a0mars\u00a02026",
            "long": "jeudi 12\u00a0mars\u00a02026",
            "heure": "14\u00a0h\u00a005",
        },
        "heure": {"iso": "09:00", "texte": "9\u00a0h"},
        "somme": {"valeur": "1234.50", "texte": "1\u202f234,5"},
        "niveau": 2,
        "vide": None,
        "suite": [1, 2],
    }


@pytest.mark.parametrize("valeur", [1.5, {1, 2}, object(), b"octets"])
def test_values_without_one_writing_are_refused(valeur: Any) -> None:
    with pytest.raises(TypeError):
        to_donnees({"champ": valeur})


@pytest.mark.parametrize("chemin", ["../config/urls.typ", "documents/typst/absent.typ", "a.py"])
def test_only_our_templates(chemin: str) -> None:
    with pytest.raises(DocumentImpossible):
        render_pdf(chemin, exemples.bilan(), titre="Bilan")


def test_context_of_another_template_is_refused() -> None:
    with pytest.raises(TypeError, match="ProcesVerbal"):
        find_modele("proces_verbal").render(exemples.bilan())


def test_a_code_is_declared_once() -> None:
    bilan = find_modele("bilan")
    register_modele(bilan)
    with pytest.raises(ValueError, match="déjà déclaré"):
        register_modele(Modele("bilan", 2, "Bilan", accompagnement.Bilan, bilan.chemin))


def test_level_is_never_under_the_template_s() -> None:
    assert exemples.diagnostic_social().niveau == Niveau.SOCIAL
    assert exemples.diagnostic_social(niveau=Niveau.CONFIDENTIEL).niveau == Niveau.CONFIDENTIEL
    assert exemples.fiche_saisine().niveau == Niveau.FACTUEL


@pytest.mark.parametrize(
    ("niveau", "mention"),
    [
        (Niveau.FACTUEL, None),
        (Niveau.SOCIAL, "Document à diffusion restreinte"),
        (Niveau.CONFIDENTIEL, "Document confidentiel, soumis au secret professionnel"),
    ],
)
def test_level_is_printed(niveau: Niveau, mention: str | None) -> None:
    pdf = find_modele("parcours").render(exemples.parcours(niveau=niveau))
    lu = compact(read_text(pdf))
    assert (compact(mention) in lu) if mention else ("confidentiel" not in lu.lower())


def test_what_is_not_given_is_not_printed() -> None:
    modele = find_modele("notification_decision")
    sans = read_text(modele.render(exemples.notification_decision(voies_recours=())))
    avec = read_text(modele.render(exemples.notification_decision()))
    assert "Voies et délais de recours" in avec
    assert "recours" not in sans


def test_protected_address_is_hidden() -> None:
    modele = find_modele("fiche_saisine")
    lu = compact(read_text(modele.render(exemples.fiche_saisine(adresse_protegee=True))))
    assert compact("Adresse protégée") in lu
    assert "Tilleuls" not in lu


def test_minutes_say_when_the_quorum_is_missing() -> None:
    quorum = exemples.commission.Quorum(requis=4, presents=1, membres=6)
    pdf = find_modele("proces_verbal").render(exemples.proces_verbal(quorum=quorum, dossiers=()))
    lu = compact(read_text(pdf))
    assert compact("le quorum n’est pas atteint") in lu
    assert compact("Aucun dossier n’a été examiné") in lu


def test_address_holds_in_the_window() -> None:
    with pytest.raises(ValueError, match="de une à 6 lignes"):
        base.Destinataire(lignes=("x",) * 7)
    with pytest.raises(ValueError, match="0 à 4"):
        accompagnement.ObjectifEvalue(intitule="x", atteinte=5)
