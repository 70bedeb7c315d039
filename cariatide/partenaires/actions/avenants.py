"""Amendments: the signed changes of an agreement, kept as before and after."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from cariatide.journal.actions import record_evenement
from cariatide.partenaires.actions.commun import CONVENTION, lock_convention, refuse
from cariatide.partenaires.actions.conventions import check_fourchette
from cariatide.partenaires.models import (
    Avenant,
    ChangementObjectif,
    CommuneDeConvention,
    Convention,
    Objectif,
)
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre
from cariatide.territoire.queries import communes_en_vigueur


@dataclass(frozen=True)
class ChangementDemande:
    """A yearly target after the amendment; minimum None ends it."""

    unite: str
    minimum: int | None
    maximum: int | None = None


@transaction.atomic
def add_avenant(
    *,
    perimetre: Perimetre,
    convention_id: int,
    signe_le: date,
    objet: str,
    version: int,
    fin: date | None = None,
    objectifs: Iterable[ChangementDemande] = (),
    commune_ids: Collection[int] = (),
) -> Avenant:
    """Record an amendment: another end, other targets, communes added from its signature on."""
    convention, mandat = lock_convention(perimetre, convention_id, version)
    _check_avenant(perimetre, convention, signe_le, objet)
    fin_avant, fin_apres = convention.au, fin or convention.au
    if fin_apres < convention.du:
        raise refuse("fin", "La nouvelle fin précède le début de la convention.")
    numero = (convention.avenants.aggregate(n=Max("numero"))["n"] or 0) + 1
    avenant = Avenant.objects.create(
        convention=convention,
        numero=numero,
        signe_le=signe_le,
        objet=objet.strip(),
        fin_avant=fin_avant,
        fin_apres=fin_apres,
    )
    changements = [c for d in objectifs if (c := _change_objectif(avenant, d)) is not None]
    communes = _add_communes(convention, commune_ids, signe_le)
    if fin_apres == fin_avant and not changements and not communes:
        raise ActeRefuse(
            "Cet avenant ne change rien : indiquez une nouvelle fin, un objectif ou une commune."
        )
    convention.au = fin_apres
    convention.version += 1
    convention.save(update_fields=["au", "version"])
    _record(perimetre, mandat, convention, avenant, changements, communes)
    return avenant


def _record(
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    convention: Convention,
    avenant: Avenant,
    changements: list[ChangementObjectif],
    communes: list[str],
) -> None:
    record_evenement(
        "convention.avenant",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=CONVENTION,
        objet_id=convention.pk,
        libelle=f"Avenant {avenant.numero} à {convention.reference}",
        avant={
            "au": avenant.fin_avant,
            **{c.unite: [c.minimum_avant, c.maximum_avant] for c in changements},
        },
        apres={
            "au": avenant.fin_apres,
            "communes": communes,
            **{c.unite: [c.minimum_apres, c.maximum_apres] for c in changements},
        },
    )


def _check_avenant(
    perimetre: Perimetre, convention: Convention, signe_le: date, objet: str
) -> None:
    if convention.signee_le is None:
        raise ActeRefuse("Cette convention n’est pas signée : corrigez-la directement.")
    if not objet.strip():
        raise refuse("objet", "Indiquez l’objet de l’avenant.")
    if signe_le > perimetre.jour:
        raise refuse("signe_le", "La signature est dans l’avenir.")
    dernier = convention.avenants.aggregate(d=Max("signe_le"))["d"] or convention.signee_le
    if signe_le < dernier:
        raise refuse(
            "signe_le", f"La signature précède celle du texte qu’il modifie ({dernier:%d/%m/%Y})."
        )
    if signe_le > convention.au:
        raise refuse("signe_le", "Un avenant se signe avant la fin de la convention.")


def _change_objectif(avenant: Avenant, demande: ChangementDemande) -> ChangementObjectif | None:
    """Apply one change of target; None when it changes nothing."""
    courant = Objectif.objects.filter(
        convention_id=avenant.convention_id, unite=demande.unite
    ).first()
    avant = (courant.minimum, courant.maximum) if courant else (None, None)
    apres = (demande.minimum, demande.maximum if demande.minimum is not None else None)
    if avant == apres:
        return None
    if demande.minimum is None:
        assert courant is not None
        courant.delete()
    else:
        check_fourchette(demande.unite, demande.minimum, demande.maximum)
        Objectif.objects.update_or_create(
            convention_id=avenant.convention_id,
            unite=demande.unite,
            defaults={"minimum": demande.minimum, "maximum": demande.maximum},
        )
    return ChangementObjectif.objects.create(
        avenant=avenant,
        unite=demande.unite,
        minimum_avant=avant[0],
        maximum_avant=avant[1],
        minimum_apres=apres[0],
        maximum_apres=apres[1],
    )


def _add_communes(convention: Convention, commune_ids: Collection[int], du: date) -> list[str]:
    """Codes of the communes added; those already covered are refused in words."""
    if not commune_ids:
        return []
    wanted = list(communes_en_vigueur().filter(pk__in=list(commune_ids)).order_by("code"))
    if len(wanted) != len(set(commune_ids)):
        raise refuse("communes", "Une de ces communes n’existe pas ou n’existe plus.")
    covered = set(convention.communes.values_list("commune_id", flat=True))
    if convention.secteur:
        covered |= set(convention.secteur.communes.values_list("pk", flat=True))
    already = [c.nom for c in wanted if c.pk in covered]
    if already:
        raise refuse("communes", f"Déjà dans le territoire : {', '.join(already)}.")
    CommuneDeConvention.objects.bulk_create(
        CommuneDeConvention(convention=convention, commune=c, du=max(du, convention.du))
        for c in wanted
    )
    return [c.code for c in wanted]
