"""What the data-protection officer of the demonstration did, by the real acts."""

from cariatide.conformite.actions import prefill_registre, write_version
from cariatide.conformite.models import Traitement
from cariatide.conformite.queries import find_version
from cariatide.conformite.rules import RUBRIQUES
from cariatide.socle.perimetre import Perimetre

COMPLETE = "accompagnement"
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
