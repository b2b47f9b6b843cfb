"""Calls by way of one or several FreeSWITCHes, over the event socket (ESL). Not yet verified against a real one."""

from adapters.telephony.freeswitch.adapter import FreeswitchTelephony
from adapters.telephony.freeswitch.config import FreeswitchSection

__all__ = ["FreeswitchSection", "FreeswitchTelephony"]
