"""Writes on the dwelling, the social and the confidential part of a household."""

from dataclasses import asdict
from datetime import date, timedelta

from django.db import transaction

from cariatide.journal.actions import record_evenement
from cariatide.menages.actions.creation import DonneesDomicile
from cariatide.menages.actions.liens import (
    OBJET,
    lock_menage,
    record_menage,
    refresh_recherche,
    write_fait,
)
from cariatide.menages.models import Domicile, MenageConfidentiel, MenageSocial
from cariatide.menages.rules import check_passe
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier
from cariatide.socle.perimetre import Niveau, Perimetre

_RAISON = "domicile d’un ménage déjà obtenu dans le périmètre"


@transaction.atomic
def move_domicile(
    *,
    perimetre: Perimetre,
    menage_id: int,
    domicile: DonneesDomicile,
    du: date,
    protege: bool,
    version: int,
) -> Domicile:
    """The household lives elsewhere from `du`, or its address becomes protected."""
    menage = lock_menage(perimetre, menage_id, version)
    check_passe(du, perimetre.jour, "du")
    current = (
        Domicile.objects.unscoped(reason=_RAISON)
        .select_for_update(of=("self",))
        .filter(menage_id=menage_id, au__isnull=True)
        .first()
    )
    if current and current.du > du:
        message = "Cette date précède l’entrée dans le domicile actuel."
        raise ErreurMetier(message, {"du": message})
    if current and current.du == du:
        current.delete()
    elif current:
        current.au = du - timedelta(days=1)
        current.save(update_fields=["au"])
    nouveau = Domicile(menage=menage, protege=protege, du=du, **asdict(domicile))
    nouveau.save(force_insert=True)
    menage.commune_id = domicile.commune_id
    menage.adresse_protegee = protege
    menage.version += 1
    menage.save(update_fields=["commune_id", "adresse_protegee", "version"])
    refresh_recherche(menage_id)
    write_fait(
        perimetre=perimetre,
        menage_id=menage_id,
        le=du,
        domaine="menages",
        titre="Changement de domicile",
        detail="Adresse protégée" if protege else f"{domicile.adresse} {domicile.code_postal}",
        source=(OBJET, menage_id),
    )
    record_menage(
        "menage.domicile_change",
        perimetre,
        menage,
        niveau=Niveau.CONFIDENTIEL if protege else Niveau.FACTUEL,
        apres={"adresse": domicile.adresse, "commune": domicile.commune_id, "du": du},
    )
    return nouveau


@transaction.atomic
def save_social(
    *, perimetre: Perimetre, menage_id: int, version: int, **champs: object
) -> MenageSocial:
    """Write the social situation (level S); version 0 when there was none."""
    lock_menage(perimetre, menage_id)
    social = MenageSocial.objects.visible_to(perimetre).filter(menage_id=menage_id).first()
    _write_level(social or MenageSocial(menage_id=menage_id), version, champs)
    saved: MenageSocial = MenageSocial.objects.visible_to(perimetre).get(menage_id=menage_id)
    _record_level(perimetre, menage_id, "menage.social_ecrit", Niveau.SOCIAL, champs)
    return saved


@transaction.atomic
def save_confidentiel(
    *, perimetre: Perimetre, menage_id: int, version: int, vulnerabilites: str
) -> MenageConfidentiel:
    """Write the confidential part (level C); version 0 when there was none."""
    lock_menage(perimetre, menage_id)
    found = MenageConfidentiel.objects.visible_to(perimetre).filter(menage_id=menage_id).first()
    champs: dict[str, object] = {"vulnerabilites": vulnerabilites}
    _write_level(found or MenageConfidentiel(menage_id=menage_id), version, champs)
    _record_level(perimetre, menage_id, "menage.confidentiel_ecrit", Niveau.CONFIDENTIEL, champs)
    kept: MenageConfidentiel = MenageConfidentiel.objects.visible_to(perimetre).get(
        menage_id=menage_id
    )
    return kept


def _write_level(
    ligne: MenageSocial | MenageConfidentiel, version: int, champs: dict[str, object]
) -> None:
    if (ligne.version if ligne.pk else 0) != version:
        raise ConflitDeVersion(
            "Quelqu’un d’autre a modifié cette rubrique depuis l’ouverture de la page."
        )
    for nom, valeur in champs.items():
        setattr(ligne, nom, valeur)
    ligne.version = version + 1
    ligne.save()


def _record_level(
    perimetre: Perimetre, menage_id: int, nom: str, niveau: Niveau, champs: dict[str, object]
) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        objet_type=OBJET,
        objet_id=menage_id,
        menage_id=menage_id,
        niveau=niveau,
        apres=champs,
    )
