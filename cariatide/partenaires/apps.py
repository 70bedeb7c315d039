from django.apps import AppConfig


class PartenairesConfig(AppConfig):
    name = "cariatide.partenaires"
    verbose_name = "Partenaires"

    def ready(self) -> None:
        from cariatide.journal.ports import consommateurs
        from cariatide.partenaires.invitations import EnvoiDesInvitations
        from cariatide.partenaires.ports import RepriseDatee, reprises
        from cariatide.partenaires.rules import TOUS_LES_ROLES
        from cariatide.partenaires.statuts import Role
        from cariatide.socle.pages.menu import EntreeMenu, register_menu
        from cariatide.territoire.statuts import ROLES_DES_SECTEURS

        consommateurs.register("partenaires.invitations", EnvoiDesInvitations())
        # `bareme` stands below: it cannot say itself that its values follow.
        reprises.register("bareme", RepriseDatee("bareme.ParametreLocal", "code"))
        administrateur = frozenset({Role.ADMINISTRATEUR})
        technique = frozenset({Role.ADMINISTRATEUR_TECHNIQUE})
        groupe = "Partenaires"
        register_menu(
            EntreeMenu(
                groupe, "Annuaire", "building-2", "partenaires:annuaire", TOUS_LES_ROLES, 10
            ),
            EntreeMenu(
                groupe, "Conventions", "file-text", "partenaires:conventions", TOUS_LES_ROLES, 20
            ),
            EntreeMenu(
                groupe, "Agréments", "badge-check", "partenaires:agrements", TOUS_LES_ROLES, 30
            ),
            EntreeMenu(
                groupe, "Mon équipe", "users-round", "partenaires:mon_equipe", administrateur, 40
            ),
            EntreeMenu(groupe, "Secteurs", "map", "partenaires:secteurs", ROLES_DES_SECTEURS, 50),
            EntreeMenu(
                "Administration", "Comptes", "key-round", "partenaires:comptes", technique, 10
            ),
        )
