"""Pages: who opens them, what they show, what a wrong form says."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from cariatide.journal.models import Evenement
from cariatide.partenaires.models import ContactOrganisation, Convention, Mandat, Organisation
from cariatide.partenaires.statuts import Role, TypeOrganisation
from cariatide.partenaires.web.champs import ChampCommunes
from cariatide.socle.normalisation import normalise
from tests.distribution import Monde
from tests.fichiers import export

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _jour() -> Any:
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Europe/Paris"))):
        yield


def adresse(nom: str, *args: Any) -> str:
    return reverse(f"partenaires:{nom}", args=args)


def test_annuaire_pour_chaque_mandat(monde: Monde, client_de: Any) -> None:
    with client_de(monde.prescripteur) as c:
        page = c.get(adresse("annuaire")).content.decode()
        assert "Habitat Test" in page and "Nouvelle organisation" not in page
        page = c.get(adresse("annuaire"), {"type": "ccas"}).content.decode()
        assert "CCAS de test" in page and "Habitat Test" not in page
        assert (
            "Aucune organisation ne correspond"
            in c.get(adresse("annuaire"), {"q": "zzz"}).content.decode()
        )
    with client_de(monde.eve) as c:
        assert c.get(adresse("annuaire")).status_code == 403
    with client_de(monde.technique) as c:
        assert "Nouvelle organisation" in c.get(adresse("annuaire")).content.decode()


def test_annuaire_se_parcourt_par_cle(
    monde: Monde, client_de: Any, django_assert_num_queries: Any
) -> None:
    Organisation.objects.bulk_create(
        Organisation(
            type=TypeOrganisation.COMMUNE, nom=f"Mairie {i:03}", du=date(2020, 1, 1),
            nom_normalise=normalise(f"Mairie {i:03}"),
        )
        for i in range(120)
    )  # fmt: skip
    vus: list[str] = []
    with client_de(monde.alice) as c:
        c.get(adresse("annuaire"))
        with django_assert_num_queries(10):
            c.get(adresse("annuaire"))
        suite = adresse("annuaire") + "?type=commune"
        for _ in range(3):
            html = c.get(suite).content.decode()
            vus += [f"Mairie {i:03}" for i in range(120) if f">Mairie {i:03}<" in html]
            if 'rel="next"' not in html:
                break
            suite = html.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
            suite = adresse("annuaire") + suite
    assert vus == [f"Mairie {i:03}" for i in range(120)]


def test_fiche(monde: Monde, client_de: Any) -> None:
    with client_de(monde.membre) as c:
        page = c.get(adresse("organisation", monde.operateur.pk)).content.decode()
        assert "Alice Renard" in page and "MOUS-2025" in page
        assert "Équipe" not in page and "Désactiver" not in page
        assert c.get(adresse("organisation", 999_999)).status_code == 404


def test_une_autre_organisation_repond_404(monde: Monde, client_de: Any) -> None:
    mandat = Mandat.objects.get(utilisateur=monde.prescripteur)
    pages = [
        adresse("equipe", monde.ccas.pk),
        adresse("inviter", monde.ccas.pk),
        adresse("modifier", monde.ccas.pk),
        adresse("nouveau_contact", monde.ccas.pk),
        adresse("nouvel_agrement", monde.ccas.pk),
        adresse("personne", monde.ccas.pk, monde.prescripteur.pk),
        adresse("personne", monde.operateur.pk, monde.prescripteur.pk),
        adresse("accorder_mandat", monde.operateur.pk, monde.prescripteur.pk),
        adresse("terminer_mandat", monde.operateur.pk, mandat.pk),
    ]
    with client_de(monde.administratrice) as c:
        for page in pages:
            assert c.get(page).status_code == 404, page
        for nom in ("desactiver", "reactiver"):
            poste = c.post(adresse(nom, monde.ccas.pk, monde.prescripteur.pk), {"motif": "x"})
            assert poste.status_code == 404
    with client_de(monde.alice) as c:
        assert c.get(adresse("equipe", monde.operateur.pk)).status_code == 403
    with client_de(monde.technique) as c:
        for page in pages:
            assert c.get(page).status_code == (404 if page == pages[-1] else 200), page


def test_equipe_et_mandat(monde: Monde, client_de: Any) -> None:
    with client_de(monde.administratrice) as c:
        assert c.get(adresse("mon_equipe"))["Location"] == adresse("equipe", monde.operateur.pk)
        page = c.get(adresse("equipe", monde.operateur.pk)).content.decode()
        assert "alice.renard@test.invalid" in page and "Paul Prévost" not in page
        formulaire = adresse("accorder_mandat", monde.operateur.pk, monde.alice.pk)
        page = c.get(formulaire).content.decode()
        assert "Chef de service" in page and "Administrateur technique" not in page
        reponse = c.post(formulaire, {"role": "administrateur_technique", "du": "2026-11-22"})
        assert reponse.status_code == 422
        reponse = c.post(formulaire, {"role": "chef_de_service", "du": "2026-11-22"}, follow=True)
        assert "Chef de service social\u00a0» à partir du 22/11/2026" in reponse.content.decode()
        mandat = Mandat.objects.get(utilisateur=monde.alice, role=Role.CHEF_DE_SERVICE)
        fin = adresse("terminer_mandat", monde.operateur.pk, mandat.pk)
        assert c.post(fin, {"au": "2026-01-01"}).status_code == 302
        assert not Mandat.objects.filter(pk=mandat.pk).exists(), "it never opened"


def test_l_equipe_part_en_fichier(monde: Monde, client_de: Any) -> None:
    """Who may do what, to be reviewed; another organisation's stays closed."""
    ailleurs = f"?organisation={monde.departement.pk}"

    def read(client: Any, requete: str = "") -> str:
        return b"".join(export(client, "equipe", requete).streaming_content).decode("utf-8-sig")

    with client_de(monde.administratrice) as c:
        page = c.get(reverse("partenaires:equipe", args=[monde.operateur.pk])).content.decode()
        adresse = reverse("echanges:exporter", args=["equipe"])
        assert f'{adresse}?organisation={monde.operateur.pk}"' in page
        texte = read(c)
        assert monde.alice.email in texte and ";Travailleur social;" in texte
        assert monde.dora.email not in texte
        for format_ in ("csv", "xlsx", "ods"):
            assert export(c, "equipe", ailleurs, format_=format_).status_code == 404, "in words"
        assert c.get(reverse("partenaires:mon_equipe") + ailleurs).status_code == 404
    with client_de(monde.technique) as c:
        texte = read(c, ailleurs)
        assert monde.dora.email in texte and monde.alice.email not in texte
        assert export(c, "equipe").status_code == 404, "whose?"
    assert Evenement.objects.filter(nom="liste.exportee").count() == 2, (
        "none for what did not leave"
    )


