"""What a run's file says about a service that classifies what people say."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from strategies.document import Section, fault


def _url(text: str) -> str:
    hint = "write such as https://speech.example.com/intents"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise fault("this is no address of a service", hint) from None
    if not host or parts.scheme not in ("http", "https") or parts.username or not re.fullmatch(r"[\x21-\x7e]+", text):
        raise fault("this is no address of a service", hint)
    if parts.scheme == "http" and not _is_here(host):
        raise fault("what people say would cross the network unprotected", "write https://")
    return text


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class HttpIntentsSection(Section):
    """A service that is asked by a POST for each utterance; its answer is in `adapters.intents.http.parse`.

    Attributes
    ----------
    url : str
        Where; ``http://`` on this machine only. Its certificate is always checked.
    ca : Path | None
        A file of certificates to trust instead of the system's.
    token : str | None
        Goes with every request as ``Authorization: Bearer``.
    timeout_s : float
        How long an answer may take; what comes later counts as not understood. A person who waits longer hangs up.
    sure : float
        The confidence below which an answer counts as not understood.
    at_once : int
        Questions under way; what would be more counts as not understood.
    """

    adapter: Literal["http"]
    url: Annotated[str, AfterValidator(_url)]
    ca: Path | None = None
    token: Annotated[SecretStr, Field(min_length=1)] | None = None
    timeout_s: float = Field(2.0, ge=0.1, le=10)
    sure: float = Field(0.5, ge=0, le=1)
    at_once: int = Field(100, ge=1, le=10_000)
