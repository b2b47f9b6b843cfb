"""From a history to a world: every law with its uncertainty, or with the citation of what stands in for it."""
