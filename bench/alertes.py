"""`python -m bench.alertes`: the daily computation of every rule, in statements and in seconds.

100,000 measures by default, five meetings each: the first night (everything opens), the second
(nothing changes), and one after a contact was written on a tenth of them.
"""

import argparse
import os
import sys
import time
from datetime import date, timedelta

import django

from bench.base import bench_server

JOUR = date(2026, 11, 22)
STATEMENTS = 45
_MESURES = """
INSERT INTO mesures_mesure (reference, menage_id, convention_id, dispositif, axe, intensite, statut,
  adhesion, contrat, sans_contrat_motif, sans_contrat_precision, operateur_id, referent_id,
  ouverte_le, accordee_le, accord_reference, duree_mois, contrat_signe_le, debut, fin_prevue, issue,
  relais, motif_refus, version)
SELECT 'MES-' || m.id, m.id, %(convention)s, 'mous', 'maintien', '', 'active', 'oui', 'signe', '',
  '', %(operateur)s, %(referent)s, d, d, '', 12, d, d, d + 365, '', '', '', 1
FROM (SELECT id, date '2026-11-22' - (id * 7919 %% 400)::int AS d FROM menages_menage) AS m
"""
_INTERVENTIONS = """
INSERT INTO mesures_intervention (menage_id, mesure_id, type, date, lieu, presence, contact,
  auteur_id, cree_le, version)
SELECT menage_id, id, 'vad', LEAST(debut + (g * 60 + id %% 60)::int, date '2026-11-22'), '',
  'present', '', %(referent)s, now(), 1
FROM mesures_mesure CROSS JOIN generate_series(0, 4) AS g
"""


def main() -> int:
    parser = argparse.ArgumentParser(description="Calcul quotidien des alertes")
    parser.add_argument("--taille", type=int, default=100_000)
    options = parser.parse_args()
    with bench_server() as fresh:
        os.environ["CARIATIDE_TEST_URL"] = fresh()
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        django.setup()
        return run(options.taille)


def run(taille: int) -> int:
    """Seed, then three nights; 1 when a night takes more than a handful of statements a rule."""
    from django.db import connection

    from bench.base import analyze
    from bench.donnees import seed
    from cariatide.partenaires.models import Convention, Mandat

    lecteurs = seed(taille)
    operateur = Mandat.objects.get(utilisateur=lecteurs.grand).organisation
    convention = Convention.objects.create(
        type="mous", reference="BANC", intitule="Banc", commanditaire=operateur,
        operateur=operateur, du=date(2020, 1, 1), au=date(2030, 12, 31),
    )  # fmt: skip
    valeurs = {
        "convention": convention.pk, "operateur": operateur.pk, "referent": lecteurs.grand.pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MESURES, valeurs)
        cursor.execute(_INTERVENTIONS, valeurs)
    analyze()
    nights = [measure("première nuit", JOUR), measure("nuit sans changement", JOUR)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE mesures_intervention SET date = %s WHERE id %% 50 = 0", [JOUR])
    nights.append(measure("un contact sur dix écrit", JOUR + timedelta(days=1)))
    return 0 if max(nights) <= STATEMENTS else 1


def measure(nom: str, jour: date) -> int:
    """One computation; returns its statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from cariatide.alertes.actions import compute_alertes
    from cariatide.socle.contexte import ouvre_transaction
    from cariatide.socle.perimetre import perimetre_systeme

    perimetre = perimetre_systeme("banc", jour)
    began, cpu = time.perf_counter(), time.process_time()
    with (
        CaptureQueriesContext(connection) as requetes,
        ouvre_transaction(perimetre, systeme="banc"),
    ):
        calcul = compute_alertes(perimetre=perimetre)
    durees = sorted(((float(q["time"]), q["sql"]) for q in requetes.captured_queries), reverse=True)
    debut = " ".join(durees[0][1].split()[:3])
    print(
        f"  {nom} : {len(requetes)} instructions, {time.perf_counter() - began:.1f} s "
        f"(application {time.process_time() - cpu:.2f} s, plus longue {durees[0][0]:.1f} s, "
        f"{debut}) ; "
        f"{calcul.ouvertes} ouvertes, {calcul.closes} closes"
    )
    return len(requetes)


if __name__ == "__main__":
    sys.exit(main())
