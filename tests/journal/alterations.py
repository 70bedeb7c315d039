"""What the owner of the tables could do to the journal, drawn at random, and what is seen of it."""

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import transaction

from cariatide.journal.actions import record_evenement, record_lecture
from cariatide.journal.models import Chaine, Consultation, Evenement
from cariatide.journal.scelle import keep_tetes, seal, verify
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre
from tests.distribution import JOUR

QUI = Perimetre(1, "Camille Essai", JOUR)
Ordre = tuple[str, list[Any]]
TABLES = {
    "actes": (
        "journal_evenement",
        ["nom", "acteur", "role", "libelle", "organisation", "objet_type"],
    ),
    "consultations": (
        "journal_consultation",
        ["acteur", "role", "libelle", "organisation", "route", "motif"],
    ),
}
# Two rows that say the same exchange nothing: that one is drawn again.
ECHANGE = (
    "UPDATE {table} t SET {champ} = a.{champ} FROM {table} a"
    " WHERE (t.{cle}, a.{cle}) IN ((%s, %s), (%s, %s)) AND t.{champ} <> a.{champ}"
)


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


def write_and_seal(nombre: int) -> None:
    """A journal whose heads were kept: what follows the last one kept is seen by permissions."""
    write(nombre)
    with transaction.atomic():
        keep_tetes(JOUR)
    seal()


@dataclass
class Tireur:
    """Draws one tampering after the other."""

    hasard: random.Random
    ids: dict[str, list[int]]
    rangs: int

    def draw(self) -> tuple[str, Ordre]:
        """What is done, in a word, and its statement."""
        genre = self.hasard.choice(
            ["modification", "suppression", "insertion", "échange", "troncature", "scellé", "tête"]
        )
        chaine = self.hasard.choice(["actes", "consultations"])
        table, champs = TABLES[chaine]
        texte = self.hasard.choice(["x", "Autre nom", "é", " "]) + str(self.hasard.randint(0, 9))
        rang, pk = self.hasard.randint(1, self.rangs), self.hasard.choice(self.ids[chaine])
        match genre:
            case "modification":
                ordre = self._edit(chaine, pk, texte)
            case "suppression":
                ordre = self.hasard.choice([
                    (f"DELETE FROM {table} WHERE id = %s", [pk]),
                    ("DELETE FROM journal_maillon WHERE chaine = %s AND rang = %s", [chaine, rang]),
                ])  # fmt: skip
            case "insertion":
                ordre = self._insert(chaine, texte)
            case "échange":
                ordre = self._swap(chaine, table, champs[3 if chaine == "actes" else 2])
            case "troncature":
                ordre = self._truncate(chaine, table, rang)
            case "scellé":
                ordre = self._edit_seal(chaine, rang, texte)
            case _:
                ordre = (
                    "UPDATE journal_tetedechaine SET empreinte = sha256(%s::bytea)"
                    " WHERE chaine = %s",
                    [texte.encode(), chaine],
                )
        return genre, ordre

    def _edit(self, chaine: str, pk: int, texte: str) -> Ordre:
        table, champs = TABLES[chaine]
        nombre = self.hasard.choice(["acteur_id", "objet_id", "menage_id", "niveau"])
        ordres: list[Ordre] = [
            (f"UPDATE {table} SET {self.hasard.choice(champs)} = %s WHERE id = %s", [texte, pk]),
            (f"UPDATE {table} SET {nombre} = %s WHERE id = %s",
             [self.hasard.randint(500, 900), pk]),
            (f"UPDATE {table} SET horodatage = horodatage + %s * interval '1 microsecond'"
             " WHERE id = %s", [self.hasard.choice([-1, 1, 86_400_000_000]), pk]),
        ]  # fmt: skip
        if chaine == "actes":
            ordres.append((
                "UPDATE journal_evenement SET donnees = donnees"
                " || jsonb_build_object('x', %s::text) WHERE id = %s", [texte, pk],
            ))  # fmt: skip
        return self.hasard.choice(ordres)

    def _insert(self, chaine: str, texte: str) -> Ordre:
        """A row that nobody sealed."""
        if chaine == "actes":
            return (
                "INSERT INTO journal_evenement (nom, horodatage, acteur, organisation, role,"
                " objet_type, objet_id, libelle, niveau, donnees)"
                " VALUES ('essai', now(), %s, '', '', '', 1, '', 1, '{}')",
                [texte],
            )
        return (
            "INSERT INTO journal_consultation (horodatage, acteur, organisation, role,"
            " objet_type, objet_id, libelle, niveau, route, motif)"
            " VALUES (now(), %s, '', '', '', 1, '', 1, '', '')",
            [texte],
        )

    def _swap(self, chaine: str, table: str, champ: str) -> Ordre:
        """Two rows exchange what they say, or two seals their hashes."""
        if self.hasard.random() < 0.5:
            a, b = self.hasard.sample(self.ids[chaine][: self.rangs], 2)
            return ECHANGE.format(table=table, champ=champ, cle="id"), [a, b, b, a]
        a, b = self.hasard.sample(range(1, self.rangs + 1), 2)
        return ECHANGE.format(
            table="journal_maillon",
            champ=self.hasard.choice(["contenu", "empreinte"]),
            cle="rang",
        ).replace("WHERE", "WHERE t.chaine = %s AND a.chaine = t.chaine AND"), [
            chaine, a, b, b, a,
        ]  # fmt: skip

    def _truncate(self, chaine: str, table: str, rang: int) -> Ordre:
        """The end of the chain goes: its seals alone, or with their rows."""
        if self.hasard.random() < 0.5:
            return "DELETE FROM journal_maillon WHERE chaine = %s AND rang >= %s", [chaine, rang]
        return (
            "WITH m AS (DELETE FROM journal_maillon WHERE chaine = %s AND rang >= %s"
            f" RETURNING objet_id) DELETE FROM {table} WHERE id IN (SELECT objet_id FROM m)",
            [chaine, rang],
        )

    def _edit_seal(self, chaine: str, rang: int, texte: str) -> Ordre:
        champ = self.hasard.choice(["contenu", "empreinte", "objet_id"])
        valeur = "objet_id + 100000" if champ == "objet_id" else "sha256(%s::bytea)"
        valeurs = [] if champ == "objet_id" else [texte.encode()]
        return (
            f"UPDATE journal_maillon SET {champ} = {valeur} WHERE chaine = %s AND rang = %s",
            [*valeurs, chaine, rang],
        )


