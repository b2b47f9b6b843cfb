"""Calls by way of one or several Asterisks, over ARI (Asterisk 20 or newer)."""

from adapters.telephony.asterisk.adapter import AsteriskTelephony
from adapters.telephony.asterisk.config import AsteriskSection

__all__ = ["AsteriskSection", "AsteriskTelephony"]
