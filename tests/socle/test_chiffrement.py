"""Level C in the database: a token and nothing else; keys that rotate; an altered value refused."""

from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from django.urls import reverse

from cariatide.comptes.models import Brouillon
from cariatide.conformite.constats import level_of
from cariatide.documents import queries
from cariatide.documents.models import FichierConfidentiel
from cariatide.menages.actions import save_confidentiel
from cariatide.menages.models import Menage, MenageConfidentiel
from cariatide.socle.chiffrement import (
    MARQUE,
    Chiffre,
    ContenuIllisible,
    JSONChiffre,
    OctetsChiffres,
    TexteChiffre,
    decrypt,
    encrypt,
)
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.management.commands import rechiffre
from cariatide.socle.management.commands.rechiffre import list_chiffres
from cariatide.socle.perimetre import Niveau, perimetre_systeme
from tests.distribution import JOUR, Monde, add_menage
from tests.documents.test_actions import PDF, bring

SECRET = "violences, hébergée chez sa sœur"
ANCIENNE, NOUVELLE = "une ancienne clé", "une nouvelle clé"


@pytest.fixture
def ancienne(settings: Any) -> None:
    settings.CLES_CONFIDENTIELLES = [ANCIENNE]


def read_column(table: str, colonne: str) -> list[Any]:
    """What a dump holds, row rules open."""
    with (
        ouvre_transaction(perimetre_systeme("essai", JOUR), systeme="essai"),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT {colonne}::text FROM {table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def write(monde: Monde, texte: str = SECRET) -> Menage:
    menage = add_menage(monde)
    with ouvre_transaction(monde.perimetre("alice")):
        save_confidentiel(
            perimetre=monde.perimetre("alice"), menage_id=menage.pk, version=0,
            vulnerabilites=texte,
        )  # fmt: skip
    return menage


def read(monde: Monde, menage: Menage) -> str:
    with ouvre_transaction(monde.perimetre("alice")):
        found = MenageConfidentiel.objects.visible_to(monde.perimetre("alice"))
        return found.get(menage=menage).vulnerabilites


def test_un_jeton_ne_se_ressemble_pas_et_se_relit() -> None:
    un, deux = encrypt(SECRET.encode()), encrypt(SECRET.encode())
    assert un != deux and un.startswith(MARQUE.encode()) and b"violences" not in un
    assert decrypt(un) == decrypt(deux) == SECRET.encode()
    assert decrypt("écrit avant".encode()) == "écrit avant".encode()


def test_un_jeton_altere_ou_sans_sa_cle_est_refuse(ancienne: None, settings: Any) -> None:
    jeton = encrypt(SECRET.encode())
    for faux in (jeton[:-4] + b"AAA=", jeton[:40], MARQUE.encode()):
        with pytest.raises(ContenuIllisible, match="CARIATIDE_CLES_CONFIDENTIELLES"):
            decrypt(faux)
    settings.CLES_CONFIDENTIELLES = [NOUVELLE, ANCIENNE]
    assert decrypt(jeton) == SECRET.encode()
    settings.CLES_CONFIDENTIELLES = [NOUVELLE]
    with pytest.raises(ContenuIllisible):
        decrypt(jeton)
    settings.CLES_CONFIDENTIELLES = []
    with pytest.raises(ImproperlyConfigured, match="vide"):
        encrypt(b"x")


def test_chaque_contenu_confidentiel_est_chiffre() -> None:
    """Texts, contexts and files of every table of level C, of the personal notes, of the drafts."""
    tables = {"menages_menageconfidentiel", "mesures_diagnosticsante", "mesures_notepersonnelle",
              "documents_fichierconfidentiel", "comptes_brouillon"}  # fmt: skip
    assert {modele._meta.db_table for modele, _ in list_chiffres()} == tables
    libres = ("TextField", "JSONField", "BinaryField", "CharField")
    for modele in apps.get_models():
        if level_of(modele) < Niveau.CONFIDENTIEL and modele._meta.db_table not in tables:
            continue
        clairs = [
            f.name
            for f in modele._meta.concrete_fields
            if f.get_internal_type() in libres and not isinstance(f, Chiffre)
        ]
        # The name of a form, never what is typed in it.
        assert clairs == (["cle"] if modele is Brouillon else []), modele._meta.label


@pytest.mark.django_db
def test_la_base_ne_garde_qu_un_jeton(monde: Monde) -> None:
    menage = write(monde)
    (garde,) = read_column("menages_menageconfidentiel", "vulnerabilites")
    assert garde.startswith(MARQUE) and "violences" not in garde
    assert read(monde, menage) == SECRET


@pytest.mark.django_db
def test_un_brouillon_est_chiffre_change_de_cle_et_se_relit(
    ancienne: None, monde: Monde, settings: Any, client_de: Any
) -> None:
    """What is typed in a form of level C waits there, before its own table encrypts it."""
    adresse = reverse("comptes:brouillon", args=["menage-1-confidentiel"])
    with client_de(monde.alice) as c:
        c.post(adresse, {"vulnerabilites": SECRET})
        (garde,) = read_column("comptes_brouillon", "donnees")
        assert garde.startswith(f'"{MARQUE}') and "violences" not in garde
        settings.CLES_CONFIDENTIELLES = [NOUVELLE, ANCIENNE]
        call_command("rechiffre", stdout=StringIO())
        settings.CLES_CONFIDENTIELLES = [NOUVELLE]
        assert c.get(adresse).json()["donnees"] == {"vulnerabilites": [SECRET]}


@pytest.mark.django_db
def test_un_texte_vide_reste_vide(monde: Monde) -> None:
    menage = write(monde, "")
    assert read_column("menages_menageconfidentiel", "vulnerabilites") == [""]
    assert read(monde, menage) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("lookup", ["", "__contains", "__iexact", "__in", "__gt"])
def test_un_champ_chiffre_ne_se_cherche_pas(monde: Monde, lookup: str) -> None:
    lignes = MenageConfidentiel.objects.visible_to(monde.perimetre("alice"))
    with pytest.raises(FieldError):
        list(lignes.filter(**{f"vulnerabilites{lookup}": "violences"}))


@pytest.mark.django_db
def test_un_fichier_confidentiel_est_chiffre_et_se_relit(monde: Monde) -> None:
    piece = bring(monde, menage_id=add_menage(monde).pk, niveau=Niveau.CONFIDENTIEL)
    (garde,) = read_column("documents_fichierconfidentiel", "encode(octets, 'escape')")
    assert garde.startswith(MARQUE) and "%PDF" not in garde
    with ouvre_transaction(monde.perimetre("alice")):
        assert queries.read_piece(monde.perimetre("alice"), piece) == PDF


def test_un_contexte_chiffre_garde_ses_valeurs() -> None:
    champ = JSONChiffre()
    donnees = {"texte": SECRET, "liste": [1, None, True], "c1:": {}}
    jeton = champ.get_prep_value(donnees)
    assert jeton.startswith(MARQUE) and "violences" not in jeton
    assert champ.from_db_value(f'"{jeton}"', None, connection) == donnees
    assert champ.from_db_value('{"avant": 1}', None, connection) == {"avant": 1}
    assert champ.get_prep_value(None) is None
    assert TexteChiffre().from_db_value(None, None, connection) is None
    assert OctetsChiffres().from_db_value(None, None, connection) is None


@pytest.mark.django_db
def test_la_cle_change_et_rien_ne_se_perd(ancienne: None, monde: Monde, settings: Any) -> None:
    menage = write(monde)
    piece = bring(monde, menage_id=menage.pk, niveau=Niveau.CONFIDENTIEL)
    avant = read_column("menages_menageconfidentiel", "vulnerabilites")
    settings.CLES_CONFIDENTIELLES = [NOUVELLE, ANCIENNE]
    sortie = StringIO()
    call_command("rechiffre", stdout=sortie)
    assert sortie.getvalue().startswith("2 lignes confidentielles récrites")
    assert read_column("menages_menageconfidentiel", "vulnerabilites") != avant
    with override_settings(CLES_CONFIDENTIELLES=[NOUVELLE]):
        assert read(monde, menage) == SECRET
        with ouvre_transaction(monde.perimetre("alice")):
            assert queries.read_piece(monde.perimetre("alice"), piece) == PDF


@pytest.mark.django_db
def test_un_changement_de_cle_interrompu_garde_ce_qui_est_fait(
    ancienne: None, monde: Monde, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch to a transaction: the service that runs meanwhile waits for no more than one."""
    for numero in range(5):
        write(monde, f"{SECRET} {numero}")
    avant = read_column("menages_menageconfidentiel", "vulnerabilites")
    settings.CLES_CONFIDENTIELLES = [NOUVELLE, ANCIENNE]
    monkeypatch.setattr(rechiffre, "LOT", 2)
    lots = []

    def stop(modele: Any, champs: list[str], apres: int) -> list[int]:
        if modele is MenageConfidentiel:
            lots.append(apres)
            if len(lots) == 3:
                raise KeyboardInterrupt
        return lot(modele, champs, apres)

    lot = rechiffre._rewrite_lot
    with monkeypatch.context() as m, pytest.raises(KeyboardInterrupt):
        m.setattr(rechiffre, "_rewrite_lot", stop)
        call_command("rechiffre", stdout=StringIO())
    apres = read_column("menages_menageconfidentiel", "vulnerabilites")
    assert [a == b for a, b in zip(avant, apres, strict=True)] == [False] * 4 + [True]
    call_command("rechiffre", stdout=StringIO())
    settings.CLES_CONFIDENTIELLES = [NOUVELLE]
    found = MenageConfidentiel.objects.visible_to(monde.perimetre("alice")).order_by("pk")
    with ouvre_transaction(monde.perimetre("alice")):
        assert [m.vulnerabilites for m in found] == [f"{SECRET} {n}" for n in range(5)]


@pytest.mark.django_db
def test_ce_qui_fut_ecrit_en_clair_est_lu_puis_chiffre(monde: Monde) -> None:
    menage = write(monde)
    with ouvre_transaction(monde.perimetre("alice")), connection.cursor() as cursor:
        cursor.execute("UPDATE menages_menageconfidentiel SET vulnerabilites = %s", [SECRET])
    assert read(monde, menage) == SECRET
    call_command("rechiffre", stdout=StringIO())
    (garde,) = read_column("menages_menageconfidentiel", "vulnerabilites")
    assert garde.startswith(MARQUE)
    assert read(monde, menage) == SECRET


@pytest.mark.django_db
def test_hors_d_un_changement_de_cle_un_fichier_ne_change_pas(monde: Monde) -> None:
    bring(monde, menage_id=add_menage(monde).pk, niveau=Niveau.CONFIDENTIEL)
    systeme = perimetre_systeme("essai", JOUR)
    with (
        pytest.raises(DatabaseError, match="ne change pas"),
        transaction.atomic(),
        ouvre_transaction(systeme, systeme="essai"),
    ):
        FichierConfidentiel._base_manager.update(octets=b"autre chose")
