"""Routes of measures: one per transition."""

from django.urls import path

from cariatide.mesures.web.views import (
    bilans,
    cycle,
    diagnostics,
    documents,
    lecture,
    motifs,
    portefeuille,
    reorientations,
    suivi,
)

app_name = "mesures"
M = "mesures/<int:mesure_id>/"
D = "mesures/diagnostics/<int:diagnostic_id>/"
B = "mesures/bilans/<int:bilan_id>/"
R = "mesures/renouvellements/<int:renouvellement_id>/"
MOTIFS = "mesures/reorientations/motifs/"
V = "mesures/reorientations/<int:reorientation_id>/"
urlpatterns = [
    path("mesures/", lecture.liste, name="liste"),
    path("mesures/portefeuille/", lecture.portefeuille, name="portefeuille"),
    path(
        "mesures/portefeuille/transferts/<int:transfert_id>/arreter/",
        portefeuille.arreter,
        name="arreter_transfert",
    ),
    path(
        "mesures/portefeuille/<int:referent_id>/transferer/",
        portefeuille.transferer,
        name="transferer",
    ),
    path("accompagnement/decisions/", lecture.decisions, name="decisions"),
    path("mesures/nouvelle/<int:saisine_id>/", cycle.nouvelle, name="nouvelle"),
    path(M, lecture.detail, name="detail"),
    path(f"{M}entretiens/", lecture.entretiens, name="entretiens"),
    path(f"{M}documents/", documents.liste, name="documents"),
    path(f"{M}contrat/", documents.contrat, name="contrat"),
    path(f"{B}transmettre/", documents.transmettre_bilan, name="bilan_transmettre"),
    # transitions
    path(f"{M}accorder/", cycle.accorder, name="accorder"),
    path(f"{M}accorder-en-seance/", cycle.accorder_seance, name="accorder_en_seance"),
    path(f"{M}refuser-accord/", cycle.rejeter, name="rejeter"),
    path(f"{M}proposer/", cycle.proposer, name="proposer"),
    path(f"{M}adhesion/", cycle.adhesion, name="adhesion"),
    path(f"{M}signer/", cycle.signer, name="adherer"),
    path(f"{M}sans-contrat/", cycle.sans_contrat, name="dispenser"),
    path(f"{M}refuser/", cycle.refuser, name="refuser"),
    path(f"{M}activer/", cycle.activer, name="activer"),
    path(f"{M}suspendre/", cycle.suspendre, name="suspendre"),
    path(f"{M}reprendre/", cycle.reprendre, name="reprendre"),
    path(f"{M}bilan-du/", cycle.bilan_du, name="demander_bilan"),
    path(f"{M}terminer/", cycle.terminer, name="terminer"),
    path(f"{M}axe/", cycle.suivre_axe, name="suivre_axe"),
    path(f"{M}suivi/", cycle.suivi, name="suivi"),
    path(f"{M}referent/", cycle.referent, name="referent"),
    # meetings, notes, objectives
    path(f"{M}entretiens/consigner/", suivi.consigner, name="consigner"),
    path("mesures/entretiens/<int:intervention_id>/", suivi.entretien, name="entretien"),
    path(f"{M}notes/nouvelle/", suivi.note, name="note"),
    path("mesures/notes/<int:note_id>/", suivi.modifier_note, name="modifier_note"),
    path(f"{M}objectifs/nouveau/", suivi.objectif, name="objectif"),
    path("mesures/objectifs/<int:objectif_id>/", suivi.modifier_objectif, name="modifier_objectif"),
    # diagnosis
    path(f"{M}diagnostics/nouveau/", diagnostics.nouveau, name="diagnostic_nouveau"),
    path(D, diagnostics.lire, name="diagnostic"),
    path(f"{D}rendez-vous/", diagnostics.rdv, name="diagnostic_proposer_rdv"),
    path(f"{D}visite/", diagnostics.visite, name="diagnostic_constater_visite"),
    path(f"{D}absence/", diagnostics.absence, name="diagnostic_constater_absence"),
    path(f"{D}texte/", diagnostics.rediger, name="diagnostic_texte"),
    path(f"{D}rediger/", diagnostics.finir, name="diagnostic_rediger"),
    path(f"{D}valider/", diagnostics.valider, name="diagnostic_valider"),
    path(f"{D}transmettre/", diagnostics.transmettre, name="diagnostic_transmettre"),
    path(f"{D}suites/", diagnostics.suites, name="diagnostic_donner_suites"),
    # reviews and renewals
    path(f"{M}bilans/nouveau/", bilans.nouveau, name="bilan_nouveau"),
    path(B, bilans.lire, name="bilan"),
    path(f"{B}texte/", bilans.rediger, name="bilan_rediger"),
    path(f"{B}soumettre/", bilans.soumettre, name="bilan_soumettre"),
    path(f"{B}valider/", bilans.valider, name="bilan_valider"),
    path(f"{B}renvoyer/", bilans.renvoyer, name="bilan_renvoyer"),
    path(f"{M}renouveler/", bilans.renouveler, name="renouveler"),
    path(f"{R}valider/", bilans.renouvellement_valider, name="renouvellement_valider"),
    path(f"{R}accorder/", bilans.renouvellement_accorder, name="renouvellement_accorder"),
    path(f"{R}refuser/", bilans.renouvellement_refuser, name="renouvellement_refuser"),
    # going on elsewhere
    path("mesures/reorientations/", reorientations.liste, name="reorientations"),
    path(f"{M}reorienter/", reorientations.demander, name="reorienter"),
    path(V, reorientations.detail, name="reorientation"),
    path(f"{V}accepter/", reorientations.accepter, name="reorientation_accepter"),
    path(f"{V}refuser/", reorientations.refuser, name="reorientation_refuser"),
    path(f"{V}renvoyer/", reorientations.renvoyer, name="reorientation_renvoyer"),
    path(f"{V}completer/", reorientations.completer, name="reorientation_completer"),
    path(f"{V}retirer/", reorientations.retirer, name="reorientation_retirer"),
    # its reasons
    path(MOTIFS, motifs.liste, name="motifs_reorientation"),
    path(f"{MOTIFS}nouveau/", motifs.nouveau, name="nouveau_motif_reorientation"),
    path(f"{MOTIFS}<int:motif_reorientation_id>/", motifs.modifier, name="motif_reorientation"),
    path(
        f"{MOTIFS}<int:motif_reorientation_id>/fin/",
        motifs.terminer,
        name="fin_motif_reorientation",
    ),
]
