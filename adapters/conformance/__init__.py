"""What every adapter of a port must do: the contracts as numbered prose, and the suites that check them."""
