"""Pages: who opens them, what they show, what a refused act gives back."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from cariatide.bareme.models import ParametreLocal
from cariatide.commission.actions.decisions import postpone_passages
from cariatide.commission.actions.seances import close_seance
from cariatide.commission.models import Decision, Instance, Passage, Presence, Seance
from cariatide.commission.queries import propose_quorum
from cariatide.commission.web.views.passages import _can_read_seance
from cariatide.journal.models import Consultation, Evenement
from cariatide.partenaires.models import Convention, Mandat
from cariatide.socle.normalisation import typographie
from tests.brouillons import list_brouillons, set_brouillon
from tests.commission.fabrique import (
    MOTIF,
    FauxDossiers,
    add_dossier,
    add_instance,
    cases,
    decide,
    demain,
    hold,
    hold_with,
    inscribe,
    plan,
)
from tests.distribution import DEBUT, JOUR, Monde, add_personne

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_day")]


@pytest.fixture
def seance(monde: Monde, faux: FauxDossiers) -> Seance:
    """Open today with three cases."""
    return hold_with(monde, faux, "Carlier", "Okafor", "Petit")


def every_page(seance: Seance, passage: Passage) -> dict[str, tuple[Any, set[str]]]:
    """Addresses, and who gets 200; the others signed in with a mandate get 403 or 404."""
    s, p, i = [seance.pk], [passage.pk], [seance.instance_id]
    secretariat, salle = {"dora"}, {"dora", "membre"}
    instances = salle | {"bob"}
    return {
        "seances": ([], instances),
        "nouvelle_seance": ([], secretariat),
        "seance": (s, salle),
        "modifier_seance": (s, secretariat),
        "annuler_seance": (s, secretariat),
        "en_seance": (s, salle),
        "en_seance_dossier": ([*s, *p], salle),
        "papier": ([*s, "ordre_du_jour"], salle),
        # The link of the secretariat opens the case to its whole organisation: Bob reads it too.
        "passage": (p, {"dora", "membre", "alice", "chef", "bob"}),
        "retirer": (p, secretariat),
        "instances": ([], instances),
        "instance": (i, instances),
        "nouvelle_instance": ([], secretariat),
        "modifier_instance": (i, secretariat),
        "fermer_instance": (i, secretariat),
        "quorum": (i, secretariat),
        "ajouter_membre": (i, secretariat),
    }


@pytest.mark.parametrize(
    "qui", ["dora", "membre", "bob", "alice", "chef", "charlie", "administratrice", "dpo", "eve"]
)
def test_who_opens_what(monde: Monde, seance: Seance, client_de: Any, qui: str) -> None:
    passage = cases(monde, seance)[0]
    with client_de(monde.personnes[qui]) as c:
        for nom, (args, allowed) in every_page(seance, passage).items():
            answer = c.get(reverse(f"commission:{nom}", args=args)).status_code
            if qui in allowed:
                assert answer == 200, (nom, answer)
            else:
                assert answer in (403, 404), (nom, answer)


def test_anonymous_goes_to_sign_in(monde: Monde, seance: Seance, client_de: Any) -> None:
    passage = cases(monde, seance)[0]
    with client_de() as c:
        for nom, (args, _) in every_page(seance, passage).items():
            answer = c.get(reverse(f"commission:{nom}", args=args))
            assert answer.status_code == 302
            assert "connexion" in answer["Location"]


ACTES = ["convoquer", "ouvrir", "inscrire", "presences", "reporter_restants", "clore"]
ACTES_DOSSIER = ["deplacer", "examiner", "suspendre", "reporter", "decider", "notifier"]


@pytest.mark.parametrize("nom", ACTES + ACTES_DOSSIER)
def test_acts_are_posts_of_the_secretariat(
    monde: Monde, seance: Seance, client_de: Any, nom: str
) -> None:
    args = [cases(monde, seance)[0].pk] if nom in ACTES_DOSSIER else [seance.pk]
    adresse = reverse(f"commission:{nom}", args=args)
    with client_de(monde.dora) as c:
        assert c.get(adresse).status_code == 405
    for qui in ("membre", "alice", "bob"):
        with client_de(monde.personnes[qui]) as c:
            assert c.post(adresse, {}).status_code == 403
    assert not Decision.objects.visible_to(monde.perimetre("dora")).exists()


def test_a_secretariat_of_another_organisation_finds_nothing(
    monde: Monde, seance: Seance, client_de: Any
) -> None:
    autre = add_personne("Daniel", "Autre")
    Mandat.objects.create(
        utilisateur=autre, organisation=monde.autre_operateur, role="secretariat", du=DEBUT
    )
    passage = cases(monde, seance)[0]
    with client_de(autre) as c:
        for nom, args in (
            ("seance", [seance.pk]),
            ("en_seance", [seance.pk]),
            ("suivi", [seance.pk]),
            ("passage", [passage.pk]),
            ("papier", [seance.pk, "ordre_du_jour"]),
        ):
            assert c.get(reverse(f"commission:{nom}", args=args)).status_code == 404
        for nom, args in (("clore", [seance.pk]), ("decider", [passage.pk])):
            assert c.post(reverse(f"commission:{nom}", args=args), {}).status_code == 404
        liste = c.get(reverse("commission:seances")).content.decode()
        assert f"{JOUR:%d/%m/%Y} à" not in liste


def test_the_plan_officer_follows_dates_and_opens_no_session(
    monde: Monde, seance: Seance, client_de: Any
) -> None:
    with client_de(monde.bob) as c:
        page = c.get(reverse("commission:seances")).content.decode()
        assert "dates et nombres, sans dossier" in page
        assert f"{JOUR:%d/%m/%Y} à" in page
        assert reverse("commission:seance", args=[seance.pk]) not in page
        assert "Dossiers lisibles" not in page
    # Seated elsewhere as well, he still opens none of this instance.
    Mandat.objects.create(
        utilisateur=monde.bob, organisation=monde.autre_operateur, role="membre_commission",
        du=DEBUT,
    )  # fmt: skip
    with client_de(monde.bob) as c:
        page = c.get(reverse("commission:seances")).content.decode()
        assert f"{JOUR:%d/%m/%Y} à" in page
        assert reverse("commission:seance", args=[seance.pk]) not in page
        for nom in ("seance", "en_seance", "suivi"):
            assert c.get(reverse(f"commission:{nom}", args=[seance.pk])).status_code == 404, nom
        journee = c.get("/").content.decode()
        assert "Suivre la séance" not in journee
    # Kept to another agreement, his mandate shows no session of this one.
    mandats = Mandat.objects.filter(utilisateur=monde.bob, role="charge_du_plan")
    autre = Convention.objects.create(
        type="asll", reference="ASLL-T", intitule="Autre", commanditaire=monde.departement,
        operateur=monde.operateur, du=DEBUT, au=date(2030, 1, 1),
    )  # fmt: skip
    mandats.update(convention=autre)
    with client_de(monde.bob) as c:
        page = c.get(reverse("commission:seances")).content.decode()
        assert f"{JOUR:%d/%m/%Y} à" not in page


def test_a_member_reads_only_within_the_window(
    monde: Monde, faux: FauxDossiers, client_de: Any
) -> None:
    planned = plan(monde, add_instance(monde), demain(10))
    passage = inscribe(monde, planned, add_dossier(monde, faux, "Petit"))[0]
    pages = {
        "seance": [planned.pk],
        "en_seance": [planned.pk],
        "passage": [passage.pk],
        "papier": [planned.pk, "ordre_du_jour"],
        "suivi": [planned.pk],
    }
    for days, answer in ((2, 404), (3, 200), (40, 200), (41, 404)):
        moment = f"{demain(days).isoformat()}T10:00:00+01:00"
        with time_machine.travel(moment, tick=False), client_de(monde.membre) as c:
            for nom, args in pages.items():
                got = c.get(reverse(f"commission:{nom}", args=args)).status_code
                expected = 204 if (nom, answer) == ("suivi", 200) else answer
                assert got == expected, (days, nom)
            liste = c.get(reverse("commission:seances")).content.decode()
            assert "Groupe de pilotage MOUS" in liste
            assert "Petit" not in liste


def test_a_page_of_the_case_is_journaled_before_it_is_read(
    monde: Monde, seance: Seance, client_de: Any
) -> None:
    first, second, _ = cases(monde, seance)
    with client_de(monde.membre) as c:
        c.get(reverse("commission:en_seance_dossier", args=[seance.pk, second.pk]))
        c.get(reverse("commission:passage", args=[first.pk]))
    lues = list(Consultation.objects.order_by("id").values_list("route", "menage_id"))
    assert lues == [
        ("commission:en_seance_dossier", second.menage_id),
        ("commission:passage", first.menage_id),
    ]


def test_prepare_inscribe_reorder_withdraw(
    monde: Monde, faux: FauxDossiers, client_de: Any
) -> None:
    planned = plan(monde, add_instance(monde), demain(3))
    carlier, okafor = add_dossier(monde, faux, "Carlier"), add_dossier(monde, faux, "Okafor")
    urgent = add_dossier(monde, faux, "Zola", urgent=True)
    page = reverse("commission:seance", args=[planned.pk])
    with client_de(monde.dora) as c:
        html = c.get(page).content.decode()
        assert html.index("Zola") < html.index("Carlier") < html.index("Okafor")
        cles = [f"tests.dossier:{d.menage_id}" for d in (carlier, okafor, urgent)]
        c.post(reverse("commission:inscrire", args=[planned.pk]), {"dossier": cles})
        assert [p.libelle for p in cases(monde, planned)] == ["Carlier", "Okafor", "Zola"]
        zola = cases(monde, planned)[2]
        envoi = {"sens": "haut", "envoi": str(uuid4())}
        for _ in range(2):  # the same click sent again moves the case once
            c.post(reverse("commission:deplacer", args=[zola.pk]), envoi)
        assert [p.libelle for p in cases(monde, planned)] == ["Carlier", "Zola", "Okafor"]
        refused = c.post(reverse("commission:retirer", args=[zola.pk]), {"motif": ""})
        assert refused.status_code == 422
        c.post(reverse("commission:retirer", args=[zola.pk]), {"motif": "Relogé entre-temps"})
        html = c.get(page).content.decode()
        assert "2 dossiers" in html
        twice = c.post(
            reverse("commission:inscrire", args=[planned.pk]), {"dossier": cles[:1]}, follow=True
        )
        assert "n’attend plus d’inscription" in twice.content.decode()
    assert faux.dossiers[urgent.menage_id].etat == "a_inscrire"


def test_a_whole_session_without_javascript(
    monde: Monde, faux: FauxDossiers, client_de: Any
) -> None:
    planned = plan(monde, add_instance(monde))
    inscribe(monde, planned, *(add_dossier(monde, faux, n) for n in ("Carlier", "Okafor", "Petit")))
    first, second, _ = cases(monde, planned)
    with client_de(monde.dora) as c:
        c.post(reverse("commission:convoquer", args=[planned.pk]), {"version": planned.version})
        opened = c.post(reverse("commission:ouvrir", args=[planned.pk]), follow=True)
        assert opened.redirect_chain[-1][0].endswith("/en-seance/")
        assert "quorum non atteint (0 sur 3, il en faut 2)" in opened.content.decode()
        values = {"sens": "relogement", "motif": MOTIF, "version": 1, "suite": "suivant"}
        refused = c.post(reverse("commission:decider", args=[first.pk]), values)
        assert refused.status_code == 422
        assert "Aucun membre ayant voix délibérative" in refused.content.decode()
        presences = {f"etat_{monde.prefecture.pk}": "present", f"etat_{monde.ccas.pk}": "pouvoir"}
        formulaire = opened.text.split('class="presences"')[1]
        presences["version"] = formulaire.split('name="version" value="')[1].split('"')[0]
        bad = c.post(reverse("commission:presences", args=[planned.pk]), presences, follow=True)
        assert "Dites à quelle organisation le pouvoir est donné" in bad.content.decode()
        presences[f"pouvoir_{monde.ccas.pk}"] = str(monde.prefecture.pk)
        good = c.post(reverse("commission:presences", args=[planned.pk]), presences, follow=True)
        assert "quorum atteint (2 sur 3)" in good.content.decode()
        late = c.post(reverse("commission:presences", args=[planned.pk]), presences, follow=True)
        assert "a modifié cette séance" in late.text, "noted since by somebody else"
        empty = c.post(reverse("commission:decider", args=[first.pk]), values | {"motif": ""})
        assert (empty.status_code, "Écrivez le motif" in empty.content.decode()) == (422, True)
        page = c.post(reverse("commission:decider", args=[first.pk]), values, follow=True)
        html = page.content.decode()
        assert "Dossier 2 sur 3\u00a0: ménage Okafor" in html
        assert "Décision enregistrée pour Carlier\u00a0: relogement." in html
        early = c.post(reverse("commission:clore", args=[planned.pk]), follow=True)
        assert "2 dossiers ne sont ni décidés ni reportés" in early.content.decode()
        c.post(reverse("commission:reporter", args=[second.pk]))
        c.post(reverse("commission:reporter_restants", args=[planned.pk]))
        closed = c.post(
            reverse("commission:clore", args=[planned.pk]),
            {"points_divers": "Prochaine visite le 4 janvier."},
            follow=True,
        )
        assert "La séance du 22/11/2026 est close" in closed.content.decode()
        done = c.post(reverse("commission:notifier_tous", args=[planned.pk]), follow=True)
        assert "Une notification est émise" in done.content.decode()
        again = c.post(reverse("commission:notifier", args=[first.pk]))
        assert again.status_code == 409
    decision = Decision.objects.visible_to(monde.perimetre("dora")).get()
    assert decision.notifiee_le == JOUR
    assert Seance.objects.visible_to(monde.perimetre("dora")).get().quorum_presents == 2
    assert Presence.objects.filter(etat="pouvoir").count() == 1


def test_second_secretary_gets_both_versions(monde: Monde, seance: Seance, client_de: Any) -> None:
    passage = cases(monde, seance)[0]
    decide(monde, passage, "maintien")
    mine = {"sens": "refus", "motif": "Hors du champ de cette instance.", "version": 1}
    adresse = reverse("commission:decider", args=[passage.pk])
    with client_de(monde.dora) as c:
        answer = c.post(adresse, mine)
        html = answer.content.decode()
        assert answer.status_code == 409
        assert typographie(MOTIF) in html and "Hors du champ de cette instance." in html
        assert "Remplacer par ma version" in html
        c.post(adresse, mine | {"version": 2, "suite": "rester"})
    assert Decision.objects.visible_to(monde.perimetre("dora")).get().sens == "refus"


def test_draft_is_forgotten_once_the_decision_is_recorded(
    monde: Monde, seance: Seance, client_de: Any
) -> None:
    passage = cases(monde, seance)[0]
    cle = f"decision-{passage.pk}-1"
    set_brouillon(monde.dora, cle, {"motif": ["Suroc"]})
    with client_de(monde.dora) as c:
        page = c.get(reverse("commission:en_seance", args=[seance.pk])).content.decode()
        assert f'data-brouillon="{reverse("comptes:brouillon", args=[cle])}"' in page
        c.post(
            reverse("commission:decider", args=[passage.pk]),
            {"sens": "maintien", "motif": MOTIF, "version": 1},
        )
    assert list_brouillons(cle) == []


def test_members_and_projector_follow_the_secretary(
    monde: Monde, seance: Seance, client_de: Any
) -> None:
    second = cases(monde, seance)[1]
    suivi = reverse("commission:suivi", args=[seance.pk])
    ecran = reverse("commission:en_seance", args=[seance.pk])
    with client_de(monde.membre) as m, client_de(monde.dora) as d:
        html = m.get(ecran).content.decode()
        assert "Aucun dossier en cours d’examen" in html
        assert "Enregistrer" not in html
        etat = html.split("suivi/?etat=")[1].split('"')[0]
        same = m.get(suivi, {"etat": etat})
        assert (same.status_code, same.get("HX-Trigger")) == (204, None)
        d.post(reverse("commission:examiner", args=[second.pk]))
        assert m.get(suivi, {"etat": etat})["HX-Trigger"] == "seance-avance"
        assert "Dossier 2 sur 3\u00a0: ménage Okafor" in m.get(ecran).content.decode()
        wall = d.get(ecran, {"projection": "1"}).content.decode()
        assert "Dossier 2 sur 3\u00a0: ménage Okafor" in wall
        assert "2 adultes, 3 enfants" in wall
        for hidden in ("Enregistrer", "<textarea", "nav-side", "Représentant"):
            assert hidden not in wall


def test_member_gives_an_opinion(monde: Monde, seance: Seance, client_de: Any) -> None:
    passage = cases(monde, seance)[0]
    page = reverse("commission:passage", args=[passage.pk])
    adresse = reverse("commission:avis", args=[passage.pk])
    values = {"organisation": monde.prefecture.pk, "sens": "reserve", "texte": ""}
    with client_de(monde.membre) as c:
        assert "Donner cet avis" in c.get(page).content.decode()
        refused = c.post(adresse, values)
        assert refused.status_code == 422
        assert "s’explique en une phrase" in refused.content.decode()
        c.post(adresse, values | {"texte": "La dette est à vérifier."})
    with client_de(monde.dora) as c:
        html = c.get(reverse("commission:en_seance_dossier", args=[seance.pk, passage.pk]))
        assert "La dette est à vérifier." in html.content.decode()
        assert c.post(adresse, values).status_code == 403


def test_results_are_read_after_the_close(monde: Monde, seance: Seance, client_de: Any) -> None:
    decide(monde, cases(monde, seance)[0])
    postpone_passages(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
    close_seance(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
    with client_de(monde.membre) as c:
        html = c.get(reverse("commission:seance", args=[seance.pk])).content.decode()
        assert typographie(MOTIF) in html
        assert "Quorum atteint (2 sur 3)" in html
        assert "Notifier" not in html
        live = c.get(reverse("commission:en_seance", args=[seance.pk])).content.decode()
        assert "Aucun dossier en cours" in live


def test_instance_pages_create_and_change(monde: Monde, client_de: Any) -> None:
    values = {
        "type": "ccapex", "nom": "CCAPEX", "secretariat": monde.departement.pk,
        "du": "2026-01-01", "mode": "fraction", "numerateur": "3", "denominateur": "2",
        "pouvoirs_comptent": "on",
    }  # fmt: skip
    with client_de(monde.dora) as c:
        bad = c.post(reverse("commission:nouvelle_instance"), values)
        assert bad.status_code == 422
        assert "une fraction entre 0 et 1" in bad.content.decode()
        c.post(reverse("commission:nouvelle_instance"), values | {"numerateur": "1"})
        instance = Instance.objects.get()
        twice = c.post(reverse("commission:nouvelle_instance"), values | {"numerateur": "1"})
        assert "porte déjà ce nom" in twice.content.decode()
        membre = {"organisation": monde.ccas.pk, "voix": "on", "du": "2026-01-01"}
        adresse = reverse("commission:ajouter_membre", args=[instance.pk])
        assert c.post(adresse, membre).status_code == 302
        assert "siège déjà" in c.post(adresse, membre).content.decode()
        html = c.get(reverse("commission:instance", args=[instance.pk])).content.decode()
        assert "CCAS de test" in html
        assert "La moitié des membres ayant voix délibérative" in html
        siege = instance.membres.get()
        fin = reverse("commission:fin_membre", args=[instance.pk, siege.pk])
        assert c.post(fin, {"au": "2025-12-31"}).status_code == 422
        assert c.post(fin, {"au": "2026-11-22"}).status_code == 302
        stale = c.post(
            reverse("commission:modifier_instance", args=[instance.pk]),
            {"type": "ccapex", "nom": "CCAPEX locale", "version": 99},
        )
        assert stale.status_code == 409


def test_empty_states_teach(monde: Monde, client_de: Any) -> None:
    with client_de(monde.dora) as c:
        assert (
            "Planifiez la première séance" in c.get(reverse("commission:seances")).content.decode()
        )
        assert "Créer une instance" in c.get(reverse("commission:instances")).content.decode()
    with client_de(monde.membre) as c:
        html = c.get(reverse("commission:seances")).content.decode()
        assert "où votre organisation siège" in html


def test_filters_of_the_calendar(monde: Monde, client_de: Any) -> None:
    instance = add_instance(monde)
    plan(monde, instance, demain(5))
    plan(monde, add_instance(monde, nom="CCAPEX"), demain(40))
    adresse = reverse("commission:seances")
    with client_de(monde.dora) as c:

        def dates(**filtres: Any) -> list[bool]:
            html = c.get(adresse, filtres).content.decode()
            return ["27/11/2026" in html, "01/01/2027" in html]

        assert dates() == [True, True]
        assert dates(instance=instance.pk) == [True, False]
        assert dates(du="2026-12-01") == [False, True]
        assert dates(statut="close") == [False, False]
        assert dates(statut="inconnu") == [True, True]


def test_queries_do_not_grow_with_the_agenda(
    monde: Monde, faux: FauxDossiers, client_de: Any, django_assert_max_num_queries: Any
) -> None:
    planned = plan(monde, add_instance(monde))
    inscribe(monde, planned, *(add_dossier(monde, faux, f"Nom{n}") for n in range(12)))
    hold(monde, planned)
    with client_de(monde.dora) as c:
        c.get(reverse("commission:en_seance", args=[planned.pk]))
        with django_assert_max_num_queries(31):
            c.get(reverse("commission:en_seance", args=[planned.pk]))
        with django_assert_max_num_queries(28):
            c.get(reverse("commission:seance", args=[planned.pk]))
        with django_assert_max_num_queries(16):
            c.get(reverse("commission:seances"))


def test_a_local_text_proposes_the_quorum(monde: Monde, client_de: Any) -> None:
    """No national value: the form starts with a half, or with what the département fixed."""
    adresse = reverse("commission:nouvelle_instance")
    with client_de(monde.dora) as c:
        assert 'name="nombre" value="4"' not in c.get(adresse).content.decode()
        ParametreLocal.objects.create(
            code="commission.quorum", valeur=4, du=DEBUT, motif="Règlement type", auteur="Test",
            organisation_id=monde.departement.pk,
        )  # fmt: skip
        html = c.get(adresse).content.decode()
        assert 'name="nombre" value="4"' in html and "Règlement type" in html
        assert re.search(r'value="nombre"[^>]*checked', html)
    perimetre = monde.perimetre("membre")
    assert propose_quorum(perimetre) == {}


def test_who_follows_the_plan_is_shown_no_link_to_a_session(monde: Monde, seance: Seance) -> None:
    """They read its date in the calendar; its page is not theirs."""
    bob = monde.perimetre("bob")
    assert Seance.objects.visible_to(bob).filter(pk=seance.pk).exists()
    assert not _can_read_seance(bob, seance.pk)
    assert _can_read_seance(monde.perimetre("dora"), seance.pk)


def test_a_decision_sent_twice_is_one_decision(
    monde: Monde, seance: Seance, client_de: Any
) -> None:
    """The browser that got no answer sends again: no conflict with oneself."""
    passage = cases(monde, seance)[0]
    adresse = reverse("commission:decider", args=[passage.pk])
    with client_de(monde.dora) as c:
        ecran = reverse("commission:en_seance_dossier", args=[seance.pk, passage.pk])
        page = c.get(ecran).content.decode()
        cle = re.findall(r'name="envoi" value="([^"]+)"', page)[0]
        saisie = {
            "envoi": cle, "version": str(passage.version), "sens": "maintien", "motif": MOTIF,
            "suite": "suivant",
        }  # fmt: skip
        premier, second = c.post(adresse, saisie), c.post(adresse, saisie)
        assert premier.status_code == second.status_code == 302
        assert premier["Location"] == second["Location"]
        assert "il n’a été fait qu’une fois" in c.get(second["Location"]).content.decode()
        # Another choice from the page reached again by « Précédent » meets the one recorded.
        autre = c.post(adresse, {**saisie, "sens": "refus"})
        assert autre.status_code == 409
        assert 'name="envoi"' in autre.content.decode()
    decision = Decision.objects.visible_to(monde.perimetre("dora")).get()
    assert decision.sens == "maintien"
    assert Evenement.objects.filter(nom="decision.prise").count() == 1


def test_a_case_put_aside_comes_back_and_one_letter_leaves(
    monde: Monde, seance: Seance, client_de: Any
) -> None:
    first, second, *_ = cases(monde, seance)
    with client_de(monde.dora) as c:
        c.post(reverse("commission:examiner", args=[second.pk]))
        aside = c.post(reverse("commission:suspendre", args=[second.pk]), follow=True)
        assert "sera repris plus tard" in aside.text
        decide(monde, first)
        c.post(reverse("commission:reporter_restants", args=[seance.pk]))
        c.post(reverse("commission:clore", args=[seance.pk]))
        told = c.post(reverse("commission:notifier", args=[first.pk]), follow=True)
        assert told.redirect_chain and "notification" in told.text
    assert Decision.objects.visible_to(monde.perimetre("dora")).get().notifiee_le == JOUR


def test_an_opinion_sent_twice_is_one_opinion(monde: Monde, seance: Seance, client_de: Any) -> None:
    passage = cases(monde, seance)[0]
    fiche = reverse("commission:passage", args=[passage.pk])
    with client_de(monde.membre) as c:
        page = c.get(fiche).content.decode()
        cle = re.findall(r'name="envoi" value="([^"]+)"', page)[0]
        saisie = {
            "envoi": cle, "organisation": str(monde.prefecture.pk), "sens": "favorable",
            "texte": "Sans réserve.",
        }  # fmt: skip
        adresse = reverse("commission:avis", args=[passage.pk])
        premier, second = c.post(adresse, saisie), c.post(adresse, saisie)
        assert premier.status_code == second.status_code == 302
        assert premier["Location"] == second["Location"] == fiche
        assert "il n’a été fait qu’une fois" in c.get(fiche).content.decode()
    assert Evenement.objects.filter(nom="avis_membre.donne").count() == 1
