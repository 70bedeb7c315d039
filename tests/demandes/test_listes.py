"""Lists of motives and required pieces: dated, journaled, kept by two roles; the forms follow."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.commission.models import Instance
from cariatide.demandes import actions
from cariatide.demandes.models import Motif, PieceRequise
from cariatide.demandes.queries import list_motifs, list_pieces_requises
from cariatide.journal.models import Evenement
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db
VEILLE, DEMAIN = JOUR - timedelta(days=1), JOUR + timedelta(days=1)


@pytest.fixture(autouse=True)
def frozen_day() -> Iterator[None]:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield


def codes(jour: date = JOUR) -> list[str]:
    return [m.code for m in list_motifs(jour)]


def test_a_motive_is_offered_between_its_dates(
    monde: Monde, client_de: Any, instance: Instance
) -> None:
    ajout = {"libelle": "Sinistre", "code": "sinistre", "du": JOUR, "ordre": 5, "source": "CDH"}
    with client_de(monde.bob) as c:
        response = c.post(reverse("demandes:nouveau_motif"), ajout)
        assert response["Location"] == reverse("demandes:listes")
        page = c.get(reverse("demandes:listes")).content.decode()
        assert "Sinistre" in page and "CDH" in page
    motif = Motif.objects.get(code="sinistre")
    assert codes()[0] == "sinistre" and "sinistre" not in codes(VEILLE)
    nouvelle = reverse("demandes:nouvelle") + f"?convention={monde.convention.pk}"
    with client_de(monde.prescripteur) as c:
        assert "Sinistre" in c.get(nouvelle).content.decode()
    with client_de(monde.technique) as c:
        modifie = {"libelle": "Sinistre, incendie", "ordre": 900, "source": "CDH 2026"}
        c.post(reverse("demandes:motif", args=[motif.pk]), modifie)
        assert codes()[-1] == "sinistre"
        c.post(reverse("demandes:fin_motif", args=[motif.pk]), {"au": JOUR})
    motif.refresh_from_db()
    assert (motif.libelle, motif.source, motif.au) == ("Sinistre, incendie", "CDH 2026", JOUR)
    assert "sinistre" in codes() and "sinistre" not in codes(DEMAIN)
    faits = Evenement.objects.filter(objet_type="demandes.motif").order_by("id")
    assert [f.nom for f in faits] == ["motif.ajoute", "motif.modifie", "motif.termine"]
    assert faits[1].donnees["avant"]["libelle"] == "Sinistre"


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("code", "impaye", "déjà ce code"),
        ("code", "Impayé", "minuscules sans accent"),
        ("libelle", "   ", "nécessaire"),
        ("du", "31/02/2026", "n’existe pas"),
        ("ordre", "-1", "supérieure ou égale"),
    ],
)
def test_bad_motives_are_refused_in_words(
    monde: Monde, client_de: Any, champ: str, valeur: str, phrase: str
) -> None:
    avant = Motif.objects.count()
    ajout = {"libelle": "Sinistre", "code": "sinistre", "du": JOUR, "ordre": 5}
    with client_de(monde.bob) as c:
        response = c.post(reverse("demandes:nouveau_motif"), {**ajout, champ: valeur})
    assert response.status_code == 422
    assert phrase in response.content.decode()
    assert Motif.objects.count() == avant


def test_the_last_motive_stays(monde: Monde) -> None:
    perimetre = monde.perimetre("bob")
    *others, last = Motif.objects.order_by("id")
    for motif in others:
        actions.end_motif(perimetre=perimetre, motif_id=motif.pk, au=JOUR)
    with pytest.raises(ErreurMetier, match="toujours un motif"):
        actions.end_motif(perimetre=perimetre, motif_id=last.pk, au=JOUR)
    with pytest.raises(ActeRefuse, match="déjà une fin"):
        actions.end_motif(perimetre=perimetre, motif_id=others[0].pk, au=DEMAIN)
    with pytest.raises(ErreurMetier, match="précède"):
        actions.end_motif(perimetre=perimetre, motif_id=last.pk, au=date(1999, 1, 1))


def test_a_revised_piece_keeps_its_former_version(monde: Monde, client_de: Any) -> None:
    piece = PieceRequise.objects.get(dispositif="mous", code="imposition")
    assert not piece.obligatoire
    revision = {
        "libelle": "Dernier avis d’imposition", "obligatoire": "on", "ordre": piece.ordre,
        "du": JOUR, "source": "Règlement de l’instance",
    }  # fmt: skip
    with client_de(monde.bob) as c:
        adresse = reverse("demandes:piece_requise", args=[piece.pk])
        assert c.post(adresse, {**revision, "source": ""}).status_code == 422
        assert c.post(adresse, revision).status_code == 302
        # The version that ended is not revised again.
        assert c.post(adresse, {**revision, "du": DEMAIN}).status_code == 422

    def obligatoire(jour: date) -> bool:
        return next(
            p.obligatoire for p in list_pieces_requises("mous", jour) if p.code == piece.code
        )

    assert (obligatoire(VEILLE), obligatoire(JOUR)) == (False, True)
    suite = PieceRequise.objects.get(dispositif="mous", code="imposition", du=JOUR)
    with client_de(monde.bob) as c:
        c.post(reverse("demandes:fin_piece_requise", args=[suite.pk]), {"au": DEMAIN})
    apres = {p.code for p in list_pieces_requises("mous", DEMAIN + timedelta(days=1))}
    assert "imposition" not in apres and "identite" in apres
    autre = {p.code for p in list_pieces_requises("asll", DEMAIN + timedelta(days=1))}
    assert "imposition" in autre


def test_a_piece_is_added_to_one_kind_of_agreement(monde: Monde, client_de: Any) -> None:
    ajout = {
        "dispositif": "asll", "libelle": "Relevé de dette", "code": "dette", "obligatoire": "on",
        "ordre": 1, "du": JOUR, "source": "Règlement de l’instance",
    }  # fmt: skip
    with client_de(monde.technique) as c:
        assert c.post(reverse("demandes:nouvelle_piece"), ajout).status_code == 302
        again = c.post(reverse("demandes:nouvelle_piece"), ajout)
        assert again.status_code == 422 and "déjà demandée" in again.content.decode()
        faux = c.post(reverse("demandes:nouvelle_piece"), {**ajout, "dispositif": "pig"})
        assert faux.status_code == 422
    assert next(p.code for p in list_pieces_requises("asll", JOUR)) == "dette"
    assert "dette" not in {p.code for p in list_pieces_requises("mous", JOUR)}
    assert Evenement.objects.get(nom="piece_requise.ajoutee").donnees["apres"]["obligatoire"]


def test_nobody_else_keeps_the_lists(monde: Monde, client_de: Any) -> None:
    motif, piece = Motif.objects.first(), PieceRequise.objects.first()
    assert motif and piece
    pages = {
        "listes": [], "nouveau_motif": [], "nouvelle_piece": [], "motif": [motif.pk],
        "fin_motif": [motif.pk], "piece_requise": [piece.pk], "fin_piece_requise": [piece.pk],
    }  # fmt: skip
    for qui in ("prescripteur", "dora", "alice", "administratrice", "eve"):
        with client_de(monde.personnes[qui]) as c:
            for nom, args in pages.items():
                assert c.get(reverse(f"demandes:{nom}", args=args)).status_code == 403, (qui, nom)
    with client_de(monde.bob) as c:
        for nom, args in pages.items():
            assert c.get(reverse(f"demandes:{nom}", args=args)).status_code == 200, nom
            if args:
                absent = reverse(f"demandes:{nom}", args=[999_999])
                assert c.get(absent).status_code == 404, nom
        assert reverse("demandes:listes") in c.get("/").content.decode()
    with pytest.raises(ActeRefuse, match="Aucun de vos mandats"):
        actions.end_motif(perimetre=monde.perimetre("dora"), motif_id=motif.pk, au=JOUR)
