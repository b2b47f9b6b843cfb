"""The same kernel in a simulated world: people, carrier and floor."""
