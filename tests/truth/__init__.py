"""The simulated world against exact results of queueing theory."""
