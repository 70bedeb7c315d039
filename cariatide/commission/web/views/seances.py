"""Pages of the sessions: calendar, preparation of the agenda, papers."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.commission.actions import seances as actes
from cariatide.commission.actions.agenda import inscribe_passages
from cariatide.commission.actions.papiers import convene_with_papers, issue_notifications
from cariatide.commission.documents import render_papier
from cariatide.commission.lifecycle import CYCLE_SEANCE
from cariatide.commission.models import Seance
from cariatide.commission.queries import (
    CHAMPS,
    TRIS,
    build_donnees,
    count_quorum,
    find_instance,
    find_mandat_secretariat,
    find_mandat_tenue,
    find_seance,
    lecture_seance,
    list_a_inscrire,
    list_agenda,
    list_instances_tenues,
    list_notifications,
    list_papiers,
    list_presences,
    list_seances,
)
from cariatide.commission.rules import is_lisible
from cariatide.commission.statuts import A_TENIR, EtatPresence, StatutSeance
from cariatide.commission.web import forms
from cariatide.commission.web.views.commun import ROLES_INSTANCE, ROLES_SEANCE, send_pdf
from cariatide.partenaires.statuts import Role
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.pages.actes import (
    Fait,
    PageActe,
    done,
    read_entier,
    read_version,
    run_acte,
    run_bouton,
)
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

COLONNES = (
    Colonne("le", "Date", "date", tris=("date", "date_desc"), principale=True),
    Colonne("instance__nom", "Instance"),
    Colonne("lieu", "Lieu", masquee=True),
    Colonne("inscrits", "Dossiers", "nombre"),
    Colonne("decides", "Décisions", "nombre"),
    Colonne("statut", "État"),
)
COLONNES_EXPORT = (
    ColonneExport("le", "Date", "date"),
    ColonneExport("heure", "Heure"),
    ColonneExport("instance__nom", "Instance"),
    ColonneExport("lieu", "Lieu"),
    ColonneExport("statut", "État"),
    ColonneExport("inscrits", "Dossiers", "entier"),
    ColonneExport("decides", "Décisions", "entier"),
)


def _in_words(ligne: dict[str, Any]) -> dict[str, Any]:
    heure, statut = f"{ligne['heure']:%H:%M}", StatutSeance(ligne["statut"]).label
    return {**ligne, "heure": heure, "statut": statut}


LISTE = PageListe(
    "commission/seances.html",
    filtres=lambda request: forms.FiltresSeances(request.GET),
    lignes=list_seances,
    tris=TRIS,
    champs=CHAMPS,
    colonnes=COLONNES,
    export=COLONNES_EXPORT,
    nom="seances",
    libelle_export="Export du calendrier des séances",
    niveau_export=Niveau.AGREGE,
    habille_export=_in_words,
    adresse="commission:seances",
)


@route(*ROLES_INSTANCE)
def liste(request: HttpRequest) -> HttpResponseBase:
    """The calendar: the sessions I keep, and those where my organisation sits."""
    perimetre: Perimetre = request.perimetre
    lue = LISTE.read(request)
    for ligne in lue.page.lignes:
        ligne["tenue"] = (
            find_mandat_tenue(
                perimetre, ligne["instance__secretariat_id"], ligne["instance__convention_id"]
            )
            is not None
        )
        ligne["lisible"] = ligne["tenue"] or (
            ligne["siege"] and is_lisible(ligne["lecture_du"], ligne["lecture_au"], perimetre.jour)
        )
        ligne["statut_libelle"] = StatutSeance(ligne["statut"]).label
    return LISTE.rend(
        request,
        lue,
        peut_planifier=perimetre.has_role(Role.SECRETARIAT),
        suit_le_plan=perimetre.has_role(Role.CHARGE_DU_PLAN),
    )


@route(*ROLES_SEANCE, consulte=lecture_seance)
def detail(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    """Preparation for the secretariat, reading for the members, results once closed."""
    perimetre: Perimetre = request.perimetre
    seance = find_seance(perimetre, seance_id)
    tient = find_mandat_secretariat(perimetre, seance.instance) is not None
    lignes = list_agenda(perimetre, seance.pk)
    papiers = list_papiers(perimetre, seance)
    presences = list_presences(seance)
    quorum = count_quorum(seance, presences)
    valeurs = {
        "seance": seance,
        "tient": tient,
        "lignes": lignes,
        "presences": presences,
        "quorum": quorum,
        "documents": [d for d in papiers if d.modele != "convocation"],
        "convocations": [d for d in papiers if d.modele == "convocation"] if tient else [],
        "notifications": [],
        "actes": {},
        "candidats": [],
        "sans_quorum": seance.statut == StatutSeance.CLOSE and not quorum.is_atteint,
        "etats": EtatPresence.choices,
        "a_notifier": sum(
            x.decision is not None and x.decision.notifiee_le is None for x in lignes
        ),
    }
    if tient:
        ctx = Contexte(perimetre, perimetre.jour, build_donnees(seance))
        valeurs["actes"] = {e.transition.nom: e for e in CYCLE_SEANCE.evaluate(seance, ctx)}
        noms = {ligne.passage.pk: ligne.passage.libelle for ligne in lignes}
        if seance.statut == StatutSeance.CLOSE:
            issued = list_notifications(perimetre, *noms)
            valeurs["notifications"] = [(d, noms[d.objet_id]) for d in issued]
        if seance.statut in A_TENIR:
            valeurs["candidats"] = list_a_inscrire(perimetre, seance.instance_id)
    return rend(request, "commission/seance.html", valeurs)


def _url(seance_id: int) -> str:
    return reverse("commission:seance", args=[seance_id])


@route(Role.SECRETARIAT)
def nouvelle(request: HttpRequest) -> HttpResponseBase:
    """Plan a session of an instance that I keep."""
    perimetre: Perimetre = request.perimetre
    initial: dict[str, Any] = {"heure": "09:30"}
    demandee = read_entier(request.GET.get("instance", ""))
    tenues = list_instances_tenues(perimetre)
    choisie = tenues.filter(pk=demandee).first() if demandee >= 0 else tenues.first()
    if choisie:
        initial |= {"instance": choisie.pk, "lieu": choisie.lieu}

    def envoi(form: Any) -> Fait:
        seance = actes.plan_seance(
            perimetre=perimetre,
            instance_id=form.cleaned_data["instance"].pk,
            donnees=form.to_donnees(),
        )
        return _planned(perimetre, seance)

    page = PageActe(
        "Planifier une séance",
        retour=reverse("commission:seances"),
        envoyer="Planifier la séance",
        brouillon="seance-nouvelle",
        fil=[("Commissions", reverse("commission:seances"))],
    )
    form = bind(forms.FormulaireNouvelleSeance, request, perimetre=perimetre, initial=initial)
    return run_acte(request, form, page, envoi)


def _planned(perimetre: Perimetre, seance: Seance) -> Fait:
    repris = len(list_agenda(perimetre, seance.pk))
    motif = "(ajournement, report ou orientation provisoire à ratifier)"
    suite = {0: "", 1: f" Un dossier y est inscrit d’office {motif}."}.get(
        repris, f" {repris} dossiers y sont inscrits d’office {motif}."
    )
    return Fait(f"La séance du {seance.le:%d/%m/%Y} est planifiée.{suite}", _url(seance.pk))


def _page(seance: Seance, titre: str, **plus: Any) -> PageActe:
    libelle = f"Séance du {seance.le:%d/%m/%Y}"
    return PageActe(
        titre,
        retour=_url(seance.pk),
        surtitre=f"{seance.instance.nom} · séance du {seance.le:%d/%m/%Y}",
        fil=[("Commissions", reverse("commission:seances")), (libelle, _url(seance.pk))],
        **plus,
    )


@route(Role.SECRETARIAT)
def modifier(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    """Another day, hour or place; members already called are told."""
    seance = find_seance(request.perimetre, seance_id)
    convoquee = seance.statut == StatutSeance.CONVOQUEE

    def envoi(form: Any) -> Fait:
        changed = actes.reschedule_seance(
            perimetre=request.perimetre,
            seance_id=seance_id,
            donnees=form.to_donnees(),
            version=read_version(request),
        )
        suite = " Les membres sont prévenus ; convoquez-les à nouveau." if convoquee else ""
        return Fait(f"La séance se tient le {changed.le:%d/%m/%Y}.{suite}")

    aide = (
        "Les membres ont été convoqués : ils seront prévenus du changement, et une nouvelle "
        "convocation sera à envoyer."
    )
    page = _page(
        seance, "Changer la date ou le lieu", version=seance.version, aide=aide if convoquee else ""
    )
    noms = ("le", "heure", "lieu", "visioconference")
    initial = {nom: getattr(seance, nom) for nom in noms}
    return run_acte(request, bind(forms.FormulaireSeance, request, initial=initial), page, envoi)


@route(Role.SECRETARIAT)
def annuler(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    """The session is not held; its cases wait for another."""
    seance = find_seance(request.perimetre, seance_id)

    def envoi(form: Any) -> Fait:
        actes.cancel_seance(
            perimetre=request.perimetre, seance_id=seance_id, motif=form.cleaned_data["motif"]
        )
        return Fait("La séance est annulée. Ses dossiers attendent une autre inscription.")

    page = _page(
        seance, "Annuler la séance", envoyer="Annuler la séance", ton="danger",
        aide="Les dossiers inscrits se referment aux membres et attendent une autre séance.",
    )  # fmt: skip
    return run_acte(request, bind(forms.FormulaireMotif, request), page, envoi)


@route(Role.SECRETARIAT)
@require_POST
def inscrire(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    """Inscribe the cases ticked."""
    find_seance(request.perimetre, seance_id)
    dossiers = []
    for cle in request.POST.getlist("dossier"):
        type_, _, brut = cle.rpartition(":")
        if type_ and brut.isascii() and brut.isdigit() and len(brut) < 15:
            dossiers.append((type_, int(brut)))

    def envoi() -> Fait:
        nombre = len(
            inscribe_passages(perimetre=request.perimetre, seance_id=seance_id, dossiers=dossiers)
        )
        un = "Un dossier est inscrit à l’ordre du jour ; les membres pourront le lire."
        n = f"{nombre} dossiers sont inscrits à l’ordre du jour ; les membres pourront les lire."
        return Fait(un if nombre == 1 else n)

    return run_bouton(request, _url(seance_id), envoi)


@route(Role.SECRETARIAT)
@require_POST
def convoquer(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    seance, nombre = convene_with_papers(
        perimetre=request.perimetre, seance_id=seance_id, version=read_version(request)
    )
    lecture = (
        f"s’ouvrent à la lecture le {seance.lecture_du:%d/%m/%Y}"
        if seance.lecture_du > request.perimetre.jour
        else "sont ouverts à la lecture"
    )
    return done(
        request,
        f"Les {nombre} organisations membres sont convoquées : l’avis part par courriel, l’ordre "
        f"du jour et les convocations sont prêts. Les dossiers {lecture}.",
        _url(seance_id),
    )


@route(Role.SECRETARIAT)
@require_POST
def ouvrir(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    actes.open_seance(
        perimetre=request.perimetre,
        seance_id=seance_id,
        president=str(request.POST.get("president", "")),
    )
    phrase = "La séance est ouverte. Notez les présences pour établir le quorum."
    return done(request, phrase, reverse("commission:en_seance", args=[seance_id]))


@route(Role.SECRETARIAT)
def seconde(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    """Call again, with the same agenda, a session that failed for want of quorum."""
    premiere = find_seance(request.perimetre, seance_id)
    instance = find_instance(premiere.instance_id)

    def envoi(form: Any) -> Fait:
        planned = actes.plan_seance(
            perimetre=request.perimetre,
            instance_id=premiere.instance_id,
            donnees=form.to_donnees(),
            seconde_de_id=seance_id,
        )
        return _planned(request.perimetre, planned)

    page = _page(
        premiere, "Seconde convocation", envoyer="Planifier la seconde séance",
        aide="Les dossiers reportés de la première séance y sont inscrits. Ils pourront être "
        "décidés par les membres présents si le règlement de l’instance le prévoit.",
    )  # fmt: skip
    initial = {"heure": premiere.heure, "lieu": instance.lieu or premiere.lieu}
    return run_acte(request, bind(forms.FormulaireSeance, request, initial=initial), page, envoi)


@route(*ROLES_SEANCE, consulte=lecture_seance)
def papier(request: HttpRequest, seance_id: int, modele: str) -> HttpResponseBase:
    """The agenda or the minutes as they stand now, before they are issued."""
    seance = find_seance(request.perimetre, seance_id)
    nom, pdf = render_papier(request.perimetre, seance, modele)
    return send_pdf(pdf, nom)


@route(Role.SECRETARIAT)
@require_POST
def notifier(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    """Issue every notification of the session at once."""
    nombre = issue_notifications(perimetre=request.perimetre, seance_id=seance_id)
    une = "Une notification est émise : elle se télécharge et s’imprime depuis cette page."
    n = f"{nombre} notifications sont émises : elles se téléchargent et s’impriment sur cette page."
    return done(request, une if nombre == 1 else n, _url(seance_id))
