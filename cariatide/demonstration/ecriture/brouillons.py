"""Saisines still being typed, as demandes.actions.save_brouillon keeps them."""

from cariatide.demandes.models import Saisine, SaisineSociale
from cariatide.demandes.statuts import StatutSaisine
from cariatide.demonstration.ecriture.contexte import Ecriture
from cariatide.demonstration.foyers import draw_foyer
from cariatide.demonstration.hasard import moins
from cariatide.demonstration.textes.grammaire import phrases
from cariatide.demonstration.textes.lexique import demandes as textes

REDACTEURS = (
    "paul.prevost", "anne.delcourt", "paul.prevost", "irene.baudry", "celine.thiery", "nora.saidi",
    "marc.hennion", "sonia.hubert", "pascale.lenoir", "eric.poulain",
)  # fmt: skip


def write_brouillons(e: Ecriture) -> None:
    """Fields as typed, some still empty: nothing is checked before the deposit."""
    for rang, code in enumerate(REDACTEURS[: e.recit.periode.nombre(len(REDACTEURS), 2)]):
        h = e.hasard("brouillon", rang)
        acteur = e.monde.acteur(code)
        le = moins(h, e.recit.periode.hier, 0, 12)
        foyer = draw_foyer(h, "mous", e.monde.communes, le, ["Habitat du Val"])
        saisie: dict[str, object] = {
            "date_saisine": le.isoformat(),
            "telephone": foyer.telephone,
            "adresse": foyer.adresse,
            "commune_saisie": foyer.commune.nom,
            "statut_occupation": foyer.statut_occupation,
            "type_logement": foyer.type_logement,
            "loyer": str(foyer.loyer or ""),
            "convention": str(e.monde.conventions["mous"].pk) if rang % 3 else "",
            "motifs": ["suroccupation"] if rang % 2 else [],
            "pieces": [],
            "demarches": phrases(h, textes.DEMARCHES, 1),
            "menage_id": "",
            "personnes": [
                {
                    "role": membre.role,
                    "civilite": membre.civilite,
                    "prenom": membre.prenom,
                    "nom": membre.nom,
                    "naissance": membre.naissance.isoformat(),
                }
                for membre in foyer.membres
            ],
        }
        saisine = e.tampon.ajoute(
            Saisine(
                statut=StatutSaisine.BROUILLON,
                date_saisine=le,
                redaction_id=acteur.organisation_id,
                origine_organisation_id=acteur.organisation_id,
                prescripteur_id=acteur.utilisateur_id,
                saisie=saisie,
                modifiee_le=e.plume.instant(le),
            )
        )
        if rang % 2:
            e.tampon.ajoute(
                SaisineSociale(
                    saisine_id=saisine.pk,
                    auteur_id=acteur.utilisateur_id,
                    expose=phrases(h, textes.EXPOSES, 2),
                )
            )
