"""Snapshots of a household's budget, as menages.actions.record_situation writes them."""

from datetime import date, timedelta
from decimal import Decimal

from cariatide.demonstration.ecriture.contexte import Ecriture, MenageEcrit
from cariatide.demonstration.hasard import chance
from cariatide.demonstration.plume import Acteur
from cariatide.menages.actions.budget import OBJET_SITUATION
from cariatide.menages.models import LigneSituation, SituationFinanciere

# Every household has a first snapshot; about one in two, another one later.
PART_REVUS = 0.5
MINIMA = 900  # euros a month: above it, the demonstration says wages
INTERVALLE = (120, 260)  # days
Lignes = list[tuple[str, str, Decimal]]


def write_situations(e: Ecriture, ecrit: MenageEcrit, acteur: Acteur, le: date) -> None:
    """The first snapshot, and often a second one where debts went down and resources moved."""
    h = e.hasard("budget", ecrit.menage.reference)
    lignes = _draw(e, ecrit)
    _write(e, ecrit, acteur, le, lignes)
    suivant = le + timedelta(days=h.randint(*INTERVALLE))
    if suivant <= e.jour and chance(h, PART_REVUS):
        _write(e, ecrit, acteur, suivant, [_age(h.uniform(0.35, 0.9), ligne) for ligne in lignes])


def _draw(e: Ecriture, ecrit: MenageEcrit) -> Lignes:
    h, foyer = e.hasard("budget", ecrit.menage.reference, "lignes"), ecrit.foyer
    lignes: Lignes = []
    enfants = len(foyer.enfants)
    familiales = min(_euros(enfants * h.uniform(70, 110)), foyer.ressources)
    if familiales:
        lignes.append(("prestations_familiales", "", familiales))
    reste = foyer.ressources - familiales
    # No minimum income is as high as the larger sums of the distribution.
    principal = h.choice(("rsa", "emploi", "aah")) if reste < MINIMA else "emploi"
    lignes.append((principal, "", reste))
    if foyer.loyer:
        lignes.append(("loyer", "", foyer.loyer))
        lignes.append(("aide_logement", "", _euros(float(foyer.loyer) * h.uniform(0.3, 0.6))))
    if foyer.charges:
        lignes.append(("charges_locatives", "", foyer.charges))
    lignes.append(("energie", "", _euros(h.uniform(45, 160))))
    lignes.append(("telephone", "", _euros(h.uniform(15, 45))))
    if foyer.dettes:
        lignes.append(("dette_logement", foyer.bailleur or "Bailleur", foyer.dettes))
    return lignes


def _euros(montant: float) -> Decimal:
    return Decimal(f"{montant:.2f}")


def _age(part: float, ligne: tuple[str, str, Decimal]) -> tuple[str, str, Decimal]:
    """The line some months later: a debt is partly paid, the rest stays."""
    code, precision, montant = ligne
    return (code, precision, _euros(float(montant) * part)) if "dette" in code else ligne


def _write(e: Ecriture, ecrit: MenageEcrit, acteur: Acteur, le: date, lignes: Lignes) -> None:
    menage = ecrit.menage
    situation = e.tampon.ajoute(
        SituationFinanciere(
            menage_id=menage.pk,
            le=le,
            auteur_id=acteur.utilisateur_id,
            auteur_nom=acteur.nom,
            organisation_id=acteur.organisation_id,
            enregistree_le=e.plume.instant(le),
        )
    )
    for code, precision, montant in lignes:
        e.tampon.ajoute(
            LigneSituation(
                situation_id=situation.pk, menage_id=menage.pk, nature_id=e.natures[code],
                precision=precision, montant=montant,
            )
        )  # fmt: skip
    objet = (OBJET_SITUATION, situation.pk)
    e.plume.fait(menage, acteur, le, "menages", "Situation financière relevée", objet, niveau=2)
    e.plume.evenement(
        "menage.situation_relevee", acteur, le, objet, menage_id=menage.pk, niveau=2,
        apres={"le": le, "surendettement": "neant", "lignes": None},
    )  # fmt: skip
