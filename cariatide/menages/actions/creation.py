"""Creation of a household with its people and its dwelling."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from django.db import transaction

from cariatide.menages.actions.liens import OBJET, attach, record_menage, refresh_recherche
from cariatide.menages.models import Appartenance, Domicile, Menage, Personne
from cariatide.menages.rules import Membre, check_composition, check_naissance
from cariatide.menages.statuts import MotifRattachement, RoleMenage
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre
from cariatide.socle.phonetique import phonetise_personne
from cariatide.socle.references import next_reference


@dataclass(frozen=True)
class DonneesPersonne:
    """A person as a form or a file gives it."""

    nom: str
    prenom: str
    role: str = RoleMenage.REFERENT
    civilite: str = "non_precisee"
    naissance: date | None = None
    telephone: str = ""
    courriel: str = ""
    numero_allocataire: str = ""


@dataclass(frozen=True)
class DonneesDomicile:
    """Where the household lives."""

    adresse: str = ""
    complement: str = ""
    code_postal: str = ""
    commune_id: int | None = None
    statut_occupation: str = ""
    origine: str = ""


@dataclass(frozen=True)
class DonneesMenage:
    """A new household: at least its référent."""

    personnes: Sequence[DonneesPersonne]
    domicile: DonneesDomicile = field(default_factory=DonneesDomicile)
    telephone: str = ""
    courriel: str = ""
    adresse_protegee: bool = False
    public_plan: bool = False
    nom_usage: str = ""


@transaction.atomic
def create_menage(
    *,
    perimetre: Perimetre,
    donnees: DonneesMenage,
    mandat: MandatEnVigueur | None,
    niveau: Niveau = Niveau.FACTUEL,
    motif: MotifRattachement = MotifRattachement.CREATION,
    le: date | None = None,
) -> Menage:
    """Create a household with its people and dwelling, and attach it to the creator's organisation.

    le: day it is known from (today by default). Raises ErreurMetier for an impossible composition.
    """
    jour = le or perimetre.jour
    check_people(donnees.personnes, jour)
    menage = build_menage(donnees, jour, next_reference("M", jour.year))
    menage.save(force_insert=True)
    for personne in donnees.personnes:
        insert_membre(menage.pk, personne, jour)
    Domicile(
        menage=menage, protege=donnees.adresse_protegee, du=jour, **asdict(donnees.domicile)
    ).save(force_insert=True)
    if mandat:
        attach(
            menage_id=menage.pk,
            organisation_id=mandat.organisation_id,
            niveau=niveau,
            motif=motif,
            source=(OBJET, menage.pk),
            du=jour,
        )
    refresh_recherche(menage.pk)
    record_menage(
        "menage.cree",
        perimetre,
        menage,
        mandat=mandat,
        apres={"reference": menage.reference, "nom_usage": menage.nom_usage},
    )
    return menage


def check_people(personnes: Sequence[DonneesPersonne], jour: date) -> None:
    """Refuse an impossible birth or composition."""
    for personne in personnes:
        check_naissance(personne.naissance, jour)
    check_composition(
        [Membre(role=p.role, naissance=p.naissance, du=jour) for p in personnes], jour
    )


def build_menage(donnees: DonneesMenage, jour: date, reference: str) -> Menage:
    """The household of these people, not written."""
    referent = next(p for p in donnees.personnes if p.role == RoleMenage.REFERENT)
    nom_usage = donnees.nom_usage.strip() or _default_name(donnees.personnes)
    return Menage(
        reference=reference,
        nom_usage=nom_usage,
        nom_normalise=normalise(nom_usage),
        commune_id=donnees.domicile.commune_id,
        telephone=donnees.telephone or referent.telephone,
        courriel=donnees.courriel or referent.courriel,
        adresse_protegee=donnees.adresse_protegee,
        public_plan=donnees.public_plan,
        dernier_contact_le=jour,
        cree_le=jour,
    )


def _default_name(personnes: Sequence[DonneesPersonne]) -> str:
    """« Lefèvre – Diallo »: the names of the référent and the spouse, once each."""
    roles = (RoleMenage.REFERENT, RoleMenage.CONJOINT)
    noms = [p.nom.strip() for role in roles for p in personnes if p.role == role]
    return " – ".join(dict.fromkeys(noms))[:160]


def insert_membre(menage_id: int, donnees: DonneesPersonne, du: date) -> Appartenance:
    """Write a person and their membership, without any check: the callers did them."""
    personne = build_personne(donnees)
    personne.save(force_insert=True)
    appartenance = Appartenance(menage_id=menage_id, personne=personne, role=donnees.role, du=du)
    appartenance.save(force_insert=True)
    return appartenance


def build_personne(donnees: DonneesPersonne) -> Personne:
    """The person as given, not written."""
    return Personne(
        civilite=donnees.civilite,
        nom=donnees.nom.strip(),
        prenom=donnees.prenom.strip(),
        nom_normalise=normalise(f"{donnees.nom} {donnees.prenom}"),
        cle_phonetique=phonetise_personne(donnees.nom, donnees.prenom),
        naissance=donnees.naissance,
        telephone=donnees.telephone,
        courriel=donnees.courriel,
        numero_allocataire=donnees.numero_allocataire,
    )
