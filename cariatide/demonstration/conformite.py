"""Register of processing and sharings of the demonstration, by the real acts."""

from datetime import timedelta

from cariatide.conformite.actions import (
    DonneesPartage,
    end_partage,
    open_partage,
    prefill_registre,
    write_version,
)
from cariatide.conformite.models import BaseLegale, Partage, Traitement
from cariatide.conformite.queries import find_version, list_items
from cariatide.conformite.rules import RUBRIQUES
from cariatide.mesures.queries import list_portefeuille
from cariatide.socle.perimetre import Perimetre

COMPLETE = "accompagnement"
PARTAGES = {"composition", "occupation"}
# Invented, and said so: no organisation of the demonstration exists.
DECLARE = {
    "base_legale": "Mission d’intérêt public (démonstration : texte à relire par votre juriste).",
    "responsable": "Conseil départemental de la démonstration.",
    "conjoints": "Aucun.",
    "contact_dpo": "Denise Garnier, déléguée à la protection des données (personne inventée).",
    "transferts": "Aucun.",
}


def fill_registre(deleguee: Perimetre) -> None:
    """Prefilled from the software; one record taken further, its impact analysis still to do."""
    prefill_registre(perimetre=deleguee)
    traitement = Traitement.objects.get(source=COMPLETE)
    courante = find_version(traitement.pk)
    champs = ("nom", *RUBRIQUES, "conservation_code", "aipd_le")
    valeurs = {nom: getattr(courante, nom) for nom in champs}
    write_version(
        perimetre=deleguee,
        traitement_id=traitement.pk,
        version=traitement.version,
        motif="Base légale et responsable, relus avec le service juridique",
        valeurs={**valeurs, **DECLARE, "aipd": "a_faire"},
    )


def share_elements(referente: Perimetre, prescripteur: Perimetre, financeur: Perimetre) -> None:
    """Of households that Alice follows: two sharings that run, another one stopped."""
    suivis = list(list_portefeuille(referente, referente.utilisateur_id or 0))
    menages = list(dict.fromkeys(m.menage_id for m in suivis))
    for rang, menage_id in enumerate((menages * 2)[:2]):
        offerts = [i.code for i in list_items(referente, menage_id)]
        choisis = [c for c in offerts if c in PARTAGES]
        if len(choisis) == len(offerts):  # a file with nothing else: never everything
            choisis = choisis[:-1]
        faits = _share(referente, prescripteur, menage_id, choisis)
        if rang and faits:
            end_partage(
                perimetre=referente, partage_id=faits.pk, version=faits.version,
                motif="La demande est déposée",
            )  # fmt: skip
        budgets = [c for c in offerts if c.startswith("budget-")][:1]
        if not rang:
            _share(referente, financeur, menage_id, budgets)


def _share(
    referente: Perimetre, lecteur: Perimetre, menage_id: int, codes: list[str]
) -> Partage | None:
    """With one person; a story too small for it goes without."""
    mandat = next(iter(lecteur.mandats), None)
    if mandat is None or not codes:
        return None
    social = codes[0].startswith("budget-")
    return open_partage(
        perimetre=referente,
        menage_id=menage_id,
        donnees=DonneesPartage(
            destinataire_id=mandat.organisation_id,
            utilisateur_id=lecteur.utilisateur_id,
            codes=codes,
            finalite="Instruire une aide du fonds de solidarité pour le logement"
            if social
            else "Préparer avec le ménage sa demande de logement social",
            base_id=BaseLegale.objects.get(code="accord" if social else "action_sociale").pk,
            accord_le=referente.jour - timedelta(days=2) if social else None,
            accord_comment="Par écrit, en entretien" if social else "",
            au=referente.jour + timedelta(days=60),
            informe_le=referente.jour - timedelta(days=2),
            informe_comment="En entretien, avec la notice d’information",
        ),
    )
