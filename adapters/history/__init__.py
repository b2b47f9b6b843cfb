"""Histories of other diallers and of our own, written as `dialer.ports.history` says."""
