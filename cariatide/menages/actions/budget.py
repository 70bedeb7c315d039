"""A new snapshot of a household's budget; none is ever written over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from cariatide.journal.actions import record_evenement
from cariatide.menages.actions.liens import lock_menage, write_fait
from cariatide.menages.models import LigneSituation, NatureBudget, SituationFinanciere
from cariatide.menages.rules import check_passe
from cariatide.menages.statuts import SensBudget, Surendettement
from cariatide.partenaires.queries import en_vigueur
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

OBJET_SITUATION = "menages.situationfinanciere"
ROLES_SITUATION = frozenset({Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE})
LIGNES_MAX = 90


@dataclass(frozen=True)
class DonneesLigne:
    """One line as typed. champ: the name of its field, where a refusal is shown."""

    nature_id: int
    montant: Decimal
    precision: str = ""
    champ: str = ""


@transaction.atomic
def record_situation(
    *,
    perimetre: Perimetre,
    menage_id: int,
    le: date,
    lignes: Sequence[DonneesLigne],
    surendettement: str = Surendettement.NEANT,
    remarque: str = "",
    version: int | None = None,
) -> SituationFinanciere:
    """Write what the household declared on `le`.

    version: the last snapshot written when the page was opened (0 when there was none): somebody
    who wrote one meanwhile is not passed over without being read.
    """
    menage = lock_menage(perimetre, menage_id)
    mandat = _require(perimetre)
    known = SituationFinanciere.objects.visible_to(perimetre).filter(menage_id=menage_id)
    last = known.order_by("-pk").values_list("pk", flat=True).first() or 0
    if version is not None and version != last:
        raise ConflitDeVersion(
            "Quelqu’un d’autre a enregistré un relevé depuis l’ouverture de la page. "
            "Lisez-le avant d’enregistrer le vôtre."
        )
    check_passe(le, perimetre.jour, "le")
    if surendettement not in Surendettement.values:
        raise ErreurMetier("Cet état est inconnu.", {"surendettement": "Choisissez un état."})
    _check_lignes(lignes, le)
    situation = SituationFinanciere(
        menage=menage,
        le=le,
        surendettement=surendettement,
        remarque=remarque.strip(),
        auteur_id=perimetre.utilisateur_id,
        auteur_nom=perimetre.utilisateur[:200],
        organisation_id=mandat.organisation_id,
    )
    situation.save(force_insert=True)
    LigneSituation.objects.bulk_create(
        LigneSituation(
            situation=situation,
            menage_id=menage_id,
            nature_id=ligne.nature_id,
            precision=ligne.precision.strip(),
            montant=ligne.montant,
        )
        for ligne in lignes
    )
    _tell(perimetre, mandat, situation)
    return situation


def _require(perimetre: Perimetre) -> MandatEnVigueur:
    mandat = perimetre.find_mandat(ROLES_SITUATION)
    if mandat is None:
        raise ActeRefuse("Seule l’équipe d’accompagnement relève la situation financière.")
    return mandat


def _check_lignes(lignes: Sequence[DonneesLigne], le: date) -> None:
    if not lignes:
        raise ErreurMetier("Écrivez au moins une ligne : un montant de zéro se dit aussi.")
    if len(lignes) > LIGNES_MAX:
        raise ErreurMetier(f"Un relevé a {LIGNES_MAX} lignes au plus.")
    natures = {n.pk: n for n in NatureBudget.objects.filter(en_vigueur(le))}
    for ligne in lignes:
        nature = natures.get(ligne.nature_id)
        if nature is None:
            _refuse("Cette nature n’est pas en usage à cette date.", ligne)
        elif nature.sens == SensBudget.DETTE and not ligne.precision.strip():
            _refuse("Dites à qui cette dette est due.", ligne)
        elif nature.a_preciser and not ligne.precision.strip():
            _refuse(f"Dites ce que c’est : « {nature.libelle} » ne suffit pas.", ligne)
        if ligne.montant < 0:
            _refuse("Un montant ne peut pas être négatif.", ligne)


def _refuse(phrase: str, ligne: DonneesLigne) -> None:
    raise ErreurMetier(phrase, {ligne.champ: phrase} if ligne.champ else {})


def _tell(perimetre: Perimetre, mandat: MandatEnVigueur, situation: SituationFinanciere) -> None:
    write_fait(
        perimetre=perimetre,
        menage_id=situation.menage_id,
        le=situation.le,
        domaine="menages",
        titre="Situation financière relevée",
        source=(OBJET_SITUATION, situation.pk),
        niveau=Niveau.SOCIAL,
    )
    record_evenement(
        "menage.situation_relevee",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_SITUATION,
        objet_id=situation.pk,
        menage_id=situation.menage_id,
        niveau=Niveau.SOCIAL,
        apres={"le": situation.le, "surendettement": situation.surendettement, "lignes": None},
    )
