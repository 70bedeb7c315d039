"""Who is told what of a reorientation. No name nor content: a reference and a link."""

from django.urls import reverse

from cariatide.courriers.ports import Avis
from cariatide.journal.models import Evenement
from cariatide.mesures.models import Mesure, Reorientation
from cariatide.mesures.queries import OBJET_REORIENTATION
from cariatide.mesures.statuts import StatutMesure
from cariatide.partenaires.statuts import Role

_CHEFS = frozenset({str(Role.CHEF_DE_SERVICE)})
_FINANCEURS = frozenset({str(Role.FINANCEUR)})
_SECRETARIAT = frozenset({str(Role.SECRETARIAT)})
_PRESCRIPTEURS = frozenset({str(Role.PRESCRIPTEUR)})
DECIDEUR, ANCIENS, PRESCRIPTEUR = "decideur", "anciens", "prescripteur"
# Event → (who, title, text); {m} is the reference of the measure.
REGLES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "reorientation.demandee": (
        (DECIDEUR, ANCIENS),
        "Une réorientation est demandée, mesure {m}",
        "La demande dit vers quelle convention, pourquoi, et ce qu’en pense le ménage.",
    ),
    "reorientation.completee": (
        (DECIDEUR,),
        "Une demande de réorientation est complétée, mesure {m}",
        "Elle attend à nouveau une décision.",
    ),
    "reorientation.renvoyee": (
        (ANCIENS,),
        "La demande de réorientation de la mesure {m} est à compléter",
        "Ce qui manque est inscrit sur la page de la demande.",
    ),
    "reorientation.retiree": (
        (DECIDEUR, ANCIENS),
        "La demande de réorientation de la mesure {m} est retirée",
        "La mesure se poursuit avec le même opérateur.",
    ),
    "reorientation.refusee": (
        (ANCIENS, PRESCRIPTEUR),
        "La réorientation de la mesure {m} est refusée",
        "La mesure se poursuit avec le même opérateur. Le motif est sur la page de la demande.",
    ),
}
# The one event with two measures: each side is told of its own.
EFFET = "mesure.reorientee"
FIN = "La mesure {m} prend fin par réorientation"
FIN_TEXTE = (
    "Vos accès par cette mesure prennent fin ce soir. Ce que vous aviez prévu est transmis à la "
    "nouvelle équipe."
)
SUITE = "La mesure {m} vous est confiée par réorientation"
SUITE_TEXTE = "Désignez un référent, et voyez ce que l’équipe précédente avait prévu."
ACCORD = "La mesure {m} attend votre accord"
ACCORD_TEXTE = "Elle est ouverte par réorientation. Indiquez la durée et l’intensité accordées."
DECIDEE = "La mesure {m} est réorientée"
DECIDEE_TEXTE = "La nouvelle mesure et son opérateur sont inscrits au dossier."


class AvisDesReorientations:
    """The rule registered with courriers: a subject of its own among the preferences."""

    libelle = "Réorientations"

    def wants(self, nom: str) -> bool:
        return nom in REGLES or nom == EFFET

    def build(self, evenement_id: int) -> list[Avis]:
        """The notices of one event; whoever did the act is not told of it."""
        evenement = Evenement.objects.get(pk=evenement_id)
        apres = evenement.donnees.get("apres", {})
        is_effet = evenement.nom == EFFET
        pk = apres.get("reorientation_id") if is_effet else evenement.objet_id
        assert is_effet or evenement.objet_type == OBJET_REORIENTATION
        reorientation = (
            Reorientation.objects.unscoped(reason="avis sur une réorientation, sans contenu")
            .select_related("mesure__convention", "instance", "nouvelle__convention")
            .filter(pk=pk)
            .first()
        )
        if reorientation is None:
            return []
        found = _of_effet(reorientation) if is_effet else _of_act(evenement.nom, reorientation)
        return [
            a for a in found if a.utilisateur_id is None or a.utilisateur_id != evenement.acteur_id
        ]


def _of_act(nom: str, reorientation: Reorientation) -> list[Avis]:
    who, titre, texte = REGLES[nom]
    mesure = reorientation.mesure
    titre = titre.format(m=mesure.reference)
    url = reverse("mesures:reorientation", args=[reorientation.pk])
    found: list[Avis] = []
    if DECIDEUR in who:
        if reorientation.instance is not None:
            organisation_id, roles = reorientation.instance.secretariat_id, _SECRETARIAT
        else:
            organisation_id, roles = mesure.convention.commanditaire_id, _FINANCEURS
        found.append(Avis(titre, texte, url, organisation_id=organisation_id, roles=roles))
    if ANCIENS in who:
        found += _to_equipe(mesure, titre, texte, url)
    if PRESCRIPTEUR in who:
        found += _to_prescripteur(mesure, titre, texte, url)
    return found


def _to_equipe(mesure: Mesure, titre: str, texte: str, url: str) -> list[Avis]:
    """The référent, and their head of service."""
    found = [Avis(titre, texte, url, organisation_id=mesure.operateur_id, roles=_CHEFS)]
    if mesure.referent_id is not None:
        found.insert(0, Avis(titre, texte, url, utilisateur_id=mesure.referent_id))
    return found


def _to_prescripteur(mesure: Mesure, titre: str, texte: str, url: str) -> list[Avis]:
    if mesure.prescripteur_id is None:
        return []
    destination = {"organisation_id": mesure.prescripteur_id, "roles": _PRESCRIPTEURS}
    return [Avis(titre, texte, url, **destination)]


def _of_effet(reorientation: Reorientation) -> list[Avis]:
    ancienne, nouvelle = reorientation.mesure, reorientation.nouvelle
    assert nouvelle is not None  # the event is written with it
    url = reverse("mesures:reorientation", args=[reorientation.pk])
    ici = reverse("mesures:detail", args=[nouvelle.pk])
    found = _to_equipe(ancienne, FIN.format(m=ancienne.reference), FIN_TEXTE, url)
    found += _to_equipe(nouvelle, SUITE.format(m=nouvelle.reference), SUITE_TEXTE, ici)
    if nouvelle.statut == StatutMesure.PRESCRITE:
        titre, commanditaire_id = (
            ACCORD.format(m=nouvelle.reference),
            nouvelle.convention.commanditaire_id,
        )
        found.append(
            Avis(titre, ACCORD_TEXTE, ici, organisation_id=commanditaire_id, roles=_FINANCEURS)
        )
    return found + _to_prescripteur(
        ancienne, DECIDEE.format(m=ancienne.reference), DECIDEE_TEXTE, url
    )
