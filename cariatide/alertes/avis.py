"""Who is told of new alerts: one notice a person and computation, numbers alone, no name."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse

from cariatide.alertes.models import Alerte
from cariatide.alertes.ports import every_row
from cariatide.alertes.queries import label_of
from cariatide.courriers.ports import Avis
from cariatide.journal.models import Evenement
from cariatide.partenaires.statuts import Role

_CHEFS = frozenset({str(Role.CHEF_DE_SERVICE)})
Destinataire = tuple[int | None, int, str]


class AvisDesAlertes:
    """The rule registered with courriers."""

    libelle = "Alertes"

    def wants(self, nom: str) -> bool:
        return nom == "alerte.calcul"

    def build(self, evenement_id: int) -> list[Avis]:
        apres = Evenement.objects.get(pk=evenement_id).donnees["apres"]
        rows = every_row(Alerte)
        nouvelles = rows.filter(pk__gt=apres["apres_id"], pk__lte=apres["jusqu_id"])
        found = [_of_new(qui, regles) for qui, regles in _group(nouvelles)]
        if apres["remontees"]:
            # An earlier computation of the same day may have told some of them already.
            remontees = rows.filter(remontee_le=apres["le"])
            found += [_of_escalated(qui[1], regles) for qui, regles in _by_organisation(remontees)]
        return found


def _group(rows: QuerySet[Alerte]) -> Iterable[tuple[Destinataire, Counter[str]]]:
    found: dict[Destinataire, Counter[str]] = {}
    values = rows.order_by("utilisateur_id", "organisation_id", "responsable").values_list(
        "utilisateur_id", "organisation_id", "responsable", "regle"
    )
    for utilisateur_id, organisation_id, responsable, regle in values:
        # A named person is told once, whatever the organisation.
        qui = (utilisateur_id, 0, "") if utilisateur_id else (None, organisation_id, responsable)
        found.setdefault(qui, Counter())[regle] += 1
    return found.items()


def _by_organisation(rows: QuerySet[Alerte]) -> Iterable[tuple[Destinataire, Counter[str]]]:
    found: dict[Destinataire, Counter[str]] = {}
    values = rows.order_by("organisation_id").values_list("organisation_id", "regle")
    for organisation_id, regle in values:
        found.setdefault((None, organisation_id, ""), Counter())[regle] += 1
    return found.items()


def _of_new(qui: Destinataire, regles: Counter[str]) -> Avis:
    utilisateur_id, organisation_id, responsable = qui
    n = regles.total()
    return Avis(
        titre="Une nouvelle alerte" if n == 1 else f"{n} nouvelles alertes",
        texte=_describe(regles),
        url=reverse("alertes:liste"),
        utilisateur_id=utilisateur_id,
        organisation_id=organisation_id or None,
        roles=frozenset({responsable} if responsable else ()),
    )


def _of_escalated(organisation_id: int, regles: Counter[str]) -> Avis:
    n = regles.total()
    return Avis(
        titre="Une alerte vous est remontée" if n == 1 else f"{n} alertes vous sont remontées",
        texte=f"Restées à traiter au-delà du délai fixé. {_describe(regles)}",
        url=reverse("alertes:equipe") + "?etat=remontees",
        organisation_id=organisation_id,
        roles=_CHEFS,
    )


def _describe(regles: Counter[str]) -> str:
    return ", ".join(f"{label_of(code)} : {n}" for code, n in sorted(regles.items())) + "."
