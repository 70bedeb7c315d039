"""A whole département for the pages: a small demonstration, and the cast in each state."""

from datetime import timedelta
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cariatide.commission.models import Instance
from cariatide.demonstration.actions import load
from cariatide.echanges.actions import Fichier, receive_lot
from cariatide.mesures import actions
from cariatide.mesures.actions import DonneesObjectif
from cariatide.partenaires.actions import DonneesContact, save_contact
from cariatide.socle.contexte import ouvre_transaction
from tests.amelioration.exemples import add_financement, add_operation
from tests.baux.exemples import add_entree
from tests.comptes.cle import Cle
from tests.conformite.test_partages import share_composition
from tests.distribution import JOUR, Monde, add_menage, build_monde
from tests.documents.test_actions import bring
from tests.menages.test_regroupement import couple_separe, join
from tests.mesures.conftest import Fabrique
from tests.mesures.reorientations import Ailleurs
from tests.parc.exemples import add_logement, add_offre, add_proprietaire
from tests.poste.fabrique import letter, post, prepare

ECHELLE = 0.05
DORSAL = "allauth.account.auth_backends.AuthenticationBackend"
CSV = """\
Identifiant dans le SI*;Prénom*;NOM;Date de naissance;Téléphone;E-mail;Adresse;CP;Ville
A1;Léa;Bernard;04/05/1990;06 00 00 00 01;lea@exemple.invalid;1 rue du Lac;59600;Maubeuge
A2;Hugo;Petit;31/02/1990;;;2 rue du Lac;59600;Maubeuge
"""
ETATS = ("prescrite", "accordee", "proposee", "adheree", "active", "bilan_du", "terminee")


def build_decor() -> Monde:
    """Everything, committed."""
    load(timezone.localdate(), echelle=ECHELLE)
    monde = build_monde()
    _mesures(monde)
    _parc(monde)
    _bureau(monde)
    _poste(monde)
    _facteurs(monde)
    share_composition(monde, add_menage(monde, nom="Partagé"))
    join(monde, *couple_separe(monde))
    return monde


def _poste(monde: Monde) -> None:
    """A batch that was posted, one to print, a letter that waits."""
    post(monde, prepare(monde, letter(monde, "Posté")))
    prepare(monde, letter(monde, "Imprimé"))
    letter(monde, "Attend")


def _facteurs(monde: Monde) -> None:
    """Somebody with an application, recovery codes and a key."""
    TOTP.activate(monde.chef, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(monde.chef)
    defi = {"publicKey": {"challenge": "ZGVmaS1kZS1sYS1jbGU"}}
    WebAuthn.add(monde.chef, "Clé du bureau", Cle().create(defi))


def _mesures(monde: Monde) -> None:
    """A measure in each state, a suspended one, a renewal at each step."""
    fabrique = Fabrique(monde)
    fabrique.fixe_suspension()
    for rang, etat in enumerate(ETATS):
        getattr(fabrique, etat)(nom=f"Mesure {etat} {rang}")
    fabrique.objectif(fabrique.proposee(nom="Mesure à signer"))
    fabrique.diagnostic_redige(fabrique.adheree(nom="Mesure à commencer"))
    fabrique.bilan_valide(fabrique.bilan_du(nom="Mesure à finir"), "final")
    suspendue = fabrique.active(nom="Mesure suspendue")
    with fabrique.au_nom_de("alice") as perimetre:
        actions.suspend_mesure(
            perimetre=perimetre, mesure_id=suspendue.pk, motif="hospitalisation", precision="",
            du=JOUR, au_prevu=JOUR + timedelta(days=30),
        )  # fmt: skip
    for valide in (False, True):
        mesure = fabrique.bilan_du(nom=f"Mesure renouvelable {valide}")
        fabrique.bilan_valide(mesure, "final", suite="renouveler")
        with fabrique.au_nom_de("alice") as perimetre:
            renouvellement = actions.propose_renouvellement(
                perimetre=perimetre, mesure_id=mesure.pk, mois=6, motif="Dette à solder.",
                derogation="Reprise récente",
                objectifs=[DonneesObjectif("Solder la dette", "impayes")],
            )  # fmt: skip
        if valide:
            with fabrique.au_nom_de("chef") as perimetre:
                actions.validate_renouvellement(
                    perimetre=perimetre, renouvellement_id=renouvellement.pk
                )

    _reorientations(fabrique)


def _reorientations(fabrique: Fabrique) -> None:
    """Requests that the funder may decide, that the team may complete, decided ones."""
    ailleurs = Ailleurs(fabrique)
    for rang, acte in enumerate(("", "send_back", "reject", "accept")):
        mesure = fabrique.active(nom=f"Mesure à réorienter {rang}")
        instances = Instance.objects.filter(pk=mesure.saisine.instance_id)
        instances.update(au=JOUR - timedelta(days=1))
        demande = ailleurs.demande(mesure)
        instances.update(au=None)
        if acte:
            ailleurs.acte("financeur", f"{acte}_reorientation", demande, motif="Vu le dossier")


def _parc(monde: Monde) -> None:
    """Offers and works in each state, a household housed."""
    for rang, actes in enumerate(((), ("visiter",), ("visiter", "retenir"))):
        logement = add_logement(monde, adresse=f"{rang + 1} rue des Offres")
        add_proprietaire(monde, logement, nom=f"Propriétaire {rang}")
        add_offre(monde, logement, *actes)
    for rang, statut in enumerate(("etudiee", "financee", "en_travaux", "abandonnee")):
        add_operation(monde, add_logement(monde, adresse=f"{rang + 1} rue des Travaux"), statut)
    logement = add_logement(monde, adresse="9 rue des Travaux")
    add_operation(monde, logement, "achevee", logement_adapte=True)
    add_entree(monde, add_menage(monde, nom="Logé"), logement)
    etudiee = add_operation(monde, add_logement(monde, adresse="10 rue des Travaux"))
    add_financement(monde, etudiee)


def _bureau(monde: Monde) -> None:
    """A draft, an import, a piece, a contact."""
    client = Client()
    client.force_login(monde.prescripteur, backend=DORSAL)
    client.post(reverse("demandes:nouvelle"), {"geste": "enregistrer", "telephone": "0600000001"})
    options: dict[str, Any] = {
        "convention": str(monde.convention.pk),
        "motif": "suroccupation",
        "information_menage_le": "2026-11-10",
    }
    perimetre = monde.perimetre("prescripteur")
    with ouvre_transaction(perimetre):
        receive_lot(
            perimetre=perimetre,
            genre="saisines",
            fichier=Fichier("saisines.csv", CSV.encode()),
            options=options,
        )
    menage = add_menage(monde, nom="Pièces")
    bring(monde, objet=("menages.menage", menage.pk), menage_id=menage.pk)
    save_contact(
        perimetre=monde.perimetre("administratrice"),
        organisation_id=monde.operateur.pk,
        donnees=DonneesContact("Jeanne Standard", "Accueil", "03 20 00 00 00"),
    )
