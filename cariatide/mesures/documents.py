"""Papers of a measure as frozen contexts: contract, review by recipient, diagnosis.

A review is printed for one recipient with the parts meant for them: the household and the team read
all of it, the funder and the landlord read facts and the synthesis written for partners (level F).
Personal notes and health are never read here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from cariatide.documents.contextes.accompagnement import (
    Bilan as ContexteBilan,
)
from cariatide.documents.contextes.accompagnement import (
    BilanBailleur,
    ContratAccompagnement,
    LigneBudget,
    MembreMenage,
    ObjectifContrat,
    ObjectifEvalue,
)
from cariatide.documents.contextes.accompagnement import (
    DiagnosticSocial as ContexteDiagnostic,
)
from cariatide.documents.contextes.base import Champ, EnTete, Rubrique, Signature
from cariatide.menages.budget import find_releve, list_lignes
from cariatide.menages.models import Appartenance, Domicile, LigneSituation
from cariatide.menages.statuts import SensBudget
from cariatide.mesures.models import (
    Bilan,
    BilanContenu,
    DiagnosticSocial,
    DiagnosticSocialContenu,
    EvaluationObjectif,
    Intervention,
    Mesure,
    Objectif,
)
from cariatide.mesures.statuts import (
    DestinataireBilan,
    Presence,
    StatutObjectif,
    TypeIntervention,
)
from cariatide.partenaires.models import Organisation
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.dates import format_date
from cariatide.socle.money import format_euros, format_pourcent
from cariatide.socle.perimetre import Niveau, Perimetre

ENGAGEMENTS_MENAGE = (
    "Participer aux rencontres convenues, ou prévenir en cas d’empêchement.",
    "Réaliser les démarches convenues avec le référent.",
    "Signaler tout changement de situation qui touche au logement.",
)
ENGAGEMENTS_OPERATEUR = (
    "Désigner un référent et informer le ménage de tout changement.",
    "Accompagner le ménage dans les démarches convenues.",
    "Établir avec le ménage un bilan écrit avant le terme.",
)
DROIT_ARRET = (
    "L’accompagnement repose sur l’adhésion du ménage. Le ménage peut y mettre fin à tout moment, "
    "par écrit ou de vive voix auprès du référent."
)
INFORMATION_RGPD = (
    "Les données recueillies servent à l’accompagnement et à son financement. L’équipe "
    "d’accompagnement lit le dossier ; le financeur et les partenaires n’en lisent que les faits "
    "et les synthèses qui leur sont destinées.",
    "Le ménage peut demander l’accès à ses données, leur rectification ou leur effacement auprès "
    "du délégué à la protection des données de l’opérateur.",
)


@dataclass(frozen=True)
class DonneesContrat:
    """What the contract says beside the measure itself."""

    debut: date
    frequence: str
    engagements_menage: Sequence[str] = ENGAGEMENTS_MENAGE
    engagements_operateur: Sequence[str] = ENGAGEMENTS_OPERATEUR


def make_en_tete(organisation: Organisation) -> EnTete:
    ville = f"{organisation.code_postal} {organisation.ville}".strip()
    return EnTete(
        organisation=organisation.nom,
        adresse=tuple(ligne for ligne in (organisation.adresse, ville) if ligne),
        telephone=organisation.telephone,
        courriel=organisation.courriel,
        identifiant=f"SIRET {organisation.siret}" if organisation.siret else "",
    )


def _membres(menage_id: int, perimetre: Perimetre) -> list[Appartenance]:
    return list(
        Appartenance.objects.visible_to(perimetre)
        .filter(en_vigueur(perimetre.jour), menage_id=menage_id)
        .select_related("personne")
        .order_by("du", "id")
    )


def _signataires(menage_id: int, perimetre: Perimetre) -> list[str]:
    """Référent and spouse: who signs for the household."""
    people = [a for a in _membres(menage_id, perimetre) if a.role in ("referent", "conjoint")]
    people.sort(key=lambda a: a.role != "referent")
    return [str(a.personne) for a in people]


def read_adresse(menage_id: int, perimetre: Perimetre) -> tuple[str, ...]:
    """Lines of the address; none when it is protected, even for who may read it: paper travels."""
    domicile = (
        Domicile.objects.visible_to(perimetre)
        .filter(en_vigueur(perimetre.jour), menage_id=menage_id, protege=False)
        .select_related("commune")
        .first()
    )
    if domicile is None:
        return ()
    ville = f"{domicile.code_postal} {domicile.commune.nom if domicile.commune else ''}".strip()
    return tuple(x for x in (domicile.adresse, domicile.complement, ville) if x)


def _referent(mesure: Mesure) -> str:
    return mesure.referent.nom_complet if mesure.referent else "à désigner"


def build_contrat(
    mesure: Mesure, donnees: DonneesContrat, fin: date, perimetre: Perimetre
) -> ContratAccompagnement:
    """The contract, ready to sign; objectives are those in progress."""
    signataires = _signataires(mesure.menage_id, perimetre)
    objectifs = (
        Objectif.objects.visible_to(perimetre)
        .filter(mesure=mesure, statut=StatutObjectif.EN_COURS)
        .order_by("id")
    )
    return ContratAccompagnement(
        en_tete=make_en_tete(mesure.operateur),
        reference=f"{mesure.reference}/contrat",
        etabli_le=perimetre.jour,
        lieu=mesure.operateur.ville,
        dispositif=mesure.get_dispositif_display(),
        axe=mesure.get_axe_display().lower(),
        mesure_reference=mesure.reference,
        convention=str(mesure.convention),
        menage=(*signataires, *read_adresse(mesure.menage_id, perimetre)),
        referent=_referent(mesure),
        financeur=mesure.convention.commanditaire.nom,
        debut=donnees.debut,
        fin=fin,
        duree=f"{mesure.duree_mois} mois",
        frequence=donnees.frequence,
        objectifs=tuple(
            ObjectifContrat(intitule=o.libelle, moyens=o.moyens, echeance=o.echeance)
            for o in objectifs
        ),
        engagements_menage=tuple(donnees.engagements_menage),
        engagements_operateur=tuple(donnees.engagements_operateur),
        droit_arret=DROIT_ARRET,
        information_rgpd=INFORMATION_RGPD,
        signatures=(
            *(Signature(qualite="Le ménage", nom=nom) for nom in signataires),
            Signature(qualite="Pour l’opérateur", nom=_referent(mesure)),
        ),
    )


# -- review ----------------------------------------------------------------------------------


def build_bilan(
    bilan: Bilan, destinataire: str, perimetre: Perimetre, *, bailleur: str = ""
) -> ContexteBilan:
    """The review for one recipient; bailleur: name of the landlord it is printed for."""
    mesure = bilan.mesure
    complet = destinataire in (DestinataireBilan.EQUIPE, DestinataireBilan.MENAGE)
    classe = ContexteBilan if complet else BilanBailleur
    contenu = (
        BilanContenu.objects.visible_to(perimetre).filter(bilan=bilan).first() if complet else None
    )
    nom = DestinataireBilan(destinataire).label
    if destinataire == DestinataireBilan.BAILLEUR and bailleur.strip():
        nom = f"Bailleur : {bailleur.strip()}"
    if destinataire == DestinataireBilan.FINANCEUR:
        nom = f"Financeur : {mesure.convention.commanditaire}"
    return classe(
        en_tete=make_en_tete(mesure.operateur),
        reference=f"{mesure.reference}/bilan-{bilan.pk}/{destinataire}",
        etabli_le=perimetre.jour,
        lieu=mesure.operateur.ville,
        type_bilan=bilan.get_type_display(),
        destinataire_document=nom,
        partiel=not complet,
        mesure_reference=mesure.reference,
        dispositif=mesure.get_dispositif_display(),
        axe=mesure.get_axe_display().lower(),
        menage=mesure.menage.nom_usage,
        referent=_referent(mesure),
        du=bilan.du,
        au=bilan.le,
        interventions=_count_interventions(bilan, perimetre),
        objectifs=_objectifs(bilan, contenu, destinataire, perimetre),
        rubriques=_rubriques(bilan, contenu),
        conclusion=contenu.conclusion if contenu else "",
        suite_proposee=bilan.get_suite_display() if bilan.suite else "",
        signatures=(
            Signature(qualite="Référent", nom=_referent(mesure)),
            Signature(qualite="Chef de service", nom=bilan.valide_par, signe_le=bilan.valide_le),
        ),
    )


def _count_interventions(bilan: Bilan, perimetre: Perimetre) -> tuple[Champ, ...]:
    rows = (
        Intervention.objects.visible_to(perimetre)
        .filter(mesure_id=bilan.mesure_id, date__gte=bilan.du, date__lte=bilan.le)
        .order_by()
        .values_list("type", "presence")
        .annotate(n=Count("pk"))
    )
    totals: dict[str, int] = {}
    absences = 0
    for type_, presence, n in rows:
        totals[type_] = totals.get(type_, 0) + n
        absences += n if presence in (Presence.ABSENT, Presence.EXCUSE) else 0
    champs = [
        Champ(libelle=t.label, valeur=str(totals[t])) for t in TypeIntervention if t in totals
    ]
    if absences:
        champs.append(Champ(libelle="Dont rencontres manquées", valeur=str(absences)))
    return tuple(champs)


def _objectifs(
    bilan: Bilan, contenu: BilanContenu | None, destinataire: str, perimetre: Perimetre
) -> tuple[ObjectifEvalue, ...]:
    """The landlord reads the theme of an objective, not its wording; remarks are level S."""
    rows = (
        EvaluationObjectif.objects.visible_to(perimetre)
        .filter(bilan=bilan)
        .select_related("objectif")
        .order_by("objectif_id")
    )
    remarques = contenu.commentaires if contenu else {}
    bailleur = destinataire == DestinataireBilan.BAILLEUR
    return tuple(
        ObjectifEvalue(
            intitule=r.objectif.get_theme_display() if bailleur else r.objectif.libelle,
            atteinte=r.atteinte,
            commentaire=remarques.get(str(r.objectif_id), ""),
        )
        for r in rows
    )


def _rubriques(bilan: Bilan, contenu: BilanContenu | None) -> tuple[Rubrique, ...]:
    parts: list[tuple[str, str]] = []
    if contenu is not None:
        parts += [
            ("Évolution de la situation", contenu.evolution),
            ("Actions menées", contenu.actions_menees),
            ("Difficultés rencontrées", contenu.difficultes),
        ]
    dettes = [
        f"{quand} : {format_euros(montant)}"
        for quand, montant in (
            ("au début de la période", bilan.dette_initiale),
            ("à la fin", bilan.dette_actuelle),
        )
        if montant is not None
    ]
    parts.append(("Dette de logement", ", ".join(dettes).capitalize()))
    if contenu is None:
        parts.append(("Synthèse", bilan.synthese_partenaires))
    return tuple(Rubrique(titre=t, texte=x) for t, x in parts if x.strip())


# -- diagnosis -------------------------------------------------------------------------------


def build_diagnostic(diagnostic: DiagnosticSocial, perimetre: Perimetre) -> ContexteDiagnostic:
    """The diagnosis without its confidential part: health is handed over by the référent."""
    mesure = diagnostic.mesure
    contenu = DiagnosticSocialContenu.objects.visible_to(perimetre).get(diagnostic=diagnostic)
    sections = (
        ("Situation du ménage", contenu.composition),
        ("Ressources, charges et dettes", contenu.ressources),
        ("Logement", contenu.logement),
        ("Souhaits du ménage", contenu.souhaits),
        ("Capacités et points d’appui", contenu.capacites),
    )
    lignes = [ligne.strip(" -•") for ligne in contenu.preconisations.splitlines()]
    return ContexteDiagnostic(
        en_tete=make_en_tete(mesure.operateur),
        reference=f"{mesure.reference}/diagnostic-{diagnostic.pk}",
        etabli_le=perimetre.jour,
        lieu=mesure.operateur.ville,
        niveau=Niveau.SOCIAL,
        commanditaire=str(diagnostic.commanditaire or ""),
        motif=diagnostic.motif,
        menage=mesure.menage.nom_usage,
        menage_reference=mesure.menage.reference,
        referent=_referent(mesure),
        visite_le=diagnostic.visite_le,
        membres=tuple(
            MembreMenage(
                nom=str(a.personne), lien=a.get_role_display(), naissance=a.personne.naissance
            )
            for a in _membres(mesure.menage_id, perimetre)
        ),
        **_budget(mesure.menage_id, perimetre),
        rubriques=tuple(Rubrique(titre=t, texte=x) for t, x in sections if x.strip()),
        preconisations=tuple(ligne for ligne in lignes if ligne),
        valide_par=diagnostic.valide_par,
        valide_le=diagnostic.valide_le,
        signatures=(
            Signature(qualite="Référent", nom=_referent(mesure)),
            Signature(
                qualite="Chef de service",
                nom=diagnostic.valide_par,
                signe_le=diagnostic.valide_le,
            ),
        ),
    )


def _budget(menage_id: int, perimetre: Perimetre) -> dict[str, Any]:
    """The sums of the latest snapshot: written once, on the household."""
    releve = find_releve(perimetre, menage_id, perimetre.jour)
    if releve is None:
        return {}
    lignes = list_lignes(perimetre, releve.situation.pk)
    taux = releve.budget.taux_effort
    reste = "Reste à vivre (formule à vérifier)"
    return {
        "ressources": _lignes(lignes, SensBudget.RESSOURCE),
        "charges": _lignes(lignes, SensBudget.CHARGE),
        "synthese_budget": (
            Champ(libelle="Relevé du", valeur=format_date(releve.situation.le)),
            Champ(libelle="Dettes", valeur=format_euros(releve.budget.dettes)),
            Champ(libelle=reste, valeur=format_euros(releve.budget.reste_a_vivre)),
            Champ(
                libelle="Taux d’effort",
                valeur="Non calculable" if taux is None else format_pourcent(taux),
            ),
        ),
    }


def _lignes(lignes: Sequence[LigneSituation], sens: SensBudget) -> tuple[LigneBudget, ...]:
    return tuple(
        LigneBudget(
            libelle=" ".join(p for p in (ligne.nature.libelle, ligne.precision) if p),
            montant=format_euros(ligne.montant),
        )
        for ligne in lignes
        if ligne.nature.sens == sens
    )
