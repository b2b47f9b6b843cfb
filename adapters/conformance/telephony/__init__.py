"""The contract of a telephony adapter as numbered checks; `dialer.ports.telephony` says it in words.

The checks know neither pytest nor any adapter: a `bench.Bench` gives them an adapter and a far end that does as it is
told. Under pytest, derive from `tests.TelephonyConformance`; against a telephone system of your own, run
``paceline adapter test``. docs/adapters.md has an example.
"""

from adapters.conformance.telephony import agents, calls, messages, misfortunes
from adapters.conformance.telephony.check import CHECKS

__all__ = ["CHECKS", "agents", "calls", "messages", "misfortunes"]
