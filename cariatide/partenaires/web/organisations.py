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
from cariatide.partenaires.web.commun import find_administree, read_version, run_act, run_form
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import choose_tri, paginate
from cariatide.socle.pages.routes import route

COLONNES = (
    Colonne("nom", "Organisation", tris=("nom", "nom_desc"), principale=True),
    Colonne("type", "Type"),
    Colonne("ville", "Ville"),
    Colonne("telephone", "Téléphone"),
    Colonne("courriel", "Courriel"),
    Colonne("siret", "SIRET", masquee=True),
    Colonne("du", "Depuis le", "date", masquee=True),
    Colonne("au", "Jusqu’au", "date"),
)
CHAMPS = ("pk", "sigle", *(c.code for c in COLONNES))
TYPES = dict(TypeOrganisation.choices)


def _detail(organisation_id: int) -> str:
    return reverse("partenaires:organisation", args=[organisation_id])


@route(*TOUS_LES_ROLES)
def annuaire(request: HttpRequest) -> HttpResponse:
    """Organisations: who they are, where to write, whether they still exist."""
    form = forms.FiltresAnnuaire(request.GET)
    form.is_valid()
    filtres = {k: v for k, v in form.cleaned_data.items() if v}
    tri = choose_tri(queries.TRIS_ORGANISATIONS, request.GET.get("tri"))
    page = paginate(
        queries.list_annuaire(request.perimetre.jour, filtres),
        tri,
        CHAMPS,
        curseur=request.GET.get("curseur"),
        filtres=filtres,
    )
    contexte = {
        "form": form,
        "filtres": filtres,
        "page": page,
        "colonnes": COLONNES,
        "types": TYPES,
        "peut_creer": request.perimetre.has_role(Role.ADMINISTRATEUR_TECHNIQUE),
    }
    return rend(request, "partenaires/annuaire.html", contexte, bloc="liste")


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
    form = bind(forms.NouvelleOrganisation, request)

    def acte(form: Formulaire) -> tuple[str, str]:
        creee = actions.create_organisation(
            perimetre=request.perimetre, donnees=_donnees(form), du=form.cleaned_data["du"]
        )
        return (
            f"« {creee} » est dans l’annuaire. Invitez-y un premier administrateur.",
            _detail(creee.pk),
        )

    contexte = {
        "titre": "Nouvelle organisation",
        "envoyer": "Ajouter à l’annuaire",
        "annuler": reverse("partenaires:annuaire"),
        "brouillon": "organisation-nouvelle",
    }
    return run_form(request, form, acte, contexte)


