"""The only writes of the journal."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict, Unpack

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from cariatide.journal.models import Consultation, Evenement, Livraison
from cariatide.journal.ports import consommateurs
from cariatide.socle.masse import insert_columns, insert_keyed, insert_many
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre


class Acte(TypedDict):
    """What `build_evenement` is told of an act, beside its name."""

    perimetre: Perimetre
    objet_type: str
    objet_id: int
    libelle: NotRequired[str]
    mandat: NotRequired[MandatEnVigueur | None]
    menage_id: NotRequired[int | None]
    niveau: NotRequired[Niveau]
    avant: NotRequired[Mapping[str, Any] | None]
    apres: NotRequired[Mapping[str, Any] | None]


def record_evenement(nom: str, **acte: Unpack[Acte]) -> Evenement:
    """Write one event in the caller's transaction, and one delivery per consumer of that name."""
    evenement = build_evenement(nom, **acte)
    evenement.save(force_insert=True)
    Livraison.objects.bulk_create(_deliveries(evenement))
    return evenement


def record_evenements(evenements: Sequence[Evenement]) -> None:
    """Write many events at once (`build_evenement`), in their order, with their deliveries."""
    insert_many(evenements)
    insert_many([li for e in evenements for li in _deliveries(e)], cles=False)


def record_serie(
    nom: str,
    *,
    perimetre: Perimetre,
    objet_type: str,
    objets: Sequence[int],
    menages: Sequence[int],
    libelles: Sequence[str],
    apres: Sequence[Mapping[str, Any]],
    avant: Mapping[str, Any] | None = None,
    mandat: MandatEnVigueur | None = None,
) -> None:
    """The same event of many objects, in their order, by columns (levels A and F)."""
    commun = build_evenement(
        nom, perimetre=perimetre, objet_type=objet_type, objet_id=0, mandat=mandat, avant=avant
    )
    communes = ("acteur_id", "acteur", "organisation_id", "organisation", "role", "niveau")
    ids = insert_keyed(
        Evenement,
        len(objets),
        {
            "objet_id": objets,
            "menage_id": menages,
            "libelle": [libelle[:300] for libelle in libelles],
            "donnees": [
                {"avant": commun.donnees["avant"], "apres": _plain(dict(a))} for a in apres
            ],
        },
        nom=nom,
        objet_type=objet_type,
        **{champ: getattr(commun, champ) for champ in communes},
    )
    for code, consommateur in consommateurs.items():
        if consommateur.wants(nom):
            insert_columns(
                Livraison,
                len(ids),
                {"evenement_id": ids},
                consommateur=code,
                prochaine_tentative=timezone.now(),
            )


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
    """The event that `record_evenement` would write, not written.

    nom: dotted (`saisine.deposee`). At levels S and C only the names of the fields are kept.
    mandat: the mandate used by the act; by default the first of the perimeter.
    """
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
    """Keep one read; called before the page is sent, and its failure fails the read.

    A read that an exceptional session opens says which one, whatever else is said.
    """
    exception = perimetre.find_exception(lecture.menage_id)
    motif = f"Session d’exception n° {exception.id} : {exception.motif}" if exception else ""
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
        motif=(motif or lecture.motif)[:300],
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