def test_desactiver_demande_un_motif(monde: Monde, client_de: Any) -> None:
    url = adresse("desactiver", monde.operateur.pk, monde.alice.pk)
    with client_de(monde.administratrice) as c:
        page = c.post(url, {"motif": ""}, follow=True).content.decode()
        assert "Indiquez pourquoi" in page and "Compte actif" in page
        page = c.post(url, {"motif": "Départ"}, follow=True).content.decode()
        assert "ses sessions sont fermées" in page and "Compte désactivé" in page
        page = c.post(
            adresse("reactiver", monde.operateur.pk, monde.alice.pk), follow=True
        ).content.decode()
        assert "est rouvert" in page
        soi = adresse("personne", monde.operateur.pk, monde.administratrice.pk)
        assert "votre propre compte" in c.get(soi).content.decode()


def test_inviter(monde: Monde, client_de: Any) -> None:
    url = adresse("inviter", monde.operateur.pk)
    saisie = {"prenom": "Nora", "nom": "Neuve", "courriel": "nora@test.invalid",
              "role": "technicien"}  # fmt: skip
    with client_de(monde.administratrice) as c:
        assert "incomplète" in c.post(url, {**saisie, "courriel": "nora"}).content.decode()
        page = c.post(url, saisie, follow=True).content.decode()
        assert "Invitations en attente" in page and "nora@test.invalid" in page
        pk = page.split("/invitations/")[1].split("/")[0]
        annule = c.post(adresse("annuler_invitation", monde.operateur.pk, pk), follow=True)
        assert "est annulée" in annule.content.decode()
        encore = c.post(adresse("renvoyer_invitation", monde.operateur.pk, pk), follow=True)
        assert "a déjà pris fin" in encore.content.decode()


def test_technique_cree_et_fait_succeder(monde: Monde, client_de: Any) -> None:
    with client_de(monde.technique) as c:
        saisie = {"type": "ddets", "nom": "DDCS d’essai", "du": "2010-01-01", "siret": "123"}
        page = c.post(adresse("nouvelle"), saisie)
        assert page.status_code == 422 and "SIRET est faux" in page.content.decode()
        page = c.post(adresse("nouvelle"), {**saisie, "siret": ""}, follow=True)
        assert "est dans l’annuaire" in page.content.decode()
        pk = Organisation.objects.get(nom="DDCS d’essai").pk
        url = adresse("succession", pk)
        vide = c.post(url, {"le": "2021-04-01", "version": 1})
        assert vide.status_code == 422 and "donnez son type" in vide.content.decode()
        perime = {"le": "2021-04-01", "type": "ddets", "nom": "DDETS d’essai", "version": 7}
        assert c.post(url, perime).status_code == 409
        page = c.post(url, {**perime, "version": 1}, follow=True).content.decode()
        assert "succède à" in page and "Succession" in page
        comptes = c.get(adresse("comptes"), {"q": "renard"}).content.decode()
        assert "alice.renard@test.invalid" in comptes and "bob.pilote" not in comptes
        sans = c.get(adresse("comptes"), {"etat": "sans_mandat"}).content.decode()
        assert "eve.sans-mandat" in sans and "alice" not in sans
        assert c.get(adresse("compte", monde.alice.pk))["Location"] == adresse(
            "personne", monde.operateur.pk, monde.alice.pk
        )
        assert "jamais eu de mandat" in c.get(adresse("compte", monde.eve.pk)).content.decode()


