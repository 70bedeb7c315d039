"""Reasons of a reorientation: dated, journaled, kept by two roles; the forms follow."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.journal.models import Evenement
from cariatide.mesures import actions
from cariatide.mesures.models import MotifReorientation
from cariatide.mesures.queries import list_motifs_reorientation
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from tests.distribution import JOUR, Monde
from tests.mesures.conftest import Fabrique
from tests.mesures.reorientations import Ailleurs, fresh

pytestmark = pytest.mark.django_db
VEILLE, DEMAIN = JOUR - timedelta(days=1), JOUR + timedelta(days=1)
LISTE, NOUVEAU = "mesures:motifs_reorientation", "mesures:nouveau_motif_reorientation"
MODIFIER, FIN = "mesures:motif_reorientation", "mesures:fin_motif_reorientation"


@pytest.fixture(autouse=True)
def frozen_day() -> Iterator[None]:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield


def codes(jour: date = JOUR) -> list[str]:
    return [m.code for m in list_motifs_reorientation(jour)]


def autre() -> MotifReorientation:
    return MotifReorientation.objects.get(code="autre_dispositif")


def test_a_reason_is_offered_between_its_dates(
    monde: Monde, fabrique: Fabrique, client_de: Any
) -> None:
    mesure = Ailleurs(fabrique).active()
    ajout = {"libelle": "Fin d’agrément", "code": "agrement", "du": JOUR, "ordre": 5,
             "source": "Règlement de l’instance"}  # fmt: skip
    with client_de(monde.bob) as c:
        response = c.post(reverse(NOUVEAU), ajout)
        assert response["Location"] == reverse(LISTE)
        page = c.get(reverse(LISTE)).text
        assert "Fin d’agrément" in page and "Règlement de l’instance" in page
    motif = MotifReorientation.objects.get(code="agrement")
    assert codes()[0] == "agrement" and "agrement" not in codes(VEILLE)
    demande = reverse("mesures:reorienter", args=[mesure.pk])
    with client_de(monde.alice) as c:
        assert "Fin d’agrément" in c.get(demande).text
    with client_de(monde.technique) as c:
        modifie = {"libelle": "Fin de l’agrément", "ordre": 900, "source": "Séance de mai"}
        c.post(reverse(MODIFIER, args=[motif.pk]), modifie)
        assert codes()[-1] == "agrement"
        c.post(reverse(FIN, args=[motif.pk]), {"au": JOUR})
        page = c.get(reverse(LISTE)).text
        assert "Jusqu’au 22/11/2026" in page and reverse(FIN, args=[motif.pk]) not in page
    motif.refresh_from_db()
    assert (motif.libelle, motif.source, motif.au) == ("Fin de l’agrément", "Séance de mai", JOUR)
    assert "agrement" in codes() and "agrement" not in codes(DEMAIN)
    faits = Evenement.objects.filter(objet_type="mesures.motifreorientation").order_by("id")
    assert [f.nom for f in faits] == [
        f"motif_reorientation.{acte}" for acte in ("ajoute", "modifie", "termine")
    ]
    assert faits[1].donnees["avant"]["libelle"] == "Fin d’agrément"


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("code", "autre_dispositif", "déjà ce code"),
        ("code", "Agrément", "minuscules sans accent"),
        ("libelle", "   ", "nécessaire"),
        ("du", "31/02/2026", "n’existe pas"),
        ("ordre", "-1", "supérieure ou égale"),
    ],
)
def test_bad_reasons_are_refused_in_words(
    monde: Monde, client_de: Any, champ: str, valeur: str, phrase: str
) -> None:
    avant = MotifReorientation.objects.count()
    ajout = {"libelle": "Fin d’agrément", "code": "agrement", "du": JOUR, "ordre": 5}
    with client_de(monde.bob) as c:
        response = c.post(reverse(NOUVEAU), {**ajout, champ: valeur})
    assert response.status_code == 422
    assert phrase in response.text
    assert MotifReorientation.objects.count() == avant


def test_the_last_reason_stays(monde: Monde) -> None:
    perimetre = monde.perimetre("bob")
    *others, last = MotifReorientation.objects.order_by("id")
    for motif in others:
        actions.end_motif_reorientation(
            perimetre=perimetre, motif_reorientation_id=motif.pk, au=JOUR
        )
    for motif, au, refus in (
        (last, JOUR, "toujours un motif"),
        (others[0], DEMAIN, "déjà une fin"),
        (last, date(1999, 1, 1), "précède"),
    ):
        with pytest.raises(ErreurMetier, match=refus):
            actions.end_motif_reorientation(
                perimetre=perimetre, motif_reorientation_id=motif.pk, au=au
            )
    assert codes(DEMAIN) == [last.code]


def test_a_request_keeps_a_reason_that_ended(fabrique: Fabrique, client_de: Any) -> None:
    ailleurs = Ailleurs(fabrique)
    demande = ailleurs.demande(ailleurs.active())
    ailleurs.acte("financeur", "send_back_reorientation", demande, motif="Précisez l’avis")
    MotifReorientation.objects.filter(pk=demande.motif_id).update(au=VEILLE)
    autre_fini = MotifReorientation.objects.exclude(pk=demande.motif_id).first()
    assert autre_fini
    MotifReorientation.objects.filter(pk=autre_fini.pk).update(au=VEILLE)
    completer = reverse("mesures:reorientation_completer", args=[demande.pk])
    with client_de(ailleurs.monde.alice) as c:
        page = c.get(completer).text
        assert f'<option value="{demande.motif_id}" selected>' in page
        assert autre_fini.libelle not in page
    with pytest.raises(ErreurMetier, match="motif de la liste"):
        ailleurs.acte(
            "alice", "complete_reorientation", demande,
            donnees=ailleurs.donnees(motif_id=autre_fini.pk),
        )  # fmt: skip
    ailleurs.acte(
        "alice", "complete_reorientation", demande,
        donnees=ailleurs.donnees(motif_id=demande.motif_id),
    )  # fmt: skip
    assert fresh(type(demande), demande.pk).statut == "demandee"


def test_nobody_else_keeps_the_list(monde: Monde, client_de: Any) -> None:
    motif = autre()
    pages: dict[str, list[int]] = {
        LISTE: [], NOUVEAU: [], MODIFIER: [motif.pk], FIN: [motif.pk],
    }  # fmt: skip
    for qui in ("prescripteur", "dora", "alice", "chef", "financeur", "administratrice", "eve"):
        with client_de(monde.personnes[qui]) as c:
            for nom, args in pages.items():
                assert c.get(reverse(nom, args=args)).status_code == 403, (qui, nom)
    for qui in ("bob", "technique"):
        with client_de(monde.personnes[qui]) as c:
            for nom, args in pages.items():
                assert c.get(reverse(nom, args=args)).status_code == 200, (qui, nom)
                if args:
                    assert c.get(reverse(nom, args=[999_999])).status_code == 404, nom
            assert reverse(LISTE) in c.get("/").text
    with pytest.raises(ActeRefuse, match="Aucun de vos mandats"):
        actions.update_motif_reorientation(
            perimetre=monde.perimetre("financeur"), motif_reorientation_id=motif.pk,
            libelle="Autre", ordre=1,
        )  # fmt: skip
    assert autre().libelle == motif.libelle
