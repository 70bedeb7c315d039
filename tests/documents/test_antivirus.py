"""A piece stays closed until the scanner says that it is safe; it may fail in every way."""

import io
import socket
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cariatide.documents import tasks
from cariatide.documents.antivirus import MORCEAU, Analyseur, AnalyseurInjoignable, Verdict
from cariatide.documents.models import Piece
from cariatide.documents.rules import compute_report
from cariatide.documents.statuts import Analyse
from cariatide.journal.models import Consultation, Evenement
from cariatide.socle.perimetre import Niveau
from cariatide.socle.travaux import frequents
from tests.distribution import JOUR, Monde, add_menage
from tests.documents.faux_clamd import EICAR, FauxClamd
from tests.documents.test_actions import PDF, bring

INFECTE = PDF + EICAR


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as ecoute:
        return f"tcp://127.0.0.1:{ecoute.getsockname()[1]}"


def read(piece: Piece) -> Piece:
    found: Piece = Piece._base_manager.get(pk=piece.pk)
    return found


@pytest.mark.parametrize("taille", [0, 1, MORCEAU, MORCEAU + 1, 3 * MORCEAU])
def test_the_content_arrives_whole(taille: int) -> None:
    contenu = b"x" * taille
    with FauxClamd() as clamd:
        assert Analyseur(clamd.adresse, 5).scan(contenu) == Verdict()
    assert clamd.recus == [contenu]
    assert sum(clamd.morceaux) == taille
    assert all(0 < m <= MORCEAU for m in clamd.morceaux)


def test_eicar_is_found() -> None:
    with FauxClamd() as clamd:
        verdict = Analyseur(clamd.adresse, 5).scan(b"a" * (MORCEAU - 10) + EICAR)
    assert verdict == Verdict(signature="Eicar-Test-Signature")
    assert not verdict.is_sain


def test_over_the_limit_of_the_scanner() -> None:
    with FauxClamd(limite=MORCEAU) as clamd:
        verdict = Analyseur(clamd.adresse, 5).scan(b"x" * 40 * MORCEAU)
    assert verdict == Verdict(trop_grand=True)
    assert clamd.recus == []


def test_nobody_answers() -> None:
    with pytest.raises(AnalyseurInjoignable, match="ConnectionRefused"):
        Analyseur(closed_port(), 2).scan(b"x")
    with pytest.raises(AnalyseurInjoignable, match="FileNotFound"):
        Analyseur("unix:/absent/clamd.ctl", 2).scan(b"x")
    with FauxClamd(muet=True) as clamd, pytest.raises(AnalyseurInjoignable, match="imeout"):
        Analyseur(clamd.adresse, 0.3).scan(b"x")


def test_an_unknown_answer_is_not_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cariatide.documents.antivirus._COMMANDE", b"zPONG\0")
    with FauxClamd() as clamd, pytest.raises(AnalyseurInjoignable, match="réponse inattendue"):
        Analyseur(clamd.adresse, 5).scan(b"")


def test_the_wait_grows_up_to_an_hour() -> None:
    assert [compute_report(n) for n in (1, 2, 3, 8, 500)] == [30, 60, 120, 3600, 3600]


def test_quarantine_then_verdict(monde: Monde, client_de: Any, settings: Any) -> None:
    menage = add_menage(monde)
    with FauxClamd() as clamd, time_machine.travel(JOUR, tick=False):
        settings.ANTIVIRUS = clamd.adresse
        saine = bring(monde, menage_id=menage.pk, libelle="Bail")
        infectee = bring(monde, menage_id=menage.pk, contenu=INFECTE, libelle="Facture")
        page = reverse("documents:menage", args=[menage.pk])
        with client_de(monde.alice) as c:
            attente = c.get(page).content.decode()
            assert attente.count("En quarantaine, analyse en cours") == 2
            assert f'href="{reverse("documents:piece", args=[saine.pk])}"' not in attente
            refus = c.get(reverse("documents:piece", args=[saine.pk]))
            assert refus.status_code == 409
            assert "l’analyse antivirus n’est pas finie" in refus.content.decode()
            assert [tasks.scan_next() for _ in range(3)] == [1, 1, 0]
            apres = c.get(page).content.decode()
            assert c.get(reverse("documents:piece", args=[saine.pk])).content == PDF
            refus = c.get(reverse("documents:piece", args=[infectee.pk]))
    assert refus.status_code == 409
    assert "y a trouvé un virus" in refus.content.decode()
    assert "Analysée, saine" in apres
    assert "Eicar-Test-Signature" in apres
    assert read(saine).analyse == Analyse.SAINE
    assert read(infectee).analyse == Analyse.INFECTEE
    assert clamd.recus == [PDF, INFECTE]
    assert Evenement.objects.filter(nom="piece.infectee", objet_id=infectee.pk).count() == 1