def test_convention_de_bout_en_bout(monde: Monde, client_de: Any) -> None:
    with client_de(monde.bob) as c:
        saisie = {
            "type": "asll", "reference": "ASLL-1", "intitule": "Accompagnement",
            "commanditaire": monde.departement.pk, "operateur": monde.operateur.pk,
            "du": "2026-01-01", "au": "2027-12-31",
        }  # fmt: skip
        page = c.post(adresse("nouvelle_convention"), saisie, follow=True).content.decode()
        assert "en préparation" in page
        pk = Convention.objects.get(reference="ASLL-1").pk

        def post(nom: str, **valeurs: Any) -> str:
            version = Convention.objects.get(pk=pk).version
            reponse = c.post(adresse(nom, pk), {**valeurs, "version": version}, follow=True)
            return str(reponse.content.decode())

        assert "est enregistrée" in post(
            "financement", financeur=monde.prefecture.pk, montant_annuel="1 234,50", taux="40"
        )
        page = c.get(adresse("convention", pk)).content.decode()
        page = page.replace("\u202f", "\u00a0")
        assert "1\u00a0234,50\u00a0€" in page and "40 %" in page
        assert "Écrivez un nombre" in post("financement", financeur=monde.prefecture.pk, taux="x")
        assert "L’objectif est enregistré" in post("objectif", unite="mesures", minimum=10)
        post("objectif", unite="menages", minimum=5)
        post("financement", financeur=monde.ccas.pk, taux="10")
        for nom, cle in (("retirer_objectif", "menages"), ("retirer_financement", monde.ccas.pk)):
            version = Convention.objects.get(pk=pk).version
            c.post(adresse(nom, pk, cle), {"version": version})
        convention = Convention.objects.get(pk=pk)
        assert [o.unite for o in convention.objectifs.all()] == ["mesures"]
        assert [f.financeur for f in convention.financements.all()] == [monde.prefecture]
        refus = post("territoire_convention", communes="Maubeuge\nTrifouillis")
        assert "Trifouillis" in refus and "Rien n’est encore enregistré" in refus
        page = post("territoire_convention", communes="Maubeuge\n59036;59392")
        assert "Le territoire compte 2 communes" in page and "de la population" in page
        assert "La signature est enregistrée" in post("signer_convention", le="2026-01-02")
        page = c.get(adresse("avenant", pk)).content.decode()
        assert 'value="10"' in page
        page = post("avenant", signe_le="2026-06-01", objet="Plus", fin="2028-12-31",
                    mesures_minimum=15)  # fmt: skip
        assert "L’avenant 1" in page and "10 au moins → 15 au moins" in page
        assert "du 31/12/2027 au 31/12/2028" in page
        assert c.get(adresse("conventions")).content.decode().count("ASLL-1") >= 1
    with client_de(monde.alice) as c:
        page = c.get(adresse("convention", pk)).content.decode()
        assert "Préfecture de test" in page and "Nouvel avenant" not in page
        assert c.get(adresse("avenant", pk)).status_code == 403
    with client_de(monde.administratrice) as c:
        assert c.get(adresse("avenant", pk)).status_code == 404


def test_un_contact_s_ajoute_et_se_retire(monde: Monde, client_de: Any) -> None:
    contacts = ContactOrganisation.objects.filter(organisation=monde.operateur)
    with client_de(monde.administratrice) as c:
        saisie = {"nom": "Accueil", "telephone": "03 00 00 00 00"}
        page = c.post(adresse("nouveau_contact", monde.operateur.pk), saisie, follow=True).text
        assert "Accueil" in page
        retirer = adresse("retirer_contact", monde.operateur.pk, contacts.get().pk)
        assert c.post(retirer, follow=True).status_code == 200
    assert not contacts.exists()


def test_champ_des_communes() -> None:
    champ = ChampCommunes(label="Communes")
    arrondissement = champ.clean("Arrondissement d’Avesnes-sur-Helpe")
    assert len(arrondissement) > 100
    assert len(champ.clean("59392\nMaubeuge")) == 1
    assert len(champ.clean("CA Maubeuge Val de Sambre")) > 40
    with pytest.raises(Exception, match="Trifouillis"):
        champ.clean("59392\nTrifouillis-les-Oies")
