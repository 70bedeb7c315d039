"""The only writes on households, their members, their links and their parcours."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from cariatide.journal.actions import record_evenement
from cariatide.menages.models import (
    Appartenance,
    Domicile,
    FaitParcours,
    Menage,
    Personne,
    Rattachement,
)
from cariatide.menages.rules import Membre, check_composition, check_naissance
from cariatide.menages.statuts import MotifRattachement, RoleMenage
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre
from cariatide.socle.references import next_reference

OBJET = "menages.menage"


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
    for personne in donnees.personnes:
        check_naissance(personne.naissance, jour)
    check_composition(
        [Membre(role=p.role, naissance=p.naissance, du=jour) for p in donnees.personnes], jour
    )
    referent = next(p for p in donnees.personnes if p.role == RoleMenage.REFERENT)
    nom_usage = donnees.nom_usage.strip() or _default_name(donnees.personnes)
    menage = Menage(
        reference=next_reference("M", jour.year),
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
    menage.save(force_insert=True)
    for personne in donnees.personnes:
        _insert_membre(menage.pk, personne, jour)
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
    record_evenement(
        "menage.cree",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=menage.pk,
        menage_id=menage.pk,
        libelle=str(menage),
        apres={"reference": menage.reference, "nom_usage": nom_usage},
    )
    return menage


def _default_name(personnes: Sequence[DonneesPersonne]) -> str:
    """« Lefèvre – Diallo »: the names of the référent and the spouse, once each."""
    roles = (RoleMenage.REFERENT, RoleMenage.CONJOINT)
    noms = [p.nom.strip() for role in roles for p in personnes if p.role == role]
    return " – ".join(dict.fromkeys(noms))[:160]


def _insert_membre(menage_id: int, donnees: DonneesPersonne, du: date) -> Appartenance:
    personne = Personne(
        civilite=donnees.civilite,
        nom=donnees.nom.strip(),
        prenom=donnees.prenom.strip(),
        nom_normalise=normalise(f"{donnees.nom} {donnees.prenom}"),
        naissance=donnees.naissance,
        telephone=donnees.telephone,
        courriel=donnees.courriel,
        numero_allocataire=donnees.numero_allocataire,
    )
    personne.save(force_insert=True)
    appartenance = Appartenance(menage_id=menage_id, personne=personne, role=donnees.role, du=du)
    appartenance.save(force_insert=True)
    return appartenance


def lock_menage(perimetre: Perimetre, menage_id: int, version: int | None = None) -> Menage:
    """Lock a household of the perimeter for writing; a stale version raises ConflitDeVersion."""
    menage: Menage = Menage.objects.select_for_update(of=("self",)).find_visible(
        perimetre, menage_id
    )
    if version is not None and menage.version != version:
        raise ConflitDeVersion(
            "Quelqu’un d’autre a modifié ce ménage depuis l’ouverture de la page. "
            "Comparez les deux versions avant d’enregistrer."
        )
    return menage


def attach(
    *,
    menage_id: int,
    organisation_id: int,
    niveau: Niveau,
    motif: MotifRattachement,
    source: tuple[str, int],
    du: date,
    au: date | None = None,
    utilisateur_id: int | None = None,
    convention_id: int | None = None,
) -> Rattachement:
    """Give an organisation (or one of its people) a level on a household. Idempotent by source.

    The same source with other dates or level updates its link instead of adding one.
    """
    rattachement, _ = Rattachement.objects.update_or_create(
        menage_id=menage_id,
        organisation_id=organisation_id,
        utilisateur_id=utilisateur_id,
        motif=motif,
        source_type=source[0],
        source_id=source[1],
        defaults={"niveau": int(niveau), "du": du, "au": au, "convention_id": convention_id},
    )
    return rattachement


def detach(
    *, source: tuple[str, int], au: date, utilisateur_id: int | None = None, motif: str = ""
) -> int:
    """End the links written by one source on `au` (those still open then); returns how many."""
    links = Rattachement.objects.filter(source_type=source[0], source_id=source[1]).filter(
        Q(au__isnull=True) | Q(au__gt=au)
    )
    if utilisateur_id is not None:
        links = links.filter(utilisateur_id=utilisateur_id)
    if motif:
        links = links.filter(motif=motif)
    # A link that starts after its end is impossible: it then ends the day it starts.
    late = links.filter(du__gt=au).update(au=F("du"))
    return late + links.filter(du__lte=au).update(au=au)


def write_fait(
    *,
    perimetre: Perimetre,
    menage_id: int,
    le: date,
    domaine: str,
    titre: str,
    source: tuple[str, int],
    detail: str = "",
    niveau: Niveau = Niveau.FACTUEL,
    ton: str = "",
    contact: bool = False,
) -> FaitParcours:
    """Write one line of the household's parcours; every transition and issued document does.

    contact: the fact is a contact with the household: it restarts the retention clock.
    ton: "", "ok", "bad" (colour of the dot, never the only sign).
    """
    fait = FaitParcours(
        menage_id=menage_id,
        date=le,
        domaine=domaine,
        titre=titre[:200],
        detail=detail[:300],
        auteur=_author(perimetre),
        niveau=int(niveau),
        source_type=source[0],
        source_id=source[1],
        ton=ton,
    )
    fait.save(force_insert=True)
    if contact:
        Menage.objects.unscoped(reason="horloge de conservation").filter(
            pk=menage_id, dernier_contact_le__lt=le
        ).update(dernier_contact_le=le)
    return fait


def _author(perimetre: Perimetre) -> str:
    organisations = ", ".join(dict.fromkeys(m.organisation for m in perimetre.mandats))
    return (
        f"{perimetre.utilisateur} · {organisations}"[:200]
        if organisations
        else perimetre.utilisateur
    )


def refresh_recherche(menage_id: int) -> None:
    """Rebuild the search column of a household: F fields only, never a protected address."""
    reason = "colonne de recherche"
    menage = Menage.objects.unscoped(reason=reason).get(pk=menage_id)
    personnes = (
        Personne.objects.unscoped(reason=reason)
        .filter(appartenances__menage_id=menage_id)
        .values_list("nom_normalise", "telephone")
    )
    words: list[str] = [menage.nom_normalise, menage.reference.lower(), menage.telephone]
    for nom, telephone in personnes:
        words += [nom, telephone]
    domicile = (
        Domicile.objects.unscoped(reason=reason)
        .filter(menage_id=menage_id, protege=False, au__isnull=True)
        .values_list("adresse", "code_postal", "commune__nom")
        .first()
    )
    if domicile and not menage.adresse_protegee:
        words += [normalise(part or "") for part in domicile]
    text = " ".join(dict.fromkeys(w for part in words for w in part.split() if w))
    Menage.objects.unscoped(reason=reason).filter(pk=menage_id).update(recherche=text)


def check_fields(donnees: dict[str, Any], requis: dict[str, str]) -> None:
    """Raise one error that names every missing field with its own message."""
    missing = {nom: message for nom, message in requis.items() if not donnees.get(nom)}
    if missing:
        raise ErreurMetier("Des informations manquent.", missing)
