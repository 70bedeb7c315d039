"""Instances and sessions: composition, dates, links of the members, presences, papers, notices."""

import hashlib
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cariatide.bareme.actions import set_parametre_local
from cariatide.commission.actions.agenda import move_passage, remove_passage
from cariatide.commission.actions.decisions import postpone_passages, record_decision
from cariatide.commission.actions.instances import (
    DonneesMembre,
    add_membre,
    close_instance,
    end_membre,
    set_quorum,
)
from cariatide.commission.actions.papiers import (
    close_with_minutes,
    convene_with_papers,
    issue_notification,
    issue_notifications,
)
from cariatide.commission.actions.seances import (
    DonneesSeance,
    LignePresence,
    cancel_seance,
    convene_seance,
    open_seance,
    record_presences,
    reschedule_seance,
)
from cariatide.commission.avis import AvisDesSeances
from cariatide.commission.cartes import PassagesDuMenage
from cariatide.commission.journee import BlocMembre, BlocSecretariat
from cariatide.commission.models import Decision, Passage, Presence, RegleQuorum, Seance
from cariatide.commission.rules import RegleDeQuorum
from cariatide.documents.models import DocumentEmis
from cariatide.documents.queries import read_contexte, read_document
from cariatide.journal.models import Evenement
from cariatide.menages.models import Domicile, FaitParcours, Menage, Rattachement
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier
from tests.commission.fabrique import (
    MOTIF,
    FauxDossiers,
    add_dossier,
    add_instance,
    demain,
    hold,
    inscribe,
    plan,
)
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db


def sees(monde: Monde, qui: str, menage_id: int, jour: date = JOUR) -> bool:
    found = Menage.objects.visible_to(monde.perimetre(qui, jour))
    return bool(found.filter(pk=menage_id).exists())


def members_links(passage: Passage) -> dict[int, tuple[date, date | None]]:
    links = Rattachement.objects.filter(source_type="commission.passage", source_id=passage.pk)
    return {r.organisation_id: (r.du, r.au) for r in links.filter(motif="seance")}


def test_members_read_a_case_from_seven_days_before_to_thirty_after(
    monde: Monde, faux: FauxDossiers
) -> None:
    seance = plan(monde, add_instance(monde), demain(20))
    dossier = add_dossier(monde, faux)
    passage = inscribe(monde, seance, dossier)[0]
    assert members_links(passage)[monde.prefecture.pk] == (demain(13), demain(50))
    answers = [sees(monde, "membre", dossier.menage_id, demain(d)) for d in (12, 13, 50, 51)]
    assert answers == [False, True, True, False]
    assert sees(monde, "dora", dossier.menage_id, demain(200))
    assert not sees(monde, "charlie", dossier.menage_id, demain(20))


def test_a_local_parameter_changes_the_window(monde: Monde, faux: FauxDossiers) -> None:
    set_parametre_local(
        perimetre=monde.perimetre("bob"),
        code="commission.lecture_avant",
        valeur=10,
        du=JOUR,
        motif="Règlement intérieur révisé",
    )
    seance = plan(monde, add_instance(monde), demain(20))
    assert (seance.lecture_du, seance.lecture_au) == (demain(10), demain(50))


def test_a_case_inscribed_late_opens_the_day_it_is_inscribed(
    monde: Monde, faux: FauxDossiers
) -> None:
    seance = plan(monde, add_instance(monde), demain(2))
    passage = inscribe(monde, seance, add_dossier(monde, faux))[0]
    assert members_links(passage)[monde.ccas.pk] == (JOUR, demain(32))


def test_a_new_date_moves_the_links_and_asks_for_a_new_convocation(
    monde: Monde, faux: FauxDossiers
) -> None:
    seance = plan(monde, add_instance(monde), demain(5))
    passage = inscribe(monde, seance, add_dossier(monde, faux))[0]
    perimetre = monde.perimetre("dora")
    convene_seance(perimetre=perimetre, seance_id=seance.pk)
    moved = reschedule_seance(
        perimetre=perimetre,
        seance_id=seance.pk,
        donnees=DonneesSeance(le=demain(40), heure=time(14, 0), lieu="Salle Hugo"),
    )
    assert (moved.statut, moved.convoquee_le) == ("planifiee", None)
    assert members_links(passage)[monde.prefecture.pk] == (demain(33), demain(70))
    assert not sees(monde, "membre", passage.menage_id)


