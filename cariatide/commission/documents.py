"""Papers of a session as frozen contexts: convocation, agenda, minutes, notification.

The synthesis printed in the minutes is what the members could read, no more. The address of a
protected household is not read here (level C): its letter is handed over by its référent.
"""

from datetime import datetime

from django.utils import timezone

from cariatide.commission.models import Decision, MembreInstance, Passage, Presence, Seance
from cariatide.commission.ports import Synthese, examinables
from cariatide.commission.queries import (
    LigneAgenda,
    count_quorum,
    find_prochaine,
    find_regle,
    list_agenda,
    list_notifications_seance,
    list_presences,
    read_synthese,
)
from cariatide.commission.rules import describe_regle, split_lignes
from cariatide.commission.statuts import (
    EtatPresence,
    SensDecision,
    StatutPassage,
)
from cariatide.documents.assemblage import assemble
from cariatide.documents.contextes.base import Destinataire, EnTete, Signature
from cariatide.documents.contextes.commission import (
    DossierExamine,
    DossierInscrit,
    Membre,
    OrdreDuJour,
    PointOrdreDuJour,
    ProcesVerbal,
    Quorum,
)
from cariatide.documents.contextes.courriers import Convocation, NotificationDecision
from cariatide.documents.modeles import find_modele
from cariatide.documents.queries import read_document
from cariatide.menages.models import Domicile
from cariatide.partenaires.models import Organisation
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse, Introuvable
from cariatide.socle.perimetre import Perimetre

MODELE_NOTIFICATION = "notification_decision"
# Reference of what is not issued; documents gives the number when it is.
APERCU = "Aperçu"
# As the minutes print them.
_PRESENCES = {
    EtatPresence.PRESENT: "Présent",
    EtatPresence.POUVOIR: "Représenté",
    EtatPresence.EXCUSE: "Excusé",
    EtatPresence.ABSENT: "Absent",
}
_SENS = {
    SensDecision.MAINTIEN: "Orientation vers le maintien dans les lieux",
    SensDecision.RELOGEMENT: "Orientation vers un relogement",
    SensDecision.AJOURNEMENT: "Ajournement : le dossier sera réexaminé à une prochaine séance",
    SensDecision.REFUS: "Refus",
}
_AXES = {SensDecision.MAINTIEN: "maintien", SensDecision.RELOGEMENT: "relogement"}


def build_convocation(perimetre: Perimetre, seance: Seance, membre: MembreInstance) -> Convocation:
    """The letter to one member, with the agenda."""
    instance = seance.instance
    regle = find_regle(instance.pk, seance.le)
    return Convocation(
        en_tete=_en_tete(instance.secretariat),
        reference=APERCU,
        etabli_le=perimetre.jour,
        lieu=instance.secretariat.ville,
        destinataire=_destinataire(membre),
        objet=f"Convocation à la séance du {format_date(seance.le)}",
        signature=Signature(qualite="Pour le secrétariat", nom=perimetre.utilisateur),
        instance=instance.nom,
        debut=_debut(seance),
        lieu_seance=seance.lieu,
        visioconference=seance.visioconference,
        points=_points(perimetre, seance),
        quorum=(
            f"Règle de quorum : {describe_regle(regle)}. Si vous ne pouvez pas venir, merci de "
            "prévenir votre suppléant ou de donner pouvoir à un autre membre."
            if regle
            else ""
        ),
    )


def build_ordre_du_jour(perimetre: Perimetre, seance: Seance) -> OrdreDuJour:
    instance = seance.instance
    return OrdreDuJour(
        en_tete=_en_tete(instance.secretariat),
        reference=APERCU,
        etabli_le=perimetre.jour,
        lieu=instance.secretariat.ville,
        instance=instance.nom,
        debut=_debut(seance),
        lieu_seance=seance.lieu,
        president=seance.president or instance.presidence,
        points=_points(perimetre, seance),
    )


