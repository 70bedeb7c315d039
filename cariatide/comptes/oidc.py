"""OpenID Connect: who the provider says is there, or a refusal with its reason.

The authorization code flow, with state, nonce and PKCE. Every token is read only under its
signature, by one asymmetric algorithm fixed in the settings; ProConnect answers its userinfo as a
signed token too. Why not the provider of the sign-in library: ADR 0019. Nothing here writes.
"""

import hashlib
import hmac
import http.client
import json
import secrets
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from django.conf import settings

from cariatide.comptes.rules import IdentiteRefusee, MotifRefus, is_adresse_sure, is_second_facteur

ALGORITHMES = ("RS256", "ES256")  # asymmetric: the key that verifies cannot sign
MEMOIRE = 3600  # seconds: addresses and keys of the provider are kept by each process
RELECTURE = 30  # seconds at least between two readings of its keys
TAILLE = 256 * 1024  # bytes of one answer
MARGE = 60  # seconds between two clocks
DUREE_DEMANDE = 600  # seconds to come back from the provider
# Names inside a session: sign-ins under way, and how to sign out there.
DEMANDES, FIN, ETAT_DE_FIN = "oidc_demandes", "oidc_fin", "oidc_etat_de_fin"
_ENTETES = {"Accept": "application/json, application/jwt", "User-Agent": "Cariatide"}


@dataclass(frozen=True)
class Fournisseur:
    """Addresses of the provider, read from its discovery document."""

    autorisation: str
    jetons: str
    identite: str
    cles: str
    fin: str


@dataclass(frozen=True)
class Demande:
    """One sign-in under way: what only this session and the provider know."""

    etat: str
    nonce: str
    verificateur: str
    suite: str
    le: int

    @property
    def is_expired(self) -> bool:
        return not 0 <= time.time() - self.le <= DUREE_DEMANDE


@dataclass(frozen=True)
class Identite:
    """What is kept of the provider's answer, and no more."""

    sujet: str
    email: str
    adresse_sure: bool
    second_facteur: bool
    jeton: str  # for its page of sign-out


class _SansRenvoi(urllib.request.HTTPRedirectHandler):
    """A provider that sends elsewhere is not the one that was configured."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_memoire: dict[str, tuple[float, Any]] = {}


def forget() -> None:
    """Read the provider anew."""
    _memoire.clear()


def new_demande(suite: str) -> Demande:
    """Values that nobody guesses; ProConnect wants 32 characters at least."""
    return Demande(*(secrets.token_urlsafe(48) for _ in range(3)), suite, int(time.time()))


def read_fournisseur() -> Fournisseur:
    """The provider's own addresses, once an hour."""
    emetteur = settings.OIDC_EMETTEUR
    document = _remember(f"{emetteur.rstrip('/')}/.well-known/openid-configuration")
    if document.get("issuer") != emetteur:
        raise _mauvaise("un autre émetteur répond à cette adresse")
    try:
        found = Fournisseur(
            autorisation=document["authorization_endpoint"],
            jetons=document["token_endpoint"],
            identite=document["userinfo_endpoint"],
            cles=document["jwks_uri"],
            fin=document.get("end_session_endpoint") or "",
        )
    except KeyError as erreur:
        raise _mauvaise(f"la configuration ne dit pas {erreur}") from erreur
    for adresse in (found.autorisation, found.jetons, found.identite, found.cles, found.fin):
        if adresse and not _is_safe(adresse):
            raise _mauvaise("une adresse de la configuration n’est pas en https")
    return found


def build_adresse(demande: Demande, retour: str) -> str:
    """Where the browser goes to sign in."""
    question = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT,
        "redirect_uri": retour,
        "scope": settings.OIDC_PORTEES,
        "state": demande.etat,
        "nonce": demande.nonce,
    }
    if settings.OIDC_PKCE:
        empreinte = hashlib.sha256(demande.verificateur.encode()).digest()
        question["code_challenge"] = urlsafe_b64encode(empreinte).rstrip(b"=").decode()
        question["code_challenge_method"] = "S256"
    if settings.OIDC_SECOND_FACTEUR:
        question["claims"] = json.dumps({"id_token": {"acr": None, "amr": None}})
    return _with_question(read_fournisseur().autorisation, question)


