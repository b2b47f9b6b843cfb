"""What the journal tells: figures, the collections pyramid, and the report of a shift."""
