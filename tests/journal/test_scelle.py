"""The journal sealed: whatever is changed, added or taken away is seen and named."""

from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from cariatide.journal.models import (
    AttenteScelle,
    Chaine,
    Consultation,
    Evenement,
    Maillon,
    TeteDeChaine,
)
from cariatide.journal.scelle import keep_tetes, seal, verify
from tests import bases
from tests.distribution import JOUR, Monde
from tests.journal.alterations import tamper, write, write_and_seal

EDITIONS = 1_000
LIGNES = 30


def verify_all() -> list[str]:
    with connection.cursor() as cursor:
        return [str(r) for chaine in Chaine if (r := verify(cursor, chaine))]


@pytest.mark.django_db
def test_chaque_ligne_est_scellee_une_fois() -> None:
    write(3)
    assert AttenteScelle.objects.count() == 6
    assert seal() == 6
    assert seal() == 0
    assert AttenteScelle.objects.count() == 0
    write(2)
    Evenement.objects.bulk_create(
        Evenement(nom="essai.lot", acteur="Lot", objet_type="essai", objet_id=i) for i in range(4)
    )
    assert seal() == 8
    for chaine, modele in ((Chaine.ACTES, Evenement), (Chaine.CONSULTATIONS, Consultation)):
        maillons = Maillon.objects.filter(chaine=chaine).order_by("rang")
        assert [m.rang for m in maillons] == list(range(1, modele.objects.count() + 1))
        assert {m.objet_id for m in maillons} == set(modele.objects.values_list("pk", flat=True))
    assert verify_all() == []


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["evenement", "consultation", "maillon", "tetedechaine"])
@pytest.mark.parametrize("ordre", ["UPDATE journal_{} SET id = id", "DELETE FROM journal_{}"])
def test_l_application_ne_change_ni_n_efface(table: str, ordre: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(ordre.format(table))


@pytest.mark.django_db(transaction=True)
def test_mille_alterations_toutes_vues() -> None:
    """By the owner of the tables, who may do anything but find another hash."""
    write_and_seal(LIGNES)
    bilan = tamper(bases.owner_url(connection.settings_dict["NAME"]), EDITIONS, LIGNES)
    assert sum(bilan.tentees.values()) == EDITIONS
    assert len(bilan.tentees) == 7
    assert not bilan.invisibles


@pytest.mark.django_db(transaction=True)
def test_une_chaine_recalculee_se_voit_contre_une_empreinte_conservee() -> None:
    """Whoever rewrites row, seals and heads is caught by what was kept elsewhere."""
    write(3)
    with transaction.atomic():
        keep_tetes(JOUR)
    tete = TeteDeChaine.objects.get(chaine=Chaine.ACTES)
    gardee = f"actes:{tete.rang}:{bytes(tete.empreinte).hex()[:32]}"
    seal()
    call_command("verifie_journal", "--tete", gardee)
    url = bases.owner_url(connection.settings_dict["NAME"])
    with psycopg.connect(url) as proprietaire:
        proprietaire.execute("UPDATE journal_evenement SET acteur = 'Personne' WHERE objet_id = 1")
        proprietaire.execute("DELETE FROM journal_maillon WHERE chaine = 'actes'")
        proprietaire.execute("DELETE FROM journal_tetedechaine WHERE chaine = 'actes'")
        proprietaire.execute(
            "INSERT INTO journal_attentescelle (chaine, objet_id)"
            " SELECT 'actes', id FROM journal_evenement ORDER BY id"
        )
    seal()
    call_command("verifie_journal")
    with pytest.raises(CommandError, match=r"actes, maillon 3.*différente"):
        call_command("verifie_journal", "--tete", gardee)
    with pytest.raises(CommandError, match="illisible"):
        call_command("verifie_journal", "--tete", "actes:3:zz")


@pytest.mark.django_db
def test_la_page_de_l_officier(monde: Monde, client_de: Any) -> None:
    write(2)
    keep_tetes(JOUR)
    tete = TeteDeChaine.objects.get(chaine=Chaine.CONSULTATIONS)
    with client_de(monde.dpo) as c:
        page = c.get("/journal/integrite/").content.decode()
        export = c.get("/journal/integrite/export/")
    assert bytes(tete.empreinte).hex() in page
    assert f"consultations:{tete.rang}:{bytes(tete.empreinte).hex()}" in export.content.decode()
    with client_de(monde.alice) as c:
        assert c.get("/journal/integrite/").status_code == 403
