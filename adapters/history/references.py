"""Keyed references: HMAC-SHA256 of a number, a name or an id, which nobody without the key can go back from."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from strategies.errors import ConfigError

_BLOCK = 64
_SHORTEST = 16
_LENGTH = 24
"""Hexadecimal digits that are kept: 96 bits, so that two of a thousand million are the same once in 10^11 tables."""


def read_key(path: Path | None) -> bytes:
    """Return the key in a file.

    Raises
    ------
    ConfigError
        When there is none, or it is too short to keep a secret.
    """
    hint = "make one with: openssl rand -hex 32 > history.key; keep it: the same key gives the same references"
    if path is None:
        raise ConfigError("references need a key: name its file with --key", hint=hint)
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise ConfigError(f"the key cannot be read: {error.strerror}", file=str(path), hint=hint) from None
    if len(key) < _SHORTEST:
        raise ConfigError(f"the key is shorter than {_SHORTEST} bytes", file=str(path), hint=hint)
    return key


def reference_sql(value: str, kind: str, key: bytes) -> str:
    """Return SQL for the reference of the text `value`; `kind` keeps a lead and a person of one id apart."""
    block = (sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    inner, outer = (_blob(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
    message = f"encode({_text(kind)} || ':' || ({value}))"
    return f"left(sha256({outer} || unhex(sha256({inner} || {message}))), {_LENGTH})"


def _blob(value: bytes) -> str:
    return "'" + "".join(f"\\x{byte:02X}" for byte in value) + "'::BLOB"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
