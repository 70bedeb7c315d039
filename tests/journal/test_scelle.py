"""The journal sealed: whatever is changed, added or taken away is seen and named."""

import random
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from cariatide.journal.actions import record_evenement, record_lecture
from cariatide.journal.models import (
    AttenteScelle,
    Chaine,
    Consultation,
    Evenement,
    Maillon,
    TeteDeChaine,
)
from cariatide.journal.scelle import keep_tetes, seal, verify
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre
from tests import bases
from tests.distribution import JOUR, Monde

QUI = Perimetre(1, "Camille Essai", JOUR)
EDITIONS = 1_000
LIGNES = 30


def write(nombre: int) -> None:
    for rang in range(nombre):
        record_evenement(
            f"essai.acte_{rang}",
            perimetre=QUI,
            objet_type="essai",
            objet_id=rang,
            libelle=f"Acte {rang}",
            avant={"le": JOUR, "montant": 3.5},
            apres={"œuvre": "été"},
        )
        record_lecture(QUI, Lecture("essai", rang, None, Niveau.SOCIAL, f"Lu {rang}"), "essai:page")


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


def _editions(
    hasard: random.Random, ids: dict[str, list[int]], rangs: int
) -> tuple[str, list[Any]]:
    """One tampering that the owner of the tables could do."""
    table, champs = hasard.choice([
        ("evenement", ["nom", "acteur", "role", "libelle", "organisation", "objet_type"]),
        ("consultation", ["acteur", "role", "libelle", "organisation", "route", "motif"]),
    ])  # fmt: skip
    pk = hasard.choice(ids[table])
    chaine = "actes" if table == "evenement" else "consultations"
    rang = hasard.randint(1, rangs)
    champ = hasard.choice(champs)
    texte = hasard.choice(["x", "Autre nom", "é", " "]) + str(hasard.randint(0, 9))
    nombre = hasard.choice(["acteur_id", "objet_id", "menage_id", "niveau"])
    ligne = f"journal_{table}"
    maillon = "journal_maillon WHERE chaine = %s AND rang = %s"
    return hasard.choice([
        (f"UPDATE {ligne} SET {champ} = %s WHERE id = %s", [texte, pk]),
        (f"UPDATE {ligne} SET {nombre} = %s WHERE id = %s", [hasard.randint(500, 900), pk]),
        (f"UPDATE {ligne} SET horodatage = horodatage + %s * interval '1 microsecond'"
         " WHERE id = %s", [hasard.choice([-1, 1, 86_400_000_000]), pk]),
        (f"DELETE FROM {ligne} WHERE id = %s", [pk]),
        (f"DELETE FROM {maillon}", [chaine, rang]),
        ("UPDATE journal_maillon SET contenu = sha256(%s::bytea) WHERE chaine = %s AND rang = %s",
         [texte.encode(), chaine, rang]),
        ("UPDATE journal_maillon SET empreinte = sha256(%s::bytea) WHERE chaine = %s AND rang = %s",
         [texte.encode(), chaine, rang]),
        ("UPDATE journal_maillon SET objet_id = objet_id + 100000 WHERE chaine = %s AND rang = %s",
         [chaine, rang]),
        (f"DELETE FROM {maillon.replace('= %s AND rang = %s', '= %s AND rang >= %s')}",
         [chaine, rang]),
        ("WITH e AS (INSERT INTO journal_consultation (horodatage, acteur, organisation, role,"
         " objet_type, objet_id, libelle, niveau, route, motif) VALUES (now(), %s, '', '', '', 1,"
         " '', 1, '', '') RETURNING id) SELECT * FROM e", [texte]),
        ("UPDATE journal_evenement SET donnees = donnees || jsonb_build_object('x', %s::text)"
         " WHERE id = %s", [texte, hasard.choice(ids["evenement"])]),
        ("UPDATE journal_tetedechaine SET empreinte = sha256(%s::bytea) WHERE chaine = %s",
         [texte.encode(), chaine]),
    ])  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_mille_alterations_toutes_vues() -> None:
    """By the owner of the tables, who may do anything but find another hash."""
    write(LIGNES)
    with transaction.atomic():
        keep_tetes(JOUR)
    seal()
    ids = {
        "evenement": list(Evenement.objects.values_list("pk", flat=True)),
        "consultation": list(Consultation.objects.values_list("pk", flat=True)),
    }
    hasard, invisibles = random.Random(20261122), []
    url = bases.owner_url(connection.settings_dict["NAME"])
    with psycopg.connect(url) as proprietaire, proprietaire.cursor() as cursor:
        assert [verify(cursor, chaine) for chaine in Chaine] == [None, None]
        for _ in range(EDITIONS):
            with proprietaire.transaction(force_rollback=True):
                sql, valeurs = _editions(hasard, ids, LIGNES)
                cursor.execute(sql, valeurs)
                assert cursor.rowcount
                # The queue empty: the owner covers what the trigger left.
                cursor.execute("DELETE FROM journal_attentescelle")
                if not any(verify(cursor, chaine) for chaine in Chaine):
                    invisibles.append((sql, valeurs))
        assert [verify(cursor, chaine) for chaine in Chaine] == [None, None]
    assert not invisibles


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
