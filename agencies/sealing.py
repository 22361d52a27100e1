"""Secrets at rest: AES-GCM for identification numbers, a keyed index to find them, link keys."""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
LINK_BYTES = 16


@dataclass(frozen=True)
class Seal:
    """Two keys drawn from one secret, so that the index does not weaken the cipher."""

    cipher_key: bytes
    index_key: bytes

    @classmethod
    def of(cls, secret: str) -> "Seal":
        return cls(_derive(secret, b"cipher"), _derive(secret, b"index"))

    def close(self, text: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.cipher_key).encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return AESGCM(self.cipher_key).decrypt(nonce, body, None).decode()

    def index(self, text: str) -> bytes:
        """The same text gives the same 32 bytes; without the key they tell nothing."""
        return hmac.digest(self.index_key, text.encode(), "sha256")


def _derive(secret: str, purpose: bytes) -> bytes:
    return hmac.digest(secret.encode(), b"open-almaty/" + purpose, "sha256")


def link_key(secret: str, purpose: str, seed: str) -> str:
    """A 128-bit key of a public link, drawn from the row's own seed: the row never holds it."""
    raw = hmac.digest(secret.encode(), f"{purpose}/{seed}".encode(), "sha256")[:LINK_BYTES]
    return base64.b32encode(raw).decode().rstrip("=").lower()


def link_digest(key: str) -> str:
    """What the row holds in place of the key."""
    return hashlib.sha256(key.strip().lower().encode()).hexdigest()
