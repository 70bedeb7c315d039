"""Many households at once, as a file brings them: the same rows as one by one, by COPY."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db import transaction

from cariatide.journal.actions import record_serie
from cariatide.menages.actions.creation import (
    DonneesDomicile,
    DonneesMenage,
    build_menage,
    build_personne,
    check_people,
)
from cariatide.menages.actions.liens import OBJET, compose_recherche
from cariatide.menages.models import (
    Appartenance,
    Domicile,
    FaitParcours,
    Menage,
    Personne,
    Rattachement,
)
from cariatide.menages.statuts import MotifRattachement
from cariatide.socle.masse import insert_columns, insert_many
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.references import reserve_references
from cariatide.territoire.models import Commune


@dataclass(frozen=True)
class LienNouveau:
    """A link that nothing wrote yet (`attach` is for those that an act may repeat)."""

    menage_id: int
    organisation_id: int
    niveau: Niveau
    motif: MotifRattachement
    source: tuple[str, int]
    du: date
    convention_id: int | None = None


@transaction.atomic
def create_menages(*, perimetre: Perimetre, donnees: Sequence[DonneesMenage]) -> list[Menage]:
    """Create households that no organisation sees yet: the caller attaches them."""
    jour = perimetre.jour
    for une in donnees:
        check_people(une.personnes, jour)
    references = reserve_references("M", jour.year, len(donnees))
    menages = [build_menage(d, jour, r) for d, r in zip(donnees, references, strict=True)]
    personnes = [[build_personne(p) for p in d.personnes] for d in donnees]
    _fill_recherche(menages, personnes, donnees)
    insert_many(menages)
    insert_many([p for groupe in personnes for p in groupe])
    places = [
        (menage.pk, personne.pk, str(donnee.role))
        for menage, une, groupe in zip(menages, donnees, personnes, strict=True)
        for donnee, personne in zip(une.personnes, groupe, strict=True)
    ]
    insert_columns(
        Appartenance,
        len(places),
        {
            "menage_id": [p[0] for p in places],
            "personne_id": [p[1] for p in places],
            "role": [p[2] for p in places],
        },
        du=jour,
    )
    _insert_domiciles(menages, donnees, jour)
    ids = [menage.pk for menage in menages]
    record_serie(
        "menage.cree",
        perimetre=perimetre,
        objet_type=OBJET,
        objets=ids,
        menages=ids,
        libelles=[str(menage) for menage in menages],
        apres=[{"reference": m.reference, "nom_usage": m.nom_usage} for m in menages],
    )
    return menages


def _insert_domiciles(
    menages: Sequence[Menage], donnees: Sequence[DonneesMenage], jour: date
) -> None:
    champs = [f.name for f in fields(DonneesDomicile)]
    variables = {nom: [getattr(d.domicile, nom) for d in donnees] for nom in champs}
    insert_columns(
        Domicile,
        len(donnees),
        {
            "menage_id": [menage.pk for menage in menages],
            "protege": [d.adresse_protegee for d in donnees],
            **variables,
        },
        du=jour,
    )


def _fill_recherche(
    menages: Sequence[Menage],
    personnes: Sequence[Sequence[Personne]],
    donnees: Sequence[DonneesMenage],
) -> None:
    ids = {d.domicile.commune_id or 0 for d in donnees}
    noms = dict(Commune.objects.filter(pk__in=ids).values_list("pk", "nom"))
    for menage, groupe, une in zip(menages, personnes, donnees, strict=True):
        domicile = une.domicile
        nom = noms.get(domicile.commune_id or 0)
        lieu = None if une.adresse_protegee else (domicile.adresse, domicile.code_postal, nom)
        gens = [(p.nom_normalise, p.telephone) for p in groupe]
        menage.recherche = compose_recherche(menage, gens, lieu)


def attach_new(liens: Sequence[LienNouveau]) -> None:
    """Write links that did not exist: the caller has just created the source of each."""
    insert_columns(
        Rattachement,
        len(liens),
        {
            "menage_id": [lien.menage_id for lien in liens],
            "organisation_id": [lien.organisation_id for lien in liens],
            "niveau": [int(lien.niveau) for lien in liens],
            "motif": [lien.motif for lien in liens],
            "source_type": [lien.source[0] for lien in liens],
            "source_id": [lien.source[1] for lien in liens],
            "du": [lien.du for lien in liens],
            "convention_id": [lien.convention_id for lien in liens],
        },
    )


def write_faits(faits: Sequence[FaitParcours]) -> None:
    """Write many lines of parcours at once (`build_fait`)."""
    insert_many(faits, cles=False)
