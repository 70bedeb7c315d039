"""What the home page and the search leave out: what this person's roles and levels do not open."""

from datetime import timedelta
from typing import Any

import pytest

from cariatide.conformite.actions import open_exception
from cariatide.menages.actions import write_fait
from cariatide.menages.models import FaitParcours
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.pages.journee import blocs
from cariatide.socle.perimetre import Niveau
from cariatide.web import queries
from tests.distribution import JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db


def test_un_bloc_de_la_journee_est_celui_de_ses_roles(
    monde: Monde, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    for bloc in blocs:
        monkeypatch.setattr(type(bloc), "lignes", lambda b, p: asked.append(b.titre) or ["une"])
    for qui in monde.personnes:
        perimetre = monde.perimetre(qui)
        asked.clear()
        montres = [bloc.titre for bloc in queries.list_blocs(perimetre)]
        siens = [b.titre for b in sorted(blocs, key=lambda b: b.ordre) if perimetre.roles & b.roles]
        assert montres == asked == siens, qui


def test_les_faits_d_un_menage_ouvert_par_exception_restent_sur_sa_page(monde: Monde) -> None:
    """Each of its reads is written in the journal: the home page, read by itself, shows none."""
    menage = add_menage(monde)
    write_fait(
        perimetre=monde.perimetre("alice"), menage_id=menage.pk, le=JOUR, domaine="essai",
        titre="Visite", source=("essai", 1), niveau=Niveau.FACTUEL,
    )  # fmt: skip
    with ouvre_transaction(monde.perimetre("dpo")):
        open_exception(
            perimetre=monde.perimetre("dpo"), reference=menage.reference,
            motif="Plainte reçue sur ce dossier", heures=1,
        )  # fmt: skip
    dpo = monde.perimetre("dpo")
    assert FaitParcours.objects.visible_to(dpo).exists()
    assert queries.list_changements(dpo) == []
    assert [f.titre for f in queries.list_changements(monde.perimetre("chef"))][-1:] == ["Visite"]


def test_un_fait_ancien_n_est_plus_une_nouvelle(monde: Monde) -> None:
    menage = add_menage(monde)
    for age in (1, queries.JOURS_CHANGEMENTS):
        write_fait(
            perimetre=monde.perimetre("alice"), menage_id=menage.pk, domaine="essai",
            le=JOUR - timedelta(days=age), titre=f"Il y a {age} jours", source=("essai", age),
        )  # fmt: skip
    recents = [f.titre for f in queries.list_changements(monde.perimetre("chef"))]
    assert "Il y a 1 jours" in recents and "Il y a 180 jours" not in recents


def test_la_recherche_ne_donne_que_des_pages_qui_s_ouvrent(
    monde: Monde, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_menage(monde, nom="Introuvable")
    alice = monde.perimetre("alice")
    assert queries.search(alice, "introuvable")
    monkeypatch.setattr(queries, "opens", lambda perimetre, adresse: False)
    assert queries.search(alice, "introuvable") == []
