"""Print the value of an indicator, for scripts and for the annual report."""

import json
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cariatide.observatoire.queries import Filtre, Resultat, compute, find_cible
from cariatide.observatoire.rules import calendar_year
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.indicateurs import Indicateur, indicateurs
from cariatide.socle.perimetre import perimetre_systeme


class Command(BaseCommand):
    help = "Calcule un indicateur (ou tous) pour une année."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", help="code de l’indicateur ; tous par défaut")
        parser.add_argument("--annee", type=int, help="année civile ; l’année en cours par défaut")
        parser.add_argument("--convention", type=int, help="identifiant d’une convention")
        parser.add_argument("--format", choices=("texte", "json"), default="texte")

    def handle(self, *args: Any, **options: Any) -> None:
        jour = timezone.localdate()
        annee = options["annee"] or jour.year
        if not 1990 <= annee <= 2100:
            raise CommandError(f"L’année {annee} est hors de portée.")
        code = options["code"]
        if code and code not in indicateurs:
            known = ", ".join(c for c, _ in indicateurs.items())
            raise CommandError(f"Aucun indicateur « {code} ». Connus : {known}.")
        chosen = [indicateurs.get(code)] if code else list(indicateurs)
        periode, filtre = calendar_year(annee), Filtre(convention_id=options["convention"])
        motif = "calcul d’indicateurs"
        with ouvre_transaction(perimetre_systeme(motif, jour), read_only=True, systeme=motif):
            values = [
                describe(i, compute(i, periode, filtre), annee, find_cible(i, periode, filtre))
                for i in chosen
            ]
        if options["format"] == "json":
            output = values[0] if code else values
            self.stdout.write(json.dumps(output, ensure_ascii=False, indent=2))
            return
        for value in values:
            shown = "n.c." if value["valeur"] is None else value["valeur"]
            self.stdout.write(f"{value['code']}  {value['libelle']} : {shown} {value['unite']}")


def describe(indicateur: Indicateur, resultat: Resultat, annee: int, cible: Any) -> dict[str, Any]:
    """The value and everything that explains it, as plain types."""

    def number(valeur: Any) -> float | int | None:
        if valeur is None:
            return None
        return int(valeur) if valeur == valeur.to_integral_value() else float(valeur)

    return {
        "code": indicateur.code,
        "libelle": indicateur.libelle,
        "annee": annee,
        "valeur": number(resultat.valeur),
        "unite": indicateur.unite,
        "numerateur": number(resultat.numerateur),
        "denominateur": number(resultat.denominateur),
        "completude": None if resultat.completude is None else round(float(resultat.completude), 4),
        "lignes": resultat.lignes,
        "mode": "calcule",
        "version_definition": indicateur.version,
        "cible_minimum": cible.minimum,
        "cible_maximum": cible.maximum,
    }
