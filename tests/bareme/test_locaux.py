"""Local values: who sets them, which one wins, what is refused."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cariatide.bareme.actions import ROLES_DE_L_ORGANISATION, set_parametre_local
from cariatide.bareme.models import ParametreLocal
from cariatide.bareme.queries import BaremeInconnu, DateNonCouverte, list_baremes, value
from cariatide.journal.models import Evenement
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db


def fixe(monde: Monde, qui: str = "bob", **plus: Any) -> ParametreLocal:
    options = {"code": "asll.duree", "valeur": 9, "du": date(2026, 1, 1),
               "motif": "Règlement intérieur du 1er janvier 2026"} | plus  # fmt: skip
    return set_parametre_local(perimetre=monde.perimetre(qui), **options)


def test_valeur_du_fichier_sans_valeur_locale() -> None:
    found = value("asll.duree", le=JOUR)
    assert (found.valeur, found.unite, found.depuis, found.locale) == (6, "mois", None, False)
    assert value("pension_famille.tarif_place", le=date(2012, 1, 1)).valeur == Decimal("16.00")


def test_absences_sont_des_erreurs() -> None:
    with pytest.raises(BaremeInconnu, match=r"« asll\.dure »"):
        value("asll.dure", le=JOUR)
    with pytest.raises(DateNonCouverte, match="31/12/2026"):
        value("impaye_apl.seuil_dette", le=date(2026, 12, 31))
    with pytest.raises(DateNonCouverte, match="localement"):
        value("commission.quorum", le=JOUR)


def test_valeur_locale_l_emporte_a_partir_de_sa_date(monde: Monde) -> None:
    fixe(monde)
    assert value("asll.duree", le=date(2025, 12, 31)).valeur == 6
    found = value("asll.duree", le=date(2026, 1, 1))
    assert (found.valeur, found.locale, found.depuis) == (9, True, date(2026, 1, 1))
    assert "Règlement intérieur du 1er janvier 2026" in found.reference
    assert "Bob Pilote" in found.reference
    evenement = Evenement.objects.get(nom="parametre_local.fixe")
    assert evenement.donnees["apres"]["valeur"] == 9


def test_portee_la_plus_proche(monde: Monde) -> None:
    fixe(monde, valeur=7)
    fixe(monde, valeur=8, departement="59")
    fixe(monde, "administratrice", valeur=9, organisation_id=monde.operateur.pk)

    def duree(**portee: Any) -> Any:
        return value("asll.duree", le=JOUR, **portee).valeur

    assert duree() == 7
    assert duree(departement="59") == 8
    assert duree(departement="72") == 7
    assert duree(departement="59", organisation_id=monde.operateur.pk) == 9
    assert duree(organisation_id=monde.ccas.pk) == 7


def test_une_nouvelle_valeur_clot_la_precedente(monde: Monde) -> None:
    first = fixe(monde)
    fixe(monde, valeur=12, du=date(2026, 7, 1))
    first.refresh_from_db()
    assert first.au == date(2026, 6, 30)
    assert value("asll.duree", le=date(2026, 6, 30)).valeur == 9
    assert value("asll.duree", le=date(2026, 7, 1)).valeur == 12


def test_pas_de_valeur_avant_la_derniere(monde: Monde) -> None:
    fixe(monde)
    for du in (date(2026, 1, 1), date(2025, 1, 1)):
        with pytest.raises(ErreurMetier, match="déjà en vigueur"):
            fixe(monde, du=du)
    assert ParametreLocal.objects.count() == 1


def test_la_base_refuse_un_chevauchement(monde: Monde) -> None:
    row = fixe(monde)
    for decalage in (0, 10):
        with pytest.raises(IntegrityError), transaction.atomic():
            ParametreLocal.objects.create(
                code=row.code, valeur=3, du=row.du + timedelta(days=decalage), motif="x", auteur="x"
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        ParametreLocal.objects.create(
            code=row.code, departement="59", organisation_id=1, valeur=3, du=JOUR, motif="x",
            auteur="x",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("plus", "message"),
    [
        ({"code": "commandement.delai"}, "fixé par un texte"),
        ({"code": "inconnu"}, "Aucun barème"),
        ({"valeur": "neuf"}, "nombre entier"),
        ({"valeur": None}, "nombre entier"),
        ({"motif": "  "}, "motif"),
    ],
)
def test_valeur_refusee(monde: Monde, plus: dict[str, Any], message: str) -> None:
    with pytest.raises(ErreurMetier, match=message):
        fixe(monde, **plus)
    assert not ParametreLocal.objects.exists()


@pytest.mark.parametrize(
    ("qui", "organisation"),
    [("alice", None), ("eve", None), ("administratrice", None), ("administratrice", "ccas"),
     ("alice", "operateur")],
)  # fmt: skip
def test_qui_peut_fixer(monde: Monde, qui: str, organisation: str | None) -> None:
    organisation_id = getattr(monde, organisation).pk if organisation else None
    with pytest.raises(ActeRefuse):
        fixe(monde, qui, organisation_id=organisation_id)


def test_roles_declares_plus_haut() -> None:
    assert set(Role.values) >= ROLES_DE_L_ORGANISATION


def test_liste(monde: Monde) -> None:
    fixe(monde)
    lignes = {ligne.parametre.code: ligne for ligne in list_baremes(le=JOUR)}
    duree = lignes["asll.duree"]
    assert duree.en_vigueur is not None and duree.en_vigueur.valeur == 9
    assert [v.valeur for v in duree.locales] == [9]
    quorum = lignes["commission.quorum"]
    assert quorum.en_vigueur is None and "localement" in quorum.absence
    found = {ligne.parametre.code for ligne in list_baremes(le=JOUR, texte="ASLL")}
    assert found == {"asll.duree", "asll.duree_maximale"}
    a_verifier = list_baremes(le=JOUR, a_verifier=True)
    assert {ligne.parametre.regle for ligne in a_verifier} >= {"R-FSL-3", "R-CAL-2", "R-RS-3"}
    assert "asll.duree" not in {ligne.parametre.code for ligne in a_verifier}
