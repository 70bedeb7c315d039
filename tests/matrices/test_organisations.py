"""Routes × roles × organisations: the right role in another organisation finds nothing.

Real objects of one organisation, an account of each role in another one that no link names: every
route that takes such an object answers 404, reads and acts alike, and nothing is written.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db.models import Model
from django.urls import reverse

from cariatide.conformite.actions import open_exception
from cariatide.echanges.actions import save_filtre
from cariatide.journal.models import Consultation, Evenement
from cariatide.menages.actions import merge_menages
from cariatide.mesures.actions import issue_contrat
from cariatide.partenaires.statuts import Role
from cariatide.socle.access import ModeleProtege
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import perimetre_systeme
from cariatide.web.documentation import Route, list_routes
from tests.alertes.conftest import compute
from tests.commission.fabrique import add_dossier, add_instance, inscribe, plan, register_faux
from tests.conformite.test_partages import share_composition as partage
from tests.distribution import JOUR, Monde, add_menage
from tests.matrices.routes import PARAMETRE, add_role
from tests.menages.test_regroupement import couple_separe, join
from tests.mesures.conftest import Fabrique
from tests.navigateur import decor
from tests.navigateur.routes import OBJETS, PARTICULIERS, PERSONNELS
from tests.poste.fabrique import letter, prepare

pytestmark = pytest.mark.django_db
MOTIF = "objets des essais"
PAR_MODELE = 1
# They go beyond their organisation, and the technical administrator alone grants them.
AU_DELA = {Role.PROTECTION_DES_DONNEES, Role.ADMINISTRATEUR_TECHNIQUE}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield
    logging.disable(logging.NOTSET)


def build(monde: Monde) -> None:
    """Something of each protected kind, all of it of the operator and its partners."""
    decor._mesures(monde)
    decor._parc(monde)
    decor._bureau(monde)
    fabrique = Fabrique(monde)
    a_signer = fabrique.proposee(nom="Contrat")
    fabrique.objectif(a_signer)
    fabrique.visite(a_signer, JOUR, note="Visite", personnelle="À moi")
    with fabrique.au_nom_de("alice") as perimetre:
        issue_contrat(
            perimetre=perimetre, mesure_id=a_signer.pk, debut=JOUR, frequence="Chaque semaine"
        )
        save_filtre(
            perimetre=perimetre, liste="menages", nom="Les miens", requete="q=a", partage=True
        )
    garde, absorbe = add_menage(monde, nom="Deux"), add_menage(monde, nom="Deux")
    with fabrique.au_nom_de("chef") as perimetre:
        merge_menages(
            perimetre=perimetre, garde_id=garde.pk, absorbe_id=absorbe.pk, motif="Une seule"
        )
    join(monde, *couple_separe(monde))
    prepare(monde, letter(monde))
    with ouvre_transaction(monde.perimetre("dpo")):
        open_exception(
            perimetre=monde.perimetre("dpo"),
            reference=garde.reference,
            motif="Plainte reçue sur ce dossier",
            heures=1,
        )
    partage(monde, add_menage(monde, nom="Partagé"))
    compute(a_signer.ouverte_le + timedelta(days=400))
    with register_faux() as faux:
        inscribe(monde, plan(monde, add_instance(monde)), add_dossier(monde, faux))


def find_modele(route: Route) -> type[Model] | None:
    """The protected model that the last argument of the address names."""
    arguments = [nom for _, nom in PARAMETRE.findall(route.chemin)]
    label = arguments and (
        PARTICULIERS.get((route.nom, arguments[-1])) or OBJETS.get(arguments[-1])
    )
    modele = apps.get_model(label) if label else None
    return modele if modele and issubclass(modele, ModeleProtege) else None


def list_objets(modele: type[Model], monde: Monde) -> list[Any]:
    """The first ones; a personal note is read as its author, whom the row rule knows."""
    if modele._meta.label in PERSONNELS:
        perimetre, systeme = monde.perimetre("alice"), ""
    else:
        perimetre, systeme = perimetre_systeme(MOTIF, JOUR), MOTIF
    with ouvre_transaction(perimetre, systeme=systeme):
        rows = modele.objects.unscoped(reason=MOTIF)  # type: ignore[attr-defined]
        return list(rows.order_by("pk")[:PAR_MODELE])


def list_adresses(routes: list[Route], monde: Monde) -> Iterator[tuple[Route, str]]:
    known: dict[type[Model], list[Any]] = {}
    for route in routes:
        modele = find_modele(route)
        assert modele is not None
        if modele not in known:
            known[modele] = list_objets(modele, monde)
        *others, last = [nom for _, nom in PARAMETRE.findall(route.chemin)]
        for objet in known[modele]:
            champ = last if (route.nom, last) in PARTICULIERS else "pk"
            values = {nom: getattr(objet, nom, objet.pk) for nom in others}
            yield route, reverse(route.nom, kwargs={**values, last: getattr(objet, champ)})


def test_another_organisation_finds_nothing(monde: Monde, client_de: Any) -> None:
    build(monde)
    routes = [
        r
        for r in list_routes()
        if find_modele(r) is not None and r.acces is not None and r.acces.roles - AU_DELA
    ]
    assert len(routes) > 80
    adresses = list(list_adresses(routes, monde))
    assert {r.nom for r in routes} - {r.nom for r, _ in adresses} == set(), "an object is missing"
    comptes = {r: add_role(r, monde.autre_operateur) for r in Role if r not in AU_DELA}
    before = (Evenement.objects.count(), Consultation.objects.count())
    fautes = []
    for role, compte in comptes.items():
        with client_de(compte) as c:
            for route, adresse in adresses:
                assert route.acces is not None
                if role.value not in route.acces.roles:
                    continue
                lu, envoye = c.get(adresse).status_code, c.post(adresse, {}).status_code
                if lu not in (404, 405) or envoye not in (404, 405) or lu == envoye == 405:
                    fautes.append(f"{route.nom} {role.value} : lu {lu}, envoyé {envoye}")
    assert not fautes, "\n".join(sorted(set(fautes)))
    assert (Evenement.objects.count(), Consultation.objects.count()) == before
