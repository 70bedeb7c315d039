"""Routes of retention."""

from django.urls import path

from cariatide.conformite.web import droits, exceptions, partages, purges, registre, views

app_name = "conformite"
urlpatterns = [
    path("conservation/", views.liste, name="liste"),
    path("conservation/<int:menage_id>/geler/", views.geler, name="geler"),
    path("conservation/<int:menage_id>/degeler/", views.degeler, name="degeler"),
    path("conservation/<int:menage_id>/rendre/", purges.rendre, name="rendre"),
    path("conservation/purges/", purges.liste, name="purges"),
    path("conservation/purges/preparer/<slug:nature>/", purges.preparer, name="preparer"),
    path("conservation/purges/<int:purge_id>/", purges.detail, name="purge"),
    path("conservation/purges/<int:purge_id>/confirmer/", purges.confirmer, name="confirmer"),
    path("conservation/purges/<int:purge_id>/abandonner/", purges.abandonner, name="abandonner"),
    path("conservation/purges/<int:purge_id>/pv/", purges.proces_verbal, name="proces_verbal"),
    path("acces-d-exception/", exceptions.liste, name="exceptions"),
    path("acces-d-exception/ouvrir/", exceptions.ouvrir, name="ouvrir_exception"),
    path("acces-d-exception/<int:session_id>/clore/", exceptions.clore, name="clore_exception"),
    path("droits/", droits.liste, name="droits"),
    path("droits/nouvelle/", droits.nouvelle, name="nouveau_droit"),
    path("droits/<int:demande_id>/", droits.detail, name="droit"),
    path("droits/<int:demande_id>/repondre/", droits.repondre, name="repondre"),
    path("droits/<int:demande_id>/rectifier/", droits.rectifier, name="rectifier"),
    path(
        "droits/<int:demande_id>/dossier.<slug:sorte>", droits.export_dossier, name="export_dossier"
    ),
    path("registre/", registre.liste, name="registre"),
    path("registre/preremplir/", registre.preremplir, name="preremplir"),
    path("registre/nouveau/", registre.nouveau, name="nouveau_traitement"),
    path("registre/registre.pdf", registre.imprimer, name="registre_pdf"),
    path("registre/<int:traitement_id>/", registre.detail, name="traitement"),
    path("registre/<int:traitement_id>/modifier/", registre.modifier, name="modifier_traitement"),
    path("registre/<int:traitement_id>/relire/", registre.relire, name="relire_traitement"),
    path("registre/<int:traitement_id>/clore/", registre.clore, name="clore_traitement"),
    path(
        "registre/<int:traitement_id>/versions/<int:numero>/",
        registre.version,
        name="version_traitement",
    ),
    path("partages/", partages.liste, name="partages"),
    path("partages/recus/", partages.recus, name="partages_recus"),
    path("partages/menage/<int:menage_id>/", partages.partager, name="partager"),
    path("partages/<int:partage_id>/", partages.detail, name="partage"),
    path("partages/<int:partage_id>/lire/", partages.lire, name="lire_partage"),
    path("partages/<int:partage_id>/arreter/", partages.arreter, name="arreter_partage"),
]