def test_confidential_piece_is_scanned_too(monde: Monde, settings: Any) -> None:
    menage = add_menage(monde)
    with FauxClamd() as clamd:
        settings.ANTIVIRUS = clamd.adresse
        piece = bring(monde, menage_id=menage.pk, niveau=Niveau.CONFIDENTIEL, contenu=INFECTE)
        assert tasks.scan_next() == 1
    assert read(piece).analyse == Analyse.INFECTEE


def test_scanner_that_stops_is_asked_again(monde: Monde, settings: Any) -> None:
    depart = datetime(2026, 11, 22, 9, tzinfo=UTC)
    with time_machine.travel(depart, tick=False) as horloge:
        settings.ANTIVIRUS = closed_port()
        piece = bring(monde)
        assert tasks.scan_next() == 0
        remise = read(piece)
        assert (remise.analyse, remise.analyse_tentatives) == (Analyse.EN_ATTENTE, 1)
        assert remise.analyse_apres == depart + timedelta(seconds=30)
        assert "ConnectionRefused" in remise.analyse_detail
        with FauxClamd() as clamd:
            settings.ANTIVIRUS = clamd.adresse
            assert tasks.scan_next() == 0  # not yet
            horloge.shift(31)
            assert tasks.scan_next() == 1
            assert clamd.recus == [PDF]
    assert read(piece).analyse == Analyse.SAINE


def test_killed_in_the_middle_then_done_once(
    monde: Monde, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Tue(BaseException):
        """SIGKILL leaves no handler to run: nothing of the transaction stays."""

    def die(**_: Any) -> None:
        raise Tue

    with FauxClamd() as clamd:
        settings.ANTIVIRUS = clamd.adresse
        piece = bring(monde)
        with monkeypatch.context() as m, pytest.raises(Tue):
            m.setattr(tasks, "record_verdict", die)
            tasks.scan_next()
        assert read(piece).analyse == Analyse.EN_ATTENTE
        assert [frequents.get("documents.antivirus")() for _ in range(3)] == [1, 0, 0]
    assert read(piece).analyse == Analyse.SAINE
    assert Evenement.objects.filter(nom="piece.saine", objet_id=piece.pk).count() == 1


def test_too_large_for_the_scanner_stays_closed(monde: Monde, settings: Any) -> None:
    with FauxClamd(limite=4) as clamd:
        settings.ANTIVIRUS = clamd.adresse
        piece = bring(monde)
        assert [tasks.scan_next(), tasks.scan_next()] == [1, 0]
    trouvee = read(piece)
    assert (trouvee.analyse, trouvee.en_quarantaine) == (Analyse.IMPOSSIBLE, True)


def test_without_scanner_it_is_said_and_opens(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    piece = bring(monde, menage_id=menage.pk)
    with client_de(monde.alice) as c, time_machine.travel(JOUR, tick=False):
        page = c.get(reverse("documents:menage", args=[menage.pk])).content.decode()
        assert c.get(reverse("documents:piece", args=[piece.pk])).content == PDF
    assert "Non analysée" in page
    assert "ouvrez-la avec prudence" in page
    assert tasks.scan_next() == 0


def test_scanner_added_later_then_removed(monde: Monde, settings: Any) -> None:
    ancienne = bring(monde)
    with FauxClamd() as clamd:
        settings.ANTIVIRUS = clamd.adresse
        assert tasks.scan_next() == 1
    assert read(ancienne).analyse == Analyse.SAINE
    attente = bring(monde, contenu=PDF + b"2")
    settings.ANTIVIRUS = ""
    assert tasks.scan_next() == 1
    assert read(attente).analyse == Analyse.NON_ANALYSEE


def test_archive_holds_what_one_reads(monde: Monde, client_de: Any, settings: Any) -> None:
    menage = add_menage(monde)
    with FauxClamd() as clamd:
        settings.ANTIVIRUS = clamd.adresse
        bring(monde, menage_id=menage.pk, libelle="Bail signé")
        virus = bring(monde, menage_id=menage.pk, contenu=INFECTE, libelle="Facture")
        grosse = b"%PDF-1.7" + bytes(range(256)) * 4000
        sociale = bring(monde, menage_id=menage.pk, contenu=grosse, niveau=Niveau.SOCIAL)
        while tasks.scan_next():
            pass
    with client_de(monde.alice) as c, time_machine.travel(timezone.now()):
        reponse = c.get(reverse("documents:archive", args=[menage.pk]))
        octets = b"".join(reponse.streaming_content)
        with client_de(monde.charlie) as autre:
            assert autre.get(reverse("documents:archive", args=[menage.pk])).status_code == 404
    assert reponse["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert archive.testzip() is None
        contenus = {nom: archive.read(nom) for nom in archive.namelist()}
    sommaire = contenus.pop("A LIRE.txt").decode()
    assert sorted(contenus.values()) == sorted([PDF, grosse])
    assert "Facture : non jointe" in sommaire
    assert "Bail signé" in sommaire
    lues = Consultation.objects.filter(route="documents:archive").values_list("objet_id", "niveau")
    assert (sociale.pk, int(Niveau.SOCIAL)) in lues
    assert len(lues) == 2
    assert virus.pk not in [pk for pk, _ in lues]
