"""Experiments in simulated worlds: the same people and days under other settings, and the search for better ones."""
