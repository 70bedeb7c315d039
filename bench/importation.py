"""The import of a partner's file, end to end, against django-import-export on the same file.

End to end: the bytes of the file read in its own process, every line judged (values, territory,
people already known, lines already integrated), then the valid lines written with their journal.
"""

import csv
import io
import os
import time
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import psutil
from django.apps import apps
from django.db import connection, transaction

from bench.donnees import DEBUT
from cariatide.commission.models import Instance
from cariatide.commission.statuts import TypeInstance
from cariatide.comptes.models import Utilisateur
from cariatide.echanges.actions import Fichier, integrate_lot, receive_lot
from cariatide.partenaires.models import Convention, Mandat, Organisation
from cariatide.partenaires.queries import build_perimetre
from cariatide.partenaires.statuts import Role, TypeConvention, TypeOrganisation
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import Perimetre
from cariatide.territoire.models import Commune
from cariatide.territoire.statuts import TypeCommune

JOUR = date(2026, 11, 22)
SYLLABES = (
    "ba", "lo", "mi", "ren", "dor", "vel", "tan", "gue", "sar", "pin", "lem", "cor", "che", "bru",
    "fla", "mon", "per", "vil", "du", "ta", "no",
)  # fmt: skip
ENTETES = (
    "Identifiant", "Nom", "Prénom", "Date de naissance", "Civilité", "Téléphone", "Courriel",
    "Adresse", "Code postal", "Commune", "Numéro d’allocataire", "Date de la saisine", "Motif",
)  # fmt: skip


@dataclass(frozen=True)
class Cadre:
    """Who sends the file, and under which agreement."""

    perimetre: Perimetre
    convention: Convention
    instance: Instance

    @property
    def options(self) -> dict[str, str]:
        return {
            "convention": str(self.convention.pk),
            "motif": "suroccupation",
            "information_menage_le": "2026-11-10",
        }


def build_cadre() -> Cadre:
    """A prescriber, an operator, the département and the body that examines."""
    types = {
        "Banc CCAS": TypeOrganisation.CCAS,
        "Banc Opérateur": TypeOrganisation.OPERATEUR,
        "Banc Département": TypeOrganisation.DEPARTEMENT,
    }
    ccas, operateur, departement = (
        Organisation.objects.create(type=t, nom=nom, nom_normalise=normalise(nom), du=DEBUT)
        for nom, t in types.items()
    )
    compte = Utilisateur.objects.create_user(
        "prescripteur@exemple.invalid", prenom="Banc", nom="Prescripteur"
    )
    Mandat.objects.create(utilisateur=compte, organisation=ccas, role=Role.PRESCRIPTEUR, du=DEBUT)
    convention = Convention.objects.create(
        type=TypeConvention.MOUS,
        reference="MOUS-BANC",
        intitule="MOUS du banc",
        commanditaire=departement,
        operateur=operateur,
        du=date(2025, 1, 1),
        au=date(2027, 12, 31),
        signee_le=date(2024, 12, 15),
    )
    instance = Instance.objects.create(
        type=TypeInstance.GROUPE_DE_PILOTAGE,
        nom="Groupe du banc",
        secretariat=departement,
        convention=convention,
        du=DEBUT,
    )
    return Cadre(build_perimetre(compte, JOUR), convention, instance)


