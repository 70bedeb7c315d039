"""The directory, and the sheet of an organisation: coordinates, succession, contacts, approvals."""

from dataclasses import fields
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.partenaires import actions, queries
from cariatide.partenaires.models import Agrement, ContactOrganisation
from cariatide.partenaires.rules import ROLES_ADMINISTRATION, TOUS_LES_ROLES, find_administration
from cariatide.partenaires.statuts import Role, TypeOrganisation
from cariatide.partenaires.web import forms
from cariatide.partenaires.web.commun import (
    find_administree,
    organisation_url,
    page_organisation,
)
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.actes import (
    Fait,
    PageActe,
    read_version,
    run_acte,
    run_bouton,
    send,
)
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import ListeCourte, PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

COLONNES = (
    Colonne("nom", "Organisation", tris=("nom", "nom_desc"), principale=True),
    Colonne("type", "Type"),
    Colonne("ville", "Ville"),
    Colonne("telephone", "Téléphone", "telephone"),
    Colonne("courriel", "Courriel"),
    Colonne("siret", "SIRET", masquee=True),
    Colonne("du", "Depuis le", "date", masquee=True),
    Colonne("au", "Jusqu’au", "date"),
)
CHAMPS = ("pk", "sigle", *(c.code for c in COLONNES))
TYPES = dict(TypeOrganisation.choices)


LISTE = PageListe(
    "partenaires/annuaire.html",
    filtres=lambda request: forms.FiltresAnnuaire(request.GET),
    lignes=lambda perimetre, filtres: queries.list_annuaire(perimetre.jour, filtres),
    tris=queries.TRIS_ORGANISATIONS,
    champs=CHAMPS,
    colonnes=COLONNES,
    adresse="partenaires:annuaire",
    nom="annuaire",
    habille_export=lambda ligne: ligne | {"type": TYPES[ligne["type"]]},
    libelle_export="Export de l’annuaire",
    niveau_export=Niveau.AGREGE,
)


@route(*TOUS_LES_ROLES)
def annuaire(request: HttpRequest) -> HttpResponse:
    """Organisations: who they are, where to write, whether they still exist."""
    peut_creer = request.perimetre.has_role(Role.ADMINISTRATEUR_TECHNIQUE)
    return LISTE.show(request, types=TYPES, peut_creer=peut_creer)


@route(*TOUS_LES_ROLES)
def organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """One organisation: coordinates, history, people, agreements, approvals."""
    fiche = queries.build_fiche_organisation(organisation_id, request.perimetre.jour)
    contexte = {
        "fiche": fiche,
        "organisation": fiche.organisation,
        "administre": find_administration(request.perimetre, organisation_id) is not None,
        "technique": request.perimetre.has_role(Role.ADMINISTRATEUR_TECHNIQUE),
    }
    return rend(request, "partenaires/organisation.html", contexte)


def _donnees(form: Any, **plus: str) -> actions.DonneesOrganisation:
    champs = {f.name for f in fields(actions.DonneesOrganisation)}
    return actions.DonneesOrganisation(
        **{**plus, **{k: v for k, v in form.cleaned_data.items() if k in champs}}
    )


@route(Role.ADMINISTRATEUR_TECHNIQUE)
def nouvelle(request: HttpRequest) -> HttpResponse:
    """A partner joins."""

    def envoi(form: Any) -> Fait:
        creee = actions.create_organisation(
            perimetre=request.perimetre, donnees=_donnees(form), du=form.cleaned_data["du"]
        )
        phrase = f"« {creee} » est dans l’annuaire. Invitez-y un premier administrateur."
        return Fait(phrase, organisation_url(creee.pk))

    page = PageActe(
        "Nouvelle organisation",
        retour=reverse("partenaires:annuaire"),
        envoyer="Ajouter à l’annuaire",
        brouillon="organisation-nouvelle",
        fil=[("Annuaire", reverse("partenaires:annuaire"))],
    )
    return run_acte(request, bind(forms.NouvelleOrganisation, request), page, envoi)


