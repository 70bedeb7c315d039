"""Routes of accounts. The library's names are kept where its code reverses them."""

from django.conf import settings
from django.urls import include, path, re_path

from cariatide.comptes.web import facteur, oidc, views

_propres = [
    path("compte/", views.mon_compte, name="mon_compte"),
    path("compte/sessions/", views.sessions, name="sessions"),
    path("compte/sessions/<str:marque>/fermer/", views.fermer_session, name="fermer_session"),
    path("compte/sessions/fermer/", views.fermer_sessions, name="fermer_sessions"),
    path("compte/identites/delier/", views.delier_identites, name="delier_identites"),
    path("compte/brouillons/<str:cle>/", views.brouillon, name="brouillon"),
]

_facteur = [
    path("", facteur.accueil, name="mfa_index"),
    path("application/", facteur.activation, name="mfa_activate_totp"),
    path("application/retirer/", facteur.retrait, name="mfa_deactivate_totp"),
    path("codes/", facteur.codes, name="mfa_view_recovery_codes"),
    path("codes/nouveaux/", facteur.nouveaux_codes, name="mfa_generate_recovery_codes"),
    path("cles/ajouter/", facteur.nouvelle_cle, name="mfa_add_webauthn"),
    path("cles/<int:pk>/nom/", facteur.nom_de_cle, name="mfa_edit_webauthn"),
    path("cles/<int:pk>/retirer/", facteur.retrait_de_cle, name="mfa_remove_webauthn"),
]

# Exist only where an identity provider is set.
fournisseur = [
    path("compte/connexion/fournisseur/", oidc.depart, name="depart"),
    path("compte/connexion/fournisseur/retour/", oidc.retour, name="retour"),
    path("compte/deconnexion/fournisseur/", oidc.fin, name="fin"),
]

urlpatterns = [
    path("compte/second-facteur/", include(_facteur)),
    path("compte/connexion/code/", facteur.code, name="mfa_authenticate"),
    path("compte/confirmer/", facteur.confirme, name="account_reauthenticate"),
    path("compte/confirmer/code/", facteur.confirme_code, name="mfa_reauthenticate"),
    path("compte/confirmer/cle/", facteur.confirme_cle, name="mfa_reauthenticate_webauthn"),
    path("compte/connexion/", views.connexion, name="account_login"),
    path("compte/deconnexion/", views.deconnexion, name="account_logout"),
    path("compte/inactif/", views.compte_inactif, name="account_inactive"),
    path("compte/mot-de-passe/changer/", views.changement, name="account_change_password"),
    path("compte/mot-de-passe/oublie/", views.oubli, name="account_reset_password"),
    path(
        "compte/mot-de-passe/oublie/envoye/",
        views.oubli_envoye,
        name="account_reset_password_done",
    ),
    re_path(
        r"^compte/mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.nouveau_mot_de_passe,
        name="account_reset_password_from_key",
    ),
    path(
        "compte/mot-de-passe/change/",
        views.mot_de_passe_change,
        name="account_reset_password_from_key_done",
    ),
    path("", include((_propres, "comptes"))),
]
if settings.OIDC_EMETTEUR:
    urlpatterns.append(path("", include((fournisseur, "oidc"))))
