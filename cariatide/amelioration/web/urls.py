"""Routes of works."""

from django.urls import path

from cariatide.amelioration.web import actes, ecriture, views

app_name = "amelioration"
urlpatterns = [
    path("travaux/", views.liste, name="liste"),
    path("travaux/nouvelle/<int:logement_id>/", ecriture.nouvelle, name="nouvelle"),
    path("travaux/menage/<int:menage_id>/", ecriture.pour_menage, name="pour_menage"),
    path("travaux/<int:operation_id>/", views.operation, name="operation"),
    path("travaux/<int:operation_id>/modifier/", ecriture.modifier, name="modifier"),
    path("travaux/<int:operation_id>/financement/", ecriture.financement, name="financement"),
    path(
        "travaux/<int:operation_id>/financement/<int:financement_id>/",
        ecriture.modifier_financement,
        name="modifier_financement",
    ),
    path(
        "travaux/<int:operation_id>/financement/<int:financement_id>/retirer/",
        ecriture.retirer_financement,
        name="retirer_financement",
    ),
    path("travaux/<int:operation_id>/financer/", actes.financer, name="financer"),
    path("travaux/<int:operation_id>/commencer/", actes.commencer, name="commencer"),
    path("travaux/<int:operation_id>/achever/", actes.achever, name="achever"),
    path("travaux/<int:operation_id>/louer/", actes.louer, name="louer"),
    path("travaux/<int:operation_id>/abandonner/", actes.abandonner, name="abandonner"),
]
