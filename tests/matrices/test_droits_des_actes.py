"""An act asks by itself for the mandate that allows it, whatever its page has already asked.

Each is tried by somebody who may read here and do it elsewhere: two mandates never combine.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cariatide.alertes.web.regles import PLATEFORME, may_set
from cariatide.bareme.listes import require_mandat as require_liste
from cariatide.bareme.models import ParametreLocal
from cariatide.comptes.actions import record_facteur, reset_facteur, save_brouillon
from cariatide.conformite.actions import droits, exceptions, gels, registre
from cariatide.conformite.queries.exceptions import read_heures_maximum
from cariatide.conformite.queries.partages import find_mandat_partage
from cariatide.demandes.actions import reference
from cariatide.demandes.actions.depot import build_draft
from cariatide.demandes.actions.instruction import find_holder_of_pieces
from cariatide.demandes.actions.papiers import issue_fiche
from cariatide.demandes.queries.saisines import may_write
from cariatide.echanges.actions import Fichier, receive_lot
from cariatide.echanges.actions.commun import require_mandat as require_import
from cariatide.echanges.models import CorrespondanceImport
from cariatide.echanges.queries import find_entetes_connus
from cariatide.journal.models import Evenement
from cariatide.journal.relance import retry_livraison, retry_toutes
from cariatide.menages.actions import attach
from cariatide.menages.statuts import MotifRattachement
from cariatide.mesures.actions import motifs
from cariatide.partenaires import actions as partenaires
from cariatide.partenaires.actions import DonneesContact, DonneesOrganisation
from cariatide.partenaires.models import Convention, Mandat
from cariatide.partenaires.queries.secteurs import may_change
from cariatide.partenaires.statuts import Role, TypeOrganisation
from cariatide.poste.actions import prepare_lot
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.perimetre import Niveau, Perimetre, perimetre_systeme
from cariatide.territoire.actions import create_secteur
from cariatide.territoire.models import Secteur
from tests.distribution import DEBUT, JOUR, Monde, add_menage
from tests.mesures.conftest import Fabrique
from tests.partenaires.test_conventions import donnees

pytestmark = pytest.mark.django_db
Mandats = tuple[tuple[Role, str], ...]
Acte = Callable[[Perimetre, Monde], Any]
# Mandates, what the refusal says, the act.
ACTES: list[tuple[Mandats, str, Acte]] = [
    (
        ((Role.TRAVAILLEUR_SOCIAL, "operateur"), (Role.SECRETARIAT, "autre_operateur")),
        "poster le courrier de cette organisation",
        lambda p, m: prepare_lot(perimetre=p, organisation_id=m.operateur.pk, documents=[]),
    ),
    (
        ((Role.PROTECTION_DES_DONNEES, "departement"),),
        "administrateur technique",
        lambda p, m: retry_livraison(perimetre=p, livraison_id=1),
    ),
    (
        ((Role.ADMINISTRATEUR, "departement"),),
        "administrateur technique",
        lambda p, m: retry_toutes(perimetre=p),
    ),
    (
        ((Role.ADMINISTRATEUR, "departement"), (Role.SECRETARIAT, "departement")),
        "tenir ces listes",
        lambda p, m: require_liste(p),
    ),
    (
        ((Role.TECHNICIEN, "operateur"), (Role.SECRETARIAT, "departement")),
        "importer un fichier",
        lambda p, m: require_import(p, m.operateur.pk),
    ),
    (
        ((Role.TECHNICIEN, "operateur"),),
        "importer un fichier",
        lambda p, m: receive_lot(
            perimetre=p, genre="saisines", fichier=Fichier("s.csv", b"Nom\n"), options={}
        ),
    ),
    (
        ((Role.CHEF_DE_SERVICE, "operateur"), (Role.ADMINISTRATEUR, "ccas")),
        "définir ce secteur",
        lambda p, m: create_secteur(
            perimetre=p, code="x", nom="X", commune_ids=[m.commune.pk], du=JOUR,
            organisation_id=m.operateur.pk,
        ),
    ),
    (
        ((Role.ADMINISTRATEUR, "operateur"),),
        "administrateur technique",
        lambda p, m: partenaires.record_succession(
            perimetre=p, ancienne_id=m.operateur.pk, version=1, le=JOUR,
            donnees=DonneesOrganisation(type=TypeOrganisation.OPERATEUR, nom="Suite"),
        ),
    ),
    (
        ((Role.ADMINISTRATEUR, "operateur"),),
        "administrateur technique",
        lambda p, m: partenaires.end_organisation(
            perimetre=p, organisation_id=m.operateur.pk, version=1, au=JOUR, motif="Essai"
        ),
    ),
]  # fmt: skip
# The register, the requests of persons, the holds: the officer's, and nobody else's.
DU_DELEGUE: dict[str, Acte] = {
    "enregistrer une demande": lambda p, m: droits.record_demande(
        perimetre=p, menage="M-1", nom="N", prenom="P", droit="acces", recue_le=JOUR,
        identite="I", demande="D",
    ),
    "rectifier": lambda p, m: droits.rectify(
        perimetre=p, demande_id=1, valeurs={}, motif="Essai"
    ),
    "lever un gel": lambda p, m: gels.lift_gel(perimetre=p, menage_id=1, motif="Essai"),
    "préremplir le registre": lambda p, m: registre.prefill_registre(perimetre=p),
    "créer un traitement": lambda p, m: registre.create_traitement(
        perimetre=p, motif="Essai", valeurs={}
    ),
    "écrire une version": lambda p, m: registre.write_version(
        perimetre=p, traitement_id=1, version=1, motif="Essai", valeurs={}
    ),
    "relire": lambda p, m: registre.review_traitement(perimetre=p, traitement_id=1, version=1),
    "clore": lambda p, m: registre.close_traitement(
        perimetre=p, traitement_id=1, version=1, motif="Essai"
    ),
}  # fmt: skip
# Dated lists of the saisines: the plan's.
DU_PLAN: dict[str, Acte] = {
    "ajouter un motif de réorientation": lambda p, m: motifs.add_motif_reorientation(
        perimetre=p, code="x", libelle="X", du=JOUR
    ),
    "modifier un motif de réorientation": lambda p, m: motifs.update_motif_reorientation(
        perimetre=p, motif_reorientation_id=1, libelle="X", ordre=1
    ),
    "clore un motif de réorientation": lambda p, m: motifs.end_motif_reorientation(
        perimetre=p, motif_reorientation_id=1, au=JOUR
    ),
    "ajouter un motif": lambda p, m: reference.add_motif(
        perimetre=p, code="x", libelle="X", du=JOUR
    ),
    "modifier un motif": lambda p, m: reference.update_motif(
        perimetre=p, motif_id=1, libelle="X", ordre=1
    ),
    "ajouter une pièce": lambda p, m: reference.add_piece_requise(
        perimetre=p, code="x", dispositif="mous", libelle="X", du=JOUR, obligatoire=True, source=""
    ),
    "réviser une pièce": lambda p, m: reference.revise_piece_requise(
        perimetre=p, piece_requise_id=1, libelle="X", du=JOUR, obligatoire=True, ordre=1, source=""
    ),
    "clore une pièce": lambda p, m: reference.end_piece_requise(
        perimetre=p, piece_requise_id=1, au=JOUR
    ),
}  # fmt: skip
# An administrator of elsewhere: to them the organisation is not there to be changed.
CHEZ_SOI: dict[str, Acte] = {
    "ajouter un contact": lambda p, m: partenaires.save_contact(
        perimetre=p, organisation_id=m.operateur.pk,
        donnees=DonneesContact(nom="Accueil", telephone="0327000000"),
    ),
    "retirer un contact": lambda p, m: partenaires.remove_contact(
        perimetre=p, organisation_id=m.operateur.pk, contact_id=add_contact(m)
    ),
    "ajouter un agrément": lambda p, m: partenaires.add_agrement(
        perimetre=p, organisation_id=m.operateur.pk, libelle="Ingénierie", du=DEBUT, au=None
    ),
    "clore un agrément": lambda p, m: partenaires.end_agrement(
        perimetre=p, organisation_id=m.operateur.pk, agrement_id=add_agrement(m), au=JOUR
    ),
    "clore un mandat inconnu": lambda p, m: partenaires.end_mandat(
        perimetre=p, mandat_id=10**9, au=JOUR
    ),
}  # fmt: skip


def add_contact(monde: Monde) -> int:
    return partenaires.save_contact(
        perimetre=monde.perimetre("administratrice"), organisation_id=monde.operateur.pk,
        donnees=DonneesContact(nom="Accueil", telephone="0327000000"),
    ).pk  # fmt: skip


def add_agrement(monde: Monde) -> int:
    return partenaires.add_agrement(
        perimetre=monde.perimetre("administratrice"), organisation_id=monde.operateur.pk,
        libelle="Intermédiation", du=DEBUT, au=date(2030, 1, 1),
    ).pk  # fmt: skip


@pytest.mark.parametrize(
    ("mandats", "phrase", "acte"), ACTES, ids=[str(n) for n in range(len(ACTES))]
)
def test_un_acte_demande_son_mandat(
    monde: Monde, mandats: Mandats, phrase: str, acte: Acte
) -> None:
    with pytest.raises(ActeRefuse, match=phrase):
        acte(monde.cumule(*mandats), monde)


@pytest.mark.parametrize("quoi", CHEZ_SOI)
def test_une_organisation_ne_se_change_que_par_la_sienne(monde: Monde, quoi: str) -> None:
    ailleurs = ((Role.CHEF_DE_SERVICE, "operateur"), (Role.ADMINISTRATEUR, "ccas"))
    with pytest.raises(Introuvable):
        CHEZ_SOI[quoi](monde.cumule(*ailleurs), monde)


def test_une_convention_ne_passe_pas_a_un_autre_commanditaire(monde: Monde) -> None:
    convention = partenaires.create_convention(
        perimetre=monde.perimetre("bob"), donnees=donnees(monde)
    )
    with pytest.raises(ErreurMetier, match="n’est pas la vôtre"):
        partenaires.update_convention(
            perimetre=monde.perimetre("bob"), convention_id=convention.pk, version=1,
            donnees=donnees(monde, commanditaire_id=monde.ccas.pk),
        )  # fmt: skip
    assert Convention.objects.get(pk=convention.pk).commanditaire_id == monde.departement.pk


def test_on_ne_se_retire_pas_l_administration_mais_le_reste_oui(monde: Monde) -> None:
    aude, autre = monde.administratrice, monde.alice
    for qui, role, refuse in (
        (aude, Role.ADMINISTRATEUR, True),
        (aude, Role.TRAVAILLEUR_SOCIAL, False),
        (autre, Role.ADMINISTRATEUR, False),
    ):
        mandat, _ = Mandat.objects.get_or_create(
            utilisateur=qui, organisation=monde.operateur, role=role, defaults={"du": DEBUT}
        )
        perimetre = monde.perimetre("administratrice")
        if refuse:
            with pytest.raises(ActeRefuse, match="propre mandat"):
                partenaires.end_mandat(perimetre=perimetre, mandat_id=mandat.pk, au=JOUR)
        else:
            assert partenaires.end_mandat(
                perimetre=perimetre, mandat_id=mandat.pk, au=JOUR
            ).au == JOUR  # fmt: skip


def test_un_secteur_se_change_chez_qui_le_definit(monde: Monde) -> None:
    du_service = Secteur.objects.create(
        code="s", nom="Service", du=DEBUT, organisation_id=monde.operateur.pk
    )
    ailleurs = monde.cumule((Role.CHEF_DE_SERVICE, "operateur"), (Role.ADMINISTRATEUR, "ccas"))
    assert not may_change(ailleurs, du_service)
    assert may_change(monde.perimetre("administratrice"), du_service)


def test_un_import_est_celui_de_l_organisation_qui_importe(monde: Monde) -> None:
    """Whichever mandate comes first."""
    for organisation in (monde.operateur, monde.departement):
        CorrespondanceImport.objects.create(
            organisation_id=organisation.pk, genre="saisines", champs={"nom": organisation.nom}
        )
    deux = monde.cumule((Role.TECHNICIEN, "operateur"), (Role.SECRETARIAT, "departement"))
    assert require_import(deux).organisation_id == monde.departement.pk
    assert find_entetes_connus(deux, "saisines") == {"nom": monde.departement.nom}
    assert find_entetes_connus(monde.cumule((Role.TECHNICIEN, "operateur")), "saisines") == {}


@pytest.mark.parametrize("quoi", [*DU_DELEGUE, *DU_PLAN])
def test_un_acte_reserve_se_demande_par_lui_meme(monde: Monde, quoi: str) -> None:
    p = monde.cumule((Role.CHEF_DE_SERVICE, "operateur"), (Role.SECRETARIAT, "departement"))
    if quoi in DU_DELEGUE:
        with pytest.raises(ActeRefuse, match="délégué à la protection"):
            DU_DELEGUE[quoi](p, monde)
    else:
        with pytest.raises(ActeRefuse, match="tenir ces listes"):
            DU_PLAN[quoi](p, monde)


def test_un_acces_d_exception_suit_le_reglage_de_son_organisation(monde: Monde) -> None:
    ParametreLocal.objects.create(
        code="acces.exception_heures_maximum", valeur=3, du=DEBUT, motif="Essai", auteur="Test",
        organisation_id=monde.departement.pk,
    )  # fmt: skip
    deux = (Role.CHEF_DE_SERVICE, "operateur"), (Role.PROTECTION_DES_DONNEES, "departement")
    assert read_heures_maximum(monde.cumule(*deux)).entier == 3
    assert read_heures_maximum(monde.cumule(deux[0])).entier != 3


def test_un_acces_d_exception_se_clot_par_qui_l_ouvre_ou_detient_le_dossier(
    monde: Monde, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is found by its own condition; the act asks the role again."""
    menage = add_menage(monde)
    session = exceptions.open_exception(
        perimetre=monde.perimetre("dpo"),
        reference=menage.reference,
        motif="Plainte sur la lecture du dossier",
        heures=1,
    )
    monkeypatch.setattr(exceptions, "close_session_exception", lambda **_: session)
    with pytest.raises(ActeRefuse, match="ne clôt pas"):
        exceptions.close_exception(
            perimetre=monde.cumule((Role.SECRETARIAT, "departement")), session_id=session.pk
        )
    assert not Evenement.objects.filter(nom="exception.close").exists()