def build_proces_verbal(perimetre: Perimetre, seance: Seance) -> ProcesVerbal:
    """The minutes, from what was recorded: nothing is typed again."""
    instance = seance.instance
    presences = list_presences(seance)
    quorum = count_quorum(seance, presences)
    suivante = find_prochaine(perimetre, instance.pk, seance)
    return ProcesVerbal(
        en_tete=_en_tete(instance.secretariat),
        reference=APERCU,
        etabli_le=perimetre.jour,
        lieu=instance.secretariat.ville,
        instance=instance.nom,
        debut=seance.ouverte_a or _debut(seance),
        fin=seance.close_a or timezone.now(),
        lieu_seance=seance.lieu,
        president=Signature(
            qualite="La présidence de séance", nom=seance.president or instance.presidence
        ),
        secretaire=Signature(qualite="Le secrétariat", nom=perimetre.utilisateur),
        membres=tuple(_membre(p) for p in presences),
        quorum=Quorum(requis=quorum.requis, presents=quorum.presents, membres=quorum.membres),
        ouverture=_ouverture(seance, quorum.dispense and not quorum.is_atteint),
        dossiers=tuple(
            _examine(perimetre, ligne, read_synthese(perimetre, ligne.passage))
            for ligne in list_agenda(perimetre, seance.pk)
        ),
        points_divers=seance.points_divers,
        prochaine_seance=_debut(suivante) if suivante else None,
    )


def build_notification(
    perimetre: Perimetre, passage: Passage, decision: Decision
) -> NotificationDecision:
    """The decision told to the household; appeals as the instance wrote them, never by default."""
    instance = passage.seance.instance
    sens = SensDecision(decision.sens)
    recours = instance.voies_recours if sens != SensDecision.AJOURNEMENT else ""
    return NotificationDecision(
        en_tete=_en_tete(instance.secretariat),
        reference=APERCU,
        etabli_le=perimetre.jour,
        lieu=instance.secretariat.ville,
        destinataire=_menage(perimetre, passage),
        objet=f"Décision prise le {format_date(decision.le)}",
        vos_references=passage.reference,
        signature=Signature(
            qualite="Pour la présidence de l’instance, le secrétariat", nom=perimetre.utilisateur
        ),
        instance=instance.nom,
        seance_le=decision.le,
        dossier_reference=passage.reference,
        menage="votre ménage",
        sens=describe_sens(perimetre, passage, sens),
        axe=_AXES.get(sens, ""),
        motif=decision.motif,
        conditions=split_lignes(decision.conditions),
        voies_recours=tuple(p for p in recours.split("\n\n") if p.strip()),
    )


def _debut(seance: Seance) -> datetime:
    return timezone.make_aware(datetime.combine(seance.le, seance.heure))


def _en_tete(organisation: Organisation) -> EnTete:
    return EnTete(
        organisation=organisation.nom,
        adresse=_adresse(organisation),
        telephone=organisation.telephone,
        courriel=organisation.courriel,
        identifiant=f"SIRET {organisation.siret}" if organisation.siret else "",
    )


def _adresse(organisation: Organisation) -> tuple[str, ...]:
    ville = f"{organisation.code_postal} {organisation.ville}".strip()
    return tuple(ligne for ligne in (organisation.adresse, ville) if ligne)


def _destinataire(membre: MembreInstance) -> Destinataire:
    lignes = (membre.titulaire, membre.organisation.nom, *_adresse(membre.organisation))
    return Destinataire(lignes=tuple(ligne for ligne in lignes if ligne))


def _menage(perimetre: Perimetre, passage: Passage) -> Destinataire:
    """Name and address of the household, when the secretariat may read it."""
    nom = f"Ménage {passage.menage.nom_usage}"
    domicile = (
        Domicile.objects.visible_to(perimetre)
        .filter(menage_id=passage.menage_id, au__isnull=True)
        .select_related("commune")
        .order_by("-du")
        .first()
    )
    if domicile is None or not domicile.adresse:
        return Destinataire(lignes=(nom, "À remettre par le référent du ménage"))
    ville = f"{domicile.code_postal} {domicile.commune.nom if domicile.commune else ''}".strip()
    lignes = (nom, domicile.adresse, domicile.complement, ville)
    return Destinataire(lignes=tuple(ligne for ligne in lignes if ligne))


def _points(perimetre: Perimetre, seance: Seance) -> tuple[PointOrdreDuJour, ...]:
    dossiers = tuple(_inscrit(ligne) for ligne in list_agenda(perimetre, seance.pk))
    examen = PointOrdreDuJour(
        libelle="Examen des dossiers",
        detail="" if dossiers else "Aucun dossier n’est inscrit à ce jour.",
        dossiers=dossiers,
    )
    return (examen, PointOrdreDuJour(libelle="Points divers"))


def _inscrit(ligne: LigneAgenda) -> DossierInscrit:
    passage = ligne.passage
    motifs = []
    if passage.sens_provisoire:
        label = SensDecision(passage.sens_provisoire).label.lower()
        motifs.append(f"Orientation provisoire à ratifier : {label}")
    if passage.urgent:
        motifs.append(f"Urgence : {passage.motif_urgence}" if passage.motif_urgence else "Urgence")
    return DossierInscrit(
        rang=ligne.rang,
        reference=passage.reference,
        menage=f"Ménage {passage.libelle}",
        motif=" ; ".join(motifs),
        presente_par=passage.origine,
        passage=_passage(passage),
    )


