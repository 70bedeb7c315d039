"""Open a new service: its first organisation and its technical administrator."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cariatide.partenaires.actions.organisations import DonneesOrganisation
from cariatide.partenaires.actions.ouverture import open_service
from cariatide.partenaires.statuts import TypeOrganisation
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import perimetre_systeme


class Command(BaseCommand):
    help = "Crée la première organisation et le compte de son administrateur technique."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", required=True, help="nom de l’organisation")
        parser.add_argument(
            "--type", choices=TypeOrganisation.values, default=TypeOrganisation.DEPARTEMENT
        )
        parser.add_argument("--courriel", required=True)
        parser.add_argument("--prenom", required=True)
        parser.add_argument("--nom", required=True)

    def handle(self, **options: Any) -> None:
        motif, jour = "ouverture du service", timezone.localdate()
        try:
            with ouvre_transaction(perimetre_systeme(motif, jour), systeme=motif):
                utilisateur = open_service(
                    organisation=DonneesOrganisation(
                        type=options["type"], nom=options["organisation"]
                    ),
                    courriel=options["courriel"],
                    prenom=options["prenom"],
                    nom=options["nom"],
                    mot_de_passe=self._read_password(),
                    jour=jour,
                )
        except ErreurMetier as erreur:
            raise CommandError(" ".join([erreur.message, *erreur.champs.values()])) from erreur
        self.stdout.write(
            f"{utilisateur} est administrateur technique. Connectez-vous avec {utilisateur.email}, "
            "puis complétez l’annuaire."
        )

    @staticmethod
    def _read_password() -> str:
        """Typed twice at a terminal, one line otherwise; never an argument, which others read."""
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        premier = getpass.getpass("Mot de passe : ")
        if premier != getpass.getpass("Mot de passe, une seconde fois : "):
            raise CommandError("Les deux mots de passe diffèrent.")
        return premier
