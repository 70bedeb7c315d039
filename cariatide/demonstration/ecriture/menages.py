"""Households with their people and dwelling, as menages.actions writes them."""

from datetime import date, timedelta

from cariatide.demonstration.ecriture.budget import write_situations
from cariatide.demonstration.ecriture.contexte import Ecriture, MenageEcrit
from cariatide.demonstration.foyers import Foyer
from cariatide.demonstration.hasard import chance
from cariatide.demonstration.plume import Acteur
from cariatide.demonstration.textes.grammaire import varie
from cariatide.demonstration.textes.lexique import suivi
from cariatide.menages.models import (
    Appartenance,
    Domicile,
    Menage,
    MenageConfidentiel,
    MenageSocial,
    Personne,
)
from cariatide.socle.normalisation import normalise
from cariatide.socle.phonetique import phonetise_personne

OBJET = "menages.menage"


def create(e: Ecriture, foyer: Foyer, reference: str, le: date, acteur: Acteur) -> MenageEcrit:
    """menages.actions.create_menage, without a creator's link (a deposit writes its own)."""
    telephone = foyer.telephone
    menage = e.tampon.ajoute(
        Menage(
            reference=reference,
            nom_usage=foyer.nom_usage[:160],
            nom_normalise=normalise(foyer.nom_usage),
            commune_id=foyer.commune.pk,
            telephone=telephone,
            courriel=foyer.courriel,
            adresse_protegee=foyer.protege,
            public_plan=foyer.public_plan,
            dernier_contact_le=le,
            cree_le=le,
        )
    )
    _add_membres(e, menage, foyer, le)
    domicile = e.tampon.ajoute(
        Domicile(
            menage_id=menage.pk,
            adresse=foyer.adresse,
            complement=foyer.complement,
            code_postal=foyer.code_postal,
            commune_id=foyer.commune.pk,
            statut_occupation=foyer.statut_occupation,
            origine=foyer.origine,
            protege=foyer.protege,
            du=le,
        )
    )
    ecrit = MenageEcrit(menage, foyer, domicile, [telephone, *(m.telephone for m in foyer.membres)])
    refresh_recherche(ecrit, foyer.commune.nom)
    e.plume.evenement(
        "menage.cree",
        acteur,
        le,
        (OBJET, menage.pk),
        menage_id=menage.pk,
        libelle=str(menage),
        apres={"reference": reference, "nom_usage": menage.nom_usage},
    )
    return ecrit


def _add_membres(e: Ecriture, menage: Menage, foyer: Foyer, le: date) -> None:
    referent, telephone = foyer.membres[0], foyer.telephone
    for membre in foyer.membres:
        personne = e.tampon.ajoute(
            Personne(
                civilite=membre.civilite,
                nom=membre.nom,
                prenom=membre.prenom,
                nom_normalise=normalise(f"{membre.nom} {membre.prenom}"),
                cle_phonetique=phonetise_personne(membre.nom, membre.prenom),
                naissance=membre.naissance,
                telephone=telephone if membre is referent else membre.telephone,
                courriel=foyer.courriel if membre is referent else "",
            )
        )
        e.tampon.ajoute(
            Appartenance(menage_id=menage.pk, personne_id=personne.pk, role=membre.role, du=le)
        )


def refresh_recherche(ecrit: MenageEcrit, commune: str) -> None:
    """The same text as menages.actions.refresh_recherche."""
    menage, domicile = ecrit.menage, ecrit.domicile
    words = [menage.nom_normalise, normalise(menage.reference), menage.telephone]
    for membre in ecrit.foyer.membres:
        words.append(normalise(f"{membre.nom} {membre.prenom}"))
    words += ecrit.telephones
    if not menage.adresse_protegee and not domicile.protege:
        words += [normalise(part) for part in (domicile.adresse, domicile.code_postal, commune)]
    menage.recherche = " ".join(dict.fromkeys(w for part in words for w in part.split() if w))


def move(
    e: Ecriture, ecrit: MenageEcrit, domicile: Domicile, commune: str, acteur: Acteur, le: date
) -> None:
    """menages.actions.move_domicile: the former dwelling ends the day before."""
    menage, former = ecrit.menage, ecrit.domicile
    former.au = le - timedelta(days=1)
    domicile.menage_id, domicile.du, domicile.protege = menage.pk, le, menage.adresse_protegee
    ecrit.domicile = e.tampon.ajoute(domicile)
    menage.commune_id = domicile.commune_id
    menage.version += 1
    refresh_recherche(ecrit, commune)
    protege = menage.adresse_protegee
    e.plume.fait(
        menage, acteur, le, "menages", "Changement de domicile", (OBJET, menage.pk),
        detail="Adresse protégée" if protege else f"{domicile.adresse} {domicile.code_postal}",
    )  # fmt: skip
    e.plume.evenement(
        "menage.domicile_change", acteur, le, (OBJET, menage.pk),
        menage_id=menage.pk, libelle=str(menage), niveau=3 if protege else 1,
        apres={"adresse": domicile.adresse, "commune": domicile.commune_id, "du": le},
    )  # fmt: skip


def write_social(e: Ecriture, ecrit: MenageEcrit, acteur: Acteur, le: date, texte: str) -> None:
    """The social situation, once the operator has met the household (level S); C texts are rare."""
    h = e.hasard("social", ecrit.menage.reference)
    foyer = ecrit.foyer
    champs = {"situation": texte}
    e.tampon.ajoute(MenageSocial(menage_id=ecrit.menage.pk, **champs))
    e.plume.evenement(
        "menage.social_ecrit", acteur, le, (OBJET, ecrit.menage.pk),
        menage_id=ecrit.menage.pk, niveau=2, apres=champs,
    )  # fmt: skip
    write_situations(e, ecrit, acteur, le)
    if foyer.protege or chance(h, 0.04):
        texte = suivi.CONFIDENTIELS[0] if foyer.protege else h.choice(suivi.CONFIDENTIELS[1:])
        e.tampon.ajoute(
            MenageConfidentiel(menage_id=ecrit.menage.pk, vulnerabilites=varie(h, texte))
        )
        e.plume.evenement(
            "menage.confidentiel_ecrit", acteur, le, (OBJET, ecrit.menage.pk),
            menage_id=ecrit.menage.pk, niveau=3, apres={"vulnerabilites": ""},
        )  # fmt: skip
