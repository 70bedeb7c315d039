"""Entries and exits: what is written, what is refused, who reads it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cariatide.baux.actions import (
    ChoixLogement,
    CorrectionEntree,
    correct_entree,
    enter_logement,
    record_sortie,
)
from cariatide.baux.complement import OccupationsDuLogement
from cariatide.baux.models import Occupation
from cariatide.baux.queries import list_cadres, list_choix, list_occupations
from cariatide.baux.rattachable import OccupationsDuMenage
from cariatide.baux.rules import check_entree, check_sortie, describe_periode
from cariatide.journal.models import Evenement
from cariatide.menages.actions import attach
from cariatide.menages.models import Domicile, FaitParcours, Menage
from cariatide.menages.statuts import MotifRattachement
from cariatide.parc.models import Logement, OffreLogement
from cariatide.partenaires.models import Convention
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.socle.perimetre import Niveau
from tests.baux.exemples import add_entree, entree
from tests.distribution import JOUR, Monde, add_menage
from tests.parc.exemples import add_logement, add_offre, add_proprietaire, donnees

pytestmark = pytest.mark.django_db
LE = date(2026, 9, 1)


@pytest.fixture
def menage(monde: Monde) -> Menage:
    return add_menage(monde)


@pytest.fixture
def logement(monde: Monde) -> Logement:
    return add_logement(monde)


def test_rules() -> None:
    check_entree(LE, LE, JOUR)
    check_sortie(LE, LE, JOUR)
    for call, champ in (
        (lambda: check_entree(LE, date(2026, 12, 1), JOUR), "entree_le"),
        (lambda: check_entree(date(2026, 9, 2), LE, JOUR), "date_signature"),
        (lambda: check_sortie(LE, date(2026, 12, 1), JOUR), "sortie_le"),
        (lambda: check_sortie(LE, date(2026, 8, 1), JOUR), "sortie_le"),
    ):
        with pytest.raises(ErreurMetier) as cm:
            call()
        assert list(cm.value.champs) == [champ]
    assert describe_periode(LE, None) == "depuis le 01/09/2026"
    assert describe_periode(LE, JOUR) == "du 01/09/2026 au 22/11/2026"


def test_entree_ecrit_tout(monde: Monde, menage: Menage, logement: Logement) -> None:
    occupation = add_entree(monde, menage, logement)
    perimetre = monde.perimetre("alice")
    assert (occupation.loyer, occupation.charges) == (Decimal("480"), Decimal("35"))
    domicile = Domicile.objects.visible_to(perimetre).get(menage=menage, au=None)
    assert (domicile.adresse, domicile.du, domicile.statut_occupation) == (
        "12 rue de l’Église", LE, "locataire_prive",
    )  # fmt: skip
    fait = FaitParcours.objects.visible_to(perimetre).get(domaine="baux")
    assert (fait.titre, fait.date, fait.source_id) == (
        "Entrée dans un nouveau logement", LE, occupation.pk,
    )  # fmt: skip
    assert Evenement.objects.get(nom="occupation.entree").menage_id == menage.pk


def test_entree_refusee(monde: Monde, menage: Menage, logement: Logement) -> None:
    add_entree(monde, menage, logement)
    autre = add_menage(monde, nom="Petit")
    with pytest.raises(ErreurMetier, match="Ce logement est déjà occupé"):
        add_entree(monde, autre, logement, entree_le=date(2026, 10, 1))
    with pytest.raises(ErreurMetier, match="Ce ménage occupe déjà un logement"):
        add_entree(monde, menage, add_logement(monde, adresse="2 rue Haute"))
    with pytest.raises(ErreurMetier, match="nouveau titre"):
        add_entree(monde, menage, logement, cloture_precedente=True, entree_le=date(2026, 10, 1))
    with pytest.raises(ActeRefuse):
        add_entree(monde, menage, logement, qui="technicien")
    with pytest.raises(Introuvable):
        add_entree(monde, menage, logement, qui="charlie")
    with pytest.raises(ErreurMetier, match="ne lie pas"):
        other = Convention.objects.create(
            type="mous", reference="AILLEURS", intitule="Ailleurs", du=date(2025, 1, 1),
            au=date(2027, 12, 31), commanditaire=monde.departement, operateur=monde.autre_operateur,
        )  # fmt: skip
        add_entree(monde, autre, add_logement(monde, adresse="3"), convention_id=other.pk)
    assert Occupation.objects.unscoped(reason="test").count() == 1


def test_relogement_clot_le_precedent(monde: Monde, menage: Menage, logement: Logement) -> None:
    premiere = add_entree(monde, menage, logement)
    second = add_logement(monde, adresse="2 rue Haute")
    add_entree(monde, menage, second, entree_le=date(2026, 10, 5), cloture_precedente=True)
    premiere = Occupation.objects.unscoped(reason="test").get(pk=premiere.pk)
    assert (premiere.sortie_le, premiere.motif_fin) == (date(2026, 10, 5), "relogement")
    # The home is free from the day of the exit.
    add_entree(monde, add_menage(monde, nom="Petit"), logement, entree_le=date(2026, 10, 5))


def test_entree_par_une_offre_retenue(monde: Monde, menage: Menage, logement: Logement) -> None:
    """The offer is taken by the same act; without owner, nothing is written."""
    offre = add_offre(monde, logement, "visiter", "retenir", le=date(2026, 8, 1))
    options: dict[str, Any] = {
        "perimetre": monde.perimetre("alice"),
        "menage_id": menage.pk,
        "organisation_id": monde.operateur.pk,
        "choix": ChoixLogement(offre_id=offre.pk),
        "donnees": entree(monde),
    }
    with pytest.raises(ActeRefuse, match="propriétaire"):
        enter_logement(**options)
    add_proprietaire(monde, logement)
    occupation = enter_logement(**options)
    offre = OffreLogement.objects.unscoped(reason="test").get()
    assert (offre.statut, offre.captee_le) == ("captee", LE)
    assert occupation.logement_id == logement.pk


def test_entree_par_une_offre_non_retenue(monde: Monde, menage: Menage, logement: Logement) -> None:
    offre = add_offre(monde, logement, "visiter")
    with pytest.raises(ErreurMetier, match="pas retenue"):
        enter_logement(
            perimetre=monde.perimetre("alice"),
            menage_id=menage.pk,
            organisation_id=monde.operateur.pk,
            choix=ChoixLogement(offre_id=offre.pk),
            donnees=entree(monde),
        )


def test_entree_dans_un_logement_decrit(monde: Monde, menage: Menage) -> None:
    """A refused entry leaves no home behind."""
    options: dict[str, Any] = {
        "perimetre": monde.perimetre("alice"),
        "menage_id": menage.pk,
        "organisation_id": monde.operateur.pk,
        "choix": ChoixLogement(nouveau=donnees(monde, loyer=None)),
    }
    with pytest.raises(ErreurMetier):
        enter_logement(**options, donnees=entree(monde, entree_le=date(2027, 1, 1)))
    assert Logement.objects.unscoped(reason="test").count() == 0
    occupation = enter_logement(**options, donnees=entree(monde, loyer=Decimal("390")))
    assert occupation.loyer == Decimal("390")


def test_sortie(monde: Monde, menage: Menage, logement: Logement) -> None:
    occupation = add_entree(monde, menage, logement)
    options: dict[str, Any] = {
        "perimetre": monde.perimetre("alice"), "occupation_id": occupation.pk,
        "sortie_le": date(2026, 11, 1), "motif": "depart_volontaire", "version": 1,
    }  # fmt: skip
    with pytest.raises(ConflitDeVersion):
        record_sortie(**{**options, "version": 3})
    with pytest.raises(ErreurMetier, match="précède"):
        record_sortie(**{**options, "sortie_le": date(2026, 8, 1)})
    assert record_sortie(**options).version == 2
    with pytest.raises(ErreurMetier, match="déjà enregistrée"):
        record_sortie(**{**options, "version": 2})


def test_correction(monde: Monde, menage: Menage, logement: Logement) -> None:
    occupation = add_entree(monde, menage, logement, convention_id=None)
    valeurs: dict[str, Any] = {
        "nature": "bail", "date_signature": LE, "entree_le": LE, "convention_id": None,
        "est_relogement": True, "loyer": Decimal("480"), "charges": Decimal("35"),
    }  # fmt: skip

    def correct(motif: str = "Convention oubliée", version: int = 1, **options: Any) -> Occupation:
        return correct_entree(
            perimetre=monde.perimetre("alice"),
            occupation_id=occupation.pk,
            correction=CorrectionEntree(**{**valeurs, **options}),
            motif=motif,
            version=version,
        )

    with pytest.raises(ErreurMetier, match="Rien n’a changé"):
        correct()
    with pytest.raises(ErreurMetier, match="pourquoi"):
        correct(" ", convention_id=monde.convention.pk)
    assert correct(convention_id=monde.convention.pk).convention_id == monde.convention.pk
    evenement = Evenement.objects.get(nom="occupation.corrigee")
    assert evenement.donnees["avant"] == {"convention_id": None}
    with pytest.raises(ConflitDeVersion):
        correct(nature="bail_glissant")


@pytest.mark.parametrize(
    "valeurs",
    [
        {"sortie_le": date(2026, 10, 1)},
        {"motif_fin": "autre"},
        {"date_signature": date(2026, 9, 2)},
        {"sortie_le": date(2026, 8, 1), "motif_fin": "autre"},
        {"loyer": Decimal("-1")},
    ],
)
def test_contraintes(
    monde: Monde, menage: Menage, logement: Logement, valeurs: dict[str, Any]
) -> None:
    add_entree(monde, menage, logement)
    with pytest.raises(IntegrityError), transaction.atomic():
        Occupation.objects.unscoped(reason="test").update(**valeurs)
    for contrainte in Occupation._meta.constraints:
        assert "Constraint" not in str(contrainte.get_violation_error_message())


def test_adresse_protegee(monde: Monde, menage: Menage, logement: Logement) -> None:
    """The home of a protected household is read at level C, like its address."""
    attach(
        menage_id=menage.pk, organisation_id=monde.ccas.pk, niveau=Niveau.FACTUEL,
        motif=MotifRattachement.PRESCRIPTION, source=("test", 1), du=date(2026, 1, 1),
    )  # fmt: skip
    occupation = add_entree(monde, menage, logement)
    prescripteur = monde.perimetre("prescripteur")
    assert Occupation.objects.visible_to(prescripteur).filter(pk=occupation.pk).exists()
    Menage.objects.unscoped(reason="test").update(adresse_protegee=True)
    record_sortie(
        perimetre=monde.perimetre("alice"), occupation_id=occupation.pk,
        sortie_le=date(2026, 11, 1), motif="autre", version=1,
    )  # fmt: skip
    evenement = Evenement.objects.get(nom="occupation.sortie")
    assert evenement.donnees == {"champs": ["motif", "sortie_le"]}
    assert logement.reference not in evenement.libelle
    assert not Occupation.objects.visible_to(prescripteur).exists()
    assert not Occupation.objects.visible_to(monde.perimetre("technicien")).exists()
    assert Occupation.objects.visible_to(monde.perimetre("alice")).exists()
    assert OccupationsDuLogement().lignes(logement.pk, monde.perimetre("technicien")) == []


def test_cadres_par_les_liens(monde: Monde, menage: Menage) -> None:
    """The links of the household say through which measure and saisine."""
    for source, motif in (
        (("demandes.saisine", 41), MotifRattachement.PRESCRIPTION),
        (("mesures.mesure", 42), MotifRattachement.OPERATEUR),
    ):
        attach(
            menage_id=menage.pk, organisation_id=monde.operateur.pk, niveau=Niveau.SOCIAL,
            motif=motif, source=source, du=date(2026, 2, 1), convention_id=monde.convention.pk,
        )  # fmt: skip
    cadre = list_cadres(monde.perimetre("alice"), menage.pk)[0]
    assert (cadre.convention_id, cadre.lie, cadre.mesure_id, cadre.saisine_id) == (
        monde.convention.pk, True, 42, 41,
    )  # fmt: skip
    autre = add_menage(monde, nom="Petit")
    assert [c.lie for c in list_cadres(monde.perimetre("alice"), autre.pk)] == [False]


def test_choix_sans_occupant(monde: Monde, menage: Menage, logement: Logement) -> None:
    libre = add_logement(monde, adresse="2 rue Haute")
    offert = add_logement(monde, adresse="4 rue Haute")
    offre = add_offre(monde, offert, "visiter", "retenir")
    add_entree(monde, menage, logement)
    groupes = list_choix(monde.perimetre("alice"))
    assert [(nom, [code for code, _ in lignes]) for nom, lignes in groupes] == [
        ("Offres retenues ou captées", [f"offre-{offre.pk}"]),
        ("Logements sans occupant", [f"logement-{libre.pk}"]),
    ]


def test_fusion(monde: Monde, menage: Menage, logement: Logement) -> None:
    """A merge moves the occupations, and comes back; one household is never housed twice."""
    port = OccupationsDuMenage()
    occupation = add_entree(monde, menage, logement)
    cible = add_menage(monde, nom="Petit")
    moved = port.move(source_id=menage.pk, cible_id=cible.pk)
    assert moved == {"baux.Occupation": [occupation.pk]}
    port.move_back(source_id=menage.pk, moved=moved)
    with ouvre_transaction(monde.perimetre("alice")):
        cartes = port.read_en_cours(menage.pk, monde.perimetre("alice")).list_cartes()
    assert [x.titre for x in cartes] == ["Logé depuis le 01/09/2026"]
    add_entree(monde, cible, add_logement(monde, adresse="2 rue Haute"))
    with pytest.raises(ErreurMetier, match="à la même date"):
        port.move(source_id=menage.pk, cible_id=cible.pk)


def test_filtres(monde: Monde, menage: Menage, logement: Logement) -> None:
    add_entree(monde, menage, logement)
    perimetre = monde.perimetre("alice")

    def count(**filtres: Any) -> int:
        return list_occupations(perimetre, filtres).count()

    assert count() == count(q="lefevre") == count(q="eglise") == count(en_cours=True) == 1
    assert count(relogement="oui") == count(du=LE, au=LE) == count(nature="bail") == 1
    assert count(relogement="non") == count(q="inconnu") == count(au=date(2026, 8, 1)) == 0
