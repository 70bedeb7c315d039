"""Import of saisines: dry run, rejects, integration, re-import, reversal, real files."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from cariatide.demandes.models import Saisine
from cariatide.echanges.actions import (
    Fichier,
    cancel_lot,
    integrate_lot,
    match_lot,
    receive_lot,
)
from cariatide.echanges.models import LigneImport, LotImport
from cariatide.echanges.queries import count_lignes, iter_rejets, list_lignes
from cariatide.journal.models import Evenement
from cariatide.menages.models import Menage, Personne
from cariatide.partenaires.statuts import Role
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from tests.bases import ROOT
from tests.demandes.conftest import instance  # noqa: F401
from tests.distribution import JOUR, Monde

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("instance")]
DONNEES = ROOT.parent / "shared" / "data" / "imports_beneficiaires_fr"

CSV = """\
Identifiant dans le SI*;Prénom*;NOM;Date de naissance;Téléphone;E-mail;Adresse;CP;Ville
A1;Léa;Bernard;04/05/1990;06 00 00 00 01;lea@exemple.invalid;1 rue du Lac;59600;Maubeuge
A2;Hugo;Petit;31/02/1990;;;2 rue du Lac;59600;Maubeuge
A3;;Sans-Prénom;1990-01-01;;;3 rue du Lac;59600;Maubeuge
A4;Zoé;Morel;12 mars 1985;06;pas-un-courriel;4 rue du Lac;59600;Trifouillis
A5;Tom;Leroy;1/2/1999;;;5 rue du Lac;59600;MAUBEUGE
A5;Tom;Leroy;1/2/1999;;;5 rue du Lac;59600;Maubeuge
"""


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(JOUR.isoformat() + "T10:00:00+01:00", tick=False):
        yield


def options(monde: Monde) -> dict[str, str]:
    return {
        "convention": str(monde.convention.pk),
        "motif": "suroccupation",
        "information_menage_le": "2026-11-10",
    }


def receive(monde: Monde, texte: str = CSV, qui: str = "prescripteur", **more: Any) -> LotImport:
    perimetre = monde.perimetre(qui)
    with ouvre_transaction(perimetre):
        return receive_lot(
            perimetre=perimetre,
            genre="saisines",
            fichier=Fichier("saisines.csv", texte.encode()),
            options=options(monde) | more,
        )


def test_un_lot_est_de_l_organisation_du_mandat_qui_importe(monde: Monde) -> None:
    """Whichever mandate comes first; the journal names the same."""
    monde.cumule((Role.TECHNICIEN, "operateur"), (Role.PRESCRIPTEUR, "ccas"))
    lot = receive(monde, qui="eve")
    match_lot(perimetre=monde.perimetre("eve"), lot_id=lot.pk, correspondance=lot.correspondance)
    found = Evenement.objects.filter(nom="import.verifie").values_list("organisation_id", flat=True)
    assert [lot.organisation_id, *found] == [monde.ccas.pk] * 3


def integrate(monde: Monde, lot: LotImport, qui: str = "prescripteur") -> LotImport:
    perimetre = monde.perimetre(qui)
    with ouvre_transaction(perimetre):
        return integrate_lot(perimetre=perimetre, lot_id=lot.pk)


def counts(monde: Monde, lot: LotImport) -> dict[str, int]:
    found = count_lignes(monde.perimetre("prescripteur"), lot.pk)
    return {k: v for k, v in found.items() if v}


def saisines() -> int:
    return Saisine.objects.unscoped(reason="test").count()


def test_dry_run_judges_every_line_and_writes_nothing(monde: Monde) -> None:
    lot = receive(monde)
    assert counts(monde, lot) == {"valide": 2, "rejetee": 3, "deja": 1}
    assert saisines() == 0
    reasons = {
        ligne.numero: " ".join(ligne.motifs)
        for ligne in list_lignes(monde.perimetre("prescripteur"), lot.pk, "rejetee")
    }
    assert set(reasons) == {3, 4, 5}
    assert "prénom est vide" in reasons[4]
    assert "Commune inconnue" in reasons[5]


def test_rejects_come_back_as_the_sender_wrote_them(monde: Monde) -> None:
    lot = receive(monde)
    rows = list(iter_rejets(monde.perimetre("prescripteur"), lot))
    sent = ["A2", "Hugo", "Petit", "31/02/1990", "", "", "2 rue du Lac", "59600", "Maubeuge"]
    assert rows[0][:-2] == sent
    assert rows[0][-2] == 3
    assert rows[0][-1]


def test_integration_deposits_through_the_ordinary_act(monde: Monde) -> None:
    lot = integrate(monde, receive(monde))
    assert lot.statut == "integre"
    found = Saisine.objects.visible_to(monde.perimetre("prescripteur"))
    assert sorted(s.menage.nom_usage for s in found.select_related("menage")) == [
        "Bernard",
        "Leroy",
    ]
    assert {s.statut for s in found} == {"deposee"}
    assert Menage.objects.visible_to(monde.perimetre("dora")).count() == 2
    assert Menage.objects.visible_to(monde.perimetre("charlie")).count() == 0


def test_same_file_again_imports_nothing_twice(monde: Monde) -> None:
    integrate(monde, receive(monde))
    again = receive(monde)
    assert counts(monde, again) == {"rejetee": 3, "deja": 3}
    with pytest.raises(ActeRefuse, match="Aucune ligne"):
        integrate(monde, again)
    assert saisines() == 2


def test_cancelling_removes_the_whole_batch_and_nothing_else(monde: Monde) -> None:
    lot = integrate(monde, receive(monde))
    perimetre = monde.perimetre("prescripteur")
    with ouvre_transaction(perimetre):
        cancel_lot(perimetre=perimetre, lot_id=lot.pk)
    assert saisines() == 0
    assert Menage.objects.unscoped(reason="test").count() == 0
    assert Personne.objects.unscoped(reason="test").count() == 0
    assert counts(monde, lot) == {"annulee": 2, "rejetee": 3, "deja": 1}
    assert counts(monde, receive(monde))["valide"] == 2


def test_cancelling_is_refused_once_a_saisine_was_examined(monde: Monde) -> None:
    lot = integrate(monde, receive(monde))
    Saisine.objects.unscoped(reason="test").update(statut="recevable", recevable_le=JOUR)
    perimetre = monde.perimetre("prescripteur")
    with pytest.raises(ActeRefuse, match="instruites depuis"), ouvre_transaction(perimetre):
        cancel_lot(perimetre=perimetre, lot_id=lot.pk)
    assert saisines() == 2


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("convention", "999999", "n’est pas en vigueur"),
        ("convention", "²", "n’est pas en vigueur"),
        ("information_menage_le", "2027-01-01", "dans l’avenir"),
        ("information_menage_le", "hier", "n’existe pas"),
        ("motif", "", "motif par défaut"),
    ],
)
def test_wrong_options_are_refused_in_words(
    monde: Monde, champ: str, valeur: str, phrase: str
) -> None:
    with pytest.raises(ErreurMetier, match=phrase):
        receive(monde, **{champ: valeur})
    assert LotImport.objects.unscoped(reason="test").count() == 0


def test_missing_columns_are_named_with_what_was_read(monde: Monde) -> None:
    with pytest.raises(ErreurMetier, match=r"Colonnes introuvables : Prénom.*« Patronyme »"):
        receive(monde, "Nom;Patronyme\nBernard;Léa\n")


def test_headers_matched_by_hand_are_kept_for_the_sender(monde: Monde) -> None:
    texte = "Appellation;Petit nom;Ville\nBernard;Léa;Maubeuge\n"
    perimetre = monde.perimetre("prescripteur")
    with ouvre_transaction(perimetre):
        receive_lot(
            perimetre=perimetre,
            genre="saisines",
            fichier=Fichier("a.csv", texte.encode()),
            options=options(monde),
            correspondance={"nom": "Appellation", "prenom": "Petit nom"},
        )
    assert counts(monde, receive(monde, texte)) == {"valide": 1}


def test_utf16_file_is_read(monde: Monde) -> None:
    perimetre = monde.perimetre("prescripteur")
    with ouvre_transaction(perimetre):
        lot = receive_lot(
            perimetre=perimetre,
            genre="saisines",
            fichier=Fichier("saisines.csv", CSV.encode("utf-16")),
            options=options(monde),
        )
    assert counts(monde, lot)["valide"] == 2


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        (b"", "est vide"),
        (b"\x00\x01\x02", "fichier binaire"),
        (b"PK\x03\x04 tronque", "endommagé ou incomplet"),
        (b"\n\n\n", "est vide"),
    ],
)
def test_empty_or_unreadable_file_is_refused_and_keeps_nothing(
    monde: Monde, contenu: bytes, phrase: str
) -> None:
    perimetre = monde.perimetre("prescripteur")
    with pytest.raises(ErreurMetier, match=phrase), ouvre_transaction(perimetre):
        receive_lot(
            perimetre=perimetre,
            genre="saisines",
            fichier=Fichier("vide.csv", contenu),
            options=options(monde),
        )
    assert LigneImport.objects.unscoped(reason="test").count() == 0


def test_another_organisation_does_not_see_the_batch(monde: Monde) -> None:
    lot = receive(monde)
    with pytest.raises(Introuvable):
        LotImport.objects.find_visible(monde.perimetre("alice"), lot.pk)


def test_pages_lead_from_the_file_to_the_saisines_and_back(monde: Monde, client_de: Any) -> None:
    with client_de(monde.prescripteur) as c:
        url = reverse("echanges:nouveau", args=["saisines"])
        assert c.get(url).status_code == 200
        fichier = SimpleUploadedFile("s.csv", CSV.encode(), content_type="text/csv")
        response = c.post(url, {**options(monde), "fichier": fichier})
        assert response.status_code == 302, response.content.decode()[-2000:]
        lot = LotImport.objects.unscoped(reason="test").get()
        html = c.get(reverse("echanges:lot", args=[lot.pk])).content.decode()
        assert "Rien n’est encore écrit" in html
        rejets = c.get(reverse("echanges:rejets", args=[lot.pk]))
        assert "31/02/1990" in b"".join(rejets.streaming_content).decode("utf-8-sig")
        html = c.post(reverse("echanges:integrer", args=[lot.pk]), follow=True).content.decode()
        assert "2 lignes intégrées" in html
        c.post(reverse("echanges:annuler", args=[lot.pk]))
    assert saisines() == 0
    with client_de(monde.charlie) as c:
        assert c.get(reverse("echanges:lot", args=[lot.pk])).status_code == 404
    with client_de(monde.dpo) as c:
        assert c.get(reverse("echanges:liste")).status_code == 403


def test_a_file_sent_twice_with_the_same_key_is_one_batch(monde: Monde, client_de: Any) -> None:
    url = reverse("echanges:nouveau", args=["saisines"])
    with client_de(monde.prescripteur) as c:
        page = c.get(url).content.decode()
        cle = re.findall(r'name="envoi" value="([^"]+)"', page)[0]
        adresses = []
        for _ in range(2):
            fichier = SimpleUploadedFile("s.csv", CSV.encode(), content_type="text/csv")
            response = c.post(url, {**options(monde), "envoi": cle, "fichier": fichier})
            assert response.status_code == 302
            adresses.append(response["Location"])
    lot = LotImport.objects.unscoped(reason="test").get()
    assert adresses == [reverse("echanges:lot", args=[lot.pk])] * 2


def test_empty_upload_is_refused_on_the_page(monde: Monde, client_de: Any) -> None:
    with client_de(monde.prescripteur) as c:
        fichier = SimpleUploadedFile("vide.csv", b"", content_type="text/csv")
        response = c.post(
            reverse("echanges:nouveau", args=["saisines"]), {**options(monde), "fichier": fichier}
        )
    assert response.status_code == 422
    assert "vide" in response.content.decode()


def run_command(monde: Monde, path: Path, *flags: str) -> dict[str, Any]:
    out = StringIO()
    call_command(
        "importe",
        "saisines",
        str(path),
        *flags,
        *[f"--option={k}={v}" for k, v in options(monde).items()],
        compte=monde.prescripteur.email,
        format="json",
        stdout=out,
    )
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def test_command_simulates_then_imports(monde: Monde, tmp_path: Path) -> None:
    path = tmp_path / "saisines.csv"
    path.write_text(CSV)
    report = run_command(monde, path, "--simulation")
    assert report["comptes"]["valide"] == 2
    assert (saisines(), LotImport.objects.unscoped(reason="test").count()) == (0, 0)
    report = run_command(monde, path)
    assert report["comptes"]["integree"] == 2
    assert saisines() == 2
    with pytest.raises(CommandError, match="n’existe pas"):
        run_command(monde, tmp_path / "absent.csv")


@pytest.mark.given_cases
@pytest.mark.parametrize(
    "nom",
    [
        "carnet_de_bord/import_beneficiaires.csv",
        "carnet_de_bord/import_beneficiaires_buggy.csv",
        "carnet_de_bord/import_beneficiaires_with_all_date_formats.csv",
        "domifa/import_ok_2.xlsx",
    ],
)
def test_real_files_are_judged_line_by_line(monde: Monde, nom: str) -> None:
    path = DONNEES / nom
    if not path.exists():
        pytest.skip("Les cas donnés ne sont pas à côté de ce dépôt.")
    report = run_command(monde, path, "--simulation")
    assert sum(report["comptes"].values()) >= 3
    assert report["comptes"]["rejetee"] == len(report["rejets"])
    assert all(r["motifs"] for r in report["rejets"])


def test_known_people_are_told_in_the_preview(monde: Monde) -> None:
    """Surely known: the line is refused. Alike: it passes, and the sender reads why."""
    integrate(monde, receive(monde))
    entete = CSV.splitlines()[0]
    suite = "\n".join(
        [
            entete,
            "B1;Léa;Bernard;04/05/1990;;;1 rue du Lac;59600;Maubeuge",
            "B2;Tom;Leroi;1/2/1999;;;5 rue du Lac;59600;Maubeuge",
            "B3;Ana;Costa;1/2/1997;;;5 rue du Lac;59600;Maubeuge",
            "B4;Ana;Costa;1/2/1997;;;5 rue du Lac;59600;Maubeuge",
        ]
    )
    lot = receive(monde, suite + "\n")
    assert counts(monde, lot) == {"valide": 2, "rejetee": 2}
    perimetre = monde.perimetre("prescripteur")
    dits = {li.numero: " ".join(li.motifs) for li in list_lignes(perimetre, lot.pk)}
    assert "Personne déjà connue" in dits[2]
    assert "même nom et même prénom, même date de naissance" in dits[2]
    assert "Personne peut-être déjà connue" in dits[3]
    assert "nom proche (« Tom Leroy »)" in dits[3]
    assert dits[4] == ""
    assert "Même personne que la ligne 4" in dits[5]
    assert integrate(monde, lot).statut == "integre"
    assert saisines() == 4