@dataclass
class Bilan:
    """How many of each kind were tried, and those that the verification did not see."""

    tentees: Counter[str] = field(default_factory=Counter)
    invisibles: list[Ordre] = field(default_factory=list)


def tamper(url: str, nombre: int, rangs: int, graine: int = 20261122) -> Bilan:
    """Each alone, by the owner of the tables, verified, then taken back."""
    ids = {
        "actes": list(Evenement.objects.order_by("pk").values_list("pk", flat=True)),
        "consultations": list(Consultation.objects.order_by("pk").values_list("pk", flat=True)),
    }
    tireur, bilan = Tireur(random.Random(graine), ids, rangs), Bilan()
    with psycopg.connect(url) as proprietaire, proprietaire.cursor() as cursor:
        assert [verify(cursor, chaine) for chaine in Chaine] == [None, None]
        while sum(bilan.tentees.values()) < nombre:
            genre, (sql, valeurs) = tireur.draw()
            with proprietaire.transaction(force_rollback=True):
                cursor.execute(sql, valeurs)
                if not cursor.rowcount:
                    continue
                bilan.tentees[genre] += 1
                # The queue empty: the owner covers what the trigger left.
                cursor.execute("DELETE FROM journal_attentescelle")
                if not any(verify(cursor, chaine) for chaine in Chaine):
                    bilan.invisibles.append((sql, valeurs))
        assert [verify(cursor, chaine) for chaine in Chaine] == [None, None]
    return bilan
