"""Organisations: creation, correction, succession, end, contacts, approvals."""

from datetime import date
from typing import Any

import pytest

from cariatide.echeances.actions import plan_echeance
from cariatide.echeances.queries import list_echeances
from cariatide.journal.models import Evenement
from cariatide.menages.models import Menage
from cariatide.partenaires import actions
from cariatide.partenaires.actions import DonneesContact, DonneesOrganisation
from cariatide.partenaires.models import Agrement, Mandat, Organisation, Succession
from cariatide.partenaires.ports import reprises
from cariatide.partenaires.queries import (
    build_fiche_convention,
    build_perimetre,
    chain_of_succession,
    list_annuaire,
    organisation_name_at,
)
from cariatide.partenaires.statuts import Role, TypeOrganisation
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from tests.distribution import JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db

DDASS = DonneesOrganisation(type=TypeOrganisation.DDETS, nom="DDASS de test", sigle="DDASS")


def create(monde: Monde, donnees: DonneesOrganisation = DDASS, **plus: Any) -> Organisation:
    return actions.create_organisation(
        perimetre=monde.perimetre("technique"),
        donnees=donnees,
        du=plus.pop("du", date(1990, 1, 1)),
        **plus,
    )


def succeed(monde: Monde, ancienne: Organisation, nom: str, le: date) -> Organisation:
    return actions.record_succession(
        perimetre=monde.perimetre("technique"),
        ancienne_id=ancienne.pk,
        version=ancienne.version,
        le=le,
        donnees=DonneesOrganisation(type=TypeOrganisation.DDETS, nom=nom),
    )


def take_over(
    monde: Monde, ancienne: Organisation, nouvelle: Organisation, le: date
) -> Organisation:
    ancienne.refresh_from_db()
    return actions.record_succession(
        perimetre=monde.perimetre("technique"),
        ancienne_id=ancienne.pk,
        version=ancienne.version,
        le=le,
        nouvelle_id=nouvelle.pk,
    )


def test_creation(monde: Monde) -> None:
    organisation = create(
        monde,
        DonneesOrganisation(
            type=TypeOrganisation.EPCI,
            nom="  Agglomération d’Essai ",
            siret="732 829 320 00074",
            code_postal="1000",
            telephone="0327000000",
            courriel="Contact@Essai.FR",
        ),
    )
    assert organisation.nom == "Agglomération d’Essai"
    assert organisation.nom_normalise == "agglomeration d essai"
    assert organisation.siret == "73282932000074"
    assert organisation.code_postal == "01000"
    assert organisation.courriel == "contact@essai.fr"
    evenement = Evenement.objects.get(nom="organisation.creee")
    assert evenement.objet_id == organisation.pk
    assert evenement.role == Role.ADMINISTRATEUR_TECHNIQUE


@pytest.mark.parametrize(
    ("champs", "champ", "phrase"),
    [
        ({"siret": "73282932000075"}, "siret", "clé"),
        ({"nom": "  "}, "nom", "Indiquez le nom"),
        ({"type": "inconnu"}, "type", "Choisissez"),
        ({"code_postal": "596"}, "code_postal", "code postal"),
        ({"telephone": "06 00"}, "telephone", "téléphone"),
        ({"courriel": "sans-arobase"}, "courriel", "adresse électronique"),
    ],
)
def test_mauvaise_saisie(monde: Monde, champs: dict[str, str], champ: str, phrase: str) -> None:
    donnees = DonneesOrganisation(**{"type": "epci", "nom": "Essai", **champs})
    with pytest.raises(ErreurMetier) as refus:
        create(monde, donnees)
    assert phrase in refus.value.champs[champ]
    assert not Organisation.objects.filter(nom="Essai").exists()


def test_siret_deja_pris(monde: Monde) -> None:
    donnees = DonneesOrganisation(type="epci", nom="Un", siret="73282932000074")
    create(monde, donnees)
    with pytest.raises(ErreurMetier, match="« Un » porte déjà ce SIRET"):
        create(monde, DonneesOrganisation(type="epci", nom="Deux", siret="73282932000074"))


def test_seul_l_administrateur_technique_cree(monde: Monde) -> None:
    with pytest.raises(ActeRefuse, match="administrateur technique"):
        actions.create_organisation(
            perimetre=monde.perimetre("administratrice"), donnees=DDASS, du=JOUR
        )


