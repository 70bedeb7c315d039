"""The daily computation: each rule finds its cases, opens once, closes, names its owner."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cariatide.alertes.models import Alerte
from cariatide.alertes.ports import regles_alerte
from cariatide.bareme.models import ParametreLocal
from cariatide.bareme.queries import find_parametre
from cariatide.commission.models import Decision
from cariatide.demandes.models import PieceSaisine, Saisine
from cariatide.menages.actions import attach
from cariatide.menages.models import Menage
from cariatide.menages.statuts import MotifRattachement
from cariatide.mesures import actions
from cariatide.mesures.models import Mesure
from cariatide.partenaires.actions import add_agrement
from cariatide.partenaires.models import Mandat
from cariatide.socle.perimetre import Niveau
from cariatide.socle.travaux import quotidiens
from tests.alertes.conftest import compute, every, one
from tests.commission.fabrique import add_dossier, add_instance, inscribe, plan, register_faux
from tests.distribution import DEBUT, JOUR, Monde, add_menage
from tests.mesures.conftest import DECISION, Fabrique

pytestmark = pytest.mark.django_db
CONTACT, BILAN, RETARD = (
    "mesures.sans_contact", "mesures.terme_sans_bilan", "mesures.bilan_en_retard",
)  # fmt: skip
ADHESION, CHARGE = "mesures.sans_adhesion", "mesures.portefeuille_charge"


def jours(n: int, depuis: date = DECISION) -> date:
    return depuis + timedelta(days=n)


def fix(code: str, valeur: int, organisation_id: int | None = None) -> None:
    ParametreLocal.objects.create(
        code=code, valeur=valeur, organisation_id=organisation_id, du=DEBUT, motif="Essai",
        auteur="Essai",
    )  # fmt: skip


def test_les_regles_declarees() -> None:
    codes = {code for code, _ in regles_alerte.items()}
    assert codes >= {
        CONTACT, BILAN, RETARD, ADHESION, CHARGE, "demandes.incomplete",
        "demandes.attente_de_seance", "commission.non_notifiee", "partenaires.fin_de_convention",
        "partenaires.fin_d_agrement", "conformite.terme_echu",
    }  # fmt: skip
    for code, regle in regles_alerte.items():
        parametre = find_parametre(regle.parametre)
        assert parametre.source and regle.responsables, code
        # No delay of ours passes for law: a value without a text says that it is to be checked.
        for valeur in parametre.valeurs:
            assert (
                valeur.a_verifier
                or "Réglage de la plateforme" not in parametre.source
                or (regle.parametre == "bilan.alerte")
            ), code
    assert "suivi.alertes" in quotidiens


def test_sans_contact_s_ouvre_se_ferme_et_revient(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    compute(jours(59), CONTACT)
    assert every() == []
    calcul = compute(jours(60), CONTACT)
    assert (calcul.ouvertes, calcul.closes) == (1, 0)
    alerte = one()
    assert (alerte.objet_type, alerte.objet_id) == ("mesures.mesure", mesure.pk)
    assert (alerte.depuis, alerte.ouverte_le) == (DECISION, jours(60))
    assert alerte.utilisateur_id == fabrique.monde.alice.pk
    assert (alerte.menage_id, alerte.reference) == (mesure.menage_id, mesure.reference)
    assert compute(jours(60), CONTACT).ouvertes == compute(jours(61), CONTACT).ouvertes == 0
    # A letter is no contact; a visit is.
    fabrique.visite(mesure, jours(62), type="courrier", presence="sans_objet")
    compute(jours(63), CONTACT)
    assert one().statut == "ouverte"
    fabrique.visite(mesure, jours(64))
    assert compute(jours(65), CONTACT).closes == 1
    alerte = one()
    assert (alerte.statut, alerte.fin, alerte.close_le) == ("close", "cause", jours(65))
    assert compute(jours(124), CONTACT).ouvertes == 1, "a new silence is a new alert"
    assert [(a.statut, a.depuis) for a in every()] == [("close", DECISION), ("ouverte", jours(64))]


def test_une_mesure_suspendue_ne_dit_rien(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    compute(JOUR, CONTACT)
    Mesure.objects.unscoped(reason="test").filter(pk=mesure.pk).update(statut="suspendue")
    compute(JOUR, CONTACT)
    assert one().statut == "close"


def test_terme_proche_puis_bilan_en_retard(fabrique: Fabrique) -> None:
    mesure = fabrique.bilan_du()
    terme = mesure.fin_prevue
    assert terme is not None
    compute(terme - timedelta(days=31), BILAN, RETARD)
    assert every() == []
    compute(terme - timedelta(days=30), BILAN, RETARD)
    assert [a.regle for a in every()] == [BILAN]
    compute(terme + timedelta(days=1), BILAN, RETARD)
    assert [(a.regle, a.statut) for a in every()] == [(RETARD, "ouverte"), (BILAN, "close")]
    fabrique.bilan_valide(mesure, "final", JOUR)
    compute(terme + timedelta(days=2), BILAN, RETARD)
    assert {a.statut for a in every()} == {"close"}


def test_un_bilan_commence_suffit_avant_le_terme(fabrique: Fabrique) -> None:
    mesure = fabrique.bilan_du()
    assert mesure.fin_prevue is not None
    with fabrique.au_nom_de("alice") as perimetre:
        actions.create_bilan(perimetre=perimetre, mesure_id=mesure.pk, type_="final", le=JOUR)
    compute(mesure.fin_prevue - timedelta(days=3), BILAN)
    assert every() == []


def test_accordee_sans_adhesion(fabrique: Fabrique) -> None:
    fabrique.proposee()
    compute(jours(59), ADHESION)
    assert every() == []
    compute(jours(60), ADHESION)
    assert one().depuis == DECISION
    fabrique.adheree(nom="Autre")
    assert compute(jours(60), ADHESION).ouvertes == 0


def test_portefeuille_non_regle_puis_charge(fabrique: Fabrique) -> None:
    for nom in ("Un", "Deux"):
        fabrique.active(nom=nom)
    compute(JOUR, CHARGE)
    assert every() == [], "no number set: the rule is silent"
    fix("alertes.portefeuille", 2, fabrique.monde.operateur.pk)
    compute(JOUR, CHARGE)
    assert every() == [], "at the number, not above"
    fabrique.active(nom="Trois")
    compute(JOUR, CHARGE)
    alerte = one()
    assert alerte.menage_id is None and alerte.responsable == "chef_de_service"
    assert alerte.utilisateur_id == fabrique.monde.chef.pk, "who alone holds the role is named"
    assert alerte.objet_id == Mandat.objects.get(utilisateur=fabrique.monde.alice).pk


def test_delai_de_chaque_organisation(fabrique: Fabrique) -> None:
    fabrique.active()
    fix("alertes.sans_contact", 10)
    fix("alertes.sans_contact", 90, fabrique.monde.operateur.pk)
    compute(jours(89), CONTACT)
    assert every() == []
    compute(jours(90), CONTACT)
    assert len(every()) == 1


def saisine(fabrique: Fabrique, **champs: Any) -> Saisine:
    found = fabrique.saisine()
    valeurs = {"statut": "deposee", "decidee_le": None, "decision_sens": "", **champs}
    Saisine.objects.unscoped(reason="test").filter(pk=found.pk).update(**valeurs)
    return found


def test_saisine_incomplete(fabrique: Fabrique) -> None:
    une = saisine(fabrique)
    piece = PieceSaisine(
        saisine=une, code="bail", libelle="Bail", demandee_le=DECISION, attendue_le=jours(10)
    )
    piece.save()
    compute(jours(24), "demandes.incomplete")
    assert every() == []
    compute(jours(25), "demandes.incomplete")
    alerte = one()
    assert (alerte.responsable, alerte.utilisateur_id) == ("secretariat", fabrique.monde.dora.pk)
    piece.recue_le = jours(26)
    piece.save()
    compute(jours(26), "demandes.incomplete")
    assert one().statut == "close"


def test_saisine_en_attente_d_une_seance(fabrique: Fabrique) -> None:
    une = saisine(fabrique, statut="recevable", recevable_le=DECISION)
    compute(jours(60), "demandes.attente_de_seance")
    assert one().objet_id == une.pk
    Saisine.objects.unscoped(reason="test").filter(pk=une.pk).update(statut="inscrite")
    compute(jours(61), "demandes.attente_de_seance")
    assert one().statut == "close"


def test_decision_non_notifiee(monde: Monde) -> None:
    with register_faux() as faux:
        (passage,) = inscribe(monde, plan(monde, add_instance(monde)), add_dossier(monde, faux))
    decision = Decision(
        passage_id=passage.pk, sens="maintien", motif="Motif", le=DECISION, auteur="Dora"
    )
    decision.save()
    compute(jours(15), "commission.non_notifiee")
    assert one().objet_id == passage.pk and one().menage_id == passage.menage_id
    Decision.objects.unscoped(reason="test").update(notifiee_le=jours(15))
    compute(jours(16), "commission.non_notifiee")
    assert one().statut == "close"


def test_agrement_et_convention(monde: Monde) -> None:
    add_agrement(
        perimetre=monde.perimetre("administratrice"), organisation_id=monde.operateur.pk,
        libelle="Ingénierie sociale", du=date(2022, 1, 1), au=date(2027, 2, 28),
    )  # fmt: skip
    regles = ("partenaires.fin_d_agrement", "partenaires.fin_de_convention")
    compute(JOUR, *regles)
    agrement = one()
    assert agrement.utilisateur_id == monde.administratrice.pk and agrement.menage_id is None
    compute(date(2027, 8, 1), *regles)
    convention = one(regle="partenaires.fin_de_convention")
    assert (convention.organisation_id, convention.utilisateur_id) == (
        monde.departement.pk, monde.bob.pk,
    )  # fmt: skip


def test_dossier_au_dela_de_son_terme(monde: Monde) -> None:
    menage = add_menage(monde)
    contact = JOUR.replace(year=JOUR.year - 2)
    Menage.objects.unscoped(reason="test").filter(pk=menage.pk).update(
        dernier_contact_le=contact + timedelta(days=1)
    )
    compute(JOUR, "conformite.terme_echu")
    assert every() == []
    Menage.objects.unscoped(reason="test").filter(pk=menage.pk).update(dernier_contact_le=contact)
    compute(JOUR, "conformite.terme_echu")
    alerte = one()
    assert (alerte.utilisateur_id, alerte.reference) == (monde.dpo.pk, menage.reference)
    Menage.objects.unscoped(reason="test").filter(pk=menage.pk).update(archive_le=JOUR)
    compute(JOUR, "conformite.terme_echu")
    assert one().statut == "close"


def test_le_responsable_suit_le_referent_et_les_departs(fabrique: Fabrique) -> None:
    monde, mesure = fabrique.monde, fabrique.active()
    compute(JOUR, CONTACT)
    with fabrique.au_nom_de("chef") as perimetre:
        actions.assign_referent(
            perimetre=perimetre, mesure_id=mesure.pk, referent_id=monde.collegue.pk
        )
    assert one().utilisateur_id == monde.collegue.pk, "at once, before the night"
    Mandat.objects.filter(utilisateur=monde.collegue).update(au=JOUR)
    compute(jours(1, JOUR), CONTACT)
    alerte = one()
    assert (alerte.responsable, alerte.utilisateur_id) == ("chef_de_service", monde.chef.pk)


def test_un_role_a_plusieurs_ne_nomme_personne(fabrique: Fabrique) -> None:
    fabrique.active()
    fix("alertes.portefeuille", 0, fabrique.monde.operateur.pk)
    Mandat.objects.create(
        utilisateur=fabrique.monde.technicien, organisation=fabrique.monde.operateur,
        role="chef_de_service", du=DEBUT,
    )  # fmt: skip
    compute(JOUR, CHARGE)
    assert one().utilisateur_id is None and one().responsable == "chef_de_service"


def test_archive_ou_fusion_ferme(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    compute(JOUR, CONTACT)
    Menage.objects.unscoped(reason="test").filter(pk=mesure.menage_id).update(archive_le=JOUR)
    assert compute(JOUR, CONTACT).closes == 1


def test_remontee_au_chef_de_service(fabrique: Fabrique) -> None:
    fabrique.active()
    compute(JOUR, CONTACT)
    compute(jours(14, JOUR), CONTACT)
    assert one().remontee_le is None
    assert compute(jours(15, JOUR), CONTACT).remontees == 1
    assert one().remontee_le == jours(15, JOUR)
    assert compute(jours(16, JOUR), CONTACT).remontees == 0, "once"


def test_une_poignee_de_requetes(fabrique: Fabrique) -> None:
    """The number of statements depends on the rules, never on the cases."""

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as contexte:
            compute(JOUR)
        return len(contexte)

    fabrique.active(nom="Un")
    compute(JOUR)
    seul = count()
    for nom in ("Deux", "Trois", "Quatre"):
        fabrique.active(nom=nom)
    Alerte.objects.unscoped(reason="test").update(depuis=JOUR)
    assert count() <= seul + 5, "the event of what was opened, its delivery"
    assert seul <= len(regles_alerte.items()) + 23


def test_ce_qui_ouvre_les_alertes_ne_les_relit_pas(fabrique: Fabrique) -> None:
    """Reading the table that it fills, the first night grew with the square of its alerts."""
    fabrique.active()
    with CaptureQueriesContext(connection) as requetes:
        assert compute(jours(80), CONTACT).ouvertes == 1
    (ecrit,) = [
        q["sql"] for q in requetes.captured_queries
        if q["sql"].lstrip().startswith("INSERT INTO alertes_alerte")
    ]  # fmt: skip
    assert ecrit.count("alertes_alerte") == 1
    assert compute(jours(80), CONTACT).ouvertes == 0


def test_un_lien_suffit_pour_voir(fabrique: Fabrique) -> None:
    monde, mesure = fabrique.monde, fabrique.active()
    compute(JOUR, CONTACT)

    def sees(qui: str) -> bool:
        return Alerte.objects.visible_to(monde.perimetre(qui)).exists()

    assert sees("alice") and sees("chef") and sees("financeur")
    assert not (sees("charlie") or sees("eve") or sees("dpo") or sees("administratrice"))
    attach(
        menage_id=mesure.menage_id, organisation_id=monde.autre_operateur.pk,
        niveau=Niveau.FACTUEL, motif=MotifRattachement.OPERATEUR, source=("essai", 1), du=JOUR,
    )  # fmt: skip
    assert sees("charlie")
