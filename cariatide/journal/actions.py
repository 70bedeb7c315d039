"""The only writes of the journal."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from cariatide.journal.models import Consultation, Evenement, Livraison
from cariatide.journal.ports import consommateurs
from cariatide.socle.masse import insert_many
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre


def record_evenement(
    nom: str,
    *,
    perimetre: Perimetre,
    objet_type: str,
    objet_id: int,
    libelle: str = "",
    mandat: MandatEnVigueur | None = None,
    menage_id: int | None = None,
    niveau: Niveau = Niveau.FACTUEL,
    avant: Mapping[str, Any] | None = None,
    apres: Mapping[str, Any] | None = None,
) -> Evenement:
    """Write one event in the caller's transaction, and one delivery per consumer of that name.

    nom: dotted (`saisine.deposee`). At levels S and C only the names of the fields are kept.
    mandat: the mandate used by the act; by default the first of the perimeter.
    """
    evenement = build_evenement(
        nom,
        perimetre=perimetre,
        objet_type=objet_type,
        objet_id=objet_id,
        libelle=libelle,
        mandat=mandat,
        menage_id=menage_id,
        niveau=niveau,
        avant=avant,
        apres=apres,
    )
    evenement.save(force_insert=True)
    Livraison.objects.bulk_create(_deliveries(evenement))
    return evenement


def record_evenements(evenements: Sequence[Evenement]) -> None:
    """Write many events at once (`build_evenement`), in their order, with their deliveries."""
    insert_many(evenements)
    insert_many([livraison for e in evenements for livraison in _deliveries(e)])


def _deliveries(evenement: Evenement) -> list[Livraison]:
    return [
        Livraison(evenement=evenement, consommateur=code, prochaine_tentative=timezone.now())
        for code, consommateur in consommateurs.items()
        if consommateur.wants(evenement.nom)
    ]


def build_evenement(
    nom: str,
    *,
    perimetre: Perimetre,
    objet_type: str,
    objet_id: int,
    libelle: str = "",
    mandat: MandatEnVigueur | None = None,
    menage_id: int | None = None,
    niveau: Niveau = Niveau.FACTUEL,
    avant: Mapping[str, Any] | None = None,
    apres: Mapping[str, Any] | None = None,
) -> Evenement:
    """The event that `record_evenement` would write, not written."""
    if niveau >= Niveau.SOCIAL:
        donnees: dict[str, Any] = {"champs": sorted({*(avant or {}), *(apres or {})})}
    else:
        donnees = {"avant": dict(avant or {}), "apres": dict(apres or {})}
    mandat = mandat or (perimetre.mandats[0] if perimetre.mandats else None)
    return Evenement(
        nom=nom,
        acteur_id=perimetre.utilisateur_id,
        acteur=perimetre.utilisateur,
        organisation_id=mandat.organisation_id if mandat else None,
        organisation=mandat.organisation if mandat else "",
        role=mandat.role if mandat else "",
        objet_type=objet_type,
        objet_id=objet_id,
        libelle=libelle[:300],
        menage_id=menage_id,
        niveau=int(niveau),
        donnees=_plain(donnees),
    )


def record_lecture(perimetre: Perimetre, lecture: Lecture, route: str) -> None:
    """Keep one read; called before the page is sent, and its failure fails the read."""
    Consultation.objects.create(
        acteur_id=perimetre.utilisateur_id,
        acteur=perimetre.utilisateur,
        organisation=", ".join(sorted({m.organisation for m in perimetre.mandats}))[:200],
        role=", ".join(sorted({m.role for m in perimetre.mandats}))[:200],
        objet_type=lecture.objet_type,
        objet_id=lecture.objet_id,
        libelle=lecture.libelle[:300],
        menage_id=lecture.menage_id,
        niveau=int(lecture.niveau),
        route=route,
        motif=lecture.motif[:300],
    )


def _plain(donnees: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON knows them (dates in ISO, decimals as text)."""
    encoder = DjangoJSONEncoder()

    def convert(valeur: Any) -> Any:
        if isinstance(valeur, Mapping):
            return {str(k): convert(v) for k, v in valeur.items()}
        if isinstance(valeur, list | tuple | set | frozenset):
            return [convert(v) for v in valeur]
        if valeur is None or isinstance(valeur, bool | int | float | str):
            return valeur
        return encoder.default(valeur)

    return {k: convert(v) for k, v in donnees.items()}
