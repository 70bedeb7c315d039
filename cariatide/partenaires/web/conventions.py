"""Agreements: list, sheet, and the acts of the organisation that orders them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.partenaires import actions, queries
from cariatide.partenaires.models import Convention
from cariatide.partenaires.rules import ROLES_CONVENTION, TOUS_LES_ROLES, find_mandat_convention
from cariatide.partenaires.statuts import Role, TypeConvention, UniteObjectif
from cariatide.partenaires.web import forms_conventions as forms
from cariatide.socle.dates import format_date
from cariatide.socle.pages.actes import (
    Fait,
    PageActe,
    read_entier,
    read_version,
    run_acte,
    run_bouton,
    send,
)
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau, Perimetre

COLONNES = (
    Colonne("reference", "Référence", tris=("reference", "reference_desc"), principale=True),
    Colonne("intitule", "Intitulé"),
    Colonne("type", "Type"),
    Colonne("commanditaire__nom", "Commanditaire"),
    Colonne("operateur__nom", "Opérateur"),
    Colonne("du", "Début", "date", tris=("debut_asc", "debut")),
    Colonne("au", "Fin", "date", tris=("fin", "fin_desc")),
    Colonne("signee_le", "Signée le", "date"),
)
CHAMPS = ("pk", *(c.code for c in COLONNES))


LISTE = PageListe(
    "partenaires/conventions.html",
    filtres=lambda r: forms.FiltresConventions(r.GET, jour=r.perimetre.jour),
    lignes=lambda perimetre, filtres: queries.list_page_conventions(perimetre.jour, filtres),
    tris=queries.TRIS_CONVENTIONS,
    champs=CHAMPS,
    colonnes=COLONNES,
    adresse="partenaires:conventions",
    nom="conventions",
    habille_export=lambda ligne: ligne | {"type": TypeConvention(ligne["type"]).label},
    libelle_export="Export de la liste des conventions",
    niveau_export=Niveau.AGREGE,
)


def _detail(convention_id: int) -> str:
    return reverse("partenaires:convention", args=[convention_id])


@route(*TOUS_LES_ROLES)
def liste(request: HttpRequest) -> HttpResponse:
    """Agreements between the partners."""
    return LISTE.show(
        request,
        types=dict(TypeConvention.choices),
        peut_creer=request.perimetre.has_role(*ROLES_CONVENTION),
    )


@route(*TOUS_LES_ROLES)
def convention(request: HttpRequest, convention_id: int) -> HttpResponse:
    """One agreement: parties, funders, targets, territory, amendments."""
    fiche = queries.build_fiche_convention(convention_id)
    objet = fiche.convention
    contexte = {
        "fiche": fiche,
        "convention": objet,
        "unites": dict(UniteObjectif.choices),
        "peut_ecrire": find_mandat_convention(request.perimetre, objet.commanditaire_id)
        is not None,
    }
    return rend(request, "partenaires/convention.html", contexte)


def _commanditaires(perimetre: Perimetre) -> list[int] | None:
    """Organisations whose agreements this person writes; None for all."""
    if perimetre.has_role(Role.ADMINISTRATEUR_TECHNIQUE):
        return None
    return [m.organisation_id for m in perimetre.mandats if m.role in ROLES_CONVENTION]


def _form_convention(request: HttpRequest, **kwargs: Any) -> Formulaire:
    return bind(
        forms.FormulaireConvention,
        request,
        jour=request.perimetre.jour,
        commanditaires=_commanditaires(request.perimetre),
        **kwargs,
    )


def _donnees(form: Formulaire) -> actions.DonneesConvention:
    d = form.cleaned_data
    return actions.DonneesConvention(
        type=d["type"],
        reference=d["reference"],
        intitule=d["intitule"],
        commanditaire_id=d["commanditaire"],
        operateur_id=d["operateur"],
        du=d["du"],
        au=d["au"],
    )


@route(*ROLES_CONVENTION)
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Open the draft of an agreement."""

    def envoi(form: Any) -> Fait:
        creee = actions.create_convention(perimetre=request.perimetre, donnees=_donnees(form))
        return Fait(
            f"La convention {creee.reference} est en préparation : complétez ses financeurs, ses "
            "objectifs et son territoire, puis enregistrez sa signature.",
            _detail(creee.pk),
        )

    page = PageActe(
        "Nouvelle convention",
        retour=reverse("partenaires:conventions"),
        envoyer="Préparer la convention",
        brouillon="convention-nouvelle",
        fil=[("Conventions", reverse("partenaires:conventions"))],
    )
    return run_acte(request, _form_convention(request), page, envoi)


def _page(objet: Convention, titre: str, **plus: Any) -> PageActe:
    adresse = _detail(objet.pk)
    return PageActe(
        titre,
        retour=adresse,
        version=objet.version,
        fil=[("Conventions", reverse("partenaires:conventions")), (objet.reference, adresse)],
        **plus,
    )


@route(*ROLES_CONVENTION)
def modifier(request: HttpRequest, convention_id: int) -> HttpResponse:
    """Correct a draft, or the title of a signed agreement."""
    objet = queries.find_convention_editable(request.perimetre, convention_id)
    initial = {
        "type": objet.type,
        "reference": objet.reference,
        "intitule": objet.intitule,
        "commanditaire": objet.commanditaire_id,
        "operateur": objet.operateur_id,
        "du": objet.du,
        "au": objet.au,
    }

    def envoi(form: Any) -> Fait:
        actions.update_convention(
            perimetre=request.perimetre,
            convention_id=convention_id,
            donnees=_donnees(form),
            version=read_version(request),
        )
        return Fait("La convention est corrigée.")

    page = _page(objet, "Corriger la convention", brouillon=f"convention-{convention_id}")
    return run_acte(request, _form_convention(request, initial=initial), page, envoi)


