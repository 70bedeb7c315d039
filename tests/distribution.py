"""The same cast in every test.

Alice: référente (travailleuse sociale) at the operator. Bob: pilote (chargé du plan) at the
département. Charlie: travailleur social of another operator, on another territory. Dora:
secrétariat of the commission. Ève: an account without any mandate. And beside them the prescriber,
the member of the séance, the head of service, the funder, the data-protection officer, the
administrator of the operator.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cariatide.comptes.models import Utilisateur
from cariatide.menages.actions import DonneesDomicile, DonneesMenage, DonneesPersonne, create_menage
from cariatide.menages.models import Menage
from cariatide.partenaires.models import Convention, Mandat, Objectif, Organisation
from cariatide.partenaires.queries import build_perimetre
from cariatide.partenaires.statuts import Role, TypeConvention, TypeOrganisation, UniteObjectif
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.territoire.models import Commune
from cariatide.territoire.statuts import TypeCommune

JOUR = date(2026, 11, 22)
DEBUT = date(2020, 1, 1)


@dataclass
class Monde:
    """Organisations, people and the agreement of the tests."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    personnes: dict[str, Utilisateur] = field(default_factory=dict)
    convention: Any = None
    commune: Any = None

    def __getattr__(self, nom: str) -> Any:
        for source in (self.personnes, self.organisations):
            if nom in source:
                return source[nom]
        raise AttributeError(nom)

    def perimetre(self, nom: str, jour: date = JOUR) -> Perimetre:
        """The perimeter of one of the cast on a day."""
        return build_perimetre(self.personnes[nom], jour)

    def cumule(self, *mandats: tuple[Role, str]) -> Perimetre:
        """Ève with these mandates (role, code of the organisation), in that order.

        Whoever reads by one mandate and would write by another, elsewhere, writes nothing: the
        rights of two mandates never combine.
        """
        Mandat.objects.filter(utilisateur=self.personnes["eve"]).delete()
        for role, organisation in mandats:
            Mandat.objects.create(
                utilisateur=self.personnes["eve"],
                organisation=self.organisations[organisation],
                role=role,
                du=DEBUT,
            )
        return self.perimetre("eve")


ORGANISATIONS = {
    "operateur": (TypeOrganisation.OPERATEUR, "Habitat Test"),
    "autre_operateur": (TypeOrganisation.OPERATEUR, "Toits d’ailleurs"),
    "departement": (TypeOrganisation.DEPARTEMENT, "Conseil départemental de test"),
    "ccas": (TypeOrganisation.CCAS, "CCAS de test"),
    "bailleur": (TypeOrganisation.BAILLEUR_SOCIAL, "Logis de test"),
    "prefecture": (TypeOrganisation.PREFECTURE, "Préfecture de test"),
}
PERSONNES = {
    "alice": ("Alice", "Renard", "operateur", Role.TRAVAILLEUR_SOCIAL),
    "collegue": ("Agnès", "Colin", "operateur", Role.TRAVAILLEUR_SOCIAL),
    "chef": ("Claire", "Chevalier", "operateur", Role.CHEF_DE_SERVICE),
    "technicien": ("Théo", "Tisserand", "operateur", Role.TECHNICIEN),
    "administratrice": ("Aude", "Admin", "operateur", Role.ADMINISTRATEUR),
    "bob": ("Bob", "Pilote", "departement", Role.CHARGE_DU_PLAN),
    "dora": ("Dora", "Michel", "departement", Role.SECRETARIAT),
    "financeur": ("Fanny", "Fonds", "departement", Role.FINANCEUR),
    "dpo": ("Denise", "Garde", "departement", Role.PROTECTION_DES_DONNEES),
    "prescripteur": ("Paul", "Prévost", "ccas", Role.PRESCRIPTEUR),
    "membre": ("Manon", "Siège", "prefecture", Role.MEMBRE_COMMISSION),
    "technique": ("Tina", "Serveur", "departement", Role.ADMINISTRATEUR_TECHNIQUE),
    "charlie": ("Charlie", "Loin", "autre_operateur", Role.TRAVAILLEUR_SOCIAL),
}


def build_monde() -> Monde:
    """Create the cast in the current transaction."""
    monde = Monde()
    for code, (type_, nom) in ORGANISATIONS.items():
        monde.organisations[code] = Organisation.objects.create(
            type=type_, nom=nom, nom_normalise=normalise(nom), du=DEBUT
        )
    for code, (prenom, nom, organisation, role) in PERSONNES.items():
        monde.personnes[code] = add_personne(prenom, nom)
        Mandat.objects.create(
            utilisateur=monde.personnes[code],
            organisation=monde.organisations[organisation],
            role=role,
            du=DEBUT,
        )
    monde.personnes["eve"] = add_personne("Ève", "Sans-Mandat")
    monde.commune = Commune.objects.get(code="59392", type=TypeCommune.ACTUELLE)
    monde.convention = Convention.objects.create(
        type=TypeConvention.MOUS,
        reference="MOUS-2025",
        intitule="MOUS habitat 2025-2027",
        commanditaire=monde.organisations["departement"],
        operateur=monde.organisations["operateur"],
        du=date(2025, 1, 1),
        au=date(2027, 12, 31),
        signee_le=date(2024, 12, 15),
    )
    Objectif.objects.create(
        convention=monde.convention, unite=UniteObjectif.MENAGES, minimum=20, maximum=30
    )
    Objectif.objects.create(
        convention=monde.convention, unite=UniteObjectif.LOGEMENTS_ADAPTES, minimum=5
    )
    return monde


def add_personne(prenom: str, nom: str) -> Utilisateur:
    """An account of the tests."""
    courriel = f"{normalise(prenom)}.{normalise(nom)}".replace(" ", "-")
    return Utilisateur.objects.create_user(
        f"{courriel}@test.invalid", "motdepasse-de-test", prenom=prenom, nom=nom
    )


def add_menage(
    monde: Monde,
    qui: str = "alice",
    nom: str = "Lefèvre",
    niveau: Niveau = Niveau.CONFIDENTIEL,
    **options: Any,
) -> Menage:
    """A household attached to the organisation of one of the cast."""
    perimetre = monde.perimetre(qui)
    return create_menage(
        perimetre=perimetre,
        mandat=perimetre.mandats[0],
        niveau=niveau,
        le=options.pop("le", date(2026, 1, 15)),
        donnees=DonneesMenage(
            personnes=[DonneesPersonne(nom=nom, prenom="Camille", naissance=date(1990, 5, 4))],
            domicile=DonneesDomicile(
                adresse="3 impasse du Moulin", code_postal="59600", commune_id=monde.commune.pk
            ),
            telephone="0600000000",
            **options,
        ),
    )
