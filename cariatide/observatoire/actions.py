"""The only writes of the observatory: freezing a value at publication."""

from django.db import transaction

from cariatide.journal.actions import record_evenement
from cariatide.observatoire.models import ValeurFigee
from cariatide.observatoire.queries import Filtre, compute
from cariatide.observatoire.rules import Periode
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.indicateurs import indicateurs
from cariatide.socle.perimetre import Perimetre

ROLES_PUBLICATION = frozenset({Role.CHARGE_DU_PLAN})


@transaction.atomic
def freeze_valeur(
    *,
    perimetre: Perimetre,
    code: str,
    periode: Periode,
    convention_id: int | None = None,
    motif: str = "",
) -> ValeurFigee:
    """Keep the computed value of a finished period; a correction is a new, motivated revision."""
    mandat = perimetre.find_mandat(ROLES_PUBLICATION)
    if mandat is None:
        raise ActeRefuse("Seul le chargé du plan fige une valeur.")
    if periode.fin >= perimetre.jour:
        raise ActeRefuse("Cette période n’est pas finie : sa valeur bouge encore.")
    indicateur = indicateurs.get(code)
    last = (
        ValeurFigee.objects.select_for_update(of=("self",))
        .filter(code=code, debut=periode.debut, fin=periode.fin, convention_id=convention_id)
        .order_by("-revision")
        .first()
    )
    if last is not None and not motif.strip():
        message = "Une valeur est déjà figée pour cette période : dites pourquoi vous la corrigez."
        raise ErreurMetier(message, {"motif": message})
    resultat = compute(indicateur, periode, Filtre(convention_id=convention_id))
    valeur = ValeurFigee.objects.create(
        code=code,
        version_definition=indicateur.version,
        debut=periode.debut,
        fin=periode.fin,
        convention_id=convention_id,
        valeur=resultat.valeur,
        numerateur=resultat.numerateur,
        denominateur=resultat.denominateur,
        completude=resultat.completude,
        source=indicateur.source,
        revision=last.revision + 1 if last else 1,
        figee_par=perimetre.utilisateur,
        motif=motif.strip(),
    )
    record_evenement(
        "indicateur.fige",
        perimetre=perimetre,
        mandat=mandat,
        objet_type="observatoire.valeur",
        objet_id=valeur.pk,
        libelle=f"{code} {periode.libelle}",
        apres={"valeur": valeur.valeur, "revision": valeur.revision, "motif": valeur.motif},
    )
    return valeur