def test_withdrawn_and_cancelled_cases_close_at_once(monde: Monde, faux: FauxDossiers) -> None:
    instance = add_instance(monde)
    seance = plan(monde, instance, demain(3))
    first, second = add_dossier(monde, faux, "Carlier"), add_dossier(monde, faux, "Petit")
    passages = inscribe(monde, seance, first, second)
    perimetre = monde.perimetre("dora")
    with pytest.raises(ActeRefuse, match="motif"):
        remove_passage(perimetre=perimetre, passage_id=passages[0].pk, motif=" ")
    assert sees(monde, "membre", first.menage_id)
    remove_passage(perimetre=perimetre, passage_id=passages[0].pk, motif="Relogé entre-temps")
    assert not sees(monde, "membre", first.menage_id)
    assert not any(sees(monde, "membre", first.menage_id, demain(d)) for d in range(60))
    cancelled = cancel_seance(perimetre=perimetre, seance_id=seance.pk, motif="Salle fermée")
    assert (cancelled.statut, cancelled.annulee_le) == ("annulee", JOUR)
    assert not sees(monde, "membre", second.menage_id)
    assert [d.etat for d in faux.dossiers.values()] == ["a_inscrire", "a_inscrire"]
    # The hour is free again, and the cases too.
    again = plan(monde, instance, demain(3))
    assert len(inscribe(monde, again, first, second)) == 2


def test_who_sits_changes_the_sessions_to_come_alone(monde: Monde, faux: FauxDossiers) -> None:
    instance = add_instance(monde)
    seance = plan(monde, instance, demain(5))
    passage = inscribe(monde, seance, add_dossier(monde, faux))[0]
    perimetre = monde.perimetre("dora")
    siege = instance.membres.get(organisation=monde.prefecture)
    end_membre(perimetre=perimetre, instance_id=instance.pk, membre_id=siege.pk, au=demain(4))
    assert monde.prefecture.pk not in {
        o for o, (_, au) in members_links(passage).items() if au is None or au >= JOUR
    }
    add_membre(
        perimetre=perimetre,
        instance_id=instance.pk,
        donnees=DonneesMembre(organisation_id=monde.autre_operateur.pk, du=JOUR),
    )
    assert members_links(passage)[monde.autre_operateur.pk] == (JOUR, demain(35))
    with pytest.raises(ErreurMetier, match="siège déjà"):
        add_membre(
            perimetre=perimetre,
            instance_id=instance.pk,
            donnees=DonneesMembre(organisation_id=monde.ccas.pk, du=JOUR),
        )
    # The préfecture comes back the day after: seats are dated, they may follow each other.
    add_membre(
        perimetre=perimetre,
        instance_id=instance.pk,
        donnees=DonneesMembre(organisation_id=monde.prefecture.pk, du=demain(5)),
    )
    assert sees(monde, "membre", passage.menage_id)


def test_only_its_secretariat_touches_an_instance(monde: Monde) -> None:
    instance = add_instance(monde)
    for qui in ("membre", "bob", "alice", "eve", "administratrice"):
        with pytest.raises(ActeRefuse, match="secrétariat"):
            end_membre(
                perimetre=monde.perimetre(qui),
                instance_id=instance.pk,
                membre_id=instance.membres.first().pk,
                au=JOUR,
            )


def test_quorum_rules_follow_each_other(monde: Monde) -> None:
    instance = add_instance(monde)
    perimetre = monde.perimetre("dora")
    set_quorum(
        perimetre=perimetre,
        instance_id=instance.pk,
        quorum=RegleDeQuorum("nombre", nombre=3),
        du=demain(10),
        source="Règlement intérieur, article 4",
    )
    rows = RegleQuorum.objects.order_by("du").values_list("mode", "du", "au")
    assert list(rows) == [
        ("fraction", date(2026, 1, 1), demain(9)),
        ("nombre", demain(10), None),
    ]
    with pytest.raises(ErreurMetier, match="commence déjà"):
        set_quorum(
            perimetre=perimetre, instance_id=instance.pk, quorum=RegleDeQuorum("aucun"), du=JOUR
        )


