"""The dialler: one pure kernel, its journal, the ports to the outside, and the runtime that drives it."""
