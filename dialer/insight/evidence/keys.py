"""The operator's key: Ed25519, in PEM files as other programs write them."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dialer.insight.evidence.folder import EvidenceError


def make_key(path: Path) -> str:
    """Write a new private key, readable by its owner alone; return the public key's fingerprint.

    Raises
    ------
    EvidenceError
        When the file exists or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise EvidenceError(
            f"{path}: the key cannot be written: {error.strerror}; name a file that is not there"
        ) from None
    with os.fdopen(file, "wb") as out:
        out.write(text)
    return fingerprint(key.public_key())


def read_key(path: Path) -> Ed25519PrivateKey:
    """Return the private key in a file; `EvidenceError` when there is none."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise EvidenceError(f"{path}: the key cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise EvidenceError(f"{path} holds no private key; make one with paceline evidence key") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise EvidenceError(f"{path} holds a key of another kind; make one with paceline evidence key")
    return key


def public_text(key: Ed25519PublicKey) -> bytes:
    """Return a public key as PEM."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def read_public(text: bytes, where: str) -> Ed25519PublicKey:
    """Return the public key in a PEM text; `EvidenceError` when there is none."""
    try:
        key = serialization.load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm):
        raise EvidenceError(f"{where} holds no public key") from None
    if not isinstance(key, Ed25519PublicKey):
        raise EvidenceError(f"{where} holds a key of another kind than Ed25519")
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return what people compare: the first 32 hexadecimal digits of the SHA-256 of the raw key."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return sha256(raw).hexdigest()[:32]


def is_signed(key: Ed25519PublicKey, signature: bytes, text: bytes) -> bool:
    """Return whether `signature` is of `text` by `key`."""
    try:
        key.verify(signature, text)
    except InvalidSignature:
        return False
    return True
