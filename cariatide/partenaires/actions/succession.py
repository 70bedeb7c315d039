"""A reform ends an organisation and another takes over: DDASS, then DDCS, then DDETS."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from cariatide.journal.actions import record_evenement
from cariatide.partenaires.actions.commun import (
    ORGANISATION,
    check_version,
    lock_organisation,
    refuse,
    require_technique,
)
from cariatide.partenaires.actions.organisations import DonneesOrganisation, clean_organisation
from cariatide.partenaires.models import Convention, Invitation, Mandat, Organisation, Succession
from cariatide.partenaires.ports import reprises
from cariatide.partenaires.queries import list_predecesseurs
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre


@transaction.atomic
def record_succession(
    *,
    perimetre: Perimetre,
    ancienne_id: int,
    version: int,
    le: date,
    donnees: DonneesOrganisation | None = None,
    nouvelle_id: int | None = None,
) -> Organisation:
    """End one on the eve of `le` and hand over to its successor, new (`donnees`) or already known.

    People keep their mandates in the new one from `le`, and so do the links of households (port
    `reprises`). What happened before keeps the old name. Recorded for each of those that merge, the
    first one describing the new organisation.
    """
    mandat = require_technique(perimetre)
    ancienne = lock_organisation(ancienne_id)
    check_version(ancienne.version, version, "cette organisation")
    _check_succession(ancienne, le, perimetre.jour)
    nouvelle = _find_or_create(ancienne, le, donnees, nouvelle_id)
    _end(ancienne, le - timedelta(days=1))
    moved = _move_mandats(ancienne.pk, nouvelle.pk, le)
    conventions = _move_conventions(ancienne.pk, nouvelle.pk, le)
    reprises_faites = _transfer(ancienne, nouvelle, le)
    record_evenement(
        "organisation.succession",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=ORGANISATION,
        objet_id=nouvelle.pk,
        libelle=f"{ancienne.nom} → {nouvelle.nom}",
        avant={"organisation": ancienne.pk, "au": ancienne.au},
        apres={
            "organisation": nouvelle.pk,
            "du": le,
            "mandats": moved,
            "conventions": conventions,
            **reprises_faites,
        },
    )
    return nouvelle


def _check_succession(ancienne: Organisation, le: date, jour: date) -> None:
    """Recorded on its day or later: until then the former organisation acts on its files."""
    if le > jour:
        raise refuse("le", "Une succession s’enregistre à partir de sa date, pas avant.")
    if ancienne.au is not None and ancienne.au < le - timedelta(days=1):
        raise ErreurMetier(
            f"« {ancienne} » a pris fin avant cette date.",
            {"le": f"Choisissez au plus tard le lendemain du {ancienne.au:%d/%m/%Y}."},
        )
    if le <= ancienne.du:
        raise refuse("le", "La succession vient après la création de l’organisation.")


def _find_or_create(
    ancienne: Organisation,
    le: date,
    donnees: DonneesOrganisation | None,
    nouvelle_id: int | None,
) -> Organisation:
    if nouvelle_id is None:
        if donnees is None:
            raise refuse("nouvelle", "Choisissez l’organisation qui succède, ou décrivez-la.")
        valeurs = clean_organisation(donnees, None)
        nouvelle = Organisation.objects.create(**valeurs, du=le)
        Succession.objects.create(ancienne=ancienne, nouvelle=nouvelle, le=le)
        return nouvelle
    if nouvelle_id == ancienne.pk:
        raise refuse("nouvelle", "Une organisation ne succède pas à elle-même.")
    nouvelle = lock_organisation(nouvelle_id)
    if nouvelle.pk in {o.pk for o in list_predecesseurs(ancienne)}:
        raise refuse("nouvelle", f"« {nouvelle} » précède déjà « {ancienne} ».")
    if nouvelle.du > le or (nouvelle.au is not None and nouvelle.au < le):
        raise refuse("nouvelle", f"« {nouvelle} » n’est pas en vigueur à cette date.")
    Succession.objects.update_or_create(ancienne=ancienne, nouvelle=nouvelle, defaults={"le": le})
    nouvelle.version += 1
    nouvelle.save(update_fields=["version"])
    return nouvelle


def _transfer(ancienne: Organisation, nouvelle: Organisation, le: date) -> dict[str, int]:
    """What each domain hands over. Refused in words when both hold what only one may hold."""
    try:
        with transaction.atomic():
            return {
                code: reprise.transfer(ancienne_id=ancienne.pk, nouvelle_id=nouvelle.pk, le=le)
                for code, reprise in reprises.items()
            }
    except IntegrityError as erreur:
        raise ActeRefuse(
            f"« {ancienne} » et « {nouvelle} » tiennent toutes deux ce qu’une seule peut tenir "
            "(deux instances du même nom, par exemple) : fermez ou renommez l’un des deux d’abord."
        ) from erreur


def _end(organisation: Organisation, au: date) -> None:
    organisation.au = au
    organisation.version += 1
    organisation.save(update_fields=["au", "version"])
    Invitation.objects.filter(
        organisation=organisation, acceptee_le__isnull=True, annulee_le__isnull=True
    ).delete()


def _move_mandats(ancienne_id: int, nouvelle_id: int, le: date) -> int:
    """Mandates in force on `le` or later go on in the new organisation; those before stay."""
    open_ones = Mandat.objects.filter(Q(au__isnull=True) | Q(au__gte=le), organisation=ancienne_id)
    moved = 0
    for mandat in open_ones.select_for_update(of=("self",)).order_by("id"):
        suite = Mandat(
            utilisateur_id=mandat.utilisateur_id,
            organisation_id=nouvelle_id,
            role=mandat.role,
            secteur_id=mandat.secteur_id,
            convention_id=mandat.convention_id,
            du=max(mandat.du, le),
            au=mandat.au,
        )
        if mandat.du >= le:
            mandat.delete()
        else:
            mandat.au = le - timedelta(days=1)
            mandat.save(update_fields=["au"])
        # Somebody may already act for the successor in the same role.
        if not Mandat.objects.filter(
            Q(au__isnull=True) | Q(au__gte=suite.du),
            utilisateur_id=suite.utilisateur_id,
            organisation_id=nouvelle_id,
            role=suite.role,
            secteur=suite.secteur_id,
            convention=suite.convention_id,
        ).exists():
            suite.save()
        moved += 1
    return moved


def _move_conventions(ancienne_id: int, nouvelle_id: int, le: date) -> int:
    """Agreements still running go on with the successor; a document prints the name of its date."""
    running = Convention.objects.filter(au__gte=le)
    moved = 0
    for champ in ("commanditaire", "operateur"):
        signataire = f"{champ}_signataire_id"
        moved += running.filter(**{f"{champ}_id": ancienne_id}).update(
            **{
                f"{champ}_id": nouvelle_id,
                signataire: Coalesce(signataire, Value(ancienne_id)),
                "version": F("version") + 1,
            }
        )
    return moved


@transaction.atomic
def end_organisation(
    *, perimetre: Perimetre, organisation_id: int, version: int, au: date, motif: str
) -> Organisation:
    """An organisation ends without successor: its people's mandates end with it."""
    mandat = require_technique(perimetre)
    organisation = lock_organisation(organisation_id, version)
    if not motif.strip():
        raise refuse("motif", "Indiquez pourquoi cette organisation prend fin.")
    if au < organisation.du:
        raise refuse("au", "Cette date précède la création de l’organisation.")
    if organisation.au is not None and organisation.au < au:
        raise refuse("au", f"Cette organisation a déjà pris fin le {organisation.au:%d/%m/%Y}.")
    avant = organisation.au
    _end(organisation, au)
    ended = _end_mandats(organisation.pk, au)
    _record_end(perimetre, mandat, organisation, avant, motif, ended)
    return organisation


def _end_mandats(organisation_id: int, au: date) -> int:
    later = Mandat.objects.filter(organisation_id=organisation_id, du__gt=au)
    removed, _ = later.delete()
    return removed + Mandat.objects.filter(
        Q(au__isnull=True) | Q(au__gt=au), organisation_id=organisation_id
    ).update(au=au)


def _record_end(
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    organisation: Organisation,
    avant: date | None,
    motif: str,
    mandats: int,
) -> None:
    record_evenement(
        "organisation.fin",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=ORGANISATION,
        objet_id=organisation.pk,
        libelle=organisation.nom,
        avant={"au": avant},
        apres={"au": organisation.au, "motif": motif.strip(), "mandats": mandats},
    )
