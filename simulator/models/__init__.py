"""Models of others with published figures, compiled: what the simulator's way of working is held against."""
