"""Mandates, accounts, invitations: who may, what it gives, when it stops."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.urls import reverse

from cariatide.comptes.models import SessionOuverte, Utilisateur
from cariatide.journal.livraison import deliver_one
from cariatide.journal.models import Evenement
from cariatide.partenaires import actions
from cariatide.partenaires.invitations import make_jeton
from cariatide.partenaires.models import Invitation, Mandat
from cariatide.partenaires.queries import build_perimetre
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from tests.distribution import JOUR, Monde, add_personne

pytestmark = pytest.mark.django_db
MIDI = datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
MOT_DE_PASSE = "une phrase assez longue 26"


def grant(monde: Monde, qui: str = "administratrice", **plus: Any) -> Mandat:
    valeurs: dict[str, Any] = {
        "organisation_id": monde.operateur.pk,
        "utilisateur_id": monde.alice.pk,
        "role": Role.CHEF_DE_SERVICE,
        "du": JOUR,
        **plus,
    }
    return actions.grant_mandat(perimetre=monde.perimetre(qui), **valeurs)


def test_accorder(monde: Monde) -> None:
    mandat = grant(monde, convention_id=monde.convention.pk)
    assert build_perimetre(monde.alice, JOUR).has_role(Role.CHEF_DE_SERVICE)
    evenement = Evenement.objects.get(nom="mandat.accorde")
    assert (evenement.objet_id, evenement.acteur_id) == (mandat.pk, monde.administratrice.pk)
    assert evenement.donnees["apres"]["convention"] == monde.convention.pk


@pytest.mark.parametrize(
    "role",
    [Role.ADMINISTRATEUR_TECHNIQUE, Role.PROTECTION_DES_DONNEES, Role.CHARGE_DU_PLAN],
)
def test_un_role_qui_depasse_l_organisation_est_reserve(monde: Monde, role: Role) -> None:
    with pytest.raises(ErreurMetier) as refus:
        grant(monde, role=role)
    assert "administrateur technique" in refus.value.champs["role"]
    assert grant(monde, "technique", role=role).role == role


def test_chez_les_autres_rien(monde: Monde) -> None:
    with pytest.raises(Introuvable):
        grant(monde, organisation_id=monde.ccas.pk, utilisateur_id=monde.prescripteur.pk)
    with pytest.raises(Introuvable):
        grant(monde, "chef")
    with pytest.raises(Introuvable):  # somebody of another organisation is invited, not taken
        grant(monde, utilisateur_id=monde.prescripteur.pk)
    assert grant(monde, "technique", utilisateur_id=monde.prescripteur.pk)


@pytest.mark.parametrize(
    ("plus", "phrase"),
    [
        ({"role": Role.TRAVAILLEUR_SOCIAL}, "a déjà ce mandat"),
        ({"au": date(2026, 1, 1)}, "précède"),
        ({"du": date(2019, 1, 1)}, "pas en vigueur sur toute"),
        ({"role": "roi"}, "Choisissez un rôle"),
        ({"secteur_id": 999_999}, "secteur"),
    ],
)
def test_mandats_refuses(monde: Monde, plus: dict[str, Any], phrase: str) -> None:
    with pytest.raises(ErreurMetier, match=phrase):
        grant(monde, **plus)


def test_convention_d_une_autre_organisation(monde: Monde) -> None:
    with pytest.raises(ErreurMetier, match="pas celle de l’organisation"):
        grant(
            monde, "technique", organisation_id=monde.ccas.pk,
            utilisateur_id=monde.prescripteur.pk, convention_id=monde.convention.pk,
        )  # fmt: skip


def test_terminer(monde: Monde) -> None:
    perimetre = monde.perimetre("administratrice")
    mandat = Mandat.objects.get(utilisateur=monde.alice)
    actions.end_mandat(perimetre=perimetre, mandat_id=mandat.pk, au=JOUR - timedelta(days=1))
    assert build_perimetre(monde.alice, JOUR).is_empty
    with pytest.raises(ErreurMetier, match="prend déjà fin"):
        actions.end_mandat(perimetre=perimetre, mandat_id=mandat.pk, au=JOUR)
    futur = grant(monde, role=Role.TECHNICIEN, du=date(2027, 1, 1))
    actions.end_mandat(perimetre=perimetre, mandat_id=futur.pk, au=JOUR)
    assert not Mandat.objects.filter(role=Role.TECHNICIEN, utilisateur=monde.alice).exists()
    autre = Mandat.objects.get(utilisateur=monde.prescripteur)
    with pytest.raises(Introuvable):
        actions.end_mandat(perimetre=perimetre, mandat_id=autre.pk, au=JOUR)


def test_on_ne_se_retire_pas_l_administration(monde: Monde) -> None:
    mandat = Mandat.objects.get(utilisateur=monde.administratrice)
    with pytest.raises(ActeRefuse, match="propre mandat"):
        actions.end_mandat(
            perimetre=monde.perimetre("administratrice"), mandat_id=mandat.pk, au=JOUR
        )


def test_desactiver_ferme_la_session_a_la_requete_suivante(monde: Monde, client_de: Any) -> None:
    with client_de(monde.alice) as c:
        assert c.get(reverse("comptes:mon_compte")).status_code == 200
        actions.deactivate_personne(
            perimetre=monde.perimetre("administratrice"),
            organisation_id=monde.operateur.pk,
            utilisateur_id=monde.alice.pk,
            motif="Départ",
        )
        reponse = c.get(reverse("comptes:mon_compte"))
        assert reponse.status_code == 302
        assert reverse("account_login") in reponse["Location"]
        assert not SessionOuverte.objects.exists()
        actions.reactivate_personne(
            perimetre=monde.perimetre("administratrice"),
            organisation_id=monde.operateur.pk,
            utilisateur_id=monde.alice.pk,
        )
        reponse = c.get(reverse("comptes:mon_compte"))
        assert reponse.status_code == 302, "the former session does not come back to life"
    noms = Evenement.objects.filter(nom__startswith="compte.").values_list("nom", flat=True)
    assert list(noms) == ["compte.desactive", "compte.reactive"]


def deactivate(monde: Monde, qui: str, cible: str, organisation: str = "operateur") -> None:
    actions.deactivate_personne(
        perimetre=monde.perimetre(qui),
        organisation_id=getattr(monde, organisation).pk,
        utilisateur_id=getattr(monde, cible).pk,
        motif="Départ",
    )


def test_desactivations_refusees(monde: Monde) -> None:
    with pytest.raises(Introuvable):
        deactivate(monde, "administratrice", "prescripteur", "ccas")
    with pytest.raises(Introuvable):
        deactivate(monde, "administratrice", "prescripteur")
    with pytest.raises(ErreurMetier, match="propre compte"):
        deactivate(monde, "administratrice", "administratrice")
    grant(monde, "technique", organisation_id=monde.ccas.pk, role=Role.PRESCRIPTEUR)
    with pytest.raises(ActeRefuse, match="autre organisation"):
        deactivate(monde, "administratrice", "alice")
    grant(monde, "technique", utilisateur_id=monde.chef.pk, role=Role.CHARGE_DU_PLAN)
    with pytest.raises(ActeRefuse, match="administrateur technique"):
        deactivate(monde, "administratrice", "chef")
    deactivate(monde, "technique", "alice")
    assert not Utilisateur.objects.get(pk=monde.alice.pk).is_active


def invite(monde: Monde, courriel: str = "Nora.Neuve@test.invalid", **plus: Any) -> Invitation:
    valeurs: dict[str, Any] = {
        "organisation_id": monde.operateur.pk,
        "courriel": courriel,
        "prenom": "Nora",
        "nom": "Neuve",
        "role": Role.TRAVAILLEUR_SOCIAL,
        **plus,
    }
    return actions.invite_collegue(perimetre=monde.perimetre("administratrice"), **valeurs)


def send_mails() -> list[str]:
    """Run the worker's deliveries; the bodies of what left."""
    mail.outbox.clear()
    while deliver_one():
        pass
    return [str(m.body) for m in mail.outbox if "invitation" in m.subject]


