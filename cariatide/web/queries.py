"""Reads composed across domains: the day's page and the global search."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from cariatide.demandes.models import Saisine
from cariatide.echeances.models import Echeance
from cariatide.echeances.queries import list_a_faire
from cariatide.menages.models import FaitParcours
from cariatide.menages.queries import search_condition, search_menages
from cariatide.mesures.models import Mesure
from cariatide.parc.models import Logement
from cariatide.socle.normalisation import normalise
from cariatide.socle.pages.journee import LIGNES_MAX, LigneJournee, blocs
from cariatide.socle.pages.routes import opens
from cariatide.socle.perimetre import Niveau, Perimetre

RESULTATS_MAX = 20
ECHEANCES_MAX = 12
# An older fact is no news, and whoever has few files is spared a walk through everybody's.
JOURS_CHANGEMENTS = 180


@dataclass(frozen=True)
class Bloc:
    """A block of the day's page, ready to show."""

    titre: str
    lignes: list[LigneJournee]
    suite: str = ""  # where the lines left out are


def list_echeances_du_jour(perimetre: Perimetre) -> list[Echeance]:
    """What this person has to do soon, late first: each delay warns at its own distance."""
    return list(list_a_faire(perimetre)[:ECHEANCES_MAX])


def list_blocs(perimetre: Perimetre) -> list[Bloc]:
    """What waits for this person, by domain, in the order that the domains give."""
    found = []
    for bloc in sorted(blocs, key=lambda b: b.ordre):
        if perimetre.has_role(*bloc.roles):
            lignes = bloc.lignes(perimetre)
            if lignes:
                suite = _address(bloc.liste) if len(lignes) >= LIGNES_MAX else ""
                found.append(Bloc(bloc.titre, lignes, suite))
    return found


def _address(liste: str) -> str:
    nom, _, filtres = liste.partition("?")
    return reverse(nom) + (f"?{filtres}" if filtres else "")


def list_changements(perimetre: Perimetre, limite: int = 8) -> list[FaitParcours]:
    """The latest facts written by others on one's files, within half a year."""
    if all(m.niveau_max < Niveau.FACTUEL for m in perimetre.mandats):
        return []
    return list(
        FaitParcours.objects.visible_to(perimetre)
        .filter(date__gt=perimetre.jour - timedelta(days=JOURS_CHANGEMENTS))
        .exclude(auteur__startswith=perimetre.utilisateur)
        .select_related("menage")
        .order_by("-date", "-id")[:limite]
    )


@dataclass(frozen=True)
class Resultat:
    """One line of the search page."""

    genre: str
    libelle: str
    detail: str
    url: str


def search(perimetre: Perimetre, texte: str) -> list[Resultat]:
    """Households, references of cases and measures, homes: those whose page opens for them."""
    if search_condition(texte) is None:
        return []
    found = [
        Resultat(
            "Ménage", m["nom_usage"],
            f"{m['reference']} · {m['commune__nom'] or 'commune inconnue'}",
            reverse("menages:detail", args=[m["pk"]]),
        )
        for m in search_menages(perimetre, texte, RESULTATS_MAX)
    ]  # fmt: skip
    reference = texte.strip().upper()
    if "-" in reference:
        found += _by_reference(perimetre, reference)
    adresse = normalise(texte)
    found += [
        Resultat("Logement", logement, ref, reverse("parc:logement", args=[pk]))
        for pk, logement, ref in Logement.objects.visible_to(perimetre)
        .filter(adresse_normalisee__contains=adresse)
        .order_by("adresse_normalisee", "id")
        .values_list("pk", "adresse", "reference")[:RESULTATS_MAX]
    ]
    return [resultat for resultat in found if opens(perimetre, resultat.url)]


def _by_reference(perimetre: Perimetre, reference: str) -> list[Resultat]:
    kinds = (("Saisine", Saisine, "demandes:detail"), ("Mesure", Mesure, "mesures:detail"))
    return [
        Resultat(genre, trouvee, nom or "", reverse(route, args=[pk]))
        for genre, modele, route in kinds
        for pk, trouvee, nom in modele.objects.visible_to(perimetre)
        .filter(reference__startswith=reference)
        .order_by("reference")
        .values_list("pk", "reference", "menage__nom_usage")[:RESULTATS_MAX]
    ]
