"""The register of processing: prefilled, written by dated versions, reviewed, closed."""

from typing import Any

from django.db import transaction

from cariatide.conformite.actions.gels import require_mandat
from cariatide.conformite.constats import TRAITEMENTS, TraitementDuLogiciel, build_constats
from cariatide.conformite.models import Traitement, VersionTraitement
from cariatide.conformite.queries import find_version
from cariatide.conformite.rules import list_a_completer
from cariatide.journal.actions import record_evenement
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre
from cariatide.socle.references import next_reference

OBJET_TRAITEMENT = "conformite.traitement"
PREREMPLI = "Préremplie depuis ce que fait le logiciel"


@transaction.atomic
def prefill_registre(*, perimetre: Perimetre) -> list[Traitement]:
    """Write a first version of every processing of the software that the register lacks."""
    mandat = require_mandat(perimetre)
    connus = set(
        Traitement.objects.filter(organisation_id=mandat.organisation_id).values_list(
            "source", flat=True
        )
    )
    manquants = [t for t in TRAITEMENTS if t.code not in connus]
    if not manquants:
        raise ActeRefuse("Tout ce que fait le logiciel est déjà au registre.")
    return [_create(perimetre, mandat, _read_source(t), PREREMPLI, t.code) for t in manquants]


@transaction.atomic
def create_traitement(*, perimetre: Perimetre, motif: str, valeurs: dict[str, Any]) -> Traitement:
    """Enter a processing by hand: one that the software does not carry."""
    return _create(perimetre, require_mandat(perimetre), _plain(valeurs), motif)


@transaction.atomic
def write_version(
    *, perimetre: Perimetre, traitement_id: int, version: int, motif: str, valeurs: dict[str, Any]
) -> VersionTraitement:
    """Declare another version of today; those before it stay as they were."""
    mandat = require_mandat(perimetre)
    traitement = _lock(traitement_id, version)
    derniere, valeurs = find_version(traitement_id), _plain(valeurs)
    change = [nom for nom, valeur in valeurs.items() if getattr(derniere, nom) != valeur]
    if not change:
        raise ErreurMetier("Rien n’a changé : « Relu sans changement » le dit sans autre version.")
    nouvelle = _add_version(perimetre, traitement, derniere.numero + 1, motif, valeurs)
    _save(traitement, valeurs, perimetre)
    _record(
        "traitement.revise", perimetre, traitement, mandat,
        {"numero": nouvelle.numero, "motif": motif, "champs": change},
    )  # fmt: skip
    return nouvelle


@transaction.atomic
def review_traitement(*, perimetre: Perimetre, traitement_id: int, version: int) -> Traitement:
    """Say that it was read again and that nothing changed: its clock starts again."""
    mandat = require_mandat(perimetre)
    traitement = _lock(traitement_id, version)
    traitement.revu_le = perimetre.jour
    traitement.version += 1
    traitement.save(update_fields=["revu_le", "version"])
    _record("traitement.relu", perimetre, traitement, mandat, {"revu_le": perimetre.jour})
    return traitement


@transaction.atomic
def close_traitement(
    *, perimetre: Perimetre, traitement_id: int, version: int, motif: str
) -> Traitement:
    """The processing ended; its versions stay in the register."""
    mandat = require_mandat(perimetre)
    traitement = _lock(traitement_id, version)
    traitement.clos_le, traitement.motif_cloture = perimetre.jour, motif.strip()[:300]
    traitement.version += 1
    traitement.save(update_fields=["clos_le", "motif_cloture", "version"])
    _record("traitement.clos", perimetre, traitement, mandat, {"motif": traitement.motif_cloture})
    return traitement


def _plain(valeurs: dict[str, Any]) -> dict[str, Any]:
    """Lines end as the code writes them: those of a browser would change every prefilled text."""
    return {
        nom: valeur.replace("\r\n", "\n") if isinstance(valeur, str) else valeur
        for nom, valeur in valeurs.items()
    }


def _read_source(source: TraitementDuLogiciel) -> dict[str, Any]:
    constats = build_constats(source)
    return {
        "nom": source.nom,
        "finalite": source.finalite,
        "personnes": source.personnes,
        "donnees": constats.donnees,
        "destinataires": constats.destinataires,
        "securite": constats.securite,
        "conservation_code": source.conservation_code,
    }


def _create(
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    valeurs: dict[str, Any],
    motif: str,
    source: str = "",
) -> Traitement:
    traitement = Traitement(
        reference=next_reference("RT", perimetre.jour.year),
        organisation_id=mandat.organisation_id,
        source=source,
        nom=valeurs["nom"],
        nom_normalise=normalise(valeurs["nom"]),
        cree_le=perimetre.jour,
        revu_le=perimetre.jour,
        a_completer=len(list_a_completer(valeurs)),
    )
    traitement.save(force_insert=True)
    _add_version(perimetre, traitement, 1, motif, valeurs)
    _record("traitement.inscrit", perimetre, traitement, mandat, {"motif": motif})
    return traitement


def _add_version(
    perimetre: Perimetre, traitement: Traitement, numero: int, motif: str, valeurs: dict[str, Any]
) -> VersionTraitement:
    if not motif.strip():
        raise ErreurMetier("Une version est motivée.", {"motif": "Dites ce qui change."})
    version = VersionTraitement(
        traitement=traitement,
        numero=numero,
        le=perimetre.jour,
        auteur=perimetre.utilisateur[:200],
        motif=motif.strip()[:300],
        **valeurs,
    )
    if version.aipd_le and not version.aipd:
        message = "Dites d’abord si l’analyse est faite ou non requise."
        raise ErreurMetier(message, {"aipd": message})
    if version.aipd_le and version.aipd_le > perimetre.jour:
        message = (
            "Cette date est dans l’avenir : donnez celle de l’analyse faite, ou de la décision."
        )
        raise ErreurMetier(message, {"aipd_le": message})
    version.save(force_insert=True)
    return version


def _save(traitement: Traitement, valeurs: dict[str, Any], perimetre: Perimetre) -> None:
    traitement.nom = valeurs["nom"]
    traitement.nom_normalise = normalise(valeurs["nom"])
    traitement.a_completer = len(list_a_completer(valeurs))
    traitement.revu_le = perimetre.jour
    traitement.version += 1
    traitement.save(update_fields=["nom", "nom_normalise", "a_completer", "revu_le", "version"])


def _lock(traitement_id: int, version: int) -> Traitement:
    rows = Traitement.objects.select_for_update(of=("self",)).filter(pk=traitement_id)
    traitement = rows.first()
    if traitement is None:
        raise Introuvable("Ce traitement n’est pas au registre.")
    if traitement.version != version:
        raise ConflitDeVersion("Ce traitement a changé depuis l’ouverture de la page.")
    if traitement.clos_le is not None:
        raise ActeRefuse("Ce traitement est clos : il reste au registre tel qu’il était.")
    return traitement


def _record(
    nom: str,
    perimetre: Perimetre,
    traitement: Traitement,
    mandat: MandatEnVigueur,
    apres: dict[str, Any],
) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_TRAITEMENT,
        objet_id=traitement.pk,
        libelle=f"{traitement.reference} {traitement.nom}"[:300],
        apres=apres,
    )
