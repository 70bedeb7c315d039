"""An identity provider on this machine: its own keys, its pages, the checks that a real one does.

The attributes `…_autre` and `signe` bend its answers, to see each bend refused.
"""

import hashlib
import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CLIENT, SECRET = "cariatide-de-test", "un secret donné par le fournisseur"
AUTORISES = {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce",
             "code_challenge", "code_challenge_method", "claims"}  # fmt: skip
PAGE = """<!doctype html><html lang="fr"><head><title>Fournisseur</title></head>
<body><h1>Fournisseur d’identité</h1><form method="post"><button name="choix" value="oui">Continuer
</button><button name="choix" value="non">Refuser</button></form></body></html>"""


def new_cle() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def jwk_of(cle: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    public = jwt.algorithms.RSAAlgorithm.to_jwk(cle.public_key(), as_dict=True)
    return {**public, "kid": kid, "use": "sig", "alg": "RS256"}


def jwk_elliptique(cle: ec.EllipticCurvePrivateKey, kid: str) -> dict[str, Any]:
    public = jwt.algorithms.ECAlgorithm.to_jwk(cle.public_key(), as_dict=True)
    return {**public, "kid": kid, "use": "sig", "alg": "ES256"}


class Fournisseur:
    """A context manager; `personne` is who signs in there, once for all services (`ouvertes`)."""

    def __init__(self) -> None:
        self.cle, self.kid = new_cle(), "cle-1"
        self.elliptique = ec.generate_private_key(ec.SECP256R1())
        self.algorithme = "RS256"
        self.ouvertes: set[str] = set()
        self.retours_de_fin: set[str] = set()
        self.personne: dict[str, Any] = {"sub": "agent-1", "email": "", "email_verified": True}
        self.authentification: dict[str, Any] = {"acr": "eidas1", "amr": ["pwd"]}
        self.signe_userinfo = True
        self.jeton_autre: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.signe: Callable[[dict[str, Any]], str] = self._sign
        self.userinfo_autre: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.configuration_autre: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.acces: dict[str, dict[str, Any]] = {}
        self.recus: list[str] = []
        self.refus_de_jeton = 0
        self._serveur = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.adresse = f"http://127.0.0.1:{self._serveur.server_address[1]}/api/v2"

    def __enter__(self) -> "Fournisseur":
        threading.Thread(target=self._serveur.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *details: object) -> None:
        self._serveur.shutdown()
        self._serveur.server_close()

    def _sign(self, claims: dict[str, Any]) -> str:
        if self.algorithme == "ES256":
            return jwt.encode(claims, self.elliptique, "ES256", {"kid": "cle-elliptique"})
        return jwt.encode(claims, self.cle, algorithm="RS256", headers={"kid": self.kid})

    @property
    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.adresse,
            "authorization_endpoint": f"{self.adresse}/authorize",
            "token_endpoint": f"{self.adresse}/token",
            "userinfo_endpoint": f"{self.adresse}/userinfo",
            "jwks_uri": f"{self.adresse}/jwks",
            "end_session_endpoint": f"{self.adresse}/session/end",
            **self.configuration_autre,
        }

    def authorize(self, adresse: str) -> str:
        """What a person who agrees does there: the address that the browser is sent back to."""
        question = {nom: v[0] for nom, v in parse_qs(urlsplit(adresse).query).items()}
        assert adresse.startswith(f"{self.adresse}/authorize?")
        assert set(question) <= AUTORISES, "ProConnect refuses any other parameter"
        assert question["response_type"] == "code" and question["client_id"] == CLIENT
        assert len(question["state"]) >= 32 and len(question["nonce"]) >= 32
        assert question.get("code_challenge_method", "S256") == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = question
        retour = urlencode({"code": code, "state": question["state"]})
        return f"{question['redirect_uri']}?{retour}"

    def end(self, adresse: str) -> str:
        """Its sign-out: the address to go back to, for a service that it knows."""
        question = {nom: v[0] for nom, v in parse_qs(urlsplit(adresse).query).items()}
        assert set(question) == {"id_token_hint", "state", "post_logout_redirect_uri"}
        cle = self.elliptique if self.algorithme == "ES256" else self.cle
        jwt.decode(
            question["id_token_hint"], cle.public_key(), [self.algorithme],
            options={"verify_exp": False}, audience=CLIENT,
        )  # fmt: skip
        assert question["post_logout_redirect_uri"] in self.retours_de_fin
        return f"{question['post_logout_redirect_uri']}?{urlencode({'state': question['state']})}"

    def token(self, envoi: dict[str, str]) -> tuple[int, dict[str, Any]]:
        question = self.codes.pop(envoi.get("code", ""), None)  # once
        if self.refus_de_jeton:
            return self.refus_de_jeton, {"error": "invalid_grant"}
        if question is None or envoi["redirect_uri"] != question["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if (envoi["client_id"], envoi["client_secret"]) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        if "code_challenge" in question:
            empreinte = hashlib.sha256(envoi.get("code_verifier", "").encode()).digest()
            if urlsafe_b64encode(empreinte).rstrip(b"=").decode() != question["code_challenge"]:
                return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.adresse, "aud": CLIENT, "sub": self.personne["sub"],
                  "iat": now, "exp": now + 60, "nonce": question["nonce"],
                  **self.authentification}  # fmt: skip
        acces = secrets.token_urlsafe(16)
        self.acces[acces] = self.personne
        return 200, {
            "access_token": acces, "token_type": "Bearer", "expires_in": 60,
            "id_token": self.signe(self.jeton_autre(claims)),
        }  # fmt: skip

    def userinfo(self, autorisation: str) -> tuple[int, str, str]:
        personne = self.acces.get(autorisation.removeprefix("Bearer "))
        if personne is None:
            return 401, "application/json", "{}"
        if not self.signe_userinfo:
            return 200, "application/json", json.dumps(self.userinfo_autre(dict(personne)))
        now = int(time.time())
        claims = {**personne, "iss": self.adresse, "aud": CLIENT, "iat": now, "exp": now + 60}
        return 200, "application/jwt", self._sign(self.userinfo_autre(claims))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        ici = self

        class Reponses(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                chemin = self._note()
                if chemin == "/.well-known/openid-configuration":
                    self._answer(200, "application/json", json.dumps(ici.configuration))
                elif chemin == "/jwks":
                    jeu = [jwk_elliptique(ici.elliptique, "cle-elliptique"),
                           jwk_of(ici.cle, ici.kid)]  # fmt: skip
                    self._answer(200, "application/json", json.dumps({"keys": jeu}))
                elif chemin == "/userinfo":
                    self._answer(*ici.userinfo(self.headers.get("Authorization", "")))
                elif chemin == "/authorize" and self._cookie() in ici.ouvertes:
                    self._send(ici.authorize(self._here()))  # already signed in there
                elif chemin == "/authorize":
                    self._answer(200, "text/html; charset=utf-8", PAGE)
                elif chemin == "/session/end":
                    retour = ici.end(self._here())
                    ici.ouvertes.discard(self._cookie())
                    self._send(retour)
                elif chemin == "/ailleurs":
                    self._send(f"{ici.adresse}/jwks")
                else:
                    self._answer(404, "text/plain", "")

            def do_POST(self) -> None:
                chemin = self._note()
                corps = self.rfile.read(int(self.headers["Content-Length"])).decode()
                envoi = {n: v[0] for n, v in parse_qs(corps).items()}
                if chemin == "/authorize" and envoi["choix"] == "oui":
                    ici.ouvertes.add(marque := secrets.token_urlsafe(8))
                    self._send(ici.authorize(self._here()), f"chez={marque}; Path=/; HttpOnly")
                elif chemin == "/authorize":
                    question = parse_qs(urlsplit(self.path).query)
                    refus = {"error": "access_denied", "state": question["state"][0]}
                    self._send(f"{question['redirect_uri'][0]}?{urlencode(refus)}")
                else:
                    statut, dit = ici.token(envoi)
                    self._answer(statut, "application/json; charset=utf-8", json.dumps(dit))

            def _note(self) -> str:
                chemin = urlsplit(self.path).path.removeprefix("/api/v2")
                ici.recus.append(chemin)
                return chemin

            def _here(self) -> str:
                return ici.adresse + self.path.removeprefix("/api/v2")

            def _cookie(self) -> str:
                return self.headers.get("Cookie", "").partition("chez=")[2].partition(";")[0]

            def _send(self, adresse: str, cookie: str = "") -> None:
                self.send_response(303)
                self.send_header("Location", adresse)
                if cookie:
                    self.send_header("Set-Cookie", cookie)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def _answer(self, statut: int, genre: str, corps: str) -> None:
                self.send_response(statut)
                self.send_header("Content-Type", genre)
                self.send_header("Content-Length", str(len(corps.encode())))
                self.end_headers()
                self.wfile.write(corps.encode())

            def log_message(self, *details: object) -> None:
                return

        return Reponses
