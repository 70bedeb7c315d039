"""One statement for several querysets: the same objects, the same order, the same refusals."""

from typing import Any

import pytest
from django.db.models import Count, F, Q, Value
from django.utils import timezone

from cariatide.bareme.models import ParametreLocal
from cariatide.comptes.models import Utilisateur
from cariatide.menages.acces import condition_menage, links_of
from cariatide.menages.models import Menage, MenageSocial, Rattachement
from cariatide.partenaires.models import Mandat, Organisation
from cariatide.socle.access import PorteeManquante
from cariatide.socle.ensemble import lit_ensemble
from cariatide.socle.perimetre import Niveau, Perimetre
from tests.distribution import JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db


def test_each_queryset_gets_what_it_would_have_read(
    monde: Monde, django_assert_num_queries: Any
) -> None:
    for nom in ("Zola", "Adam", "Morel"):
        add_menage(monde, nom=nom)
    for valeur in ({"mois": 12}, "libre", 12.5, [True]):
        ParametreLocal.objects.create(
            code=f"essai.{valeur}", valeur=valeur, du=JOUR, motif="essai", auteur="essai"
        )
    alice = monde.perimetre("alice")

    def build() -> list[Any]:
        return [
            Menage.objects.visible_to(alice).select_related("commune").order_by("-nom_usage"),
            Menage.objects.visible_to(alice).order_by("nom_usage")[:1],
            Mandat.objects.order_by("pk").values_list("role", "organisation__nom"),
            Organisation.objects.annotate(n=Count("mandats"), deux=F("n") + Value(2)).order_by(
                "pk"
            ),
            # JSON, amounts, moments: each type comes back as its field reads it.
            ParametreLocal.objects.order_by("pk").values("valeur", "du")[:20],
            Utilisateur.objects.order_by("pk").only("email", "created_at"),
            Organisation.objects.order_by("nom").values_list("nom", flat=True),
        ]

    expected = [list(q) for q in build()]
    together = build()
    with django_assert_num_queries(1):
        lit_ensemble(*together)
        found = [list(q) for q in together]
        assert [m.commune and m.commune.nom for m in found[0]]
    assert found == expected
    assert [m.nom_usage for m in found[0]] == ["Zola", "Morel", "Adam"]
    assert [o.n for o in found[3]] == [o.n for o in expected[3]]
    assert {timezone.is_aware(u.created_at) for u in found[5]} == {True}
    assert [v["valeur"] for v in found[4]] == [{"mois": 12}, "libre", 12.5, [True]]


def test_nothing_to_read_sends_nothing(monde: Monde, django_assert_num_queries: Any) -> None:
    vide = Menage.objects.visible_to(Perimetre(monde.alice.pk, "Alice", JOUR))
    with django_assert_num_queries(0):
        lit_ensemble(vide)
        assert list(vide) == []
    un, rien = Organisation.objects.filter(pk=monde.ccas.pk), Organisation.objects.none()
    with django_assert_num_queries(1):
        lit_ensemble(rien, un)
    assert (list(rien), list(un)) == ([], [monde.ccas])


def test_a_queryset_without_perimeter_is_refused(monde: Monde) -> None:
    with pytest.raises(PorteeManquante):
        lit_ensemble(Organisation.objects.all(), MenageSocial.objects.all())


@pytest.mark.parametrize("qui", ["alice", "charlie", "chef", "technicien", "dora"])
@pytest.mark.parametrize("niveau", [Niveau.FACTUEL, Niveau.SOCIAL, Niveau.CONFIDENTIEL])
def test_the_condition_kept_as_text_says_what_the_links_say(
    monde: Monde, qui: str, niveau: Niveau
) -> None:
    for rang, auteur in enumerate(("alice", "charlie", "alice")):
        add_menage(monde, qui=auteur, nom=f"Nom{rang}")
    perimetre = monde.perimetre(qui)
    rows = Menage.objects.unscoped(reason="test")
    opened = set(links_of(perimetre, niveau).values_list("menage_id", flat=True))
    found = rows.filter(condition_menage(perimetre, niveau))
    assert {m.pk for m in found} == (opened if perimetre.may_read(niveau) else set())
    # Inside another condition, refused, and on a query that reads the same tables.
    others = rows.filter(~condition_menage(perimetre, niveau) & Q(nom_usage__startswith="Nom"))
    assert {m.pk for m in others} == {m.pk for m in rows} - {m.pk for m in found}
    liens = Rattachement.objects.filter(
        condition_menage(perimetre, niveau, "menage_id"), menage__nom_usage__startswith="Nom"
    )
    assert {lien.menage_id for lien in liens} == {m.pk for m in found}
