"""Lists kept under a name: mine, those of my organisations, and of lists whose page I open."""

import pytest

import config.urls  # noqa: F401 (loading the routes declares the lists)
from cariatide.echanges.actions import save_filtre
from cariatide.echanges.models import FiltreEnregistre
from cariatide.echanges.web import listes
from cariatide.socle.erreurs import ActeRefuse, Introuvable
from cariatide.socle.perimetre import Perimetre, perimetre_systeme
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db


def keep(perimetre: Perimetre, *, partage: bool) -> FiltreEnregistre:
    return save_filtre(
        perimetre=perimetre, liste="menages", nom="Les miens", requete="q=a", partage=partage
    )


def test_des_filtres_sont_a_une_personne_ou_a_son_organisation(monde: Monde) -> None:
    for partage, lecteurs in ((False, {"alice"}), (True, {"alice", "collegue", "chef"})):
        keep(monde.perimetre("alice"), partage=partage)
        vus = {
            qui
            for qui in ("alice", "collegue", "chef", "charlie", "prescripteur", "eve")
            if FiltreEnregistre.objects.visible_to(monde.perimetre(qui)).exists()
        }
        assert vus == lecteurs
    systeme = perimetre_systeme("essai", JOUR)
    assert not FiltreEnregistre.objects.visible_to(systeme).exists()


def test_partager_demande_une_organisation(monde: Monde) -> None:
    eve = monde.perimetre("eve")
    with pytest.raises(ActeRefuse, match="organisation"):
        keep(eve, partage=True)
    assert keep(eve, partage=False).organisation_id is None
    assert keep(monde.perimetre("alice"), partage=True).organisation_id == monde.operateur.pk


def test_une_liste_est_celle_d_une_page_qui_s_ouvre(monde: Monde) -> None:
    assert listes._find(monde.perimetre("alice"), "menages")
    for qui, nom in (("eve", "menages"), ("technique", "menages"), ("alice", "nulle part")):
        with pytest.raises(Introuvable):
            listes._find(monde.perimetre(qui), nom)