@route(*ROLES_CONVENTION)
def signature(request: HttpRequest, convention_id: int) -> HttpResponse:
    """The agreement is signed: only amendments change it from now on."""
    objet = queries.find_convention_editable(request.perimetre, convention_id)
    page = _page(
        objet,
        "Enregistrer la signature",
        avertissement="Une fois la convention signée, ses dates, ses objectifs et son territoire "
        "ne changent plus que par avenant.",
    )
    form = bind(forms.FormulaireSignature, request, initial={"le": request.perimetre.jour})
    phrase = "La signature est enregistrée."
    envoi = send(request, actions.sign_convention, phrase, convention_id=convention_id)
    return run_acte(request, form, page, envoi)


@route(*ROLES_CONVENTION)
def financement(request: HttpRequest, convention_id: int) -> HttpResponse:
    """What a funder brings."""
    objet = queries.find_convention_editable(request.perimetre, convention_id)
    choisi = read_entier(request.GET.get("financeur", ""))
    ligne = objet.financements.filter(financeur_id=choisi).first()
    initial = ligne and {
        "financeur": ligne.financeur_id,
        "montant_annuel": ligne.montant_annuel,
        "taux": ligne.taux,
    }

    def envoi(form: Any) -> Fait:
        d = form.cleaned_data
        garde = actions.set_financement(
            perimetre=request.perimetre,
            convention_id=convention_id,
            financeur_id=d["financeur"],
            montant_annuel=d["montant_annuel"],
            taux=d["taux"],
            version=read_version(request),
        )
        return Fait(f"La part de « {garde.financeur} » est enregistrée.")

    form = bind(
        forms.FormulaireFinancement, request, initial=initial or {}, jour=request.perimetre.jour
    )
    return run_acte(request, form, _page(objet, "Part d’un financeur"), envoi)


@route(*ROLES_CONVENTION)
@require_POST
def retirer_financement(
    request: HttpRequest, convention_id: int, organisation_id: int
) -> HttpResponse:
    """A funder leaves the agreement."""

    def envoi() -> Fait:
        actions.remove_financement(
            perimetre=request.perimetre,
            convention_id=convention_id,
            financeur_id=organisation_id,
            version=read_version(request),
        )
        return Fait("Le financeur est retiré.")

    return run_bouton(request, _detail(convention_id), envoi)


@route(*ROLES_CONVENTION)
def objectif(request: HttpRequest, convention_id: int) -> HttpResponse:
    """A yearly target of a draft."""
    objet = queries.find_convention_editable(request.perimetre, convention_id)
    ligne = objet.objectifs.filter(unite=request.GET.get("unite", "")).first()
    noms = ("unite", "minimum", "maximum")
    initial = {nom: getattr(ligne, nom) for nom in noms} if ligne else {}
    envoi = send(
        request, actions.set_objectif, "L’objectif est enregistré.", convention_id=convention_id
    )
    form = bind(forms.FormulaireObjectif, request, initial=initial)
    return run_acte(request, form, _page(objet, "Objectif annuel"), envoi)


@route(*ROLES_CONVENTION)
@require_POST
def retirer_objectif(request: HttpRequest, convention_id: int, unite: str) -> HttpResponse:
    """A draft has one target less."""

    def envoi() -> Fait:
        actions.remove_objectif(
            perimetre=request.perimetre,
            convention_id=convention_id,
            unite=unite,
            version=read_version(request),
        )
        return Fait("L’objectif est retiré.")

    return run_bouton(request, _detail(convention_id), envoi)


@route(*ROLES_CONVENTION)
def territoire(request: HttpRequest, convention_id: int) -> HttpResponse:
    """The communes that the agreement covers."""
    objet = queries.find_convention_editable(request.perimetre, convention_id)
    codes = (
        "\n".join(objet.secteur.communes.order_by("code").values_list("code", flat=True))
        if objet.secteur
        else ""
    )

    def envoi(form: Any) -> Fait:
        communes = form.cleaned_data["communes"]
        actions.set_secteur(
            perimetre=request.perimetre,
            convention_id=convention_id,
            commune_ids=communes,
            version=read_version(request),
        )
        nombre = "une commune" if len(communes) == 1 else f"{len(communes)} communes"
        return Fait(f"Le territoire compte {nombre}.")

    form = bind(forms.FormulaireTerritoire, request, initial={"communes": codes})
    return run_acte(request, form, _page(objet, "Territoire de la convention"), envoi)


@route(*ROLES_CONVENTION)
def avenant(request: HttpRequest, convention_id: int) -> HttpResponse:
    """A signed change."""
    objet = queries.find_convention_editable(request.perimetre, convention_id)

    def envoi(form: Any) -> Fait:
        d = form.cleaned_data
        garde = actions.add_avenant(
            perimetre=request.perimetre,
            convention_id=convention_id,
            signe_le=d["signe_le"],
            objet=d["objet"],
            fin=d["fin"],
            objectifs=form.list_changements(),
            commune_ids=d["communes"],
            version=read_version(request),
        )
        le = format_date(garde.signe_le)
        return Fait(f"L’avenant {garde.numero}, signé le {le}, est enregistré.")

    page = _page(
        objet,
        "Nouvel avenant",
        envoyer="Enregistrer l’avenant",
        surtitre=f"{objet.intitule} · du {format_date(objet.du)} au {format_date(objet.au)}",
        aide="Les valeurs en vigueur sont déjà remplies : changez seulement celles que l’avenant "
        "modifie. L’ancienne et la nouvelle valeur restent lisibles.",
    )
    form = bind(forms.FormulaireAvenant, request, convention=objet)
    return run_acte(request, form, page, envoi, gabarit="partenaires/avenant.html")