def link_in(corps: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/invitation/\S+)", corps)
    assert found, corps
    return found.group(1)


def test_invitation_de_bout_en_bout(monde: Monde, client_de: Any) -> None:
    with time_machine.travel(MIDI, tick=False):
        invite(monde)
        (corps,) = send_mails()
        assert "Aude Admin vous invite à rejoindre Habitat Test" in corps
        assert "29/11/2026" in corps
        lien = link_in(corps)
        with client_de() as c:
            page = c.get(lien).content.decode()
            assert "nora.neuve@test.invalid" in page and "Travailleur social" in page
            court = {"prenom": "Nora", "nom": "Neuve", "mot_de_passe": "court",
                     "confirmation": "court"}  # fmt: skip
            reponse = c.post(lien, court)
            assert reponse.status_code == 422
            assert "12" in reponse.content.decode()
            autre = {**court, "mot_de_passe": MOT_DE_PASSE, "confirmation": "autre"}
            assert "diffèrent" in c.post(lien, autre).content.decode()
            assert not Utilisateur.objects.filter(nom="Neuve").exists()
            bon = {**court, "mot_de_passe": MOT_DE_PASSE, "confirmation": MOT_DE_PASSE}
            reponse = c.post(lien, bon)
            assert reponse.status_code == 302
            assert reponse["Location"] == reverse("account_login")
            assert c.get(lien).status_code == 404, "one use"
            assert c.post(lien, bon).status_code == 404
        nora = Utilisateur.objects.get(email="nora.neuve@test.invalid")
        assert nora.check_password(MOT_DE_PASSE)
        (mandat,) = build_perimetre(nora, JOUR).mandats
        assert (mandat.organisation_id, mandat.role) == (monde.operateur.pk, "travailleur_social")
        acceptee = Evenement.objects.get(nom="invitation.acceptee")
        assert acceptee.acteur_id == nora.pk


