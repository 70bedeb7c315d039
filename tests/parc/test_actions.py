"""Homes, owners, diagnoses, offers: what is written, what is refused, what the table holds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cariatide.journal.models import Evenement
from cariatide.parc.actions import (
    DonneesDiagnostic,
    DonneesProprietaire,
    ElementVu,
    advance_offre,
    change_proprietaire,
    create_logement,
    create_proprietaire,
    open_offre,
    record_diagnostic,
    update_logement,
    update_proprietaire,
)
from cariatide.parc.lifecycle import CYCLE_OFFRE
from cariatide.parc.models import Logement, OffreLogement, Proprietaire, Propriete
from cariatide.parc.queries import count_offres, list_logements, list_offres, search_condition
from cariatide.parc.rules import check_logement, count_pieces, describe_etats
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.queries import build_perimetre
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.territoire.models import Commune, Secteur
from tests.distribution import DEBUT, JOUR, Monde
from tests.parc.exemples import add_logement, add_offre, add_proprietaire, donnees

pytestmark = pytest.mark.django_db


def messages_of(cm: Any) -> dict[str, str]:
    return cm.value.champs


def test_rules() -> None:
    assert count_pieces("chambre") == 1
    assert count_pieces("t4") == 4
    assert describe_etats(["dangereux", "mauvais", "mauvais", "bon"]) == (
        "1 élément dangereux, 2 éléments en mauvais état"
    )
    assert describe_etats(["bon"]) == "Aucun désordre relevé"
    assert describe_etats([]) == "Aucun élément détaillé"
    usual: dict[str, Any] = {
        "annee": 1950, "dpe": "D", "dpe_le": None, "surface": Decimal(60), "jour": JOUR,
    }  # fmt: skip
    check_logement(**usual)
    for champ, valeur, attendu in (
        ("annee", 2027, "annee_construction"),
        ("annee", 12, "annee_construction"),
        ("surface", Decimal(0), "surface"),
        ("dpe_le", date(2026, 12, 1), "dpe_le"),
    ):
        with pytest.raises(ErreurMetier) as cm:
            check_logement(**{**usual, champ: valeur})
        assert list(messages_of(cm)) == [attendu]
    with pytest.raises(ErreurMetier, match="étiquette"):
        check_logement(**{**usual, "dpe": "", "dpe_le": JOUR})


def test_logement_cree_puis_modifie(monde: Monde) -> None:
    logement = add_logement(monde)
    assert logement.reference.startswith("L-2026-")
    assert logement.adresse_normalisee == "12 rue de l eglise"
    assert logement.organisation_id == monde.operateur.pk
    perimetre = monde.perimetre("alice")
    update_logement(
        perimetre=perimetre,
        logement_id=logement.pk,
        version=1,
        donnees=donnees(monde, loyer=Decimal("470"), complement="bât. B"),
    )
    evenement = Evenement.objects.filter(nom="logement.modifie").get()
    assert evenement.donnees["avant"] == {"loyer": "480.00", "complement": ""}
    with pytest.raises(ConflitDeVersion):
        update_logement(
            perimetre=perimetre, logement_id=logement.pk, version=1, donnees=donnees(monde)
        )


def test_meme_porte_refusee(monde: Monde) -> None:
    first = add_logement(monde)
    with pytest.raises(ErreurMetier, match=first.reference) as cm:
        add_logement(monde, adresse="12, RUE DE L'EGLISE".replace(",", ""))
    assert "complement" in messages_of(cm)
    assert add_logement(monde, complement="1er étage gauche").pk != first.pk
    assert add_logement(monde, "charlie").pk != first.pk  # another organisation, another stock


def test_perimetre_du_parc(monde: Monde) -> None:
    logement = add_logement(monde)
    for qui, attendu in (
        ("technicien", 1), ("alice", 1), ("chef", 1), ("administratrice", 0), ("bob", 0),
        ("prescripteur", 0), ("charlie", 0), ("eve", 0),
    ):  # fmt: skip
        assert Logement.objects.visible_to(monde.perimetre(qui)).count() == attendu, qui
    with pytest.raises(Introuvable):
        update_logement(
            perimetre=monde.perimetre("charlie"),
            logement_id=logement.pk,
            version=1,
            donnees=donnees(monde),
        )
    with pytest.raises(ActeRefuse):
        create_logement(
            perimetre=monde.perimetre("bob"),
            organisation_id=monde.departement.pk,
            donnees=donnees(monde),
        )


def test_mandat_limite_au_secteur(monde: Monde) -> None:
    """A territory on the mandate: neither reads nor writes outside."""
    secteur = Secteur.objects.create(code="s1", nom="Nord", du=DEBUT)
    ailleurs = Commune.objects.get(code="72181", type="actuelle")
    secteur.communes.add(ailleurs)
    Mandat.objects.filter(utilisateur=monde.technicien).update(secteur=secteur)
    logement = add_logement(monde, "alice")
    perimetre = build_perimetre(monde.technicien, JOUR)
    assert not Logement.objects.visible_to(perimetre).filter(pk=logement.pk).exists()
    with pytest.raises(ErreurMetier, match="hors du territoire"):
        add_logement(monde, adresse="1 place du Marché")
    assert add_logement(monde, commune_id=ailleurs.pk).commune_id == ailleurs.pk


def test_proprietaires_successifs(monde: Monde) -> None:
    logement = add_logement(monde)
    ancien = add_proprietaire(monde, logement, du=date(2015, 6, 1))
    nouveau = add_proprietaire(monde, nom="SCI des Remparts", nature="sci")
    perimetre = monde.perimetre("alice")

    def change(**options: Any) -> Propriete:
        valeurs = {
            "perimetre": perimetre, "logement_id": logement.pk, "proprietaire_id": nouveau.pk,
            "du": date(2026, 3, 1), "version": 2, **options,
        }  # fmt: skip
        return change_proprietaire(**valeurs)

    for options, champ in (
        ({"du": date(2027, 1, 1)}, "du"),
        ({"du": date(2015, 6, 1)}, "du"),
        ({"proprietaire_id": ancien.pk}, "proprietaire"),
    ):
        with pytest.raises(ErreurMetier) as cm:
            change(**options)
        assert list(messages_of(cm)) == [champ]
    change()
    rows = Propriete.objects.visible_to(perimetre).order_by("du")
    assert [(p.proprietaire_id, p.du, p.au) for p in rows] == [
        (ancien.pk, date(2015, 6, 1), date(2026, 2, 28)),
        (nouveau.pk, date(2026, 3, 1), None),
    ]
    with pytest.raises(ConflitDeVersion):
        change(du=date(2026, 4, 1), proprietaire_id=ancien.pk)


def test_proprietaire_corrige(monde: Monde) -> None:
    proprietaire = add_proprietaire(monde)
    perimetre = monde.perimetre("technicien")
    corrige = DonneesProprietaire("personne_physique", " Marguerite Dhuiège ", telephone="0102")
    update_proprietaire(
        perimetre=perimetre, proprietaire_id=proprietaire.pk, version=1, donnees=corrige
    )
    saved = Proprietaire.objects.find_visible(perimetre, proprietaire.pk)
    assert (saved.nom, saved.nom_normalise, saved.version) == (
        "Marguerite Dhuiège", "marguerite dhuiege", 2,
    )  # fmt: skip
    assert Evenement.objects.get(nom="proprietaire.modifie").donnees["apres"] == {
        "telephone": "0102"
    }
    with pytest.raises(ErreurMetier, match="personne physique"):
        create_proprietaire(
            perimetre=perimetre,
            organisation_id=monde.operateur.pk,
            donnees=replace(corrige, bailleur_id=monde.bailleur.pk),
        )


def test_diagnostic_visite_l_offre(monde: Monde) -> None:
    logement = add_logement(monde)
    offre = add_offre(monde, logement)
    perimetre = monde.perimetre("technicien")
    record_diagnostic(
        perimetre=perimetre,
        logement_id=logement.pk,
        donnees=DonneesDiagnostic(
            visite_le=date(2026, 9, 10),
            conclusion="",
            cout_estime=Decimal("12500"),
            elements=[
                ElementVu("Toiture et charpente", "mauvais", "Ardoises cassées"),
                ElementVu("Installation électrique", "dangereux", "Fils dénudés"),
            ],
        ),
    )
    offre = OffreLogement.objects.find_visible(perimetre, offre.pk)
    assert (offre.statut, offre.visitee_le) == ("visitee", date(2026, 9, 10))


@pytest.mark.parametrize(
    ("donnees_diagnostic", "message"),
    [
        (DonneesDiagnostic(date(2026, 12, 1), "Bon"), "avenir"),
        (DonneesDiagnostic(date(2026, 9, 1), " "), "au moins un élément"),
        (
            DonneesDiagnostic(date(2026, 9, 1), "", [ElementVu("Gaz", "dangereux")]),
            "en quoi l’élément est dangereux",
        ),
        (
            DonneesDiagnostic(date(2026, 9, 1), "", [ElementVu("Gaz", "bon")] * 2),
            "figure deux fois",
        ),
    ],
)
def test_diagnostic_refuse(
    monde: Monde, donnees_diagnostic: DonneesDiagnostic, message: str
) -> None:
    logement = add_logement(monde)
    with pytest.raises(ErreurMetier, match=message):
        record_diagnostic(
            perimetre=monde.perimetre("technicien"),
            logement_id=logement.pk,
            donnees=donnees_diagnostic,
        )


def test_diagnostic_reserve_aux_techniciens(monde: Monde) -> None:
    logement = add_logement(monde)
    with pytest.raises(ActeRefuse):
        record_diagnostic(
            perimetre=monde.perimetre("alice"),
            logement_id=logement.pk,
            donnees=DonneesDiagnostic(date(2026, 9, 1), "Sain"),
        )


ATTENDU = {
    "reperee": {"visiter": "visitee", "ecarter": "ecartee"},
    "visitee": {"retenir": "retenue", "ecarter": "ecartee"},
    "retenue": {"capter": "captee", "ecarter": "ecartee"},
    "captee": {},
    "ecartee": {},
}
CHEMINS = {
    "reperee": (),
    "visitee": ("visiter",),
    "retenue": ("visiter", "retenir"),
    "captee": ("visiter", "retenir", "capter"),
    "ecartee": ("ecarter",),
}


@pytest.mark.parametrize("statut", list(ATTENDU))
@pytest.mark.parametrize("acte", list(CYCLE_OFFRE.transitions))
def test_matrice_de_l_offre(monde: Monde, statut: str, acte: str) -> None:
    logement = add_logement(monde)
    add_proprietaire(monde, logement)
    offre = add_offre(monde, logement, *CHEMINS[statut])
    assert offre.statut == statut
    cible = ATTENDU[statut].get(acte)
    options: dict[str, Any] = {
        "perimetre": monde.perimetre("alice"), "offre_id": offre.pk, "acte": acte,
        "le": date(2026, 9, 20), "version": offre.version, "motif": "Trop loin",
    }  # fmt: skip
    if cible is None:
        with pytest.raises(ActeRefuse, match="n’est pas possible"):
            advance_offre(**options)
    else:
        assert advance_offre(**options).statut == cible
        assert Evenement.objects.filter(nom=f"offre.{cible}", objet_id=offre.pk).exists()


def test_offre_refusee(monde: Monde) -> None:
    logement = add_logement(monde)
    offre = add_offre(monde, logement, "visiter", "retenir")
    perimetre = monde.perimetre("technicien")
    usual: dict[str, Any] = {
        "perimetre": perimetre, "offre_id": offre.pk, "le": JOUR, "version": offre.version,
    }  # fmt: skip
    with pytest.raises(ActeRefuse, match="propriétaire"):
        advance_offre(**usual, acte="capter")
    with pytest.raises(ErreurMetier, match="pourquoi"):
        advance_offre(**usual, acte="ecarter")
    with pytest.raises(ErreurMetier, match="précède l’étape précédente"):
        advance_offre(**{**usual, "le": date(2026, 8, 1)}, acte="ecarter", motif="x")
    with pytest.raises(ErreurMetier, match="avenir"):
        advance_offre(**{**usual, "le": date(2026, 12, 1)}, acte="ecarter", motif="x")
    with pytest.raises(ConflitDeVersion):
        advance_offre(**{**usual, "version": 1}, acte="ecarter", motif="x")
    with pytest.raises(ErreurMetier, match="déjà en cours"):
        add_offre(monde, logement)
    with pytest.raises(ErreurMetier, match="n’opère pas"):
        open_offre(
            perimetre=perimetre,
            logement_id=add_logement(monde, adresse="4 rue Neuve").pk,
            reperee_le=date(2024, 12, 1),
            convention_id=monde.convention.pk,
        )


@pytest.mark.parametrize(
    "valeurs",
    [
        {"statut": "captee"},
        {"statut": "visitee"},
        {"statut": "retenue", "visitee_le": date(2026, 9, 2)},
        {"statut": "ecartee", "conclue_le": date(2026, 9, 2)},
        {"motif_ecart": "sans raison"},
        {"statut": "visitee", "visitee_le": date(2026, 8, 1)},
    ],
)
def test_contraintes_de_l_offre(monde: Monde, valeurs: dict[str, Any]) -> None:
    offre = add_offre(monde, add_logement(monde))
    with pytest.raises(IntegrityError), transaction.atomic():
        OffreLogement.objects.unscoped(reason="test").filter(pk=offre.pk).update(**valeurs)


def test_contraintes_en_francais() -> None:
    for model in (Logement, OffreLogement, Propriete):
        for contrainte in model._meta.constraints:
            assert "Constraint" not in str(contrainte.get_violation_error_message())


def test_recherche_et_filtres(monde: Monde) -> None:
    logement = add_logement(monde, dpe="F")
    add_logement(monde, adresse="8 avenue des Tilleuls", type="t2", loyer=Decimal("600"))
    perimetre = monde.perimetre("alice")

    def found(**filtres: Any) -> list[int]:
        return [x.pk for x in list_logements(perimetre, filtres).order_by("pk")]

    assert len(found()) == 2
    assert found(q="eglise") == [logement.pk]
    assert found(q="Église maubeuge") == [logement.pk]
    assert found(q=logement.reference.lower()) == [logement.pk]
    assert found(dpe="F") == found(loyer_maximum=Decimal("500")) == [logement.pk]
    assert found(q="inconnue") == []
    assert str(search_condition("  ")) == "(AND: ('reference__iexact', ''))"


def test_tableau_des_offres(monde: Monde) -> None:
    add_offre(monde, add_logement(monde))
    add_offre(monde, add_logement(monde, adresse="2 rue Haute"), "ecarter")
    perimetre = monde.perimetre("alice")
    assert count_offres(perimetre, {"statut": "ecartee"}) == {
        "reperee": 1, "visitee": 0, "retenue": 0, "ecartee": 1, "captee": 0,
    }  # fmt: skip
    assert list_offres(perimetre, {"statut": "ecartee"}).count() == 1
    assert list_offres(monde.perimetre("charlie"), {}).count() == 0
