"""What a page offers is for whoever may do it: read by one mandate, done by another, not offered.

`tests/demonstration/test_liens.py` follows what is offered; here, what must not be.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.bareme.models import ParametreLocal
from cariatide.commission.actions.seances import close_seance
from cariatide.commission.queries import propose_quorum
from cariatide.menages.actions import attach
from cariatide.menages.statuts import MotifRattachement
from cariatide.mesures.actions import create_bilan
from cariatide.mesures.models import DiagnosticSocial
from cariatide.partenaires.statuts import Role
from cariatide.socle.perimetre import Niveau
from tests.amelioration.exemples import add_operation
from tests.baux.exemples import add_entree
from tests.commission.fabrique import cases, decide, hold_with, register_faux
from tests.distribution import DEBUT, JOUR, Monde, add_menage
from tests.mesures.conftest import Fabrique
from tests.parc.exemples import add_logement

pytestmark = pytest.mark.django_db
Mandats = tuple[tuple[Role, str], ...]
TS_AILLEURS = (Role.TRAVAILLEUR_SOCIAL, "autre_operateur")
CLIENTELE_AILLEURS = (Role.CHARGE_DE_CLIENTELE, "autre_operateur")
FINANCE = (Role.FINANCEUR, "operateur")
TECHNIQUE = (Role.TECHNICIEN, "operateur")
SUIT = (Role.TRAVAILLEUR_SOCIAL, "operateur")


@pytest.fixture(autouse=True)
def frozen_day() -> Iterator[None]:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield


def offers(monde: Monde, client_de: Any, page: str, mandats: Mandats, *boutons: str) -> set[str]:
    """Which of these addresses the page offers to somebody with these mandates."""
    monde.cumule(*mandats)
    with client_de(monde.eve) as c:
        response = c.get(page)
        assert response.status_code == 200, (page, mandats)
        html = response.content.decode()
    return {b for b in boutons if f'"{b}"' in html}


def test_une_entree_se_corrige_par_qui_l_a_enregistree(monde: Monde, client_de: Any) -> None:
    occupation = add_entree(monde, add_menage(monde), add_logement(monde))
    page = reverse("baux:occupation", args=[occupation.pk])
    corrige, sort = (reverse(f"baux:{nom}", args=[occupation.pk]) for nom in ("corriger", "sortie"))
    for mandats, offerts in (
        ((TECHNIQUE,), set()),
        ((TECHNIQUE, CLIENTELE_AILLEURS), {sort}),
        ((SUIT,), {corrige, sort}),
    ):
        assert offers(monde, client_de, page, mandats, corrige, sort) == offerts
    refus = "L’organisation qui a enregistré l’entrée est la seule à la corriger"
    monde.cumule(TECHNIQUE, CLIENTELE_AILLEURS)
    with client_de(monde.eve) as c:
        assert refus in c.get(corrige).content.decode()
    monde.cumule(SUIT)
    with client_de(monde.eve) as c:
        assert refus not in c.get(corrige).content.decode()


def test_des_travaux_et_un_diagnostic(monde: Monde, client_de: Any) -> None:
    logement = add_logement(monde)
    operation = add_operation(monde, logement)
    page = reverse("amelioration:operation", args=[operation.pk])
    bouton = reverse("amelioration:modifier", args=[operation.pk])
    for mandats, offert in (
        ((FINANCE, (Role.TECHNICIEN, "autre_operateur")), False),
        ((FINANCE,), False),
        ((TECHNIQUE,), True),
    ):
        assert offers(monde, client_de, page, mandats, bouton) == ({bouton} if offert else set())
    page = reverse("parc:logement", args=[logement.pk])
    bouton = reverse("parc:diagnostic", args=[logement.pk])
    for mandats, offert in (
        ((SUIT, (Role.TECHNICIEN, "autre_operateur")), False),
        ((SUIT,), False),
        ((TECHNIQUE,), True),
    ):
        assert offers(monde, client_de, page, mandats, bouton) == ({bouton} if offert else set())


def test_la_page_d_un_menage(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    page = reverse("menages:detail", args=[menage.pk])
    noms = ("menages:doublons", "menages:domicile")
    doublons, domicile = (reverse(nom, args=[menage.pk]) for nom in noms)
    for mandats, offerts in (
        ((TECHNIQUE,), set()),
        ((SUIT,), {domicile}),
        (((Role.CHEF_DE_SERVICE, "operateur"),), {domicile, doublons}),
    ):
        assert offers(monde, client_de, page, mandats, doublons, domicile) == offerts
    page = reverse("documents:menage", args=[menage.pk])
    depose = reverse("documents:deposer", args=[menage.pk])
    assert not offers(monde, client_de, page, ((Role.MEMBRE_COMMISSION, "operateur"),), depose)
    assert offers(monde, client_de, page, (TECHNIQUE,), depose)


@pytest.mark.parametrize(
    ("page", "bouton", "sans", "avec"),
    [
        ("menages:liste", "menages:nouveau", TECHNIQUE, SUIT),
        ("mesures:liste", "mesures:portefeuille", TECHNIQUE, SUIT),
        ("alertes:liste", "alertes:regles", SUIT, (Role.CHEF_DE_SERVICE, "operateur")),
        ("partenaires:conventions", "partenaires:nouvelle_convention", SUIT,
         (Role.CHARGE_DU_PLAN, "departement")),
        ("conformite:registre", "conformite:nouveau_traitement",
         (Role.ADMINISTRATEUR, "operateur"), (Role.PROTECTION_DES_DONNEES, "departement")),
        ("commission:instances", "commission:nouvelle_instance",
         (Role.MEMBRE_COMMISSION, "prefecture"), (Role.SECRETARIAT, "departement")),
        ("commission:seances", "commission:nouvelle_seance",
         (Role.MEMBRE_COMMISSION, "prefecture"), (Role.SECRETARIAT, "departement")),
    ],
)  # fmt: skip
def test_une_liste_offre_de_creer_a_qui_le_peut(
    monde: Monde, client_de: Any, page: str, bouton: str, sans: Any, avec: Any
) -> None:
    url, bouton = reverse(page), reverse(bouton)
    assert not offers(monde, client_de, url, (sans,), bouton)
    assert offers(monde, client_de, url, (avec,), bouton)


def test_le_budget_se_lit_par_le_financeur_sans_s_ecrire(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    attach(
        menage_id=menage.pk, organisation_id=monde.departement.pk, niveau=Niveau.SOCIAL,
        motif=MotifRattachement.FINANCEUR, source=("essai", 1), du=DEBUT,
    )  # fmt: skip
    page = reverse("menages:budget", args=[menage.pk])
    bouton = reverse("menages:budget_nouveau", args=[menage.pk])
    assert not offers(monde, client_de, page, ((Role.FINANCEUR, "departement"),), bouton)
    assert offers(monde, client_de, page, (SUIT,), bouton)


def read(monde: Monde, client_de: Any, page: str, *mandats: tuple[Role, str]) -> str:
    monde.cumule(*mandats)
    with client_de(monde.eve) as c:
        response = c.get(page)
        assert response.status_code in (200, 409)
        return str(response.content.decode())


def test_ce_qu_une_page_dit_a_qui_n_y_fait_rien(monde: Monde, client_de: Any) -> None:
    page = reverse("conformite:partager", args=[add_menage(monde).pk])
    page += f"?organisation={monde.ccas.pk}"
    refus = "Seuls ceux qui accompagnent ce ménage"
    assert refus in read(monde, client_de, page, TECHNIQUE, TS_AILLEURS)
    assert refus not in read(monde, client_de, page, SUIT)
    page, phrase = reverse("commission:seances"), "dates et nombres, sans dossier"
    assert phrase in read(monde, client_de, page, (Role.CHARGE_DU_PLAN, "departement"))
    assert phrase not in read(monde, client_de, page, (Role.SECRETARIAT, "departement"))
    page, champ = reverse("partenaires:modifier", args=[monde.operateur.pk]), 'name="siret"'
    assert champ in read(monde, client_de, page, (Role.ADMINISTRATEUR_TECHNIQUE, "departement"))
    assert champ not in read(monde, client_de, page, (Role.ADMINISTRATEUR, "operateur"))


def test_les_pages_d_une_mesure(monde: Monde, client_de: Any) -> None:
    """A funder of the operator reads the social part; being of a team elsewhere writes nothing."""
    fabrique = Fabrique(monde)
    active, proposee = fabrique.active(nom="Petit"), fabrique.proposee(nom="Leroy")
    fabrique.objectif(proposee)
    with fabrique.au_nom_de("alice") as alice:
        bilan = create_bilan(perimetre=alice, mesure_id=active.pk, type_="intermediaire", le=JOUR)
    diagnostic = DiagnosticSocial.objects.unscoped(reason="test").get(mesure_id=active.pk)
    for page, objet, bouton, sujet in (
        ("mesures:detail", active.pk, "mesures:referent", active.pk),
        ("mesures:documents", proposee.pk, "mesures:contrat", proposee.pk),
        ("mesures:bilan", bilan.pk, "mesures:bilan_rediger", bilan.pk),
        ("mesures:diagnostic", diagnostic.pk, "mesures:diagnostic_texte", diagnostic.pk),
    ):
        url, bouton = reverse(page, args=[objet]), reverse(bouton, args=[sujet])
        assert not offers(monde, client_de, url, (FINANCE, TS_AILLEURS), bouton), page
        assert offers(monde, client_de, url, (SUIT,), bouton), page


def test_la_charge_de_l_equipe_est_a_son_chef(monde: Monde, client_de: Any) -> None:
    Fabrique(monde).active()
    page, phrase = reverse("mesures:portefeuille"), "Charge de l’équipe"
    assert phrase not in read(monde, client_de, page, SUIT)
    assert phrase in read(monde, client_de, page, (Role.CHEF_DE_SERVICE, "operateur"))


def test_un_quorum_propose_est_celui_du_secretariat(monde: Monde) -> None:
    ParametreLocal.objects.create(
        code="commission.quorum", valeur=4, du=DEBUT, motif="Règlement", auteur="Test",
        organisation_id=monde.departement.pk,
    )  # fmt: skip
    siege = (Role.MEMBRE_COMMISSION, "prefecture")
    assert propose_quorum(monde.cumule(siege, (Role.SECRETARIAT, "departement")))["nombre"] == 4
    assert propose_quorum(monde.cumule((Role.MEMBRE_COMMISSION, "departement"))) == {}


def test_une_organisation_et_son_equipe(monde: Monde, client_de: Any) -> None:
    pk = monde.operateur.pk
    technique, administre = (
        (Role.ADMINISTRATEUR_TECHNIQUE, "departement"), (Role.ADMINISTRATEUR, "operateur"),
    )  # fmt: skip
    for page, bouton in (
        ("partenaires:equipe", "partenaires:nouveau_mandat"),
        ("partenaires:organisation", "partenaires:succession"),
    ):
        url, bouton = reverse(page, args=[pk]), reverse(bouton, args=[pk])
        assert not offers(monde, client_de, url, (administre,), bouton)
        assert offers(monde, client_de, url, (technique,), bouton)


def test_une_instance_et_ses_dossiers(monde: Monde, client_de: Any) -> None:
    """Who sits and keeps the secretariat of another organisation keeps nothing here."""
    siege, ailleurs = (Role.MEMBRE_COMMISSION, "prefecture"), (Role.SECRETARIAT, "ccas")
    tient = (siege, (Role.SECRETARIAT, "departement"))
    with register_faux() as faux:
        seance = hold_with(monde, faux, "Petit")
        passage = cases(monde, seance)[0]
        decide(monde, passage)
        close_seance(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
        for page, objet, bouton in (
            ("commission:instance", seance.instance_id, "commission:modifier_instance"),
            ("commission:passage", passage.pk, "commission:notifier"),
        ):
            url, bouton = reverse(page, args=[objet]), reverse(bouton, args=[objet])
            assert not offers(monde, client_de, url, (siege, ailleurs), bouton)
            assert offers(monde, client_de, url, tient, bouton)
    modifie = reverse("commission:modifier_instance", args=[seance.instance_id])
    monde.cumule((Role.CHARGE_DU_PLAN, "departement"), ailleurs)
    with client_de(monde.eve) as c:
        assert c.get(modifie).status_code == 409