def coordonnees(organisation: Organisation, **plus: str) -> DonneesOrganisation:
    return DonneesOrganisation(**{"type": organisation.type, "nom": organisation.nom, **plus})


def test_l_administratrice_corrige_les_coordonnees_de_la_sienne(monde: Monde) -> None:
    perimetre = monde.perimetre("administratrice")
    actions.update_organisation(
        perimetre=perimetre,
        organisation_id=monde.operateur.pk,
        donnees=coordonnees(monde.operateur, ville="Maubeuge"),
        version=1,
    )
    monde.operateur.refresh_from_db()
    assert (monde.operateur.ville, monde.operateur.version) == ("Maubeuge", 2)
    assert Evenement.objects.get(nom="organisation.modifiee").donnees == {
        "avant": {"ville": ""},
        "apres": {"ville": "Maubeuge"},
    }
    with pytest.raises(ConflitDeVersion, match="Quelqu’un d’autre"):
        actions.update_organisation(
            perimetre=perimetre,
            organisation_id=monde.operateur.pk,
            donnees=coordonnees(monde.operateur, ville="Avesnes"),
            version=1,
        )
    with pytest.raises(ActeRefuse):
        actions.update_organisation(
            perimetre=perimetre,
            organisation_id=monde.operateur.pk,
            donnees=DonneesOrganisation(type=monde.operateur.type, nom="Autre nom"),
            version=2,
        )
    with pytest.raises(Introuvable):
        actions.update_organisation(
            perimetre=perimetre,
            organisation_id=monde.ccas.pk,
            donnees=coordonnees(monde.ccas, ville="Lille"),
            version=1,
        )


def test_sans_changement_rien_n_est_ecrit(monde: Monde) -> None:
    actions.update_organisation(
        perimetre=monde.perimetre("administratrice"),
        organisation_id=monde.operateur.pk,
        donnees=coordonnees(monde.operateur),
        version=1,
    )
    monde.operateur.refresh_from_db()
    assert monde.operateur.version == 1
    assert not Evenement.objects.filter(nom="organisation.modifiee").exists()


def test_succession_et_nom_a_une_date(monde: Monde) -> None:
    ddass = create(monde)
    ddcs = succeed(monde, ddass, "DDCS de test", date(2010, 1, 1))
    ddass.refresh_from_db()
    assert ddass.au == date(2009, 12, 31)
    ddets = succeed(monde, ddcs, "DDETS de test", date(2021, 4, 1))
    assert [o.nom for o in chain_of_succession(ddcs)] == [
        "DDASS de test",
        "DDCS de test",
        "DDETS de test",
    ]
    for depuis in (ddass, ddcs, ddets):
        depuis.refresh_from_db()
        assert organisation_name_at(depuis, date(2008, 6, 1)) == "DDASS de test"
        assert organisation_name_at(depuis, date(2009, 12, 31)) == "DDASS de test"
        assert organisation_name_at(depuis, date(2010, 1, 1)) == "DDCS de test"
        assert organisation_name_at(depuis, JOUR) == "DDETS de test"
        assert organisation_name_at(depuis, date(1950, 1, 1)) == "DDASS de test"
    assert ddass.pk not in {o.pk for o in list_annuaire(JOUR, {})}
    assert list_annuaire(JOUR, {"q": "ddass", "etat": "anciennes"}).get() == ddass


def test_succession_deplace_les_mandats(monde: Monde) -> None:
    le = date(2026, 11, 1)
    suivante = succeed(monde, monde.ccas, "CIAS de test", le)
    avant, apres = Mandat.objects.filter(utilisateur=monde.prescripteur).order_by("du")
    assert (avant.organisation_id, avant.au) == (monde.ccas.pk, date(2026, 10, 31))
    assert (apres.organisation_id, apres.du, apres.au) == (suivante.pk, le, None)
    assert apres.role == Role.PRESCRIPTEUR
    veille = date(2026, 10, 31)
    assert build_perimetre(monde.prescripteur, veille).organisation_ids == (monde.ccas.pk,)
    assert build_perimetre(monde.prescripteur, le).organisation_ids == (suivante.pk,)


