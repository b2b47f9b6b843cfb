"""Whether the simulator repeats what happened: calibrated on the first part of a history, judged by the last."""
