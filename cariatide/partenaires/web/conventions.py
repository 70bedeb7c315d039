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
from cariatide.partenaires.web.commun import read_version, run_act, run_form
from cariatide.socle.dates import format_date
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import choose_tri, paginate
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre

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


def _detail(convention_id: int) -> str:
    return reverse("partenaires:convention", args=[convention_id])


@route(*TOUS_LES_ROLES)
def liste(request: HttpRequest) -> HttpResponse:
    """Agreements between the partners."""
    form = forms.FiltresConventions(request.GET, jour=request.perimetre.jour)
    form.is_valid()
    filtres = {k: v for k, v in form.cleaned_data.items() if v}
    page = paginate(
        queries.list_page_conventions(request.perimetre.jour, filtres),
        choose_tri(queries.TRIS_CONVENTIONS, request.GET.get("tri")),
        CHAMPS,
        curseur=request.GET.get("curseur"),
        filtres=filtres,
    )
    contexte = {
        "form": form,
        "filtres": filtres,
        "page": page,
        "colonnes": COLONNES,
        "types": dict(TypeConvention.choices),
        "peut_creer": request.perimetre.has_role(*ROLES_CONVENTION),
    }
    return rend(request, "partenaires/conventions.html", contexte, bloc="liste")


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

    def acte(form: Formulaire) -> tuple[str, str]:
        creee = actions.create_convention(perimetre=request.perimetre, donnees=_donnees(form))
        return (
            f"La convention {creee.reference} est en préparation : complétez ses financeurs, ses "
            "objectifs et son territoire, puis enregistrez sa signature.",
            _detail(creee.pk),
        )

    contexte = {
        "titre": "Nouvelle convention",
        "conventions": True,
        "envoyer": "Préparer la convention",
        "annuler": reverse("partenaires:conventions"),
        "brouillon": "convention-nouvelle",
    }
    return run_form(request, _form_convention(request), acte, contexte)


def _page(objet: Convention, titre: str, **plus: Any) -> dict[str, Any]:
    return {
        "titre": titre,
        "convention": objet,
        "annuler": _detail(objet.pk),
        "version": objet.version,
        **plus,
    }


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

    def acte(form: Formulaire) -> tuple[str, str]:
        actions.update_convention(
            perimetre=request.perimetre,
            convention_id=convention_id,
            donnees=_donnees(form),
            version=read_version(request),
        )
        return "La convention est corrigée.", _detail(convention_id)

    contexte = _page(objet, "Corriger la convention", brouillon=f"convention-{convention_id}")
    return run_form(request, _form_convention(request, initial=initial), acte, contexte)


@route(*ROLES_CONVENTION)
def signature(request: HttpRequest, convention_id: int) -> HttpResponse:
    """The agreement is signed: only amendments change it from now on."""
    objet = queries.find_convention_editable(request.perimetre, convention_id)

    def acte(form: Formulaire) -> tuple[str, str]:
        actions.sign_convention(
            perimetre=request.perimetre,
            convention_id=convention_id,
            le=form.cleaned_data["le"],
            version=read_version(request),
        )
        return "La signature est enregistrée.", _detail(convention_id)

    contexte = _page(
        objet,
        "Enregistrer la signature",
        avertissement="Une fois la convention signée, ses dates, ses objectifs et son territoire "
        "ne changent plus que par avenant.",
    )
    form = bind(forms.FormulaireSignature, request, initial={"le": request.perimetre.jour})
    return run_form(request, form, acte, contexte)


