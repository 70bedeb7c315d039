"""Seeded households, attached to an operator whose social worker opens the list."""

import random
from datetime import date, timedelta
from typing import Any

from cariatide.comptes.models import Utilisateur
from cariatide.menages.models import Menage, Rattachement
from cariatide.partenaires.models import Mandat, Organisation
from cariatide.partenaires.statuts import Role, TypeOrganisation
from cariatide.socle.normalisation import normalise
from cariatide.territoire.models import Commune
from cariatide.territoire.statuts import TypeCommune

JOUR = date(2026, 11, 22)
SYLLABES = ("ba", "lo", "mi", "ren", "dor", "vel", "tan", "gue", "sar", "pin", "lem", "cor")


def seed(nombre: int, graine: int = 20261122) -> Any:
    """Create `nombre` households, two thirds of them in the perimeter; returns the reader."""
    alea = random.Random(graine)  # noqa: S311  repeatable, not secret
    communes = list(
        Commune.objects.filter(departement_id="59", type=TypeCommune.ACTUELLE)
        .order_by("code")
        .values_list("pk", flat=True)
    )
    operateurs = [
        Organisation.objects.create(
            type=TypeOrganisation.OPERATEUR,
            nom=nom,
            nom_normalise=normalise(nom),
            du=date(2020, 1, 1),
        )
        for nom in ("Banc Sambre", "Banc Escaut")
    ]
    lecteur = Utilisateur.objects.create_user("banc@exemple.invalid", prenom="Banc", nom="Mesure")
    Mandat.objects.create(
        utilisateur=lecteur,
        organisation=operateurs[0],
        role=Role.TRAVAILLEUR_SOCIAL,
        du=date(2020, 1, 1),
    )
    menages = _menages(nombre, alea, communes)
    Rattachement.objects.bulk_create(
        (
            Rattachement(
                menage=m,
                organisation=operateurs[i % 3 == 2],
                niveau=2,
                motif="operateur",
                source_type="banc",
                source_id=m.pk,
                du=date(2023, 1, 1),
            )
            for i, m in enumerate(menages)
        ),
        batch_size=5000,
    )
    return lecteur


def _menages(nombre: int, alea: random.Random, communes: list[int]) -> list[Menage]:
    menages = []
    for i in range(nombre):
        nom = "".join(alea.choices(SYLLABES, k=3)).capitalize()
        menages.append(
            Menage(
                reference=f"M-2026-{i:07}",
                nom_usage=nom,
                nom_normalise=normalise(nom),
                recherche=normalise(nom),
                commune_id=alea.choice(communes),
                telephone="0600000000",
                dernier_contact_le=JOUR - timedelta(days=alea.randrange(900)),
                cree_le=JOUR - timedelta(days=alea.randrange(1200)),
            )
        )
    return Menage.objects.bulk_create(menages, batch_size=5000)
