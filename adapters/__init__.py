"""Implementations of the ports, one family each; families do not know one another."""