def build_file(nombre: int, premier: int = 0) -> bytes:
    """A CSV of different people, spelled as offices spell them."""
    communes = list(
        Commune.objects.filter(departement_id="59", type=TypeCommune.ACTUELLE)
        .order_by("code")
        .values_list("nom", "codes_postaux")[:200]
    )
    noms = ["".join(s).capitalize() for s in product(SYLLABES, repeat=3)]
    prenoms = ["".join(s).capitalize() for s in product(SYLLABES, repeat=2)]
    sortie = io.StringIO(newline="")
    writer = csv.writer(sortie, delimiter=";")
    writer.writerow(ENTETES)
    for i in range(premier, premier + nombre):
        commune, codes = communes[i * 31 % len(communes)]
        nom, prenom = noms[i % len(noms)], prenoms[(i * 7 + i // len(noms)) % len(prenoms)]
        naissance = date(1945, 1, 1) + timedelta(days=i * 7907 % 20000)
        writer.writerow(
            [
                f"B{i:07d}", nom, prenom, naissance.strftime("%d/%m/%Y"),
                ("M.", "Mme", "")[i % 3], f"06 {i // 10**6:02d} " + " ".join(
                    f"{i % 10**6:06d}"[k : k + 2] for k in (0, 2, 4)),
                f"{nom}.{prenom}.{i}@exemple.invalid".lower() if i % 2 else "",
                f"{1 + i % 120} rue du Lac", codes[0], commune,
                str(1000000 + i), "16/11/2026", ("Suroccupation", "")[i % 2],
            ]
        )  # fmt: skip
    return sortie.getvalue().encode()


class Chronometre:
    """Wall and CPU seconds: this process, its children, the database's back-end."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._backend = psutil.Process(cursor.fetchone()[0])
        self._start = self._now()

    def _now(self) -> tuple[float, float, float, float]:
        t = os.times()
        return (
            time.perf_counter(),
            t.user + t.system,
            t.children_user + t.children_system,
            sum(self._backend.cpu_times()[:2]),
        )

    def read(self) -> tuple[float, ...]:
        """Seconds since the start: wall, this process, its children, the database."""
        return tuple(b - a for a, b in zip(self._start, self._now(), strict=True))


def import_file(cadre: Cadre, contenu: bytes) -> dict[str, tuple[float, ...]]:
    """The product's own path: two acts, one transaction each as on the pages."""
    stages = {}
    chrono = Chronometre()
    with ouvre_transaction(cadre.perimetre):
        lot = receive_lot(
            perimetre=cadre.perimetre,
            genre="saisines",
            fichier=Fichier("saisines.csv", contenu),
            options=cadre.options,
        )
    stages["verification"] = chrono.read()
    chrono = Chronometre()
    with ouvre_transaction(cadre.perimetre):
        integrate_lot(perimetre=cadre.perimetre, lot_id=lot.pk)
    stages["integration"] = chrono.read()
    return stages


# Rows that one line writes: line of the file, household, person, membership, dwelling, saisine,
# motive, seven pieces, three links, parcours, two events and what their sealing waits for.
MODELES = (
    "echanges.LigneImport", "menages.Menage", "menages.Personne", "menages.Appartenance",
    "menages.Domicile", "menages.Rattachement", "menages.FaitParcours", "demandes.Saisine",
    "demandes.MotifSaisine", "demandes.PieceSaisine", "journal.Evenement",
    "journal.AttenteScelle", "journal.Livraison",
)  # fmt: skip


def count_rows() -> int:
    """Every row of the tables that an import writes."""
    return sum(apps.get_model(nom)._base_manager.count() for nom in MODELES)


def run(nombre: int, compare: int) -> None:
    """The rival and the product on one file of `compare` lines, then the product on `nombre`."""
    cadre = build_cadre()
    contenu = build_file(compare)
    rival = _run_rival(cadre, contenu)
    ours = _run_product(cadre, contenu, compare)
    for titre, rang in (("de temps réel", 0), ("de processeur", 1)):
        print(
            f"  même fichier de {compare} lignes, {titre} : produit {compare / ours[rang]:.0f} "
            f"lignes/s, django-import-export {compare / rival[rang]:.0f} lignes/s, "
            f"rapport {rival[rang] / ours[rang]:.1f}"
        )
    _run_product(cadre, build_file(nombre, premier=compare), nombre)


def _run_rival(cadre: Cadre, contenu: bytes) -> tuple[float, float]:
    """Seconds and processor seconds of the rival; what it wrote is taken back."""
    from bench.rival_import import import_file as import_rival

    with ouvre_transaction(cadre.perimetre):
        chrono = Chronometre()
        import_rival(cadre, contenu)
        with connection.cursor() as cursor:  # the foreign keys, as its commit would check them
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        spent = chrono.read()
        transaction.set_rollback(True)
    return spent[0], sum(spent[1:])


def _run_product(cadre: Cadre, contenu: bytes, nombre: int) -> tuple[float, float]:
    before = count_rows()
    stages = import_file(cadre, contenu)
    rows = count_rows() - before
    wall = sum(t[0] for t in stages.values())
    cpu = sum(sum(t[1:]) for t in stages.values())
    print(
        f"  import de {nombre} lignes : {wall:.1f} s, {nombre / wall:.0f} lignes/s et "
        f"{rows / wall:.0f} lignes de table/s ; processeur {cpu:.1f} s, {nombre / cpu:.0f} "
        f"lignes/s et {rows / cpu:.0f} lignes de table/s"
    )
    for nom, t in stages.items():
        print(
            f"    {nom:<13} {t[0]:>5.1f} s, dont processeur : application {t[1]:.1f}, "
            f"lecture du fichier {t[2]:.1f}, base {t[3]:.1f}"
        )
    return wall, cpu