def test_le_lien_expire_et_se_renouvelle(monde: Monde, client_de: Any) -> None:
    with time_machine.travel(MIDI, tick=False) as horloge:
        invitation = invite(monde)
        ancien = reverse("partenaires:accepter_invitation", args=[make_jeton(invitation)])
        with client_de() as c:
            assert c.get(ancien).status_code == 200
            horloge.shift(timedelta(days=7, seconds=1))
            page = c.get(ancien)
            assert page.status_code == 404
            assert "nouvelle invitation" in page.content.decode()
            actions.resend_invitation(
                perimetre=monde.perimetre("administratrice"), invitation_id=invitation.pk
            )
            assert c.get(ancien).status_code == 404, "the former link stays dead"
            nouveau = link_in(send_mails()[-1])
            assert c.get(nouveau).status_code == 200
            actions.cancel_invitation(
                perimetre=monde.perimetre("administratrice"), invitation_id=invitation.pk
            )
            assert c.get(nouveau).status_code == 404
            assert c.get(nouveau[:-3] + "xyz/").status_code == 404


def test_une_invitation_annulee_n_est_pas_envoyee(monde: Monde) -> None:
    invitation = invite(monde)
    actions.cancel_invitation(
        perimetre=monde.perimetre("administratrice"), invitation_id=invitation.pk
    )
    assert send_mails() == []


def test_une_seconde_invitation_remplace_la_premiere(monde: Monde) -> None:
    premiere, seconde = invite(monde), invite(monde, role=Role.TECHNICIEN)
    premiere.refresh_from_db()
    assert premiere.annulee_le is not None and seconde.annulee_le is None
    assert len(send_mails()) == 1


@pytest.mark.parametrize(
    ("plus", "phrase"),
    [
        ({"courriel": " "}, "adresse électronique"),
        ({"courriel": "pas-une-adresse"}, "coordonnées"),
        ({"prenom": ""}, "prénom"),
        ({"role": Role.ADMINISTRATEUR_TECHNIQUE}, "administrateur technique"),
        ({"courriel": "alice.renard@test.invalid"}, "a déjà ce rôle"),
    ],
)
def test_invitations_refusees(monde: Monde, plus: dict[str, Any], phrase: str) -> None:
    with pytest.raises(ErreurMetier, match=phrase):
        invite(monde, **plus)
    assert not Invitation.objects.exists()