@route(*ROLES_ADMINISTRATION)
def modifier(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Correct the coordinates; kind, name and SIRET for the technical administrator alone."""
    objet = find_administree(request.perimetre, organisation_id)
    technique = request.perimetre.has_role(Role.ADMINISTRATEUR_TECHNIQUE)
    classe = forms.FicheOrganisation if technique else forms.CoordonneesOrganisation
    garde = {"type": objet.type, "nom": objet.nom, "siret": objet.siret}

    def envoi(form: Any) -> Fait:
        actions.update_organisation(
            perimetre=request.perimetre,
            organisation_id=organisation_id,
            donnees=_donnees(form, **garde),
            version=read_version(request),
        )
        return Fait("Les coordonnées sont à jour.")

    page = page_organisation(
        objet,
        f"Modifier {objet.nom}",
        version=objet.version,
        brouillon=f"organisation-{organisation_id}",
    )
    initial = {nom: getattr(objet, nom) for nom in classe.base_fields}
    return run_acte(request, bind(classe, request, initial=initial), page, envoi)


@route(Role.ADMINISTRATEUR_TECHNIQUE)
def succession(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """A reform: another organisation takes over from a date."""
    objet = queries.find_organisation(organisation_id)

    def envoi(form: Any) -> Fait:
        choisie = form.cleaned_data["nouvelle"]
        suivante = actions.record_succession(
            perimetre=request.perimetre,
            ancienne_id=organisation_id,
            version=read_version(request),
            le=form.cleaned_data["le"],
            nouvelle_id=choisie,
            donnees=None if choisie else _donnees(form),
        )
        return Fait(
            f"« {suivante} » succède à « {objet} » à partir du "
            f"{format_date(form.cleaned_data['le'])}. Les mandats et les dossiers la suivent.",
            organisation_url(suivante.pk),
        )

    page = page_organisation(
        objet,
        "Enregistrer une succession",
        surtitre=objet.nom,
        aide="Une réforme confie à une autre organisation ce que fait celle-ci. Pour une fusion, "
        "décrivez la nouvelle organisation depuis la première de celles qui fusionnent, puis "
        "choisissez-la dans l’annuaire depuis chacune des autres.",
        envoyer="Enregistrer la succession",
        version=objet.version,
    )
    form = bind(
        forms.FormulaireSuccession, request, organisation=objet, jour=request.perimetre.jour
    )
    return run_acte(request, form, page, envoi, gabarit="partenaires/succession.html")


@route(Role.ADMINISTRATEUR_TECHNIQUE)
def fin(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """An organisation ends without successor."""
    objet = queries.find_organisation(organisation_id)
    page = page_organisation(
        objet,
        f"Fin : {objet.nom}",
        envoyer="Mettre fin à l’organisation",
        ton="danger",
        version=objet.version,
        avertissement="Tous les mandats des personnes de cette organisation prendront fin le "
        "même jour. Si une autre organisation prend sa suite, enregistrez plutôt une succession.",
    )
    envoi = send(
        request, actions.end_organisation, f"« {objet} » prend fin. Ses mandats aussi.",
        organisation_id=organisation_id,
    )  # fmt: skip
    return run_acte(request, bind(forms.FinOrganisation, request), page, envoi)


@route(*ROLES_ADMINISTRATION)
def contact(
    request: HttpRequest, organisation_id: int, contact_id: int | None = None
) -> HttpResponse:
    """Add or correct somebody to call."""
    objet = find_administree(request.perimetre, organisation_id)
    initial: dict[str, Any] = {}
    retirer = ""
    if contact_id is not None:
        connu = ContactOrganisation.objects.filter(
            pk=contact_id, organisation_id=organisation_id
        ).first()
        if connu is None:
            raise Introuvable("Ce contact n’existe plus.")
        initial = {n: getattr(connu, n) for n in forms.FormulaireContact.base_fields}
        retirer = reverse("partenaires:retirer_contact", args=[organisation_id, contact_id])

    def envoi(form: Any) -> Fait:
        garde = actions.save_contact(
            perimetre=request.perimetre,
            organisation_id=organisation_id,
            contact_id=contact_id,
            donnees=actions.DonneesContact(**form.cleaned_data),
        )
        return Fait(f"{garde.nom} est dans les contacts.")

    page = page_organisation(objet, "Modifier un contact" if contact_id else "Nouveau contact")
    form = bind(forms.FormulaireContact, request, initial=initial)
    return run_acte(request, form, page, envoi, gabarit="partenaires/contact.html", retirer=retirer)


@route(*ROLES_ADMINISTRATION)
@require_POST
def retirer_contact(request: HttpRequest, organisation_id: int, contact_id: int) -> HttpResponse:
    """Forget somebody who is no longer to be called."""

    def envoi() -> Fait:
        actions.remove_contact(
            perimetre=request.perimetre, organisation_id=organisation_id, contact_id=contact_id
        )
        return Fait("Le contact est retiré.")

    return run_bouton(request, organisation_url(organisation_id), envoi)


def _find_agrements(request: HttpRequest) -> list[Agrement]:
    """Those of the tab that the address names."""
    echus = request.GET.get("etat") == "echus"
    return list(queries.list_agrements(request.perimetre.jour, echus=echus))


AGREMENTS = ListeCourte(
    "agrements",
    "partenaires:agrements",
    "Export de la liste des agréments",
    (
        ColonneExport("libelle", "Agrément"),
        ColonneExport("organisation", "Organisation"),
        ColonneExport("reference", "Référence"),
        ColonneExport("du", "Du", "date"),
        ColonneExport("au", "Au", "date"),
    ),
    lambda request: (
        {"libelle": a.libelle, "organisation": a.organisation.nom, "reference": a.reference,
         "du": a.du, "au": a.au}
        for a in _find_agrements(request)
    ),
)  # fmt: skip


@route(*TOUS_LES_ROLES)
def agrements(request: HttpRequest) -> HttpResponse:
    """Approvals in force, the first to end first; the ended ones on demand."""
    contexte = {
        "echus": request.GET.get("etat") == "echus",
        "agrements": _find_agrements(request),
        "outils": AGREMENTS.outils(request),
    }
    return rend(request, "partenaires/agrements.html", contexte)


@route(*ROLES_ADMINISTRATION)
def nouvel_agrement(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Record an approval or its renewal."""
    objet = find_administree(request.perimetre, organisation_id)

    def envoi(form: Any) -> Fait:
        garde = actions.add_agrement(
            perimetre=request.perimetre, organisation_id=organisation_id, **form.cleaned_data
        )
        return Fait(f"L’agrément « {garde.libelle} » est enregistré.")

    initial = {"libelle": request.GET.get("libelle", "")[:120]}
    form = bind(forms.FormulaireAgrement, request, initial=initial)
    return run_acte(request, form, page_organisation(objet, "Enregistrer un agrément"), envoi)


@route(*ROLES_ADMINISTRATION)
def fin_agrement(request: HttpRequest, organisation_id: int, agrement_id: int) -> HttpResponse:
    """An approval is withdrawn, or its end corrected."""
    objet = find_administree(request.perimetre, organisation_id)
    agrement = Agrement.objects.filter(pk=agrement_id, organisation_id=organisation_id).first()
    if agrement is None:
        raise Introuvable("Cet agrément n’existe pas.")

    def envoi(form: Any) -> Fait:
        actions.end_agrement(
            perimetre=request.perimetre,
            organisation_id=organisation_id,
            agrement_id=agrement_id,
            au=form.cleaned_data["au"],
        )
        return Fait("La fin de l’agrément est enregistrée.")

    page = page_organisation(objet, f"Fin de l’agrément « {agrement.libelle} »")
    form = bind(forms.FinAgrement, request, initial={"au": agrement.au})
    return run_acte(request, form, page, envoi)