def _passage(passage: Passage) -> str:
    precedent = passage.reporte_de
    if precedent is None:
        return "Première présentation"
    mot = "Ajourné" if precedent.statut == StatutPassage.AJOURNE else "Reporté"
    return f"{mot} le {format_date(precedent.seance.le)}"


def _membre(presence: Presence) -> Membre:
    label = _PRESENCES[EtatPresence(presence.etat)]
    if presence.pouvoir_a:
        label = f"{label} par {presence.pouvoir_a}"
    return Membre(
        organisation=presence.organisation.nom,
        representant=presence.representant,
        presence=label,
        voix=presence.voix,
    )


def _ouverture(seance: Seance, sans_quorum: bool) -> str:
    premiere = seance.seconde_de
    if premiere is None:
        return ""
    texte = f"Seconde convocation, après la séance du {format_date(premiere.le)} sans quorum."
    if sans_quorum:
        texte += " Les dossiers de la première convocation sont décidés par les membres présents."
    return texte


def _examine(perimetre: Perimetre, ligne: LigneAgenda, synthese: Synthese) -> DossierExamine:
    passage, decision = ligne.passage, ligne.decision
    return DossierExamine(
        rang=ligne.rang,
        reference=passage.reference,
        menage=f"Ménage {passage.libelle}",
        presente_par=passage.origine,
        synthese=_texte(synthese),
        decision=_describe_decision(perimetre, passage, decision),
        motif=decision.motif if decision else "Le dossier n’a pas été examiné.",
        conditions=split_lignes(decision.conditions) if decision else (),
        votes=decision.votes if decision else "",
        non_participants=_split_noms(decision.deports) if decision else (),
    )


def describe_sens(perimetre: Perimetre, passage: Passage, sens: SensDecision) -> str:
    """What was decided, as the owner of the case says it, or in the usual words."""
    kind = examinables.get(passage.objet_type)
    return kind.describe_sens(passage.objet_id, sens, perimetre) or _SENS[sens]


def _describe_decision(perimetre: Perimetre, passage: Passage, decision: Decision | None) -> str:
    if decision is None:
        return "Report à la prochaine séance, sans décision"
    label = describe_sens(perimetre, passage, SensDecision(decision.sens))
    if passage.sens_provisoire and passage.sens_provisoire == decision.sens:
        return f"{label} (orientation provisoire ratifiée)"
    return label


def _split_noms(texte: str) -> tuple[str, ...]:
    return split_lignes(texte.replace(",", "\n").replace(";", "\n"))


def _texte(synthese: Synthese) -> str:
    faits = "\n".join(f"{libelle} : {valeur}" for libelle, valeur in synthese.faits if valeur)
    return "\n\n".join(part for part in (faits, synthese.texte) if part)


def render_papier(perimetre: Perimetre, seance: Seance, modele: str) -> tuple[str, bytes]:
    """File name and PDF of the agenda or of the minutes as they stand: a preview, not issued."""
    builders = {"ordre_du_jour": build_ordre_du_jour, "proces_verbal": build_proces_verbal}
    if modele not in builders:
        raise Introuvable("Ce papier n’existe pas.")
    contexte = builders[modele](perimetre, seance)
    nom = f"{modele.replace('_', '-')}-{seance.le.isoformat()}.pdf"
    return nom, find_modele(modele).render(contexte)


def print_notifications(perimetre: Perimetre, seance: Seance) -> bytes:
    """The notifications of a session as they were issued, in one file, in their order."""
    return assemble(
        [
            (document.reference, read_document(perimetre, document))
            for document in list_notifications_seance(perimetre, seance.pk)
        ],
        titre=f"Notifications de la séance du {format_date(seance.le)}",
    )


def render_notification(perimetre: Perimetre, passage: Passage) -> tuple[str, bytes]:
    """File name and PDF of a notification as it would be issued now."""
    decision: Decision | None = getattr(passage, "decision", None)
    if decision is None:
        raise ActeRefuse("Aucune décision n’est enregistrée : il n’y a rien à notifier.")
    contexte = build_notification(perimetre, passage, decision)
    return f"notification-{passage.reference}.pdf", find_modele(MODELE_NOTIFICATION).render(
        contexte
    )
