"""Call flows: what a robot says in a call, what the person may press, and where each key leads.

A flow is checked by walking every way through it, as a call script is.
"""