def test_partager_est_de_qui_accompagne(monde: Monde) -> None:
    """A funder reads the social content of a file and shares none of it."""
    menage = add_menage(monde)
    attach(
        menage_id=menage.pk, organisation_id=monde.departement.pk, niveau=Niveau.SOCIAL,
        motif=MotifRattachement.FINANCEUR, source=("essai", 1), du=DEBUT,
    )  # fmt: skip
    with pytest.raises(ActeRefuse, match="accompagnent ce ménage"):
        find_mandat_partage(monde.perimetre("financeur"), menage.pk)
    assert find_mandat_partage(monde.perimetre("alice"), menage.pk).role == Role.TRAVAILLEUR_SOCIAL


def test_rediger_et_recevoir_une_piece(monde: Monde) -> None:
    technicien = monde.cumule((Role.TECHNICIEN, "ccas"))
    assert not may_write(technicien)
    with pytest.raises(ActeRefuse, match="rédiger une saisine"):
        build_draft(technicien)
    deux = monde.cumule((Role.TECHNICIEN, "operateur"), (Role.PRESCRIPTEUR, "ccas"))
    draft = build_draft(deux)
    assert may_write(deux) and draft.redaction_id == monde.ccas.pk
    assert find_holder_of_pieces(draft, deux).role == Role.PRESCRIPTEUR
    with pytest.raises(ActeRefuse, match="secrétariat"):
        find_holder_of_pieces(draft, monde.cumule((Role.TECHNICIEN, "ccas")))


