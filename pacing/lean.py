"""How the rules are compiled."""

from __future__ import annotations

from numba import njit

lean = njit(cache=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]  # numba types no _nrt
"""Compiles a function that allocates nothing and divides by no zero.

Arrays are only lent to it, so it counts no references to them: that counting, atomic and at every row of every table,
took most of a decision's time.
"""