@route(*ROLES_ADMINISTRATION)
def modifier(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Correct the coordinates; kind, name and SIRET for the technical administrator alone."""
    objet = find_administree(request.perimetre, organisation_id)
    technique = request.perimetre.has_role(Role.ADMINISTRATEUR_TECHNIQUE)
    classe = forms.FicheOrganisation if technique else forms.CoordonneesOrganisation
    garde = {"type": objet.type, "nom": objet.nom, "siret": objet.siret}
    initial = {nom: getattr(objet, nom) for nom in classe.base_fields}
    form = bind(classe, request, initial=initial)

    def acte(form: Formulaire) -> tuple[str, str]:
        actions.update_organisation(
            perimetre=request.perimetre,
            organisation_id=organisation_id,
            donnees=_donnees(form, **garde),
            version=read_version(request),
        )
        return "Les coordonnées sont à jour.", _detail(organisation_id)

    contexte = {
        "titre": f"Modifier {objet.nom}",
        "organisation": objet,
        "annuler": _detail(organisation_id),
        "version": objet.version,
        "brouillon": f"organisation-{organisation_id}",
    }
    return run_form(request, form, acte, contexte)


@route(Role.ADMINISTRATEUR_TECHNIQUE)
def succession(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """A reform: another organisation takes over from a date."""
    objet = queries.find_organisation(organisation_id)
    form = bind(
        forms.FormulaireSuccession, request, organisation=objet, jour=request.perimetre.jour
    )

    def acte(form: Formulaire) -> tuple[str, str]:
        choisie = form.cleaned_data["nouvelle"]
        suivante = actions.record_succession(
            perimetre=request.perimetre,
            ancienne_id=organisation_id,
            version=read_version(request),
            le=form.cleaned_data["le"],
            nouvelle_id=choisie,
            donnees=None if choisie else _donnees(form),
        )
        return (
            f"« {suivante} » succède à « {objet} » à partir du "
            f"{format_date(form.cleaned_data['le'])}. Les mandats et les dossiers la suivent.",
            _detail(suivante.pk),
        )

    contexte = {
        "titre": f"Succession : {objet.nom}",
        "organisation": objet,
        "envoyer": "Enregistrer la succession",
        "annuler": _detail(organisation_id),
        "version": objet.version,
    }
    return run_form(request, form, acte, contexte)


@route(Role.ADMINISTRATEUR_TECHNIQUE)
def fin(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """An organisation ends without successor."""
    objet = queries.find_organisation(organisation_id)

    def acte(form: Formulaire) -> tuple[str, str]:
        actions.end_organisation(
            perimetre=request.perimetre,
            organisation_id=organisation_id,
            version=read_version(request),
            au=form.cleaned_data["au"],
            motif=form.cleaned_data["motif"],
        )
        return f"« {objet} » prend fin. Ses mandats aussi.", _detail(organisation_id)

    contexte = {
        "titre": f"Fin : {objet.nom}",
        "organisation": objet,
        "envoyer": "Mettre fin à l’organisation",
        "ton": "danger",
        "annuler": _detail(organisation_id),
        "version": objet.version,
        "avertissement": "Tous les mandats des personnes de cette organisation prendront fin le "
        "même jour. Si une autre organisation prend sa suite, enregistrez plutôt une succession.",
    }
    return run_form(request, bind(forms.FinOrganisation, request), acte, contexte)


@route(*ROLES_ADMINISTRATION)
def contact(
    request: HttpRequest, organisation_id: int, contact_id: int | None = None
) -> HttpResponse:
    """Add or correct somebody to call."""
    objet = find_administree(request.perimetre, organisation_id)
    initial: dict[str, Any] = {}
    if contact_id is not None:
        connu = ContactOrganisation.objects.filter(
            pk=contact_id, organisation_id=organisation_id
        ).first()
        if connu is None:
            raise Introuvable("Ce contact n’existe plus.")
        initial = {n: getattr(connu, n) for n in forms.FormulaireContact.base_fields}

    def acte(form: Formulaire) -> tuple[str, str]:
        garde = actions.save_contact(
            perimetre=request.perimetre,
            organisation_id=organisation_id,
            contact_id=contact_id,
            donnees=actions.DonneesContact(**form.cleaned_data),
        )
        return f"{garde.nom} est dans les contacts.", _detail(organisation_id)

    contexte = {
        "titre": "Modifier un contact" if contact_id else "Nouveau contact",
        "retirer": reverse("partenaires:retirer_contact", args=[organisation_id, contact_id])
        if contact_id
        else "",
        "organisation": objet,
        "annuler": _detail(organisation_id),
    }
    form = bind(forms.FormulaireContact, request, initial=initial)
    return run_form(request, form, acte, contexte)


@route(*ROLES_ADMINISTRATION)
@require_POST
def retirer_contact(request: HttpRequest, organisation_id: int, contact_id: int) -> HttpResponse:
    """Forget somebody who is no longer to be called."""

    def acte() -> str:
        actions.remove_contact(
            perimetre=request.perimetre, organisation_id=organisation_id, contact_id=contact_id
        )
        return "Le contact est retiré."

    return run_act(request, acte, _detail(organisation_id))


@route(*TOUS_LES_ROLES)
def agrements(request: HttpRequest) -> HttpResponse:
    """Approvals in force, the first to end first; the ended ones on demand."""
    echus = request.GET.get("etat") == "echus"
    jour = request.perimetre.jour
    contexte = {
        "echus": echus,
        "agrements": list(queries.list_agrements(jour, echus=echus)),
    }
    return rend(request, "partenaires/agrements.html", contexte)


@route(*ROLES_ADMINISTRATION)
def nouvel_agrement(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Record an approval or its renewal."""
    objet = find_administree(request.perimetre, organisation_id)
    initial = {"libelle": request.GET.get("libelle", "")[:120]}

    def acte(form: Formulaire) -> tuple[str, str]:
        garde = actions.add_agrement(
            perimetre=request.perimetre, organisation_id=organisation_id, **form.cleaned_data
        )
        return f"L’agrément « {garde.libelle} » est enregistré.", _detail(organisation_id)

    contexte = {
        "titre": "Enregistrer un agrément",
        "organisation": objet,
        "annuler": _detail(organisation_id),
    }
    form = bind(forms.FormulaireAgrement, request, initial=initial)
    return run_form(request, form, acte, contexte)


@route(*ROLES_ADMINISTRATION)
def fin_agrement(request: HttpRequest, organisation_id: int, agrement_id: int) -> HttpResponse:
    """An approval is withdrawn, or its end corrected."""
    objet = find_administree(request.perimetre, organisation_id)
    agrement = Agrement.objects.filter(pk=agrement_id, organisation_id=organisation_id).first()
    if agrement is None:
        raise Introuvable("Cet agrément n’existe pas.")

    def acte(form: Formulaire) -> tuple[str, str]:
        actions.end_agrement(
            perimetre=request.perimetre,
            organisation_id=organisation_id,
            agrement_id=agrement_id,
            au=form.cleaned_data["au"],
        )
        return "La fin de l’agrément est enregistrée.", _detail(organisation_id)

    contexte = {
        "titre": f"Fin de l’agrément « {agrement.libelle} »",
        "organisation": objet,
        "annuler": _detail(organisation_id),
    }
    form = bind(forms.FinAgrement, request, initial={"au": agrement.au})
    return run_form(request, form, acte, contexte)
