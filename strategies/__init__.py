"""Whom to contact, by what and when: strategy files, segments, plans and compliance rules."""
