"""The simulated world: people, a carrier and a floor of agents."""
