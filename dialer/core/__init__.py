"""The kernel and its words: pure functions of events; no clock, no randomness, no input or output."""
