"""The story as values: its figures, whatever the day. No database."""

from collections import Counter
from datetime import date, timedelta

import pytest

from cariatide.demonstration.actions import tell
from cariatide.demonstration.distribution import BAILLEURS, CCAS, ORGANISATIONS
from cariatide.demonstration.hasard import is_ouvre, tirage
from cariatide.demonstration.noms import draw_nom, draw_prenom
from cariatide.demonstration.plan import Recit
from cariatide.demonstration.textes.grammaire import varie
from cariatide.partenaires.statuts import TypeOrganisation

JOURS = [date(2026, 11, 22), date(2027, 1, 1), date(2026, 6, 30), date(2028, 2, 29)]


@pytest.fixture(scope="module", params=JOURS, ids=str)
def recit(request: pytest.FixtureRequest) -> Recit:
    return tell(request.param, 1)


def annees_pleines(recit: Recit) -> list[int]:
    return [annee for annee, _, _, part in recit.periode.annees() if part == 1]


def test_les_volumes_sont_ceux_annonces(recit: Recit) -> None:
    assert 890 <= len(recit.saisines) <= 910
    assert 380 <= len(recit.mesures) <= 425
    assert len(recit.seances["pilotage"]) == 36


def test_trente_cinq_seances_tenues_et_une_a_venir_sous_dix_jours(recit: Recit) -> None:
    *tenues, prochaine = recit.seances["pilotage"]
    assert {s.statut for s in tenues} == {"close"} and prochaine.statut == "convoquee"
    assert 0 < (prochaine.le - recit.periode.jour).days <= 10
    assert len(prochaine.passages) == 11
    assert prochaine.agenda_le <= recit.periode.hier


def test_une_seance_se_tient_le_jour_meme(recit: Recit) -> None:
    seance = recit.seances["insalubrite"][-1]
    assert seance.le == recit.periode.jour and seance.statut == "convoquee"


def test_les_menages_reloges_et_logements_ameliores_sont_entre_vingt_et_trente(
    recit: Recit,
) -> None:
    faits = Counter(
        le.year for m in recit.mesures for le in (m.entree_le, m.travaux_acheves_le) if le
    )
    assert annees_pleines(recit)
    assert all(20 <= faits[annee] <= 30 for annee in annees_pleines(recit)), faits


def test_cinq_logements_adaptes_quinze_prives_et_cinq_communaux(recit: Recit) -> None:
    produits = [x.operation for x in recit.logements if x.operation]
    adaptes = Counter(
        o.dates["louee_le"].year for o in produits if o.adapte and "louee_le" in o.dates
    )
    livres = Counter(
        (o.dates["achevee_le"].year, o.maitre_ouvrage)
        for o in produits
        if o.finalite == "production" and "achevee_le" in o.dates
    )
    for annee in annees_pleines(recit):
        assert 4 <= adaptes[annee] <= 6
        assert 13 <= livres[annee, "prive"] <= 17
        assert 4 <= livres[annee, "communal"] <= 7


def test_rien_n_arrive_apres_la_veille(recit: Recit) -> None:
    hier = recit.periode.hier
    for saisine in recit.saisines:
        assert recit.periode.debut <= saisine.date_saisine <= saisine.deposee_le <= hier
        assert all(p.inscrit_le <= hier for p in saisine.passages)
    for mesure in recit.mesures:
        dates = [le for le, *_ in mesure.actes]
        assert dates == sorted(dates) and (not dates or dates[-1] <= hier)
    assert all(
        le <= hier for x in recit.logements if x.operation for le in x.operation.dates.values()
    )


def test_une_saisine_refusee_n_ouvre_pas_de_mesure(recit: Recit) -> None:
    refusees = [s for s in recit.saisines if s.sens == "refus"]
    assert len(refusees) > 50
    assert all(s.mesure is None and s.close_le is None for s in refusees)


def test_la_meme_graine_raconte_la_meme_histoire() -> None:
    jour = JOURS[0]
    assert repr(tell(jour, 7, 0.1)) == repr(tell(jour, 7, 0.1))
    assert repr(tell(jour, 7, 0.1)) != repr(tell(jour, 8, 0.1))


def test_les_noms_et_les_phrases_sont_tires_sans_reste() -> None:
    h = tirage(1, "essai")
    assert all(draw_nom(h) and draw_prenom(h, True, True) for _ in range(50))
    phrase = varie(h, "{Le {loyer|bail}|La quittance} de $mois mois : {oui|non} !", mois=3)
    assert "{" not in phrase and "|" not in phrase and "$" not in phrase
    assert "3 mois" in phrase and phrase.endswith("\u00a0!")


def test_un_jour_ferie_n_est_pas_un_jour_de_travail() -> None:
    assert not is_ouvre(date(2026, 5, 1)) and not is_ouvre(date(2026, 11, 22))
    assert is_ouvre(date(2026, 11, 23) + timedelta(days=1))


def test_les_organisations_sont_celles_de_la_commande() -> None:
    """An operator, five landlords, the préfecture, the département, a CAF, EPCI and CCAS."""
    types = Counter(fiche.type for fiche in ORGANISATIONS)
    assert types[TypeOrganisation.BAILLEUR_SOCIAL] == len(BAILLEURS) == 5
    for attendu in ("operateur", "prefecture", "departement", "caf", "epci", "ccas"):
        assert types[TypeOrganisation(attendu)], attendu
    assert set(BAILLEURS) | set(CCAS) <= {fiche.code for fiche in ORGANISATIONS}
