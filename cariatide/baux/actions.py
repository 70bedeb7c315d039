"""The only writes on occupations."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from cariatide.baux.models import Occupation
from cariatide.baux.rules import check_entree, check_sortie
from cariatide.baux.statuts import MotifFin, NatureTitre
from cariatide.journal.actions import record_evenement
from cariatide.menages.actions import DonneesDomicile, lock_menage, move_domicile, write_fait
from cariatide.menages.models import Domicile, Menage
from cariatide.parc.models import Logement
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier
from cariatide.socle.perimetre import Perimetre

OBJET = "baux.occupation"
STATUT_PAR_NATURE = {
    NatureTitre.SOUS_LOCATION: "sous_locataire",
    NatureTitre.BAIL_GLISSANT: "sous_locataire",
    NatureTitre.CONTRAT_RESIDENCE: "resident",
}


@dataclass(frozen=True)
class DonneesEntree:
    """An entry as a form gives it."""

    nature: str
    date_signature: date
    entree_le: date
    convention_id: int | None = None
    est_relogement: bool = True
    loyer: Decimal | None = None
    charges: Decimal | None = None
    mesure_id: int | None = None
    saisine_id: int | None = None
    domicile_suit: bool = True


@transaction.atomic
def record_entree(
    *,
    perimetre: Perimetre,
    menage_id: int,
    logement_id: int,
    organisation_id: int,
    donnees: DonneesEntree,
) -> Occupation:
    """The household enters the home on that day; its address follows when it is its new dwelling.

    Raises ErreurMetier in words when the home or the household is already taken on that date.
    """
    menage = lock_menage(perimetre, menage_id)
    logement: Logement = Logement.objects.select_for_update(of=("self",)).find_visible(
        perimetre, logement_id
    )
    check_entree(donnees.date_signature, donnees.entree_le, perimetre.jour)
    occupation = Occupation(
        menage=menage,
        logement=logement,
        organisation_id=organisation_id,
        nature=donnees.nature,
        date_signature=donnees.date_signature,
        entree_le=donnees.entree_le,
        convention_id=donnees.convention_id,
        est_relogement=donnees.est_relogement,
        loyer=donnees.loyer if donnees.loyer is not None else logement.loyer,
        charges=donnees.charges if donnees.charges is not None else logement.charges,
        mesure_id=donnees.mesure_id,
        saisine_id=donnees.saisine_id,
    )
    _insert(occupation)
    if donnees.domicile_suit:
        _follow_domicile(perimetre, menage, logement, donnees)
    titre = "Entrée dans un nouveau logement" if donnees.est_relogement else "Titre enregistré"
    detail = f"{logement.get_type_display()}, {NatureTitre(donnees.nature).label.lower()}"
    if not menage.adresse_protegee:
        detail = f"{logement.adresse}, {logement.commune}. {detail}"
    write_fait(
        perimetre=perimetre,
        menage_id=menage_id,
        le=donnees.entree_le,
        domaine="baux",
        titre=titre,
        detail=detail,
        source=(OBJET, occupation.pk),
        ton="ok",
    )
    record_evenement(
        "occupation.entree",
        perimetre=perimetre,
        objet_type=OBJET,
        objet_id=occupation.pk,
        menage_id=menage_id,
        libelle=menage.reference,
        apres={"logement": logement.reference, "entree_le": donnees.entree_le},
    )
    return occupation


def _insert(occupation: Occupation) -> None:
    """Save; the two exclusion constraints speak French."""
    try:
        with transaction.atomic():
            occupation.save(force_insert=True)
    except IntegrityError as error:
        if "occupation_une_par_logement" in str(error):
            message = "Ce logement est déjà occupé à cette date."
            raise ErreurMetier(message, {"logement": message}) from error
        if "occupation_une_par_menage" in str(error):
            message = (
                "Ce ménage occupe déjà un logement à cette date : enregistrez d’abord sa sortie."
            )
            raise ErreurMetier(message, {"entree_le": message}) from error
        raise


def _follow_domicile(
    perimetre: Perimetre, menage: Menage, logement: Logement, donnees: DonneesEntree
) -> None:
    current = (
        Domicile.objects.unscoped(reason="domicile d’un ménage déjà obtenu dans le périmètre")
        .filter(menage_id=menage.pk, au__isnull=True)
        .first()
    )
    if current and current.du > donnees.entree_le:
        return  # a later dwelling is already known: this entry is history
    nature = NatureTitre(donnees.nature)
    locataire = "locataire_hlm" if logement.categorie == "hlm" else "locataire_prive"
    move_domicile(
        perimetre=perimetre,
        menage_id=menage.pk,
        domicile=DonneesDomicile(
            adresse=logement.adresse,
            complement=logement.complement,
            code_postal=logement.code_postal,
            commune_id=logement.commune_id,
            statut_occupation=STATUT_PAR_NATURE.get(nature, locataire),
            origine="logement",
        ),
        du=donnees.entree_le,
        protege=menage.adresse_protegee,
        version=menage.version,
    )


@transaction.atomic
def record_sortie(
    *, perimetre: Perimetre, occupation_id: int, sortie_le: date, motif: str, version: int
) -> Occupation:
    """The household leaves the home; the day of exit is free for the next one."""
    occupation: Occupation = (
        Occupation.objects.select_for_update(of=("self",))
        .select_related("logement")
        .find_visible(perimetre, occupation_id)
    )
    if occupation.version != version:
        raise ConflitDeVersion("Quelqu’un d’autre a modifié cette occupation entre-temps.")
    if occupation.sortie_le is not None:
        raise ErreurMetier("La sortie est déjà enregistrée.")
    check_sortie(occupation.entree_le, sortie_le, perimetre.jour)
    occupation.sortie_le, occupation.motif_fin = sortie_le, motif
    occupation.version += 1
    occupation.save(update_fields=["sortie_le", "motif_fin", "version"])
    write_fait(
        perimetre=perimetre,
        menage_id=occupation.menage_id,
        le=sortie_le,
        domaine="baux",
        titre="Sortie du logement",
        detail=MotifFin(motif).label,
        source=(OBJET, occupation.pk),
    )
    record_evenement(
        "occupation.sortie",
        perimetre=perimetre,
        objet_type=OBJET,
        objet_id=occupation.pk,
        menage_id=occupation.menage_id,
        libelle=occupation.logement.reference,
        apres={"sortie_le": sortie_le, "motif": motif},
    )
    return occupation
