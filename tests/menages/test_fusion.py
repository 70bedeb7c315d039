"""Two files of one household made one: everything moves, and everything comes back as it was."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cariatide.documents.models import Piece
from cariatide.echeances.actions import plan_echeance
from cariatide.echeances.models import Echeance
from cariatide.journal.models import Evenement
from cariatide.menages.actions import (
    DonneesLigne,
    DonneesPersonne,
    add_membre,
    attach,
    merge_menages,
    record_situation,
    save_confidentiel,
    save_social,
    unmerge_menages,
    write_fait,
)
from cariatide.menages.models import (
    Appartenance,
    FaitParcours,
    Fusion,
    Menage,
    MenageConfidentiel,
    MenageSocial,
    NatureBudget,
    Rattachement,
)
from cariatide.menages.ports import rattachables
from cariatide.menages.queries import list_menages
from cariatide.menages.statuts import MotifRattachement
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.perimetre import Niveau
from tests.distribution import JOUR, Monde, add_menage
from tests.proprietes import exemples

pytestmark = pytest.mark.django_db
MOTIF = "Deux fiches ouvertes le même jour."
# What both acts add or count: the line of the parcours, the event, the merge and the version.
_AJOUTES = {"menages.Fusion", "journal.Evenement"}


def rows(*menages: Menage) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that names one of these households, but the line of the act."""
    ids = [m.pk for m in menages]
    photo: dict[str, list[dict[str, Any]]] = {}
    for modele in apps.get_models():
        label = modele._meta.label
        champ = _champ(modele)
        if champ is None or label in _AJOUTES or not modele._meta.managed:
            continue
        found = modele._base_manager.filter(**{f"{champ}__in": ids})
        if modele is FaitParcours:
            found = found.exclude(source_type="menages.fusion")
        photo[label] = [
            {k: v for k, v in row.items() if not (modele is Menage and k == "version")}
            for row in found.order_by("pk").values()
        ]
    return photo


def _champ(modele: type[Model]) -> str | None:
    if modele is Menage:
        return "pk"
    noms = {f.attname for f in modele._meta.concrete_fields}
    return "menage_id" if "menage_id" in noms else None


def merge(monde: Monde, garde: Menage, absorbe: Menage, qui: str = "chef", **plus: Any) -> Fusion:
    perimetre = monde.perimetre(qui)
    with ouvre_transaction(perimetre):
        return merge_menages(
            perimetre=perimetre, garde_id=garde.pk, absorbe_id=absorbe.pk, motif=MOTIF, **plus
        )


def undo(monde: Monde, fusion: Fusion, qui: str = "chef") -> Fusion:
    perimetre = monde.perimetre(qui)
    with ouvre_transaction(perimetre):
        return unmerge_menages(perimetre=perimetre, fusion_id=fusion.pk, motif="Erreur.")


def reload(menage: Menage) -> Menage:
    return Menage.objects.unscoped(reason="test").get(pk=menage.pk)


def personne_of(menage: Menage) -> int:
    found = Appartenance.objects.unscoped(reason="test").filter(menage_id=menage.pk)
    return int(found.order_by("pk").values_list("personne_id", flat=True)[0])


def fill(monde: Monde, menage: Menage, quoi: set[str]) -> None:
    """Give a household some of what one may hold."""
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        if "membre" in quoi:
            add_membre(
                perimetre=alice, menage_id=menage.pk, du=date(2026, 2, 1),
                personne=DonneesPersonne("Lefèvre", "Noé", "enfant", naissance=date(2015, 1, 1)),
                version=reload(menage).version,
            )  # fmt: skip
        if "social" in quoi:
            save_social(perimetre=alice, menage_id=menage.pk, version=0, situation="Seule.")
        if "budget" in quoi:
            record_situation(
                perimetre=alice, menage_id=menage.pk, le=JOUR,
                lignes=[DonneesLigne(NatureBudget.objects.get(code="rsa").pk, Decimal("635.71"))],
            )  # fmt: skip
        if "confidentiel" in quoi:
            save_confidentiel(
                perimetre=alice, menage_id=menage.pk, version=0, vulnerabilites="Asthme."
            )
        if "fait" in quoi:
            write_fait(
                perimetre=alice, menage_id=menage.pk, le=JOUR, domaine="menages", titre="Un appel",
                source=("menages.menage", menage.pk), contact=True,
            )  # fmt: skip
        if "lien" in quoi:
            attach(
                menage_id=menage.pk, organisation_id=monde.departement.pk, niveau=Niveau.FACTUEL,
                motif=MotifRattachement.SECRETARIAT, source=("demandes.saisine", menage.pk),
                du=JOUR,
            )  # fmt: skip
        if "echeance" in quoi:
            plan_echeance(
                code="test", libelle="À faire", objet=("menages.menage", menage.pk),
                menage_id=menage.pk, menage_libelle="x", due_le=JOUR + timedelta(days=9),
                organisation_id=monde.operateur.pk, utilisateur_id=None, url="/",
                source="Texte",
            )  # fmt: skip
        if "protege" in quoi:
            Menage.objects.unscoped(reason="test").filter(pk=menage.pk).update(
                adresse_protegee=True, courriel="a@exemple.invalid"
            )


QUOI = st.sets(
    st.sampled_from(
        ["membre", "social", "budget", "confidentiel", "fait", "lien", "echeance", "protege"]
    )
)


