"""Many households at once, as a file brings them: the same rows as one by one, by COPY."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from cariatide.journal.actions import build_evenement, record_evenements
from cariatide.menages.actions.creation import (
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
from cariatide.socle.masse import insert_many
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
    insert_many(
        [
            Appartenance(menage_id=menage.pk, personne_id=personne.pk, role=donnee.role, du=jour)
            for menage, une, groupe in zip(menages, donnees, personnes, strict=True)
            for donnee, personne in zip(une.personnes, groupe, strict=True)
        ]
    )
    insert_many(
        [
            Domicile(menage_id=m.pk, protege=d.adresse_protegee, du=jour, **asdict(d.domicile))
            for m, d in zip(menages, donnees, strict=True)
        ]
    )
    record_evenements(
        [
            build_evenement(
                "menage.cree",
                perimetre=perimetre,
                objet_type=OBJET,
                objet_id=menage.pk,
                menage_id=menage.pk,
                libelle=str(menage),
                apres={"reference": menage.reference, "nom_usage": menage.nom_usage},
            )
            for menage in menages
        ]
    )
    return menages


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
    insert_many(
        [
            Rattachement(
                menage_id=lien.menage_id,
                organisation_id=lien.organisation_id,
                niveau=int(lien.niveau),
                motif=lien.motif,
                source_type=lien.source[0],
                source_id=lien.source[1],
                du=lien.du,
                convention_id=lien.convention_id,
            )
            for lien in liens
        ]
    )


def write_faits(faits: Sequence[FaitParcours]) -> None:
    """Write many lines of parcours at once (`build_fait`)."""
    insert_many(faits)
