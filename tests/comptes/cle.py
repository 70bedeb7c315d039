"""A security key in software (ES256), as a browser would speak for it."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

PRESENT = AuthenticatorData.FLAG.UP
SIGNATURE = ec.ECDSA(hashes.SHA256())


@dataclass
class Cle:
    """One key of one site."""

    hote: str = "localhost"
    origine: str = "http://localhost"
    identifiant: bytes = b"cle-de-test-0001"
    secret: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def _client(self, genre: str, defi: str) -> bytes:
        contenu = {"type": genre, "challenge": defi, "origin": self.origine, "crossOrigin": False}
        return bytes(CollectedClientData(json.dumps(contenu).encode()))

    def _answer(self, **reponse: bytes) -> dict[str, Any]:
        identifiant = websafe_encode(self.identifiant)
        return {
            "id": identifiant,
            "rawId": identifiant,
            "type": "public-key",
            "response": {nom: websafe_encode(octets) for nom, octets in reponse.items()},
            "clientExtensionResults": {},
        }

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the browser answers when the key is registered."""
        cose = ES256.from_cryptography_key(self.secret.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.identifiant, cose)
        donnees = AuthenticatorData.create(
            hashlib.sha256(self.hote.encode()).digest(),
            PRESENT | AuthenticatorData.FLAG.AT,
            0,
            credential,
        )
        client = self._client("webauthn.create", options["publicKey"]["challenge"])
        attestation = AttestationObject.create("none", donnees, {})
        return self._answer(clientDataJSON=client, attestationObject=bytes(attestation))

    def present(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the browser answers when the key is touched."""
        donnees = AuthenticatorData.create(hashlib.sha256(self.hote.encode()).digest(), PRESENT, 1)
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        signature = self.secret.sign(bytes(donnees) + hashlib.sha256(client).digest(), SIGNATURE)
        return self._answer(
            clientDataJSON=client, authenticatorData=bytes(donnees), signature=signature
        )
