"""A speech service that answers over HTTP."""

from __future__ import annotations

from adapters.intents.http.client import HttpIntents
from adapters.intents.http.config import HttpIntentsSection

__all__ = ["HttpIntents", "HttpIntentsSection"]