@pytest.mark.parametrize(
    "quorum",
    [
        RegleDeQuorum("nombre"),
        RegleDeQuorum("fraction", numerateur=3, denominateur=2),
        RegleDeQuorum("fraction"),
        RegleDeQuorum("autre"),
    ],
)
def test_impossible_quorums(monde: Monde, quorum: RegleDeQuorum) -> None:
    instance = add_instance(monde)
    with pytest.raises(ErreurMetier, match="incomplète"):
        set_quorum(
            perimetre=monde.perimetre("dora"), instance_id=instance.pk, quorum=quorum, du=demain()
        )


def test_bad_dates_are_refused_in_words(monde: Monde) -> None:
    instance = add_instance(monde)
    plan(monde, instance, demain(5))
    for le, champ in ((demain(-1), "le"), (demain(900), "le"), (demain(5), "heure")):
        with pytest.raises(ErreurMetier) as caught:
            plan(monde, instance, le)
        assert champ in caught.value.champs
    assert Seance.objects.visible_to(monde.perimetre("dora")).count() == 1


def test_convene_needs_members_and_a_rule(monde: Monde) -> None:
    perimetre = monde.perimetre("dora")
    vide = plan(monde, add_instance(monde, (), nom="Sans membre"), demain(5))
    with pytest.raises(ActeRefuse, match="aucun membre"):
        convene_seance(perimetre=perimetre, seance_id=vide.pk)
    seance = plan(monde, add_instance(monde), demain(5))
    RegleQuorum.objects.all().delete()
    with pytest.raises(ActeRefuse, match="règle de quorum"):
        convene_seance(perimetre=perimetre, seance_id=seance.pk)


def test_a_session_opens_on_its_day_and_alone(monde: Monde) -> None:
    instance = add_instance(monde)
    later = plan(monde, instance, demain(5))
    convene_seance(perimetre=monde.perimetre("dora"), seance_id=later.pk)
    with pytest.raises(ActeRefuse, match="s’ouvre le 27/11/2026"):
        open_seance(perimetre=monde.perimetre("dora"), seance_id=later.pk)
    hold(monde, plan(monde, instance))
    with pytest.raises(ActeRefuse, match="déjà ouverte"):
        open_seance(perimetre=monde.perimetre("dora", demain(5)), seance_id=later.pk)


def test_announced_excuses_survive_the_opening(monde: Monde) -> None:
    instance = add_instance(monde)
    seance = plan(monde, instance)
    perimetre = monde.perimetre("dora")
    convene_seance(perimetre=perimetre, seance_id=seance.pk)
    ligne = LignePresence(monde.ccas.pk, "excuse", representant="M. Paul Prévost")
    record_presences(perimetre=perimetre, seance_id=seance.pk, lignes=[ligne])
    open_seance(perimetre=perimetre, seance_id=seance.pk)
    etats = dict(Presence.objects.values_list("organisation_id", "etat"))
    assert etats == {
        monde.ccas.pk: "excuse", monde.prefecture.pk: "absent", monde.bailleur.pk: "absent",
    }  # fmt: skip
    with pytest.raises(ErreurMetier, match="ne siège pas"):
        record_presences(
            perimetre=perimetre,
            seance_id=seance.pk,
            lignes=[LignePresence(monde.operateur.pk, "present")],
        )


def test_the_same_presences_again_write_nothing(monde: Monde) -> None:
    seance = plan(monde, add_instance(monde))
    perimetre = monde.perimetre("dora")
    convene_seance(perimetre=perimetre, seance_id=seance.pk)
    lignes = [LignePresence(monde.ccas.pk, "excuse", representant="M. Paul Prévost")]
    vue = record_presences(perimetre=perimetre, seance_id=seance.pk, lignes=lignes).version
    again = record_presences(perimetre=perimetre, seance_id=seance.pk, lignes=lignes, version=vue)
    assert again.version == vue
    assert Evenement.objects.filter(nom="seance.presences", objet_id=seance.pk).count() == 1
    with pytest.raises(ConflitDeVersion):
        record_presences(
            perimetre=perimetre, seance_id=seance.pk, version=vue - 1,
            lignes=[LignePresence(monde.ccas.pk, "present")],
        )  # fmt: skip


