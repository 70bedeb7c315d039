"""The only writes on occupations."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from cariatide.baux.models import Occupation
from cariatide.baux.queries import explain_convention
from cariatide.baux.rules import check_entree, check_nouveau_titre, check_sortie
from cariatide.baux.statuts import ROLES_BAUX, MotifFin, NatureTitre
from cariatide.journal.actions import record_evenement
from cariatide.menages.actions import DonneesDomicile, lock_menage, move_domicile, write_fait
from cariatide.menages.models import Domicile, Menage
from cariatide.parc.actions import DonneesLogement, advance_offre, create_logement
from cariatide.parc.models import Logement, OffreLogement
from cariatide.parc.statuts import StatutOffre
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

OBJET = "baux.occupation"
STATUT_PAR_NATURE = {
    NatureTitre.SOUS_LOCATION: "sous_locataire",
    NatureTitre.BAIL_GLISSANT: "sous_locataire",
    NatureTitre.CONTRAT_RESIDENCE: "resident",
}


@dataclass(frozen=True)
class DonneesEntree:
    """An entry as a form gives it.

    cloture_precedente: the household leaves its present home that day, for this one.
    """

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
    cloture_precedente: bool = False


@dataclass(frozen=True)
class ChoixLogement:
    """The home entered: one of the stock, that of a kept offer, or one described here."""

    logement_id: int | None = None
    offre_id: int | None = None
    nouveau: DonneesLogement | None = None


def _mandat(perimetre: Perimetre, organisation_id: int) -> MandatEnVigueur:
    mandat = perimetre.find_mandat(ROLES_BAUX, organisation_id)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet d’enregistrer un titre d’occupation.")
    return mandat


def _niveau(menage: Menage) -> Niveau:
    """The journal keeps no value of the home of a protected household."""
    return Niveau.CONFIDENTIEL if menage.adresse_protegee else Niveau.FACTUEL


@dataclass(frozen=True)
class Ligne:
    """The line of the parcours that an act writes."""

    le: date
    titre: str
    detail: str
    ton: str = ""


def _write(
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    occupation: Occupation,
    nom: str,
    ligne: Ligne,
    *,
    avant: dict[str, object] | None = None,
    apres: dict[str, object],
) -> None:
    """One line of the parcours and one event of the journal for each act."""
    write_fait(
        perimetre=perimetre,
        menage_id=occupation.menage_id,
        le=ligne.le,
        domaine="baux",
        titre=ligne.titre,
        detail=ligne.detail,
        source=(OBJET, occupation.pk),
        ton=ligne.ton,
    )
    record_evenement(
        f"occupation.{nom}",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=occupation.pk,
        menage_id=occupation.menage_id,
        libelle=occupation.menage.reference,
        niveau=_niveau(occupation.menage),
        avant=avant,
        apres=apres,
    )


def _describe(menage: Menage, logement: Logement, nature: str) -> str:
    """The home in a few words, without its address when that of the household is protected."""
    detail = f"{logement.get_type_display()}, {NatureTitre(nature).label.lower()}"
    if menage.adresse_protegee:
        return detail
    return f"{logement.adresse}, {logement.commune}. {detail}"


def _check_convention(
    perimetre: Perimetre, menage_id: int, organisation_id: int, convention_id: int | None
) -> None:
    """The agreement is one that my organisation operates, or that links it today."""
    if convention_id is None:
        return
    message = explain_convention(perimetre, menage_id, organisation_id, convention_id)
    if message:
        raise ErreurMetier(message, {"convention": message})


@transaction.atomic
def enter_logement(
    *,
    perimetre: Perimetre,
    menage_id: int,
    organisation_id: int,
    choix: ChoixLogement,
    donnees: DonneesEntree,
) -> Occupation:
    """The household enters a home however it is named; a kept offer is taken by the same act."""
    mandat = _mandat(perimetre, organisation_id)
    logement_id = choix.logement_id
    if choix.offre_id is not None:
        offre: OffreLogement = OffreLogement.objects.select_related("logement").find_visible(
            perimetre, choix.offre_id
        )
        logement_id = offre.logement_id
        if offre.statut == StatutOffre.RETENUE:
            advance_offre(
                perimetre=perimetre,
                offre_id=offre.pk,
                acte="capter",
                le=min(donnees.entree_le, perimetre.jour),
                version=offre.version,
            )
        elif offre.statut != StatutOffre.CAPTEE:
            message = "Cette offre n’est pas retenue."
            raise ErreurMetier(message, {"logement": message})
    elif choix.nouveau is not None:
        logement_id = create_logement(
            perimetre=perimetre, organisation_id=mandat.organisation_id, donnees=choix.nouveau
        ).pk
    if logement_id is None:
        message = "Choisissez un logement, ou décrivez-le."
        raise ErreurMetier(message, {"logement": message})
    return record_entree(
        perimetre=perimetre,
        menage_id=menage_id,
        logement_id=logement_id,
        organisation_id=organisation_id,
        donnees=donnees,
    )


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
    mandat = _mandat(perimetre, organisation_id)
    menage = lock_menage(perimetre, menage_id)
    logement: Logement = Logement.objects.select_for_update(of=("self",)).find_visible(
        perimetre, logement_id
    )
    check_entree(donnees.date_signature, donnees.entree_le, perimetre.jour)
    _check_convention(perimetre, menage_id, organisation_id, donnees.convention_id)
    current = (
        Occupation.objects.visible_to(perimetre)
        .filter(menage_id=menage_id, sortie_le__isnull=True)
        .first()
    )
    check_nouveau_titre(
        donnees.est_relogement, current is not None and current.logement_id == logement_id
    )
    if current is not None and donnees.cloture_precedente:
        record_sortie(
            perimetre=perimetre,
            occupation_id=current.pk,
            sortie_le=donnees.entree_le,
            motif=MotifFin.RELOGEMENT if donnees.est_relogement else MotifFin.FIN_DE_TITRE,
            version=current.version,
        )
    occupation = _build(menage, logement, organisation_id, donnees)
    _save(occupation)
    if donnees.domicile_suit:
        _follow_domicile(perimetre, menage, logement, donnees)
    titre = "Entrée dans un nouveau logement" if donnees.est_relogement else "Titre enregistré"
    _write(
        perimetre,
        mandat,
        occupation,
        "entree",
        Ligne(donnees.entree_le, titre, _describe(menage, logement, donnees.nature), "ok"),
        apres={"logement": logement.reference, "entree_le": donnees.entree_le},
    )
    return occupation


def _build(
    menage: Menage, logement: Logement, organisation_id: int, donnees: DonneesEntree
) -> Occupation:
    return Occupation(
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


def _save(occupation: Occupation) -> None:
    """Save; the two exclusion constraints speak French."""
    try:
        with transaction.atomic():
            occupation.save()
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


def _lock(perimetre: Perimetre, occupation_id: int, version: int) -> Occupation:
    occupation: Occupation = (
        Occupation.objects.select_for_update(of=("self",))
        .select_related("logement", "menage")
        .find_visible(perimetre, occupation_id)
    )
    if occupation.version != version:
        raise ConflitDeVersion("Quelqu’un d’autre a modifié cette occupation entre-temps.")
    return occupation


@transaction.atomic
def record_sortie(
    *, perimetre: Perimetre, occupation_id: int, sortie_le: date, motif: str, version: int
) -> Occupation:
    """The household leaves the home; the day of exit is free for the next one."""
    occupation = _lock(perimetre, occupation_id, version)
    mandat = perimetre.find_mandat(ROLES_BAUX)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet d’enregistrer une sortie.")
    if occupation.sortie_le is not None:
        raise ErreurMetier("La sortie est déjà enregistrée.")
    check_sortie(occupation.entree_le, sortie_le, perimetre.jour)
    occupation.sortie_le, occupation.motif_fin = sortie_le, motif
    occupation.version += 1
    occupation.save(update_fields=["sortie_le", "motif_fin", "version"])
    _write(
        perimetre,
        mandat,
        occupation,
        "sortie",
        Ligne(sortie_le, "Sortie du logement", MotifFin(motif).label),
        apres={"sortie_le": sortie_le, "motif": motif},
    )
    return occupation


@dataclass(frozen=True)
class CorrectionEntree:
    """What may be corrected of an entry: never the household nor the home."""

    nature: str
    date_signature: date
    entree_le: date
    convention_id: int | None
    est_relogement: bool
    loyer: Decimal | None
    charges: Decimal | None


@transaction.atomic
def correct_entree(
    *,
    perimetre: Perimetre,
    occupation_id: int,
    correction: CorrectionEntree,
    motif: str,
    version: int,
) -> Occupation:
    """Correct a mistake of typing, with its reason: the indicators read the corrected fact."""
    occupation = _lock(perimetre, occupation_id, version)
    mandat = _mandat(perimetre, occupation.organisation_id)
    if not motif.strip():
        message = "Dites pourquoi l’entrée est corrigée."
        raise ErreurMetier(message, {"motif": message})
    check_entree(correction.date_signature, correction.entree_le, perimetre.jour)
    if occupation.sortie_le and correction.entree_le > occupation.sortie_le:
        message = "L’entrée suivrait la sortie déjà enregistrée."
        raise ErreurMetier(message, {"entree_le": message})
    if correction.convention_id != occupation.convention_id:  # the present one was, in its day
        _check_convention(
            perimetre, occupation.menage_id, occupation.organisation_id, correction.convention_id
        )
    values = asdict(correction)
    avant = {
        nom: getattr(occupation, nom) for nom in values if getattr(occupation, nom) != values[nom]
    }
    if not avant:
        raise ErreurMetier("Rien n’a changé : il n’y a rien à corriger.")
    for nom in avant:
        setattr(occupation, nom, values[nom])
    occupation.version += 1
    _save(occupation)
    _write(
        perimetre,
        mandat,
        occupation,
        "corrigee",
        Ligne(perimetre.jour, "Correction de l’entrée dans le logement", motif.strip()),
        avant=avant,
        apres={**{nom: values[nom] for nom in avant}, "motif": motif.strip()},
    )
    return occupation
