"""One act, one form: every page that asks before it acts has this shape.

GET shows the form with the version of the object that was read, or why the act is closed now. POST
runs the act; a refusal comes back in the same page with what was typed (422; 409 when somebody else
wrote first or the act is closed), and success leads on with a sentence that says what was done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cariatide.socle.envois import act_once, find_adresse
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.perimetre import Niveau, Perimetre

GABARIT = "socle/acte.html"
DEJA_FAIT = "Cet envoi était déjà enregistré : il n’a été fait qu’une fois."
# Set by comptes at start (socle does not know the app above it): forgets the draft of this key.
oublie_brouillon: list[Callable[..., None]] = []


@dataclass(frozen=True)
class PageActe:
    """What stands around the form of an act.

    retour: where « Annuler » leads, and the act when it names no other address.
    version: of the object that the act changes; None when it changes none.
    brouillon: key of the draft kept while typing, forgotten once the act is done.
    fil: breadcrumb, (label, address). aide, avertissement: said above the form.
    lecteurs, niveau: who will read what is typed.
    refus: why the act is closed now; said instead of the form.
    """

    titre: str
    retour: str
    envoyer: str = "Enregistrer"
    version: int | None = None
    brouillon: str = ""
    fil: Sequence[tuple[str, str]] = ()
    surtitre: str = ""
    aide: str = ""
    avertissement: str = ""
    ton: str = "accent"
    lecteurs: str = ""
    niveau: Niveau = Niveau.FACTUEL
    refus: str = ""


@dataclass(frozen=True)
class Fait:
    """What an act answers: the sentence shown, and where to go (empty: `retour` of its page)."""

    phrase: str
    adresse: str = ""


@dataclass(frozen=True)
class ActeSimple:
    """An act whose fields bear the names of the action's arguments: declared, not written.

    fait: the sentence once done. jour: the field that starts at the day of the request.
    """

    titre: str
    envoyer: str
    fait: str
    formulaire: type[Formulaire]
    action: Callable[..., Any]
    jour: str = ""
    aide: str = ""
    ton: str = "accent"

    def page(self, retour: str, **plus: Any) -> PageActe:
        """Its page, with what the object adds: version, draft, breadcrumb."""
        return PageActe(self.titre, retour, self.envoyer, aide=self.aide, ton=self.ton, **plus)


def read_entier(brut: Any, defaut: int = -1) -> int:
    """A whole number that a browser sent; `defaut` for anything else."""
    texte = str(brut)
    return int(texte) if texte.isascii() and texte.isdigit() and len(texte) < 10 else defaut


def read_version(request: HttpRequest) -> int:
    """The version that the page carried; -1, which no object has, when it is unreadable."""
    return read_entier(request.POST.get("version", ""))


def run_acte(
    request: HttpRequest,
    form: Formulaire,
    page: PageActe,
    envoi: Callable[[Any], Fait],
    *,
    gabarit: str = GABARIT,
    **contexte: Any,
) -> HttpResponse:
    """Show the form; on POST call `envoi` with the valid form, and go on.

    A refused act writes nothing: actions run in their own savepoint.
    """
    statut = 200
    if request.method == "POST":
        fini, refus = _post(request, form, page.retour, page.brouillon, envoi)
        if fini is not None:
            return fini
        if refus is not None:
            form.add_erreur_metier(refus)
        form.mark_errors()
        statut = 409 if isinstance(refus, ConflitDeVersion) else 422
    statut = 409 if page.refus else statut
    valeurs = {"form": form, "page": page, "envoi": uuid4(), **contexte}
    return rend(request, gabarit, valeurs, statut=statut)


class Saisie(Protocol):
    """What an act is sent from: a form, or several that are valid together."""

    def is_valid(self) -> bool: ...


def run_sur_place(
    request: HttpRequest,
    form: Saisie,
    envoi: Callable[[Any], Fait],
    montre: Callable[[ErreurMetier | None], HttpResponse],
    *,
    retour: str,
    brouillon: str = "",
) -> HttpResponse:
    """An act whose form stands in a page that shows more, POST only.

    `montre` draws that page again with what was typed: for the refusal of the act, or for None when
    the form itself is not valid. The form carries `envoi`, a new uuid4 each time it is drawn.
    """
    fini, refus = _post(request, form, retour, brouillon, envoi)
    return montre(refus) if fini is None else fini


def _post(
    request: HttpRequest,
    form: Saisie,
    retour: str,
    brouillon: str,
    envoi: Callable[[Any], Fait],
) -> tuple[HttpResponse | None, ErreurMetier | None]:
    """What follows an act done now or already; else None, with the refusal if the act gave one."""
    if adresse := find_adresse(request):
        return done(request, DEJA_FAIT, adresse), None
    try:
        if form.is_valid():
            return _send(request, form, retour, brouillon, envoi), None
    except Introuvable:
        raise
    except ErreurMetier as refus:
        return None, refus
    return None, None


def _send(
    request: HttpRequest,
    form: Saisie,
    retour: str,
    brouillon: str,
    envoi: Callable[[Any], Fait],
) -> HttpResponse:
    faits: list[Fait] = []

    def act() -> str:
        faits.append(envoi(form))
        return faits[0].adresse or retour

    # A browser that got no answer sends the same form again.
    already = act_once(request, act)
    _forget(request, brouillon)
    if already is not None:
        return done(request, DEJA_FAIT, already)
    return done(request, faits[0].phrase, faits[0].adresse or retour)


def run_simple(request: HttpRequest, acte: ActeSimple, page: PageActe, **ids: int) -> HttpResponse:
    """The page of a declared act; `ids` name the object for the action."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    form = bind(acte.formulaire, request, initial={acte.jour: perimetre.jour} if acte.jour else {})
    return run_acte(request, form, page, send(request, acte.action, acte.fait, **ids))


def send(
    request: HttpRequest, action: Callable[..., Any], phrase: str, **ids: int
) -> Callable[[Any], Fait]:
    """The `envoi` that gives the version and every field of the form to `action`."""

    def envoi(form: Formulaire) -> Fait:
        action(
            perimetre=request.perimetre,  # type: ignore[attr-defined]
            version=read_version(request),
            **ids,
            **form.cleaned_data,
        )
        return Fait(phrase)

    return envoi


def run_bouton(request: HttpRequest, adresse: str, envoi: Callable[[], Fait]) -> HttpResponse:
    """A button without a page of its own: its refusal is said on the page it came from.

    `c.bouton_acte` gives each button a key: the same click sent again acts once.
    """
    faits: list[Fait] = []

    def act() -> str:
        faits.append(envoi())
        return faits[0].adresse or adresse

    try:
        already = act_once(request, act)
    except Introuvable:
        raise
    except ErreurMetier as erreur:
        autres = [phrase for phrase in erreur.champs.values() if phrase != erreur.message]
        messages.error(request, " ".join([erreur.message, *autres]))
        return redirect(adresse)
    if already is not None:
        return done(request, DEJA_FAIT, already)
    return done(request, faits[0].phrase, faits[0].adresse or adresse)


def done(request: HttpRequest, phrase: str, adresse: str) -> HttpResponse:
    """After an act: say what was done, and go on."""
    messages.success(request, phrase)
    return redirect(adresse)


def _forget(request: HttpRequest, brouillon: str) -> None:
    for oublie in oublie_brouillon if brouillon else ():
        oublie(perimetre=request.perimetre, cle=brouillon)  # type: ignore[attr-defined]
