"""Whole shifts as one compiled event loop: what `simulator.shift` simulates, call by call the same.

``run_shifts(run, world, leads, first_day, days)`` returns a `Result`; `Shifts` prepares once what is run with many
seeds; `warm_up` loads what is compiled, or compiles it. What cannot be simulated exactly is refused with
`Unsupported`. See ``docs/fast_path.md``.
"""

from simulator.fast.result import Result, Totals
from simulator.fast.shift import Shifts, run_shifts, warm_up
from simulator.fast.unsupported import Unsupported

__all__ = ["Result", "Shifts", "Totals", "Unsupported", "run_shifts", "warm_up"]
