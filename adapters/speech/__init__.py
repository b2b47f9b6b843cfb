"""The texts of call flows as sounds, made by a text-to-speech program of the house's choice."""

from __future__ import annotations

from adapters.speech.command import Spoken, prompts, speak, unspoken
from adapters.speech.config import SpeechSection

__all__ = ["SpeechSection", "Spoken", "prompts", "speak", "unspoken"]
