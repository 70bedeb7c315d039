"""Addresses of the commissions: one named route per act, POST only."""

from django.urls import path

from cariatide.commission.web.views import direct, fichiers, instances, passages, seances

app_name = "commission"

S = "commissions/seances/<int:seance_id>/"
P = "commissions/dossiers/<int:passage_id>/"
I = "commissions/instances/<int:instance_id>/"  # noqa: E741

urlpatterns = [
    path("commissions/", seances.liste, name="seances"),
    path("commissions/seances/nouvelle/", seances.nouvelle, name="nouvelle_seance"),
    path(S, seances.detail, name="seance"),
    path(S + "modifier/", seances.modifier, name="modifier_seance"),
    path(S + "annuler/", seances.annuler, name="annuler_seance"),
    path(S + "convoquer/", seances.convoquer, name="convoquer"),
    path(S + "ouvrir/", seances.ouvrir, name="ouvrir"),
    path(S + "notifications.pdf", fichiers.notifications, name="notifications_pdf"),
    path(S + "inscrire/", seances.inscrire, name="inscrire"),
    path(S + "seconde-convocation/", seances.seconde, name="seconde_convocation"),
    path(S + "en-seance/", direct.en_seance, name="en_seance"),
    path(S + "en-seance/<int:passage_id>/", direct.en_seance, name="en_seance_dossier"),
    path(S + "suivi/", direct.suivi, name="suivi"),
    path(S + "presences/", direct.presences, name="presences"),
    path(S + "reporter/", direct.reporter_restants, name="reporter_restants"),
    path(S + "clore/", direct.clore, name="clore"),
    path(S + "papiers/<str:modele>/", seances.papier, name="papier"),
    path(S + "notifier/", seances.notifier, name="notifier_tous"),
    path(P, passages.detail, name="passage"),
    path(P + "deplacer/", passages.deplacer, name="deplacer"),
    path(P + "retirer/", passages.retirer, name="retirer"),
    path(P + "examiner/", direct.examiner, name="examiner"),
    path(P + "suspendre/", direct.suspendre, name="suspendre"),
    path(P + "reporter/", direct.reporter, name="reporter"),
    path(P + "decision/", direct.decider, name="decider"),
    path(P + "avis/", passages.donner_avis, name="avis"),
    path(P + "apercu-notification/", passages.apercu, name="apercu_notification"),
    path(P + "notifier/", passages.notifier, name="notifier"),
    path("commissions/instances/", instances.liste, name="instances"),
    path("commissions/instances/nouvelle/", instances.nouvelle, name="nouvelle_instance"),
    path(I, instances.detail, name="instance"),
    path(I + "modifier/", instances.modifier, name="modifier_instance"),
    path(I + "fermer/", instances.fermer, name="fermer_instance"),
    path(I + "quorum/", instances.quorum, name="quorum"),
    path(I + "membres/ajouter/", instances.ajouter_membre, name="ajouter_membre"),
    path(I + "membres/<int:membre_id>/", instances.modifier_membre, name="modifier_membre"),
    path(I + "membres/<int:membre_id>/fin/", instances.fin_membre, name="fin_membre"),
]
