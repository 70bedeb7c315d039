"""Three requests to go on elsewhere: one waits for a session, the funder decided the others."""

from cariatide.comptes.models import Utilisateur
from cariatide.demandes.statuts import StatutSaisine
from cariatide.demonstration.ecriture.contexte import Ecriture
from cariatide.mesures.actions import (
    DonneesReorientation,
    accept_reorientation,
    reject_reorientation,
    request_reorientation,
)
from cariatide.mesures.models import Mesure, Reorientation
from cariatide.mesures.queries import list_destinations, list_motifs_reorientation
from cariatide.mesures.statuts import AvisMenage, StatutMesure
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.queries import build_perimetre
from cariatide.partenaires.statuts import Role, TypeConvention
from cariatide.socle.perimetre import Perimetre

# Nothing else waits for a decision there.
OUVERTES = (StatutMesure.ACTIVE, StatutMesure.RENOUVELEE, StatutMesure.ADHEREE)
EXPOSE = (
    "Les visites montrent que les démarches engagées relèvent d’un autre accompagnement. La "
    "situation et la suite ont été reprises avec le ménage."
)
# (reason, synthesis): what waits, what was accepted, what was refused.
DEMANDES = (
    ("intensite", "Les besoins du ménage dépassent ceux que la mesure prévoyait."),
    ("changement_secteur", "Le ménage s’installe dans le secteur d’un autre opérateur."),
    ("autre_dispositif", "Un autre dispositif paraissait mieux répondre à la situation."),
)


def do_reorientations(e: Ecriture, chef: Perimetre) -> None:
    """By the head of service, then by whoever funds; a story too small goes without."""
    ouvertes = (
        Mesure.objects.visible_to(chef)
        .filter(
            statut__in=OUVERTES,
            operateur_id__in=chef.organisation_ids,
            saisine__statut=StatutSaisine.EN_MISE_EN_OEUVRE,
            menage__adresse_protegee=False,
            menage__fusionne_dans__isnull=True,
        )
        .exclude(menage__nom_usage="Lefèvre – Diallo")
        .select_related("convention")
        .order_by("-pk")
    )
    en_seance = ouvertes.filter(dispositif=TypeConvention.MOUS).first()
    financeurs = Mandat.objects.filter(role=Role.FINANCEUR, utilisateur__is_active=True)
    financees = list(
        ouvertes.exclude(dispositif=TypeConvention.MOUS).filter(
            convention__commanditaire_id__in=financeurs.values("organisation_id")
        )[:2]
    )
    if en_seance is not None:
        _ask(chef, en_seance, 0, AvisMenage.INFORME)
    if not financees:
        return
    # In a small story the same measure is refused once, then accepted.
    financeur = _find_financeur(e, financees[0].convention.commanditaire_id)
    refusee = _ask(chef, financees[0], 2, AvisMenage.REFUS)
    if refusee is not None:
        reject_reorientation(
            perimetre=financeur, reorientation_id=refusee.pk,
            motif="Le ménage souhaite continuer avec la même équipe.",
        )  # fmt: skip
    financeur = _find_financeur(e, financees[-1].convention.commanditaire_id)
    acceptee = _ask(chef, financees[-1], 1, AvisMenage.ACCORD)
    if acceptee is not None:
        accept_reorientation(
            perimetre=financeur, reorientation_id=acceptee.pk,
            motif="L’opérateur du nouveau secteur prend la suite.",
        )  # fmt: skip


def _ask(chef: Perimetre, mesure: Mesure, rang: int, avis: AvisMenage) -> Reorientation | None:
    destination = list_destinations(mesure, chef.jour).first()
    code, synthese = DEMANDES[rang]
    motif = list_motifs_reorientation(chef.jour).get(code=code)
    if destination is None:
        return None
    return request_reorientation(
        perimetre=chef,
        mesure_id=mesure.pk,
        donnees=DonneesReorientation(
            convention_id=destination.pk, motif_id=motif.pk, synthese=synthese,
            expose=EXPOSE, avis_menage=avis, avis_le=chef.jour,
        ),
    )  # fmt: skip


def _find_financeur(e: Ecriture, organisation_id: int) -> Perimetre:
    """Who decides there: the measures were chosen among those whose funder has somebody."""
    mandat = Mandat.objects.filter(
        organisation_id=organisation_id, role=Role.FINANCEUR, utilisateur__is_active=True
    ).order_by("pk")[0]
    return build_perimetre(Utilisateur.objects.get(pk=mandat.utilisateur_id), e.jour)
