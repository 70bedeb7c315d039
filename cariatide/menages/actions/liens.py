"""Links that give rights on a household, lines of its parcours, its search column, its lock."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from cariatide.journal.actions import record_evenement
from cariatide.menages.models import Domicile, FaitParcours, Menage, Personne, Rattachement
from cariatide.menages.statuts import MotifRattachement
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

OBJET = "menages.menage"


def lock_menage(perimetre: Perimetre, menage_id: int, version: int | None = None) -> Menage:
    """Lock a household of the perimeter for writing; a stale version raises ConflitDeVersion."""
    menage: Menage = Menage.objects.select_for_update(of=("self",)).find_visible(
        perimetre, menage_id
    )
    check_ouvert(menage)
    if version is not None and menage.version != version:
        raise ConflitDeVersion(
            "Quelqu’un d’autre a modifié ce ménage depuis l’ouverture de la page. "
            "Comparez les deux versions avant d’enregistrer."
        )
    return menage


def check_ouvert(menage: Menage) -> None:
    """Refuse to write on a file that is archived, or was merged into another one."""
    if menage.archive_le is not None:
        raise ActeRefuse(
            f"Le dossier {menage.reference} est en archive intermédiaire : il ne se modifie plus."
        )
    if menage.fusionne_dans_id is not None:
        raise ActeRefuse(
            f"La fiche {menage.reference} a été réunie avec une autre : elle ne se modifie plus. "
            "Ouvrez la fiche gardée."
        )


def attach(
    *,
    menage_id: int,
    organisation_id: int,
    niveau: Niveau,
    motif: MotifRattachement,
    source: tuple[str, int],
    du: date,
    au: date | None = None,
    utilisateur_id: int | None = None,
    convention_id: int | None = None,
) -> Rattachement:
    """Give an organisation (or one of its people) a level on a household. Idempotent by source.

    The same source with other dates or level updates its link instead of adding one.
    """
    rattachement, _ = Rattachement.objects.update_or_create(
        menage_id=menage_id,
        organisation_id=organisation_id,
        utilisateur_id=utilisateur_id,  # type: ignore[misc]  # a column that accepts NULL
        motif=motif,
        source_type=source[0],
        source_id=source[1],
        defaults={"niveau": int(niveau), "du": du, "au": au, "convention_id": convention_id},
    )
    return rattachement


def detach(
    *,
    source: tuple[str, int],
    au: date,
    utilisateur_id: int | None = None,
    organisation_id: int | None = None,
    motif: str = "",
) -> int:
    """End the links written by one source on `au` (those still open then); returns how many.

    A link that would start later never opens: it is removed.
    """
    links = Rattachement.objects.filter(source_type=source[0], source_id=source[1]).filter(
        Q(au__isnull=True) | Q(au__gt=au)
    )
    if utilisateur_id is not None:
        links = links.filter(utilisateur_id=utilisateur_id)
    if motif:
        links = links.filter(motif=motif)
    if organisation_id is not None:
        links = links.filter(organisation_id=organisation_id)
    late, _ = links.filter(du__gt=au).delete()
    return late + links.filter(du__lte=au).update(au=au)


def write_fait(
    *,
    perimetre: Perimetre,
    menage_id: int,
    le: date,
    domaine: str,
    titre: str,
    source: tuple[str, int],
    detail: str = "",
    niveau: Niveau = Niveau.FACTUEL,
    ton: str = "",
    contact: bool = False,
) -> FaitParcours:
    """Write one line of the household's parcours; every transition and issued document does.

    contact: the fact is a contact with the household: it restarts the retention clock.
    ton: "", "ok", "bad" (colour of the dot, never the only sign).
    """
    # Every act on a household writes its line: here none of them writes on a merged file.
    menages = Menage.objects.unscoped(reason="aucun acte n’écrit sur une fiche réunie à une autre")
    check_ouvert(menages.get(pk=menage_id))
    fait = build_fait(
        perimetre=perimetre,
        menage_id=menage_id,
        le=le,
        domaine=domaine,
        titre=titre,
        source=source,
        detail=detail,
        niveau=niveau,
        ton=ton,
    )
    fait.save(force_insert=True)
    if contact:
        Menage.objects.unscoped(reason="horloge de conservation").filter(
            pk=menage_id, dernier_contact_le__lt=le
        ).update(dernier_contact_le=le)
    return fait


def build_fait(
    *,
    perimetre: Perimetre,
    menage_id: int,
    le: date,
    domaine: str,
    titre: str,
    source: tuple[str, int],
    detail: str = "",
    niveau: Niveau = Niveau.FACTUEL,
    ton: str = "",
) -> FaitParcours:
    """The line that `write_fait` would write, not written."""
    return FaitParcours(
        menage_id=menage_id,
        date=le,
        domaine=domaine,
        titre=titre[:200],
        detail=detail[:300],
        auteur=_author(perimetre),
        niveau=int(niveau),
        source_type=source[0],
        source_id=source[1],
        ton=ton,
    )


def _author(perimetre: Perimetre) -> str:
    organisations = ", ".join(dict.fromkeys(m.organisation for m in perimetre.mandats))
    return (
        f"{perimetre.utilisateur} · {organisations}"[:200]
        if organisations
        else perimetre.utilisateur
    )


def refresh_recherche(menage_id: int) -> None:
    """Rebuild the search column of a household: F fields only, never a protected address."""
    reason = "colonne de recherche"
    menages = Menage.objects.unscoped(reason=reason).filter(pk=menage_id)
    menage = menages.get()
    personnes = (
        Personne.objects.unscoped(reason=reason)
        .filter(appartenances__menage_id=menage_id)
        .order_by("pk")
        .values_list("nom_normalise", "telephone")
    )
    domicile = (
        Domicile.objects.unscoped(reason=reason)
        .filter(menage_id=menage_id, protege=False, au__isnull=True)
        .values_list("adresse", "code_postal", "commune__nom")
        .first()
    )
    text = compose_recherche(menage, personnes, domicile)
    menages.update(recherche=text)


def compose_recherche(
    menage: Menage,
    personnes: Iterable[tuple[str, str]],
    domicile: Sequence[str | None] | None,
) -> str:
    """The search column: name, reference, telephones, people (name, telephone), dwelling."""
    words: list[str] = [menage.nom_normalise, normalise(menage.reference)]
    words.append(_digits(menage.telephone))
    for nom, telephone in personnes:
        words += [nom, _digits(telephone)]
    if domicile and not menage.adresse_protegee:
        words += [normalise(part or "") for part in domicile]
    return " ".join(dict.fromkeys(w for part in words for w in part.split() if w))


def _digits(telephone: str) -> str:
    """A telephone in one word, so that it is found however it is typed; +33 reads as 0."""
    digits = "".join(c for c in telephone if c.isdigit())
    return f"0{digits[2:]}" if telephone.startswith("+33") else digits


def record_menage(
    nom: str,
    perimetre: Perimetre,
    menage: Menage,
    *,
    avant: Mapping[str, Any] | None = None,
    apres: Mapping[str, Any] | None = None,
    niveau: Niveau = Niveau.FACTUEL,
    mandat: MandatEnVigueur | None = None,
) -> None:
    """Write one event about a household."""
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=menage.pk,
        menage_id=menage.pk,
        libelle=str(menage),
        niveau=niveau,
        avant=avant,
        apres=apres,
    )
