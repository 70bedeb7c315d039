"""Levels S and C: a table each, a row rule on each, forced on its owner too."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from cariatide.conformite.constats import level_of
from cariatide.partenaires.statuts import Role
from cariatide.socle.access import NOTHING, ModeleProtege, RequeteProtegee
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre, perimetre_systeme
from cariatide.socle.postgres.roles import APPLICATION
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db
# Their author alone reads them: their condition opens to somebody without any level.
PERSONNELS = {"mesures_notepersonnelle", "comptes_brouillon"}
# Their first lock opens at level F too: that of the document or of the piece, which carries the
# level; whoever wrote the statement of a saisine reads it.
NOMMEES = {
    "demandes_saisinesociale": Niveau.SOCIAL,
    "documents_fichiersocial": Niveau.SOCIAL,
    "documents_fichierconfidentiel": Niveau.CONFIDENTIEL,
}


def perimetre(niveau: Niveau) -> Perimetre:
    """Somebody who holds every role, at that level at most."""
    return Perimetre(
        1,
        "Essai",
        JOUR,
        tuple(MandatEnVigueur(i, 1, "Essai", r.value, r.label, niveau) for i, r in enumerate(Role)),
    )


def list_sensibles() -> dict[str, type[models.Model]]:
    """Tables whose rows never open to somebody who reads facts alone."""
    return {
        m._meta.db_table: m
        for m in apps.get_models()
        if issubclass(m, ModeleProtege) and m.access_condition(perimetre(Niveau.FACTUEL)) == NOTHING
    }


def read_regles() -> dict[str, tuple[bool, bool, str]]:
    """Table → (enabled, forced, condition) of those under row rules, from the database itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,"
            " string_agg(p.polname || ' ' || pg_get_expr(p.polqual, p.polrelid), ' ; ')"
            " FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid GROUP BY 1, 2, 3"
        )
        return {row[0]: (row[1], row[2], row[3]) for row in cursor.fetchall()}


def test_chaque_table_sensible_a_sa_regle() -> None:
    sensibles, regles = set(list_sensibles()), read_regles()
    assert {"menages_menagesocial", "menages_menageconfidentiel", "mesures_diagnosticsante"} <= (
        sensibles
    ), "the matrix reads nothing"
    assert sensibles | PERSONNELS | set(NOMMEES) == set(regles), "sans règle de lignes"
    assert not [t for t, (active, forcee, _) in regles.items() if not (active and forcee)]


def test_les_regles_disent_le_niveau_de_leur_table() -> None:
    for table, (_, _, condition) in read_regles().items():
        if table in PERSONNELS:
            assert "cariatide.utilisateur" in condition and "rattachement" not in condition, table
            continue
        modele = apps.get_model(table.replace("_", ".", 1))
        ouverte_au_social = modele.access_condition(perimetre(Niveau.SOCIAL)) != NOTHING
        attendu = NOMMEES.get(table, Niveau.SOCIAL if ouverte_au_social else Niveau.CONFIDENTIEL)
        assert f"niveau >= {int(attendu)}" in condition, table


def test_le_registre_connait_le_niveau_de_chaque_table() -> None:
    """A personal note is no fact: whoever reads it without any level is its author."""
    regles = read_regles()
    for modele in apps.get_models():
        if not modele.__module__.startswith("cariatide."):
            continue
        table = modele._meta.db_table
        _, _, condition = regles.get(table, (False, False, ""))
        attendu = Niveau.CONFIDENTIEL if table in PERSONNELS else Niveau.FACTUEL
        for niveau in (Niveau.SOCIAL, Niveau.CONFIDENTIEL):
            if f"niveau >= {int(niveau)}" in condition:
                attendu = niveau
        assert level_of(modele) == attendu, table


def test_les_champs_ont_leur_propre_menage() -> None:
    """A row rule reads the household of its row: no join away, no null."""
    for table, modele in list_sensibles().items():
        noms = {champ.name: champ for champ in modele._meta.concrete_fields}
        lien = noms.get("menage") or noms.get("menage_id")
        if lien is None:
            assert table.startswith("demandes_"), table  # through the saisine, in its own rule
        else:
            assert not lien.null, table


@pytest.mark.parametrize("table", sorted(list_sensibles()))
def test_sans_contexte_aucune_ligne_ne_s_ecrit_ni_ne_se_lit(table: str, monde: Monde) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (APPLICATION,)
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == (0,)
    with ouvre_transaction(perimetre_systeme("essai", JOUR), systeme="essai"):
        assert apps.get_model(table.replace("_", ".", 1))._base_manager.count() == 0


def test_les_modeles_sensibles_ne_sont_dans_aucune_administration() -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


def test_le_gestionnaire_par_defaut_se_ferme_celui_de_django_reste_nu() -> None:
    """Reverse managers follow the first; `save`, checks and merges of Django need the second."""
    for modele in apps.get_models():
        if issubclass(modele, ModeleProtege):
            assert isinstance(modele._default_manager.all(), RequeteProtegee), modele
            assert not isinstance(modele._base_manager.all(), RequeteProtegee), modele