def test_invitation_d_une_autre_organisation(monde: Monde) -> None:
    with pytest.raises(Introuvable):
        invite(monde, organisation_id=monde.ccas.pk)
    invitation = invite(monde)
    Mandat.objects.create(
        utilisateur=monde.charlie, organisation=monde.autre_operateur,
        role=Role.ADMINISTRATEUR, du=JOUR,
    )  # fmt: skip
    with pytest.raises(Introuvable):
        actions.cancel_invitation(perimetre=monde.perimetre("charlie"), invitation_id=invitation.pk)


def test_quelqu_un_de_connu_accepte_connecte(monde: Monde, client_de: Any) -> None:
    with time_machine.travel(MIDI, tick=False):
        invitation = invite(monde, monde.prescripteur.email, role=Role.TECHNICIEN)
        lien = reverse("partenaires:accepter_invitation", args=[make_jeton(invitation)])
        with client_de() as anonyme:
            page = anonyme.get(lien).content.decode()
            assert "Vous avez déjà un compte" in page
            assert anonyme.post(lien).status_code == 409
        with client_de(monde.alice) as autre:
            assert "un autre compte" in autre.get(lien).content.decode()
            assert autre.post(lien).status_code == 409
        assert not Mandat.objects.filter(role=Role.TECHNICIEN, utilisateur=monde.prescripteur)
        with client_de(monde.prescripteur) as lui:
            assert "Accepter ce mandat" in lui.get(lien).content.decode()
            assert lui.post(lien).status_code == 302
        assert build_perimetre(monde.prescripteur, JOUR).has_role(Role.TECHNICIEN)
        assert Utilisateur.objects.filter(email=monde.prescripteur.email).count() == 1


def test_compte_desactive_non_invite(monde: Monde) -> None:
    ancien = add_personne("Rémi", "Parti")
    Utilisateur.objects.filter(pk=ancien.pk).update(is_active=False, desactive_le=MIDI)
    with pytest.raises(ErreurMetier, match="désactivé"):
        invite(monde, ancien.email)


def test_un_second_facteur_perdu_se_reinitialise(monde: Monde, client_de: Any) -> None:
    TOTP.activate(monde.alice, "JBSWY3DPEHPK3PXP")
    adresse = reverse(
        "partenaires:reinitialiser_facteur", args=[monde.operateur.pk, monde.alice.pk]
    )
    with client_de(monde.administratrice) as c:
        page = c.get(
            reverse("partenaires:personne", args=[monde.operateur.pk, monde.alice.pk])
        ).content.decode()
        assert "Réinitialiser le second facteur" in page
        c.post(adresse, {"motif": " "})
        assert Authenticator.objects.filter(user=monde.alice).exists(), "a reason is asked"
        c.post(adresse, {"motif": "téléphone volé, reconnue au guichet"})
        assert not Authenticator.objects.filter(user=monde.alice).exists()
        assert (
            "n’a pas de second facteur"
            in c.post(adresse, {"motif": "encore"}, follow=True).content.decode()
        )
    evenement = Evenement.objects.get(nom="compte.facteur_reinitialise")
    assert (evenement.objet_id, evenement.acteur_id) == (monde.alice.pk, monde.administratrice.pk)
    with client_de(monde.chef) as c:
        assert c.post(adresse, {"motif": "x"}).status_code == 403


def test_le_second_facteur_d_ailleurs_ne_se_reinitialise_pas(monde: Monde, client_de: Any) -> None:
    TOTP.activate(monde.charlie, "JBSWY3DPEHPK3PXP")
    with client_de(monde.administratrice) as c:
        for organisation in (monde.operateur, monde.autre_operateur):
            adresse = reverse(
                "partenaires:reinitialiser_facteur", args=[organisation.pk, monde.charlie.pk]
            )
            assert c.post(adresse, {"motif": "x"}).status_code in (403, 404)
    assert Authenticator.objects.filter(user=monde.charlie).exists()