def test_une_fiche_s_etablit_par_qui_lit_les_saisines(monde: Monde) -> None:
    saisine = Fabrique(monde).saisine()
    technicien = monde.cumule((Role.TECHNICIEN, "operateur"))
    with ouvre_transaction(technicien), pytest.raises(ActeRefuse, match="établir cette fiche"):
        issue_fiche(perimetre=technicien, saisine_id=saisine.pk)


def test_on_ne_reinitialise_pas_son_propre_second_facteur(monde: Monde) -> None:
    aude = monde.perimetre("administratrice")
    assert aude.utilisateur_id is not None
    with pytest.raises(ErreurMetier, match="votre propre second facteur"):
        reset_facteur(perimetre=aude, utilisateur_id=aude.utilisateur_id, motif="Perdu")
    with pytest.raises(ErreurMetier, match="n’a pas de second facteur"):
        reset_facteur(perimetre=aude, utilisateur_id=monde.alice.pk, motif="Perdu")


def test_le_systeme_n_a_ni_brouillon_ni_facteur() -> None:
    systeme = perimetre_systeme("essai", JOUR)
    with pytest.raises(ErreurMetier, match="personne connectée"):
        save_brouillon(perimetre=systeme, cle="x", donnees={})
    record_facteur(perimetre=systeme, acte="ajoute", genre="totp")
    assert not Evenement.objects.exists()


def test_une_liste_se_tient_par_le_plan(monde: Monde) -> None:
    for role in (Role.CHARGE_DU_PLAN, Role.ADMINISTRATEUR_TECHNIQUE):
        assert require_liste(monde.cumule((role, "departement"))).role == role


def test_une_regle_d_alerte_se_fixe_chez_soi_ou_par_le_plan(monde: Monde) -> None:
    ici, ailleurs = monde.operateur.pk, monde.autre_operateur.pk
    administre = monde.cumule((Role.CHEF_DE_SERVICE, "operateur"), (Role.ADMINISTRATEUR, "ccas"))
    assert [may_set(administre, o) for o in (ici, ailleurs, PLATEFORME)] == [False] * 3
    assert may_set(administre, monde.ccas.pk)
    assert may_set(monde.cumule((Role.CHARGE_DU_PLAN, "departement")), PLATEFORME)
