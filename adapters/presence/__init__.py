"""Where the agents are: desktops that speak to Paceline over the network."""