@settings(max_examples=exemples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(garde=QUOI, absorbe=QUOI, meme=st.booleans())
def test_defaire_rend_chaque_ligne_comme_elle_etait(
    monde: Monde, garde: set[str], absorbe: set[str], meme: bool
) -> None:
    """Property: whatever two files hold, merge then undo leaves every row byte for byte."""
    un, deux = add_menage(monde), add_menage(monde)
    fill(monde, un, garde)
    fill(monde, deux, absorbe)
    with ouvre_transaction(monde.perimetre("chef"), systeme="test"):
        avant = rows(un, deux)
    memes = {personne_of(deux): personne_of(un)} if meme else {}
    fusion = merge(monde, un, deux, memes=memes)
    with ouvre_transaction(monde.perimetre("chef"), systeme="test"):
        pendant = rows(un, deux)
    assert pendant != avant
    undo(monde, fusion)
    with ouvre_transaction(monde.perimetre("chef"), systeme="test"):
        assert rows(un, deux) == avant


def test_tout_va_a_la_fiche_gardee(monde: Monde) -> None:
    un, deux = add_menage(monde), add_menage(monde)
    fill(monde, deux, {"membre", "social", "confidentiel", "fait", "lien", "echeance", "protege"})
    merge(monde, un, deux, memes={personne_of(deux): personne_of(un)})
    perimetre = monde.perimetre("chef")
    with ouvre_transaction(perimetre):
        assert MenageSocial.objects.visible_to(perimetre).get().menage_id == un.pk
        assert MenageConfidentiel.objects.visible_to(perimetre).get().menage_id == un.pk
    prenoms = (
        Appartenance.objects.unscoped(reason="test")
        .filter(menage_id=un.pk)
        .values_list("personne__prenom", "role")
    )
    assert set(prenoms) == {("Camille", "referent"), ("Noé", "enfant")}
    assert Echeance.objects.unscoped(reason="test").get(code="test").menage_id == un.pk
    # The département read the other file: it reads the household.
    assert Menage.objects.visible_to(monde.perimetre("dora")).filter(pk=un.pk).exists()
    garde = reload(un)
    assert (garde.adresse_protegee, garde.courriel) == (True, "a@exemple.invalid")
    assert garde.dernier_contact_le == JOUR
    assert [m.pk for m in list_menages(perimetre, {"q": deux.reference})] == [un.pk]
    event = Evenement.objects.filter(nom="menage.fusionne").latest("pk")
    assert event.menage_id == un.pk
    assert deux.reference in str(event.donnees)


def test_la_fiche_absorbee_ne_se_modifie_plus(monde: Monde) -> None:
    un, deux = add_menage(monde), add_menage(monde)
    fusion = merge(monde, un, deux)
    with pytest.raises(ActeRefuse, match="réunie avec une autre"):
        fill(monde, deux, {"fait"})
    with pytest.raises(ActeRefuse, match="réunie avec une autre"):
        fill(monde, deux, {"membre"})
    with pytest.raises(ActeRefuse, match="réunie avec une autre"):
        merge(monde, deux, add_menage(monde))
    undo(monde, fusion)
    fill(monde, deux, {"fait", "membre"})


def test_les_fusions_se_defont_de_la_derniere_a_la_premiere(monde: Monde) -> None:
    un, deux, trois = add_menage(monde), add_menage(monde), add_menage(monde)
    premiere, seconde = merge(monde, un, deux), merge(monde, un, trois)
    with pytest.raises(ActeRefuse, match="plus récente"):
        undo(monde, premiere)
    undo(monde, seconde)
    with pytest.raises(ActeRefuse, match="déjà défaite"):
        undo(monde, seconde)
    undo(monde, premiere)
    assert reload(deux).fusionne_dans_id is None


def test_qui_peut_et_ce_qui_se_refuse(monde: Monde) -> None:
    un, deux = add_menage(monde), add_menage(monde)
    with pytest.raises(ActeRefuse, match="chef de service ou un secrétariat"):
        merge(monde, un, deux, qui="alice")
    with pytest.raises(Introuvable):
        merge(monde, un, deux, qui="dora")
    with pytest.raises(Introuvable):
        merge(monde, un, add_menage(monde, "charlie"))
    with pytest.raises(ErreurMetier, match="avec lui-même"):
        merge(monde, un, un)
    with pytest.raises(ErreurMetier, match="personnes rapprochées"):
        merge(monde, un, deux, memes={personne_of(un): personne_of(deux)})
    assert not Fusion.objects.unscoped(reason="test").exists()
    garde = merge(monde, un, deux)
    assert garde.auteur == "Claire Chevalier"
    with pytest.raises(ActeRefuse, match="déjà absorbé"):
        merge(monde, add_menage(monde), un)


def test_chaque_modele_qui_nomme_un_menage_est_deplace() -> None:
    """A plain column counts as much as a key. The journal keeps what was true the day it was."""
    laisses = {"journal.Evenement", "journal.Consultation"}
    couverts = {label for port in rattachables for label in port.modeles}
    nommes = {m._meta.label for m in apps.get_models() if _champ(m) == "menage_id"}
    ailleurs = {n for n in nommes - couverts - laisses if not n.startswith("menages.")}
    assert not ailleurs
    assert Piece._meta.label in nommes
    assert Rattachement._meta.label in nommes