@route(*ROLES_CONVENTION)
def financement(request: HttpRequest, convention_id: int) -> HttpResponse:
    """What a funder brings."""
    objet = queries.find_convention_editable(request.perimetre, convention_id)
    initial: dict[str, Any] = {}
    choisi = request.GET.get("financeur", "")
    if choisi.isdigit() and len(choisi) < 10:
        ligne = objet.financements.filter(financeur_id=int(choisi)).first()
        if ligne:
            initial = {"financeur": ligne.financeur_id, "montant_annuel": ligne.montant_annuel,
                       "taux": ligne.taux}  # fmt: skip

    def acte(form: Formulaire) -> tuple[str, str]:
        d = form.cleaned_data
        garde = actions.set_financement(
            perimetre=request.perimetre,
            convention_id=convention_id,
            financeur_id=d["financeur"],
            montant_annuel=d["montant_annuel"],
            taux=d["taux"],
            version=read_version(request),
        )
        return f"La part de « {garde.financeur} » est enregistrée.", _detail(convention_id)

    form = bind(forms.FormulaireFinancement, request, initial=initial, jour=request.perimetre.jour)
    return run_form(request, form, acte, _page(objet, "Part d’un financeur"))


@route(*ROLES_CONVENTION)
@require_POST
def retirer_financement(
    request: HttpRequest, convention_id: int, organisation_id: int
) -> HttpResponse:
    """A funder leaves the agreement."""

    def acte() -> str:
        actions.remove_financement(
            perimetre=request.perimetre,
            convention_id=convention_id,
            financeur_id=organisation_id,
            version=read_version(request),
        )
        return "Le financeur est retiré."

    return run_act(request, acte, _detail(convention_id))


@route(*ROLES_CONVENTION)
def objectif(request: HttpRequest, convention_id: int) -> HttpResponse:
    """A yearly target of a draft."""
    objet = queries.find_convention_editable(request.perimetre, convention_id)
    ligne = objet.objectifs.filter(unite=request.GET.get("unite", "")).first()
    initial = (
        {"unite": ligne.unite, "minimum": ligne.minimum, "maximum": ligne.maximum} if ligne else {}
    )

    def acte(form: Formulaire) -> tuple[str, str]:
        actions.set_objectif(
            perimetre=request.perimetre,
            convention_id=convention_id,
            version=read_version(request),
            **form.cleaned_data,
        )
        return "L’objectif est enregistré.", _detail(convention_id)

    form = bind(forms.FormulaireObjectif, request, initial=initial)
    return run_form(request, form, acte, _page(objet, "Objectif annuel"))


@route(*ROLES_CONVENTION)
@require_POST
def retirer_objectif(request: HttpRequest, convention_id: int, unite: str) -> HttpResponse:
    """A draft has one target less."""

    def acte() -> str:
        actions.remove_objectif(
            perimetre=request.perimetre,
            convention_id=convention_id,
            unite=unite,
            version=read_version(request),
        )
        return "L’objectif est retiré."

    return run_act(request, acte, _detail(convention_id))


@route(*ROLES_CONVENTION)
def territoire(request: HttpRequest, convention_id: int) -> HttpResponse:
    """The communes that the agreement covers."""
    objet = queries.find_convention_editable(request.perimetre, convention_id)
    codes = (
        "\n".join(objet.secteur.communes.order_by("code").values_list("code", flat=True))
        if objet.secteur
        else ""
    )

    def acte(form: Formulaire) -> tuple[str, str]:
        communes = form.cleaned_data["communes"]
        actions.set_secteur(
            perimetre=request.perimetre,
            convention_id=convention_id,
            commune_ids=communes,
            version=read_version(request),
        )
        nombre = "une commune" if len(communes) == 1 else f"{len(communes)} communes"
        return f"Le territoire compte {nombre}.", _detail(convention_id)

    form = bind(forms.FormulaireTerritoire, request, initial={"communes": codes})
    return run_form(request, form, acte, _page(objet, "Territoire de la convention"))


@route(*ROLES_CONVENTION)
def avenant(request: HttpRequest, convention_id: int) -> HttpResponse:
    """A signed change."""
    objet = queries.find_convention_editable(request.perimetre, convention_id)
    form = bind(forms.FormulaireAvenant, request, convention=objet)

    def acte(form: Any) -> tuple[str, str]:
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
        return (
            f"L’avenant {garde.numero}, signé le {format_date(garde.signe_le)}, est enregistré.",
            _detail(convention_id),
        )

    contexte = _page(objet, "Nouvel avenant", envoyer="Enregistrer l’avenant")
    return run_form(request, form, acte, contexte, "partenaires/avenant.html")