def build_adresse_de_fin(jeton: str, etat: str, retour: str) -> str:
    """Where the browser goes to sign out there too; empty when the provider has no such page."""
    fin = read_fournisseur().fin
    question = {"id_token_hint": jeton, "state": etat, "post_logout_redirect_uri": retour}
    return _with_question(fin, question) if fin else ""


def read_identite(demande: Demande, code: str, retour: str) -> Identite:
    """Exchange the code for tokens, and read them under their signature."""
    fournisseur = read_fournisseur()
    jetons = _exchange(fournisseur, demande, code, retour)
    jeton, acces = jetons.get("id_token"), jetons.get("access_token")
    if not isinstance(jeton, str) or not isinstance(acces, str):
        raise _mauvaise("il manque un jeton")
    dit = _decode(jeton, fournisseur, ["iss", "sub", "aud", "exp", "iat"])
    if not hmac.compare_digest(str(dit.get("nonce", "")).encode(), demande.nonce.encode()):
        raise _mauvaise("le jeton répond à une autre demande")
    _check_audience(dit)
    personne = _read_userinfo(fournisseur, acces)
    if personne.get("sub") != dit["sub"]:
        raise _mauvaise("les deux jetons ne parlent pas de la même personne")
    amr = dit.get("amr")
    return Identite(
        sujet=_text(dit["sub"], 255),
        email=_text(personne.get("email") or "", 254),
        adresse_sure=is_adresse_sure(
            personne.get("email_verified"), settings.OIDC_COURRIEL_GARANTI
        ),
        second_facteur=is_second_facteur(
            str(dit.get("acr") or ""),
            [str(a) for a in amr] if isinstance(amr, list) else [],
            settings.OIDC_SECOND_FACTEUR,
        ),
        jeton=jeton,
    )


def _exchange(fournisseur: Fournisseur, demande: Demande, code: str, retour: str) -> dict[str, Any]:
    envoi = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": retour,
        "client_id": settings.OIDC_CLIENT,
        "client_secret": settings.OIDC_SECRET,
    }
    if settings.OIDC_PKCE:
        envoi["code_verifier"] = demande.verificateur
    corps, _ = _call(fournisseur.jetons, envoi=urlencode(envoi).encode())
    return _object(corps)


def _read_userinfo(fournisseur: Fournisseur, acces: str) -> dict[str, Any]:
    """Plain JSON, or a signed token (ProConnect): the signature is then verified as well."""
    corps, genre = _call(fournisseur.identite, entetes={"Authorization": f"Bearer {acces}"})
    if genre == "application/jwt":
        return _decode(corps.decode("ascii", "replace").strip(), fournisseur, ["iss", "sub", "aud"])
    return _object(corps)


def _decode(jeton: str, fournisseur: Fournisseur, exige: list[str]) -> dict[str, Any]:
    """Claims of a token, once its signature, issuer, audience and dates were verified."""
    algorithme = settings.OIDC_ALGORITHME
    if algorithme not in ALGORITHMES:
        raise _mauvaise("l’algorithme réglé n’est pas accepté")
    try:
        kid = jwt.get_unverified_header(jeton).get("kid")
        claims: dict[str, Any] = jwt.decode(
            jeton,
            key=_find_cle(fournisseur, kid, algorithme),
            algorithms=[algorithme],
            audience=settings.OIDC_CLIENT,
            issuer=settings.OIDC_EMETTEUR,
            leeway=MARGE,
            options={"require": exige},
        )
    except jwt.PyJWTError as erreur:
        raise _mauvaise(type(erreur).__name__) from erreur
    return claims


