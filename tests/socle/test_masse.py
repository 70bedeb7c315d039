"""COPY of many rows: every text comes back as it was, constants and defaults included."""

from datetime import date
from typing import Any

import pytest

from cariatide.echanges.models import LigneImport, LotImport
from cariatide.journal.models import Evenement
from cariatide.menages.models import Menage, MenageConfidentiel
from cariatide.socle.masse import _writer, insert_columns, insert_keyed, insert_many
from tests.distribution import Monde, add_menage

pytestmark = pytest.mark.django_db
TEXTES = ["", "\\N", "a\tb\nc\rd\\e", "« é »", "\\.", "'; DROP TABLE x; --", "👪", "NULL", '{"a"}']


def build_lot(monde: Monde) -> LotImport:
    lot = LotImport(genre="saisines", organisation=monde.ccas, auteur="x", fichier="x")
    lot.save(force_insert=True)
    return lot


def test_texts_come_back_as_they_were(monde: Monde) -> None:
    lot = build_lot(monde)
    lignes = [
        LigneImport(
            lot=lot, numero=rang, statut="rejetee", cle=str(rang), libelle=texte,
            cellules=[texte, "x"], donnees={texte: texte}, motifs=[],
        )
        for rang, texte in enumerate(TEXTES)
    ]  # fmt: skip
    insert_many(lignes)
    found = LigneImport.objects.unscoped(reason="test").filter(lot=lot).order_by("numero")
    assert [row.libelle for row in found] == TEXTES
    assert [row.cellules for row in found] == [[texte, "x"] for texte in TEXTES]
    assert [row.donnees for row in found] == [{texte: texte} for texte in TEXTES]
    assert {row.objet_id for row in found} == {None}
    assert [row.pk for row in found] == [ligne.pk for ligne in lignes]


def test_columns_take_the_defaults_of_the_model(monde: Monde) -> None:
    ids = insert_keyed(
        Menage,
        2,
        {"reference": ["M-1", "M-2"], "telephone": ["+33612345678", ""]},
        nom_usage="Petit",
        nom_normalise="petit",
        recherche="petit",
        dernier_contact_le=date(2026, 11, 1),
        cree_le=date(2026, 11, 2),
    )
    found = Menage.objects.unscoped(reason="test").filter(pk__in=ids).order_by("pk")
    assert [(m.reference, m.telephone_cle, m.cree_le, m.version, m.public_plan) for m in found] == [
        ("M-1", "0612345678", date(2026, 11, 2), 1, False),
        ("M-2", "", date(2026, 11, 2), 1, False),
    ]


def test_a_day_of_writing_is_that_of_the_model(monde: Monde) -> None:
    (pk,) = insert_keyed(Evenement, 1, {"libelle": ["a"]}, nom="x.y", objet_type="x", objet_id=1,
                           acteur="x", donnees={"apres": {"é": "\t"}})  # fmt: skip
    row = Evenement.objects.get(pk=pk)
    assert row.horodatage is not None
    assert row.donnees == {"apres": {"é": "\t"}}


@pytest.mark.parametrize(
    "wrong", [{"inconnue": [1]}, {"nom_usage": ["trop", "de", "lignes"]}], ids=["nom", "nombre"]
)
def test_a_wrong_column_is_refused(wrong: dict[str, list[Any]]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        insert_columns(Menage, 1, wrong)


def test_an_encrypted_text_never_goes_out_in_clear(monde: Monde) -> None:
    champ = MenageConfidentiel._meta.get_field("vulnerabilites")
    texte = "texte confidentiel"
    assert texte not in _writer(champ)(texte)
    assert texte.encode().hex() not in _writer(champ)(texte)


def test_no_row_writes_nothing(monde: Monde) -> None:
    add_menage(monde)
    before = Menage.objects.unscoped(reason="test").count()
    insert_columns(Menage, 0, {"reference": []})
    assert insert_keyed(Menage, 0, {"reference": []}) == []
    insert_many([])
    assert Menage.objects.unscoped(reason="test").count() == before
