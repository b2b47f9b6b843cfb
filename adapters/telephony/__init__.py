"""Whatever places calls."""
