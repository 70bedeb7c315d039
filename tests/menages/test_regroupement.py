"""Two households become one from a date; nothing but people moves, and an error is undone."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.journal.models import Evenement
from cariatide.menages.actions import (
    DonneesPersonne,
    add_membre,
    join_menages,
    move_domicile,
    save_social,
    separate_menage,
    undo_regroupement,
)
from cariatide.menages.actions.creation import DonneesDomicile
from cariatide.menages.models import (
    Appartenance,
    Domicile,
    FaitParcours,
    Menage,
    MenageSocial,
    Rattachement,
    Regroupement,
)
from cariatide.menages.queries import build_fiche, find_niveau
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.perimetre import Niveau
from tests.distribution import JOUR, Monde, add_menage
from tests.menages.test_fusion import merge, rows, undo

pytestmark = pytest.mark.django_db
LE = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(JOUR.isoformat() + "T10:00:00+01:00", tick=False):
        yield


def reload(menage: Menage) -> Menage:
    return Menage.objects.unscoped(reason="test").get(pk=menage.pk)


def presents(menage: Menage) -> list[Appartenance]:
    rows = Appartenance.objects.unscoped(reason="test").filter(menage=menage, au__isnull=True)
    return list(rows.select_related("personne").order_by("pk"))


def couple_separe(monde: Monde) -> tuple[Menage, Menage]:
    """A couple with a child, who parted: the spouse and the child formed a household."""
    menage = add_menage(monde)
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        for nom, role, naissance in (("Sasha", "conjoint", 1991), ("Noé", "enfant", 2015)):
            add_membre(
                perimetre=alice, menage_id=menage.pk, du=date(2026, 1, 20),
                personne=DonneesPersonne("Lefèvre", nom, role, naissance=date(naissance, 2, 1)),
                version=reload(menage).version,
            )  # fmt: skip
        partants = [a for a in presents(menage) if a.role != "referent"]
        nouveau = separate_menage(
            perimetre=alice, menage_id=menage.pk, appartenance_ids=[a.pk for a in partants],
            referent_id=partants[0].pk, le=date(2026, 3, 1), motif="separation",
            version=reload(menage).version,
        )  # fmt: skip
    return menage, nouveau


def join(monde: Monde, menage: Menage, rejoint: Menage, le: date = LE, **plus: Any) -> Regroupement:
    places = {a.pk: "conjoint" if a.role == "referent" else a.role for a in presents(rejoint)}
    perimetre = monde.perimetre(plus.pop("qui", "alice"))
    with ouvre_transaction(perimetre):
        return join_menages(
            perimetre=perimetre, menage_id=menage.pk, rejoint_id=rejoint.pk, le=le,
            motif="vie_commune", places={**places, **plus.pop("places", {})}, **plus,
        )  # fmt: skip


def test_le_couple_se_remet_ensemble_et_les_deux_fiches_gardent_leur_histoire(
    monde: Monde,
) -> None:
    menage, nouveau = couple_separe(monde)
    join(monde, menage, nouveau)
    alice = monde.perimetre("alice")
    assert [(a.personne.prenom, a.role, a.du) for a in presents(menage)] == [
        ("Camille", "referent", date(2026, 1, 15)),
        ("Sasha", "conjoint", LE),
        ("Noé", "enfant", LE),
    ]
    assert presents(nouveau) == []
    anciens = Appartenance.objects.unscoped(reason="test").filter(menage=nouveau)
    assert {(a.au, a.motif_sortie) for a in anciens} == {(date(2026, 8, 31), "regroupement")}
    with ouvre_transaction(alice):
        assert build_fiche(alice, menage.pk).composition == "2 adultes, 1 enfant"
        assert build_fiche(alice, nouveau.pk).composition == "composition non renseignée"
    assert not Domicile.objects.unscoped(reason="test").filter(menage=nouveau, au=None).exists()
    titres = FaitParcours.objects.unscoped(reason="test").filter(date=LE)
    assert {(f.menage_id, f.titre) for f in titres} == {
        (menage.pk, f"Lefèvre ({nouveau.reference}) rejoint ce ménage"),
        (nouveau.pk, f"Ce ménage rejoint Lefèvre ({menage.reference})"),
    }
    assert Evenement.objects.filter(nom="menage.regroupe").count() == 2


def test_defaire_rend_les_deux_menages_comme_ils_etaient(monde: Monde) -> None:
    menage, nouveau = couple_separe(monde)

    def photo() -> dict[str, Any]:
        found = rows(menage, nouveau)
        del found["menages.FaitParcours"], found["menages.Regroupement"]
        return found

    avant = photo()
    regroupement = join(monde, menage, nouveau)
    assert photo() != avant
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        undo_regroupement(perimetre=alice, regroupement_id=regroupement.pk, motif="Erreur.")
    assert photo() == avant
    with ouvre_transaction(alice), pytest.raises(ActeRefuse, match="déjà défait"):
        undo_regroupement(perimetre=alice, regroupement_id=regroupement.pk, motif="Erreur.")
    join(monde, menage, nouveau)


def test_une_separation_apres_un_regroupement_ne_se_defait_pas(monde: Monde) -> None:
    menage, nouveau = couple_separe(monde)
    regroupement = join(monde, menage, nouveau)
    alice = monde.perimetre("alice")
    partants = [a for a in presents(menage) if a.role != "referent"]
    with ouvre_transaction(alice):
        separate_menage(
            perimetre=alice, menage_id=menage.pk, appartenance_ids=[a.pk for a in partants],
            referent_id=partants[0].pk, le=date(2026, 11, 1), motif="separation",
            version=reload(menage).version,
        )  # fmt: skip
        with pytest.raises(ActeRefuse, match="plutôt une séparation"):
            undo_regroupement(perimetre=alice, regroupement_id=regroupement.pk, motif="Trop tard.")


def test_personne_ne_gagne_le_contenu_social_de_l_autre(monde: Monde) -> None:
    """Charlie follows the parent who joins: facts of the household joined, nothing social."""
    menage = add_menage(monde)
    parent = add_menage(monde, qui="charlie", nom="Okafor")
    alice, charlie = monde.perimetre("alice"), monde.perimetre("charlie")
    with ouvre_transaction(alice):
        save_social(perimetre=alice, menage_id=menage.pk, version=0, situation="Suivi.")
    with pytest.raises(Introuvable):
        join(monde, menage, parent)
    Rattachement.objects.create(
        menage=parent, organisation=monde.operateur, niveau=1, motif="creation",
        source_type="tests", source_id=1, du=date(2026, 1, 1),
    )  # fmt: skip
    places = {presents(parent)[0].pk: "autre"}
    join(monde, menage, parent, places=places)
    with ouvre_transaction(charlie):
        assert find_niveau(charlie, menage.pk) == Niveau.FACTUEL
        assert not MenageSocial.objects.visible_to(charlie).exists()
    with ouvre_transaction(alice):
        assert find_niveau(alice, parent.pk) == Niveau.FACTUEL


def test_une_adresse_protegee_le_reste_pour_tous_meme_defaite(monde: Monde) -> None:
    menage, autre = add_menage(monde), add_menage(monde, nom="Okafor", adresse_protegee=True)
    regroupement = join(monde, menage, autre)
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        undo_regroupement(perimetre=alice, regroupement_id=regroupement.pk, motif="Erreur.")
    assert reload(menage).adresse_protegee
    assert Domicile.objects.unscoped(reason="test").get(menage=menage).protege


def test_ce_qui_ne_se_peut_pas_est_refuse(monde: Monde) -> None:
    menage, nouveau = couple_separe(monde)
    seul = add_menage(monde, nom="Okafor")
    with pytest.raises(ErreurMetier, match="lui-même"):
        join(monde, menage, menage)
    with pytest.raises(ErreurMetier, match="avenir"):
        join(monde, menage, nouveau, date(2026, 11, 23))
    with pytest.raises(ErreurMetier, match="postérieure aux entrées"):
        join(monde, menage, nouveau, date(2026, 3, 1))
    with pytest.raises(ErreurMetier, match="déjà son référent"):
        join(monde, menage, seul, places={presents(seul)[0].pk: "referent"})
    with pytest.raises(ErreurMetier, match="place de chacun"):
        join(monde, menage, seul, places={presents(seul)[0].pk: "oncle"})
    join(monde, menage, nouveau)
    with pytest.raises(ErreurMetier, match="deux conjoints"):
        join(monde, menage, seul)
    with pytest.raises(ErreurMetier, match="Plus personne"):
        join(monde, menage, nouveau)
    assert reload(seul).version == 1


def test_la_fusion_de_deux_fiches_emporte_les_regroupements_et_les_rend(monde: Monde) -> None:
    menage, nouveau = couple_separe(monde)
    regroupement = join(monde, menage, nouveau)
    double = add_menage(monde)
    fusion = merge(monde, double, menage)
    regroupement.refresh_from_db()
    assert (regroupement.menage_id, regroupement.rejoint_id) == (double.pk, nouveau.pk)
    undo(monde, fusion)
    regroupement.refresh_from_db()
    assert regroupement.menage_id == menage.pk


def test_les_pages_du_choix_a_l_annulation(monde: Monde, client_de: Any) -> None:
    menage, nouveau = couple_separe(monde)
    choix = reverse("menages:regroupements", args=[menage.pk])
    url = reverse("menages:regrouper", args=[menage.pk, nouveau.pk])
    for qui, statut in ((None, 302), ("dpo", 403), ("technicien", 403), ("charlie", 404)):
        with client_de(monde.personnes[qui] if qui else None) as c:
            assert c.get(choix).status_code == statut, qui
            assert c.get(url).status_code == statut, qui
    with client_de(monde.alice) as c:
        assert url in c.get(choix).content.decode()
        assert c.get(choix, {"reference": nouveau.reference}).headers["Location"] == url
        places = re.findall(r'name="(place_\d+)"', c.get(url).content.decode())
        assert len(places) == 2
        saisie: dict[str, Any] = dict(zip(places, ("conjoint", "enfant"), strict=True))
        version = reload(menage).version
        saisie |= {"le": "2026-09-01", "motif": "vie_commune", "version": version}
        assert c.post(url, {**saisie, "version": version - 1}).status_code == 409
        assert c.post(url, saisie).status_code == 302
        page = c.get(reverse("menages:detail", args=[nouveau.pk])).content.decode()
        assert "Plus personne ne compose ce ménage" in page
        trouve = Regroupement.objects.unscoped(reason="test").get()
        defaire = reverse("menages:defaire_regroupement", args=[trouve.pk])
        assert defaire in c.get(choix).content.decode()
        assert c.post(defaire, {"motif": "Erreur de saisie."}).status_code == 302
    assert len(presents(nouveau)) == 2


def test_le_domicile_du_menage_rejoint_n_est_pas_touche(monde: Monde) -> None:
    menage, autre = add_menage(monde), add_menage(monde, nom="Okafor")
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        move_domicile(
            perimetre=alice, menage_id=autre.pk, du=JOUR, protege=False,
            domicile=DonneesDomicile(adresse="2 rue du Pont"), version=reload(autre).version,
        )  # fmt: skip
    join(monde, menage, autre)
    ouverts = Domicile.objects.unscoped(reason="test").filter(au__isnull=True)
    assert {d.adresse for d in ouverts} == {"3 impasse du Moulin", "2 rue du Pont"}