def test_succession_appelle_les_ports(monde: Monde) -> None:
    calls: list[dict[str, Any]] = []

    class Reprise:
        def transfer(self, **valeurs: Any) -> int:
            calls.append(valeurs)
            return 3

    reprises._entries["essai"] = Reprise()
    try:
        suivante = succeed(monde, monde.ccas, "CIAS de test", date(2026, 11, 1))
    finally:
        del reprises._entries["essai"]
    assert calls == [
        {"ancienne_id": monde.ccas.pk, "nouvelle_id": suivante.pk, "le": date(2026, 11, 1)}
    ]
    assert Evenement.objects.get(nom="organisation.succession").donnees["apres"]["essai"] == 3


def test_succession_par_une_organisation_connue(monde: Monde) -> None:
    suivante = actions.record_succession(
        perimetre=monde.perimetre("technique"),
        ancienne_id=monde.ccas.pk,
        version=1,
        le=JOUR,
        nouvelle_id=monde.departement.pk,
    )
    assert Succession.objects.get(nouvelle=suivante).ancienne == monde.ccas
    monde.departement.refresh_from_db()
    with pytest.raises(ErreurMetier, match="précède déjà"):
        actions.record_succession(
            perimetre=monde.perimetre("technique"),
            ancienne_id=monde.departement.pk,
            version=monde.departement.version,
            le=JOUR,
            nouvelle_id=monde.ccas.pk,
        )
    with pytest.raises(ErreurMetier, match="à elle-même"):
        take_over(monde, monde.departement, monde.departement, JOUR)


@pytest.mark.parametrize(
    ("le", "phrase"),
    [
        (date(2019, 1, 1), "après la création"),
        (date(2020, 1, 1), "après la création"),
        (date(2026, 11, 23), "à partir de sa date"),
    ],
)
def test_succession_a_une_date_impossible(monde: Monde, le: date, phrase: str) -> None:
    with pytest.raises(ErreurMetier, match=phrase):
        succeed(monde, monde.ccas, "Essai", le)
    assert not Organisation.objects.filter(nom="Essai").exists()


def test_fin_sans_successeur(monde: Monde) -> None:
    with pytest.raises(ErreurMetier, match="pourquoi"):
        actions.end_organisation(
            perimetre=monde.perimetre("technique"),
            organisation_id=monde.ccas.pk, version=1, au=JOUR, motif=" ",
        )  # fmt: skip
    actions.end_organisation(
        perimetre=monde.perimetre("technique"),
        organisation_id=monde.ccas.pk, version=1, au=date(2026, 11, 21), motif="Dissolution",
    )  # fmt: skip
    assert build_perimetre(monde.prescripteur, JOUR).is_empty
    assert Evenement.objects.get(nom="organisation.fin").donnees["apres"]["mandats"] == 1


def test_contacts(monde: Monde) -> None:
    perimetre = monde.perimetre("administratrice")
    contact = actions.save_contact(
        perimetre=perimetre,
        organisation_id=monde.operateur.pk,
        donnees=DonneesContact(nom="Accueil", telephone="03.27.00.00.00"),
    )
    assert contact.telephone == "03 27 00 00 00"
    with pytest.raises(ErreurMetier, match="téléphone ou un courriel"):
        actions.save_contact(
            perimetre=perimetre,
            organisation_id=monde.operateur.pk,
            donnees=DonneesContact(nom="Muet"),
        )
    with pytest.raises(Introuvable):
        actions.remove_contact(
            perimetre=perimetre, organisation_id=monde.ccas.pk, contact_id=contact.pk
        )
    actions.remove_contact(
        perimetre=perimetre, organisation_id=monde.operateur.pk, contact_id=contact.pk
    )
    assert not monde.operateur.contacts.exists()
    libelles = Evenement.objects.filter(nom__startswith="organisation.contact")
    assert "Accueil" not in str(list(libelles.values_list("libelle", "donnees")))


