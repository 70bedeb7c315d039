"""Routes of the directory, of the teams and of the agreements."""

from django.urls import include, path

from cariatide.partenaires.web import conventions, equipe, invitations, organisations, secteurs

app_name = "partenaires"

_organisation = [
    path("", organisations.organisation, name="organisation"),
    path("modifier/", organisations.modifier, name="modifier"),
    path("succession/", organisations.succession, name="succession"),
    path("fin/", organisations.fin, name="fin"),
    path("contacts/", organisations.contact, name="nouveau_contact"),
    path("contacts/<int:contact_id>/", organisations.contact, name="contact"),
    path(
        "contacts/<int:contact_id>/retirer/",
        organisations.retirer_contact,
        name="retirer_contact",
    ),
    path("agrements/", organisations.nouvel_agrement, name="nouvel_agrement"),
    path("agrements/<int:agrement_id>/fin/", organisations.fin_agrement, name="fin_agrement"),
]

_equipe = [
    path("", equipe.equipe, name="equipe"),
    path("inviter/", equipe.inviter, name="inviter"),
    path("mandat/", equipe.nouveau_mandat, name="nouveau_mandat"),
    path("mandats/<int:mandat_id>/fin/", equipe.terminer, name="terminer_mandat"),
    path(
        "invitations/<int:invitation_id>/renvoyer/",
        equipe.renvoyer,
        name="renvoyer_invitation",
    ),
    path(
        "invitations/<int:invitation_id>/annuler/",
        equipe.annuler,
        name="annuler_invitation",
    ),
    path("<int:utilisateur_id>/", equipe.personne, name="personne"),
    path("<int:utilisateur_id>/mandat/", equipe.accorder, name="accorder_mandat"),
    path("<int:utilisateur_id>/desactiver/", equipe.desactiver, name="desactiver"),
    path(
        "<int:utilisateur_id>/second-facteur/",
        equipe.reinitialiser,
        name="reinitialiser_facteur",
    ),
    path("<int:utilisateur_id>/reactiver/", equipe.reactiver, name="reactiver"),
]

_convention = [
    path("", conventions.convention, name="convention"),
    path("modifier/", conventions.modifier, name="modifier_convention"),
    path("signature/", conventions.signature, name="signer_convention"),
    path("financeurs/", conventions.financement, name="financement"),
    path(
        "financeurs/<int:organisation_id>/retirer/",
        conventions.retirer_financement,
        name="retirer_financement",
    ),
    path("objectifs/", conventions.objectif, name="objectif"),
    path("objectifs/<str:unite>/retirer/", conventions.retirer_objectif, name="retirer_objectif"),
    path("territoire/", conventions.territoire, name="territoire_convention"),
    path("avenants/", conventions.avenant, name="avenant"),
]

urlpatterns = [
    path("organisations/", organisations.annuaire, name="annuaire"),
    path("organisations/nouvelle/", organisations.nouvelle, name="nouvelle"),
    path("organisations/<int:organisation_id>/", include(_organisation)),
    # Its own path, so that the menu marks « Mon équipe » and not « Annuaire ».
    path("equipes/", equipe.mon_equipe, name="mon_equipe"),
    path("equipes/<int:organisation_id>/", include(_equipe)),
    path("agrements/", organisations.agrements, name="agrements"),
    path("conventions/", conventions.liste, name="conventions"),
    path("conventions/nouvelle/", conventions.nouvelle, name="nouvelle_convention"),
    path("conventions/<int:convention_id>/", include(_convention)),
    path("secteurs/", secteurs.liste, name="secteurs"),
    path("secteurs/nouveau/", secteurs.nouveau, name="nouveau_secteur"),
    path("secteurs/<int:secteur_id>/", secteurs.secteur, name="secteur"),
    path("secteurs/<int:secteur_id>/communes/", secteurs.communes, name="communes_secteur"),
    path("secteurs/<int:secteur_id>/fin/", secteurs.fin, name="fin_secteur"),
    path("comptes/", equipe.comptes, name="comptes"),
    path("comptes/<int:utilisateur_id>/", equipe.compte, name="compte"),
    path("invitation/<str:jeton>/", invitations.accepter, name="accepter_invitation"),
]
