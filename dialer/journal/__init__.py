"""The append-only log of a run and its strict replay, as pure code; storing it is an adapter's work."""
