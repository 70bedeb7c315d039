"""Writes on homes and owners."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from cariatide.journal.actions import record_evenement
from cariatide.parc.models import Logement, Proprietaire, Propriete
from cariatide.parc.rules import check_fait, check_logement, refuse
from cariatide.parc.statuts import ROLES_PARC, NatureProprietaire
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre
from cariatide.socle.references import next_reference

OBJET = "parc.logement"
OBJET_PROPRIETAIRE = "parc.proprietaire"


@dataclass(frozen=True)
class DonneesLogement:
    """A home as a form gives it."""

    adresse: str
    code_postal: str
    commune_id: int
    type: str
    categorie: str
    complement: str = ""
    surface: Decimal | None = None
    etage: int | None = None
    annee_construction: int | None = None
    chauffage: str = ""
    dpe: str = ""
    dpe_le: date | None = None
    loyer: Decimal | None = None
    charges: Decimal | None = None
    accessible: bool = False


@dataclass(frozen=True)
class DonneesProprietaire:
    """An owner as a form gives it; bailleur_id: its account among the partners, when it has one."""

    nature: str
    nom: str
    bailleur_id: int | None = None
    adresse: str = ""
    code_postal: str = ""
    ville: str = ""
    telephone: str = ""
    courriel: str = ""


def _mandat(perimetre: Perimetre, organisation_id: int) -> MandatEnVigueur:
    mandat = perimetre.find_mandat(ROLES_PARC, organisation_id)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet d’enregistrer un logement ici.")
    return mandat


def lock_logement(perimetre: Perimetre, logement_id: int, version: int | None = None) -> Logement:
    """Lock a home of the perimeter for writing; a stale version raises ConflitDeVersion."""
    logement: Logement = Logement.objects.select_for_update(of=("self",)).find_visible(
        perimetre, logement_id
    )
    if version is not None and logement.version != version:
        raise ConflitDeVersion("Quelqu’un d’autre a modifié ce logement entre-temps.")
    return logement


def _fill(logement: Logement, donnees: DonneesLogement, jour: date) -> None:
    check_logement(
        annee=donnees.annee_construction,
        dpe=donnees.dpe,
        dpe_le=donnees.dpe_le,
        surface=donnees.surface,
        jour=jour,
    )
    for nom, valeur in asdict(donnees).items():
        setattr(logement, nom, valeur)
    logement.adresse = donnees.adresse.strip()
    logement.adresse_normalisee = normalise(f"{logement.adresse} {donnees.complement}")[:200]


def _refuse_doublon(logement: Logement) -> None:
    """The same door twice: its rows would share the occupations of one home."""
    twin = (
        Logement.objects.unscoped(reason="doublon d’adresse dans la même organisation")
        .filter(
            organisation_id=logement.organisation_id,
            commune_id=logement.commune_id,
            adresse_normalisee=logement.adresse_normalisee,
        )
        .exclude(pk=logement.pk)
        .values_list("reference", flat=True)
        .first()
    )
    if twin:
        raise refuse(
            f"Le logement {twin} a la même adresse. Si c’est un autre logement, "
            "précisez le bâtiment, l’étage ou la porte.",
            "complement",
        )


@transaction.atomic
def create_logement(
    *, perimetre: Perimetre, organisation_id: int, donnees: DonneesLogement
) -> Logement:
    """Record a home in the stock of one of my organisations."""
    mandat = _mandat(perimetre, organisation_id)
    logement = Logement(organisation_id=organisation_id, cree_le=perimetre.jour)
    _fill(logement, donnees, perimetre.jour)
    _refuse_doublon(logement)
    logement.reference = next_reference("L", perimetre.jour.year)
    logement.save(force_insert=True)
    if not Logement.objects.visible_to(perimetre).filter(pk=logement.pk).exists():
        raise refuse("Cette commune est hors du territoire de votre mandat.", "commune")
    record_evenement(
        "logement.cree",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=logement.pk,
        libelle=logement.reference,
        apres=asdict(donnees),
    )
    return logement


@transaction.atomic
def update_logement(
    *, perimetre: Perimetre, logement_id: int, version: int, donnees: DonneesLogement
) -> Logement:
    """Correct or complete a home."""
    logement = lock_logement(perimetre, logement_id, version)
    mandat = _mandat(perimetre, logement.organisation_id)
    avant = {nom: getattr(logement, nom) for nom in asdict(donnees)}
    _fill(logement, donnees, perimetre.jour)
    _refuse_doublon(logement)
    logement.version += 1
    logement.save()
    apres = {nom: getattr(logement, nom) for nom in avant}
    record_evenement(
        "logement.modifie",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=logement.pk,
        libelle=logement.reference,
        avant={nom: v for nom, v in avant.items() if v != apres[nom]},
        apres={nom: v for nom, v in apres.items() if v != avant[nom]},
    )
    return logement


def _fill_proprietaire(proprietaire: Proprietaire, donnees: DonneesProprietaire) -> None:
    if donnees.nature == NatureProprietaire.PERSONNE_PHYSIQUE and donnees.bailleur_id:
        raise refuse("Une personne physique n’est pas un bailleur partenaire.", "bailleur")
    for nom, valeur in asdict(donnees).items():
        setattr(proprietaire, nom, valeur)
    proprietaire.nom = donnees.nom.strip()
    proprietaire.nom_normalise = normalise(proprietaire.nom)[:160]


@transaction.atomic
def create_proprietaire(
    *, perimetre: Perimetre, organisation_id: int, donnees: DonneesProprietaire
) -> Proprietaire:
    """Record an owner among those that the organisation knows."""
    mandat = _mandat(perimetre, organisation_id)
    proprietaire = Proprietaire(organisation_id=organisation_id)
    _fill_proprietaire(proprietaire, donnees)
    proprietaire.save(force_insert=True)
    record_evenement(
        "proprietaire.cree",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_PROPRIETAIRE,
        objet_id=proprietaire.pk,
        libelle=proprietaire.nom,
    )
    return proprietaire


@transaction.atomic
def update_proprietaire(
    *, perimetre: Perimetre, proprietaire_id: int, version: int, donnees: DonneesProprietaire
) -> Proprietaire:
    """Correct or complete an owner."""
    proprietaire: Proprietaire = Proprietaire.objects.select_for_update(of=("self",)).find_visible(
        perimetre, proprietaire_id
    )
    if proprietaire.version != version:
        raise ConflitDeVersion("Quelqu’un d’autre a modifié ce propriétaire entre-temps.")
    mandat = _mandat(perimetre, proprietaire.organisation_id)
    avant = {nom: getattr(proprietaire, nom) for nom in asdict(donnees)}
    _fill_proprietaire(proprietaire, donnees)
    proprietaire.version += 1
    proprietaire.save()
    changed = [nom for nom, valeur in avant.items() if getattr(proprietaire, nom) != valeur]
    record_evenement(
        "proprietaire.modifie",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_PROPRIETAIRE,
        objet_id=proprietaire.pk,
        libelle=proprietaire.nom,
        avant={nom: avant[nom] for nom in changed},
        apres={nom: getattr(proprietaire, nom) for nom in changed},
    )
    return proprietaire


@transaction.atomic
def change_proprietaire(
    *, perimetre: Perimetre, logement_id: int, proprietaire_id: int, du: date, version: int
) -> Propriete:
    """The home belongs to that owner from `du`; the former one keeps its dates."""
    logement = lock_logement(perimetre, logement_id, version)
    mandat = _mandat(perimetre, logement.organisation_id)
    proprietaire: Proprietaire = Proprietaire.objects.find_visible(perimetre, proprietaire_id)
    if proprietaire.organisation_id != logement.organisation_id:
        raise refuse("Ce propriétaire est connu d’une autre organisation.", "proprietaire")
    check_fait(du, perimetre.jour, "du")
    current: Propriete | None = (
        Propriete.objects.visible_to(perimetre)
        .select_for_update(of=("self",))
        .filter(logement=logement)
        .order_by("-du")
        .first()
    )
    if current is not None:
        if current.proprietaire_id == proprietaire_id:
            raise refuse("Le logement appartient déjà à ce propriétaire.", "proprietaire")
        if du <= current.du:
            raise refuse(
                f"Le propriétaire actuel l’est depuis le {current.du:%d/%m/%Y} : "
                "la nouvelle date vient après.",
                "du",
            )
        current.au = du - timedelta(days=1)
        current.save(update_fields=["au"])
    propriete = Propriete(logement=logement, proprietaire=proprietaire, du=du)
    propriete.save(force_insert=True)
    logement.version += 1
    logement.save(update_fields=["version"])
    record_evenement(
        "logement.proprietaire_change",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=logement.pk,
        libelle=logement.reference,
        avant={"proprietaire": current.proprietaire_id if current else None},
        apres={"proprietaire": proprietaire.pk, "du": du},
    )
    return propriete