def test_agrement_et_renouvellement(monde: Monde) -> None:
    perimetre, pk = monde.perimetre("administratrice"), monde.operateur.pk
    premier = actions.add_agrement(
        perimetre=perimetre, organisation_id=pk, libelle="Ingénierie sociale",
        du=date(2022, 1, 1), au=date(2026, 12, 31),
    )  # fmt: skip
    suivant = actions.add_agrement(
        perimetre=perimetre, organisation_id=pk, libelle="ingénierie  sociale",
        du=date(2026, 7, 1), au=date(2031, 6, 30),
    )  # fmt: skip
    premier.refresh_from_db()
    assert premier.au == date(2026, 6, 30)
    with pytest.raises(ErreurMetier, match="déjà enregistré"):
        actions.add_agrement(
            perimetre=perimetre, organisation_id=pk, libelle="Ingénierie sociale",
            du=date(2025, 1, 1), au=None,
        )  # fmt: skip
    with pytest.raises(ErreurMetier, match="précède"):
        actions.end_agrement(
            perimetre=perimetre, organisation_id=pk, agrement_id=suivant.pk, au=date(2020, 1, 1)
        )
    assert Agrement.objects.count() == 2
    assert list(
        Evenement.objects.filter(nom__startswith="agrement").values_list("nom", flat=True)
    ) == [
        "agrement.enregistre",
        "agrement.renouvele",
    ]


def test_succession_emporte_ce_qui_est_ouvert(monde: Monde) -> None:
    """Agreements, links of households and delays follow; what is printed keeps the former name."""
    menage = add_menage(monde)
    plan_echeance(
        code="essai", libelle="Essai", objet=("essai", 1), due_le=date(2026, 12, 1),
        organisation_id=monde.operateur.pk, url="/", menage_id=menage.pk,
    )  # fmt: skip
    le = date(2026, 11, 1)
    suivante = succeed(monde, monde.operateur, "Habitat Uni", le)
    monde.convention.refresh_from_db()
    assert monde.convention.operateur == suivante
    fiche = build_fiche_convention(monde.convention.pk)
    assert fiche.operateur == "Habitat Test", "the agreement was signed under that name"
    apres = monde.perimetre("alice")
    assert apres.organisation_ids == (suivante.pk,)
    assert Menage.objects.visible_to(apres).get() == menage
    assert list_echeances(apres).get().organisation_id == suivante.pk
    veille = monde.perimetre("alice", date(2026, 10, 31))
    assert veille.organisation_ids == (monde.operateur.pk,)
    assert Menage.objects.visible_to(veille).get() == menage, "the past stays explainable"


def test_les_reprises_nomment_des_champs_qui_existent(monde: Monde) -> None:
    """Each registered takeover runs: a renamed field or state would fail here."""
    codes = [code for code, _ in reprises.items()]
    assert {"menages", "echeances", "mesures", "demandes", "commission.membres"} <= set(codes)
    for reprise in reprises:
        assert reprise.transfer(
            ancienne_id=monde.operateur.pk, nouvelle_id=monde.ccas.pk, le=JOUR
        ) == 0  # fmt: skip


# Each actor of the process (domain inventory, section 6) and the kind under which it is recorded.
ACTEURS = {
    "Préfecture": "prefecture", "DDT": "ddt", "DDETS": "ddets", "DREAL": "dreal",
    "DREETS": "dreets", "ARS": "ars", "Conseil départemental": "departement", "Région": "region",
    "EPCI": "epci", "Commune": "commune", "CCAS": "ccas", "SCHS": "schs", "CAF": "caf",
    "MSA": "msa", "Anah": "anah", "Action Logement": "action_logement", "CDC": "cdc",
    "Caisse de retraite": "caisse_retraite", "SOLIHA": "operateur", "Pension de famille":
    "gestionnaire", "OPH": "bailleur_social", "SCI": "bailleur_prive", "Tribunal": "justice",
    "Étude": "commissaire", "Banque de France": "banque_de_france", "Équipe mobile": "sante",
    "SIAO": "siao", "Mission locale": "mission_locale", "Association": "association",
    "UNPI": "proprietaires", "Observatoire": "observatoire",
}  # fmt: skip


def test_chaque_acteur_a_son_type(monde: Monde) -> None:
    """None is left over on either side, and the database takes each of them."""
    assert set(ACTEURS.values()) == set(TypeOrganisation.values)
    for nom, type_ in ACTEURS.items():
        creee = actions.create_organisation(
            perimetre=monde.perimetre("technique"),
            donnees=DonneesOrganisation(type=type_, nom=f"{nom} d’essai"),
            du=JOUR,
        )
        assert list_annuaire(JOUR, {"type": type_, "q": "essai"}).get() == creee