def _check_audience(dit: dict[str, Any]) -> None:
    """A token made for several services names the one that asked."""
    if isinstance(dit["aud"], list) and len(dit["aud"]) > 1 and "azp" not in dit:
        raise _mauvaise("le jeton vise plusieurs services")
    if dit.get("azp", settings.OIDC_CLIENT) != settings.OIDC_CLIENT:
        raise _mauvaise("le jeton a été demandé par un autre service")


def _find_cle(fournisseur: Fournisseur, kid: str | None, algorithme: str) -> Any:
    """The key of that name; the provider changes its keys, so an unknown one is asked for again."""
    for relit in (False, True):
        jeu = jwt.PyJWKSet.from_dict(_remember(fournisseur.cles, again=relit))
        for cle in jeu.keys:
            if cle.algorithm_name == algorithme and cle.public_key_use in (None, "sig"):
                if kid is None and len(jeu.keys) == 1:
                    return cle
                if kid is not None and cle.key_id == kid:
                    return cle
    raise _mauvaise("le jeton est signé d’une clé inconnue")


def _remember(adresse: str, *, again: bool = False) -> dict[str, Any]:
    le, document = _memoire.get(adresse, (0.0, None))
    age = time.monotonic() - le
    if document is None or age > (RELECTURE if again else MEMOIRE):
        document = _object(_call(adresse)[0])
        _memoire[adresse] = (time.monotonic(), document)
    found: dict[str, Any] = document
    return found


def _call(
    adresse: str, *, envoi: bytes | None = None, entetes: dict[str, str] | None = None
) -> tuple[bytes, str]:
    """One short request: no redirection, no other scheme, bounded in time and size."""
    if not _is_safe(adresse):
        raise _mauvaise("l’adresse du fournisseur n’est pas en https")
    demande = urllib.request.Request(adresse, envoi, {**_ENTETES, **(entetes or {})})  # noqa: S310  scheme checked above
    try:
        with urllib.request.build_opener(_SansRenvoi).open(
            demande, timeout=settings.OIDC_DELAI
        ) as reponse:
            corps: bytes = reponse.read(TAILLE + 1)
            genre = reponse.headers.get_content_type()
    except urllib.error.HTTPError as erreur:
        erreur.close()
        if erreur.code >= 500:
            raise IdentiteRefusee(MotifRefus.INJOIGNABLE, f"réponse {erreur.code}") from erreur
        raise _mauvaise(f"réponse {erreur.code}") from erreur
    except (OSError, http.client.HTTPException, ValueError) as erreur:
        raise IdentiteRefusee(MotifRefus.INJOIGNABLE, type(erreur).__name__) from erreur
    if len(corps) > TAILLE:
        raise _mauvaise("réponse démesurée")
    return corps, genre


def _object(corps: bytes) -> dict[str, Any]:
    try:
        lu = json.loads(corps)
    except (ValueError, RecursionError) as erreur:
        raise _mauvaise("réponse illisible") from erreur
    if not isinstance(lu, dict):
        raise _mauvaise("réponse illisible")
    return lu


def _text(valeur: object, longueur: int) -> str:
    if not isinstance(valeur, str) or len(valeur) > longueur or not valeur.isprintable():
        raise _mauvaise("un texte n’en est pas un")
    return valeur


def _is_safe(adresse: object) -> bool:
    """https, or http where the issuer itself is so (a test, a development)."""
    if not isinstance(adresse, str):
        return False
    morceaux = urlsplit(adresse)
    permis = {"https", urlsplit(settings.OIDC_EMETTEUR).scheme} & {"https", "http"}
    return morceaux.scheme in permis and bool(morceaux.hostname)


def _with_question(adresse: str, question: dict[str, str]) -> str:
    return f"{adresse}{'&' if '?' in adresse else '?'}{urlencode(question)}"


def _mauvaise(detail: str) -> IdentiteRefusee:
    return IdentiteRefusee(MotifRefus.REPONSE, detail)