def test_order_of_the_agenda(monde: Monde, faux: FauxDossiers) -> None:
    seance = plan(monde, add_instance(monde), demain(3))
    names = ("Carlier", "Okafor", "Petit")
    passages = inscribe(monde, seance, *(add_dossier(monde, faux, n) for n in names))
    perimetre = monde.perimetre("dora")

    def order() -> str:
        found = Passage.objects.visible_to(perimetre).exclude(statut="retire").order_by("ordre")
        return "".join(p.libelle[0] for p in found)

    move_passage(perimetre=perimetre, passage_id=passages[2].pk, monte=True)
    assert order() == "CPO"
    move_passage(perimetre=perimetre, passage_id=passages[0].pk, monte=True)
    assert order() == "CPO"
    remove_passage(perimetre=perimetre, passage_id=passages[2].pk, motif="Relogé")
    move_passage(perimetre=perimetre, passage_id=passages[1].pk, monte=True)
    assert order() == "OC"


def test_the_database_refuses_what_the_acts_would_not_write(
    monde: Monde, faux: FauxDossiers
) -> None:
    instance = add_instance(monde)
    seance, other = plan(monde, instance, demain(3)), plan(monde, instance, demain(9))
    passage = inscribe(monde, seance, add_dossier(monde, faux))[0]
    table = Seance.objects.unscoped(reason="test").filter(pk=seance.pk)
    for change in (
        {"statut": "convoquee"},
        {"statut": "close"},
        {"ouverte_a": f"{JOUR}T10:00:00Z"},
        {"statut": "annulee", "annulee_le": JOUR},
        {"lecture_au": demain(-30)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            table.update(**change)
    twin = {f.attname: getattr(passage, f.attname) for f in Passage._meta.concrete_fields}
    twin |= {"id": None, "seance_id": other.pk}
    with pytest.raises(IntegrityError, match="passage_un_ordre_du_jour"), transaction.atomic():
        Passage(**twin).save()
    decision = {"passage": passage, "sens": "refus", "le": JOUR, "auteur": "x"}
    with pytest.raises(IntegrityError, match="decision_motivee"), transaction.atomic():
        Decision(motif="", **decision).save()
    Decision(motif=MOTIF, **decision).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision(motif=MOTIF, **decision).save()


def test_an_instance_does_not_end_before_its_sessions(monde: Monde) -> None:
    instance = add_instance(monde)
    seance = plan(monde, instance, demain(3))
    perimetre = monde.perimetre("dora")
    with pytest.raises(ErreurMetier, match="restent à tenir"):
        close_instance(perimetre=perimetre, instance_id=instance.pk, au=JOUR)
    cancel_seance(perimetre=perimetre, seance_id=seance.pk, motif="Fin de la convention")
    close_instance(perimetre=perimetre, instance_id=instance.pk, au=JOUR)
    with pytest.raises(ErreurMetier, match="n’est pas en vigueur"):
        plan(monde, instance, demain(3))


# -- Papers


@pytest.fixture
def close(monde: Monde, faux: FauxDossiers) -> Seance:
    """Closed today: one decision, one refusal, one postponed, one not examined."""
    seance = plan(monde, add_instance(monde, jour=JOUR))
    names = ("Carlier", "Okafor", "Petit", "Morel")
    passages = inscribe(monde, seance, *(add_dossier(monde, faux, n) for n in names))
    hold(monde, seance)
    perimetre = monde.perimetre("dora")
    for passage, sens in zip(passages, ("relogement", "refus", "ajournement"), strict=False):
        record_decision(
            perimetre=perimetre, passage_id=passage.pk, version=1, sens=sens, motif=MOTIF,
            conditions="- Signer le contrat\n- Déposer la demande" if sens == "relogement" else "",
        )  # fmt: skip
    postpone_passages(perimetre=perimetre, seance_id=seance.pk)
    return close_with_minutes(perimetre=perimetre, seance_id=seance.pk)


def test_convocations_and_agenda_are_issued(monde: Monde, faux: FauxDossiers) -> None:
    seance = plan(monde, add_instance(monde), demain(3))
    inscribe(monde, seance, add_dossier(monde, faux, urgent=True, provisoire="maintien"))
    convene_with_papers(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
    papiers = DocumentEmis.objects.visible_to(monde.perimetre("membre"))
    assert sorted(papiers.values_list("modele", flat=True)) == ["convocation"] * 3 + [
        "ordre_du_jour"
    ]
    for qui, jour in (("alice", JOUR), ("charlie", JOUR), ("membre", demain(34))):
        assert not DocumentEmis.objects.visible_to(monde.perimetre(qui, jour)).exists()
    contexte = read_contexte(monde.perimetre("dora"), papiers.get(modele="ordre_du_jour"))
    inscrit = contexte["points"][0]["dossiers"][0]
    assert inscrit["menage"] == "Ménage Lefèvre"
    assert inscrit["motif"] == (
        "Orientation provisoire à ratifier : maintien ; Urgence : Expulsion imminente"
    )


def test_minutes_say_what_was_recorded(monde: Monde, close: Seance) -> None:
    perimetre = monde.perimetre("membre")
    pv = DocumentEmis.objects.visible_to(perimetre).get(modele="proces_verbal")
    octets = read_document(perimetre, pv)
    assert octets.startswith(b"%PDF")
    assert hashlib.sha256(octets).hexdigest() == pv.sha256
    contexte = read_contexte(perimetre, pv)
    assert contexte["quorum"] == {"requis": 2, "presents": 2, "membres": 3}
    assert [d["decision"].split(" ")[0] for d in contexte["dossiers"]] == [
        "Orientation", "Refus", "Ajournement", "Report",
    ]  # fmt: skip
    assert contexte["dossiers"][0]["conditions"] == ["Signer le contrat", "Déposer la demande"]
    assert "Assignation" in contexte["dossiers"][0]["synthese"]


def test_notifications_go_once_with_the_appeals_of_the_instance(
    monde: Monde, close: Seance
) -> None:
    close.instance.voies_recours = "Recours gracieux.\n\nRecours contentieux."
    close.instance.save()
    perimetre = monde.perimetre("dora")
    first = Passage.objects.visible_to(perimetre).order_by("ordre").first()
    issue_notification(perimetre=perimetre, passage_id=first.pk)
    with pytest.raises(ActeRefuse, match="déjà émise"):
        issue_notification(perimetre=perimetre, passage_id=first.pk)
    assert issue_notifications(perimetre=perimetre, seance_id=close.pk) == 2
    with pytest.raises(ActeRefuse, match="déjà notifiées"):
        issue_notifications(perimetre=perimetre, seance_id=close.pk)
    issued = DocumentEmis.objects.visible_to(perimetre).filter(modele="notification_decision")
    contextes = [read_contexte(perimetre, d) for d in issued.order_by("pk")]
    assert [c["sens"].split(" ")[0] for c in contextes] == ["Orientation", "Refus", "Ajournement"]
    assert [len(c["voies_recours"]) for c in contextes] == [2, 2, 0]
    assert contextes[0]["destinataire"]["lignes"] == [
        "Ménage Carlier", "3 impasse du Moulin", "59600 Maubeuge",
    ]  # fmt: skip
    faits = FaitParcours.objects.visible_to(perimetre).filter(titre__contains="notifiée")
    assert faits.count() == 3


def test_a_protected_address_is_not_printed(monde: Monde, faux: FauxDossiers) -> None:
    dossier = add_dossier(monde, faux)
    Domicile.objects.unscoped(reason="test").filter(menage_id=dossier.menage_id).update(
        protege=True
    )
    seance = plan(monde, add_instance(monde))
    passage = inscribe(monde, seance, dossier)[0]
    hold(monde, seance)
    perimetre = monde.perimetre("dora")
    record_decision(
        perimetre=perimetre, passage_id=passage.pk, version=1, sens="maintien", motif=MOTIF
    )
    with pytest.raises(ActeRefuse, match="après la clôture"):
        issue_notification(perimetre=perimetre, passage_id=passage.pk)
    close_with_minutes(perimetre=perimetre, seance_id=seance.pk)
    issue_notification(perimetre=perimetre, passage_id=passage.pk)
    issued = DocumentEmis.objects.visible_to(perimetre).get(modele="notification_decision")
    lignes = read_contexte(perimetre, issued)["destinataire"]["lignes"]
    assert lignes == ["Ménage Lefèvre", "À remettre par le référent du ménage"]


# -- Notices, the day's page, the household's page


def notices(nom: str) -> list[Any]:
    regle = AvisDesSeances()
    assert regle.wants(nom)
    return regle.build(Evenement.objects.filter(nom=nom).latest("id").pk)


def test_members_are_told_and_no_name_travels(monde: Monde, close: Seance) -> None:
    for nom in ("seance.convoquee", "seance.close"):
        found = notices(nom)
        assert {a.organisation_id for a in found} == {
            monde.prefecture.pk, monde.ccas.pk, monde.bailleur.pk,
        }  # fmt: skip
        assert all(a.roles == {"membre_commission"} for a in found)
        assert all(n not in a.titre + a.texte for a in found for n in ("Carlier", "Petit"))
    assert not AvisDesSeances().wants("decision.prise")


def test_a_session_never_convened_is_cancelled_in_silence(monde: Monde) -> None:
    instance = add_instance(monde)
    for convened in (False, True):
        seance = plan(monde, instance, demain(3))
        if convened:
            convene_seance(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
        cancel_seance(perimetre=monde.perimetre("dora"), seance_id=seance.pk, motif="Salle fermée")
        assert len(notices("seance.annulee")) == (3 if convened else 0)


def test_the_day_of_the_secretary_and_of_a_member(
    monde: Monde, faux: FauxDossiers, close: Seance
) -> None:
    add_dossier(monde, faux, "Zola", urgent=True)
    plan(monde, close.instance, demain(30))
    lignes = BlocSecretariat().lignes(monde.perimetre("dora"))
    assert [x.titre for x in lignes] == [
        "Groupe de pilotage MOUS, 22/12/2026",
        "3 décisions à notifier",
        "1 dossier à inscrire à une séance",
    ]
    assert lignes[2].detail == "Groupe de pilotage MOUS, dont 1 urgent"
    mine = BlocMembre().lignes(monde.perimetre("membre"))
    assert [x.detail for x in mine] == ["Dossiers lisibles à partir du 15/12/2026"]
    assert BlocMembre().lignes(monde.perimetre("membre", demain(25)))[0].libelle_acte == (
        "Lire les dossiers"
    )
    assert BlocSecretariat().lignes(monde.perimetre("eve")) == []


def test_card_of_the_household(monde: Monde, faux: FauxDossiers) -> None:
    seance = plan(monde, add_instance(monde), demain(3))
    passage = inscribe(monde, seance, add_dossier(monde, faux))[0]
    carte = PassagesDuMenage()
    assert carte.modeles == {"commission.Passage"}
    found = carte.read_en_cours(passage.menage_id, monde.perimetre("alice")).list_cartes()
    assert [(x.titre, x.echeance) for x in found] == [("Séance du 25/11/2026", demain(3))]
    assert carte.read_en_cours(passage.menage_id, monde.perimetre("charlie")).list_cartes() == []


def test_every_step_is_in_the_parcours_and_the_journal(monde: Monde, close: Seance) -> None:
    first = Passage.objects.visible_to(monde.perimetre("dora")).order_by("ordre").first()
    faits = FaitParcours.objects.visible_to(monde.perimetre("alice")).filter(
        menage_id=first.menage_id, domaine="commission"
    )
    assert list(faits.order_by("id").values_list("titre", flat=True)) == [
        "Inscrit à l’ordre du jour du 22/11/2026",
        "Décision : relogement",
    ]
    noms = set(Evenement.objects.values_list("nom", flat=True))
    assert {
        "seance.planifiee", "seance.convoquee", "seance.ouverte", "seance.presences",
        "seance.close", "passage.inscrit", "passage.reporte", "decision.prise", "document.emis",
    } <= noms  # fmt: skip
    assert close.close_a is not None and close.ouverte_a is not None
    assert close.close_a - close.ouverte_a < timedelta(hours=24)
