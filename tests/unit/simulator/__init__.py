"""The simulated world, part by part."""
