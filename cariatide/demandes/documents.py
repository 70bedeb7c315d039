"""The sheet of a saisine: facts alone, level F (domain model, section 5)."""

from datetime import date

from cariatide.demandes.queries import FicheSaisine
from cariatide.demandes.statuts import Canal
from cariatide.documents.contextes.accompagnement import FicheSaisine as ContexteFiche
from cariatide.documents.contextes.accompagnement import MembreMenage, PieceAttendue
from cariatide.documents.contextes.base import Champ, EnTete
from cariatide.menages.statuts import RoleMenage
from cariatide.partenaires.models import Organisation

MODELE = "fiche_saisine"


def build_contexte(
    fiche: FicheSaisine, logement: list[tuple[str, str]], jour: date
) -> ContexteFiche:
    """The frozen context of the sheet; `logement` as the session reads it (protected or not)."""
    saisine, menage = fiche.saisine, fiche.saisine.menage
    assert menage is not None and saisine.deposee_le is not None
    return ContexteFiche(
        en_tete=_en_tete(saisine.origine_organisation),
        reference=str(saisine),
        etabli_le=jour,
        lieu=saisine.origine_organisation.ville,
        numero=str(saisine),
        deposee_le=saisine.deposee_le,
        statut=saisine.get_statut_display(),
        dispositif=saisine.get_dispositif_display(),
        origine=str(saisine.origine_organisation),
        agent=str(saisine.prescripteur) if saisine.prescripteur else saisine.agent,
        canal=Canal(saisine.canal).label,
        urgence=saisine.motif_urgence,
        motifs=tuple(fiche.motifs),
        information_menage_le=saisine.information_menage_le,
        menage_reference=menage.reference,
        membres=tuple(
            MembreMenage(
                nom=str(a.personne), lien=RoleMenage(a.role).label, naissance=a.personne.naissance
            )
            for a in fiche.membres
        ),
        adresse=_adresse(fiche),
        adresse_protegee=menage.adresse_protegee,
        contact=tuple(
            Champ(libelle=libelle, valeur=valeur)
            for libelle, valeur in (("Téléphone", menage.telephone), ("Courriel", menage.courriel))
            if valeur
        ),
        logement=tuple(Champ(libelle=k, valeur=v) for k, v in logement if v),
        demarches=saisine.demarches,
        pieces=tuple(
            PieceAttendue(libelle=p.libelle, obligatoire=p.obligatoire, recue_le=p.recue_le)
            for p in fiche.pieces
        ),
    )


def _en_tete(organisation: Organisation) -> EnTete:
    ville = f"{organisation.code_postal} {organisation.ville}".strip()
    return EnTete(
        organisation=organisation.nom,
        adresse=tuple(ligne for ligne in (organisation.adresse, ville) if ligne),
        telephone=organisation.telephone,
        courriel=organisation.courriel,
        identifiant=f"SIRET {organisation.siret}" if organisation.siret else "",
    )


def _adresse(fiche: FicheSaisine) -> tuple[str, ...]:
    domicile = fiche.domicile
    if domicile is None:
        return ("Adresse non renseignée",)
    ville = f"{domicile.code_postal} {domicile.commune or ''}".strip()
    lignes = tuple(x for x in (domicile.adresse, domicile.complement, ville) if x)
    return lignes or ("Sans adresse",)
