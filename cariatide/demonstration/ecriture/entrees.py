"""Households enter their new homes, as baux.actions.record_entree writes it."""

from decimal import Decimal

from cariatide.baux.actions import OBJET
from cariatide.baux.models import Occupation
from cariatide.baux.statuts import NatureTitre
from cariatide.demonstration.ecriture.contexte import Ecriture
from cariatide.demonstration.ecriture.menages import move
from cariatide.demonstration.hasard import moins, pese
from cariatide.demonstration.plan import PlanLogement
from cariatide.menages.models import Domicile
from cariatide.parc.models import Logement


def write_entree(e: Ecriture, plan: PlanLogement, logement: Logement) -> Occupation:
    """The occupation, the dwelling that follows, the line of the parcours."""
    mesure_plan, le = plan.mesure, plan.entree_le
    assert mesure_plan is not None and le is not None
    numero = mesure_plan.saisine.numero
    h = e.hasard("entree", numero)
    ecrit = e.menages[mesure_plan.saisine.foyer]
    nature = (
        NatureTitre.BAIL
        if plan.categorie != "conventionne_tres_social"
        else NatureTitre(pese(h, [("bail_glissant", 2), ("sous_location", 1)]))
    )
    acteur = e.monde.acteur(mesure_plan.referent, "travailleur_social")
    occupation = _occupation(e, plan, logement, nature)
    commune = next(c for c in e.monde.communes if c.pk == logement.commune_id)
    statut = {
        NatureTitre.BAIL_GLISSANT: "sous_locataire",
        NatureTitre.SOUS_LOCATION: "sous_locataire",
    }.get(nature, "locataire_hlm" if plan.categorie == "hlm" else "locataire_prive")
    move(
        e, ecrit,
        Domicile(
            adresse=logement.adresse, complement=logement.complement,
            code_postal=logement.code_postal, commune_id=logement.commune_id,
            statut_occupation=statut, origine="logement",
        ),
        commune.nom, acteur, le,
    )  # fmt: skip
    detail = f"{logement.get_type_display()}, {nature.label.lower()}"
    if not ecrit.menage.adresse_protegee:
        detail = f"{logement.adresse}, {commune}. {detail}"
    e.plume.fait(
        ecrit.menage, acteur, le, "baux", "Entrée dans un nouveau logement",
        (OBJET, occupation.pk), detail=detail, ton="ok",
    )  # fmt: skip
    e.plume.evenement(
        "occupation.entree", acteur, le, (OBJET, occupation.pk), menage_id=ecrit.menage.pk,
        libelle=ecrit.menage.reference, apres={"logement": logement.reference, "entree_le": le},
    )  # fmt: skip
    return occupation


def _occupation(
    e: Ecriture, plan: PlanLogement, logement: Logement, nature: NatureTitre
) -> Occupation:
    mesure_plan, le = plan.mesure, plan.entree_le
    assert mesure_plan is not None and le is not None
    numero = mesure_plan.saisine.numero
    mesure, h = e.mesures[numero], e.hasard("signature", numero)
    return e.tampon.ajoute(
        Occupation(
            menage_id=mesure.menage_id,
            logement_id=logement.pk,
            organisation_id=e.monde.organisations["operateur"].pk,
            convention_id=mesure.convention_id,
            nature=nature,
            est_relogement=True,
            date_signature=moins(h, le, 0, 8),
            entree_le=le,
            loyer=logement.loyer,
            charges=logement.charges or Decimal(0),
            mesure_id=mesure.pk,
            saisine_id=mesure.saisine_id,
        )
    )
