"""Who is told of new alerts: one notice a person and computation, numbers alone, no name."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from cariatide.alertes.models import Alerte
from cariatide.alertes.ports import every_row
from cariatide.alertes.queries import label_of
from cariatide.comptes.models import Utilisateur
from cariatide.courriers.ports import Avis
from cariatide.journal.models import Evenement
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.queries import build_perimetre, en_vigueur
from cariatide.partenaires.statuts import Role

_CHEF = str(Role.CHEF_DE_SERVICE)
Destinataire = tuple[int | None, int, str]


class AvisDesAlertes:
    """The rule registered with courriers."""

    libelle = "Alertes"

    def wants(self, nom: str) -> bool:
        return nom == "alerte.calcul"

    def build(self, evenement_id: int) -> list[Avis]:
        apres = Evenement.objects.get(pk=evenement_id).donnees["apres"]
        rows, jour = every_row(Alerte), timezone.localdate()
        nouvelles = rows.filter(pk__gt=apres["apres_id"], pk__lte=apres["jusqu_id"])
        found = [_of_new(qui, regles) for qui, regles in _group(nouvelles, jour)]
        if apres["remontees"]:
            # Those of this computation alone: an earlier one of the same day told its own.
            remontees = rows.filter(remontee_le=apres["le"], remontee_rang=apres.get("rang"))
            chefs = remontees.order_by("organisation_id").distinct("organisation_id")
            for organisation_id in list(chefs.values_list("organisation_id", flat=True)):
                siennes = remontees.filter(organisation_id=organisation_id)
                for qui, regles in _by_reader(siennes, organisation_id, _CHEF, jour):
                    found.append(_of_escalated(qui, regles))
        return found


def _group(rows: QuerySet[Alerte], jour: date) -> Iterable[tuple[Destinataire, Counter[str]]]:
    """A named person is told once, whatever the organisation; a role, in each."""
    nommees: dict[int, Counter[str]] = {}
    values = rows.filter(utilisateur__isnull=False).order_by("utilisateur_id")
    for utilisateur_id, regle in values.values_list("utilisateur_id", "regle"):
        nommees.setdefault(utilisateur_id, Counter())[regle] += 1
    for utilisateur_id, regles in nommees.items():
        yield (utilisateur_id, 0, ""), regles
    autres = rows.filter(utilisateur__isnull=True)
    roles = autres.order_by("organisation_id", "responsable").values_list(
        "organisation_id", "responsable"
    )
    for organisation_id, role in list(roles.distinct()):
        siennes = autres.filter(organisation_id=organisation_id, responsable=role)
        yield from _by_reader(siennes, organisation_id, role, jour)


def _by_reader(
    rows: QuerySet[Alerte], organisation_id: int, role: str, jour: date
) -> Iterable[tuple[Destinataire, Counter[str]]]:
    """One number for a whole role; what each person sees, where the mandate of one is limited."""
    tenus = Mandat.objects.filter(en_vigueur(jour), organisation_id=organisation_id, role=role)
    if not tenus.filter(Q(secteur__isnull=False) | Q(convention__isnull=False)).exists():
        yield (None, organisation_id, role), Counter(rows.values_list("regle", flat=True))
        return
    gens = Utilisateur.objects.filter(pk__in=tenus.values("utilisateur_id"), is_active=True)
    for personne in gens.order_by("pk"):
        vues = rows.filter(Alerte.access_condition(build_perimetre(personne, jour)))
        if regles := Counter(vues.values_list("regle", flat=True)):
            yield (personne.pk, 0, ""), regles


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


def _of_escalated(qui: Destinataire, regles: Counter[str]) -> Avis:
    utilisateur_id, organisation_id, responsable = qui
    n = regles.total()
    return Avis(
        titre="Une alerte vous est remontée" if n == 1 else f"{n} alertes vous sont remontées",
        texte=f"Restées à traiter au-delà du délai fixé. {_describe(regles)}",
        url=reverse("alertes:equipe") + "?etat=remontees",
        utilisateur_id=utilisateur_id,
        organisation_id=organisation_id or None,
        roles=frozenset({responsable} if responsable else ()),
    )


def _describe(regles: Counter[str]) -> str:
    return ", ".join(f"{label_of(code)} : {n}" for code, n in sorted(regles.items())) + "."
